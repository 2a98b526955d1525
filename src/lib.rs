//! Balcão: one server where sales boards, team chat, customer conversations and the sellers' floor are live in many browsers.
//!
//! - [`app`]: everything put together, and served.
//! - [`cli`], [`config`]: commands, flags and environment.
//! - [`error`]: what clients are told when something is wrong.
//! - [`auth`]: who asks, for which company, and what they may do.
//! - [`fields`]: what people type, read into values that cannot be wrong.
//! - [`http`]: what every request goes through: limits, logging, paths, static files.
//! - [`dashboard`]: what everything comes to, counted.
//! - [`db`]: PostgreSQL, and the wall between tenants.
//! - [`vault`]: secrets at rest.
//! - [`metrics`]: what is counted, for `/metrics`.
//! - [`live`]: the engine: entities, their actors, the journal, sockets. It knows no business.
//! - [`mail`]: what mails say, and how they leave. [`settings`]: what a company decides for all its people.
//! - [`jobs`]: work that happens later or outside, its retries and dead letters.
//! - [`bot`]: what is said to customers without a person.
//! - [`audit`]: who changed what.
//! - [`attachments`], [`boards`], [`companies`], [`notifications`], [`rooms`], [`users`]: the domains; the live ones have `state` (pure rules), `store` (all SQL), `routes` and `view`.
//!
//! Deliberately absent: an in-memory truth (what is shown has been committed), home-made consensus (PostgreSQL's row locks
//! serialise nodes), and a repository layer (stores are plain functions over one database).

pub mod app;
pub(crate) mod attachments;
pub(crate) mod audit;
pub mod auth;
#[doc(hidden)]
pub mod bench;
pub(crate) mod boards;
pub(crate) mod bot;
pub mod cli;
pub(crate) mod clock;
pub(crate) mod companies;
pub mod config;
pub(crate) mod dashboard;
pub mod db;
pub(crate) mod demo;
pub mod error;
pub(crate) mod fields;
pub(crate) mod http;
pub(crate) mod jobs;
pub(crate) mod live;
pub(crate) mod mail;
pub(crate) mod metrics;
pub(crate) mod notifications;
mod process;
pub(crate) mod rooms;
pub(crate) mod settings;
pub(crate) mod users;
pub(crate) mod vault;
