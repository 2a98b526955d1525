//! Who asks, for which company, and what they may do.

mod scope;

pub(crate) use scope::{Permission, Permissions, Principal, Role, Scope};
