//! Feeds: topics without an entity behind them. They carry hints that are neither numbered nor stored: whoever was away, or is
//! told `reset`, asks again for what the hints are about.
//!
//! A domain that has something to tell adds a line to the table here, sends with [`Feeds::send`] after its commit (an entity says
//! what to send in [`Entity::hints`](super::Entity::hints)), and, where a new follower should start from more than nothing, hands a
//! [`Start`] to [`Live::new`](super::Live::new).

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::entity::{Topic, raw};
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
    /// Who of the sellers comes and goes, and where clients go.
    Floor = "floor", Some(Permission::FloorRead);
    /// Which contacts were made, changed or deleted, and whose orders.
    Contacts = "contacts", Some(Permission::ContactsRead);
    /// That the dashboard's figures are others now.
    Dashboard = "dashboard", Some(Permission::DashboardRead);
    /// Rooms of the team chat that one is in: which are new, changed, or have something new in them.
    Rooms = "rooms", Some(Permission::ChatUse);
    /// Customers' conversations that one may see: which are new, changed or gone, and who waits.
    Inbox = "inbox", Some(Permission::ConversationsUse);
}

/// How long followers are left in peace after a hint that is told sparingly.
const REST: Duration = Duration::from_secs(1);

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

/// What the followers of a feed are told.
#[derive(Clone, Debug)]
pub(crate) struct FeedHint {
    pub(crate) feed: Feed,
    pub(crate) to: Recipients,
    /// `stats.changed` and the like.
    pub(crate) kind: &'static str,
    /// Another name that clients may know it by.
    pub(crate) alias: Option<&'static str>,
    pub(crate) data: Box<RawValue>,
    /// What it is about, where it only asks to look again: see [`FeedHint::sparingly`].
    sparing: Option<Uuid>,
}

impl FeedHint {
    pub(crate) fn new(feed: Feed, to: Recipients, kind: &'static str, data: &impl Serialize) -> Self {
        Self {
            feed,
            to,
            kind,
            alias: None,
            data: raw(data),
            sparing: None,
        }
    }

    /// Of such hints about one thing no more than one a second is told: of those that come meanwhile, the last one afterwards.
    pub(crate) fn sparingly(self, about: Uuid) -> Self {
        Self {
            sparing: Some(about),
            ..self
        }
    }

    pub(crate) fn with_alias(self, alias: &'static str) -> Self {
        Self {
            alias: Some(alias),
            ..self
        }
    }
}

/// The feeds of one company, for whoever has something to tell.
pub(crate) struct Feeds<'a> {
    pub(super) fanout: &'a Arc<Fanout>,
    pub(super) tenant: TenantId,
}

impl Feeds<'_> {
    /// Tells those of the feed's followers who may hear it. Call it after the commit of what it tells of.
    pub(crate) fn send(&self, hint: FeedHint) {
        match hint.sparing {
            None => self.tell(&hint),
            Some(about) => self.tell_in_peace(hint, about),
        }
    }

    fn tell(&self, hint: &FeedHint) {
        let text = frame::hint(hint.feed, hint.kind, hint.alias, clock::now(), &hint.data);
        self.fanout.hint(self.tenant, hint.feed, &hint.to, &text);
    }

    fn tell_in_peace(&self, hint: FeedHint, about: Uuid) {
        let key = (self.tenant, hint.feed, about);
        let Some(hint) = self.fanout.rests.begin(key, hint) else {
            return;
        };
        self.tell(&hint);
        let (fanout, tenant) = (self.fanout.clone(), self.tenant);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(REST).await;
                let Some(hint) = fanout.rests.end(key) else { return };
                Feeds {
                    fanout: &fanout,
                    tenant,
                }
                .tell(&hint);
            }
        });
    }
}

/// Which followers are left in peace, each with what they are told next.
#[derive(Default)]
pub(super) struct Rests(Mutex<HashMap<Resting, Option<FeedHint>>>);

/// Who rests from what.
type Resting = (TenantId, Feed, Uuid);

impl Rests {
    /// The hint, if it is to be told now, whereupon a rest begins; else it is kept for the end of the one that lasts.
    fn begin(&self, key: Resting, hint: FeedHint) -> Option<FeedHint> {
        match self.0.lock().entry(key) {
            Entry::Occupied(mut kept) => {
                kept.insert(Some(hint));
                None
            }
            Entry::Vacant(free) => {
                free.insert(None);
                Some(hint)
            }
        }
    }

    /// What was kept during the rest, and is told now: then another one begins.
    fn end(&self, key: Resting) -> Option<FeedHint> {
        match self.0.lock().entry(key) {
            Entry::Occupied(mut kept) => match kept.get_mut().take() {
                Some(hint) => Some(hint),
                None => {
                    kept.remove();
                    None
                }
            },
            Entry::Vacant(_) => None,
        }
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
    fn however_much_happens_in_a_rest_is_told_once_and_nothing_is_kept_back() {
        let key = (TenantId(Uuid::from_u128(1)), Feed::Dashboard, Uuid::nil());
        let rests = Rests::default();
        let hint = |n: i32| FeedHint::new(Feed::Dashboard, Recipients::Everyone, "stats.changed", &n);
        let number = |hint: Option<FeedHint>| hint.map(|hint| hint.data.get().to_owned());
        assert_eq!(number(rests.begin(key, hint(1))).as_deref(), Some("1"));
        assert_eq!(number(rests.begin(key, hint(2))), None);
        assert_eq!(number(rests.begin(key, hint(3))), None);
        let other = (TenantId(Uuid::from_u128(2)), Feed::Dashboard, Uuid::nil());
        assert!(rests.begin(other, hint(9)).is_some(), "each company rests by itself");
        assert_eq!(number(rests.end(key)).as_deref(), Some("3"));
        assert_eq!(number(rests.begin(key, hint(4))), None, "the next rest has begun");
        assert_eq!(number(rests.end(key)).as_deref(), Some("4"));
        assert_eq!(number(rests.end(key)), None);
        assert_eq!(number(rests.begin(key, hint(5))).as_deref(), Some("5"));
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
