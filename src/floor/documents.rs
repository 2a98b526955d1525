//! The floor in the words of the document that it comes from: the same handlers under Portuguese paths and field names.

use std::collections::BTreeMap;

use actix_web::{get, post, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::calendar::Calendar;
use super::routes::{clients_by_period, mark, one, own, present, stats_of, stats_of_all};
use super::run::Order;
use super::store::{self, Clients};
use super::view::{Client, ClientState, Dealt};
use crate::app::App;
use crate::auth::{Allowed, FloorManage, FloorRead};
use crate::db::{ContactId, DbError, TenantId, UserId};
use crate::error::{Error, Problem};
use crate::fields::money::Money;
use crate::http::once::IdempotencyKey;
use crate::sellers::view::SellerStats;

/// The document knows no pages: so many clients are told at most.
const MOST: i64 = 10_000;
/// And so many of each period.
const OF_PERIOD: i64 = 1_000;

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(meus_clientes)
        .service(marcar_contatado)
        .service(estatisticas)
        .service(clientes_por_periodo)
        .service(todos_clientes)
        .service(realocar_cliente)
        .service(redistribuir_todos)
        .service(liberar_cliente)
        .service(estatisticas_gerais);
}

/// A client.
#[derive(Serialize, ToSchema)]
struct Cliente {
    id: ContactId,
    nome: String,
    #[schema(required)]
    celular: Option<String>,
    #[schema(required)]
    email: Option<String>,
    #[schema(required)]
    data_ultima_compra: Option<NaiveDate>,
    valor_total: Money,
    /// `disponivel`, `atribuido`, `contatado`, `ativo` or `inativo`.
    status: &'static str,
    #[schema(required)]
    dias_sem_comprar: Option<i64>,
    /// The seller's name.
    #[schema(required)]
    vendedor_atribuido: Option<String>,
    #[schema(required)]
    vendedor_id: Option<UserId>,
    contatado: bool,
    #[schema(required)]
    observacoes: Option<String>,
}

impl Cliente {
    fn of(client: Client, calendar: &Calendar) -> Self {
        let status = match client.state {
            ClientState::Available => "disponivel",
            ClientState::Assigned => "atribuido",
            ClientState::Contacted => "contatado",
            ClientState::Active => "ativo",
            ClientState::Inactive => "inativo",
        };
        let (vendedor_id, vendedor_atribuido) = client.seller.map(|seller| (seller.id, seller.name)).unzip();
        Self {
            id: client.id,
            nome: client.name,
            celular: client.phone,
            email: client.email,
            data_ultima_compra: client.last_purchase_at.map(|at| calendar.day_of(at)),
            valor_total: client.total_spent,
            status,
            dias_sem_comprar: client.days_since_purchase,
            vendedor_atribuido,
            vendedor_id,
            contatado: client.contacted,
            observacoes: client.notes,
        }
    }
}

/// A seller's numbers.
#[derive(Serialize, ToSchema)]
struct Estatisticas {
    id: UserId,
    nome: String,
    online: bool,
    total_atribuidos: i64,
    contatados: i64,
    total_pendentes: i64,
}

impl From<SellerStats> for Estatisticas {
    fn from(stats: SellerStats) -> Self {
        Self {
            id: stats.id,
            nome: stats.name,
            online: stats.is_online,
            total_atribuidos: stats.assigned,
            contatados: stats.contacted,
            total_pendentes: stats.pending,
        }
    }
}

/// The floor in numbers.
#[derive(Serialize, ToSchema)]
struct EstatisticasGerais {
    total_clientes: i64,
    disponiveis: i64,
    total_atribuidos: i64,
    contatados: i64,
    total_pendentes: i64,
    ativos: i64,
    inativos: i64,
    vendedores_online: usize,
    por_periodo: BTreeMap<String, i64>,
    vendedores: Vec<Estatisticas>,
}

/// A run.
#[derive(Serialize, ToSchema)]
struct Redistribuicao {
    total: usize,
    movidos: usize,
    vendedores: Vec<VendedorClientes>,
}

#[derive(Serialize, ToSchema)]
struct VendedorClientes {
    id: UserId,
    nome: String,
    clientes: usize,
}

impl From<Dealt> for Redistribuicao {
    fn from(dealt: Dealt) -> Self {
        let seller = |seller: super::view::SellerLoad| VendedorClientes {
            id: seller.id,
            nome: seller.name,
            clientes: seller.clients,
        };
        Self {
            total: dealt.total,
            movidos: dealt.moved,
            vendedores: dealt.sellers.into_iter().map(seller).collect(),
        }
    }
}

#[derive(Deserialize, ToSchema)]
struct MarcarContatado {
    cliente_id: Uuid,
    observacoes: Option<String>,
}

#[derive(Deserialize, ToSchema)]
struct RealocarCliente {
    cliente_id: ContactId,
    vendedor_id: UserId,
}

async fn clientes(app: &App, tenant: TenantId, seller: Option<UserId>) -> Result<Vec<Cliente>, Error> {
    let found = app
        .db
        .snapshot(tenant, async |conn| {
            let (floor, calendar) = present(tenant, conn).await?;
            let of = Clients {
                seller: seller.map(|id| id.0),
                ..Clients::default()
            };
            let (clients, _) = store::client_list(tenant, &floor, &calendar, &of, (MOST, 0), conn).await?;
            Ok::<_, DbError>(
                clients
                    .into_iter()
                    .map(|client| Cliente::of(client, &calendar))
                    .collect(),
            )
        })
        .await?;
    Ok(found)
}

async fn cliente(app: &App, tenant: TenantId, id: ContactId) -> Result<web::Json<Cliente>, Error> {
    let client = one(app, tenant, id).await?;
    let calendar = calendar(app, tenant).await?;
    Ok(web::Json(Cliente::of(client, &calendar)))
}

async fn calendar(app: &App, tenant: TenantId) -> Result<Calendar, Error> {
    let (_, calendar) = app.db.tenant(tenant, async |conn| present(tenant, conn).await).await?;
    Ok(calendar)
}

/// As `GET /sellers/{id}/clients`.
#[utoipa::path(
    tag = "floor (português)",
    operation_id = "meus_clientes",
    params(("id" = Uuid, Path)),
    responses((status = OK, body = Vec<Cliente>), (status = 403, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/vendedor/meus-clientes/{id}")]
async fn meus_clientes(
    app: web::Data<App>,
    scope: Allowed<FloorRead>,
    id: web::Path<Uuid>,
) -> Result<web::Json<Vec<Cliente>>, Error> {
    let id = own(&scope, *id)?;
    Ok(web::Json(clientes(&app, scope.tenant, Some(id)).await?))
}

/// As `POST /sellers/{id}/contacted`.
#[utoipa::path(
    tag = "floor (português)",
    operation_id = "marcar_contatado",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = MarcarContatado,
    responses((status = OK, body = Cliente), (status = 403, body = Problem), (status = 409, body = Problem)),
    security(("bearer" = [])),
)]
#[post("/vendedor/marcar-contatado/{id}")]
async fn marcar_contatado(
    app: web::Data<App>,
    scope: Allowed<FloorRead>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<MarcarContatado>,
) -> Result<web::Json<Cliente>, Error> {
    let MarcarContatado {
        cliente_id,
        observacoes,
    } = body.into_inner();
    let data = json!({ "client_id": cliente_id, "notes": observacoes });
    let client = mark(&app, &scope, key, *id, data).await?;
    let calendar = calendar(&app, scope.tenant).await?;
    Ok(web::Json(Cliente::of(client, &calendar)))
}

/// As `GET /sellers/{id}/stats`.
#[utoipa::path(
    tag = "floor (português)",
    operation_id = "estatisticas",
    params(("id" = Uuid, Path)),
    responses((status = OK, body = Estatisticas), (status = 403, body = Problem), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/vendedor/estatisticas/{id}")]
async fn estatisticas(
    app: web::Data<App>,
    scope: Allowed<FloorRead>,
    id: web::Path<Uuid>,
) -> Result<web::Json<Estatisticas>, Error> {
    Ok(web::Json(stats_of(&app, &scope, *id).await?.into()))
}

/// As `GET /distribution/clients-by-period`.
#[utoipa::path(
    tag = "floor (português)",
    operation_id = "clientes_por_periodo",
    responses((status = OK, body = BTreeMap<String, Vec<Cliente>>)),
    security(("bearer" = [])),
)]
#[get("/admin/clientes-por-periodo")]
async fn clientes_por_periodo(
    app: web::Data<App>,
    scope: Allowed<FloorManage>,
) -> Result<web::Json<BTreeMap<String, Vec<Cliente>>>, Error> {
    let calendar = calendar(&app, scope.tenant).await?;
    let periods = clients_by_period(&app, scope.tenant, OF_PERIOD).await?;
    let of_period = |(key, clients): (String, Vec<Client>)| {
        let clients = clients.into_iter().map(|client| Cliente::of(client, &calendar));
        (key, clients.collect())
    };
    Ok(web::Json(periods.into_iter().map(of_period).collect()))
}

/// As `GET /distribution/clients`.
#[utoipa::path(
    tag = "floor (português)",
    operation_id = "todos_clientes",
    responses((status = OK, body = Vec<Cliente>)),
    security(("bearer" = [])),
)]
#[get("/admin/todos-clientes")]
async fn todos_clientes(app: web::Data<App>, scope: Allowed<FloorManage>) -> Result<web::Json<Vec<Cliente>>, Error> {
    Ok(web::Json(clientes(&app, scope.tenant, None).await?))
}

/// As `POST /distribution/reallocate`.
#[utoipa::path(
    tag = "floor (português)",
    operation_id = "realocar_cliente",
    params(IdempotencyKey),
    request_body = RealocarCliente,
    responses((status = OK, body = Cliente), (status = 409, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[post("/admin/realocar-cliente")]
async fn realocar_cliente(
    app: web::Data<App>,
    scope: Allowed<FloorManage>,
    key: IdempotencyKey,
    body: web::Json<RealocarCliente>,
) -> Result<web::Json<Cliente>, Error> {
    let RealocarCliente {
        cliente_id,
        vendedor_id,
    } = body.into_inner();
    let order = Order::Reallocate {
        client_id: cliente_id,
        seller_id: vendedor_id,
    };
    app.floors.order(&scope, key, order).await?;
    cliente(&app, scope.tenant, cliente_id).await
}

/// As `POST /distribution/redistribute`.
#[utoipa::path(
    tag = "floor (português)",
    operation_id = "redistribuir_todos",
    params(IdempotencyKey),
    responses((status = OK, body = Redistribuicao)),
    security(("bearer" = [])),
)]
#[post("/admin/redistribuir-todos")]
async fn redistribuir_todos(
    app: web::Data<App>,
    scope: Allowed<FloorManage>,
    key: IdempotencyKey,
) -> Result<web::Json<Redistribuicao>, Error> {
    Ok(web::Json(
        app.floors.order(&scope, key, Order::Redistribute).await?.into(),
    ))
}

/// As `POST /distribution/release/{client_id}`.
#[utoipa::path(
    tag = "floor (português)",
    operation_id = "liberar_cliente",
    params(("id" = Uuid, Path), IdempotencyKey),
    responses((status = OK, body = Cliente), (status = 409, body = Problem)),
    security(("bearer" = [])),
)]
#[post("/admin/liberar-cliente/{id}")]
async fn liberar_cliente(
    app: web::Data<App>,
    scope: Allowed<FloorManage>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
) -> Result<web::Json<Cliente>, Error> {
    let client_id = ContactId(*id);
    app.floors.order(&scope, key, Order::Release { client_id }).await?;
    cliente(&app, scope.tenant, client_id).await
}

/// As `GET /distribution/stats`.
#[utoipa::path(
    tag = "floor (português)",
    operation_id = "estatisticas_gerais",
    responses((status = OK, body = EstatisticasGerais)),
    security(("bearer" = [])),
)]
#[get("/admin/estatisticas-gerais")]
async fn estatisticas_gerais(
    app: web::Data<App>,
    scope: Allowed<FloorManage>,
) -> Result<web::Json<EstatisticasGerais>, Error> {
    let stats = stats_of_all(&app, scope.tenant).await?;
    let periods = stats
        .periods
        .into_iter()
        .map(|counted| (counted.period, counted.clients));
    Ok(web::Json(EstatisticasGerais {
        total_clientes: stats.clients,
        disponiveis: stats.available,
        total_atribuidos: stats.assigned + stats.contacted,
        contatados: stats.contacted,
        total_pendentes: stats.assigned,
        ativos: stats.active,
        inativos: stats.inactive,
        vendedores_online: stats.sellers_online,
        por_periodo: periods.collect(),
        vendedores: stats.sellers.into_iter().map(Estatisticas::from).collect(),
    }))
}
