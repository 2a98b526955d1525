//! Products: what the tenant sells. Plain rows.

pub(crate) mod routes;
mod store;
mod view;
