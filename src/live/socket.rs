//! One WebSocket: the only place that knows the protocol of sockets. It knows nothing of what travels over it.
//!
//! A socket's actor is polled only while its peer reads (actix-web issue 2441), so it cannot guard against its own slow
//! reader, nor keep its own time: the [`Hub`](super::hub::Hub) does both.

mod follow;

use std::collections::HashSet;
use std::num::NonZeroU32;
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix::{Actor, ActorContext, ActorFutureExt, AsyncContext, Handler, Message, StreamHandler, WrapFuture};
use actix_http::ws::{CloseCode, CloseReason, Item, ProtocolError};
use actix_web::{HttpRequest, HttpResponse, web};
use actix_web_actors::ws::{self, WebsocketContext};
use bytes::BytesMut;
use bytestring::ByteString;
use chrono::{DateTime, Utc};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use uuid::Uuid;

use super::cord::Cord;
use super::entity::Topic;
use super::fanout::{HubRef, SocketKey};
use super::feed::Channel;
use super::frame::{self, Frame, FrameId, Op};
use super::hub::{Enter, Leave, Renew};
use super::mutants::Mutant;
use super::{Live, Place};
use crate::auth::{Scope, Sessions};
use crate::error::{Code, Error};
use crate::metrics;

/// Why a socket is closed, and with it whether its client comes back by itself.
#[derive(Message, Clone, Copy, Debug, PartialEq, Eq)]
#[rtype(result = "()")]
pub(crate) enum Close {
    /// Come back: it did not read, and has missed something.
    Slow,
    /// Come back: what it holds cannot be brought up to date.
    StateInvalidated,
    /// Come back: this server stops.
    Draining,
    /// Not without the user: signed out, deactivated, expired.
    SessionOver,
    /// Not without the user: the topic of this socket is no longer theirs.
    AccessWithdrawn,
    /// Not without the user: it kept on asking too much.
    LimitsAbused,
    /// A frame, or a message of several, was too large.
    TooLarge,
    /// It does not speak the protocol.
    Protocol,
    /// It said that it was going.
    Farewell,
}

impl Close {
    fn reason(self) -> CloseReason {
        let (code, text) = match self {
            Close::Slow => (CloseCode::Other(4008), "slow_reader"),
            Close::StateInvalidated => (CloseCode::Other(4009), "state_invalidated"),
            Close::Draining => (CloseCode::Restart, "draining"),
            Close::SessionOver => (CloseCode::Other(4401), "session_over"),
            Close::AccessWithdrawn => (CloseCode::Other(4403), "access_withdrawn"),
            Close::LimitsAbused => (CloseCode::Other(4429), "limits_abused"),
            Close::TooLarge => (CloseCode::Size, "too_large"),
            Close::Protocol => (CloseCode::Protocol, "protocol_error"),
            Close::Farewell => (CloseCode::Normal, ""),
        };
        CloseReason {
            code,
            description: (!text.is_empty()).then(|| text.to_owned()),
        }
    }
}

/// Something for the peer.
#[derive(Message, Debug)]
#[rtype(result = "()")]
pub(crate) enum Deliver {
    Text(ByteString),
    Texts(Vec<ByteString>),
    /// These frames, of them the ones in the range.
    Frames {
        frames: Arc<[Frame]>,
        range: Range<usize>,
    },
    /// The topic ended for this socket.
    Withdrawn {
        topic: Topic,
    },
}

/// What one socket may ask.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Bytes in a frame, and in a message of several.
    pub(crate) frame_bytes: usize,
    /// Nothing: as many as they like.
    pub(crate) commands_per_second: Option<NonZeroU32>,
    pub(crate) topics: usize,
    /// Nothing: as many as they like.
    pub(crate) sockets_per_user: Option<NonZeroU32>,
}

/// How long refusals for speed may go on before the socket is closed.
const PATIENCE: Duration = Duration::from_secs(5);
/// Refusals further apart than this are not one spell.
const SPELL: Duration = Duration::from_secs(1);
/// Frames that a socket may leave unread in its mailbox.
const MAILBOX: usize = 256;
/// How long PostgreSQL's word on the session is believed on a socket that asks for something.
const BELIEVED: Duration = Duration::from_secs(5);
/// How often a socket that asks for nothing looks whether its session goes on, and whether its peer is there.
const CHECK: Duration = Duration::from_secs(30);
/// How often frames renew the leases of a socket, at most: they are seconds long.
const RENEWED: Duration = Duration::from_millis(250);
/// A peer that has not even answered a ping for this long is gone.
const SILENCE: Duration = Duration::from_secs(75);

/// The one topic of a shorthand socket, followed from the start.
#[derive(Clone, Debug)]
pub(crate) struct Shorthand {
    pub(crate) channel: Channel,
    pub(crate) since: Option<i64>,
    pub(crate) epoch: Option<String>,
}

/// What a socket is opened with.
pub(crate) struct Opening {
    pub(crate) live: Live,
    pub(crate) hub: HubRef,
    pub(crate) sessions: Sessions,
    pub(crate) scope: Scope,
    /// When the token ends.
    pub(crate) expires: DateTime<Utc>,
    pub(crate) limits: Limits,
    pub(crate) shorthand: Option<Shorthand>,
    /// Kept for as long as the socket is open.
    #[expect(dead_code, reason = "held, not read")]
    pub(crate) place: Place,
}

/// Answers the handshake and lets the socket live.
///
/// # Errors
/// `malformed_request`, when it is no handshake.
pub(crate) fn open(opening: Opening, request: &HttpRequest, body: web::Payload) -> Result<HttpResponse, Error> {
    let frame_bytes = opening.limits.frame_bytes;
    let cord = request.conn_data::<Cord>().cloned();
    if let Some(cord) = &cord {
        cord.tighten();
    }
    ws::WsResponseBuilder::new(Socket::new(opening, cord), request, body)
        .frame_size(frame_bytes)
        .start()
        .map_err(|error| Error::new(Code::Malformed, error.to_string()))
}

/// See the module.
pub(crate) struct Socket {
    key: SocketKey,
    opening: Opening,
    cord: Option<Cord>,
    channels: HashSet<Channel>,
    commands: Option<DefaultDirectRateLimiter>,
    /// Everything else that costs something: reconnecting clients ask for many topics at once.
    requests: Option<DefaultDirectRateLimiter>,
    /// Since when, and until when, it has been asking too fast.
    too_fast: Option<(Instant, Instant)>,
    /// A message in several frames, so far.
    partial: Option<BytesMut>,
    heard: Instant,
    /// When the session was last looked after.
    checked: Option<Instant>,
    /// When its leases were last renewed.
    renewed: Instant,
}

impl Socket {
    fn new(opening: Opening, cord: Option<Cord>) -> Self {
        let commands = opening.limits.commands_per_second;
        let limiter = |times: u32| {
            let quota = commands?.checked_mul(NonZeroU32::new(times)?)?;
            Some(RateLimiter::direct(Quota::per_second(quota)))
        };
        Self {
            key: opening.live.next_socket(),
            opening,
            cord,
            channels: HashSet::new(),
            commands: limiter(1),
            requests: limiter(10),
            too_fast: None,
            partial: None,
            heard: Instant::now(),
            checked: None,
            renewed: Instant::now(),
        }
    }

    fn is_shorthand_of(&self, channel: Channel) -> bool {
        let own = self.opening.shorthand.as_ref();
        own.is_some_and(|own| own.channel == channel)
    }

    fn close(&mut self, reason: Close, ctx: &mut WebsocketContext<Self>) {
        ctx.close(Some(reason.reason()));
        ctx.stop();
    }

    fn text(&mut self, text: &str, ctx: &mut WebsocketContext<Self>) {
        self.renew_leases();
        let (re, op) = frame::read(text);
        let limiter = if matches!(op, Ok(Op::Command { .. } | Op::Signal { .. })) {
            &self.commands
        } else {
            &self.requests
        };
        if let Some(Err(until)) = limiter.as_ref().map(RateLimiter::check) {
            let wait = until.wait_time_from(DefaultClock::default().now());
            return self.refuse_for_speed(&re, wait, ctx);
        }
        match op {
            Ok(op) => self.perform(re, op, ctx),
            Err(why) => ctx.text(frame::malformed(&re, why)),
        }
    }

    /// Whatever it says, its user is there.
    fn renew_leases(&mut self) {
        if self.renewed.elapsed() >= RENEWED {
            self.renewed = Instant::now();
            self.opening.live.shared.presence.renew(self.key);
        }
    }

    fn refuse_for_speed(&mut self, re: &Option<FrameId>, wait: Duration, ctx: &mut WebsocketContext<Self>) {
        let now = Instant::now();
        let begun = match self.too_fast {
            Some((begun, last)) if now - last < SPELL => begun,
            Some(_) | None => now,
        };
        self.too_fast = Some((begun, now));
        if now - begun >= PATIENCE {
            return self.close(Close::LimitsAbused, ctx);
        }
        ctx.text(frame::refused(re, &Error::too_many(wait)));
    }

    fn perform(&mut self, re: Option<FrameId>, op: Op, ctx: &mut WebsocketContext<Self>) {
        if !matches!(op, Op::Ping) {
            self.believe(ctx);
        }
        match op {
            Op::Ping => ctx.text(frame::done(&re)),
            Op::Subscribe { topic, since, epoch } => match self.channel(&topic) {
                Some(channel) => self.subscribe(re, channel, since, epoch, ctx),
                None => ctx.text(frame::refused(&re, &Code::NotFound.into())),
            },
            Op::Unsubscribe { topic } => match self.channel(&topic) {
                Some(channel) => self.unsubscribe(&re, channel),
                None => ctx.text(frame::refused(&re, &Code::NotFound.into())),
            },
            Op::Command {
                topic,
                name,
                command_id,
                data,
            } => match self.topic(&topic) {
                Some(topic) => self.command(re, topic, &name, command_id, data, ctx),
                None => ctx.text(frame::refused(&re, &Code::NotFound.into())),
            },
            Op::Signal { topic, name, data } => match self.channel(&topic) {
                Some(channel) => self.signal(re, channel, name, data, ctx),
                None => ctx.text(frame::refused(&re, &Code::NotFound.into())),
            },
            Op::Auth { token } => self.renew(re, token, ctx),
        }
    }

    fn command(
        &mut self,
        re: Option<FrameId>,
        topic: Topic,
        name: &str,
        id: Option<Uuid>,
        data: serde_json::Value,
        ctx: &mut WebsocketContext<Self>,
    ) {
        // Sent to the entity before this returns, so that a socket's commands are decided in the order in which they came.
        let answer = self
            .opening
            .live
            .execute(&self.opening.scope.principal, topic, name, data, id);
        ctx.spawn(answer.into_actor(self).map(move |answer, _, ctx| {
            ctx.text(match answer {
                Ok(committed) => frame::committed(&re, committed.seq, &committed.data),
                Err(error) => frame::refused(&re, &error),
            });
        }));
    }

    fn renew(&mut self, re: Option<FrameId>, token: String, ctx: &mut WebsocketContext<Self>) {
        let sessions = self.opening.sessions.clone();
        let read = async move { sessions.authenticate_socket(&token).await };
        ctx.spawn(read.into_actor(self).map(move |renewed, socket, ctx| {
            let (scope, expires) = match renewed {
                Ok(renewed) => renewed,
                Err(error) => return ctx.text(frame::refused(&re, &error)),
            };
            if (scope.tenant, scope.id) != (socket.opening.scope.tenant, socket.opening.scope.id) {
                let detail = "A socket stays with the user who opened it";
                return ctx.text(frame::refused(&re, &Error::new(Code::Forbidden, detail)));
            }
            socket.opening.scope = scope;
            socket.opening.expires = expires;
            socket.tell_hub();
            ctx.text(frame::done(&re));
        }));
    }

    /// The hub knows who the user is now.
    fn tell_hub(&self) {
        self.opening.hub.tell(Renew {
            socket: self.key,
            scope: self.opening.scope.clone(),
            expires: self.opening.expires,
        });
    }

    /// Whoever asks for something is active, and is asked about again when the last look is a while ago.
    fn believe(&mut self, ctx: &mut WebsocketContext<Self>) {
        if self.checked.is_some_and(|checked| checked.elapsed() < BELIEVED) {
            return;
        }
        let (sessions, scope) = (self.opening.sessions.clone(), self.opening.scope.clone());
        ctx.spawn(async move { sessions.touch(&scope).await }.into_actor(self));
        self.check_session(ctx);
    }

    /// Takes over what has changed about the user; ends with the session.
    fn check_session(&mut self, ctx: &mut WebsocketContext<Self>) {
        self.checked = Some(Instant::now());
        let (sessions, scope) = (self.opening.sessions.clone(), self.opening.scope.clone());
        let read = async move { sessions.current(&scope).await };
        ctx.spawn(read.into_actor(self).map(|current, socket, ctx| match current {
            Ok(scope) => {
                let has_changed = scope.permissions != socket.opening.scope.permissions;
                socket.opening.scope = scope;
                if has_changed {
                    socket.tell_hub();
                    socket.leave_forbidden_feeds(ctx);
                }
            }
            // While the database is away nothing can be done on this socket either.
            Err(error) if error.code == Code::Unavailable => {}
            Err(_) => socket.close(Close::SessionOver, ctx),
        }));
    }

    /// A piece of a message that comes in several frames; the whole, with its last one.
    fn assemble(&mut self, item: Item, ctx: &mut WebsocketContext<Self>) {
        let (piece, is_last) = match item {
            Item::FirstText(piece) => {
                self.partial = Some(BytesMut::new());
                (piece, false)
            }
            Item::FirstBinary(_) => {
                self.partial = None;
                return ctx.text(frame::malformed(&None, "frames are text".to_owned()));
            }
            Item::Continue(piece) => (piece, false),
            Item::Last(piece) => (piece, true),
        };
        // The rest of a binary message, which has been refused.
        let Some(partial) = &mut self.partial else { return };
        if partial.len() + piece.len() > self.opening.limits.frame_bytes {
            return self.close(Close::TooLarge, ctx);
        }
        partial.extend_from_slice(&piece);
        if is_last {
            let whole = self.partial.take().unwrap_or_default();
            match std::str::from_utf8(&whole) {
                Ok(text) => self.text(text, ctx),
                Err(_) => self.close(Close::Protocol, ctx),
            }
        }
    }
}

impl Actor for Socket {
    type Context = WebsocketContext<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
        metrics::SOCKETS.inc();
        let Opening {
            hub,
            scope,
            expires,
            shorthand,
            ..
        } = &self.opening;
        hub.tell(Enter {
            socket: self.key,
            address: ctx.address(),
            scope: scope.clone(),
            expires: *expires,
            cord: self.cord.clone(),
        });
        if let Some(Shorthand { channel, since, epoch }) = shorthand.clone() {
            self.subscribe(Some(FrameId::Number(0.into())), channel, since, epoch, ctx);
        }
        ctx.run_interval(CHECK, |socket, ctx| {
            if socket.heard.elapsed() > SILENCE {
                return ctx.stop();
            }
            ctx.ping(b"");
            socket.check_session(ctx);
        });
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        metrics::SOCKETS.dec();
        self.opening.hub.tell(Leave { socket: self.key });
    }
}

impl StreamHandler<Result<ws::Message, ProtocolError>> for Socket {
    fn handle(&mut self, message: Result<ws::Message, ProtocolError>, ctx: &mut Self::Context) {
        self.heard = Instant::now();
        match message {
            Ok(ws::Message::Text(text)) => self.text(&text, ctx),
            Ok(ws::Message::Binary(_)) => ctx.text(frame::malformed(&None, "frames are text".to_owned())),
            Ok(ws::Message::Continuation(item)) => self.assemble(item, ctx),
            Ok(ws::Message::Ping(payload)) => ctx.pong(&payload),
            Ok(ws::Message::Pong(_) | ws::Message::Nop) => {}
            Ok(ws::Message::Close(_)) => self.close(Close::Farewell, ctx),
            Err(ProtocolError::Overflow) => self.close(Close::TooLarge, ctx),
            Err(ProtocolError::Io(_)) => ctx.stop(),
            Err(_) => self.close(Close::Protocol, ctx),
        }
    }

    fn finished(&mut self, ctx: &mut Self::Context) {
        ctx.stop();
    }
}

impl Handler<Deliver> for Socket {
    type Result = ();

    fn handle(&mut self, deliver: Deliver, ctx: &mut Self::Context) {
        match deliver {
            Deliver::Text(text) => ctx.text(text),
            Deliver::Texts(texts) => texts.into_iter().for_each(|text| ctx.text(text)),
            Deliver::Frames { frames, range } => {
                let frames = frames.get(range).unwrap_or_default();
                let texts = frames.iter().map(|frame| frame.text_for(&self.opening.scope).clone());
                if Mutant::Order.is_at_large() {
                    texts.rev().for_each(|text| ctx.text(text));
                } else {
                    texts.for_each(|text| ctx.text(text));
                }
            }
            Deliver::Withdrawn { topic } => {
                let channel = Channel::Entity(topic);
                self.channels.remove(&channel);
                if self.is_shorthand_of(channel) {
                    return self.close(Close::AccessWithdrawn, ctx);
                }
                ctx.text(frame::unsubscribed(channel));
            }
        }
    }
}

impl Handler<Close> for Socket {
    type Result = ();

    fn handle(&mut self, reason: Close, ctx: &mut Self::Context) {
        self.close(reason, ctx);
    }
}
