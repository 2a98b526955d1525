//! Who is online, who looks at which entity, and what they do there.
//!
//! The rules are in [`online`] and [`viewers`], which are pure; here they get a clock and a voice. What is told leaves under the
//! lock under which it was decided, so that everybody hears changes in their order, and a newcomer's list and the changes after it
//! fit together.
//!
//! Servers tell each other of their sockets, and each works out by itself what its people are to hear of that. A server that
//! falls silent takes its sockets with it.

mod activity;
mod online;
mod viewers;

use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::FutureExt;
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::sync::broadcast;

use super::bus::{Bus, Message, NodeId};
use super::entity::{Topic, raw};
use super::fanout::{Fanout, SocketKey};
use super::feed::{self, Feed, Recipients};
use super::frame::{self, By};
use crate::auth::{Principal, Scope, SessionEnded};
use crate::clock;
use crate::db::TenantId;
use crate::error::{Code, Refusal};
use activity::Said;
pub(crate) use online::{Attendance, Movement, OnlineUser, TabNews};
use online::{Effect, Online, Tab, TabState};
use viewers::{Announcement, Person, Viewers};
pub(crate) use viewers::{Present, SeatNews};

/// How often it is looked whose time is up.
const LOOK: Duration = Duration::from_millis(250);

/// The most that other servers are told in one message.
const CHUNK: usize = 500;
/// Whoever listens to who comes and goes and lags behind by more misses some.
const ATTENDANCE_BACKLOG: usize = 4096;

/// A socket at whichever server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct SocketId {
    node: NodeId,
    key: SocketKey,
}

/// See the module.
pub(crate) struct Presence {
    fanout: Arc<Fanout>,
    bus: Arc<Bus>,
    viewers: Mutex<Viewers>,
    online: Mutex<Online>,
    attendance: broadcast::Sender<Attendance>,
}

impl Presence {
    /// `lease`: for how long a socket that is not heard counts as looking; `grace`: for how long someone without a socket counts as
    /// online.
    pub(super) fn new(fanout: Arc<Fanout>, bus: Arc<Bus>, lease: Duration, grace: Duration) -> Self {
        let delta = |duration| TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX);
        Self {
            fanout,
            viewers: Mutex::new(Viewers::new(bus.node(), delta(lease))),
            online: Mutex::new(Online::new(bus.node(), delta(grace))),
            bus,
            attendance: broadcast::Sender::new(ATTENDANCE_BACKLOG),
        }
    }

    /// A client tells the others at a topic something. What it does itself is remembered, and told to those who come later.
    ///
    /// # Errors
    /// `malformed_frame`, `invalid` or `too_large`; then nobody hears anything.
    pub(super) fn signal(
        &self,
        topic: Topic,
        from: SocketKey,
        by: &Principal,
        name: &str,
        data: &Value,
    ) -> Result<(), Refusal> {
        let said = activity::read(name, data)?;
        // Rooms show who types at each key, not only when it begins.
        if name == "typing" || said == Said::Else {
            let author = By {
                id: by.id.0,
                name: (&*by.name).into(),
            };
            // Of what people do, customers hear who types.
            let text = frame::signal(topic, name, &author, data);
            self.fanout.signal(topic, from, name == "typing", &text);
        }
        if let Said::Doing(activity) = said {
            let person = Person {
                id: by.id,
                name: by.name.clone(),
            };
            self.with_viewers(|viewers| viewers.sit(topic, self.socket(from), &person, activity, clock::now()));
        }
        Ok(())
    }

    /// A socket joins a topic: `join` gets who else is there. What changes from then on comes after what `join` sends.
    pub(super) fn greet(&self, topic: Topic, newcomer: SocketKey, join: impl FnOnce(&[Present])) {
        let viewers = self.viewers.lock();
        join(&viewers.present(topic, self.socket(newcomer)));
    }

    /// A socket no longer follows a topic.
    pub(super) fn leave(&self, topic: Topic, socket: SocketKey) {
        self.with_viewers(|viewers| viewers.leave(topic, self.socket(socket)));
    }

    /// A socket was heard.
    pub(super) fn renew(&self, socket: SocketKey) {
        self.viewers.lock().renew(self.socket(socket), clock::now());
    }

    /// A socket is open.
    pub(super) fn open(&self, socket: SocketKey, scope: &Scope) {
        // Customers are nobody's colleagues.
        if !scope.is_staff() {
            return;
        }
        let now = clock::now();
        let tab = Tab {
            tenant: scope.tenant,
            user: scope.id,
            name: scope.name.clone(),
            is_away: false,
            since: now,
        };
        let mut online = self.online.lock();
        self.apply(online.open(self.socket(socket), tab, now));
        self.tell_tab(&online, socket);
    }

    /// A socket is closed; `for_good`, when its login is over.
    pub(super) fn close(&self, socket: SocketKey, for_good: bool) {
        let mut online = self.online.lock();
        self.apply(online.close(self.socket(socket), for_good, clock::now()));
        let tab = TabState::Closed { for_good };
        self.bus.tell(|| Message::Tabs(vec![TabNews { socket, tab }]));
    }

    /// A client says by a signal on the feed of presence whether somebody looks at it.
    ///
    /// # Errors
    /// `malformed_frame`, for any other signal: nothing else is said on feeds.
    pub(super) fn hear(&self, socket: SocketKey, feed: Feed, name: &str) -> Result<(), Refusal> {
        let is_away = match (feed, name) {
            (Feed::Presence, "away") => true,
            (Feed::Presence, "online") => false,
            _ => {
                let detail = "clients say `away` and `online` on `presence`, and nothing on other feeds";
                return Err(Refusal::new(Code::MalformedFrame, detail));
            }
        };
        let mut online = self.online.lock();
        self.apply(online.set_away(self.socket(socket), is_away, clock::now()));
        self.tell_tab(&online, socket);
        Ok(())
    }

    /// A login is over. Sockets of it end by themselves; this is for whoever had closed theirs just before.
    pub(super) fn sign_out(&self, ended: &SessionEnded, is_here: bool) {
        let whose = (ended.tenant, ended.user);
        let mut online = self.online.lock();
        self.apply(online.sign_out(whose, is_here, clock::now()));
    }

    /// Another server tells what people do at a topic by a socket of its own.
    pub(super) fn seat_elsewhere(&self, topic: Topic, from: NodeId, news: SeatNews) {
        self.with_viewers(|viewers| viewers.apply(topic, from, news));
    }

    /// Another server tells of a socket of its own.
    pub(super) fn tab_elsewhere(&self, from: NodeId, news: TabNews) {
        let (now, socket) = (
            clock::now(),
            SocketId {
                node: from,
                key: news.socket,
            },
        );
        let mut online = self.online.lock();
        self.apply(match news.tab {
            TabState::Open(tab) => online.open(socket, tab, now),
            TabState::Closed { for_good } => online.close(socket, for_good, now),
        });
    }

    /// Another server is gone.
    pub(super) fn forget(&self, node: NodeId) {
        self.with_viewers(|viewers| viewers.forget(node));
        let mut online = self.online.lock();
        self.apply(online.forget(node, clock::now()));
    }

    /// Another server begins to tell who is there, or has told it.
    pub(super) fn told_anew(&self, from: NodeId, is_all: bool) {
        let now = clock::now();
        let mut online = self.online.lock();
        if is_all {
            self.with_viewers(|viewers| viewers.forget_doubtful(from));
            self.apply(online.forget_doubtful(from, now));
        } else {
            self.viewers.lock().doubt(from);
            online.doubt(from);
        }
    }

    /// Tells the other servers everybody who is here.
    pub(super) fn tell_all(&self) {
        let (online, mut viewers) = (self.online.lock(), self.viewers.lock());
        self.bus.tell(|| Message::Anew { is_all: false });
        for seats in viewers.tell_all().chunks(CHUNK) {
            self.bus.tell(|| Message::Seats(seats.to_vec()));
        }
        for tabs in online.tell_all().chunks(CHUNK) {
            self.bus.tell(|| Message::Tabs(tabs.to_vec()));
        }
        self.bus.tell(|| Message::Anew { is_all: true });
    }

    /// Who of a company is online, by name.
    pub(super) fn online(&self, tenant: TenantId) -> Vec<OnlineUser> {
        self.online.lock().list(tenant)
    }

    /// Who comes and goes from now on.
    pub(super) fn attendance(&self) -> broadcast::Receiver<Attendance> {
        self.attendance.subscribe()
    }

    /// Ends what was not renewed in time. Runs until the server stops.
    pub(super) async fn keep(&self) {
        let mut interval = tokio::time::interval(LOOK);
        loop {
            interval.tick().await;
            self.look();
        }
    }

    fn look(&self) {
        let now = clock::now();
        self.with_viewers(|viewers| viewers.expire(now));
        let mut online = self.online.lock();
        self.apply(online.expire(now));
    }

    fn socket(&self, key: SocketKey) -> SocketId {
        let node = self.bus.node();
        SocketId { node, key }
    }

    /// Changes who sits where; what comes of it is told under the lock, so that it keeps its order.
    fn with_viewers<A: IntoIterator<Item = Announcement>>(&self, change: impl FnOnce(&mut Viewers) -> A) {
        let mut viewers = self.viewers.lock();
        self.announce(change(&mut viewers));
        let news = viewers.take_news();
        if !news.is_empty() {
            self.bus.tell(|| Message::Seats(news));
        }
    }

    /// Tells the other servers how a socket of this one is.
    fn tell_tab(&self, online: &Online, socket: SocketKey) {
        if let Some(tab) = online.tab(self.socket(socket)) {
            let tab = TabState::Open(tab);
            self.bus.tell(|| Message::Tabs(vec![TabNews { socket, tab }]));
        }
    }

    /// Called under the lock, so that what is told keeps its order.
    fn apply(&self, effects: impl IntoIterator<Item = Effect>) {
        for effect in effects {
            match effect {
                Effect::Changed {
                    tenant,
                    user,
                    status,
                    since,
                } => {
                    let data = json!({ "user_id": user, "status": status, "since": since });
                    let text = frame::hint(Feed::Presence, "presence.changed", None, since, &data);
                    // The other servers know it as well, and tell their own.
                    let everyone = Recipients::Everyone;
                    self.fanout.hint_here(tenant, Feed::Presence, &everyone, &text);
                }
                // Nobody need be interested.
                Effect::Attendance(attendance) => drop(self.attendance.send(attendance)),
            }
        }
    }

    fn announce(&self, announcements: impl IntoIterator<Item = Announcement>) {
        for one in announcements {
            let by = By {
                id: one.person.id.0,
                name: (&*one.person.name).into(),
            };
            let data = match one.activity {
                Some(activity) => json!(activity),
                None => json!({ "doing": null, "on": {} }),
            };
            let text = frame::signal(one.topic, "presence", &by, &data);
            // The other servers know it as well, and tell their own.
            let but = (one.cause.node == self.bus.node()).then_some(one.cause.key);
            self.fanout.signal_here(one.topic, but, false, &text);
        }
    }
}

/// What a follower of the feed starts from: who is online.
pub(super) fn start_of_feed(presence: Arc<Presence>) -> feed::Start {
    Box::new(move |scope| {
        let users = presence.online(scope.tenant);
        ready(Ok(raw(&json!({ "users": users })))).boxed_local()
    })
}
