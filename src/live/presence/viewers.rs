//! Who looks at which entity, and what they do there. Pure: time comes in with each call.
//!
//! Every socket that says something has a seat at its topic, and a lease that any frame of it renews. Others see people, not
//! sockets: whoever has several tabs open is shown once, as what the liveliest of them does.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::SocketId;
use super::activity::Activity;
use crate::db::UserId;
use crate::live::entity::Topic;

/// Someone, as others see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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

/// One socket at one topic.
#[derive(Clone, Debug)]
struct Seat {
    /// When its user came, with whichever socket.
    since: DateTime<Utc>,
    activity: Activity,
    begun: DateTime<Utc>,
    /// When the activity ends by itself.
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
    lease: TimeDelta,
    topics: HashMap<Topic, HashMap<UserId, Visitor>>,
    leases: HashMap<SocketId, Lease>,
}

impl Viewers {
    pub(super) fn new(lease: TimeDelta) -> Self {
        Self {
            lease,
            topics: HashMap::new(),
            leases: HashMap::new(),
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
        visitor.name = person.name.clone();
        change(visitor);
        let after = visitor.shown(None).map(|seat| seat.activity.clone());
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
