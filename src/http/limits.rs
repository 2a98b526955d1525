//! How many requests an address, a user and a company may make: on the API, and to open a socket.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use actix_web::Error as ActixError;
use actix_web::HttpMessage;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

use super::address::{client_address, counted_as};
use super::refuse;
use crate::app::App;
use crate::auth::{Scope, token_of};
use crate::config::Config;
use crate::db::{TenantId, UserId};
use crate::error::{Code, Error};

/// The limits of an installation.
pub(crate) struct Limits {
    address: Limit<IpAddr>,
    user: Limit<UserId>,
    tenant: Limit<TenantId>,
}

impl Limits {
    pub(crate) fn new(config: &Config) -> Self {
        let window = Duration::from_millis(config.rate_limit_window_ms);
        Self {
            address: Limit::new(config.rate_limit_max_requests, window),
            user: Limit::new(config.rate_limit_user_max_requests, window),
            tenant: Limit::new(config.rate_limit_tenant_max_requests, window),
        }
    }

    fn check(&self, scope: Option<&Scope>, address: IpAddr) -> Result<(), Error> {
        match scope {
            Some(scope) => self
                .user
                .check(&scope.id)
                .and_then(|()| self.tenant.check(&scope.tenant)),
            None => self.address.check(&counted_as(address)),
        }
        .map_err(Error::too_many)
    }
}

/// So many per window for each key, given back evenly over the window.
struct Limit<K: Hash + Eq + Clone> {
    /// `None` is no limit.
    limiter: Option<DefaultKeyedRateLimiter<K>>,
    clock: DefaultClock,
    window: Duration,
    /// When the keys that are as good as new were last forgotten.
    cleaned: Mutex<Instant>,
}

impl<K: Hash + Eq + Clone> Limit<K> {
    fn new(count: u32, window: Duration) -> Self {
        let quota = NonZeroU32::new(count).and_then(|count| {
            let each = window / count.get();
            // A window shorter than a nanosecond for each is as good as none.
            Quota::with_period(each).map(|quota| quota.allow_burst(count))
        });
        Self {
            limiter: quota.map(DefaultKeyedRateLimiter::keyed),
            clock: DefaultClock::default(),
            window,
            cleaned: Mutex::new(Instant::now()),
        }
    }

    /// Counts one; how long to wait, when it is one too many.
    fn check(&self, key: &K) -> Result<(), Duration> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        self.clean(limiter);
        limiter
            .check_key(key)
            .map_err(|until| until.wait_time_from(self.clock.now()))
    }

    /// Forgets, once a window, the keys that have not been seen for that long.
    fn clean(&self, limiter: &DefaultKeyedRateLimiter<K>) {
        // Whoever finds it locked leaves the work to who locked it.
        if let Ok(mut cleaned) = self.cleaned.try_lock()
            && cleaned.elapsed() >= self.window
        {
            limiter.retain_recent();
            limiter.shrink_to_fit();
            *cleaned = Instant::now();
        }
    }
}

/// Counts a request, and refuses one too many.
pub(super) async fn count(
    app: web::Data<App>,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    if !is_counted(request.path()) {
        return next.call(request).await;
    }
    let scope = match presented_token(&request) {
        Some(token) => match app.sessions.authenticate(&token).await {
            // Asking once more would only take as long again.
            Err(error) if error.code == Code::Unavailable => return Ok(refuse(request, &error)),
            // A token that is no good makes nobody: its address is counted, and the handler says what is wrong with it.
            outcome => outcome.ok(),
        },
        None => None,
    };
    let address = client_address(request.request(), &app.config);
    if let Err(error) = app.limits.check(scope.as_ref(), address) {
        return Ok(refuse(request, &error));
    }
    if let Some(scope) = scope {
        request.extensions_mut().insert(scope);
    }
    next.call(request).await
}

fn is_counted(path: &str) -> bool {
    path.starts_with("/api/") || path == "/ws" || path.starts_with("/ws/")
}

/// Browsers cannot set headers on a socket's request: there the token stands in the query.
fn presented_token(request: &ServiceRequest) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct SocketQuery {
        token: Option<String>,
    }
    token_of(request.request()).or_else(|| {
        let is_socket = !request.path().starts_with("/api/");
        let query = is_socket.then(|| web::Query::<SocketQuery>::from_query(request.query_string()));
        query?.ok()?.into_inner().token
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Duration = Duration::from_secs(3600);

    #[test]
    fn each_key_has_a_count_of_its_own() {
        let limit = Limit::new(3, WINDOW);
        for _ in 0..3 {
            assert_eq!(limit.check(&"ana"), Ok(()));
        }
        let wait = limit.check(&"ana").unwrap_err();
        assert!(wait > Duration::ZERO && wait <= WINDOW / 3);
        assert_eq!(limit.check(&"bruno"), Ok(()));
    }

    #[test]
    fn zero_is_no_limit() {
        let limit = Limit::new(0, WINDOW);
        assert!((0..1000).all(|_| limit.check(&()).is_ok()));
    }

    #[test]
    fn keys_that_are_as_good_as_new_are_forgotten() {
        let limit = Limit::new(1_000_000, Duration::from_nanos(2_000_000));
        for key in 0..500 {
            let _ = limit.check(&key);
        }
        let held = || limit.limiter.as_ref().unwrap().len();
        let deadline = Instant::now() + Duration::from_secs(10);
        while held() > 100 && Instant::now() < deadline {
            let _ = limit.check(&0);
        }
        assert!(held() <= 100, "{} keys are held", held());
    }

    #[test]
    fn only_the_api_and_sockets_are_counted() {
        for path in ["/api/v1/boards", "/api/openapi.json", "/ws", "/ws/kanban/7"] {
            assert!(is_counted(path), "{path}");
        }
        for path in ["/", "/assets/app.js", "/health", "/metrics", "/apidocs/", "/widget.js"] {
            assert!(!is_counted(path), "{path}");
        }
    }
}
