//! A subscriber: follows one board, resumes whenever its connection is gone, and keeps what it saw.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, sleep, sleep_until};

use crate::connection::{Connection, Incoming, Lost};
use crate::order::Order;
use crate::people::Person;

/// How long until a first and any later try to come back.
const BACK_OFF: [Duration; 2] = [Duration::from_millis(20), Duration::from_secs(1)];

/// What all followers are told.
#[derive(Clone, Default)]
pub(crate) struct Control {
    /// How many times everybody was cut off so far.
    pub(crate) storms: u32,
    pub(crate) end: Option<End>,
}

/// When to stop: with the number up to which each board's events must have come, or when time is up.
#[derive(Clone)]
pub(crate) struct End {
    pub(crate) seqs: Arc<[i64]>,
    pub(crate) deadline: Instant,
}

/// What one subscriber saw.
#[derive(Default)]
pub(crate) struct Followed {
    pub(crate) board: usize,
    pub(crate) order: Order,
    /// Each event's number, and when it came.
    pub(crate) arrivals: Vec<(i64, Instant)>,
    /// From the first try to the first answer.
    pub(crate) opened: Option<Duration>,
    /// From the end of each later connection to the answer on the next.
    pub(crate) resumed: Vec<Duration>,
    pub(crate) by_snapshot: u64,
    pub(crate) beats: u64,
    /// Connections that ended although nobody here wanted it, by their codes.
    pub(crate) lost: Vec<u16>,
    /// Tries to connect that failed.
    pub(crate) failed_tries: u64,
    pub(crate) failure: Option<String>,
}

pub(crate) struct Follower {
    pub(crate) person: Person,
    pub(crate) board: usize,
    pub(crate) topic: String,
    pub(crate) control: watch::Receiver<Control>,
    /// How many are subscribed.
    pub(crate) joined: watch::Sender<usize>,
    /// First connections are not opened all at once.
    pub(crate) opening: Arc<Semaphore>,
}

/// Why a connection is no longer read.
enum Next {
    Reconnect,
    Stop,
}

impl Follower {
    pub(crate) async fn run(mut self) -> Followed {
        let mut seen = Followed {
            board: self.board,
            ..Followed::default()
        };
        let mut epoch = None;
        let opening = Arc::clone(&self.opening);
        let mut permit = opening.acquire().await.ok();
        loop {
            let begun = Instant::now();
            let Some(mut connection) = self.connect(&mut seen).await else {
                break;
            };
            let since = seen.order.last();
            let subscribe = json!({ "id": 1, "op": "subscribe", "topic": self.topic, "since": since, "epoch": epoch });
            let next = match connection.send(&subscribe).await {
                Ok(()) => {
                    self.read(&mut connection, begun, &mut epoch, &mut permit, &mut seen)
                        .await
                }
                Err(lost) => seen.note(lost),
            };
            match next {
                // Without a farewell, as a connection is lost.
                Next::Reconnect => drop(connection),
                Next::Stop => {
                    connection.close().await;
                    break;
                }
            }
        }
        if seen.opened.is_none() {
            // Whoever waits for everybody need not wait for this one.
            self.joined.send_modify(|joined| *joined += 1);
        }
        seen
    }

    /// A connection; nothing, where none was to be had until the end.
    async fn connect(&mut self, seen: &mut Followed) -> Option<Connection> {
        let mut pause = BACK_OFF[0];
        loop {
            match Connection::open(&self.person).await {
                Ok(connection) => return Some(connection),
                Err(error) => {
                    seen.failed_tries += 1;
                    let ended = self.control.borrow().end.clone();
                    if ended.is_some_and(|end| Instant::now() >= end.deadline) || self.control.has_changed().is_err() {
                        seen.failure = Some(format!("{error:#}"));
                        return None;
                    }
                }
            }
            // Those who were cut off together do not come back together again and again.
            sleep(pause.mul_f64(rand::random_range(0.5..1.5))).await;
            pause = (pause * 2).min(BACK_OFF[1]);
        }
    }

    async fn read(
        &mut self,
        connection: &mut Connection,
        begun: Instant,
        epoch: &mut Option<String>,
        permit: &mut Option<tokio::sync::SemaphorePermit<'_>>,
        seen: &mut Followed,
    ) -> Next {
        let storms = self.control.borrow_and_update().storms;
        loop {
            let end = self.control.borrow().end.clone();
            if let Some(end) = &end {
                let needed = end.seqs.get(self.board).copied().unwrap_or_default();
                if seen.order.last().is_some_and(|last| last >= needed) || Instant::now() >= end.deadline {
                    return Next::Stop;
                }
            }
            let received = tokio::select! {
                changed = self.control.changed() => {
                    if changed.is_err() {
                        return Next::Stop;
                    }
                    if self.control.borrow().storms != storms {
                        return Next::Reconnect;
                    }
                    continue;
                }
                () = until(end.as_ref()) => return Next::Stop,
                received = connection.receive() => received,
            };
            let text = match received {
                Ok(text) => text,
                Err(lost) => return seen.note(lost),
            };
            let now = Instant::now();
            let Ok(frame) = serde_json::from_str::<Incoming<'_>>(&text) else {
                seen.failure = Some(format!("cannot read the frame {}", text.as_str()));
                return Next::Stop;
            };
            if frame.re.is_some() {
                if !seen.subscribed(&frame, now) {
                    return Next::Stop;
                }
                *epoch = frame.epoch.map(std::borrow::Cow::into_owned);
                permit.take();
                match seen.opened {
                    Some(_) => seen.resumed.push(now - begun),
                    None => {
                        seen.opened = Some(now - begun);
                        self.joined.send_modify(|joined| *joined += 1);
                    }
                }
            } else if !seen.told(&frame, now, &self.topic) {
                return Next::Stop;
            }
        }
    }
}

impl Followed {
    /// The answer to a subscription; whether it was accepted.
    fn subscribed(&mut self, frame: &Incoming<'_>, now: Instant) -> bool {
        let (true, Some(seq)) = (frame.ok, frame.seq) else {
            let code = frame.error.as_ref().map_or("", |error| &error.code);
            self.failure = Some(format!("a subscription was refused: {code}"));
            return false;
        };
        match &frame.events {
            Some(events) => {
                for event in events {
                    self.event(event.seq, now);
                }
                self.order.expect(seq);
            }
            None => {
                self.by_snapshot += u64::from(self.opened.is_some());
                self.order.start_at(seq);
            }
        }
        true
    }

    /// A frame that answers nothing; whether the topic goes on.
    fn told(&mut self, frame: &Incoming<'_>, now: Instant, topic: &str) -> bool {
        if let (Some(_), Some(seq)) = (&frame.kind, frame.seq) {
            self.event(seq, now);
        } else if let Some(beat) = &frame.beat {
            self.beats += u64::from(beat.contains_key(topic));
        } else if frame.unsubscribed.is_some() {
            self.failure = Some("the topic was withdrawn".to_owned());
            return false;
        }
        true
    }

    fn event(&mut self, seq: i64, now: Instant) {
        self.order.see(seq);
        self.arrivals.push((seq, now));
    }

    fn note(&mut self, lost: Lost) -> Next {
        self.lost.push(lost.code);
        if lost.is_final() {
            self.failure = Some(format!("the session was closed with {}", lost.code));
            return Next::Stop;
        }
        Next::Reconnect
    }
}

async fn until(end: Option<&End>) {
    match end {
        Some(end) => sleep_until(end.deadline).await,
        None => std::future::pending().await,
    }
}
