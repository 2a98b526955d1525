//! `/outbox`: what would have been sent, where no mail server is set.

use actix_web::{get, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::store;
use super::view::KeptMails;
use crate::app::App;
use crate::auth::{Allowed, UsersManage};
use crate::db::DbError;
use crate::error::{Error, Problem};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(outbox);
}

/// Mails that were kept because no mail server is set.
#[utoipa::path(
    tag = "settings",
    operation_id = "get_outbox",
    responses((status = OK, body = KeptMails), (status = 401, body = Problem), (status = 403, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/outbox")]
async fn outbox(app: web::Data<App>, scope: Allowed<UsersManage>) -> Result<web::Json<KeptMails>, Error> {
    let items = app
        .db
        .tenant(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::mail_list(scope.tenant, conn).await?)
        })
        .await?;
    Ok(web::Json(KeptMails {
        is_sending: app.mailer.is_sending(),
        items,
    }))
}
