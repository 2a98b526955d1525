//! Who asks, for which company, and what they may do.
//!
//! - [`scope`]: roles, permissions, and the signed-in [`Scope`] that everything which reads or subscribes takes first.
//! - [`extract`]: [`Allowed`] and [`SignedIn`], by which a handler says in its signature who may call it.
//! - [`sessions`]: logins that are open, checked by PostgreSQL; [`token`] and [`password`]: what proves them.
//! - [`two_factor`]: what proves them a second time, for whoever wants that.
//! - [`cookie`]: what lets a browser show attachments.
//! - [`attempts`]: how often a password may be guessed.

mod attempts;
mod cookie;
mod extract;
pub(crate) mod input;
pub(crate) mod links;
mod password;
mod register;
pub(crate) mod routes;
mod scope;
mod sessions;
mod store;
mod token;
pub(crate) mod two_factor;
mod view;

pub(crate) use attempts::LoginAttempts;
pub(crate) use cookie::ATTACHMENT_COOKIE;
pub(crate) use extract::{
    Allowed, BoardsManage, BoardsRead, BotManage, ChatUse, CompaniesManage, CompaniesRead, CompaniesWrite,
    DashboardRead, JobsManage, LeadsWrite, SettingsManage, SignedIn, UsersManage, UsersRead, token_of,
};
pub(crate) use password::Passwords;
#[cfg(test)]
pub(crate) use scope::Permissions;
pub(crate) use scope::{Permission, Principal, Role, Scope};
pub(crate) use sessions::{SessionEnded, Sessions};
pub(crate) use token::{Keys, Lifetimes};
