//! Feeds: topics without an entity behind them. They carry hints that are neither numbered nor stored: whoever was away, or is
//! told `reset`, asks again for what the hints are about.
//!
//! A domain that has something to tell adds a line to the table here, sends with [`Feeds::send`] after its commit, and, where a
//! new follower should start from more than nothing, hands a [`Start`] to [`Live::new`](super::Live::new).

use std::sync::Arc;

use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::entity::Topic;
use super::fanout::Fanout;
use super::frame;
use crate::auth::{Permission, Permissions, Principal, PrincipalKind, Scope};
use crate::clock;
use crate::db::{TenantId, UserId};
use crate::error::Error;

macro_rules! feeds {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $permission:expr;)+) => {
        /// A feed of a company.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub(crate) enum Feed { $($(#[$doc])* #[serde(rename = $text)] $name),+ }

        impl Feed {
            /// The feed as clients name it, where there is one.
            pub(crate) fn named(name: &str) -> Option<Self> {
                match name { $($text => Some(Feed::$name),)+ _ => None }
            }

            pub(crate) fn as_str(self) -> &'static str {
                match self { $(Feed::$name => $text),+ }
            }

            /// What whoever follows it must be allowed; nothing: to be signed in.
            fn permission(self) -> Option<Permission> {
                match self { $(Feed::$name => $permission),+ }
            }
        }
    };
}

feeds! {
    /// Who is online.
    Presence = "presence", Some(Permission::UsersRead);
    /// What one is told by name.
    Notifications = "notifications", None;
    /// Which companies were made, changed or deleted.
    Companies = "companies", Some(Permission::CompaniesRead);
    /// That the dashboard's figures are others now.
    Dashboard = "dashboard", Some(Permission::DashboardRead);
    /// Customers' conversations that one may see: which are new, changed or gone, and who waits.
    Inbox = "inbox", Some(Permission::ConversationsUse);
}

impl Feed {
    pub(crate) fn is_open_to(self, who: &Principal) -> bool {
        who.kind == PrincipalKind::User
            && self
                .permission()
                .is_none_or(|permission| who.permissions.contains(permission))
    }
}

impl std::fmt::Display for Feed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Reads what a new follower of a feed starts from: the answer's `snapshot`.
pub(crate) type Start =
    Box<dyn Fn(Scope) -> LocalBoxFuture<'static, Result<Box<RawValue>, Error>> + Send + Sync + 'static>;

/// Who of a feed's followers hears something.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Recipients {
    Everyone,
    Users(Arc<[UserId]>),
    /// Whoever has the permission, and these.
    Holders(Permission, Arc<[UserId]>),
    /// Those of these who do not have the permission.
    Others(Permission, Arc<[UserId]>),
}

impl Recipients {
    pub(super) fn includes(&self, user: UserId, permissions: Permissions) -> bool {
        match self {
            Recipients::Everyone => true,
            Recipients::Users(users) => users.contains(&user),
            Recipients::Holders(permission, users) => permissions.contains(*permission) || users.contains(&user),
            Recipients::Others(permission, users) => users.contains(&user) && !permissions.contains(*permission),
        }
    }
}

/// The feeds of one company, for whoever has something to tell.
pub(crate) struct Feeds<'a> {
    pub(super) fanout: &'a Fanout,
    pub(super) tenant: TenantId,
}

impl Feeds<'_> {
    /// Tells those of the feed's followers who may hear it. Call it after the commit of what it tells of.
    pub(crate) fn send(&self, feed: Feed, to: &Recipients, kind: &str, data: &impl Serialize) {
        let text = frame::hint(feed, kind, clock::now(), data);
        self.fanout.hint(self.tenant, feed, to, &text);
    }
}

/// What a socket can follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Channel {
    Entity(Topic),
    Feed(Feed),
}

impl std::fmt::Display for Channel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Channel::Entity(topic) => topic.fmt(f),
            Channel::Feed(feed) => feed.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::auth::Role;

    fn principal(role: Role) -> Principal {
        Principal {
            kind: crate::auth::PrincipalKind::User,
            tenant: TenantId(Uuid::from_u128(1)),
            id: UserId(Uuid::from_u128(2)),
            name: "Ana".into(),
            permissions: role.permissions(),
        }
    }

    #[test]
    fn a_feed_is_open_to_whoever_may_read_what_it_tells_of() {
        assert!(Feed::Presence.is_open_to(&principal(Role::Seller)));
        assert!(!Feed::Presence.is_open_to(&principal(Role::SuperAdmin)));
        assert_eq!(Feed::named(Feed::Presence.as_str()), Some(Feed::Presence));
        assert_eq!(Feed::named("nothing"), None);
    }

    #[test]
    fn only_who_is_named_hears() {
        let (ana, bruno) = (UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        let (some, none) = (Permissions::of(&[Permission::ChatUse]), Permissions::of(&[]));
        assert!(Recipients::Everyone.includes(ana, none));
        let named = Recipients::Users(Arc::from([ana]));
        assert!(named.includes(ana, none) && !named.includes(bruno, some));
        let holders = Recipients::Holders(Permission::ChatUse, Arc::from([ana]));
        assert!(holders.includes(ana, none) && holders.includes(bruno, some) && !holders.includes(bruno, none));
        let others = Recipients::Others(Permission::ChatUse, Arc::from([ana]));
        assert!(others.includes(ana, none) && !others.includes(ana, some) && !others.includes(bruno, none));
    }
}
