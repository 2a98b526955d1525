//! Who looks at which entity and what they do there: signals with a lease.
//!
//! The rules are in [`viewers`], which is pure; here they get a clock and a voice. What is told leaves under the lock under which
//! it was decided, so that everybody hears changes in their order, and a newcomer's list and the changes after it fit together.

mod activity;
mod viewers;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use parking_lot::Mutex;
use serde_json::Value;

use super::entity::Topic;
use super::fanout::{Fanout, SocketKey};
use super::frame::{self, By};
use crate::auth::Principal;
use crate::clock;
use crate::error::Refusal;
use activity::Said;
pub(crate) use viewers::Present;
use viewers::{Announcement, Person, Viewers};

/// How often it is looked whose time is up.
const LOOK: Duration = Duration::from_millis(250);

/// A socket, as presence knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct SocketId(SocketKey);

/// See the module.
pub(crate) struct Presence {
    fanout: Arc<Fanout>,
    viewers: Mutex<Viewers>,
}

impl Presence {
    /// `lease`: for how long a socket that is not heard counts as there.
    pub(super) fn new(fanout: Arc<Fanout>, lease: Duration) -> Self {
        let lease = TimeDelta::from_std(lease).unwrap_or(TimeDelta::MAX);
        Self {
            fanout,
            viewers: Mutex::new(Viewers::new(lease)),
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

    /// Ends what was not renewed in time. Runs until the server stops.
    pub(super) async fn keep(&self) {
        let mut interval = tokio::time::interval(LOOK);
        loop {
            interval.tick().await;
            let mut viewers = self.viewers.lock();
            let told = viewers.expire(clock::now());
            self.announce(told);
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
                Some(activity) => serde_json::json!(activity),
                None => serde_json::json!({ "doing": null, "on": {} }),
            };
            let text = frame::signal(one.topic, "presence", &by, &data);
            self.fanout.signal(one.topic, one.cause.0, &text);
        }
    }
}
