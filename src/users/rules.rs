//! Who may become what.

use crate::auth::Role;
use crate::auth::links::Purpose;
use crate::error::{Code, Refusal};

/// What about a person counts for the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) role: Role,
    pub(super) is_active: bool,
}

impl Standing {
    fn administers(self) -> bool {
        self.is_active && self.role == Role::Admin
    }
}

/// Whether a company's administrator may give this role.
///
/// # Errors
/// `invalid` for the role that belongs to the installation and not to a company.
pub(super) fn may_give(role: Role) -> Result<(), Refusal> {
    match role {
        Role::Admin | Role::Supervisor | Role::Attendant | Role::Seller => Ok(()),
        Role::SuperAdmin => Err(Refusal::field(
            "role",
            "not_allowed",
            "must be one of: admin, supervisor, attendant, seller",
        )),
    }
}

/// Judges a change of someone's standing, in a company that has so many other active administrators.
///
/// # Errors
/// As [`may_give`] for a new role; `last_admin` when nobody would be left to administer.
pub(super) fn judge(before: Standing, after: Standing, other_active_admins: i64) -> Result<(), Refusal> {
    if after.role != before.role {
        may_give(after.role)?;
    }
    if before.administers() && !after.administers() && other_active_admins == 0 {
        return Err(Code::LastAdmin.into());
    }
    Ok(())
}

/// The link that someone is sent when an administrator asks for one: whoever never chose a password is invited in any case.
///
/// # Errors
/// `user_inactive`; `already_joined`, where an invitation comes too late.
pub(super) fn link_for(asked: Purpose, is_active: bool, is_invited: bool) -> Result<Purpose, Refusal> {
    match (asked, is_active, is_invited) {
        (_, false, _) => Err(Code::UserInactive.into()),
        (_, true, true) => Ok(Purpose::Invitation),
        (Purpose::Reset, true, false) => Ok(Purpose::Reset),
        (Purpose::Invitation, true, false) => Err(Code::AlreadyJoined.into()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    const ADMIN: Standing = Standing {
        role: Role::Admin,
        is_active: true,
    };

    #[test]
    fn the_last_active_admin_stays_one() {
        for after in [
            Standing {
                is_active: false,
                ..ADMIN
            },
            Standing {
                role: Role::Seller,
                ..ADMIN
            },
        ] {
            assert_eq!(judge(ADMIN, after, 0).unwrap_err().code, Code::LastAdmin);
            assert_eq!(judge(ADMIN, after, 1), Ok(()));
        }
    }

    #[test]
    fn nobody_is_made_an_operator_of_the_installation() {
        assert_eq!(may_give(Role::SuperAdmin).unwrap_err().code, Code::Invalid);
        let after = Standing {
            role: Role::SuperAdmin,
            ..ADMIN
        };
        assert_eq!(judge(ADMIN, after, 5).unwrap_err().code, Code::Invalid);
    }

    fn standing() -> impl Strategy<Value = Standing> {
        (select(Role::ALL), any::<bool>()).prop_map(|(role, is_active)| Standing { role, is_active })
    }

    proptest! {
        #[test]
        fn a_company_that_is_administered_stays_so(
            mut people in prop::collection::vec(standing(), 1..6),
            changes in prop::collection::vec((any::<prop::sample::Index>(), standing()), 0..40),
        ) {
            people[0] = ADMIN;
            for (whom, after) in changes {
                let whom = whom.index(people.len());
                let admins = people.iter().filter(|person| person.administers()).count();
                let others = admins - usize::from(people[whom].administers());
                if judge(people[whom], after, i64::try_from(others).unwrap()).is_ok() {
                    people[whom] = after;
                }
                prop_assert!(people.iter().any(|person| person.administers()));
            }
        }
    }
}
