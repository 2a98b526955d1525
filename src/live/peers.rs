//! What other servers tell, done here.

use super::actor::ToEntity;
use super::bus::{Message, NodeId, TopicName};
use super::entity::Topic;
use super::hub::{Ended, Reset};
use super::{Live, bus};
use crate::auth::{SessionEnded, Sessions};

/// This server, as it listens to the others.
pub(super) struct Peer<'a> {
    pub(super) live: &'a Live,
    pub(super) sessions: &'a Sessions,
}

impl bus::Listener for Peer<'_> {
    fn connected(&self) {
        self.live.shared.fanout.to_all(|| Reset);
        self.live.shared.presence.tell_all();
    }

    fn receive(&self, from: NodeId, message: Message) {
        let shared = &self.live.shared;
        match message {
            Message::Alive => {}
            Message::Ask { whom } => {
                if whom.is_none_or(|whom| whom == shared.bus.node()) {
                    shared.presence.tell_all();
                }
            }
            Message::Anew { is_all } => shared.presence.told_anew(from, is_all),
            Message::Missed => {
                shared.fanout.to_all(|| Reset);
                shared.bus.tell(|| Message::Ask { whom: Some(from) });
            }
            Message::Frames { topic, frames } => {
                if let Some(topic) = self.topic(&topic) {
                    if let Some(last) = frames.last() {
                        let elsewhere = ToEntity::Elsewhere { seq: last.seq };
                        shared.registry.send_if_live(topic, elsewhere);
                    }
                    shared.fanout.publish_here(topic, frames);
                }
            }
            Message::Withdrawn { topic } => {
                if let Some(topic) = self.topic(&topic) {
                    shared.fanout.withdraw_here(topic);
                }
            }
            Message::Signal {
                topic,
                for_customers,
                text,
            } => {
                if let Some(topic) = self.topic(&topic) {
                    shared.fanout.signal_here(topic, None, for_customers, &text);
                }
            }
            Message::Hint { tenant, feed, to, text } => shared.fanout.hint_here(tenant, feed, &to, &text),
            Message::Ended(ended) => {
                self.sessions.forget(ended.user);
                self.live.end(&ended, false);
            }
            Message::Seats(seats) => {
                for news in seats {
                    if let Some(topic) = self.topic(&news.topic) {
                        shared.presence.seat_elsewhere(topic, from, news);
                    }
                }
            }
            Message::Tabs(tabs) => {
                for news in tabs {
                    shared.presence.tab_elsewhere(from, news);
                }
            }
        }
    }

    fn lost(&self, node: NodeId) {
        self.live.shared.presence.forget(node);
    }
}

impl Peer<'_> {
    /// Nothing, where this server does not know the kind: the other one is newer.
    fn topic(&self, name: &TopicName) -> Option<Topic> {
        Some(Topic {
            tenant: name.tenant,
            kind: self.live.kind(&name.kind)?,
            id: name.id,
        })
    }
}

impl Live {
    /// Closes the sockets of a login that is over.
    pub(super) fn end(&self, ended: &SessionEnded, is_here: bool) {
        self.shared.fanout.to_all(|| Ended(ended.clone()));
        self.shared.presence.sign_out(ended, is_here);
    }
}
