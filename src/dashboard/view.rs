//! What clients see of the dashboard.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::kpi::Kpi;
use super::period::{DateRange, Granularity};
use crate::boards::{Priority, StageKind};
use crate::db::{BoardId, CompanyId, LeadId, StageId, UserId};
use crate::fields::money::Money;

/// How things stand, and what happened within a period.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Stats {
    pub(super) period: DateRange,
    pub(super) total_users: i64,
    pub(super) total_companies: i64,
    /// Made within the period.
    pub(super) new_companies: i64,
    pub(super) total_leads: i64,
    /// Neither won nor lost.
    pub(super) open_leads: i64,
    pub(super) open_value: Money,
    /// What is open, by how probable it is.
    pub(super) weighted_value: Money,
    /// Open, though they should have been closed by now.
    pub(super) overdue_leads: i64,
    /// Made within the period.
    pub(super) new_leads: i64,
    /// Won within the period.
    pub(super) won_leads: i64,
    pub(super) won_value: Money,
    /// Lost within the period.
    pub(super) lost_leads: i64,
    /// Won ones in percent of those that were won or lost within the period.
    #[schema(required)]
    pub(super) conversion_rate: Option<f64>,
    /// One's own.
    pub(super) my_open_leads: i64,
    pub(super) my_open_value: Money,
}

/// A stage, and what stands in it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StageLeads {
    pub(super) board_id: BoardId,
    pub(super) board_name: String,
    pub(super) stage_id: StageId,
    pub(super) name: String,
    /// `#RRGGBB`
    pub(super) color: String,
    pub(super) kind: StageKind,
    /// The index from 0.
    pub(super) position: i64,
    pub(super) lead_count: i64,
    pub(super) total_value: Money,
}

/// Board by board, in the order of their stages.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeadsByStage {
    /// When the leads that are counted were made; null for all.
    #[schema(required)]
    pub(super) period: Option<DateRange>,
    pub(super) items: Vec<StageLeads>,
    pub(super) lead_count: i64,
    pub(super) total_value: Money,
}

/// A part of a curve.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GrowthPoint {
    /// The first day of the part.
    pub(super) date: NaiveDate,
    /// Made within it.
    pub(super) new: i64,
    /// How many there were at its end.
    pub(super) total: i64,
}

/// How many companies there came to be.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CompaniesGrowth {
    pub(super) period: DateRange,
    pub(super) granularity: Granularity,
    pub(super) items: Vec<GrowthPoint>,
}

/// A step of the funnel.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FunnelStep {
    pub(super) stage_id: StageId,
    pub(super) name: String,
    pub(super) color: String,
    pub(super) kind: StageKind,
    /// Those that stand here.
    pub(super) lead_count: i64,
    pub(super) total_value: Money,
    /// Those that stand here or further on.
    pub(super) reached: i64,
    /// In percent of those that reached the step before.
    #[schema(required)]
    pub(super) conversion_rate: Option<f64>,
}

/// The way of a board's leads from the first stage to being won.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SalesFunnel {
    /// When the leads that are counted were made; null for all.
    #[schema(required)]
    pub(super) period: Option<DateRange>,
    /// Null where the company has no board.
    #[schema(required)]
    pub(super) board_id: Option<BoardId>,
    #[schema(required)]
    pub(super) board_name: Option<String>,
    /// Open and won stages, in order.
    pub(super) items: Vec<FunnelStep>,
    pub(super) lost_leads: i64,
    pub(super) lost_value: Money,
}

/// One's own lead that is open.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MyLead {
    pub(super) id: LeadId,
    pub(super) title: String,
    #[schema(required)]
    pub(super) value: Option<Money>,
    pub(super) priority: Priority,
    #[schema(required)]
    pub(super) expected_close_date: Option<NaiveDate>,
    pub(super) is_overdue: bool,
    #[schema(required)]
    pub(super) company_id: Option<CompanyId>,
    pub(super) board_id: BoardId,
    pub(super) board_name: String,
    pub(super) stage_id: StageId,
    pub(super) stage_name: String,
    pub(super) stage_color: String,
}

/// The whole dashboard at one moment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Overview {
    pub(super) stats: Stats,
    pub(super) leads_by_stage: LeadsByStage,
    pub(super) companies_growth: CompaniesGrowth,
    pub(super) sales_funnel: SalesFunnel,
    /// One's own, those that close soonest first; at most ten.
    pub(super) my_leads: Vec<MyLead>,
}

/// Figures beside those of the period before.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Kpis {
    pub(super) period: DateRange,
    pub(super) previous_period: DateRange,
    pub(super) new_companies: Kpi<i64>,
    pub(super) new_leads: Kpi<i64>,
    pub(super) won_leads: Kpi<i64>,
    pub(super) lost_leads: Kpi<i64>,
    pub(super) won_value: Kpi<Money>,
    /// The value of a won lead; zero where none was won.
    pub(super) average_ticket: Kpi<Money>,
    /// Won ones in percent of those that were won or lost.
    pub(super) conversion_rate: Kpi<Option<f64>>,
    /// Days from the making of a lead until it was won.
    pub(super) sales_cycle_days: Kpi<Option<f64>>,
}

/// What a person has, and did within the period.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TeamMember {
    pub(super) user_id: UserId,
    pub(super) full_name: String,
    pub(super) open_leads: i64,
    pub(super) open_value: Money,
    pub(super) new_leads: i64,
    pub(super) won_leads: i64,
    pub(super) won_value: Money,
    pub(super) lost_leads: i64,
    #[schema(required)]
    pub(super) conversion_rate: Option<f64>,
}
