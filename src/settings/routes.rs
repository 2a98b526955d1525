//! `/settings`

use actix_web::{get, patch, web};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::Settings;
use super::store::{self, Change};
use crate::app::App;
use crate::audit;
use crate::auth::input::{checked, line};
use crate::auth::{Allowed, SettingsManage, SignedIn};
use crate::clock;
use crate::error::{Error, FieldError, Problem, Refusal};
use crate::http::once::{IdempotencyKey, once};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(read).service(change);
}

/// What changes about the company; what is absent stays.
#[derive(Deserialize, Serialize, ToSchema)]
pub(crate) struct SettingsChangeBody {
    #[schema(max_length = 200)]
    name: Option<String>,
    /// `America/Sao_Paulo` and the like.
    time_zone: Option<String>,
}

/// The company's settings.
#[utoipa::path(
    tag = "settings",
    operation_id = "get_settings",
    responses((status = OK, body = Settings), (status = 401, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/settings")]
async fn read(app: web::Data<App>, scope: SignedIn) -> Result<web::Json<Settings>, Error> {
    let settings = app
        .db
        .tenant(scope.tenant, async |conn| {
            Ok::<_, Error>(store::settings(scope.tenant, conn).await?)
        })
        .await?;
    Ok(web::Json(settings))
}

/// Changes the company's settings.
#[utoipa::path(
    tag = "settings",
    operation_id = "update_settings",
    params(IdempotencyKey),
    request_body = SettingsChangeBody,
    responses((status = OK, body = Settings), (status = 403, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[patch("/settings")]
async fn change(
    app: web::Data<App>,
    scope: Allowed<SettingsManage>,
    key: IdempotencyKey,
    body: web::Json<SettingsChangeBody>,
) -> Result<web::Json<Settings>, Error> {
    let mut wrong = Vec::new();
    let name = checked(
        &mut wrong,
        body.name.as_deref().map(|name| line("name", name, 200)).transpose(),
    );
    let time_zone = checked(&mut wrong, body.time_zone.as_deref().map(time_zone).transpose());
    let (Some(name), Some(time_zone)) = (name, time_zone) else {
        return Err(Refusal::invalid(wrong).into());
    };
    let change = Change { name, time_zone };
    let tenant = scope.tenant;
    let settings = once(&app.db, &scope, key, "PATCH /settings", &*body, async |conn| {
        let before = store::settings(tenant, conn).await?;
        store::settings_update(tenant, &change, clock::now(), conn).await?;
        let after = store::settings(tenant, conn).await?;
        let changes = audit::changes(Some(&before), Some(&after)).map_err(Error::internal)?;
        if !changes.is_empty() {
            audit::record(&scope, "settings.updated", tenant.0, &changes, conn).await?;
        }
        Ok(after)
    })
    .await?;
    Ok(web::Json(settings))
}

/// A time zone under the name that all others know it by.
fn time_zone(text: &str) -> Result<String, FieldError> {
    match text.trim().parse::<Tz>() {
        Ok(zone) => Ok(zone.name().to_owned()),
        Err(_) => Err(FieldError::new(
            "time_zone",
            "invalid",
            "must be a time zone like America/Sao_Paulo",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_zone_has_a_known_name() {
        assert_eq!(time_zone(" America/Manaus ").unwrap(), "America/Manaus");
        for text in ["", "Brasília", "UTC-3", "america/sao_paulo2", "../etc/localtime"] {
            assert!(time_zone(text).is_err(), "{text}");
        }
    }
}
