//! stub
pub(crate) async fn create(_: &crate::db::Database, _: &crate::auth::Passwords) -> anyhow::Result<()> { Ok(()) }
