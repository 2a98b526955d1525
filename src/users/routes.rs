//! `/users`: everybody sees their colleagues, administrators manage them.

use actix_web::{HttpResponse, get, patch, post, web};
use serde::Serialize;
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::User;
use super::rules::{self, Standing};
use super::store::{self, NewUser, UserChange, UserFilter};
use super::view::{NewUserBody, UserChangeBody, UserQuery, UserSummary};
use crate::app::App;
use crate::audit;
use crate::auth::input::{self, Email, Password, checked};
use crate::auth::links::{self, Purpose};
use crate::auth::{Allowed, Role, Scope, SessionEnded, UsersManage, UsersRead, two_factor};
use crate::clock;
use crate::db::UserId;
use crate::db::page::{Page, PageQuery};
use crate::error::{Code, Error, Problem, Refusal};
use crate::http::once::{IdempotencyKey, once};
use crate::live::OnlineUser;
use crate::rooms;

pub(crate) fn routes(config: &mut ServiceConfig) {
    // `online` before ids, as the first match counts.
    config
        .service(list)
        .service(create)
        .service(online)
        .service(read)
        .service(change)
        .service(invite)
        .service(reset_password)
        .service(drop_second_factor);
}

/// What administrators decide about someone.
#[derive(Serialize)]
struct Managed<'a> {
    full_name: &'a str,
    phone: Option<&'a str>,
    role: Role,
    is_active: bool,
}

impl<'a> Managed<'a> {
    fn of(user: &'a User) -> Self {
        Self {
            full_name: &user.full_name,
            phone: user.phone.as_deref(),
            role: user.role,
            is_active: user.is_active,
        }
    }
}

/// The people of the company, in pages.
#[utoipa::path(
    tag = "users",
    operation_id = "list_users",
    params(PageQuery, UserQuery),
    responses(
        (status = OK, body = Page<UserSummary>),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[get("/users")]
async fn list(
    app: web::Data<App>,
    scope: Allowed<UsersRead>,
    page: web::Query<PageQuery>,
    query: web::Query<UserQuery>,
) -> Result<web::Json<Page<UserSummary>>, Error> {
    let page = page.check(store::SORTABLE)?;
    let filter = UserFilter {
        role: query.role,
        is_active: query.is_active,
    };
    let (users, total) = app
        .db
        .snapshot(scope.tenant, async |conn| {
            Ok::<_, Error>(store::user_list(scope.tenant, filter, &page, conn).await?)
        })
        .await?;
    let items = users.into_iter().map(UserSummary::from).collect();
    Ok(web::Json(page.answer(items, total)))
}

/// Who of the company is online, by name.
#[utoipa::path(
    tag = "users",
    operation_id = "list_online_users",
    responses(
        (status = OK, body = Vec<OnlineUser>),
        (status = 401, body = Problem), (status = 403, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[get("/users/online")]
async fn online(app: web::Data<App>, scope: Allowed<UsersRead>) -> web::Json<Vec<OnlineUser>> {
    web::Json(app.live.online(scope.tenant))
}

/// One person of the company.
#[utoipa::path(
    tag = "users",
    operation_id = "get_user",
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = UserSummary),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[get("/users/{id}")]
async fn read(
    app: web::Data<App>,
    scope: Allowed<UsersRead>,
    id: web::Path<Uuid>,
) -> Result<web::Json<UserSummary>, Error> {
    let id = UserId(id.into_inner());
    let user = app
        .db
        .tenant(scope.tenant, async |conn| {
            Ok::<_, Error>(store::user(scope.tenant, id, conn).await?)
        })
        .await?;
    Ok(web::Json(user.ok_or(Code::NotFound)?.into()))
}

/// Lets someone join the company: with a first password, or by an invitation that is mailed to them.
#[utoipa::path(
    tag = "users",
    operation_id = "create_user",
    params(IdempotencyKey),
    request_body = NewUserBody,
    responses(
        (status = CREATED, body = UserSummary, headers(("Location" = String))),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/users")]
async fn create(
    app: web::Data<App>,
    scope: Allowed<UsersManage>,
    key: IdempotencyKey,
    body: web::Json<NewUserBody>,
) -> Result<HttpResponse, Error> {
    let body = body.into_inner();
    let role = body.role;
    let mut wrong = Vec::new();
    let email = checked(&mut wrong, Email::parse(&body.email));
    let full_name = checked(&mut wrong, input::full_name(&body.full_name));
    let password = checked(
        &mut wrong,
        body.password.map(|text| Password::parse("password", text)).transpose(),
    );
    let phone = checked(&mut wrong, body.phone.as_deref().map(input::phone).transpose());
    if let Err(refusal) = rules::may_give(role) {
        wrong.extend(refusal.fields);
    }
    let (Some(email), Some(full_name), Some(password), Some(phone), true) =
        (email, full_name, password, phone, wrong.is_empty())
    else {
        return Err(Refusal::invalid(wrong).into());
    };

    let sent = json!({
        "email": email.as_str(), "full_name": full_name, "role": role, "phone": phone,
        "password": password.as_ref().map(|password| app.sessions.keys().fingerprint(password.as_str())),
    });
    let password_hash = match password {
        Some(password) => Some(app.passwords.hash(password).await?),
        None => None,
    };
    let new = NewUser {
        tenant_id: scope.tenant,
        id: UserId(clock::new_id()),
        email: email.as_str(),
        full_name: &full_name,
        password_hash: password_hash.as_deref(),
        role,
        phone: phone.as_deref(),
    };
    let user: UserSummary = once(&app.db, &scope, key, "POST /users", &sent, async |conn| {
        let user = store::user_insert(&new, conn).await?;
        let action = if user.is_invited {
            "user.invited"
        } else {
            "user.created"
        };
        let changes = audit::changes(None, Some(&Managed::of(&user))).map_err(Error::internal)?;
        audit::record(&scope, action, user.id.0, &changes, conn).await?;
        if user.is_invited {
            links::issue(scope.tenant, user.id, Purpose::Invitation, conn).await?;
        }
        Ok(user.into())
    })
    .await?;
    app.jobs.wake.wake();
    tracing::info!(user.id = %user.id(), by.id = %scope.id, "A user joined");
    rooms::people_changed(&app, &scope.principal).await;
    Ok(HttpResponse::Created()
        .insert_header(("Location", format!("/api/v1/users/{}", user.id())))
        .json(user))
}

/// Changes someone's name, phone, role or access.
#[utoipa::path(
    tag = "users",
    operation_id = "update_user",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = UserChangeBody,
    responses(
        (status = OK, body = UserSummary),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[patch("/users/{id}")]
async fn change(
    app: web::Data<App>,
    scope: Allowed<UsersManage>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<UserChangeBody>,
) -> Result<web::Json<UserSummary>, Error> {
    let (tenant, id) = (scope.tenant, UserId(id.into_inner()));
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
        role: body.role,
        is_active: body.is_active,
        ..UserChange::default()
    };

    let what = format!("PATCH /users/{id}");
    let user: UserSummary = once(&app.db, &scope, key, &what, &*body, async |conn| {
        let others = store::other_active_admins_in_txn(tenant, id, conn).await?;
        let before = store::user(tenant, id, conn).await?.ok_or(Code::NotFound)?;
        let standing = Standing {
            role: before.role,
            is_active: before.is_active,
        };
        let after = Standing {
            role: change.role.unwrap_or(standing.role),
            is_active: change.is_active.unwrap_or(standing.is_active),
        };
        rules::judge(standing, after, others)?;
        // A login that was under way while they were deactivated must not come to life when they are back.
        if !(standing.is_active && after.is_active) {
            app.sessions.end_all(tenant, id, None, conn).await?;
        }
        let user = store::user_update(tenant, id, &change, clock::now(), conn)
            .await?
            .ok_or(Code::NotFound)?;
        let changes =
            audit::changes(Some(&Managed::of(&before)), Some(&Managed::of(&user))).map_err(Error::internal)?;
        if !changes.is_empty() {
            audit::record(&scope, "user.updated", id.0, &changes, conn).await?;
        }
        Ok(user.into())
    })
    .await?;

    if body.is_active == Some(false) {
        tracing::info!(user.id = %id, by.id = %scope.id, "A user was deactivated");
        app.sessions.announce(SessionEnded {
            tenant,
            session: None,
            user: id,
        });
    } else {
        app.sessions.forget(id);
    }
    if body.is_active.is_some() {
        rooms::people_changed(&app, &scope.principal).await;
    }
    app.jobs.wake.wake();
    Ok(web::Json(user))
}

/// Mails an invitation again to someone who has not accepted theirs.
#[utoipa::path(
    tag = "users",
    operation_id = "invite_user",
    params(("id" = Uuid, Path), IdempotencyKey),
    responses((status = ACCEPTED), (status = 404, body = Problem), (status = 409, body = Problem)),
    security(("bearer" = [])),
)]
#[post("/users/{id}/invite")]
async fn invite(
    app: web::Data<App>,
    scope: Allowed<UsersManage>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    send_link(&app, &scope, key, UserId(*id), Purpose::Invitation).await
}

/// Mails someone a link to choose a new password. The old one works until they do.
#[utoipa::path(
    tag = "users",
    operation_id = "reset_user_password",
    params(("id" = Uuid, Path), IdempotencyKey),
    responses((status = ACCEPTED), (status = 404, body = Problem), (status = 409, body = Problem)),
    security(("bearer" = [])),
)]
#[post("/users/{id}/reset-password")]
async fn reset_password(
    app: web::Data<App>,
    scope: Allowed<UsersManage>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    send_link(&app, &scope, key, UserId(*id), Purpose::Reset).await
}

/// Asks somebody for no code any more who lost both the app and the recovery codes.
#[utoipa::path(
    tag = "users",
    operation_id = "disable_user_two_factor",
    params(("id" = Uuid, Path), IdempotencyKey),
    responses((status = NO_CONTENT), (status = 403, body = Problem), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[post("/users/{id}/2fa/disable")]
async fn drop_second_factor(
    app: web::Data<App>,
    scope: Allowed<UsersManage>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let id = UserId(*id);
    let what = format!("POST /users/{id}/2fa/disable");
    once(&app.db, &scope, key, &what, &(), async |conn| {
        store::user(scope.tenant, id, conn).await?.ok_or(Code::NotFound)?;
        two_factor::remove(&scope, id, conn).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn send_link(
    app: &App,
    scope: &Scope,
    key: IdempotencyKey,
    id: UserId,
    asked: Purpose,
) -> Result<HttpResponse, Error> {
    let what = format!("POST /users/{id}/{asked}");
    once(&app.db, scope, key, &what, &(), async |conn| {
        let user = store::user(scope.tenant, id, conn).await?.ok_or(Code::NotFound)?;
        let purpose = rules::link_for(asked, user.is_active, user.is_invited)?;
        let action = match purpose {
            Purpose::Invitation => "user.invited",
            Purpose::Reset => "user.password_link_sent",
        };
        audit::record(scope, action, id.0, &[], conn).await?;
        links::issue(scope.tenant, id, purpose, conn).await
    })
    .await?;
    app.jobs.wake.wake();
    Ok(HttpResponse::Accepted().finish())
}
