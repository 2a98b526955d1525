//! How often a password may be guessed: so many failures per account and address within a window.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use moka::sync::Cache;
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::error::Error;

/// How many accounts and addresses are remembered; beyond it those asked for least are forgotten first.
const REMEMBERED: u64 = 100_000;

struct Failures {
    count: u32,
    /// When the first of them happened.
    since: Instant,
}

/// The failures of late. Cheap to clone.
#[derive(Clone)]
pub(crate) struct LoginAttempts {
    /// 0 is no limit.
    limit: u32,
    window: Duration,
    failures: Cache<(String, IpAddr), Arc<Mutex<Failures>>>,
}

/// A guess under way. Guesses for one account from one address wait for each other, so that many at once are counted one by one.
pub(crate) struct Attempt {
    failures: OwnedMutexGuard<Failures>,
}

impl LoginAttempts {
    pub(crate) fn new(limit: u32, window: Duration) -> Self {
        Self {
            limit,
            window,
            failures: Cache::builder().max_capacity(REMEMBERED).time_to_idle(window).build(),
        }
    }

    /// Begins a guess. `account` is whatever was named, whether or not there is such an account.
    ///
    /// # Errors
    /// `rate_limited`, when the limit is reached, until the window ends.
    pub(crate) async fn begin(&self, account: &str, address: IpAddr) -> Result<Attempt, Error> {
        let failures = self.failures.get_with((account.to_owned(), address), || {
            Arc::new(Mutex::new(Failures {
                count: 0,
                since: Instant::now(),
            }))
        });
        let mut failures = failures.lock_owned().await;
        let passed = failures.since.elapsed();
        if passed >= self.window {
            failures.count = 0;
        }
        if self.limit > 0 && failures.count >= self.limit {
            return Err(Error::too_many(self.window.saturating_sub(passed)));
        }
        Ok(Attempt { failures })
    }
}

impl Attempt {
    pub(crate) fn failed(mut self) {
        if self.failures.count == 0 {
            self.failures.since = Instant::now();
        }
        self.failures.count += 1;
    }

    pub(crate) fn succeeded(mut self) {
        self.failures.count = 0;
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 1));
    const THERE: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 2));

    async fn fail(attempts: &LoginAttempts, times: u32) {
        for _ in 0..times {
            attempts.begin("ana", HERE).await.ok().unwrap().failed();
        }
    }

    #[tokio::test]
    async fn the_limit_counts_per_account_and_address() {
        let attempts = LoginAttempts::new(3, Duration::from_secs(60));
        fail(&attempts, 3).await;
        let refused = attempts.begin("ana", HERE).await.err().unwrap();
        assert!(refused.retry_after.unwrap() <= Duration::from_secs(60));
        assert!(attempts.begin("ana", THERE).await.is_ok());
        assert!(attempts.begin("bruno", HERE).await.is_ok());
    }

    #[tokio::test]
    async fn a_success_clears_what_was_counted() {
        let attempts = LoginAttempts::new(3, Duration::from_secs(60));
        fail(&attempts, 2).await;
        attempts.begin("ana", HERE).await.ok().unwrap().succeeded();
        fail(&attempts, 3).await;
        assert!(attempts.begin("ana", HERE).await.is_err());
    }

    #[tokio::test]
    async fn guesses_at_once_are_counted_one_by_one() {
        let attempts = LoginAttempts::new(3, Duration::from_secs(60));
        let guesses = (0..20).map(|_| async {
            match attempts.begin("ana", HERE).await {
                Ok(attempt) => {
                    tokio::task::yield_now().await;
                    attempt.failed();
                    true
                }
                Err(_) => false,
            }
        });
        let let_through = futures_util::future::join_all(guesses)
            .await
            .into_iter()
            .filter(|ok| *ok)
            .count();
        assert_eq!(let_through, 3);
    }

    #[tokio::test]
    async fn zero_is_no_limit() {
        let attempts = LoginAttempts::new(0, Duration::from_secs(60));
        fail(&attempts, 50).await;
        assert!(attempts.begin("ana", HERE).await.is_ok());
    }

    #[tokio::test]
    async fn the_window_ends() {
        let attempts = LoginAttempts::new(1, Duration::ZERO);
        fail(&attempts, 3).await;
        assert!(attempts.begin("ana", HERE).await.is_ok());
    }
}
