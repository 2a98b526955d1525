//! Forgotten passwords and invitations: what is done with a link that came by mail.

use actix_web::{HttpRequest, HttpResponse, post, web};

use super::client;
use crate::app::App;
use crate::auth::input::{self, Email, Password, checked};
use crate::auth::links::{self, Purpose};
use crate::auth::store;
use crate::auth::view::{AcceptBody, ForgotBody, Invitation, LinkBody, ResetBody, Session, SessionUser};
use crate::auth::{SessionEnded, cookie};
use crate::clock;
use crate::error::{Code, Error, Problem, Refusal};
use crate::users::store::{self as people, UserChange};

/// Sends a link to choose a new password, where somebody has this address. The answer is always the same, and as fast.
#[utoipa::path(
    tag = "accounts",
    operation_id = "forgot_password",
    request_body = ForgotBody,
    responses((status = ACCEPTED), (status = 422, body = Problem), (status = 429, body = Problem)),
)]
#[post("/auth/forgot-password")]
pub(super) async fn forgot(app: web::Data<App>, body: web::Json<ForgotBody>) -> Result<HttpResponse, Error> {
    let email = Email::parse(&body.email).map_err(|wrong| Refusal::invalid(vec![wrong]))?;
    // Looked for after the answer: how long that takes tells nobody anything.
    actix_rt::spawn(async move {
        if let Err(error) = links::forgotten(&app, &email).await {
            tracing::error!(error = format!("{error:#}"), "Could not send a link for a new password");
        }
    });
    Ok(HttpResponse::Accepted().finish())
}

/// Chooses a new password by the link that came by mail, and ends all logins.
#[utoipa::path(
    tag = "accounts",
    operation_id = "reset_password",
    request_body = ResetBody,
    responses((status = NO_CONTENT), (status = 422, body = Problem)),
)]
#[post("/auth/reset-password")]
pub(super) async fn reset(app: web::Data<App>, body: web::Json<ResetBody>) -> Result<HttpResponse, Error> {
    let ResetBody { token, password } = body.into_inner();
    let password = Password::parse("password", password).map_err(|wrong| Refusal::invalid(vec![wrong]))?;
    let (holder, ()) = links::redeem(&app, &token, Purpose::Reset, password, async |_, _| Ok(())).await?;
    app.sessions.announce(SessionEnded {
        tenant: holder.tenant,
        session: None,
        user: holder.user,
    });
    Ok(HttpResponse::NoContent().finish())
}

/// Who is invited where, before they accept.
#[utoipa::path(
    tag = "accounts",
    operation_id = "read_invitation",
    request_body = LinkBody,
    responses((status = OK, body = Invitation), (status = 422, body = Problem)),
)]
#[post("/auth/invitation")]
pub(super) async fn invitation(app: web::Data<App>, body: web::Json<LinkBody>) -> Result<web::Json<Invitation>, Error> {
    let holder = links::holder(&app, &body.token, Purpose::Invitation).await?;
    let invitation = app
        .db
        .tenant(holder.tenant, async |conn| {
            let user = people::user(holder.tenant, holder.user, conn)
                .await?
                .ok_or(Code::InvalidLink)?;
            let tenant = store::tenant(holder.tenant, conn).await?;
            Ok::<_, Error>(Invitation {
                email: user.email,
                full_name: user.full_name,
                tenant_name: tenant.name,
            })
        })
        .await?;
    Ok(web::Json(invitation))
}

/// Accepts an invitation with a first password, and signs in.
#[utoipa::path(
    tag = "accounts",
    operation_id = "accept_invitation",
    request_body = AcceptBody,
    responses((status = OK, body = Session), (status = 422, body = Problem)),
)]
#[post("/auth/accept-invitation")]
pub(super) async fn accept(
    app: web::Data<App>,
    request: HttpRequest,
    body: web::Json<AcceptBody>,
) -> Result<HttpResponse, Error> {
    let AcceptBody {
        token,
        full_name,
        password,
    } = body.into_inner();
    let mut wrong = Vec::new();
    let full_name = checked(&mut wrong, full_name.as_deref().map(input::full_name).transpose());
    let password = checked(&mut wrong, Password::parse("password", password));
    let (Some(full_name), Some(password)) = (full_name, password) else {
        return Err(Refusal::invalid(wrong).into());
    };
    let change = UserChange {
        full_name,
        ..UserChange::default()
    };
    let client = client(&app, &request);
    let (holder, session) = links::redeem(&app, &token, Purpose::Invitation, password, async |holder, conn| {
        let (tenant, user) = (holder.tenant, holder.user);
        let person = people::user_update(tenant, user, &change, clock::now(), conn).await?;
        let company = store::tenant(tenant, conn).await?;
        let tokens = app.sessions.open(tenant, user, &client, conn).await?;
        Ok(Session {
            user: SessionUser::new(&person.ok_or(Code::InvalidLink)?, company),
            tokens: tokens.into(),
        })
    })
    .await?;
    app.sessions.forget(holder.user);
    Ok(HttpResponse::Ok()
        .cookie(cookie::open(&app, &request, session.tokens.access_token()))
        .json(session))
}
