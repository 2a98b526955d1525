//! Who is online: whoever has a socket open, and a moment longer. Pure: time comes in with each call.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::SocketId;
use crate::db::text_enum::text_enum;
use crate::db::{TenantId, UserId};
use crate::live::bus::NodeId;
use crate::live::fanout::SocketKey;

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

impl OnlineUser {
    pub(crate) fn id(&self) -> UserId {
        self.id
    }
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
    /// Whether by a socket of this server; every server hears of all.
    pub(crate) is_here: bool,
}

/// What one server tells the others of a socket of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct TabNews {
    pub(super) socket: SocketKey,
    pub(super) tab: TabState,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum TabState {
    Open(Tab),
    Closed { for_good: bool },
}

/// An open socket, and whose it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Tab {
    pub(super) tenant: TenantId,
    pub(super) user: UserId,
    pub(super) name: Arc<str>,
    /// Whether it says that it is not looked at.
    pub(super) is_away: bool,
    /// Since when its user has had the status that they have.
    pub(super) since: DateTime<Utc>,
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
    /// The server that this is.
    node: NodeId,
    grace: TimeDelta,
    people: HashMap<TenantId, HashMap<UserId, Standing>>,
    sockets: HashMap<SocketId, (TenantId, UserId)>,
    /// What other servers have not yet told again.
    doubtful: HashMap<NodeId, HashSet<SocketId>>,
}

impl Online {
    pub(super) fn new(node: NodeId, grace: TimeDelta) -> Self {
        Self {
            node,
            grace,
            people: HashMap::new(),
            sockets: HashMap::new(),
            doubtful: HashMap::new(),
        }
    }

    /// Someone opens a socket, here or at another server, or it says whether it is looked at.
    pub(super) fn open(&mut self, socket: SocketId, tab: Tab, now: DateTime<Utc>) -> Vec<Effect> {
        let Tab {
            tenant,
            user,
            name,
            is_away,
            since,
        } = tab;
        self.sockets.insert(socket, (tenant, user));
        if let Some(doubtful) = self.doubtful.get_mut(&socket.node) {
            doubtful.remove(&socket);
        }
        let people = self.people.entry(tenant).or_default();
        let standing = people.entry(user).or_insert_with(|| Standing {
            name: name.clone(),
            sockets: HashMap::new(),
            status: Status::Offline,
            since,
            leaves: None,
        });
        standing.name = name;
        standing.leaves = None;
        let mut effects = Vec::new();
        if standing.sockets.is_empty() {
            effects.push(attendance(tenant, user, Movement::Came, now, socket.node == self.node));
        }
        standing.sockets.insert(socket, is_away);
        effects.extend(self.settle(tenant, user, now, since));
        effects
    }

    /// A socket says whether it is looked at.
    pub(super) fn set_away(&mut self, socket: SocketId, is_away: bool, now: DateTime<Utc>) -> Option<Effect> {
        let (tenant, user) = *self.sockets.get(&socket)?;
        let standing = self.people.get_mut(&tenant)?.get_mut(&user)?;
        standing.sockets.insert(socket, is_away);
        self.settle(tenant, user, now, now)
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
            effects.push(attendance(tenant, user, movement, now, socket.node == self.node));
        }
        effects.extend(self.settle(tenant, user, now, now));
        effects
    }

    /// Another server begins to tell everything anew: what it does not tell again until [`Online::forget_doubtful`] is no longer so.
    pub(super) fn doubt(&mut self, node: NodeId) {
        let sockets = self.sockets.keys().filter(|socket| socket.node == node);
        self.doubtful.insert(node, sockets.copied().collect());
    }

    /// The other server has told everything.
    pub(super) fn forget_doubtful(&mut self, node: NodeId, now: DateTime<Utc>) -> Vec<Effect> {
        let sockets = self.doubtful.remove(&node).unwrap_or_default().into_iter();
        sockets.flat_map(|socket| self.close(socket, false, now)).collect()
    }

    /// Another server is gone: its people have a moment to come back elsewhere.
    pub(super) fn forget(&mut self, node: NodeId, now: DateTime<Utc>) -> Vec<Effect> {
        self.doubt(node);
        self.forget_doubtful(node, now)
    }

    /// What the other servers should know of an open socket.
    pub(super) fn tab(&self, socket: SocketId) -> Option<Tab> {
        let (tenant, user) = *self.sockets.get(&socket)?;
        let standing = self.people.get(&tenant)?.get(&user)?;
        Some(Tab {
            tenant,
            user,
            name: standing.name.clone(),
            is_away: *standing.sockets.get(&socket)?,
            since: standing.since,
        })
    }

    /// Everything that the other servers should know of this one.
    pub(super) fn tell_all(&self) -> Vec<TabNews> {
        let here = self.sockets.keys().filter(|socket| socket.node == self.node);
        here.filter_map(|socket| {
            Some(TabNews {
                socket: socket.key,
                tab: TabState::Open(self.tab(*socket)?),
            })
        })
        .collect()
    }

    /// One of someone's logins is over: unless a socket of another is open, they are gone, too.
    pub(super) fn sign_out(
        &mut self,
        (tenant, user): (TenantId, UserId),
        is_here: bool,
        now: DateTime<Utc>,
    ) -> Vec<Effect> {
        let standing = self.people.get_mut(&tenant).and_then(|people| people.get_mut(&user));
        let Some(standing) = standing.filter(|standing| standing.sockets.is_empty()) else {
            return Vec::new();
        };
        standing.leaves = Some(now);
        let mut effects = vec![attendance(tenant, user, Movement::SignedOut, now, is_here)];
        effects.extend(self.settle(tenant, user, now, now));
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
            .filter_map(|(tenant, user)| self.settle(tenant, user, now, now))
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

    /// Gives someone the status that follows from their sockets; tells, where it is another, and so from `since` on.
    fn settle(&mut self, tenant: TenantId, user: UserId, now: DateTime<Utc>, since: DateTime<Utc>) -> Option<Effect> {
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
            (standing.status, standing.since) = (status, since);
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

fn attendance(tenant: TenantId, user: UserId, movement: Movement, at: DateTime<Utc>, is_here: bool) -> Effect {
    Effect::Attendance(Attendance {
        tenant,
        user,
        movement,
        at,
        is_here,
    })
}

#[cfg(test)]
mod tests;
