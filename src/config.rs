//! Every setting of the server: a flag and an environment variable of the same name.
//!
//! `.env.example` is generated from this (a test compares them). What one value alone can tell is refused while it is
//! parsed; what depends on another value, in [`Config::check`].

mod secret;
#[cfg(test)]
mod tests;
mod values;

use std::{net::SocketAddr, path::PathBuf};

use clap::{
    ArgAction, Args, Command, ValueEnum,
    builder::{BoolishValueParser, Resettable},
    value_parser,
};
use ipnet::IpNet;
use redis::IntoConnectionInfo;
use thiserror::Error;

pub use self::{
    secret::Secret,
    values::{Origin, Span},
};

/// The shortest signing secret that production takes, in bytes: as long as the hash it keys.
const SHORTEST_SECRET: usize = 32;
/// The lowest bcrypt cost that production takes.
const LOWEST_BCRYPT_ROUNDS: u32 = 12;

/// What stands in the way of a combination of settings.
#[derive(Debug, Error)]
pub enum ConfigError {
    #[error("in production JWT_SECRET must be set: use the output of `openssl rand -hex 32`")]
    NoSecret,
    #[error(
        "in production JWT_SECRET must have at least {SHORTEST_SECRET} bytes: use the output of `openssl rand -hex 32`"
    )]
    ShortSecret,
    #[error(
        "in production JWT_SECRET must not be an example from a document: use the output of `openssl rand -hex 32`"
    )]
    DefaultSecret,
    #[error("in production BCRYPT_ROUNDS must be at least {LOWEST_BCRYPT_ROUNDS}, but is {0}")]
    FewBcryptRounds(u32),
    #[error("DATABASE_URL must begin with postgres:// or postgresql://")]
    NotAUrl,
    #[error(
        "in production ENCRYPTION_KEY must have at least {SHORTEST_SECRET} bytes: use the output of `openssl rand -hex 32`"
    )]
    ShortKey,
    #[error(
        "several servers (REDIS_URL) need the same ENCRYPTION_KEY: use the output of `openssl rand -hex 32` on all of them"
    )]
    NoKey,
    #[error("cannot keep a generated secret in {}", path.display())]
    KeepSecret { path: PathBuf, source: std::io::Error },
    #[error("{} holds no usable secret: restore it, or remove it to have a new one made", .0.display())]
    BrokenSecret(PathBuf),
}

/// Whether the server runs for real.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Environment {
    Development,
    /// Refuses default and short secrets and weak password hashing.
    Production,
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    Json,
    /// For a person at a terminal.
    Text,
}

/// How the way to the mail server is kept from others' eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SmtpEncryption {
    /// Begins in the open and must then be encrypted.
    Starttls,
    /// Encrypted from the first byte.
    Tls,
    /// For a server on this machine.
    None,
}

/// The settings of the server. The order here is the order of `.env.example`.
// Each name is the environment variable's in lower case, so that one search finds all of a setting.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// Whether this is a real installation: `production` refuses weak secrets
    #[arg(long, env, value_enum, default_value = "development", help_heading = "Server")]
    pub balcao_env: Environment,

    /// Address and port to listen on
    #[arg(long, env, default_value = "127.0.0.1:8000", help_heading = "Server")]
    pub bind: SocketAddr,

    /// Worker threads for HTTP and sockets; 0 means one per core
    #[arg(long, env, default_value_t = 0, help_heading = "Server")]
    pub workers: usize,

    /// Where the built web client is
    #[arg(long, env, default_value = "static/dist", help_heading = "Server")]
    pub static_dir: PathBuf,

    /// Where the private PostgreSQL and generated secrets are kept
    #[arg(long, env, default_value = "./data", help_heading = "Server")]
    pub balcao_data_dir: PathBuf,

    /// How log lines look
    #[arg(long, env, value_enum, default_value = "json", help_heading = "Server")]
    pub log_format: LogFormat,

    /// What is logged: a level, or a list of module=level
    #[arg(long, env, default_value = "info", help_heading = "Server")]
    pub rust_log: String,

    /// Token that lets a caller from another machine read /metrics; without it only this machine may
    #[arg(long, env, hide_env_values = true, help_heading = "Server")]
    pub metrics_token: Option<Secret>,

    /// PostgreSQL 15 or newer to use (postgres://user:password@host/database); without it a private one runs
    #[arg(long, env, hide_env_values = true, help_heading = "Database")]
    pub database_url: Option<Secret>,

    /// Connections that requests share
    #[arg(long, env, default_value_t = 10, value_parser = value_parser!(u32).range(1..), help_heading = "Database")]
    pub database_pool_size: u32,

    /// Directory of the private PostgreSQL's programs; without it the newest installed is used
    #[arg(long, env, help_heading = "Database")]
    pub balcao_postgres_bin: Option<PathBuf>,

    /// Days for which an accepted command is remembered, so that its repetition has no effect
    #[arg(long, env, default_value_t = 7, value_parser = value_parser!(u32).range(1..), help_heading = "Database")]
    pub command_memory_days: u32,

    /// Jobs that run at once: mails, calls to other systems, timers
    #[arg(long, env, default_value_t = 8, value_parser = value_parser!(u32).range(1..), help_heading = "Jobs")]
    pub job_workers: u32,

    /// Redis that joins several servers (redis://host:6379); without it this server stands alone
    #[arg(long, env, hide_env_values = true, help_heading = "Redis")]
    pub redis_url: Option<Secret>,

    /// Password for Redis, where it is not part of the URL
    #[arg(long, env, hide_env_values = true, help_heading = "Redis")]
    pub redis_password: Option<Secret>,

    /// What keeps installations apart that share a Redis
    #[arg(long, env, default_value = "balcao", help_heading = "Redis")]
    pub redis_prefix: String,

    /// Secret that signs access tokens (also read from JWT_SECRET_KEY or SECRET_KEY); in development one is made and kept in the data directory
    #[arg(long, env, hide_env_values = true, help_heading = "Accounts")]
    pub jwt_secret: Option<Secret>,

    #[arg(long, env, hide = true)]
    jwt_secret_key: Option<Secret>,

    #[arg(long, env, hide = true)]
    secret_key: Option<Secret>,

    /// Secret that signs refresh tokens; without it one is derived from JWT_SECRET
    #[arg(long, env, hide_env_values = true, help_heading = "Accounts")]
    pub jwt_refresh_secret: Option<Secret>,

    /// Seals secrets that are kept in the database; without it one is made and kept in the data directory
    #[arg(long, env, hide_env_values = true, help_heading = "Accounts")]
    pub encryption_key: Option<Secret>,

    /// How long an access token lives (JWT_EXPIRES_IN means the same, and wins)
    #[arg(long, env, default_value = "15m", help_heading = "Accounts")]
    pub jwt_access_token_expires: Span,

    #[arg(long, env, hide = true)]
    jwt_expires_in: Option<Span>,

    /// How long a refresh token lives
    #[arg(long, env, default_value = "7d", help_heading = "Accounts")]
    pub jwt_refresh_expires_in: Span,

    /// Minutes without activity after which a login ends
    #[arg(long, env, default_value_t = 480, value_parser = value_parser!(u32).range(1..), help_heading = "Accounts")]
    pub session_idle_minutes: u32,

    /// Cost of hashing a password; each step doubles it
    #[arg(long, env, default_value_t = 12, value_parser = value_parser!(u32).range(4..=31), help_heading = "Accounts")]
    pub bcrypt_rounds: u32,

    /// Whether anybody may register a new tenant
    #[arg(long, env, default_value = "true", action = ArgAction::Set, value_parser = BoolishValueParser::new(), help_heading = "Accounts")]
    pub allow_registration: bool,

    /// Mail server for invitations and forgotten passwords; without it mails are kept and shown to administrators, but not in production
    #[arg(long, env, help_heading = "Mail")]
    pub smtp_host: Option<String>,

    /// Port of the mail server; without it 587 for starttls, 465 for tls, 25 for none
    #[arg(long, env, help_heading = "Mail")]
    pub smtp_port: Option<u16>,

    /// How the connection to the mail server is encrypted
    #[arg(long, env, value_enum, default_value = "starttls", help_heading = "Mail")]
    pub smtp_encryption: SmtpEncryption,

    /// Name to sign in at the mail server (also read from SMTP_USER)
    #[arg(long, env, help_heading = "Mail")]
    pub smtp_username: Option<String>,

    #[arg(long, env, hide = true)]
    smtp_user: Option<String>,

    /// Password to sign in at the mail server
    #[arg(long, env, hide_env_values = true, help_heading = "Mail")]
    pub smtp_password: Option<Secret>,

    /// Whom mails come from
    #[arg(long, env, default_value = "Balcão <nao-responda@localhost>", help_heading = "Mail")]
    pub smtp_from: String,

    /// Where people open the client, for links in mails; without it, the address that the server listens on
    #[arg(long, env, help_heading = "Mail")]
    pub frontend_url: Option<Origin>,

    /// Requests per window from an address without a session; 0 switches the limit off
    #[arg(long, env, default_value_t = 100, help_heading = "Limits")]
    pub rate_limit_max_requests: u32,

    /// The window in milliseconds for requests
    #[arg(long, env, default_value_t = 60_000, value_parser = value_parser!(u64).range(1..), help_heading = "Limits")]
    pub rate_limit_window_ms: u64,

    /// Requests per window from a user; 0 switches the limit off
    #[arg(long, env, default_value_t = 1200, help_heading = "Limits")]
    pub rate_limit_user_max_requests: u32,

    /// Requests per window from a whole tenant; 0 switches the limit off
    #[arg(long, env, default_value_t = 0, help_heading = "Limits")]
    pub rate_limit_tenant_max_requests: u32,

    /// Failed logins per account and address within their window; 0 switches the limit off
    #[arg(long, env, default_value_t = 5, help_heading = "Limits")]
    pub rate_limit_login_failures: u32,

    /// The window in milliseconds for failed logins
    #[arg(long, env, default_value_t = 900_000, value_parser = value_parser!(u64).range(1..), help_heading = "Limits")]
    pub rate_limit_login_window_ms: u64,

    /// Largest frame from a client, in bytes
    #[arg(long, env, default_value_t = 65_536, value_parser = value_parser!(u32).range(1024..), help_heading = "Limits")]
    pub ws_max_frame_bytes: u32,

    /// Commands per second on one socket; 0 switches the limit off
    #[arg(long, env, default_value_t = 50, help_heading = "Limits")]
    pub ws_commands_per_second: u32,

    /// Topics that one socket may follow
    #[arg(long, env, default_value_t = 200, value_parser = value_parser!(u32).range(1..), help_heading = "Limits")]
    pub ws_max_topics: u32,

    /// Sockets that one user may have open; 0 switches the limit off
    #[arg(long, env, default_value_t = 0, help_heading = "Limits")]
    pub ws_max_sockets_per_user: u32,

    /// Largest file that can be uploaded, in bytes
    #[arg(long, env, default_value_t = 26_214_400, value_parser = value_parser!(u64).range(1..), help_heading = "Files")]
    pub upload_max_bytes: u64,

    /// Bucket of an S3-compatible service that keeps uploaded files; without it they lie in the data directory
    #[arg(long, env, help_heading = "Files")]
    pub s3_bucket: Option<String>,

    /// Region of the bucket
    #[arg(long, env, default_value = "us-east-1", help_heading = "Files")]
    pub s3_region: String,

    /// Address of the service, where it is not Amazon's (http://host:9000)
    #[arg(long, env, help_heading = "Files")]
    pub s3_endpoint: Option<String>,

    /// Key for the bucket
    #[arg(long, env, hide_env_values = true, help_heading = "Files")]
    pub s3_access_key_id: Option<Secret>,

    /// Secret that goes with the key
    #[arg(long, env, hide_env_values = true, help_heading = "Files")]
    pub s3_secret_access_key: Option<Secret>,
    /// Seconds for which a socket that says nothing counts as looking at what it last said it looks at
    #[arg(long, env, default_value_t = 30, value_parser = value_parser!(u32).range(1..), help_heading = "Presence")]
    pub presence_lease_seconds: u32,

    /// Seconds for which someone counts as online after their last socket was closed
    #[arg(long, env, default_value_t = 5, help_heading = "Presence")]
    pub presence_grace_seconds: u32,

    /// Addresses or networks of the proxies in front, whose X-Forwarded-For is believed (comma-separated)
    #[arg(long, env, value_delimiter = ',', value_parser = values::network, help_heading = "Network")]
    pub trusted_proxies: Vec<IpNet>,

    /// Origins of other web sites that may call the API from a browser (comma-separated)
    #[arg(long, env, value_delimiter = ',', help_heading = "Network")]
    pub cors_allowed_origins: Vec<Origin>,

    /// Host names under which the server answers (comma-separated); without it, under any
    #[arg(long, env, value_delimiter = ',', help_heading = "Network")]
    pub allowed_hosts: Vec<String>,
}

/// Lets `NAME=` in the environment mean what it means in an environment file: the setting is not made.
pub fn ignore_empty(command: Command) -> Command {
    command.mut_args(|arg| {
        let empty = arg
            .get_env()
            .and_then(std::env::var_os)
            .is_some_and(|value| value.is_empty());
        if empty { arg.env(Resettable::Reset) } else { arg }
    })
}

impl Config {
    /// Gives the other names of a setting their meaning and refuses what does not go together. Called once, after parsing.
    pub fn check(mut self) -> Result<Self, ConfigError> {
        self.jwt_secret = self
            .jwt_secret
            .or(self.jwt_secret_key.take())
            .or(self.secret_key.take());
        self.smtp_username = self.smtp_username.or(self.smtp_user.take());
        if let Some(expires) = self.jwt_expires_in.take() {
            self.jwt_access_token_expires = expires;
        }
        // Whatever else it is, the libraries would quote it in their complaint, password and all.
        let is_url = |url: &Secret| {
            ["postgres://", "postgresql://"]
                .iter()
                .any(|scheme| url.expose().starts_with(scheme))
        };
        if !self.database_url.as_ref().is_none_or(is_url) {
            return Err(ConfigError::NotAUrl);
        }
        if self.balcao_env == Environment::Production {
            self.check_production()?;
        }
        Ok(self)
    }

    fn check_production(&self) -> Result<(), ConfigError> {
        let secret = self.jwt_secret.as_ref().ok_or(ConfigError::NoSecret)?;
        if secret.is_example() {
            return Err(ConfigError::DefaultSecret);
        }
        if secret.expose().len() < SHORTEST_SECRET {
            return Err(ConfigError::ShortSecret);
        }
        match &self.encryption_key {
            Some(key) if key.expose().len() < SHORTEST_SECRET => return Err(ConfigError::ShortKey),
            None if self.redis_url.is_some() => return Err(ConfigError::NoKey),
            _ => {}
        }
        if self.bcrypt_rounds < LOWEST_BCRYPT_ROUNDS {
            return Err(ConfigError::FewBcryptRounds(self.bcrypt_rounds));
        }
        Ok(())
    }

    /// The address of a page of the client, for links in mails. Never taken from a request, who could name any host.
    pub fn page(&self, path: &str) -> String {
        match &self.frontend_url {
            Some(origin) => format!("{}{path}", origin.as_str()),
            None => format!("http://localhost:{}{path}", self.bind.port()),
        }
    }

    /// Redis, where one is set up. Nothing is connected yet.
    ///
    /// # Errors
    /// When REDIS_URL is none.
    pub fn redis(&self) -> redis::RedisResult<Option<redis::Client>> {
        let Some(url) = &self.redis_url else { return Ok(None) };
        let mut info = url.expose().into_connection_info()?;
        if let Some(password) = &self.redis_password {
            let settings = info.redis_settings().clone().set_password(password.expose());
            info = info.set_redis_settings(settings);
        }
        redis::Client::open(info).map(Some)
    }

    /// The secret that signs access tokens. In development, where none is set, one is made the first time and kept in the
    /// data directory, so that logins outlive a restart.
    pub fn signing_secret(&self) -> Result<Secret, ConfigError> {
        match &self.jwt_secret {
            Some(secret) => Ok(secret.clone()),
            None => secret::kept(&self.balcao_data_dir, "jwt-secret"),
        }
    }

    /// What seals secrets at rest. Where none is set, one is made the first time and kept in the data directory: good for a
    /// single server.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub fn sealing_key(&self) -> Result<Secret, ConfigError> {
        match &self.encryption_key {
            Some(key) => Ok(key.clone()),
            None => secret::kept(&self.balcao_data_dir, "encryption-key"),
        }
    }
}
