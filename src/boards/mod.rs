//! Sales boards: stages in order, and leads in order within them. A board with all that is on it is one live entity, `board:<id>`.
//!
//! [`state`], [`event`], [`command`], [`decide`] and [`undo`] are the pure rules; [`entity`] hands them to the engine, [`store`] is all the SQL.
//!
//! Which board is a tenant's default stands with the tenant, because it concerns several boards: `tenants.default_board_id` is written
//! outside of the boards' commits, and each board concerned is then told, by the command `update_board`.

pub(crate) mod bench;
mod bodies;
mod command;
mod companies;
mod contacts;
mod decide;
mod entity;
mod event;
mod rank;
pub(crate) mod routes;
pub(crate) mod seed;
mod state;
mod store;
#[cfg(test)]
mod tests;
mod undo;
mod view;

pub(crate) use companies::{TellBoards, company_renamed, unlink_company};
pub(crate) use contacts::replace_contact;
pub(crate) use entity::Board;
pub(crate) use state::{Priority, StageKind};
pub(crate) use store::{
    LeadFilter, SORTABLE_LEADS, company_counts, company_links, create_default, lead_list, leads_due,
};
pub(crate) use view::{CompanyCounts, CompanyLinks, Lead};
