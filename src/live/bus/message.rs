//! What servers tell each other, as JSON behind the sender's id.

use std::sync::Arc;

use bytestring::ByteString;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::NodeId;
use crate::auth::SessionEnded;
use crate::db::TenantId;
use crate::live::entity::Topic;
use crate::live::feed::{Feed, Recipients};
use crate::live::frame::Frame;
use crate::live::presence::{SeatNews, TabNews};

/// A topic by the name of its kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::live) struct TopicName {
    pub(in crate::live) tenant: TenantId,
    pub(in crate::live) kind: String,
    pub(in crate::live) id: Uuid,
}

impl From<Topic> for TopicName {
    fn from(topic: Topic) -> Self {
        Self {
            tenant: topic.tenant,
            kind: topic.kind.to_owned(),
            id: topic.id,
        }
    }
}

/// See the module.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::live) enum Message {
    /// The sender is there.
    Alive,
    /// Asks this server, or all, to tell who is with them.
    Ask { whom: Option<NodeId> },
    /// The sender begins to tell who is with it, or has told all of it: what it told before and not again is no longer so.
    Anew { is_all: bool },
    /// Something that the sender told did not go out.
    Missed,
    /// Events that were committed.
    Frames { topic: TopicName, frames: Arc<[Frame]> },
    /// A topic is over.
    Withdrawn { topic: TopicName },
    /// Somebody tells the others at a topic something.
    Signal {
        topic: TopicName,
        #[serde(default)]
        for_customers: bool,
        text: ByteString,
    },
    /// Something for the followers of a feed.
    Hint {
        tenant: TenantId,
        feed: Feed,
        to: Recipients,
        text: ByteString,
    },
    /// A login is over.
    Ended(SessionEnded),
    /// What people do at topics, by sockets of the sender.
    Seats(Vec<SeatNews>),
    /// Which sockets are open at the sender.
    Tabs(Vec<TabNews>),
}

impl Message {
    /// The sender stands before the message, so that a server skips its own without reading them.
    pub(super) fn encode(&self, from: NodeId) -> serde_json::Result<Vec<u8>> {
        let mut bytes = from.0.as_bytes().to_vec();
        serde_json::to_writer(&mut bytes, self)?;
        Ok(bytes)
    }
}

/// Who sent this; the rest is the message.
pub(super) fn sender(bytes: &[u8]) -> Option<(NodeId, &[u8])> {
    let (id, message) = bytes.split_first_chunk::<16>()?;
    Some((NodeId(Uuid::from_bytes(*id)), message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_arrives_as_it_was_sent() {
        let (node, topic) = (NodeId(Uuid::from_u128(7)), Uuid::from_u128(8));
        let sent = Message::Signal {
            topic: TopicName {
                tenant: TenantId(Uuid::from_u128(9)),
                kind: "board".to_owned(),
                id: topic,
            },
            for_customers: true,
            text: r#"{"signal":"typing"}"#.into(),
        };
        let bytes = sent.encode(node).unwrap();
        let (from, message) = sender(&bytes).unwrap();
        assert_eq!(from, node);
        let arrived: Message = serde_json::from_slice(message).unwrap();
        assert_eq!(format!("{arrived:?}"), format!("{sent:?}"));
        assert!(sender(b"too short").is_none());
    }
}
