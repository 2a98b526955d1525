//! `/health`, `/ready` and `/metrics`: for whoever watches over the server.

use std::future::Future;
use std::time::{Duration, Instant};

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio::sync::Mutex;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::address::peer_address;
use crate::app::App;
use crate::auth::token_of;
use crate::clock;
use crate::config::Config;
use crate::error::{Code, Error, Problem};
use crate::metrics;

/// Long enough for a slow answer, short enough for a watcher's patience.
const PATIENCE: Duration = Duration::from_secs(2);
/// Anybody may ask; what they ask for is checked at most this often.
const CHECKED_EVERY: Duration = Duration::from_secs(1);

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(health).service(ready).service(numbers);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum CheckStatus {
    Up,
    Down,
    /// Not set up, and not needed.
    Off,
}

#[derive(Clone, Copy, Serialize, ToSchema)]
struct Check {
    status: CheckStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    latency_ms: Option<f64>,
}

#[derive(Clone, Copy, Serialize, ToSchema)]
struct Checks {
    database: Check,
    redis: Check,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Overall {
    Healthy,
    /// It serves, but something that it was given is away.
    Degraded,
    Unhealthy,
}

/// How the server is.
#[derive(Serialize, ToSchema)]
struct Health {
    status: Overall,
    checks: Checks,
    version: &'static str,
    uptime_s: u64,
    timestamp: DateTime<Utc>,
}

/// Requests are served.
#[derive(Serialize, ToSchema)]
struct Ready {
    ready: bool,
}

impl Checks {
    fn overall(&self) -> Overall {
        match (self.database.status, self.redis.status) {
            (CheckStatus::Up, CheckStatus::Up | CheckStatus::Off) => Overall::Healthy,
            (CheckStatus::Up, CheckStatus::Down) => Overall::Degraded,
            (CheckStatus::Down | CheckStatus::Off, _) => Overall::Unhealthy,
        }
    }
}

/// Looks after the server's own health.
pub(crate) struct HealthChecks {
    started: Instant,
    redis: Option<redis::Client>,
    last: Mutex<Option<(Instant, Checks)>>,
}

impl HealthChecks {
    pub(crate) fn new(redis: Option<redis::Client>) -> Self {
        Self {
            started: Instant::now(),
            redis,
            last: Mutex::new(None),
        }
    }

    /// Many that ask at once share one answer.
    async fn checks(&self, app: &App) -> Checks {
        let mut last = self.last.lock().await;
        if let Some((at, checks)) = *last
            && at.elapsed() < CHECKED_EVERY
        {
            return checks;
        }
        let redis = async {
            match &self.redis {
                None => Check {
                    status: CheckStatus::Off,
                    latency_ms: None,
                },
                Some(redis) => timed("redis", ping(redis)).await,
            }
        };
        let (database, redis) = tokio::join!(timed("database", app.db.ping()), redis);
        let checks = Checks { database, redis };
        *last = Some((Instant::now(), checks));
        checks
    }
}

async fn ping(redis: &redis::Client) -> redis::RedisResult<()> {
    let mut conn = redis.get_multiplexed_async_connection().await?;
    redis::cmd("PING").query_async(&mut conn).await
}

async fn timed<T, E: std::error::Error>(name: &str, check: impl Future<Output = Result<T, E>>) -> Check {
    let begun = Instant::now();
    let failure = match tokio::time::timeout(PATIENCE, check).await {
        Ok(Ok(_)) => {
            let latency = begun.elapsed().as_secs_f64() * 1000.0;
            return Check {
                status: CheckStatus::Up,
                latency_ms: Some((latency * 1000.0).round() / 1000.0),
            };
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no answer within {PATIENCE:?}"),
    };
    tracing::warn!(check = name, error = failure, "A health check failed");
    Check {
        status: CheckStatus::Down,
        latency_ms: None,
    }
}

/// How the server and what it stands on are.
#[utoipa::path(tag = "operation", responses((status = OK, body = Health), (status = 503, body = Health)))]
#[get("/health")]
async fn health(app: web::Data<App>) -> HttpResponse {
    let checks = app.health.checks(&app).await;
    let status = checks.overall();
    let code = match status {
        Overall::Healthy | Overall::Degraded => StatusCode::OK,
        Overall::Unhealthy => StatusCode::SERVICE_UNAVAILABLE,
    };
    HttpResponse::build(code)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(Health {
            status,
            checks,
            version: env!("CARGO_PKG_VERSION"),
            uptime_s: app.health.started.elapsed().as_secs(),
            timestamp: clock::now(),
        })
}

/// Whether requests can be served now.
#[utoipa::path(tag = "operation", responses((status = OK, body = Ready), (status = 503, body = Problem)))]
#[get("/ready")]
async fn ready(app: web::Data<App>) -> Result<web::Json<Ready>, Error> {
    match app.health.checks(&app).await.overall() {
        Overall::Healthy | Overall::Degraded => Ok(web::Json(Ready { ready: true })),
        Overall::Unhealthy => Err(Code::Unavailable.into()),
    }
}

/// The server's numbers in Prometheus' text, for this machine or whoever bears METRICS_TOKEN.
#[utoipa::path(
    tag = "operation",
    operation_id = "metrics",
    responses((status = OK, body = String, content_type = "text/plain"), (status = 403, body = Problem)),
)]
#[get("/metrics")]
async fn numbers(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse, Error> {
    if !may_read_metrics(&app.config, &request) {
        return Err(Error::new(
            Code::Forbidden,
            "The numbers are for this machine, or for whoever bears METRICS_TOKEN",
        ));
    }
    let text = metrics::text().map_err(Error::internal)?;
    Ok(HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(text))
}

fn may_read_metrics(config: &Config, request: &HttpRequest) -> bool {
    // What a proxy on this machine passes on comes from elsewhere.
    let is_passed_on = ["X-Forwarded-For", "Forwarded"]
        .iter()
        .any(|name| request.headers().contains_key(*name));
    if peer_address(request).is_loopback() && !is_passed_on {
        return true;
    }
    match (&config.metrics_token, token_of(request)) {
        (Some(expected), Some(given)) => same(expected.expose().as_bytes(), given.as_bytes()),
        _ => false,
    }
}

/// Compares in a time that tells nothing about where they differ.
fn same(expected: &[u8], given: &[u8]) -> bool {
    let differences = expected
        .iter()
        .zip(given)
        .fold(0, |differences, (a, b)| differences | (a ^ b));
    expected.len() == given.len() && differences == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checks(database: CheckStatus, redis: CheckStatus) -> Overall {
        let check = |status| Check {
            status,
            latency_ms: None,
        };
        Checks {
            database: check(database),
            redis: check(redis),
        }
        .overall()
    }

    #[test]
    fn without_the_database_nothing_works_and_without_redis_most_does() {
        use CheckStatus::{Down, Off, Up};
        assert_eq!(checks(Up, Off), Overall::Healthy);
        assert_eq!(checks(Up, Up), Overall::Healthy);
        assert_eq!(checks(Up, Down), Overall::Degraded);
        assert_eq!(checks(Down, Up), Overall::Unhealthy);
    }

    #[test]
    fn tokens_are_compared_whole() {
        assert!(same(b"abc", b"abc"));
        assert!(!same(b"abc", b"abd"));
        assert!(!same(b"abc", b"ab"));
        assert!(!same(b"abc", b""));
    }
}
