//! Feeds at a hub: hints for those who follow, held back while one of them is still reading what it starts from.

use actix::{Context, Handler, Message};
use bytestring::ByteString;

use super::{Hub, Member};
use crate::db::TenantId;
use crate::live::fanout::SocketKey;
use crate::live::feed::{Feed, Recipients};
use crate::live::frame;
use crate::live::socket::Close;

/// Hints that may wait for a start that is being read; whoever has more waiting starts anew.
const HELD_LIMIT: usize = 256;

/// A socket begins to follow a feed: hints are held until [`OpenFeed`].
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct FollowFeed {
    pub(crate) tenant: TenantId,
    pub(crate) feed: Feed,
    pub(crate) socket: SocketKey,
}

/// What a socket starts from has been read: its answer goes out, and after it what was told meanwhile.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct OpenFeed {
    pub(crate) feed: Feed,
    pub(crate) socket: SocketKey,
    pub(crate) answer: ByteString,
}

/// A socket leaves a feed; `answer` is the last thing it hears of it.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct UnfollowFeed {
    pub(crate) feed: Feed,
    pub(crate) socket: SocketKey,
    pub(crate) answer: ByteString,
}

/// Something for the followers of a company's feed.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Hint {
    pub(crate) tenant: TenantId,
    pub(crate) feed: Feed,
    pub(crate) to: Recipients,
    pub(crate) text: ByteString,
}

/// Something that other servers told may not have arrived.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Reset;

/// How far a socket is with a feed.
pub(super) enum Progress {
    Opening(Vec<ByteString>),
    Open,
}

impl Hub {
    /// A socket no longer follows a feed that it did follow.
    pub(super) fn leave_feed(&mut self, tenant: TenantId, feed: Feed, socket: SocketKey) {
        if let Some(sockets) = self.feeds.get_mut(&(tenant, feed)) {
            sockets.remove(&socket);
            if sockets.is_empty() {
                self.feeds.remove(&(tenant, feed));
            }
        }
        self.fanout.unfollowed_feed(tenant, feed, self.id);
    }

    fn hint(&mut self, socket: SocketKey, feed: Feed, text: &ByteString, ctx: &mut Context<Self>) {
        match self
            .members
            .get_mut(&socket)
            .and_then(|member| member.feeds.get_mut(&feed))
        {
            Some(Progress::Open) => self.say(socket, text.clone(), ctx),
            Some(Progress::Opening(held)) if held.len() < HELD_LIMIT => held.push(text.clone()),
            Some(Progress::Opening(_)) => self.close(socket, Close::StateInvalidated, ctx),
            None => {}
        }
    }
}

impl Handler<FollowFeed> for Hub {
    type Result = ();

    fn handle(&mut self, follow: FollowFeed, _: &mut Self::Context) {
        let FollowFeed { tenant, feed, socket } = follow;
        let Some(member) = self.members.get_mut(&socket) else {
            return self.fanout.unfollowed_feed(tenant, feed, self.id);
        };
        if member.feeds.insert(feed, Progress::Opening(Vec::new())).is_some() {
            // It followed the feed already: one follower, not two.
            self.fanout.unfollowed_feed(tenant, feed, self.id);
        }
        self.feeds.entry((tenant, feed)).or_default().insert(socket);
    }
}

impl Handler<OpenFeed> for Hub {
    type Result = ();

    fn handle(&mut self, open: OpenFeed, ctx: &mut Self::Context) {
        let OpenFeed { feed, socket, answer } = open;
        self.say(socket, answer, ctx);
        let following = self
            .members
            .get_mut(&socket)
            .and_then(|member| member.feeds.get_mut(&feed));
        let Some(following) = following else { return };
        if let Progress::Opening(held) = std::mem::replace(following, Progress::Open) {
            for text in held {
                self.say(socket, text, ctx);
            }
        }
    }
}

impl Handler<UnfollowFeed> for Hub {
    type Result = ();

    fn handle(&mut self, unfollow: UnfollowFeed, ctx: &mut Self::Context) {
        let UnfollowFeed { feed, socket, answer } = unfollow;
        let Some(Member { tenant, feeds, .. }) = self.members.get_mut(&socket) else {
            return;
        };
        let tenant = *tenant;
        if feeds.remove(&feed).is_some() {
            self.leave_feed(tenant, feed, socket);
        }
        self.say(socket, answer, ctx);
    }
}

impl Handler<Hint> for Hub {
    type Result = ();

    fn handle(&mut self, hint: Hint, ctx: &mut Self::Context) {
        let followers = self.feeds.get(&(hint.tenant, hint.feed)).into_iter().flatten();
        let hearing = followers.copied().filter(|socket| {
            let member = self.members.get(socket);
            member.is_some_and(|member| hint.to.includes(member.user, member.permissions))
        });
        for socket in hearing.collect::<Vec<_>>() {
            self.hint(socket, hint.feed, &hint.text, ctx);
        }
    }
}

impl Handler<Reset> for Hub {
    type Result = ();

    /// Hints are gone for good, so that followers ask again; what was committed is in the log.
    fn handle(&mut self, _: Reset, ctx: &mut Self::Context) {
        let feeds = self.feeds.iter();
        let followers = feeds.flat_map(|((_, feed), sockets)| sockets.iter().map(|socket| (*feed, *socket)));
        for (feed, socket) in followers.collect::<Vec<_>>() {
            self.hint(socket, feed, &frame::reset(feed), ctx);
        }
        self.look_soon();
    }
}
