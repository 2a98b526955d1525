//! Who is online: whoever has a socket open, and a moment longer. Pure: time comes in with each call.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::SocketId;
use crate::db::text_enum::text_enum;
use crate::db::{TenantId, UserId};

text_enum! {
    /// How someone can be reached.
    Status {
        Online = "online",
        /// Connected, but by no tab that they look at.
        Away = "away",
        Offline = "offline",
    }
}

/// Someone who is online.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct OnlineUser {
    pub(super) id: UserId,
    #[schema(value_type = String)]
    pub(super) full_name: Arc<str>,
    pub(super) status: Status,
    /// Since when they have been so.
    pub(super) since: DateTime<Utc>,
}

/// Whether someone is there, without any grace: for those who have rules of their own about what follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Movement {
    /// With their first socket.
    Came,
    /// With their last socket; they may be back in a moment.
    Went,
    /// With their last login, and so for good.
    SignedOut,
}

/// Someone came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attendance {
    pub(crate) tenant: TenantId,
    pub(crate) user: UserId,
    pub(crate) movement: Movement,
    pub(crate) at: DateTime<Utc>,
}

/// What a step brought about.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Effect {
    /// To be told to everybody of the company.
    Changed {
        tenant: TenantId,
        user: UserId,
        status: Status,
        since: DateTime<Utc>,
    },
    Attendance(Attendance),
}

/// Someone who is online, or was a moment ago.
struct Standing {
    name: Arc<str>,
    /// Their sockets, and whether each says that it is not looked at.
    sockets: HashMap<SocketId, bool>,
    status: Status,
    since: DateTime<Utc>,
    /// When they will be offline, once the last socket is closed.
    leaves: Option<DateTime<Utc>>,
}

/// See the module.
pub(super) struct Online {
    grace: TimeDelta,
    people: HashMap<TenantId, HashMap<UserId, Standing>>,
    sockets: HashMap<SocketId, (TenantId, UserId)>,
}

impl Online {
    pub(super) fn new(grace: TimeDelta) -> Self {
        Self {
            grace,
            people: HashMap::new(),
            sockets: HashMap::new(),
        }
    }

    /// Someone opens a socket.
    pub(super) fn open(
        &mut self,
        socket: SocketId,
        (tenant, user): (TenantId, UserId),
        name: &Arc<str>,
        now: DateTime<Utc>,
    ) -> Vec<Effect> {
        self.sockets.insert(socket, (tenant, user));
        let people = self.people.entry(tenant).or_default();
        let standing = people.entry(user).or_insert_with(|| Standing {
            name: name.clone(),
            sockets: HashMap::new(),
            status: Status::Offline,
            since: now,
            leaves: None,
        });
        standing.name = name.clone();
        standing.leaves = None;
        let mut effects = Vec::new();
        if standing.sockets.is_empty() {
            effects.push(attendance(tenant, user, Movement::Came, now));
        }
        standing.sockets.insert(socket, false);
        effects.extend(self.settle(tenant, user, now));
        effects
    }

    /// A socket says whether it is looked at.
    pub(super) fn set_away(&mut self, socket: SocketId, is_away: bool, now: DateTime<Utc>) -> Option<Effect> {
        let (tenant, user) = *self.sockets.get(&socket)?;
        let standing = self.people.get_mut(&tenant)?.get_mut(&user)?;
        standing.sockets.insert(socket, is_away);
        self.settle(tenant, user, now)
    }

    /// A socket is closed; `for_good`, when its login is over.
    pub(super) fn close(&mut self, socket: SocketId, for_good: bool, now: DateTime<Utc>) -> Vec<Effect> {
        let Some((tenant, user)) = self.sockets.remove(&socket) else {
            return Vec::new();
        };
        let Some(standing) = self.people.get_mut(&tenant).and_then(|people| people.get_mut(&user)) else {
            return Vec::new();
        };
        standing.sockets.remove(&socket);
        let mut effects = Vec::new();
        if standing.sockets.is_empty() {
            let (movement, grace) = if for_good {
                (Movement::SignedOut, TimeDelta::zero())
            } else {
                (Movement::Went, self.grace)
            };
            standing.leaves = Some(now + grace);
            effects.push(attendance(tenant, user, movement, now));
        }
        effects.extend(self.settle(tenant, user, now));
        effects
    }

    /// One of someone's logins is over: unless a socket of another is open, they are gone, too.
    pub(super) fn sign_out(&mut self, tenant: TenantId, user: UserId, now: DateTime<Utc>) -> Vec<Effect> {
        let standing = self.people.get_mut(&tenant).and_then(|people| people.get_mut(&user));
        let Some(standing) = standing.filter(|standing| standing.sockets.is_empty()) else {
            return Vec::new();
        };
        standing.leaves = Some(now);
        let mut effects = vec![attendance(tenant, user, Movement::SignedOut, now)];
        effects.extend(self.settle(tenant, user, now));
        effects
    }

    /// Lets those go whose grace is over.
    pub(super) fn expire(&mut self, now: DateTime<Utc>) -> Vec<Effect> {
        let mut gone = Vec::new();
        for (tenant, people) in &self.people {
            for (user, standing) in people {
                if standing.leaves.is_some_and(|leaves| leaves <= now) {
                    gone.push((*tenant, *user));
                }
            }
        }
        gone.into_iter()
            .filter_map(|(tenant, user)| self.settle(tenant, user, now))
            .collect()
    }

    /// Who of a company is online, by name.
    pub(super) fn list(&self, tenant: TenantId) -> Vec<OnlineUser> {
        let people = self.people.get(&tenant).into_iter().flatten();
        let mut online: Vec<_> = people
            .map(|(user, standing)| OnlineUser {
                id: *user,
                full_name: standing.name.clone(),
                status: standing.status,
                since: standing.since,
            })
            .collect();
        online.sort_by(|a, b| (&a.full_name, a.id).cmp(&(&b.full_name, b.id)));
        online
    }

    /// Gives someone the status that follows from their sockets; tells, where it is another.
    fn settle(&mut self, tenant: TenantId, user: UserId, now: DateTime<Utc>) -> Option<Effect> {
        let people = self.people.get_mut(&tenant)?;
        let standing = people.get_mut(&user)?;
        let status = if standing.sockets.is_empty() {
            match standing.leaves {
                Some(leaves) if leaves > now => standing.status,
                Some(_) | None => Status::Offline,
            }
        } else if standing.sockets.values().all(|is_away| *is_away) {
            Status::Away
        } else {
            Status::Online
        };
        let has_changed = status != standing.status;
        if has_changed {
            (standing.status, standing.since) = (status, now);
        }
        let since = standing.since;
        if status == Status::Offline {
            people.remove(&user);
            if people.is_empty() {
                self.people.remove(&tenant);
            }
        }
        has_changed.then_some(Effect::Changed {
            tenant,
            user,
            status,
            since,
        })
    }
}

fn attendance(tenant: TenantId, user: UserId, movement: Movement, at: DateTime<Utc>) -> Effect {
    Effect::Attendance(Attendance {
        tenant,
        user,
        movement,
        at,
    })
}

#[cfg(test)]
mod tests;
