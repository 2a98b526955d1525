//! The line between servers that share a database: what one of them tells its sockets, the others tell theirs at once.
//!
//! Nothing durable rests on it. It is one channel of Redis, which forgets what it has passed on: committed frames that get lost are
//! found in the log, hints that get lost are made good by a `reset`, and who is where is told anew whenever a connection is made.
//! Without Redis, or while it is away, every server looks into the log twice a second and knows its own people only.

mod connection;
mod message;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::clock;
pub(super) use connection::{Line, Listener};
pub(super) use message::{Message, TopicName};

/// Messages that may wait to be sent; what is beyond is lost, and the others are told so.
const QUEUE: usize = 20_000;

/// One server, from its start to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct NodeId(pub(super) Uuid);

/// Where the servers meet.
pub(crate) struct Meeting {
    pub(crate) redis: redis::Client,
    /// Keeps installations apart that share a Redis.
    pub(crate) prefix: String,
}

/// The near end of the line. See the module.
pub(crate) struct Bus {
    node: NodeId,
    queue: Option<mpsc::Sender<Message>>,
    /// Whether messages arrive; the connection says so.
    is_up: AtomicBool,
    /// Whether something could not even be queued.
    has_lost: AtomicBool,
}

impl Bus {
    /// A server's end of the line, and the line itself, where there is one to run.
    pub(super) fn new(meeting: Option<Meeting>) -> (Arc<Self>, Option<Line>) {
        let node = NodeId(clock::new_id());
        let (queue, line) = match meeting {
            None => (None, None),
            Some(meeting) => {
                let (queue, waiting) = mpsc::channel(QUEUE);
                (Some(queue), Some(Line::new(node, meeting, waiting)))
            }
        };
        let bus = Self {
            node,
            queue,
            is_up: AtomicBool::new(false),
            has_lost: AtomicBool::new(false),
        };
        (Arc::new(bus), line)
    }

    pub(super) fn node(&self) -> NodeId {
        self.node
    }

    /// Whether what others commit is told here at once.
    pub(super) fn is_up(&self) -> bool {
        self.is_up.load(Ordering::Relaxed)
    }

    /// Tells the other servers. Never waits: what cannot be told now is lost.
    pub(super) fn tell(&self, message: impl FnOnce() -> Message) {
        let Some(queue) = self.queue.as_ref().filter(|_| self.is_up()) else {
            return;
        };
        if queue.try_send(message()).is_err() {
            self.has_lost.store(true, Ordering::Relaxed);
        }
    }

    fn set_up(&self, is_up: bool) {
        self.is_up.store(is_up, Ordering::Relaxed);
    }

    /// Whether something was lost since this was asked last.
    fn take_lost(&self) -> bool {
        self.has_lost.swap(false, Ordering::Relaxed)
    }
}

/// The line until somebody runs it.
pub(super) type Waiting = Mutex<Option<Line>>;
