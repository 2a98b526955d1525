//! Passwords, hashed with bcrypt away from the threads that serve requests.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::auth::input::Password;
use crate::error::Error;

/// Hashes and checks passwords, as many at a time as leave one core to everything else. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Passwords {
    rounds: u32,
    permits: Arc<Semaphore>,
    /// The hash of a password that nobody has: checking against it takes as long as against a real one.
    dummy: Arc<str>,
}

impl Passwords {
    /// Hashes once, so it takes as long as a login.
    ///
    /// # Errors
    /// When bcrypt does not take this cost.
    pub(crate) fn new(rounds: u32) -> anyhow::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            rounds,
            permits: Arc::new(Semaphore::new(cores.saturating_sub(1).max(1))),
            dummy: bcrypt::hash(format!("{:032x}", rand::random::<u128>()), rounds)?.into(),
        })
    }

    /// # Errors
    /// `internal`, when the machine gives no randomness or is shutting down.
    pub(crate) async fn hash(&self, password: Password) -> Result<String, Error> {
        let rounds = self.rounds;
        // A `Password` is never longer than what bcrypt reads, so nothing of it is cut off.
        self.run(move || bcrypt::hash(password.into_string(), rounds))
            .await?
            .map_err(Error::internal)
    }

    /// Whether the password belongs to the hash. Without a hash the answer is no, in the same time.
    ///
    /// # Errors
    /// `internal`, when the stored hash is none.
    pub(crate) async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Error> {
        // No stored password is longer, and bcrypt does not take more; the answer comes no sooner for it.
        let (password, hash) = match hash {
            Some(hash) if password.len() <= Password::MAX_BYTES => (password, Some(hash)),
            _ => (String::new(), None),
        };
        let possible = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.dummy.as_ref().to_owned());
        let matches = self
            .run(move || bcrypt::verify(password, &hash))
            .await?
            .map_err(Error::internal)?;
        Ok(matches && possible)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(Error::internal)?;
        // The permit goes along: a caller that hangs up does not free the core before the work is done.
        tokio::task::spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        })
        .await
        .map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn password(text: &str) -> Password {
        Password::parse("password", text.to_owned()).unwrap()
    }

    #[tokio::test]
    async fn only_the_password_that_was_hashed_is_right() {
        let passwords = Passwords::new(4).unwrap();
        let hash = passwords.hash(password("correct horse")).await.unwrap();
        assert!(
            passwords
                .verify("correct horse".to_owned(), Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(!passwords.verify("correct house".to_owned(), Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn an_unknown_account_has_no_right_password() {
        let passwords = Passwords::new(4).unwrap();
        assert!(!passwords.verify("anything at all".to_owned(), None).await.unwrap());
    }

    #[tokio::test]
    async fn an_unknown_account_is_refused_no_sooner_than_a_known_one() {
        let passwords = Passwords::new(8).unwrap();
        let hash = passwords.hash(password("correct horse")).await.unwrap();
        let took = async |text: &str, hash: Option<&String>| {
            let mut shortest = Duration::MAX;
            for _ in 0..5 {
                let begun = Instant::now();
                assert!(!passwords.verify(text.to_owned(), hash.cloned()).await.unwrap());
                shortest = shortest.min(begun.elapsed());
            }
            shortest
        };
        let known = took("correct house", Some(&hash)).await;
        assert!(took("correct house", None).await > known / 2);
        assert!(took(&"x".repeat(100), Some(&hash)).await > known / 2);
    }

    #[tokio::test]
    async fn nothing_may_follow_the_72nd_byte() {
        let passwords = Passwords::new(4).unwrap();
        let longest = "x".repeat(72);
        let hash = passwords.hash(password(&longest)).await.unwrap();
        assert!(passwords.verify(longest.clone(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify(longest + "y", Some(hash)).await.unwrap());
    }
}
