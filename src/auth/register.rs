//! A new company: its tenant, its first administrator, and what it begins with.

use crate::app::App;
use crate::auth::Role;
use crate::auth::input::{self, Email, Password, checked, line};
use crate::auth::sessions::{Client, Tokens};
use crate::auth::store;
use crate::auth::view::{RegisterBody, Session, SessionUser};
use crate::clock;
use crate::db::{DbError, TenantId, UserId};
use crate::error::{Code, Error, Refusal};
use crate::users::store::{self as people, NewUser};
use crate::{boards, rooms};

/// What is needed for a company to begin.
pub(super) struct Registration {
    tenant_name: String,
    full_name: String,
    email: Email,
    password: Password,
}

impl Registration {
    /// # Errors
    /// `invalid`, with every field that is.
    pub(super) fn parse(body: RegisterBody) -> Result<Self, Refusal> {
        let mut wrong = Vec::new();
        let tenant_name = checked(&mut wrong, line("tenant_name", &body.tenant_name, 200));
        let full_name = checked(&mut wrong, input::full_name(&body.full_name));
        let email = checked(&mut wrong, Email::parse(&body.email));
        let password = checked(&mut wrong, Password::parse("password", body.password));
        match (tenant_name, full_name, email, password) {
            (Some(tenant_name), Some(full_name), Some(email), Some(password)) => Ok(Self {
                tenant_name,
                full_name,
                email,
                password,
            }),
            _ => Err(Refusal::invalid(wrong)),
        }
    }
}

/// Makes the company and signs its first administrator in.
///
/// # Errors
/// `email_taken`; `unavailable`.
pub(super) async fn register(app: &App, registration: Registration, client: &Client) -> Result<Session, Error> {
    let Registration {
        tenant_name,
        full_name,
        email,
        password,
    } = registration;
    let slug = free_slug(app, &tenant_name, &email).await?;
    let password_hash = app.passwords.hash(password).await?;
    let tenant = TenantId(clock::new_id());
    let admin = NewUser {
        tenant_id: tenant,
        id: UserId(clock::new_id()),
        email: email.as_str(),
        full_name: &full_name,
        password_hash: Some(&password_hash),
        role: Role::Admin,
        phone: None,
    };
    let (user, tokens): (SessionUser, Tokens) = app
        .db
        .tenant(tenant, async |conn| {
            store::tenant_insert(tenant, &tenant_name, &slug, conn).await?;
            let user = people::user_insert(&admin, conn).await?;
            boards::create_default(tenant, user.id, clock::now(), conn).await?;
            rooms::create_general(tenant, clock::now(), conn).await?;
            let tokens = app.sessions.open(tenant, user.id, client, conn).await?;
            let company = store::tenant(tenant, conn).await?;
            Ok::<_, Error>((SessionUser::new(&user, company), tokens))
        })
        .await?;
    tracing::info!(tenant.id = %tenant, user.id = %admin.id, "A company registered");
    Ok(Session {
        user,
        tokens: tokens.into(),
    })
}

/// A slug that no company has. Two that register at once under one name cannot both get it: then the second fails and is told
/// that nothing was changed.
async fn free_slug(app: &App, tenant_name: &str, email: &Email) -> Result<String, Error> {
    let mut conn = app.db.system().await?;
    if people::email_is_taken(email, &mut conn).await.map_err(DbError::from)? {
        return Err(Code::EmailTaken.into());
    }
    let candidates = candidates(&slug(tenant_name));
    let taken = store::taken_slugs(&candidates, &mut conn)
        .await
        .map_err(DbError::from)?;
    let free = candidates.into_iter().find(|candidate| !taken.contains(candidate));
    free.ok_or_else(|| Error::internal(anyhow::anyhow!("every slug for this name is taken")))
}

/// `padaria`, `padaria-2` … `padaria-9`, and one that nobody else comes upon.
fn candidates(slug: &str) -> Vec<String> {
    let random = format!("{slug}-{:08x}", rand::random::<u32>());
    std::iter::once(slug.to_owned())
        .chain((2..10).map(|number| format!("{slug}-{number}")))
        .chain(std::iter::once(random))
        .collect()
}

/// A name as it stands in an address: lower-case letters, digits and single hyphens.
fn slug(name: &str) -> String {
    const LONGEST: usize = 48;
    let mut slug = String::new();
    for c in name.chars().flat_map(char::to_lowercase).map(without_accent) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() == LONGEST {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() {
        "company".to_owned()
    } else {
        slug.to_owned()
    }
}

/// The letters of the languages of western Europe.
fn without_accent(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' | 'ø' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_slug_is_the_name_without_what_an_address_does_not_take() {
        assert_eq!(slug("Padaria São João & Filhos Ltda."), "padaria-sao-joao-filhos-ltda");
        assert_eq!(slug("'; DROP TABLE tenants; --"), "drop-table-tenants");
        assert_eq!(slug("株式会社"), "company");
    }

    proptest! {
        #[test]
        fn every_name_has_a_slug(name in "\\PC{0,120}") {
            let slug = slug(&name);
            prop_assert!((1..=48).contains(&slug.len()));
            prop_assert!(slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'));
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--"));
        }

        #[test]
        fn the_candidates_differ(name in "[a-z]{1,20}") {
            let candidates = candidates(&name);
            let different: std::collections::HashSet<_> = candidates.iter().collect();
            prop_assert_eq!(different.len(), candidates.len());
        }
    }
}
