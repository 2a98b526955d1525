//! Links that are sent by mail: whoever holds one may choose a password, once, before it expires.
//!
//! What a link holds is made when its mail is sent, by a job, and stands nowhere but in that mail; kept is its hash. It goes behind
//! a `#`, which browsers send to no server, so that no log of anybody's ever holds it. It begins with the tenant, so that it is looked
//! for behind that tenant's wall and no other.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::app::App;
use crate::auth::input::{Email, Password};
use crate::auth::store;
use crate::clock;
use crate::db::text_enum::text_enum;
use crate::db::{Connection, DbError, TenantId, UserId};
use crate::error::{Code, Error};
use crate::jobs::{self, Job, JobError, JobHandler, JobKind, NewJob};
use crate::mail::message::{LinkMail, Occasion};
use crate::users::Language;

/// How many links somebody may have sent to an address within an hour.
const MOST_AN_HOUR: i64 = 3;

text_enum! {
    /// What a link is for.
    Purpose {
        /// A new password.
        Reset = "reset",
        /// The first password.
        Invitation = "invitation",
    }
}

impl Purpose {
    /// Counted from the sending.
    fn lifetime(self) -> TimeDelta {
        match self {
            Purpose::Reset => TimeDelta::hours(1),
            Purpose::Invitation => TimeDelta::days(7),
        }
    }

    fn occasion(self) -> Occasion {
        match self {
            Purpose::Reset => Occasion::NewPassword,
            Purpose::Invitation => Occasion::Invitation,
        }
    }

    fn page(self) -> &'static str {
        match self {
            Purpose::Reset => "/reset-password",
            Purpose::Invitation => "/accept-invitation",
        }
    }
}

/// Has a link sent to somebody, inside the caller's transaction, who wakes the jobs after it.
///
/// # Errors
/// When the database does not take it.
pub(crate) async fn issue(
    tenant: TenantId,
    user: UserId,
    purpose: Purpose,
    conn: &mut Connection,
) -> Result<(), Error> {
    let (link_id, now) = (clock::new_id(), clock::now());
    store::link_insert(tenant, link_id, user, purpose, now, now + purpose.lifetime(), conn).await?;
    let job = NewJob::of::<SendLink>(tenant, &LinkToSend { link_id }).map_err(Error::internal)?;
    jobs::insert(&[job], conn).await?;
    Ok(())
}

/// Sends a link to whoever has this address and forgot their password; who never had one is invited again. Says nothing of whether
/// there is such a person.
///
/// # Errors
/// When the database is away.
pub(super) async fn forgotten(app: &App, email: &Email) -> Result<(), Error> {
    let account = {
        let mut conn = app.db.system().await?;
        store::account_by_email(email.as_str(), &mut conn).await?
    };
    let Some(account) = account.filter(|account| account.is_active) else {
        return Ok(());
    };
    let purpose = match account.password_hash {
        Some(_) => Purpose::Reset,
        None => Purpose::Invitation,
    };
    let (tenant, user) = (account.tenant, account.user);
    app.db
        .tenant(tenant, async |conn| {
            let hour = clock::now() - TimeDelta::hours(1);
            let sent = store::links_since(tenant, user, hour, conn).await?;
            if sent >= MOST_AN_HOUR || store::tenant(tenant, conn).await?.is_suspended() {
                tracing::info!(user.id = %user, "No further link is sent to this user for now");
                return Ok(());
            }
            issue(tenant, user, purpose, conn).await
        })
        .await?;
    app.jobs.wake.wake();
    Ok(())
}

#[derive(Serialize, Deserialize)]
pub(crate) struct LinkToSend {
    link_id: Uuid,
}

/// Makes what the link holds, and mails it. Run again it makes another, and the one before no longer opens anything.
pub(crate) struct SendLink;

impl JobKind for SendLink {
    const NAME: &'static str = "mail.link";
    type Payload = LinkToSend;
    const SHOWN: &'static [&'static str] = &["link_id"];
}

impl JobHandler<App> for SendLink {
    async fn run(app: &App, job: &Job, LinkToSend { link_id }: LinkToSend) -> Result<(), JobError> {
        let token = Token::fresh(job.tenant);
        let addressee = app
            .db
            .tenant(job.tenant, async |conn| {
                let addressee = store::link_addressee(job.tenant, link_id, conn).await?;
                if let Some(addressee) = &addressee {
                    let expires_at = clock::now() + addressee.purpose.lifetime();
                    store::link_arm(job.tenant, link_id, &token.hash(), expires_at, conn).await?;
                }
                Ok::<_, DbError>(addressee)
            })
            .await?;
        // It was used, or they left, before it was sent.
        let Some(addressee) = addressee else { return Ok(()) };
        let mail = LinkMail {
            occasion: addressee.purpose.occasion(),
            language: addressee.language.unwrap_or(Language::PtBr),
            to_name: &addressee.full_name,
            to: &addressee.email,
            company: &addressee.company,
            link: &app.config.page(&format!("{}#{}", addressee.purpose.page(), token.text)),
        };
        app.mailer.send(job.tenant, link_id, mail.written()).await
    }
}

/// What a link holds: the tenant, and 256 bits that nobody can guess. Shown to nobody: it has no `Debug`.
struct Token {
    tenant: TenantId,
    text: String,
}

impl Token {
    fn fresh(tenant: TenantId) -> Self {
        let (one, two) = (rand::random::<u128>(), rand::random::<u128>());
        Self {
            tenant,
            text: format!("{}{one:032x}{two:032x}", tenant.0.simple()),
        }
    }

    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (tenant, _) = text.split_at_checked(32)?;
        (text.len() == 96).then_some(Self {
            tenant: TenantId(Uuid::try_parse(tenant).ok()?),
            text: text.to_owned(),
        })
    }

    fn hash(&self) -> Vec<u8> {
        Sha256::digest(&self.text).to_vec()
    }
}

/// Who holds a link that can be used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Holder {
    pub(super) tenant: TenantId,
    pub(super) user: UserId,
}

/// Whose link this is.
///
/// # Errors
/// `invalid_link`, unless it is one of ours that is neither used nor expired, and its holder and their company are active.
pub(super) async fn holder(app: &App, token: &str, purpose: Purpose) -> Result<Holder, Error> {
    let token = Token::read(token).ok_or(Code::InvalidLink)?;
    let (tenant, now) = (token.tenant, clock::now());
    let user = app
        .db
        .tenant(tenant, async |conn| {
            Ok::<_, DbError>(store::link_holder(tenant, &token.hash(), purpose, now, conn).await?)
        })
        .await?;
    let user = user.ok_or(Code::InvalidLink)?;
    Ok(Holder { tenant, user })
}

/// Sets the password of whoever holds the link, which is then used up together with all others of theirs, and ends their logins. What
/// follows happens in the same transaction.
///
/// # Errors
/// As [`holder`]; what `then` says.
pub(super) async fn redeem<T>(
    app: &App,
    token: &str,
    purpose: Purpose,
    password: Password,
    then: impl AsyncFnOnce(Holder, &mut Connection) -> Result<T, Error>,
) -> Result<(Holder, T), Error> {
    // Hashing is dear: only for who holds a good link.
    let held = holder(app, token, purpose).await?;
    let hash = app.passwords.hash(password).await?;
    let token = Token::read(token).ok_or(Code::InvalidLink)?;
    let Holder { tenant, user } = held;
    let now: DateTime<Utc> = clock::now();
    let result = app
        .db
        .tenant(tenant, async |conn| {
            app.sessions.end_all(tenant, user, None, conn).await?;
            // Of two at once, one finds it unused.
            if !store::link_use(tenant, &token.hash(), purpose, now, conn).await? {
                return Err(Code::InvalidLink.into());
            }
            store::links_void(tenant, user, now, conn).await?;
            if !store::password_set(tenant, user, &hash, now, conn).await? {
                return Err(Code::InvalidLink.into());
            }
            then(held, conn).await
        })
        .await?;
    tracing::info!(user.id = %user, %purpose, "A password was chosen by a link");
    Ok((held, result))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_token_is_read_back_and_no_two_are_alike() {
        let tenant = TenantId(clock::new_id());
        let (one, two) = (Token::fresh(tenant), Token::fresh(tenant));
        let read = Token::read(&one.text).unwrap();
        assert_eq!((read.tenant, read.hash()), (tenant, one.hash()));
        assert_ne!(one.hash(), two.hash());
    }

    proptest! {
        #[test]
        fn whatever_is_sent_is_read_or_refused(text in "\\PC{0,120}") {
            let _ = Token::read(&text);
        }
    }
}
