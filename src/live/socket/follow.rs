//! What a socket follows, and what it tells others there.

use actix::{Actor, ActorFutureExt, AsyncContext, WrapFuture};
use serde_json::Value;

use super::{Close, Socket};
use crate::error::Code;
use crate::live::actor::{Subscribe, ToEntity};
use crate::live::entity::Topic;
use crate::live::feed::{Channel, Feed};
use crate::live::frame::{self, FrameId};
use crate::live::hub::{Detach, FollowFeed, OpenFeed, Tell, UnfollowFeed};

type Context = <Socket as Actor>::Context;

impl Socket {
    /// What a client names by `topic`, where there can be such a thing.
    pub(super) fn channel(&self, name: &str) -> Option<Channel> {
        match Feed::named(name) {
            Some(feed) => Some(Channel::Feed(feed)),
            None => self.topic(name).map(Channel::Entity),
        }
    }

    pub(super) fn topic(&self, name: &str) -> Option<Topic> {
        let (kind, id) = frame::split_topic(name)?;
        let kind = self.opening.live.kind(kind)?;
        Some(Topic {
            tenant: self.opening.scope.tenant,
            kind,
            id,
        })
    }

    pub(super) fn subscribe(
        &mut self,
        re: Option<FrameId>,
        channel: Channel,
        since: Option<i64>,
        epoch: Option<String>,
        ctx: &mut Context,
    ) {
        if !self.channels.contains(&channel) && self.channels.len() >= self.opening.limits.topics {
            return ctx.text(frame::refused(&re, &Code::TooManyTopics.into()));
        }
        self.channels.insert(channel);
        match channel {
            Channel::Entity(topic) => self.follow_entity(re, topic, since, epoch, ctx),
            Channel::Feed(feed) => self.follow_feed(re, feed, ctx),
        }
    }

    fn follow_entity(
        &mut self,
        re: Option<FrameId>,
        topic: Topic,
        since: Option<i64>,
        epoch: Option<String>,
        ctx: &mut Context,
    ) {
        let (live, who) = (self.opening.live.clone(), self.opening.scope.principal.clone());
        let (hub, socket) = (self.opening.hub.clone(), self.key);
        let ask = {
            let re = re.clone();
            async move {
                live.ask(topic, |reply| {
                    let (who, re, epoch, hub) = (who.clone(), re.clone(), epoch.clone(), hub.clone());
                    ToEntity::Subscribe(Subscribe {
                        was_ahead: false,
                        who,
                        re,
                        since,
                        epoch,
                        hub,
                        socket,
                        reply,
                    })
                })
                .await
            }
        };
        ctx.spawn(ask.into_actor(self).map(move |answer, socket, ctx| {
            let channel = Channel::Entity(topic);
            if let Err(error) = answer {
                socket.channels.remove(&channel);
                ctx.text(frame::refused(&re, &error));
            } else if !socket.channels.contains(&channel) {
                // It was given up while the subscription was still on its way.
                let hub = &socket.opening.hub;
                hub.tell(Detach {
                    topic,
                    socket: socket.key,
                    answer: None,
                });
            }
        }));
    }

    /// Hints are held from now on, so that none is missed between what it starts from and the first of them.
    fn follow_feed(&mut self, re: Option<FrameId>, feed: Feed, ctx: &mut Context) {
        let (live, hub, scope) = (&self.opening.live, &self.opening.hub, &self.opening.scope);
        if !feed.is_open_to(scope) {
            self.channels.remove(&Channel::Feed(feed));
            return ctx.text(frame::refused(&re, &Code::NotFound.into()));
        }
        let follow = FollowFeed {
            tenant: scope.tenant,
            feed,
            socket: self.key,
        };
        live.shared.fanout.follow_feed(scope.tenant, hub, follow);
        let read = live.start_of(feed, scope.clone());
        ctx.spawn(read.into_actor(self).map(move |start, this, _| {
            let (hub, socket) = (&this.opening.hub, this.key);
            match start {
                Ok(start) => {
                    let answer = frame::feed_followed(&re, feed, &start);
                    hub.tell(OpenFeed { feed, socket, answer });
                }
                Err(error) => {
                    this.channels.remove(&Channel::Feed(feed));
                    let answer = frame::refused(&re, &error);
                    hub.tell(UnfollowFeed { feed, socket, answer });
                }
            }
        }));
    }

    pub(super) fn unsubscribe(&mut self, re: &Option<FrameId>, channel: Channel) {
        self.channels.remove(&channel);
        let answer = frame::done(re);
        match channel {
            Channel::Entity(topic) => self.opening.hub.tell(Detach {
                topic,
                socket: self.key,
                answer: Some(answer),
            }),
            Channel::Feed(feed) => self.opening.hub.tell(UnfollowFeed {
                feed,
                socket: self.key,
                answer,
            }),
        }
    }

    pub(super) fn signal(
        &mut self,
        re: Option<FrameId>,
        channel: Channel,
        name: String,
        data: Value,
        ctx: &mut Context,
    ) {
        match channel {
            Channel::Entity(topic) => self.opening.hub.tell(Tell {
                topic,
                from: self.key,
                by: self.opening.scope.principal.clone(),
                re,
                name,
                data,
            }),
            Channel::Feed(feed) => ctx.text(match self.opening.live.shared.presence.hear(self.key, feed, &name) {
                Ok(()) => frame::done(&re),
                Err(refusal) => frame::refused(&re, &refusal.into()),
            }),
        }
    }

    /// What the user may do has changed: feeds that are no longer theirs end.
    pub(super) fn leave_forbidden_feeds(&mut self, ctx: &mut Context) {
        let scope = &self.opening.scope;
        let forbidden: Vec<_> = self
            .channels
            .iter()
            .filter_map(|channel| match channel {
                Channel::Feed(feed) if !feed.is_open_to(scope) => Some(*feed),
                Channel::Feed(_) | Channel::Entity(_) => None,
            })
            .collect();
        for feed in forbidden {
            let channel = Channel::Feed(feed);
            self.channels.remove(&channel);
            if self.is_shorthand_of(channel) {
                return self.close(Close::AccessWithdrawn, ctx);
            }
            let answer = frame::unsubscribed(channel);
            let socket = self.key;
            self.opening.hub.tell(UnfollowFeed { feed, socket, answer });
        }
    }
}
