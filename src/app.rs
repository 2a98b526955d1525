//! Everything put together.

use crate::auth::{LoginAttempts, Passwords, Sessions};
use crate::config::Config;
use crate::db::Database;
use crate::http::health::HealthChecks;
use crate::http::limits::Limits;
use crate::http::metrics::Metrics;
use crate::http::statics::Statics;
use crate::live::Live;

/// What handlers share.
pub struct App {
    pub(crate) config: Config,
    pub(crate) db: Database,
    pub(crate) live: Live,
    pub(crate) sessions: Sessions,
    pub(crate) passwords: Passwords,
    pub(crate) login_attempts: LoginAttempts,
    pub(crate) limits: Limits,
    pub(crate) health: HealthChecks,
    pub(crate) metrics: Metrics,
    pub(crate) statics: Statics,
}
