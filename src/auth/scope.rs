//! Who asks, for which company, and what they may do.

use std::sync::Arc;

use serde::Serialize;
use uuid::Uuid;

use crate::db::text_enum::text_enum;
use crate::db::{IdentityId, SessionId, TenantId, UserId};
use crate::error::{Code, Refusal};

text_enum! {
    /// What a user is in their company.
    Role {
        Admin = "admin",
        Supervisor = "supervisor",
        Attendant = "attendant",
        Seller = "seller",
        /// Operates the installation; belongs to a tenant of its own.
        SuperAdmin = "super_admin",
    }
}

text_enum! {
    /// A right that a route or a command asks for.
    Permission {
        BoardsRead = "boards.read",
        /// Create, rename, archive and delete boards and their stages.
        BoardsManage = "boards.manage",
        LeadsWrite = "leads.write",
        ChatUse = "chat.use",
        /// Look after rooms that are not one's own, and what is said there.
        ChatManage = "chat.manage",
        /// Talk with customers: with those that are one's own.
        ConversationsUse = "conversations.use",
        /// See the conversations of others, and take over those that wait.
        ConversationsAll = "conversations.all",
        /// Move and end the conversations of others; look after channels and queues.
        ConversationsManage = "conversations.manage",
        /// Draw and publish what the bot does.
        BotManage = "bot.manage",
        CompaniesRead = "companies.read",
        CompaniesWrite = "companies.write",
        /// Delete companies.
        CompaniesManage = "companies.manage",
        ContactsRead = "contacts.read",
        /// Write down contacts and what they bought.
        ContactsWrite = "contacts.write",
        /// Delete, merge, import and export contacts, and look after products.
        ContactsManage = "contacts.manage",
        /// See the sellers' floor: who is there, and one's own clients.
        FloorRead = "floor.read",
        /// Move clients between sellers, and say how they are dealt.
        FloorManage = "floor.manage",
        DashboardRead = "dashboard.read",
        UsersRead = "users.read",
        UsersManage = "users.manage",
        SettingsManage = "settings.manage",
        /// See what failed outside, let it run again or drop it.
        JobsManage = "jobs.manage",
    }
}

/// A set of permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Permissions(u64);

impl Permissions {
    pub(crate) fn of(permissions: &[Permission]) -> Self {
        Self(
            permissions
                .iter()
                .fold(0, |bits, permission| bits | 1 << (*permission as u64)),
        )
    }

    fn and(self, permissions: &[Permission]) -> Self {
        Self(self.0 | Self::of(permissions).0)
    }

    pub(crate) fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << (permission as u64)) != 0
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL
            .iter()
            .copied()
            .filter(move |permission| self.contains(*permission))
    }
}

impl Role {
    /// What the role may do.
    pub(crate) fn permissions(self) -> Permissions {
        use Permission::{
            BoardsManage, BoardsRead, BotManage, ChatManage, ChatUse, CompaniesManage, CompaniesRead, CompaniesWrite,
            ContactsManage, ContactsRead, ContactsWrite, ConversationsAll, ConversationsManage, ConversationsUse,
            DashboardRead, FloorManage, FloorRead, JobsManage, LeadsWrite, SettingsManage, UsersManage, UsersRead,
        };
        let staff = [
            BoardsRead,
            LeadsWrite,
            ChatUse,
            ConversationsUse,
            CompaniesRead,
            CompaniesWrite,
            ContactsRead,
            ContactsWrite,
            DashboardRead,
            UsersRead,
        ];
        match self {
            Role::Admin => Permissions::of(&staff).and(&[
                BoardsManage,
                BotManage,
                ChatManage,
                ConversationsAll,
                ConversationsManage,
                CompaniesManage,
                ContactsManage,
                FloorRead,
                FloorManage,
                UsersManage,
                JobsManage,
                SettingsManage,
            ]),
            Role::Supervisor => Permissions::of(&staff).and(&[
                BoardsManage,
                BotManage,
                ChatManage,
                ConversationsAll,
                ConversationsManage,
                CompaniesManage,
                ContactsManage,
                FloorRead,
                FloorManage,
            ]),
            Role::Attendant => Permissions::of(&staff).and(&[ConversationsAll]),
            Role::Seller => Permissions::of(&staff).and(&[FloorRead]),
            Role::SuperAdmin => Permissions::of(&[]),
        }
    }
}

text_enum! {
    /// What someone who acts is.
    PrincipalKind {
        User = "user",
        /// A customer, known by an identity on a channel; has no permissions.
        Customer = "customer",
        /// The server itself.
        System = "system",
    }
}

/// Someone who acts: the author of commands and events.
#[derive(Clone, Debug)]
pub(crate) struct Principal {
    pub(crate) tenant: TenantId,
    pub(crate) kind: PrincipalKind,
    /// Of a customer, that of the identity.
    pub(crate) id: UserId,
    pub(crate) name: Arc<str>,
    pub(crate) permissions: Permissions,
}

/// The author as an event keeps it: as of then.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Author<'a> {
    id: Uuid,
    name: &'a str,
    kind: &'static str,
}

impl Principal {
    /// The server itself, for what nobody asked for: timers, and what happened outside.
    pub(crate) fn system(tenant: TenantId) -> Self {
        Self {
            tenant,
            kind: PrincipalKind::System,
            id: UserId(Uuid::nil()),
            name: "Balcão".into(),
            permissions: Permissions::of(&[]),
        }
    }

    /// The same person, allowed more: for a route that lets them do one thing which their role alone does not.
    pub(crate) fn with(&self, permissions: &[Permission]) -> Self {
        Self {
            permissions: self.permissions.and(permissions),
            ..self.clone()
        }
    }

    /// Whether they belong to the company: customers are shown less.
    pub(crate) fn is_staff(&self) -> bool {
        self.kind != PrincipalKind::Customer
    }

    pub(crate) fn author(&self) -> Author<'_> {
        Author {
            id: self.id.0,
            name: &self.name,
            kind: self.kind.as_str(),
        }
    }

    /// # Errors
    /// `forbidden`, when the permission is not theirs.
    pub(crate) fn require(&self, permission: Permission) -> Result<(), Refusal> {
        if self.permissions.contains(permission) {
            Ok(())
        } else {
            Err(Code::Forbidden.into())
        }
    }
}

/// A signed-in request or socket: the first argument of everything that reads or subscribes.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    pub(crate) principal: Arc<Principal>,
    pub(crate) session: SessionId,
}

impl Scope {
    /// A customer, by who they are on their channel. Their session is their token: it ends with it.
    pub(crate) fn of_customer(tenant: TenantId, identity: IdentityId, name: &str) -> Self {
        Self {
            principal: Arc::new(Principal {
                kind: PrincipalKind::Customer,
                id: UserId(identity.0),
                name: name.into(),
                ..Principal::system(tenant)
            }),
            session: SessionId(identity.0),
        }
    }
}

impl std::ops::Deref for Scope {
    type Target = Principal;

    fn deref(&self) -> &Principal {
        &self.principal
    }
}
