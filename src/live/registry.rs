//! Which actor holds which entity. Starts it on first use; only the registry ends it.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use actix::Recipient;
use actix_rt::ArbiterHandle;
use parking_lot::Mutex;

use super::Shared;
use super::actor::ToEntity;
use super::entity::Topic;
use crate::metrics;

/// How the actor of one kind of entity is started.
pub(crate) type Start = fn(Topic, Incarnation, &Arc<Shared>, &ArbiterHandle) -> Recipient<ToEntity>;

/// Tells two actors of one topic apart, where one has ended and another began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Incarnation(u64);

struct Entry {
    recipient: Recipient<ToEntity>,
    incarnation: Incarnation,
    /// Messages sent so far: an actor that has received as many may stop.
    sent: u64,
}

/// The live actors.
pub(crate) struct Registry {
    kinds: HashMap<&'static str, Start>,
    entries: Mutex<HashMap<Topic, Entry>>,
    /// Entities are spread over these by hash of their id.
    arbiters: Vec<ArbiterHandle>,
    next: AtomicU64,
}

impl Registry {
    pub(crate) fn new(kinds: HashMap<&'static str, Start>, arbiters: Vec<ArbiterHandle>) -> Self {
        Self {
            kinds,
            entries: Mutex::default(),
            arbiters,
            next: AtomicU64::new(0),
        }
    }

    /// The kind as the engine names it, where there is one.
    pub(crate) fn kind(&self, name: &str) -> Option<&'static str> {
        self.kinds.get_key_value(name).map(|(kind, _)| *kind)
    }

    /// Sends a message to the entity's actor, starting it where there is none. What is sent to an actor that has just died is
    /// dropped, and with it the sender of its answer: the caller sees that and sends again.
    pub(crate) fn send(&self, topic: Topic, message: ToEntity, shared: &Arc<Shared>) {
        let mut entries = self.entries.lock();
        if entries.get(&topic).is_some_and(|entry| !entry.recipient.connected()) {
            entries.remove(&topic);
        }
        let entry = match entries.entry(topic) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(vacant) => {
                let (Some(start), Some(arbiter)) = (self.kinds.get(topic.kind), self.arbiter(topic)) else {
                    return;
                };
                let incarnation = Incarnation(self.next.fetch_add(1, Ordering::Relaxed));
                let recipient = start(topic, incarnation, shared, arbiter);
                vacant.insert(Entry {
                    recipient,
                    incarnation,
                    sent: 0,
                })
            }
        };
        entry.sent += 1;
        // The core bounds what waits; the mailbox is only the way to it.
        entry.recipient.do_send(message);
        metrics::TOPICS.set(i64::try_from(entries.len()).unwrap_or(i64::MAX));
    }

    /// Sends a message to the entity's actor, if it has one.
    pub(crate) fn send_if_live(&self, topic: Topic, message: ToEntity) {
        if let Some(entry) = self.entries.lock().get_mut(&topic) {
            entry.sent += 1;
            entry.recipient.do_send(message);
        }
    }

    /// Lets an idle actor go, unless something was sent to it that it has not received yet.
    pub(crate) fn release(&self, topic: Topic, incarnation: Incarnation, received: u64) -> bool {
        let mut entries = self.entries.lock();
        let may_go = entries
            .get(&topic)
            .is_none_or(|entry| entry.incarnation != incarnation || entry.sent == received);
        if may_go {
            self.remove(&mut entries, topic, incarnation);
        }
        may_go
    }

    /// Forgets an actor that cannot go on, whatever was sent to it.
    pub(crate) fn forget(&self, topic: Topic, incarnation: Incarnation) {
        self.remove(&mut self.entries.lock(), topic, incarnation);
    }

    fn remove(&self, entries: &mut HashMap<Topic, Entry>, topic: Topic, incarnation: Incarnation) {
        if entries
            .get(&topic)
            .is_some_and(|entry| entry.incarnation == incarnation)
        {
            entries.remove(&topic);
            metrics::TOPICS.set(i64::try_from(entries.len()).unwrap_or(i64::MAX));
        }
    }

    fn arbiter(&self, topic: Topic) -> Option<&ArbiterHandle> {
        // The last bytes of a UUIDv7 are random.
        let hash = topic
            .id
            .as_bytes()
            .iter()
            .rev()
            .take(4)
            .fold(0_usize, |hash, byte| hash << 8 | usize::from(*byte));
        self.arbiters.get(hash % self.arbiters.len().max(1))
    }
}
