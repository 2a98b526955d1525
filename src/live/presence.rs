//! Who is online, who looks at which entity, and what they do there.
//!
//! The rules are in [`online`] and [`viewers`], which are pure; here they get a clock and a voice. What is told leaves under the
//! lock under which it was decided, so that everybody hears changes in their order, and a newcomer's list and the changes after it
//! fit together.

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

use super::entity::{Topic, raw};
use super::fanout::{Fanout, SocketKey};
use super::feed::{self, Feed, Feeds, Recipients};
use super::frame::{self, By};
use crate::auth::{Principal, Scope, SessionEnded};
use crate::clock;
use crate::db::TenantId;
use crate::error::{Code, Refusal};
use activity::Said;
pub(crate) use online::{Attendance, Movement, OnlineUser};
use online::{Effect, Online};
pub(crate) use viewers::Present;
use viewers::{Announcement, Person, Viewers};

/// How often it is looked whose time is up.
const LOOK: Duration = Duration::from_millis(250);

/// Whoever listens to who comes and goes and lags behind by more misses some.
const ATTENDANCE_BACKLOG: usize = 4096;

/// A socket, as presence knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct SocketId(SocketKey);

/// See the module.
pub(crate) struct Presence {
    fanout: Arc<Fanout>,
    viewers: Mutex<Viewers>,
    online: Mutex<Online>,
    attendance: broadcast::Sender<Attendance>,
}

impl Presence {
    /// `lease`: for how long a socket that is not heard counts as looking; `grace`: for how long someone without a socket counts as
    /// online.
    pub(super) fn new(fanout: Arc<Fanout>, lease: Duration, grace: Duration) -> Self {
        let delta = |duration| TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX);
        Self {
            fanout,
            viewers: Mutex::new(Viewers::new(delta(lease))),
            online: Mutex::new(Online::new(delta(grace))),
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
            self.fanout
                .signal(topic, from, &frame::signal(topic, name, &author, data));
        }
        if let Said::Doing(activity) = said {
            let person = Person {
                id: by.id,
                name: by.name.clone(),
            };
            let mut viewers = self.viewers.lock();
            let told = viewers.sit(topic, SocketId(from), &person, activity, clock::now());
            self.announce(told);
        }
        Ok(())
    }

    /// A socket joins a topic: `join` gets who else is there. What changes from then on comes after what `join` sends.
    pub(super) fn greet(&self, topic: Topic, newcomer: SocketKey, join: impl FnOnce(&[Present])) {
        let viewers = self.viewers.lock();
        join(&viewers.present(topic, SocketId(newcomer)));
    }

    /// A socket no longer follows a topic.
    pub(super) fn leave(&self, topic: Topic, socket: SocketKey) {
        let mut viewers = self.viewers.lock();
        let told = viewers.leave(topic, SocketId(socket));
        self.announce(told);
    }

    /// A socket was heard.
    pub(super) fn renew(&self, socket: SocketKey) {
        self.viewers.lock().renew(SocketId(socket), clock::now());
    }

    /// A socket is open.
    pub(super) fn open(&self, socket: SocketKey, scope: &Scope) {
        let mut online = self.online.lock();
        let whose = (scope.tenant, scope.id);
        let effects = online.open(SocketId(socket), whose, &scope.name, clock::now());
        self.apply(effects);
    }

    /// A socket is closed; `for_good`, when its login is over.
    pub(super) fn close(&self, socket: SocketKey, for_good: bool) {
        let mut online = self.online.lock();
        let effects = online.close(SocketId(socket), for_good, clock::now());
        self.apply(effects);
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
        let effect = online.set_away(SocketId(socket), is_away, clock::now());
        self.apply(effect);
        Ok(())
    }

    /// A login is over. Sockets of it end by themselves; this is for whoever had closed theirs just before.
    pub(super) fn sign_out(&self, ended: &SessionEnded) {
        let mut online = self.online.lock();
        let effects = online.sign_out(ended.tenant, ended.user, clock::now());
        self.apply(effects);
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
        {
            let mut viewers = self.viewers.lock();
            let told = viewers.expire(now);
            self.announce(told);
        }
        let mut online = self.online.lock();
        let effects = online.expire(now);
        self.apply(effects);
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
                    let feeds = Feeds {
                        fanout: &self.fanout,
                        tenant,
                    };
                    feeds.send(Feed::Presence, &Recipients::Everyone, "presence.changed", &data);
                }
                // Nobody need be interested.
                Effect::Attendance(attendance) => drop(self.attendance.send(attendance)),
            }
        }
    }

    /// Called under the lock, so that what is told keeps its order.
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
            self.fanout.signal(one.topic, one.cause.0, &text);
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
