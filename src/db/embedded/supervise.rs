//! Keeps the private PostgreSQL running for as long as a server does: one that ends by itself, or is killed, is started again.
//!
//! Meanwhile the server answers 503. What was acknowledged is in PostgreSQL's log, from which it recovers before it takes connections.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::{Embedded, EmbeddedError, Options};

/// How soon an end is noticed.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// A PostgreSQL that does not start is tried again, ever later.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// One that has run for so long is not taken to fail again and again.
const STEADY: Duration = Duration::from_secs(60);

/// A private PostgreSQL that is kept running.
///
/// It belongs to a thread of its own, which starts it, and starts it again: the kernel ends PostgreSQL when the thread that started
/// it ends.
#[derive(Debug)]
pub struct Supervised {
    url: String,
    /// Taken away, it ends the thread.
    stop: Option<Sender<()>>,
    keeper: Option<JoinHandle<()>>,
}

impl Supervised {
    /// Starts PostgreSQL as [`Embedded::start`] does, and keeps it running. Blocks until it takes connections.
    pub fn start(options: Options) -> Result<Self, EmbeddedError> {
        let (stop, stopped) = mpsc::channel();
        let (started, start) = mpsc::channel();
        let keeper = thread::Builder::new()
            .name("postgres".to_owned())
            .spawn(move || match Embedded::start(&options) {
                Ok(embedded) => {
                    if started.send(Ok(embedded.url())).is_ok() {
                        keep(embedded, &stopped);
                    }
                }
                // Nobody listens where the caller is gone.
                Err(error) => drop(started.send(Err(error))),
            })
            .map_err(EmbeddedError::Thread)?;
        let url = start.recv().map_err(|_| EmbeddedError::Keeper)??;
        Ok(Self {
            url,
            stop: Some(stop),
            keeper: Some(keeper),
        })
    }

    /// The URL of the private database, over the Unix socket, as the cluster's superuser.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops PostgreSQL and waits for it.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(keeper) = self.keeper.take()
            && keeper.join().is_err()
        {
            tracing::error!("The thread that kept PostgreSQL running panicked");
        }
    }
}

/// Watches over PostgreSQL until it is to stop, which happens when this returns.
fn keep(mut embedded: Embedded, stopped: &Receiver<()>) {
    let (mut wait, mut pause, mut since) = (LOOK_EVERY, FIRST_PAUSE, Instant::now());
    while matches!(stopped.recv_timeout(wait), Err(RecvTimeoutError::Timeout)) {
        wait = LOOK_EVERY;
        match embedded.has_ended() {
            Ok(false) => {
                if since.elapsed() > STEADY {
                    pause = FIRST_PAUSE;
                }
                continue;
            }
            Ok(true) => tracing::error!("The private PostgreSQL has ended; starting it again"),
            Err(error) => {
                tracing::error!(%error, "Lost sight of the private PostgreSQL");
                continue;
            }
        }
        let begun = Instant::now();
        match embedded.restart() {
            Ok(()) => {
                let ms = begun.elapsed().as_millis();
                tracing::warn!(ms, "The private PostgreSQL runs again");
                since = Instant::now();
            }
            Err(error) => tracing::error!(error = %error, "The private PostgreSQL does not start"),
        }
        // One that starts and ends at once must not keep the machine busy either.
        wait = pause;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}
