//! Signals at a hub: what clients tell the others at a topic.

use std::sync::Arc;

use actix::{Handler, Message};
use bytestring::ByteString;
use serde_json::Value;

use super::Hub;
use crate::auth::Principal;
use crate::error::{Code, Refusal};
use crate::live::entity::Topic;
use crate::live::fanout::SocketKey;
use crate::live::frame::{self, FrameId};

/// A client tells the others at a topic something.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Tell {
    pub(crate) topic: Topic,
    pub(crate) from: SocketKey,
    pub(crate) by: Arc<Principal>,
    pub(crate) re: Option<FrameId>,
    pub(crate) name: String,
    pub(crate) data: Value,
}

/// Something for everyone who follows a topic.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Signal {
    pub(crate) topic: Topic,
    /// A socket that knows it.
    pub(crate) but: Option<SocketKey>,
    /// Whether customers hear it as well.
    pub(crate) for_customers: bool,
    pub(crate) text: ByteString,
}

impl Handler<Tell> for Hub {
    type Result = ();

    fn handle(&mut self, tell: Tell, ctx: &mut Self::Context) {
        let Tell {
            topic,
            from,
            by,
            re,
            name,
            data,
        } = tell;
        // Only here it is certain what a socket follows: it may have asked and not been let in yet.
        let follows = self
            .members
            .get(&from)
            .is_some_and(|member| member.topics.contains_key(&topic));
        let told = if follows {
            self.presence.signal(topic, from, &by, &name, &data)
        } else {
            Err(Refusal::from(Code::NotFound))
        };
        let answer = match told {
            Ok(()) => frame::done(&re),
            Err(refusal) => frame::refused(&re, &refusal.into()),
        };
        self.say(from, answer, ctx);
    }
}

impl Handler<Signal> for Hub {
    type Result = ();

    fn handle(&mut self, signal: Signal, ctx: &mut Self::Context) {
        let Some(following) = self.topics.get(&signal.topic) else {
            return;
        };
        let others = following.sockets.iter().copied();
        let hears = |socket: &SocketKey| {
            let member = self.members.get(socket);
            Some(*socket) != signal.but && member.is_some_and(|member| member.is_staff || signal.for_customers)
        };
        for socket in others.filter(hears).collect::<Vec<_>>() {
            self.say(socket, signal.text.clone(), ctx);
        }
    }
}
