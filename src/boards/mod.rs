//! Sales boards: stages in order, and leads in order within them. A board with all that is on it is one live entity, `board:<id>`.
//!
//! [`state`], [`event`], [`command`], [`decide`] and [`undo`] are the pure rules; [`entity`] hands them to the engine, [`store`] is all the SQL.
//!
//! Which board is a tenant's default stands with the tenant, because it concerns several boards: `tenants.default_board_id` is written
//! outside of the boards' commits, and each board concerned is then told, by the command `update_board`.

pub(crate) mod bench;
mod bodies;
pub(crate) mod cnpj;
mod command;
mod decide;
mod entity;
mod event;
mod input;
mod money;
mod rank;
pub(crate) mod routes;
pub(crate) mod seed;
mod state;
mod store;
#[cfg(test)]
mod tests;
mod undo;
mod view;

pub(crate) use entity::Board;
pub(crate) use input::Fields;
pub(crate) use store::create_default;
