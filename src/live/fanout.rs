//! Brings committed frames to the sockets that follow them: from the entities to each worker's [`Hub`].
//!
//! Each web worker has a hub that knows its local sockets per topic, so an event costs one message a worker and a cheap clone a
//! socket. Topics that nobody follows cost nothing.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use actix::{Actor, Addr, Handler, Message};
use bytestring::ByteString;
use parking_lot::Mutex;

use super::entity::Topic;
use super::frame::Frame;
use super::hub::{Attach, Hub, Publish, Signal, Withdraw};
use super::presence::Presence;
use crate::db::Database;

/// A hub, from outside.
#[derive(Clone)]
pub(crate) struct HubRef {
    id: u64,
    address: Addr<Hub>,
}

impl HubRef {
    pub(crate) fn tell<M>(&self, message: M)
    where
        M: Message<Result = ()> + Send + 'static,
        Hub: Handler<M>,
    {
        // A hub handles its messages without waiting for anything, and lives as long as its worker.
        self.address.do_send(message);
    }
}

/// One socket on this node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SocketKey(pub(crate) u64);

/// The hubs that follow a topic, each with how many of its sockets do.
type Followers = HashMap<u64, (HubRef, usize)>;

/// Who follows what, seen from the entities: topics that nobody follows cost nothing.
#[derive(Default)]
pub(crate) struct Fanout {
    followers: Mutex<HashMap<Topic, Followers>>,
    hubs: Mutex<Vec<HubRef>>,
    next: AtomicU64,
}

impl Fanout {
    pub(crate) fn next_socket(&self) -> SocketKey {
        SocketKey(self.next.fetch_add(1, Ordering::Relaxed))
    }

    /// Starts a hub on the worker thread that calls this.
    pub(crate) fn start_hub(self: &Arc<Self>, presence: Arc<Presence>, db: Database) -> HubRef {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let hub = Hub::new(id, self.clone(), presence, db);
        let hub = HubRef {
            id,
            address: hub.start(),
        };
        self.hubs.lock().push(hub.clone());
        hub
    }

    /// Hands committed frames, in order, to every hub that follows the topic.
    pub(crate) fn publish(&self, topic: Topic, frames: Arc<[Frame]>) {
        if frames.is_empty() {
            return;
        }
        self.to_followers(topic, || Publish {
            topic,
            frames: frames.clone(),
        });
    }

    /// Hands a signal to everyone who follows the topic but its sender.
    pub(crate) fn signal(&self, topic: Topic, from: SocketKey, text: &ByteString) {
        self.to_followers(topic, || Signal {
            topic,
            from,
            text: text.clone(),
        });
    }

    /// Ends the topic for everyone who follows it.
    pub(crate) fn withdraw(&self, topic: Topic) {
        self.to_followers(topic, || Withdraw { topic });
    }

    /// Joins a socket to a topic, on the same way that frames take.
    pub(crate) fn attach(&self, hub: &HubRef, attach: Attach) {
        let mut followers = self.followers.lock();
        let entry = followers
            .entry(attach.topic)
            .or_default()
            .entry(hub.id)
            .or_insert_with(|| (hub.clone(), 0));
        entry.1 += 1;
        hub.tell(attach);
    }

    /// Tells every hub the same.
    pub(crate) fn to_all<M>(&self, message: impl Fn() -> M)
    where
        M: Message<Result = ()> + Send + 'static,
        Hub: Handler<M>,
    {
        for hub in self.hubs.lock().iter() {
            hub.tell(message());
        }
    }

    fn to_followers<M>(&self, topic: Topic, message: impl Fn() -> M)
    where
        M: Message<Result = ()> + Send + 'static,
        Hub: Handler<M>,
    {
        for (hub, _) in self.followers.lock().get(&topic).into_iter().flat_map(HashMap::values) {
            hub.tell(message());
        }
    }

    /// A socket of this hub no longer follows the topic.
    pub(crate) fn detached(&self, topic: Topic, hub: u64) {
        let mut followers = self.followers.lock();
        let Some(hubs) = followers.get_mut(&topic) else { return };
        if let Some((_, count)) = hubs.get_mut(&hub) {
            *count -= 1;
            if *count == 0 {
                hubs.remove(&hub);
            }
        }
        if hubs.is_empty() {
            followers.remove(&topic);
        }
    }
}
