//! Texts on their way to sockets. What is said in one turn leaves in one message, so that a burst of signals fills nobody's mailbox
//! who reads.

use actix::{AsyncContext, Context, Handler, Message};
use bytestring::ByteString;

use super::{Hub, Member};
use crate::live::fanout::SocketKey;
use crate::live::socket::Deliver;

/// Texts that may wait for one turn's end; more than that nobody reads.
const LIMIT: usize = 4_096;

/// The turn is over.
#[derive(Message)]
#[rtype(result = "()")]
struct Flush;

impl Hub {
    /// Tells a socket something at the end of the turn.
    pub(super) fn say(&mut self, socket: SocketKey, text: ByteString, ctx: &mut Context<Self>) {
        let Some(member) = self.members.get_mut(&socket) else {
            return;
        };
        if member.outbox.len() >= LIMIT {
            return self.cut_off(socket, ctx);
        }
        member.outbox.push(text);
        if member.outbox.len() == 1 {
            self.spoken_to.push(socket);
            if self.spoken_to.len() == 1 {
                ctx.address().do_send(Flush);
            }
        }
    }

    /// Hands a socket something at once, after what it has been told before.
    pub(super) fn send(&mut self, socket: SocketKey, message: Deliver, ctx: &mut Context<Self>) {
        let Some(member) = self.members.get_mut(&socket) else {
            return;
        };
        if !member.empty_outbox() || member.address.try_send(message).is_err() {
            self.cut_off(socket, ctx);
        }
    }
}

impl Member {
    /// Whether there was room for what has been said.
    fn empty_outbox(&mut self) -> bool {
        let texts = std::mem::take(&mut self.outbox);
        texts.is_empty() || self.address.try_send(Deliver::Texts(texts)).is_ok()
    }
}

impl Handler<Flush> for Hub {
    type Result = ();

    fn handle(&mut self, _: Flush, ctx: &mut Self::Context) {
        for socket in std::mem::take(&mut self.spoken_to) {
            let has_room = self.members.get_mut(&socket).is_none_or(Member::empty_outbox);
            if !has_room {
                self.cut_off(socket, ctx);
            }
        }
    }
}
