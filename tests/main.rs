//! Balcão as its clients see it: a real server on a real PostgreSQL. One binary, so that it is linked once.
//!
//! `DATABASE_URL` names the cluster; `scripts/test` starts a throw-away one. Each test has a tenant of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that fails should fail loudly, and makes up names of its own"
)]

mod accounts;
mod boards;
mod conversations;
mod document;
mod faults;
mod jobs;
mod load;
mod presence;
mod promises;
mod records;
mod rooms;
mod schema;
mod servers;
mod start;
mod support;
mod tidy;
