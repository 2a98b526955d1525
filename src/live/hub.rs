//! One web worker's sockets, and what each of them follows: entities here, feeds in [`feeds`]; what they tell each other goes
//! through [`signals`].
//!
//! A hub admits frames strictly by number, per socket: what comes twice is dropped, what is missing is read from the log, in which
//! [`tail`] looks for what has escaped it. It never waits for a socket, and holds texts for it only until the end of the turn
//! ([`outbox`]): one whose mailbox is full loses its subscriptions and resumes when it reads again.

mod feeds;
mod outbox;
mod signals;
mod tail;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use actix::{Actor, ActorFutureExt, Addr, AsyncContext, Context, Handler, Message, WrapFuture};
use bytestring::ByteString;
use chrono::{DateTime, Utc};

use super::cord::Cord;
use super::entity::Topic;
use super::fanout::{Fanout, SocketKey};
use super::feed::Feed;
use super::frame::Frame;
use super::log;
use super::mutants::Mutant;
use super::presence::Presence;
use super::socket::{Close, Deliver, Socket};
use crate::auth::{Permissions, Scope, SessionEnded};
use crate::clock;
use crate::db::{Database, DbError, SessionId, TenantId, UserId};
use crate::metrics;
use feeds::Progress;
pub(crate) use feeds::{FollowFeed, Hint, OpenFeed, Reset, UnfollowFeed};
pub(crate) use signals::{Signal, Tell};
use tail::Tail;

/// How often sessions are looked through for expired tokens.
const EXPIRY_CHECK: Duration = Duration::from_secs(1);
/// How long a socket that is told to close may take before its connection is ended from outside.
const GRACE: Duration = Duration::from_secs(2);
/// Frames that wait while a gap is filled; beyond it they are read from the log as well.
const HELD_LIMIT: usize = 2_000;

/// A socket was opened.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Enter {
    pub(crate) socket: SocketKey,
    pub(crate) address: Addr<Socket>,
    pub(crate) scope: Scope,
    pub(crate) expires: DateTime<Utc>,
    pub(crate) cord: Option<Cord>,
}

/// A socket's token was renewed, or what its user may do has changed.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Renew {
    pub(crate) socket: SocketKey,
    pub(crate) scope: Scope,
    pub(crate) expires: DateTime<Utc>,
}

/// A socket is closed.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Leave {
    pub(crate) socket: SocketKey,
}

/// A socket joins a topic: its answer goes out, and after it every frame beyond `seq`.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Attach {
    pub(crate) topic: Topic,
    pub(crate) socket: SocketKey,
    pub(crate) seq: i64,
    pub(crate) answer: ByteString,
}

/// A socket leaves a topic; `answer`, where it asked for that, is the last thing it hears of it.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Detach {
    pub(crate) topic: Topic,
    pub(crate) socket: SocketKey,
    pub(crate) answer: Option<ByteString>,
}

#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Publish {
    pub(crate) topic: Topic,
    pub(crate) frames: Arc<[Frame]>,
}

#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Withdraw {
    pub(crate) topic: Topic,
}

/// A login, or all of a user's, is over.
#[derive(Message, Clone)]
#[rtype(result = "()")]
pub(crate) struct Ended(pub(crate) SessionEnded);

/// The server is about to stop.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Drain;

struct Member {
    address: Addr<Socket>,
    tenant: TenantId,
    user: UserId,
    is_staff: bool,
    permissions: Permissions,
    session: SessionId,
    expires: DateTime<Utc>,
    cord: Option<Cord>,
    /// The number of the last frame handed over, per topic.
    topics: HashMap<Topic, i64>,
    feeds: HashMap<Feed, Progress>,
    /// What it is told at the end of this turn.
    outbox: Vec<ByteString>,
}

/// What became of frames that were handed to a socket.
enum Handed {
    /// It has them, or had them already.
    Up,
    /// Its mailbox is full.
    Overrun,
    /// It has those up to the one by which its user loses the topic.
    Last,
    /// Something is missing in between.
    Gap { after: i64 },
}

impl Member {
    fn hand_over(&mut self, topic: Topic, frames: &Arc<[Frame]>) -> Handed {
        let Some(position) = self.topics.get_mut(&topic) else {
            return Handed::Up;
        };
        let Some(from) = frames.iter().position(|frame| frame.seq > *position) else {
            return Handed::Up;
        };
        let new = frames.get(from..).unwrap_or_default();
        if new.first().is_some_and(|frame| frame.seq > *position + 1) {
            return Handed::Gap { after: *position };
        }
        let last = new.iter().position(|frame| frame.withdraws(self.user));
        let to = last.map_or(frames.len(), |last| from + last + 1);
        *position = new.last().map_or(*position, |frame| frame.seq);
        let handed = self.address.try_send(Deliver::Frames {
            frames: frames.clone(),
            range: from..to,
        });
        if handed.is_err() {
            return Handed::Overrun;
        }
        metrics::FANOUT_FRAMES.inc_by((to - from) as u64);
        if last.is_some() { Handed::Last } else { Handed::Up }
    }
}

#[derive(Default)]
struct Following {
    sockets: HashSet<SocketKey>,
    /// Frames that arrived while a gap is being filled.
    filling: Option<Vec<Frame>>,
}

/// See the module.
pub(crate) struct Hub {
    id: u64,
    fanout: Arc<Fanout>,
    presence: Arc<Presence>,
    db: Database,
    members: HashMap<SocketKey, Member>,
    topics: HashMap<Topic, Following>,
    feeds: HashMap<(TenantId, Feed), HashSet<SocketKey>>,
    /// The sockets that are told something at the end of this turn.
    spoken_to: Vec<SocketKey>,
    /// Sockets that were told to close and have not yet: those that do not even read that are cut.
    closing: HashMap<SocketKey, Cord>,
    tail: Tail,
}

impl Actor for Hub {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.run_interval(tail::BEAT, |hub, ctx| hub.beat(ctx));
        ctx.run_interval(tail::TAIL, |hub, ctx| hub.tail(ctx));
        ctx.run_interval(EXPIRY_CHECK, |hub, ctx| {
            let now = clock::now();
            hub.close_where(Close::SessionOver, ctx, |member| member.expires <= now);
        });
    }
}

impl Hub {
    pub(crate) fn new(id: u64, fanout: Arc<Fanout>, presence: Arc<Presence>, db: Database) -> Self {
        Self {
            id,
            fanout,
            presence,
            db,
            members: HashMap::new(),
            topics: HashMap::new(),
            feeds: HashMap::new(),
            spoken_to: Vec::new(),
            closing: HashMap::new(),
            tail: Tail::default(),
        }
    }

    /// A socket that does not read harms only itself: it gets nothing more, and resumes when it comes back.
    fn cut_off(&mut self, socket: SocketKey, ctx: &mut Context<Self>) {
        if Mutant::SlowReaders.is_at_large() {
            return;
        }
        metrics::SLOW_CLOSES.inc();
        self.close(socket, Close::Slow, ctx);
    }

    fn close_where(&mut self, reason: Close, ctx: &mut Context<Self>, is_over: impl Fn(&Member) -> bool) {
        let over: Vec<_> = self
            .members
            .iter()
            .filter(|(_, member)| is_over(member))
            .map(|(socket, _)| *socket)
            .collect();
        for socket in over {
            self.close(socket, reason, ctx);
        }
    }

    /// From now on the socket gets nothing but its end: by itself where it reads, by force where it does not.
    fn close(&mut self, socket: SocketKey, reason: Close, ctx: &mut Context<Self>) {
        let for_good = reason == Close::SessionOver;
        let Some(member) = self.forget(socket, for_good) else {
            return;
        };
        member.address.do_send(reason);
        if let Some(cord) = member.cord {
            self.closing.insert(socket, cord);
            ctx.run_later(GRACE, move |hub, _| {
                if let Some(cord) = hub.closing.remove(&socket) {
                    cord.cut();
                }
            });
        }
    }

    /// `for_good`: with its login, and not merely with its connection.
    fn forget(&mut self, socket: SocketKey, for_good: bool) -> Option<Member> {
        let member = self.members.remove(&socket)?;
        for topic in member.topics.keys() {
            self.unfollow(*topic, socket);
        }
        for feed in member.feeds.keys() {
            self.leave_feed(member.tenant, *feed, socket);
        }
        self.presence.close(socket, for_good);
        Some(member)
    }

    fn unfollow(&mut self, topic: Topic, socket: SocketKey) {
        let Some(following) = self.topics.get_mut(&topic) else {
            return;
        };
        following.sockets.remove(&socket);
        if following.sockets.is_empty() {
            self.topics.remove(&topic);
        }
        self.fanout.detached(topic, self.id);
        self.presence.leave(topic, socket);
    }

    /// Hands each socket what it does not have yet, and fills the gap where something is missing.
    fn deliver(&mut self, topic: Topic, frames: &Arc<[Frame]>, ctx: &mut Context<Self>) {
        let Some(following) = self.topics.get(&topic) else {
            return;
        };
        let (mut overrun, mut withdrawn) = (Vec::new(), Vec::new());
        let mut gap = None;
        for socket in &following.sockets {
            let Some(member) = self.members.get_mut(socket) else {
                continue;
            };
            match member.hand_over(topic, frames) {
                Handed::Up => {}
                Handed::Overrun => overrun.push(*socket),
                Handed::Last => withdrawn.push(*socket),
                Handed::Gap { after } => gap = Some(gap.map_or(after, |lowest: i64| lowest.min(after))),
            }
        }
        for socket in overrun {
            self.cut_off(socket, ctx);
        }
        for socket in withdrawn {
            self.withdraw(topic, socket, ctx);
        }
        if let Some(after) = gap {
            self.fill(topic, after, frames, ctx);
        }
    }

    /// Ends the topic for a socket.
    fn withdraw(&mut self, topic: Topic, socket: SocketKey, ctx: &mut Context<Self>) {
        if let Some(member) = self.members.get_mut(&socket)
            && member.topics.remove(&topic).is_some()
        {
            self.unfollow(topic, socket);
            self.send(socket, Deliver::Withdrawn { topic }, ctx);
        }
    }

    /// Reads what is missing; frames that arrive meanwhile wait.
    fn fill(&mut self, topic: Topic, after: i64, held: &Arc<[Frame]>, ctx: &mut Context<Self>) {
        let Some(following) = self.topics.get_mut(&topic) else {
            return;
        };
        if following.filling.is_some() {
            return;
        }
        following.filling = Some(held.to_vec());
        let db = self.db.clone();
        let read = async move {
            db.tenant(topic.tenant, async |conn| {
                Ok::<_, DbError>(log::frames_after(topic, after, conn).await?)
            })
            .await
        };
        ctx.spawn(read.into_actor(self).map(move |missing, hub, ctx| {
            let Some(following) = hub.topics.get_mut(&topic) else {
                return;
            };
            let held = following.filling.take().unwrap_or_default();
            match missing {
                Ok(missing)
                    if missing.is_empty() && held.as_slice().first().is_some_and(|frame| frame.seq > after + 1) =>
                {
                    // What is missing is not in the log: only a snapshot helps whoever stands there.
                    let stuck = |member: &Member| member.topics.get(&topic) == Some(&after);
                    hub.close_where(Close::StateInvalidated, ctx, stuck);
                    hub.deliver(topic, &held.into(), ctx);
                }
                Ok(missing) => {
                    let reached = missing.last().map_or(after, |frame| frame.seq);
                    hub.deliver(topic, &missing.into(), ctx);
                    let newer: Vec<_> = held.into_iter().filter(|frame| frame.seq > reached).collect();
                    hub.deliver(topic, &newer.into(), ctx);
                }
                // The next frame, or the next beat, finds the same gap and tries again.
                Err(error) => tracing::warn!(%topic, error = format!("{error:#}"), "Could not fill a gap"),
            }
        }));
    }
}

impl Handler<Enter> for Hub {
    type Result = ();

    fn handle(&mut self, enter: Enter, _: &mut Self::Context) {
        let member = Member {
            address: enter.address,
            tenant: enter.scope.tenant,
            user: enter.scope.id,
            is_staff: enter.scope.is_staff(),
            permissions: enter.scope.permissions,
            session: enter.scope.session,
            expires: enter.expires,
            cord: enter.cord,
            topics: HashMap::new(),
            feeds: HashMap::new(),
            outbox: Vec::new(),
        };
        self.members.insert(enter.socket, member);
        self.presence.open(enter.socket, &enter.scope);
    }
}

impl Handler<Renew> for Hub {
    type Result = ();

    fn handle(&mut self, renew: Renew, _: &mut Self::Context) {
        if let Some(member) = self.members.get_mut(&renew.socket) {
            member.permissions = renew.scope.permissions;
            member.session = renew.scope.session;
            member.expires = renew.expires;
        }
    }
}

impl Handler<Leave> for Hub {
    type Result = ();

    fn handle(&mut self, leave: Leave, _: &mut Self::Context) {
        self.closing.remove(&leave.socket);
        self.forget(leave.socket, false);
    }
}

impl Handler<Attach> for Hub {
    type Result = ();

    fn handle(&mut self, attach: Attach, ctx: &mut Self::Context) {
        let Some(member) = self.members.get_mut(&attach.socket) else {
            return self.fanout.detached(attach.topic, self.id);
        };
        if member.topics.insert(attach.topic, attach.seq).is_some() {
            // It followed the topic already: one follower, not two.
            self.fanout.detached(attach.topic, self.id);
        }
        self.topics
            .entry(attach.topic)
            .or_default()
            .sockets
            .insert(attach.socket);
        self.send(attach.socket, Deliver::Text(attach.answer), ctx);
    }
}

impl Handler<Detach> for Hub {
    type Result = ();

    fn handle(&mut self, detach: Detach, ctx: &mut Self::Context) {
        let Some(member) = self.members.get_mut(&detach.socket) else {
            return;
        };
        if member.topics.remove(&detach.topic).is_some() {
            self.unfollow(detach.topic, detach.socket);
        }
        if let Some(answer) = detach.answer {
            self.say(detach.socket, answer, ctx);
        }
    }
}

impl Handler<Publish> for Hub {
    type Result = ();

    fn handle(&mut self, publish: Publish, ctx: &mut Self::Context) {
        let Some(following) = self.topics.get_mut(&publish.topic) else {
            return;
        };
        match &mut following.filling {
            Some(held) if held.len() < HELD_LIMIT => held.extend(publish.frames.iter().cloned()),
            // They are in the log: the gap that they leave is found when the next frame comes.
            Some(_) => {}
            None => self.deliver(publish.topic, &publish.frames, ctx),
        }
    }
}

impl Handler<Withdraw> for Hub {
    type Result = ();

    fn handle(&mut self, withdraw: Withdraw, ctx: &mut Self::Context) {
        let Some(following) = self.topics.get(&withdraw.topic) else {
            return;
        };
        let sockets: Vec<_> = following.sockets.iter().copied().collect();
        for socket in sockets {
            self.withdraw(withdraw.topic, socket, ctx);
        }
    }
}

impl Handler<Ended> for Hub {
    type Result = ();

    fn handle(&mut self, Ended(ended): Ended, ctx: &mut Self::Context) {
        if Mutant::NoLeak.is_at_large() {
            return;
        }
        self.close_where(Close::SessionOver, ctx, |member| {
            member.tenant == ended.tenant
                && member.user == ended.user
                && ended.session.is_none_or(|session| session == member.session)
        });
    }
}

impl Handler<Drain> for Hub {
    type Result = ();

    fn handle(&mut self, _: Drain, ctx: &mut Self::Context) {
        self.close_where(Close::Draining, ctx, |_| true);
    }
}
