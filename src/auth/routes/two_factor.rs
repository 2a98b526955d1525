//! `/auth/2fa`

use actix_web::{HttpRequest, HttpResponse, post, web};
use serde_json::json;

use super::{check_password, wrong_password};
use crate::app::App;
use crate::auth::view::{DisableBody, OtpBody, RecoveryCodes, TwoFactorSetup};
use crate::auth::{SignedIn, two_factor};
use crate::error::{Code, Error, Problem};
use crate::http::address::client_address;
use crate::http::once::{IdempotencyKey, once};
use crate::users::store as people;
use crate::vault::Belongs;

/// Begins with a second factor: what an authenticator app is given. It asks nothing of a login until it is enabled.
#[utoipa::path(
    tag = "accounts",
    operation_id = "set_up_two_factor",
    params(IdempotencyKey),
    responses((status = OK, body = TwoFactorSetup), (status = 409, body = Problem)),
    security(("bearer" = [])),
)]
#[post("/auth/2fa/setup")]
pub(super) async fn set_up(
    app: web::Data<App>,
    scope: SignedIn,
    key: IdempotencyKey,
) -> Result<web::Json<TwoFactorSetup>, Error> {
    const WHAT: &str = "POST /auth/2fa/setup";
    let belongs = answer_of(&scope, "two-factor setup");
    let sealed: Vec<u8> = once(&app.db, &scope, key, WHAT, &(), async |conn| {
        let user = people::user(scope.tenant, scope.id, conn)
            .await?
            .ok_or(Code::Unauthorized)?;
        let secrets = two_factor::set_up(&app, &scope, &user.email, conn).await?;
        // The answer is kept for repetitions, and secrets are kept sealed.
        app.vault
            .seal(belongs, &serde_json::to_vec(&secrets).map_err(Error::internal)?)
    })
    .await?;
    let secrets: two_factor::Secrets =
        serde_json::from_slice(&app.vault.open(belongs, &sealed)?).map_err(Error::internal)?;
    Ok(web::Json(secrets.into()))
}

fn answer_of(scope: &SignedIn, what: &'static str) -> Belongs {
    Belongs {
        tenant: scope.tenant,
        id: scope.id.0,
        what,
    }
}

/// Asks for a code at each login from now on. The recovery codes are told this once.
#[utoipa::path(
    tag = "accounts",
    operation_id = "enable_two_factor",
    params(IdempotencyKey),
    request_body = OtpBody,
    responses(
        (status = OK, body = RecoveryCodes),
        (status = 409, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/auth/2fa/enable")]
pub(super) async fn enable(
    app: web::Data<App>,
    request: HttpRequest,
    scope: SignedIn,
    key: IdempotencyKey,
    body: web::Json<OtpBody>,
) -> Result<web::Json<RecoveryCodes>, Error> {
    const WHAT: &str = "POST /auth/2fa/enable";
    let sent = app.sessions.keys().fingerprint(&body.otp);
    let belongs = answer_of(&scope, "two-factor codes");
    let attempt = app
        .login_attempts
        .begin(&scope.id.to_string(), client_address(&request, &app.config))
        .await?;
    let enabled: Result<Vec<u8>, Error> = once(&app.db, &scope, key, WHAT, &sent, async |conn| {
        let codes = two_factor::enable(&app, &scope, &body.otp, conn).await?;
        app.vault
            .seal(belongs, &serde_json::to_vec(&codes).map_err(Error::internal)?)
    })
    .await;
    match &enabled {
        Ok(_) => attempt.succeeded(),
        Err(error) if error.code == Code::Invalid => attempt.failed(),
        Err(_) => {}
    }
    let codes = serde_json::from_slice(&app.vault.open(belongs, &enabled?)?).map_err(Error::internal)?;
    Ok(web::Json(RecoveryCodes { recovery_codes: codes }))
}

/// Asks for no code any more; takes one's password, or a code.
#[utoipa::path(
    tag = "accounts",
    operation_id = "disable_two_factor",
    params(IdempotencyKey),
    request_body = DisableBody,
    responses((status = NO_CONTENT), (status = 401, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)),
    security(("bearer" = [])),
)]
#[post("/auth/2fa/disable")]
pub(super) async fn disable(
    app: web::Data<App>,
    request: HttpRequest,
    scope: SignedIn,
    key: IdempotencyKey,
    body: web::Json<DisableBody>,
) -> Result<HttpResponse, Error> {
    const WHAT: &str = "POST /auth/2fa/disable";
    let DisableBody { password, otp } = body.into_inner();
    let fingerprint = |text: &Option<String>| text.as_ref().map(|text| app.sessions.keys().fingerprint(text));
    let sent = json!({ "password": fingerprint(&password), "otp": fingerprint(&otp) });
    let proved = match (password, &otp) {
        (Some(password), _) => {
            check_password(&app, &request, &scope, password).await?;
            None
        }
        (None, Some(_)) => Some(
            app.login_attempts
                .begin(&scope.id.to_string(), client_address(&request, &app.config))
                .await?,
        ),
        (None, None) => return Err(wrong_password().into()),
    };
    let disabled = once(&app.db, &scope, key, WHAT, &sent, async |conn| {
        if proved.is_some() {
            two_factor::pass(&app.vault, scope.tenant, scope.id, otp.as_deref(), conn).await?;
        }
        two_factor::remove(&scope, scope.id, conn).await
    })
    .await;
    match (proved, &disabled) {
        (Some(attempt), Ok(())) => attempt.succeeded(),
        (Some(attempt), Err(error)) if error.code == Code::InvalidOtp => attempt.failed(),
        _ => {}
    }
    disabled?;
    Ok(HttpResponse::NoContent().finish())
}
