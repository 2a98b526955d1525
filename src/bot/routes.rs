//! `/bot`: flows and the bot's settings.

use actix_web::{HttpResponse, delete, get, post, put, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::flow::Flow;
use super::hours::{BUSINESS_HOURS, Hours};
use super::view::{
    Editor, FlowBody, FlowChangeBody, FlowVersion, FlowVersionSummary, FlowView, Setting, SettingBody, Settings,
    Simulation, SimulationBody,
};
use super::{check, simulate, store};
use crate::ai::{self, About};
use crate::app::App;
use crate::audit;
use crate::auth::{Allowed, BotManage, Scope};
use crate::clock;
use crate::db::page::{Page, PageQuery};
use crate::db::{Connection, DbError, FlowId};
use crate::error::{Code, Error, FieldError, Problem, Refusal};
use crate::fields::Fields;
use crate::http::json::object;
use crate::http::once::{IdempotencyKey, once};

const MAX_SIMULATED: usize = 100;
const MAX_SETTING_BYTES: usize = 64 * 1024;

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(list)
        .service(create)
        .service(read)
        .service(update)
        .service(delete)
        .service(publish)
        .service(versions)
        .service(version)
        .service(play)
        .service(read_settings)
        .service(read_setting)
        .service(change_setting);
}

/// The company's flows, the default one first.
#[utoipa::path(
    tag = "bot",
    operation_id = "list_flows",
    params(PageQuery),
    responses((status = OK, body = Page<FlowView>), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/bot/flows")]
async fn list(
    app: web::Data<App>,
    scope: Allowed<BotManage>,
    page: web::Query<PageQuery>,
) -> Result<web::Json<Page<FlowView>>, Error> {
    let page = page.check(&[])?;
    let (items, total) = app
        .db
        .tenant(scope.tenant, async |conn| {
            store::ensure_default(scope.tenant, clock::now(), conn).await?;
            Ok::<_, DbError>(store::flow_list(scope.tenant, &page, conn).await?)
        })
        .await?;
    Ok(web::Json(page.answer(items, total)))
}

/// Makes a flow, as a draft: nothing runs it until it is published.
#[utoipa::path(
    tag = "bot",
    operation_id = "create_flow",
    params(IdempotencyKey),
    request_body = FlowBody,
    responses((status = CREATED, body = FlowView, headers(("Location" = String))), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[post("/bot/flows")]
async fn create(
    app: web::Data<App>,
    scope: Allowed<BotManage>,
    key: IdempotencyKey,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let body = object(body.into_inner())?;
    let becomes_default = becomes_default(&body)?;
    let draft = Flow::parse(body)?;
    let (tenant, id) = (scope.tenant, FlowId(clock::new_id()));
    let sent = (&draft, becomes_default);
    let flow: FlowView = once(&app.db, &scope, key, "POST /bot/flows", &sent, async |conn| {
        store::ensure_default(tenant, clock::now(), conn).await?;
        store::flow_insert(tenant, id, &draft, clock::now(), conn).await?;
        if becomes_default {
            store::flow_make_default(tenant, id, conn).await?;
        }
        audit::record(&scope, "bot_flow.created", id.0, &[], conn).await?;
        found(store::flow(tenant, id, conn).await?)
    })
    .await?;
    Ok(HttpResponse::Created()
        .insert_header(("Location", format!("/api/v1/bot/flows/{}", flow.id)))
        .json(flow))
}

fn found(flow: Option<FlowView>) -> Result<FlowView, Error> {
    flow.ok_or_else(|| Code::NotFound.into())
}

/// Whether the flow is to be the default one; `false` says nothing, since one has to be.
/// The draft that a new one was drawn from, where the client says so: a condition, and no part of the flow.
fn drawn_from(body: &mut Map<String, Value>) -> Result<Option<DateTime<Utc>>, Refusal> {
    let mut fields = Fields::of(json!({ "if_updated_at": body.remove("if_updated_at") }))?;
    let moment = fields.moment("if_updated_at").flatten();
    fields.finish(Some(moment))
}

fn becomes_default(body: &Map<String, Value>) -> Result<bool, Refusal> {
    let mut fields = Fields::of(json!({ "is_default": body.get("is_default") }))?;
    let flag = fields.flag("is_default").flatten().unwrap_or(false);
    fields.finish(Some(flag))
}

/// A flow.
#[utoipa::path(
    tag = "bot",
    operation_id = "get_flow",
    params(("id" = Uuid, Path)),
    responses((status = OK, body = FlowView), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/bot/flows/{id}")]
async fn read(
    app: web::Data<App>,
    scope: Allowed<BotManage>,
    id: web::Path<Uuid>,
) -> Result<web::Json<FlowView>, Error> {
    let flow = app
        .db
        .tenant(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::flow(scope.tenant, FlowId(*id), conn).await?)
        })
        .await?;
    found(flow).map(web::Json)
}

/// Changes the draft of a flow: what is given. What is published stays as it was.
#[utoipa::path(
    tag = "bot",
    operation_id = "update_flow",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = FlowChangeBody,
    responses(
        (status = OK, body = FlowView), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[put("/bot/flows/{id}")]
async fn update(
    app: web::Data<App>,
    scope: Allowed<BotManage>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<web::Json<FlowView>, Error> {
    let mut given = object(body.into_inner())?;
    let becomes_default = becomes_default(&given)?;
    let drawn_from = drawn_from(&mut given)?;
    let (tenant, id) = (scope.tenant, FlowId(*id));
    let what = format!("PUT /bot/flows/{id}");
    let flow = once(&app.db, &scope, key, &what, &given, async |conn| {
        let before = found(store::flow_lock(tenant, id, conn).await?)?;
        let mut whole = object(serde_json::to_value(&before.draft).map_err(Error::internal)?)?;
        whole.extend(given.clone());
        let draft = Flow::parse(whole)?;
        if draft != before.draft {
            before.check_drawn_from(drawn_from)?;
            store::flow_update(tenant, id, &draft, &Editor::of(&scope), clock::now(), conn).await?;
            audit::record(&scope, "bot_flow.updated", id.0, &[], conn).await?;
        }
        if becomes_default && !before.is_default {
            store::flow_make_default(tenant, id, conn).await?;
            audit::record(&scope, "bot_flow.made_default", id.0, &[], conn).await?;
        }
        found(store::flow(tenant, id, conn).await?)
    })
    .await?;
    Ok(web::Json(flow))
}

/// Deletes a flow. Conversations that run it finish on it; channels that name it run the default one from now on.
#[utoipa::path(
    tag = "bot",
    operation_id = "delete_flow",
    params(("id" = Uuid, Path), IdempotencyKey),
    responses((status = NO_CONTENT), (status = 404, body = Problem), (status = 409, body = Problem)),
    security(("bearer" = [])),
)]
#[delete("/bot/flows/{id}")]
async fn delete(
    app: web::Data<App>,
    scope: Allowed<BotManage>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let (tenant, id) = (scope.tenant, FlowId(*id));
    let what = format!("DELETE /bot/flows/{id}");
    once(&app.db, &scope, key, &what, &json!({}), async |conn| {
        if found(store::flow_lock(tenant, id, conn).await?)?.is_default {
            return Err(Code::DefaultFlow.into());
        }
        store::flow_delete(tenant, id, conn).await?;
        audit::record(&scope, "bot_flow.deleted", id.0, &[], conn).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lets new conversations run the flow as it is drawn now. Those that are under way finish on the version they began with.
#[utoipa::path(
    tag = "bot",
    operation_id = "publish_flow",
    params(("id" = Uuid, Path), IdempotencyKey),
    responses((status = OK, body = FlowView), (status = 404, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[post("/bot/flows/{id}/publish")]
async fn publish(
    app: web::Data<App>,
    scope: Allowed<BotManage>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
) -> Result<web::Json<FlowView>, Error> {
    let id = FlowId(*id);
    let what = format!("POST /bot/flows/{id}/publish");
    let flow = once(&app.db, &scope, key, &what, &json!({}), async |conn| {
        publish_in_txn(&scope, id, conn).await
    })
    .await?;
    Ok(web::Json(flow))
}

async fn publish_in_txn(scope: &Scope, id: FlowId, conn: &mut Connection) -> Result<FlowView, Error> {
    let tenant = scope.tenant;
    let flow = found(store::flow_lock(tenant, id, conn).await?)?;
    let problems = check::problems(&flow.draft);
    if !problems.is_empty() {
        return Err(Error {
            fields: problems,
            ..Code::FlowInvalid.into()
        });
    }
    if !flow.has_changes {
        return Ok(flow);
    }
    store::flow_publish(tenant, id, &flow.draft, Some(scope.id), clock::now(), conn).await?;
    audit::record(scope, "bot_flow.published", id.0, &[], conn).await?;
    found(store::flow(tenant, id, conn).await?)
}

/// What was published of a flow, newest first.
#[utoipa::path(
    tag = "bot",
    operation_id = "list_flow_versions",
    params(("id" = Uuid, Path), PageQuery),
    responses((status = OK, body = Page<FlowVersionSummary>), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/bot/flows/{id}/versions")]
async fn versions(
    app: web::Data<App>,
    scope: Allowed<BotManage>,
    id: web::Path<Uuid>,
    page: web::Query<PageQuery>,
) -> Result<web::Json<Page<FlowVersionSummary>>, Error> {
    let page = page.check(&[])?;
    let id = FlowId(*id);
    let (items, total) = app
        .db
        .snapshot(scope.tenant, async |conn| {
            found(store::flow(scope.tenant, id, conn).await?)?;
            Ok::<_, Error>(store::version_list(scope.tenant, id, &page, conn).await?)
        })
        .await?;
    Ok(web::Json(page.answer(items, total)))
}

/// One of a flow's versions.
#[utoipa::path(
    tag = "bot",
    operation_id = "get_flow_version",
    params(("id" = Uuid, Path), ("number" = i32, Path)),
    responses((status = OK, body = FlowVersion), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/bot/flows/{id}/versions/{number}")]
async fn version(
    app: web::Data<App>,
    scope: Allowed<BotManage>,
    path: web::Path<(Uuid, i32)>,
) -> Result<web::Json<FlowVersion>, Error> {
    let (id, number) = path.into_inner();
    let version = app
        .db
        .tenant(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::version(scope.tenant, FlowId(id), number, conn).await?)
        })
        .await?;
    Ok(web::Json(version.ok_or(Code::NotFound)?))
}

/// Plays the flow as it is drawn now, without a customer and without asking anything outside.
#[utoipa::path(
    tag = "bot",
    operation_id = "simulate_flow",
    params(("id" = Uuid, Path)),
    request_body = SimulationBody,
    responses((status = OK, body = Simulation), (status = 404, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[post("/bot/flows/{id}/simulate")]
async fn play(
    app: web::Data<App>,
    scope: Allowed<BotManage>,
    id: web::Path<Uuid>,
    body: web::Json<SimulationBody>,
) -> Result<web::Json<Simulation>, Error> {
    let body = body.into_inner();
    if body.messages.len() > MAX_SIMULATED {
        let detail = format!("at most {MAX_SIMULATED}");
        return Err(Refusal::field("messages", "too_many", detail).into());
    }
    let (flow, open) = app
        .db
        .snapshot(scope.tenant, async |conn| {
            let flow = store::flow(scope.tenant, FlowId(*id), conn).await?;
            let open = store::open_now(scope.tenant, clock::now(), conn).await?;
            Ok::<_, DbError>((flow, open))
        })
        .await?;
    Ok(web::Json(simulate::simulate(&found(flow)?.draft, body, open)))
}

/// The bot's settings.
#[utoipa::path(
    tag = "bot",
    operation_id = "list_bot_settings",
    responses((status = OK, body = Settings)),
    security(("bearer" = [])),
)]
#[get("/bot/config")]
async fn read_settings(app: web::Data<App>, scope: Allowed<BotManage>) -> Result<web::Json<Settings>, Error> {
    let items = app
        .db
        .tenant(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::setting_list(scope.tenant, conn).await?)
        })
        .await?;
    Ok(web::Json(Settings { items }))
}

/// A setting of the bot.
#[utoipa::path(
    tag = "bot",
    operation_id = "get_bot_setting",
    params(("key" = String, Path)),
    responses((status = OK, body = Setting), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/bot/config/{key}")]
async fn read_setting(
    app: web::Data<App>,
    scope: Allowed<BotManage>,
    key: web::Path<String>,
) -> Result<web::Json<Setting>, Error> {
    let items = app
        .db
        .tenant(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::setting_list(scope.tenant, conn).await?)
        })
        .await?;
    let setting = items.into_iter().find(|setting| setting.key == *key);
    Ok(web::Json(setting.ok_or(Code::NotFound)?))
}

/// Changes a setting of the bot. `business_hours` are the hours at which people are there: `{"mon": [["08:00", "18:00"]], …}`;
/// `ai` is what a language model is told of the company: `{instructions, knowledge, monthly_tokens}`.
#[utoipa::path(
    tag = "bot",
    operation_id = "set_bot_setting",
    params(("key" = String, Path), IdempotencyKey),
    request_body = SettingBody,
    responses((status = OK, body = Setting), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[put("/bot/config/{key}")]
async fn change_setting(
    app: web::Data<App>,
    scope: Allowed<BotManage>,
    key: web::Path<String>,
    once_key: IdempotencyKey,
    body: web::Json<SettingBody>,
) -> Result<web::Json<Setting>, Error> {
    check_setting(&key, &body.value)?;
    let (tenant, now) = (scope.tenant, clock::now());
    let what = format!("PUT /bot/config/{key}");
    let setting = once(&app.db, &scope, once_key, &what, &*body, async |conn| {
        let before = store::setting_list(tenant, conn).await?;
        let before = before.into_iter().find(|setting| setting.key == *key);
        store::setting_put(tenant, &key, &body.value, now, conn).await?;
        let change = audit::Change {
            field: key.to_string(),
            from: before.map(|setting| setting.value).unwrap_or_default(),
            to: body.value.clone(),
        };
        audit::record(&scope, "bot_config.updated", tenant.0, &[change], conn).await?;
        Ok(Setting {
            key: key.to_string(),
            value: body.value.clone(),
            updated_at: now,
        })
    })
    .await?;
    Ok(web::Json(setting))
}

/// # Errors
/// `invalid`: a key of another form, a value too large, or one that its key does not take.
fn check_setting(key: &str, value: &Value) -> Result<(), Refusal> {
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.');
    let mut wrong = Vec::new();
    if key.is_empty() || key.len() > 64 || !key.chars().all(is_name) {
        let message = "must be of small letters, digits, _ and ., at most 64";
        wrong.push(FieldError::new("key", "invalid", message));
    }
    let text = value.to_string();
    if text.len() > MAX_SETTING_BYTES || text.contains("\\u0000") {
        wrong.push(FieldError::new(
            "value",
            "invalid",
            "too long, or with control characters",
        ));
    }
    if key == BUSINESS_HOURS
        && let Err(message) = Hours::read(value)
    {
        wrong.push(FieldError::new("value", "invalid", message));
    }
    if key == ai::SETTING
        && let Err(error) = About::deserialize(value)
    {
        wrong.push(FieldError::new("value", "invalid", error.to_string()));
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Refusal::invalid(wrong))
    }
}
