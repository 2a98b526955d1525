//! Signed tokens: the access token that goes with each request, and the refresh token that is exchanged for a new pair.
//!
//! Both are JWTs, under keys of their own, so that one can never pass for the other. They say which login they belong to;
//! name and role stand in the database.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::clock;
use crate::db::{IdentityId, SessionId, TenantId, UserId};
use crate::error::{Code, Error};

/// How long tokens live.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lifetimes {
    pub(crate) access: Duration,
    pub(crate) refresh: Duration,
}

/// What an access token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct AccessClaims {
    pub(super) sub: UserId,
    pub(super) tid: TenantId,
    pub(super) sid: SessionId,
    iat: i64,
    exp: i64,
}

impl AccessClaims {
    pub(super) fn expires_at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.exp, 0).unwrap_or(DateTime::<Utc>::MIN_UTC)
    }
}

/// What a refresh token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RefreshClaims {
    pub(super) tid: TenantId,
    pub(super) sid: SessionId,
    /// Random: no two refresh tokens are equal.
    jti: String,
    iat: i64,
    exp: i64,
}

/// How long a visitor of the widget is known again.
const VISITOR_DAYS: i64 = 365;

/// What a visitor's token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct VisitorClaims {
    pub(crate) tid: TenantId,
    /// Who they are on their channel.
    pub(crate) vid: IdentityId,
    iat: i64,
    exp: i64,
}

impl VisitorClaims {
    pub(crate) fn expires_at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.exp, 0).unwrap_or(DateTime::<Utc>::MIN_UTC)
    }
}

/// A refresh token and what the server keeps of it.
pub(super) struct Refresh {
    pub(super) token: String,
    pub(super) hash: Vec<u8>,
    pub(super) expires_at: DateTime<Utc>,
}

/// The signing keys. Shown to nobody: it has no `Debug`.
#[derive(Clone)]
pub(crate) struct Keys {
    access: (EncodingKey, DecodingKey),
    refresh: (EncodingKey, DecodingKey),
    visitor: (EncodingKey, DecodingKey),
    fingerprint: [u8; 32],
    lifetimes: Lifetimes,
}

impl Keys {
    /// Without a secret of its own, the key of refresh tokens is derived from that of access tokens.
    pub(crate) fn new(secret: &str, refresh_secret: Option<&str>, lifetimes: Lifetimes) -> Self {
        let pair = |key: &[u8]| (EncodingKey::from_secret(key), DecodingKey::from_secret(key));
        Self {
            access: pair(secret.as_bytes()),
            refresh: pair(&derive("refresh", refresh_secret.unwrap_or(secret))),
            visitor: pair(&derive("visitor", secret)),
            fingerprint: derive("fingerprint", secret),
            lifetimes,
        }
    }

    pub(super) fn access(&self, tid: TenantId, sid: SessionId, sub: UserId) -> Result<String, Error> {
        let now = clock::now();
        let exp = after(now, self.lifetimes.access).timestamp();
        let claims = AccessClaims {
            sub,
            tid,
            sid,
            iat: now.timestamp(),
            exp,
        };
        sign(&claims, &self.access.0)
    }

    /// A refresh token for a login, from now on.
    pub(super) fn refresh(&self, tid: TenantId, sid: SessionId, mark: String) -> Result<Refresh, Error> {
        self.refresh_until(tid, sid, mark, after(clock::now(), self.lifetimes.refresh))
    }

    /// The refresh token of this mark that ends then: always the same one.
    pub(super) fn refresh_until(
        &self,
        tid: TenantId,
        sid: SessionId,
        mark: String,
        expires_at: DateTime<Utc>,
    ) -> Result<Refresh, Error> {
        let lifetime = i64::try_from(self.lifetimes.refresh.as_secs()).unwrap_or(i64::MAX);
        let claims = RefreshClaims {
            tid,
            sid,
            jti: mark,
            iat: expires_at.timestamp().saturating_sub(lifetime),
            exp: expires_at.timestamp(),
        };
        let token = sign(&claims, &self.refresh.0)?;
        Ok(Refresh {
            hash: hash(&token),
            token,
            expires_at,
        })
    }

    /// What tells the successor of a refresh token from all others: the same for the same exchange sent again.
    pub(super) fn successor_mark(&self, refresh_token: &str, key: Uuid) -> String {
        self.fingerprint(&format!("{key}:{refresh_token}"))
            .chars()
            .take(32)
            .collect()
    }

    /// # Errors
    /// `unauthorized`, unless this is an access token of ours that has not expired.
    pub(super) fn read_access(&self, token: &str) -> Result<AccessClaims, Error> {
        read(token, &self.access.1)
    }

    /// # Errors
    /// `unauthorized`, unless this is a refresh token of ours that has not expired.
    pub(super) fn read_refresh(&self, token: &str) -> Result<RefreshClaims, Error> {
        read(token, &self.refresh.1)
    }

    /// The token by which a visitor of the widget is known again.
    pub(crate) fn visitor(&self, tid: TenantId, vid: IdentityId) -> Result<String, Error> {
        let now = clock::now();
        let claims = VisitorClaims {
            tid,
            vid,
            iat: now.timestamp(),
            exp: (now + TimeDelta::days(VISITOR_DAYS)).timestamp(),
        };
        sign(&claims, &self.visitor.0)
    }

    /// # Errors
    /// `unauthorized`, unless this is a visitor's token of ours that has not expired.
    pub(crate) fn read_visitor(&self, token: &str) -> Result<VisitorClaims, Error> {
        read(token, &self.visitor.1)
    }

    /// A mark by which a repeated secret is recognised, and which tells nothing about it to whoever reads the database.
    pub(crate) fn fingerprint(&self, secret: &str) -> String {
        let digest = Sha256::new()
            .chain_update(self.fingerprint)
            .chain_update(secret)
            .finalize();
        format!("{digest:x}")
    }
}

/// A mark that nobody can guess.
pub(super) fn random_mark() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// What is stored of a refresh token.
pub(super) fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}

fn derive(purpose: &str, secret: &str) -> [u8; 32] {
    Sha256::new()
        .chain_update(format!("balcao {purpose} key:"))
        .chain_update(secret)
        .finalize()
        .into()
}

fn after(now: DateTime<Utc>, span: Duration) -> DateTime<Utc> {
    TimeDelta::from_std(span)
        .ok()
        .and_then(|span| now.checked_add_signed(span))
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn sign(claims: &impl Serialize, key: &EncodingKey) -> Result<String, Error> {
    encode(&Header::new(Algorithm::HS256), claims, key).map_err(Error::internal)
}

fn read<T: DeserializeOwned + Clone>(token: &str, key: &DecodingKey) -> Result<T, Error> {
    // Only the algorithm we sign with: a token does not choose how it is checked.
    let mut validation = Validation::new(Algorithm::HS256);
    validation.leeway = 0;
    validation.set_required_spec_claims(&["exp"]);
    decode::<T>(token, key, &validation)
        .map(|read| read.claims)
        .map_err(|_| Code::Unauthorized.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn keys(secret: &str) -> Keys {
        Keys::new(
            secret,
            None,
            Lifetimes {
                access: MINUTE,
                refresh: MINUTE,
            },
        )
    }

    fn ids() -> (TenantId, SessionId, UserId) {
        (
            TenantId(clock::new_id()),
            SessionId(clock::new_id()),
            UserId(clock::new_id()),
        )
    }

    #[test]
    fn a_token_comes_back_as_it_was_signed() {
        let (tenant, session, user) = ids();
        let keys = keys("one");
        let claims = keys.read_access(&keys.access(tenant, session, user).unwrap()).unwrap();
        assert_eq!((claims.tid, claims.sid, claims.sub), (tenant, session, user));
        let claims = keys
            .read_refresh(&keys.refresh(tenant, session, random_mark()).unwrap().token)
            .unwrap();
        assert_eq!((claims.tid, claims.sid), (tenant, session));
    }

    #[test]
    fn neither_token_passes_for_the_other() {
        let (tenant, session, user) = ids();
        let keys = keys("one");
        assert!(keys.read_refresh(&keys.access(tenant, session, user).unwrap()).is_err());
        assert!(
            keys.read_access(&keys.refresh(tenant, session, random_mark()).unwrap().token)
                .is_err()
        );
    }

    #[test]
    fn another_secret_another_algorithm_and_a_past_expiry_are_refused() {
        let (tid, sid, sub) = ids();
        let keys = keys("one");
        assert!(
            keys.read_access(&super::tests::keys("two").access(tid, sid, sub).unwrap())
                .is_err()
        );

        let now = clock::now().timestamp();
        let claims = AccessClaims {
            sub,
            tid,
            sid,
            iat: now,
            exp: now + 60,
        };
        let signed = |header: &Header, claims: &AccessClaims| encode(header, claims, &keys.access.0).unwrap();
        assert!(
            keys.read_access(&signed(&Header::new(Algorithm::HS256), &claims))
                .is_ok()
        );
        assert!(
            keys.read_access(&signed(&Header::new(Algorithm::HS512), &claims))
                .is_err()
        );
        let expired = AccessClaims { exp: now - 1, ..claims };
        assert!(
            keys.read_access(&signed(&Header::new(Algorithm::HS256), &expired))
                .is_err()
        );
    }

    #[test]
    fn no_two_refresh_tokens_are_equal() {
        let (tenant, session, _) = ids();
        let keys = keys("one");
        let (first, second) = (
            keys.refresh(tenant, session, random_mark()).unwrap(),
            keys.refresh(tenant, session, random_mark()).unwrap(),
        );
        assert_ne!(first.token, second.token);
        assert_ne!(first.hash, second.hash);
        assert_eq!(first.hash, hash(&first.token));
    }

    proptest! {
        #[test]
        fn whatever_is_sent_is_read_or_refused(text in "\\PC{0,80}") {
            prop_assert!(keys("one").read_access(&text).is_err());
        }

        #[test]
        fn a_changed_token_is_refused(at in 0_usize..200, by in 1_u8..) {
            let (tenant, session, user) = ids();
            let keys = keys("one");
            let token = keys.access(tenant, session, user).unwrap();
            let mut bytes = token.clone().into_bytes();
            let at = at % bytes.len();
            bytes[at] = bytes[at].wrapping_add(by);
            if let Ok(changed) = String::from_utf8(bytes) {
                // The last character of a part may carry bits that stand for nothing.
                prop_assume!(!token[at..].starts_with(|_| at + 1 == token.len()));
                prop_assert!(keys.read_access(&changed).is_err());
            }
        }
    }
}
