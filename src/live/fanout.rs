//! Brings committed frames, signals and hints to the sockets that follow them: from the entities to each worker's [`Hub`].
//!
//! Each web worker has a hub that knows its local sockets per topic, so an event costs one message a worker and a cheap clone a
//! socket. Topics that nobody follows cost nothing.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use actix::{Actor, Addr, Handler};
use bytestring::ByteString;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use super::bus::{Bus, Message};
use super::entity::Topic;
use super::feed::{Feed, Recipients, Rests};
use super::frame::Frame;
use super::hub::{Attach, FollowFeed, Hint, Hub, Publish, Signal, Withdraw};
use super::presence::Presence;
use crate::db::{Database, TenantId};

/// A hub, from outside.
#[derive(Clone)]
pub(crate) struct HubRef {
    id: u64,
    address: Addr<Hub>,
}

impl HubRef {
    pub(crate) fn tell<M>(&self, message: M)
    where
        M: actix::Message<Result = ()> + Send + 'static,
        Hub: Handler<M>,
    {
        // A hub handles its messages without waiting for anything, and lives as long as its worker.
        self.address.do_send(message);
    }
}

/// One socket on this node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct SocketKey(pub(crate) u64);

/// Hubs by their number, each with how many of its sockets follow.
type Hubs = HashMap<u64, (HubRef, usize)>;

/// Which hubs have sockets that follow something.
struct Followers<K>(Mutex<HashMap<K, Hubs>>);

impl<K> Default for Followers<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash> Followers<K> {
    /// One more socket of this hub follows, which `message` tells it: whatever is told from now on comes after that.
    fn join<M>(&self, key: K, hub: &HubRef, message: M)
    where
        M: actix::Message<Result = ()> + Send + 'static,
        Hub: Handler<M>,
    {
        let mut followers = self.0.lock();
        let hubs = followers.entry(key).or_default();
        hubs.entry(hub.id).or_insert_with(|| (hub.clone(), 0)).1 += 1;
        hub.tell(message);
    }

    /// A socket of this hub no longer follows.
    fn part(&self, key: &K, hub: u64) {
        let mut followers = self.0.lock();
        let Some(hubs) = followers.get_mut(key) else { return };
        if let Some((_, count)) = hubs.get_mut(&hub) {
            *count -= 1;
            if *count == 0 {
                hubs.remove(&hub);
            }
        }
        if hubs.is_empty() {
            followers.remove(key);
        }
    }

    fn tell<M>(&self, key: &K, message: impl Fn() -> M)
    where
        M: actix::Message<Result = ()> + Send + 'static,
        Hub: Handler<M>,
    {
        for (hub, _) in self.0.lock().get(key).into_iter().flat_map(HashMap::values) {
            hub.tell(message());
        }
    }
}

/// Who follows what, seen from those who tell it. What is told `here` stays with this server's sockets; the rest goes to the other
/// servers as well.
pub(crate) struct Fanout {
    bus: Arc<Bus>,
    entities: Followers<Topic>,
    feeds: Followers<(TenantId, Feed)>,
    hubs: Mutex<Vec<HubRef>>,
    pub(super) rests: Rests,
    next: AtomicU64,
}

impl Fanout {
    pub(super) fn new(bus: Arc<Bus>) -> Self {
        Self {
            bus,
            entities: Followers::default(),
            feeds: Followers::default(),
            hubs: Mutex::default(),
            rests: Rests::default(),
            next: AtomicU64::new(0),
        }
    }

    /// Whether what other servers tell arrives here at once.
    pub(crate) fn hears_others(&self) -> bool {
        self.bus.is_up()
    }

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

    /// Hands frames that were committed here, in order, to everyone who follows the topic.
    pub(crate) fn publish(&self, topic: Topic, frames: Arc<[Frame]>) {
        self.bus.tell(|| Message::Frames {
            topic: topic.into(),
            frames: frames.clone(),
        });
        self.publish_here(topic, frames);
    }

    pub(crate) fn publish_here(&self, topic: Topic, frames: Arc<[Frame]>) {
        if frames.is_empty() {
            return;
        }
        self.entities.tell(&topic, || Publish {
            topic,
            frames: frames.clone(),
        });
    }

    /// Hands a signal to everyone who follows the topic but its sender.
    pub(crate) fn signal(&self, topic: Topic, from: SocketKey, text: &ByteString) {
        self.bus.tell(|| Message::Signal {
            topic: topic.into(),
            text: text.clone(),
        });
        self.signal_here(topic, Some(from), text);
    }

    /// `but`: a socket that knows it.
    pub(crate) fn signal_here(&self, topic: Topic, but: Option<SocketKey>, text: &ByteString) {
        self.entities.tell(&topic, || Signal {
            topic,
            but,
            text: text.clone(),
        });
    }

    /// Ends the topic for everyone who follows it.
    pub(crate) fn withdraw(&self, topic: Topic) {
        self.bus.tell(|| Message::Withdrawn { topic: topic.into() });
        self.withdraw_here(topic);
    }

    pub(crate) fn withdraw_here(&self, topic: Topic) {
        self.entities.tell(&topic, || Withdraw { topic });
    }

    /// Joins a socket to a topic, on the same way that frames take.
    pub(crate) fn attach(&self, hub: &HubRef, attach: Attach) {
        self.entities.join(attach.topic, hub, attach);
    }

    /// A socket of this hub no longer follows the topic.
    pub(crate) fn detached(&self, topic: Topic, hub: u64) {
        self.entities.part(&topic, hub);
    }

    /// Joins a socket to a feed, on the same way that hints take.
    pub(crate) fn follow_feed(&self, tenant: TenantId, hub: &HubRef, follow: FollowFeed) {
        self.feeds.join((tenant, follow.feed), hub, follow);
    }

    /// A socket of this hub no longer follows the feed.
    pub(crate) fn unfollowed_feed(&self, tenant: TenantId, feed: Feed, hub: u64) {
        self.feeds.part(&(tenant, feed), hub);
    }

    /// Hands a hint to those who follow the feed and may hear it.
    pub(crate) fn hint(&self, tenant: TenantId, feed: Feed, to: &Recipients, text: &ByteString) {
        self.bus.tell(|| Message::Hint {
            tenant,
            feed,
            to: to.clone(),
            text: text.clone(),
        });
        self.hint_here(tenant, feed, to, text);
    }

    pub(crate) fn hint_here(&self, tenant: TenantId, feed: Feed, to: &Recipients, text: &ByteString) {
        self.feeds.tell(&(tenant, feed), || Hint {
            tenant,
            feed,
            to: to.clone(),
            text: text.clone(),
        });
    }

    /// Tells every hub the same.
    pub(crate) fn to_all<M>(&self, message: impl Fn() -> M)
    where
        M: actix::Message<Result = ()> + Send + 'static,
        Hub: Handler<M>,
    {
        for hub in self.hubs.lock().iter() {
            hub.tell(message());
        }
    }
}
