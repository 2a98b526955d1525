//! `/dashboard`

use actix_web::{get, web};
use chrono::NaiveDate;
use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::kpi::{Kpi, percent, tenth};
use super::period::{Period, PeriodQuery};
use super::store::{self, Sales};
use super::view::{
    CompaniesGrowth, FunnelStep, Kpis, LeadsByStage, Overview, SalesFunnel, StageLeads, Stats, TeamMember,
};
use crate::app::App;
use crate::auth::{Allowed, DashboardRead, Scope};
use crate::boards::StageKind;
use crate::clock;
use crate::db::page::{Page, PageQuery};
use crate::db::{BoardId, Connection};
use crate::error::{Code, Error, Problem};
use crate::fields::money::Money;
use crate::http::query::filter;

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(stats)
        .service(leads_by_stage)
        .service(companies_growth)
        .service(sales_funnel)
        .service(overview)
        .service(kpis)
        .service(team_performance);
}

#[derive(Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct BoardQuery {
    #[serde(default, deserialize_with = "filter")]
    board_id: Option<Uuid>,
}

/// The tenant's calendar at this moment.
struct Calendar {
    today: NaiveDate,
    zone: Tz,
}

impl Calendar {
    async fn of(scope: &Scope, conn: &mut Connection) -> Result<Self, Error> {
        let zone = store::time_zone(scope.tenant, conn).await?;
        let today = clock::now().with_timezone(&zone).date_naive();
        Ok(Self { today, zone })
    }
}

/// How things stand, and what happened within the period.
#[utoipa::path(
    tag = "dashboard",
    operation_id = "get_dashboard_stats",
    params(PeriodQuery),
    responses((status = OK, body = Stats), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/dashboard/stats")]
async fn stats(
    app: web::Data<App>,
    scope: Allowed<DashboardRead>,
    period: web::Query<PeriodQuery>,
) -> Result<web::Json<Stats>, Error> {
    let stats = app
        .db
        .snapshot(scope.tenant, async |conn| {
            let calendar = Calendar::of(&scope, conn).await?;
            let period = period.or_month(calendar.today, calendar.zone)?;
            read_stats(&scope, &calendar, &period, conn).await
        })
        .await?;
    Ok(web::Json(stats))
}

async fn read_stats(
    scope: &Scope,
    calendar: &Calendar,
    period: &Period,
    conn: &mut Connection,
) -> Result<Stats, Error> {
    let leads = store::lead_counts(scope.tenant, scope.id, calendar.today, period, conn).await?;
    let others = store::other_counts(scope.tenant, period, conn).await?;
    Ok(Stats {
        period: period.view(),
        total_users: others.total_users,
        total_companies: others.total_companies,
        new_companies: others.new_companies,
        total_leads: leads.total_leads,
        open_leads: leads.open_leads,
        open_value: Money::stored(leads.open_value),
        weighted_value: Money::stored(leads.weighted_value),
        overdue_leads: leads.overdue_leads,
        new_leads: leads.new_leads,
        won_leads: leads.won_leads,
        won_value: Money::stored(leads.won_value),
        lost_leads: leads.lost_leads,
        conversion_rate: percent(leads.won_leads, leads.won_leads + leads.lost_leads),
        my_open_leads: leads.my_open_leads,
        my_open_value: Money::stored(leads.my_open_value),
    })
}

/// What stands in each stage, of one board or of all. With a period: of the leads that were made within it.
#[utoipa::path(
    tag = "dashboard",
    operation_id = "get_leads_by_stage",
    params(PeriodQuery, BoardQuery),
    responses((status = OK, body = LeadsByStage), (status = 404, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/dashboard/leads-by-stage")]
async fn leads_by_stage(
    app: web::Data<App>,
    scope: Allowed<DashboardRead>,
    period: web::Query<PeriodQuery>,
    query: web::Query<BoardQuery>,
) -> Result<web::Json<LeadsByStage>, Error> {
    let board = query.board_id.map(BoardId);
    let leads = app
        .db
        .snapshot(scope.tenant, async |conn| {
            let calendar = Calendar::of(&scope, conn).await?;
            let period = period.given(calendar.today, calendar.zone)?;
            if board.is_some() {
                store::board(scope.tenant, board, conn).await?.ok_or(Code::NotFound)?;
            }
            let items = store::stages(scope.tenant, board, period.as_ref(), conn).await?;
            Ok::<_, Error>(by_stage(period, items))
        })
        .await?;
    Ok(web::Json(leads))
}

fn by_stage(period: Option<Period>, items: Vec<StageLeads>) -> LeadsByStage {
    LeadsByStage {
        period: period.map(|period| period.view()),
        lead_count: items.iter().map(|stage| stage.lead_count).sum(),
        total_value: items.iter().map(|stage| &stage.total_value).sum(),
        items,
    }
}

/// How many companies there came to be within the period.
#[utoipa::path(
    tag = "dashboard",
    operation_id = "get_companies_growth",
    params(PeriodQuery),
    responses((status = OK, body = CompaniesGrowth), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/dashboard/companies-growth")]
async fn companies_growth(
    app: web::Data<App>,
    scope: Allowed<DashboardRead>,
    period: web::Query<PeriodQuery>,
) -> Result<web::Json<CompaniesGrowth>, Error> {
    let growth = app
        .db
        .snapshot(scope.tenant, async |conn| {
            let calendar = Calendar::of(&scope, conn).await?;
            let period = period.or_month(calendar.today, calendar.zone)?;
            read_growth(&scope, &period, conn).await
        })
        .await?;
    Ok(web::Json(growth))
}

async fn read_growth(scope: &Scope, period: &Period, conn: &mut Connection) -> Result<CompaniesGrowth, Error> {
    Ok(CompaniesGrowth {
        period: period.view(),
        granularity: period.granularity(),
        items: store::companies_growth(scope.tenant, period, conn).await?,
    })
}

/// The way of a board's leads from the first stage to being won; of the default board, unless told. With a period: of the leads that
/// were made within it.
#[utoipa::path(
    tag = "dashboard",
    operation_id = "get_sales_funnel",
    params(PeriodQuery, BoardQuery),
    responses((status = OK, body = SalesFunnel), (status = 404, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/dashboard/sales-funnel")]
async fn sales_funnel(
    app: web::Data<App>,
    scope: Allowed<DashboardRead>,
    period: web::Query<PeriodQuery>,
    query: web::Query<BoardQuery>,
) -> Result<web::Json<SalesFunnel>, Error> {
    let asked = query.board_id.map(BoardId);
    let funnel = app
        .db
        .snapshot(scope.tenant, async |conn| {
            let calendar = Calendar::of(&scope, conn).await?;
            let period = period.given(calendar.today, calendar.zone)?;
            read_funnel(&scope, asked, period, conn).await
        })
        .await?;
    Ok(web::Json(funnel))
}

async fn read_funnel(
    scope: &Scope,
    asked: Option<BoardId>,
    period: Option<Period>,
    conn: &mut Connection,
) -> Result<SalesFunnel, Error> {
    let board = store::board(scope.tenant, asked, conn).await?;
    let stages = match &board {
        Some((id, _)) => store::stages(scope.tenant, Some(*id), period.as_ref(), conn).await?,
        None if asked.is_some() => return Err(Code::NotFound.into()),
        None => Vec::new(),
    };
    let (lost, way): (Vec<_>, Vec<_>) = stages.into_iter().partition(|stage| stage.kind == StageKind::Lost);
    let (board_id, board_name) = board.unzip();
    Ok(SalesFunnel {
        period: period.map(|period| period.view()),
        board_id,
        board_name,
        items: funnel(way),
        lost_leads: lost.iter().map(|stage| stage.lead_count).sum(),
        lost_value: lost.iter().map(|stage| &stage.total_value).sum(),
    })
}

/// Whoever stands further on has come past every step before.
fn funnel(way: Vec<StageLeads>) -> Vec<FunnelStep> {
    let mut ahead: i64 = way.iter().map(|stage| stage.lead_count).sum();
    let mut before = None;
    let steps = way.into_iter().map(|stage| {
        let reached = ahead;
        ahead -= stage.lead_count;
        let conversion_rate = before.replace(reached).and_then(|before| percent(reached, before));
        FunnelStep {
            stage_id: stage.stage_id,
            name: stage.name,
            color: stage.color,
            kind: stage.kind,
            lead_count: stage.lead_count,
            total_value: stage.total_value,
            reached,
            conversion_rate,
        }
    });
    steps.collect()
}

/// The whole dashboard at one moment.
#[utoipa::path(
    tag = "dashboard",
    operation_id = "get_dashboard_overview",
    params(PeriodQuery),
    responses((status = OK, body = Overview), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/dashboard/overview")]
async fn overview(
    app: web::Data<App>,
    scope: Allowed<DashboardRead>,
    period: web::Query<PeriodQuery>,
) -> Result<web::Json<Overview>, Error> {
    let tenant = scope.tenant;
    let overview = app
        .db
        .snapshot(tenant, async |conn| {
            let calendar = Calendar::of(&scope, conn).await?;
            let period = period.or_month(calendar.today, calendar.zone)?;
            Ok::<_, Error>(Overview {
                stats: read_stats(&scope, &calendar, &period, conn).await?,
                leads_by_stage: by_stage(None, store::stages(tenant, None, None, conn).await?),
                companies_growth: read_growth(&scope, &period, conn).await?,
                sales_funnel: read_funnel(&scope, None, None, conn).await?,
                my_leads: store::my_leads(tenant, scope.id, calendar.today, conn).await?,
            })
        })
        .await?;
    Ok(web::Json(overview))
}

/// Figures of the period beside those of the one before.
#[utoipa::path(
    tag = "dashboard",
    operation_id = "get_kpis",
    params(PeriodQuery),
    responses((status = OK, body = Kpis), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/dashboard/kpis")]
async fn kpis(
    app: web::Data<App>,
    scope: Allowed<DashboardRead>,
    period: web::Query<PeriodQuery>,
) -> Result<web::Json<Kpis>, Error> {
    let kpis = app
        .db
        .snapshot(scope.tenant, async |conn| {
            let calendar = Calendar::of(&scope, conn).await?;
            let period = period.or_month(calendar.today, calendar.zone)?;
            let periods = [period, period.previous()];
            let sales = store::sales(scope.tenant, &periods, conn).await?;
            let [now, before] = sales.as_slice() else {
                return Err(Error::internal(anyhow::anyhow!("two periods have two answers")));
            };
            Ok(compared(&periods, now, before))
        })
        .await?;
    Ok(web::Json(kpis))
}

fn compared(periods: &[Period; 2], now: &Sales, before: &Sales) -> Kpis {
    fn kpi<T: super::kpi::Figure>(figure: impl Fn(&Sales) -> T, now: &Sales, before: &Sales) -> Kpi<T> {
        Kpi::new(figure(now), figure(before))
    }
    let ticket = |sales: &Sales| {
        let ticket = sales.won_value.checked_div(Decimal::from(sales.won_leads));
        ticket.map_or(Money::ZERO, |ticket| Money::stored(ticket.round_dp(2)))
    };
    let [period, previous_period] = periods.each_ref().map(Period::view);
    Kpis {
        period,
        previous_period,
        new_companies: kpi(|sales| sales.new_companies, now, before),
        new_leads: kpi(|sales| sales.new_leads, now, before),
        won_leads: kpi(|sales| sales.won_leads, now, before),
        lost_leads: kpi(|sales| sales.lost_leads, now, before),
        won_value: kpi(|sales| Money::stored(sales.won_value), now, before),
        average_ticket: kpi(ticket, now, before),
        conversion_rate: kpi(
            |sales| percent(sales.won_leads, sales.won_leads + sales.lost_leads),
            now,
            before,
        ),
        sales_cycle_days: kpi(|sales| sales.sales_cycle_days.map(tenth), now, before),
    }
}

/// What each person has and did, those that won most first.
#[utoipa::path(
    tag = "dashboard",
    operation_id = "get_team_performance",
    params(PageQuery, PeriodQuery),
    responses((status = OK, body = Page<TeamMember>), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/dashboard/team-performance")]
async fn team_performance(
    app: web::Data<App>,
    scope: Allowed<DashboardRead>,
    page: web::Query<PageQuery>,
    period: web::Query<PeriodQuery>,
) -> Result<web::Json<Page<TeamMember>>, Error> {
    let page = page.check(&[])?;
    let (items, total) = app
        .db
        .snapshot(scope.tenant, async |conn| {
            let calendar = Calendar::of(&scope, conn).await?;
            let period = period.or_month(calendar.today, calendar.zone)?;
            Ok::<_, Error>(store::team(scope.tenant, &period, &page, conn).await?)
        })
        .await?;
    Ok(web::Json(page.answer(items, total)))
}
