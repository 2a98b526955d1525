//! Everything put together.

use crate::config::Config;
use crate::db::Database;
use crate::live::Live;

/// What handlers share.
pub struct App {
    pub(crate) config: Config,
    pub(crate) db: Database,
    pub(crate) live: Live,
}
