//! Balcão: sales boards, team chat, customer conversations and the sellers' floor, live in every browser at once.

pub mod app;
pub mod cli;
pub mod config;
mod process;

pub mod db {
    //! The database: how it is reached and, by default, how it runs.
    pub mod embedded;

    pub fn migrate(_database_url: &str) -> anyhow::Result<()> {
        Ok(())
    }
}
