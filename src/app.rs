//! Everything put together.

use crate::auth::{LoginAttempts, Passwords, Sessions};
use crate::config::Config;
use crate::db::Database;
use crate::http::health::HealthChecks;
use crate::http::limits::Limits;
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
    pub(crate) statics: Statics,
}
pub fn create_demo(_config: &Config, _database_url: &str) -> anyhow::Result<()> {
    Ok(())
}

pub fn openapi() -> anyhow::Result<String> {
    Ok("{}".into())
}

pub fn run(config: Config, _database_url: String) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async move {
        let _l = tokio::net::TcpListener::bind(config.bind).await?;
        let mut t = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! { _ = tokio::signal::ctrl_c() => {}, _ = t.recv() => {} }
        anyhow::Ok(())
    })
}
