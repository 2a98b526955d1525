//! The command line: which command, with which settings, and what is told when it fails.
//!
//! Whatever stands in the way of a start is one sentence on the standard error and a non-zero exit.

mod postgres;

use std::{
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use anyhow::Context;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::{
    app,
    config::{self, Config},
    db::{
        self,
        embedded::{Options, Supervised},
    },
};

/// One server for sales boards, team chat, customer conversations and the sellers' floor, live in every browser.
#[derive(Debug, Parser)]
#[command(name = "balcao", version, max_term_width = 120)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the server
    Serve(Serve),
    /// Brings the database to this version's schema
    Migrate(Box<Config>),
    /// Creates the demonstration tenant, if it is not there yet
    Demo(Box<Config>),
    /// Prints the OpenAPI document
    Openapi,
    /// Runs a command beside a private PostgreSQL, told to it in DATABASE_URL
    Postgres(postgres::Postgres),
}

#[derive(Debug, Args)]
struct Serve {
    /// Create the demonstration tenant first, if it is not there yet
    #[arg(long)]
    demo: bool,
    #[command(flatten)]
    config: Box<Config>,
}

/// Runs the program and tells a failure in one sentence.
pub fn main() -> ExitCode {
    match read_env_file(Path::new(".env")).and_then(|()| run(parse().command)) {
        Ok(code) => code,
        Err(error) => {
            // Some libraries spread their reasons over lines.
            let sentence = format!("{error:#}");
            eprintln!("balcao: {}", sentence.split_whitespace().collect::<Vec<_>>().join(" "));
            ExitCode::FAILURE
        }
    }
}

fn parse() -> Cli {
    let command = Cli::command().mut_subcommands(config::ignore_empty);
    // Both end the program with clap's own message where there is one to tell.
    Cli::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit())
}

/// Settings from a file beside the server; the environment wins over it.
fn read_env_file(path: &Path) -> anyhow::Result<()> {
    match dotenvy::from_path(path) {
        Err(dotenvy::Error::Io(error)) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        // The library's own message quotes the line, which may hold a secret.
        Err(dotenvy::Error::LineParse(_, _)) => anyhow::bail!("{} has a line that is not NAME=value", path.display()),
        other => other.with_context(|| format!("cannot read {}", path.display())),
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(Serve { demo, config }) => with_database(*config, |config, url| {
            db::migrate(&url)?;
            if demo {
                app::create_demo(&config, &url)?;
            }
            app::run(config, &url)
        }),
        Command::Migrate(config) => with_database(*config, |_, url| {
            db::migrate(&url)?;
            Ok(())
        }),
        Command::Demo(config) => with_database(*config, |config, url| {
            db::migrate(&url)?;
            app::create_demo(&config, &url)
        }),
        Command::Openapi => {
            writeln!(io::stdout(), "{}", app::openapi()?)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Postgres(postgres) => postgres.run(),
    }
}

/// Runs `work` on the database that the settings name, or on the private one, which is stopped after it.
fn with_database(config: Config, work: impl FnOnce(Config, String) -> anyhow::Result<()>) -> anyhow::Result<ExitCode> {
    let config = config.check()?;
    let (embedded, url) = match &config.database_url {
        Some(url) => (None, url.expose().to_owned()),
        None => {
            let embedded = Supervised::start(Options {
                data_dir: config.balcao_data_dir.clone(),
                bin: config.balcao_postgres_bin.clone(),
                ..Options::default()
            })?;
            let url = embedded.url().to_owned();
            (Some(embedded), url)
        }
    };
    let result = work(config, url);
    if let Some(embedded) = embedded {
        embedded.stop();
    }
    result.map(|()| ExitCode::SUCCESS)
}
