//! `/auth`: signing in and out, and one's own profile.

mod links;
mod two_factor;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::app::App;
use crate::attachments;
use crate::auth::by_name::{self, Login, NamedLoginBody, NamedSession};
use crate::auth::input::{self, Email, Password, checked};
use crate::auth::register::{Registration, register};
use crate::auth::sessions::Client;
use crate::auth::store::{self, Account};
use crate::auth::view::{
    LoginBody, Me, MeChangeBody, PasswordBody, RefreshBody, RegisterBody, Session, SessionUser, TokenPair,
};
use crate::auth::{Scope, SessionEnded, SignedIn, cookie, two_factor as second};
use crate::clock;
use crate::db::{AttachmentId, Connection, DbError, SessionId};
use crate::error::{Code, Error, Problem, Refusal};
use crate::http::address::client_address;
use crate::http::once::{IdempotencyKey, done, once};
use crate::users::store::{self as people, UserChange};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(sign_up)
        .service(login)
        .service(refresh)
        .service(refresh_token)
        .service(logout)
        .service(me)
        .service(change_me)
        .service(change_password)
        .service(links::forgot)
        .service(links::reset)
        .service(links::invitation)
        .service(links::accept)
        .service(two_factor::set_up)
        .service(two_factor::enable)
        .service(two_factor::disable);
}

/// Makes a new company; whoever calls becomes its first administrator and is signed in.
#[utoipa::path(
    tag = "accounts",
    operation_id = "register",
    request_body = RegisterBody,
    responses(
        (status = CREATED, body = Session),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
    ),
)]
#[post("/auth/register")]
async fn sign_up(
    app: web::Data<App>,
    request: HttpRequest,
    body: web::Json<RegisterBody>,
) -> Result<HttpResponse, Error> {
    if !app.config.allow_registration {
        return Err(Code::RegistrationClosed.into());
    }
    let registration = Registration::parse(body.into_inner())?;
    let session = register(&app, registration, &client(&app, &request)).await?;
    Ok(HttpResponse::Created()
        .cookie(cookie::open(&app, &request, session.tokens.access_token()))
        .json(session))
}

/// Signs in: by e-mail address, or by `{nome, senha}` and answered with `{id, nome, is_admin, token}`.
#[utoipa::path(
    tag = "accounts",
    operation_id = "login",
    request_body = LoginBody,
    responses(
        (status = OK, body = Session),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 429, body = Problem),
    ),
)]
#[post("/auth/login")]
async fn login(app: web::Data<App>, request: HttpRequest, body: web::Json<Login>) -> Result<HttpResponse, Error> {
    let (session, is_named) = match body.into_inner() {
        Login::ByEmail(LoginBody { email, password, otp }) => {
            let email = Email::parse(&email).ok();
            (
                sign_in(&app, &request, email, "", Secrets { password, otp }).await?,
                false,
            )
        }
        Login::ByName(NamedLoginBody { nome, senha, otp }) => {
            let email = by_name::email_of(&app, &request, &nome).await?;
            (
                sign_in(&app, &request, email, &nome, Secrets { password: senha, otp }).await?,
                true,
            )
        }
    };
    let mut response = HttpResponse::Ok();
    response.cookie(cookie::open(&app, &request, session.tokens.access_token()));
    Ok(if is_named {
        response.json(NamedSession::of(&session))
    } else {
        response.json(session)
    })
}

/// What somebody proves who they are with.
struct Secrets {
    password: String,
    otp: Option<String>,
}

/// `name`: what guesses are counted by where nobody's address is known.
async fn sign_in(
    app: &App,
    request: &HttpRequest,
    email: Option<Email>,
    name: &str,
    secrets: Secrets,
) -> Result<Session, Error> {
    let named = email.as_ref().map_or(name, Email::as_str);
    let attempt = app
        .login_attempts
        .begin(named, client_address(request, &app.config))
        .await?;
    let account = match &email {
        Some(email) => account(app, email).await?,
        None => None,
    };
    let hash = account.as_ref().and_then(|account| account.password_hash.clone());
    let right = app.passwords.verify(secrets.password, hash).await?;
    let Some(account) = account.filter(|account| right && account.is_active) else {
        attempt.failed();
        return Err(Code::InvalidCredentials.into());
    };
    let opened = open(app, &account, secrets.otp.as_deref(), &client(app, request)).await;
    match &opened {
        Ok(_) => attempt.succeeded(),
        Err(error) if error.code == Code::InvalidOtp => attempt.failed(),
        Err(_) => {}
    }
    opened
}

async fn account(app: &App, email: &Email) -> Result<Option<Account>, Error> {
    let mut conn = app.db.system().await?;
    Ok(store::account_by_email(email.as_str(), &mut conn).await?)
}

async fn open(app: &App, account: &Account, otp: Option<&str>, client: &Client) -> Result<Session, Error> {
    let (tenant, user) = (account.tenant, account.user);
    app.db
        .tenant(tenant, async |conn| {
            let company = store::tenant(tenant, conn).await?;
            if company.is_suspended() {
                return Err(Code::TenantSuspended.into());
            }
            // Both were looked at before the hash was checked, which takes a while.
            let person = people::user(tenant, user, conn)
                .await?
                .filter(|person| person.is_active);
            let hash = store::password_hash(tenant, user, conn).await?;
            let person = person
                .filter(|_| hash == account.password_hash)
                .ok_or(Code::InvalidCredentials)?;
            second::pass(&app.vault, tenant, user, otp, conn).await?;
            let tokens = app.sessions.open(tenant, user, client, conn).await?;
            Ok(Session {
                user: SessionUser::new(&person, company),
                tokens: tokens.into(),
            })
        })
        .await
}

/// Exchanges the refresh token for a new pair. Using an old one ends the whole login.
#[utoipa::path(
    tag = "accounts",
    operation_id = "refresh",
    params(IdempotencyKey),
    request_body = RefreshBody,
    responses((status = OK, body = TokenPair), (status = 401, body = Problem)),
)]
#[post("/auth/refresh")]
async fn refresh(
    app: web::Data<App>,
    request: HttpRequest,
    key: IdempotencyKey,
    body: web::Json<RefreshBody>,
) -> Result<HttpResponse, Error> {
    renew(&app, &request, key, &body).await
}

async fn renew(
    app: &App,
    request: &HttpRequest,
    key: IdempotencyKey,
    body: &RefreshBody,
) -> Result<HttpResponse, Error> {
    let tokens: TokenPair = app.sessions.refresh(&body.refresh_token, key.0).await?.into();
    Ok(HttpResponse::Ok()
        .cookie(cookie::open(app, request, tokens.access_token()))
        .json(tokens))
}

/// The same as `/auth/refresh`.
#[utoipa::path(
    tag = "accounts",
    operation_id = "refresh_token",
    params(IdempotencyKey),
    request_body = RefreshBody,
    responses((status = OK, body = TokenPair), (status = 401, body = Problem)),
)]
#[post("/auth/refresh-token")]
async fn refresh_token(
    app: web::Data<App>,
    request: HttpRequest,
    key: IdempotencyKey,
    body: web::Json<RefreshBody>,
) -> Result<HttpResponse, Error> {
    renew(&app, &request, key, &body).await
}

/// Ends this login: its tokens stop working everywhere.
#[utoipa::path(
    tag = "accounts",
    operation_id = "logout",
    responses((status = NO_CONTENT), (status = 401, body = Problem)),
    security(("bearer" = [])),
)]
#[post("/auth/logout")]
async fn logout(app: web::Data<App>, request: HttpRequest, scope: SignedIn) -> Result<HttpResponse, Error> {
    app.sessions.end(&scope).await?;
    Ok(HttpResponse::NoContent().cookie(cookie::close(&app, &request)).finish())
}

/// One's own profile and permissions.
#[utoipa::path(
    tag = "accounts",
    operation_id = "get_me",
    responses((status = OK, body = Me), (status = 401, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/auth/me")]
async fn me(app: web::Data<App>, scope: SignedIn) -> Result<web::Json<Me>, Error> {
    let profile = app
        .db
        .tenant(scope.tenant, async |conn| profile(&scope, conn).await)
        .await?;
    Ok(web::Json(profile))
}

async fn profile(scope: &Scope, conn: &mut Connection) -> Result<Me, Error> {
    let user = people::user(scope.tenant, scope.id, conn)
        .await?
        .ok_or(Code::Unauthorized)?;
    let company = store::tenant(scope.tenant, conn).await?;
    let two_factor_enabled = second::is_on(scope.tenant, scope.id, conn).await?;
    Ok(Me::new(&user, company, two_factor_enabled))
}

/// Changes one's own profile.
#[utoipa::path(
    tag = "accounts",
    operation_id = "update_me",
    params(IdempotencyKey),
    request_body = MeChangeBody,
    responses((status = OK, body = Me), (status = 401, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[patch("/auth/me")]
async fn change_me(
    app: web::Data<App>,
    scope: SignedIn,
    key: IdempotencyKey,
    body: web::Json<MeChangeBody>,
) -> Result<web::Json<Me>, Error> {
    let mut wrong = Vec::new();
    let full_name = checked(&mut wrong, body.full_name.as_deref().map(input::full_name).transpose());
    let phone = body
        .phone
        .as_ref()
        .map(|phone| phone.as_deref().map(input::phone).transpose());
    let phone = checked(&mut wrong, phone.transpose());
    let (Some(full_name), Some(phone)) = (full_name, phone) else {
        return Err(Refusal::invalid(wrong).into());
    };
    let change = UserChange {
        full_name,
        phone,
        language: body.language,
        theme: body.theme,
        avatar_id: body.avatar_id,
        ..UserChange::default()
    };
    let changed = once(&app.db, &scope, key, "PATCH /auth/me", &*body, async |conn| {
        if let Some(Some(picture)) = body.avatar_id {
            check_picture(&scope, picture, conn).await?;
        }
        people::user_update(scope.tenant, scope.id, &change, clock::now(), conn).await?;
        profile(&scope, conn).await
    })
    .await?;
    app.sessions.forget(scope.id);
    app.jobs.wake.wake();
    Ok(web::Json(changed))
}

/// # Errors
/// `invalid`, unless it is an image that this person uploaded.
async fn check_picture(scope: &Scope, picture: AttachmentId, conn: &mut Connection) -> Result<(), Error> {
    let found = attachments::sendable(scope.tenant, &[picture], conn).await?;
    match found.as_slice() {
        [(uploader, file)] if *uploader == scope.id && file.thumbnail_url.is_some() => Ok(()),
        [(uploader, _)] if *uploader == scope.id => {
            Err(Refusal::field("avatar_id", "not_an_image", "is not an image").into())
        }
        _ => Err(Refusal::field("avatar_id", "not_found", "is no file of yours").into()),
    }
}

/// Changes one's own password and ends one's other logins.
#[utoipa::path(
    tag = "accounts",
    operation_id = "change_password",
    params(IdempotencyKey),
    request_body = PasswordBody,
    responses(
        (status = NO_CONTENT),
        (status = 401, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/auth/password")]
async fn change_password(
    app: web::Data<App>,
    request: HttpRequest,
    scope: SignedIn,
    key: IdempotencyKey,
    body: web::Json<PasswordBody>,
) -> Result<HttpResponse, Error> {
    const WHAT: &str = "POST /auth/password";
    let PasswordBody {
        current_password,
        new_password,
    } = body.into_inner();
    let new = Password::parse("new_password", new_password).map_err(|error| Refusal::invalid(vec![error]))?;
    let fingerprint = |text: &str| app.sessions.keys().fingerprint(text);
    let sent = json!({"current": fingerprint(&current_password), "new": fingerprint(new.as_str())});
    // Once it was changed the current password is another one.
    if done::<Vec<SessionId>>(&app.db, &scope, key, WHAT, &sent)
        .await?
        .is_some()
    {
        return Ok(HttpResponse::NoContent().finish());
    }

    let checked = check_password(&app, &request, &scope, current_password).await?;
    let hash = app.passwords.hash(new).await?;
    let (tenant, user) = (scope.tenant, scope.id);
    let ended = once(&app.db, &scope, key, WHAT, &sent, async |conn| {
        // Sessions before users, as everywhere: whoever locks both does so in one order.
        let ended = app.sessions.end_all(tenant, user, Some(scope.session), conn).await?;
        if !store::password_replace(tenant, user, &checked, &hash, clock::now(), conn).await? {
            return Err(wrong_password().into());
        }
        Ok(ended)
    })
    .await?;
    for session in ended {
        app.sessions.announce(SessionEnded {
            tenant,
            session: Some(session),
            user,
        });
    }
    Ok(HttpResponse::NoContent().finish())
}

/// Checks the password of whoever is signed in, as seldom as a login may be tried; its hash, when it is right.
async fn check_password(app: &App, request: &HttpRequest, scope: &Scope, password: String) -> Result<String, Error> {
    let attempt = app
        .login_attempts
        .begin(&scope.id.to_string(), client_address(request, &app.config))
        .await?;
    let hash = app
        .db
        .tenant(scope.tenant, async |conn| {
            store::password_hash(scope.tenant, scope.id, conn)
                .await
                .map_err(DbError::from)
        })
        .await
        .map_err(|error: DbError| Error::from(error))?
        .ok_or(Code::Unauthorized)?;
    if app.passwords.verify(password, Some(hash.clone())).await? {
        attempt.succeeded();
        Ok(hash)
    } else {
        attempt.failed();
        Err(wrong_password().into())
    }
}

fn wrong_password() -> Refusal {
    Refusal::field("current_password", "wrong", "is not your password")
}

/// Where a login comes from, as its user will recognise it.
fn client(app: &App, request: &HttpRequest) -> Client {
    let user_agent = request
        .headers()
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok());
    Client {
        user_agent: user_agent.map(|text| text.chars().take(400).collect()),
        address: client_address(request, &app.config).to_string(),
    }
}
