//! The second factor: a code that an app on somebody's phone shows (TOTP, RFC 6238, with SHA-1, six digits and half a minute, which is
//! what all such apps take), and ten recovery codes for whoever lost the phone.
//!
//! A code is taken once, and so is a recovery code. What proves either is sealed in the [`Vault`](crate::vault::Vault).

mod store;

use chrono::{DateTime, Utc};
use rand::Rng;
use serde::{Deserialize, Serialize};
use totp_rs::{Builder, Secret, Totp};

use crate::app::App;
use crate::audit;
use crate::auth::Scope;
use crate::clock;
use crate::db::{Connection, TenantId, UserId};
use crate::error::{Code, Error, Refusal};
use crate::vault::{Belongs, Vault};

pub(super) use store::is_on;

const ISSUER: &str = "Balcão";
const RECOVERY_CODES: usize = 10;

/// What an app is given, to show the right codes from then on.
#[derive(Serialize, Deserialize)]
pub(super) struct Secrets {
    pub(super) secret: String,
    pub(super) otpauth_url: String,
}

fn secret_of(tenant: TenantId, user: UserId) -> Belongs {
    Belongs {
        tenant,
        id: user.0,
        what: "second factor",
    }
}

fn recovery_of(tenant: TenantId, user: UserId) -> Belongs {
    Belongs {
        what: "recovery codes",
        ..secret_of(tenant, user)
    }
}

/// Makes a new secret, which asks nothing of a login until [`enable`].
///
/// # Errors
/// `two_factor_on`, when one is in use.
pub(super) async fn set_up(app: &App, scope: &Scope, email: &str, conn: &mut Connection) -> Result<Secrets, Error> {
    let totp = totp(Secret::generate(), email)?;
    let sealed = app
        .vault
        .seal(secret_of(scope.tenant, scope.id), totp.secret().as_bytes())?;
    if !store::begin(scope.tenant, scope.id, &sealed, conn).await? {
        return Err(Code::TwoFactorOn.into());
    }
    Ok(Secrets {
        secret: totp.secret().to_base32(),
        otpauth_url: totp.to_url().map_err(Error::internal)?,
    })
}

fn totp(secret: Secret, account: &str) -> Result<Totp, Error> {
    // A colon parts issuer and account in the address.
    let account = account.replace(':', " ");
    let builder = Builder::new().with_secret(secret).with_issuer(Some(ISSUER));
    builder.with_account_name(account).build().map_err(Error::internal)
}

/// Asks for a code at each login from now on; the recovery codes, which are told this once.
///
/// # Errors
/// `two_factor_on`; `invalid`, for a wrong code or when nothing was set up.
pub(super) async fn enable(app: &App, scope: &Scope, code: &str, conn: &mut Connection) -> Result<Vec<String>, Error> {
    let (tenant, user, now) = (scope.tenant, scope.id, clock::now());
    let factor = store::factor_for_update(tenant, user, conn).await?;
    let factor = factor.ok_or_else(wrong_code)?;
    if factor.enabled_at.is_some() {
        return Err(Code::TwoFactorOn.into());
    }
    let secret = app.vault.open(secret_of(tenant, user), &factor.secret)?;
    let step = step_of(secret, code, now)?.ok_or_else(wrong_code)?;
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code()).collect();
    let sealed = seal_codes(&app.vault, tenant, user, &codes)?;
    store::enable(tenant, user, &sealed, step, now, conn).await?;
    audit::record(scope, "user.two_factor_on", user.0, &[], conn).await?;
    Ok(codes)
}

fn wrong_code() -> Refusal {
    Refusal::field("otp", "wrong", "is not the code that the app shows now")
}

/// Asks for no code any more.
///
/// # Errors
/// When the database does not take it.
pub(crate) async fn remove(scope: &Scope, user: UserId, conn: &mut Connection) -> Result<(), Error> {
    if store::remove(scope.tenant, user, conn).await? {
        audit::record(scope, "user.two_factor_off", user.0, &[], conn).await?;
    }
    Ok(())
}

/// Lets a login pass that has what is asked of it, and takes the code for used.
///
/// # Errors
/// `otp_required` without a code where one is needed, `invalid_otp` with a wrong or used one.
pub(super) async fn pass(
    vault: &Vault,
    tenant: TenantId,
    user: UserId,
    code: Option<&str>,
    conn: &mut Connection,
) -> Result<(), Error> {
    let factor = store::factor_for_update(tenant, user, conn).await?;
    let Some(factor) = factor.filter(|factor| factor.enabled_at.is_some()) else {
        return Ok(());
    };
    let code = code
        .map(str::trim)
        .filter(|code| !code.is_empty())
        .ok_or(Code::OtpRequired)?;
    let secret = vault.open(secret_of(tenant, user), &factor.secret)?;
    if let Some(step) = step_of(secret, code, clock::now())? {
        // Whoever saw it over somebody's shoulder comes too late.
        if step <= factor.last_step {
            return Err(Code::InvalidOtp.into());
        }
        store::step_used(tenant, user, step, conn).await?;
        return Ok(());
    }
    let sealed = factor.recovery_codes.unwrap_or_default();
    let mut codes: Vec<String> =
        serde_json::from_slice(&vault.open(recovery_of(tenant, user), &sealed)?).map_err(Error::internal)?;
    let given = code.to_lowercase();
    let found = codes.iter().position(|code| *code == given).ok_or(Code::InvalidOtp)?;
    codes.swap_remove(found);
    let sealed = seal_codes(vault, tenant, user, &codes)?;
    store::codes_left(tenant, user, &sealed, conn).await?;
    tracing::info!(user.id = %user, left = codes.len(), "A recovery code was used");
    Ok(())
}

fn seal_codes(vault: &Vault, tenant: TenantId, user: UserId, codes: &[String]) -> Result<Vec<u8>, Error> {
    vault.seal(
        recovery_of(tenant, user),
        &serde_json::to_vec(codes).map_err(Error::internal)?,
    )
}

/// The half minute that this code belongs to, if it is the present one or one beside it: clocks differ.
fn step_of(secret: Vec<u8>, code: &str, now: DateTime<Utc>) -> Result<Option<i64>, Error> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let seconds = u64::try_from(now.timestamp()).map_err(Error::internal)?;
    let totp = Builder::new().with_secret(secret).build_noncompliant();
    let step = totp.check(&code, seconds);
    step.map(i64::try_from).transpose().map_err(Error::internal)
}

/// Ten letters and digits that nobody mistakes for others: fifty bits.
fn recovery_code() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz123456789";
    let mut random = rand::rng();
    let mut letters = || -> String {
        (0..5)
            .map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())]))
            .collect()
    };
    format!("{}-{}", letters(), letters())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_belongs_to_its_half_minute_and_is_taken_in_the_ones_beside_it() {
        // RFC 6238, appendix B: SHA-1, the last six digits.
        let secret = b"12345678901234567890".to_vec();
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        let step = |code: &str, seconds| step_of(secret.clone(), code, at(seconds)).unwrap();
        assert_eq!(step("287082", 59), Some(1));
        assert_eq!(step("287 082", 89), Some(1), "as apps show it, and a little late");
        assert_eq!(step("081804", 1_111_111_109), Some(37_037_036));
        assert_eq!(step("287082", 120), None);
        assert_eq!(step("", 59), None);
    }

    #[test]
    fn recovery_codes_are_easily_read() {
        let (one, two) = (recovery_code(), recovery_code());
        assert_ne!(one, two);
        assert!(one.len() == 11 && one.chars().nth(5) == Some('-'), "{one}");
    }
}
