//! Who looks at which entity, and what they do there. Pure: time comes in with each call.
//!
//! Every socket that says something has a seat at its topic, and a lease that any frame of it renews. Others see people, not
//! sockets: whoever has several tabs open is shown once, as what the liveliest of them does.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::SocketId;
use super::activity::Activity;
use crate::db::UserId;
use crate::live::bus::{NodeId, TopicName};
use crate::live::entity::Topic;
use crate::live::fanout::SocketKey;

/// Someone, as others see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Person {
    pub(super) id: UserId,
    pub(super) name: Arc<str>,
}

/// Someone who is there, as a newcomer is told.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Present {
    pub(super) user: Person,
    /// When they came, whatever they have done since.
    pub(super) since: DateTime<Utc>,
    #[serde(flatten)]
    pub(super) activity: Activity,
}

/// What others are to hear: what this person does now; nothing, when they have left.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Announcement {
    pub(super) topic: Topic,
    pub(super) person: Person,
    pub(super) activity: Option<Activity>,
    /// The socket that brought it about, which knows.
    pub(super) cause: SocketId,
}

/// What one server tells the others: a socket of its own takes a seat, does something else there, or leaves it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SeatNews {
    pub(in crate::live) topic: TopicName,
    pub(super) socket: SocketKey,
    pub(super) person: Person,
    seat: Option<Seat>,
}

/// One socket at one topic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Seat {
    /// When its user came, with whichever socket.
    since: DateTime<Utc>,
    activity: Activity,
    begun: DateTime<Utc>,
    /// When the activity ends by itself. Only the socket's own server looks after that.
    #[serde(skip)]
    until: Option<DateTime<Utc>>,
}

struct Visitor {
    name: Arc<str>,
    seats: HashMap<SocketId, Seat>,
}

impl Visitor {
    /// What they are shown as by these of their seats: the liveliest, of equals the latest.
    fn shown(&self, but: Option<SocketId>) -> Option<&Seat> {
        let seats = self.seats.iter().filter(|(socket, _)| Some(**socket) != but);
        let liveliest = seats.max_by_key(|(socket, seat)| (seat.activity.doing, seat.begun, **socket));
        liveliest.map(|(_, seat)| seat)
    }

    fn since(&self) -> Option<DateTime<Utc>> {
        self.seats.values().map(|seat| seat.since).min()
    }
}

struct Lease {
    until: DateTime<Utc>,
    seats: HashSet<(Topic, UserId)>,
}

/// See the module.
pub(super) struct Viewers {
    /// The server that this is; others end the leases of their own sockets.
    node: NodeId,
    lease: TimeDelta,
    topics: HashMap<Topic, HashMap<UserId, Visitor>>,
    leases: HashMap<SocketId, Lease>,
    /// What the other servers have not been told yet.
    news: Vec<SeatNews>,
    /// What other servers have not yet told again.
    doubtful: HashMap<NodeId, HashSet<(Topic, UserId, SocketId)>>,
}

impl Viewers {
    pub(super) fn new(node: NodeId, lease: TimeDelta) -> Self {
        Self {
            node,
            lease,
            topics: HashMap::new(),
            leases: HashMap::new(),
            news: Vec::new(),
            doubtful: HashMap::new(),
        }
    }

    /// A socket says what its user does at a topic.
    pub(super) fn sit(
        &mut self,
        topic: Topic,
        socket: SocketId,
        person: &Person,
        activity: Activity,
        now: DateTime<Utc>,
    ) -> Option<Announcement> {
        let until = now + self.lease;
        let lease = self.leases.entry(socket).or_insert_with(|| Lease {
            until,
            seats: HashSet::new(),
        });
        lease.until = until;
        lease.seats.insert((topic, person.id));
        self.change(topic, person, socket, |visitor| {
            let since = visitor.since().unwrap_or(now);
            let until = activity.doing.lasts().map(|lasts| now + lasts);
            let begun = match visitor.seats.get(&socket) {
                Some(seat) if seat.activity == activity => seat.begun,
                Some(_) | None => now,
            };
            let seat = Seat {
                since,
                activity,
                begun,
                until,
            };
            visitor.seats.insert(socket, seat);
        })
    }

    /// A socket leaves a topic.
    pub(super) fn leave(&mut self, topic: Topic, socket: SocketId) -> Option<Announcement> {
        let lease = self.leases.get_mut(&socket)?;
        let seat = *lease.seats.iter().find(|(at, _)| *at == topic)?;
        lease.seats.remove(&seat);
        if lease.seats.is_empty() {
            self.leases.remove(&socket);
        }
        self.stand_up(topic, seat.1, socket)
    }

    /// A socket was heard.
    pub(super) fn renew(&mut self, socket: SocketId, now: DateTime<Utc>) {
        if let Some(lease) = self.leases.get_mut(&socket) {
            lease.until = now + self.lease;
        }
    }

    /// Ends what has not been said again in time: activities, and whole leases.
    pub(super) fn expire(&mut self, now: DateTime<Utc>) -> Vec<Announcement> {
        let mut announcements = Vec::new();
        let is_over = |_: &SocketId, lease: &mut Lease| lease.until <= now;
        for (socket, lease) in self.leases.extract_if(is_over).collect::<Vec<_>>() {
            for (topic, user) in lease.seats {
                announcements.extend(self.stand_up(topic, user, socket));
            }
        }
        for (topic, person, socket) in self.lapsed(now) {
            announcements.extend(self.change(topic, &person, socket, |visitor| {
                if let Some(seat) = visitor.seats.get_mut(&socket) {
                    (seat.activity, seat.begun, seat.until) = (Activity::viewing(), now, None);
                }
            }));
        }
        announcements
    }

    /// The seats whose activity has not been said again in time.
    fn lapsed(&self, now: DateTime<Utc>) -> Vec<(Topic, Person, SocketId)> {
        let mut lapsed = Vec::new();
        for (topic, visitors) in &self.topics {
            for (user, visitor) in visitors {
                for (socket, seat) in &visitor.seats {
                    if seat.until.is_some_and(|until| until <= now) {
                        let person = Person {
                            id: *user,
                            name: visitor.name.clone(),
                        };
                        lapsed.push((*topic, person, *socket));
                    }
                }
            }
        }
        lapsed
    }

    /// Another server begins to tell everything anew: what it does not tell again until [`Viewers::forget_doubtful`] is no longer so.
    pub(super) fn doubt(&mut self, node: NodeId) {
        let seats: HashSet<_> = self
            .seats(node)
            .map(|(topic, user, socket, ..)| (topic, user, socket))
            .collect();
        self.doubtful.insert(node, seats);
    }

    /// The other server has told everything.
    pub(super) fn forget_doubtful(&mut self, node: NodeId) -> Vec<Announcement> {
        let seats = self.doubtful.remove(&node).unwrap_or_default().into_iter();
        seats
            .filter_map(|(topic, user, socket)| self.stand_up(topic, user, socket))
            .collect()
    }

    /// Another server tells what one of its sockets does.
    pub(super) fn apply(&mut self, topic: Topic, from: NodeId, news: SeatNews) -> Option<Announcement> {
        let socket = SocketId {
            node: from,
            key: news.socket,
        };
        if let Some(doubtful) = self.doubtful.get_mut(&from) {
            doubtful.remove(&(topic, news.person.id, socket));
        }
        self.change(topic, &news.person, socket, |visitor| match news.seat {
            Some(seat) => drop(visitor.seats.insert(socket, seat)),
            None => drop(visitor.seats.remove(&socket)),
        })
    }

    /// Another server is gone.
    pub(super) fn forget(&mut self, node: NodeId) -> Vec<Announcement> {
        self.doubt(node);
        self.forget_doubtful(node)
    }

    /// Everything that the other servers should know of this one.
    pub(super) fn tell_all(&mut self) -> Vec<SeatNews> {
        self.news.clear();
        self.seats(self.node)
            .map(|(topic, user, socket, visitor, seat)| SeatNews {
                topic: topic.into(),
                socket: socket.key,
                person: Person {
                    id: user,
                    name: visitor.name.clone(),
                },
                seat: Some(seat.clone()),
            })
            .collect()
    }

    /// What the other servers should know since this was asked last.
    pub(super) fn take_news(&mut self) -> Vec<SeatNews> {
        std::mem::take(&mut self.news)
    }

    /// The seats of one server's sockets.
    fn seats(&self, node: NodeId) -> impl Iterator<Item = (Topic, UserId, SocketId, &Visitor, &Seat)> {
        self.topics.iter().flat_map(move |(topic, visitors)| {
            visitors.iter().flat_map(move |(user, visitor)| {
                let seats = visitor.seats.iter().filter(move |(socket, _)| socket.node == node);
                seats.map(move |(socket, seat)| (*topic, *user, *socket, visitor, seat))
            })
        })
    }

    /// Who is at a topic, whoever sits there by another socket than this; those who came first first.
    pub(super) fn present(&self, topic: Topic, but: SocketId) -> Vec<Present> {
        let visitors = self.topics.get(&topic).into_iter().flatten();
        let mut present: Vec<_> = visitors
            .filter_map(|(user, visitor)| {
                let seat = visitor.shown(Some(but))?;
                Some(Present {
                    user: Person {
                        id: *user,
                        name: visitor.name.clone(),
                    },
                    since: visitor.since()?,
                    activity: seat.activity.clone(),
                })
            })
            .collect();
        present.sort_by_key(|present| (present.since, present.user.id));
        present
    }

    fn stand_up(&mut self, topic: Topic, user: UserId, socket: SocketId) -> Option<Announcement> {
        let name = self.topics.get(&topic)?.get(&user)?.name.clone();
        let person = Person { id: user, name };
        self.change(topic, &person, socket, |visitor| {
            visitor.seats.remove(&socket);
        })
    }

    /// Changes someone's seats; tells what others see of it, if anything.
    fn change(
        &mut self,
        topic: Topic,
        person: &Person,
        cause: SocketId,
        change: impl FnOnce(&mut Visitor),
    ) -> Option<Announcement> {
        let visitors = self.topics.entry(topic).or_default();
        let visitor = visitors.entry(person.id).or_insert_with(|| Visitor {
            name: person.name.clone(),
            seats: HashMap::new(),
        });
        let before = visitor.shown(None).map(|seat| seat.activity.clone());
        let seat_before = visitor.seats.get(&cause).map(|seat| seat.activity.clone());
        visitor.name = person.name.clone();
        change(visitor);
        let after = visitor.shown(None).map(|seat| seat.activity.clone());
        let seat = visitor.seats.get(&cause);
        if cause.node == self.node && seat.map(|seat| &seat.activity) != seat_before.as_ref() {
            self.news.push(SeatNews {
                topic: topic.into(),
                socket: cause.key,
                person: person.clone(),
                seat: seat.cloned(),
            });
        }
        if visitor.seats.is_empty() {
            visitors.remove(&person.id);
        }
        if visitors.is_empty() {
            self.topics.remove(&topic);
        }
        (before != after).then(|| Announcement {
            topic,
            person: person.clone(),
            activity: after,
            cause,
        })
    }
}

#[cfg(test)]
mod tests;
