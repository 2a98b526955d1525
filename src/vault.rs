//! Secrets at rest: sealed with AES-256-GCM under the installation's `ENCRYPTION_KEY`, which stands in no database and no backup.
//!
//! What is sealed is bound to what it belongs to: moved to another row or company it does not open.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::db::TenantId;
use crate::error::Error;

/// The first byte of what is sealed: how it was.
const VERSION: u8 = 1;

/// What a sealed value belongs to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Belongs {
    pub(crate) tenant: TenantId,
    /// The row.
    pub(crate) id: Uuid,
    /// Which of its values.
    pub(crate) what: &'static str,
}

impl Belongs {
    fn bound(self) -> Aad<String> {
        Aad::from(format!("{}/{}/{}", self.tenant, self.id, self.what))
    }
}

/// See the module.
pub(crate) struct Vault(RandomizedNonceKey);

impl Vault {
    /// `key` is long and random; its hash is the key.
    ///
    /// # Errors
    /// None that can be brought about.
    pub(crate) fn new(key: &str) -> anyhow::Result<Self> {
        let key = Sha256::digest(key);
        Ok(Self(RandomizedNonceKey::new(&AES_256_GCM, &key)?))
    }

    /// # Errors
    /// `internal`, when the system has no randomness.
    pub(crate) fn seal(&self, belongs: Belongs, plain: &[u8]) -> Result<Vec<u8>, Error> {
        let mut bytes = plain.to_vec();
        let nonce = self.0.seal_in_place_append_tag(belongs.bound(), &mut bytes);
        let nonce = nonce.map_err(Error::internal)?;
        Ok([&[VERSION], nonce.as_ref().as_slice(), &bytes].concat())
    }

    /// # Errors
    /// `internal`, when it was sealed by another installation, for something else, or not at all.
    pub(crate) fn open(&self, belongs: Belongs, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        let broken = || {
            Error::internal(anyhow::anyhow!(
                "{belongs:?} does not open: is ENCRYPTION_KEY another one?"
            ))
        };
        let rest = sealed.strip_prefix(&[VERSION]).ok_or_else(broken)?;
        let (nonce, bytes) = rest.split_at_checked(NONCE_LEN).ok_or_else(broken)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken())?;
        let mut bytes = bytes.to_vec();
        let plain = self.0.open_in_place(nonce, belongs.bound(), &mut bytes);
        Ok(plain.map_err(|_| broken())?.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn belongs(row: u128) -> Belongs {
        Belongs {
            tenant: TenantId(Uuid::from_u128(1)),
            id: Uuid::from_u128(row),
            what: "secret",
        }
    }

    #[test]
    fn what_is_sealed_opens_where_it_belongs_and_nowhere_else() {
        let vault = Vault::new("a key of this test").unwrap();
        let sealed = vault.seal(belongs(1), b"seven").unwrap();
        assert_ne!(sealed, vault.seal(belongs(1), b"seven").unwrap(), "no two look alike");
        assert_eq!(vault.open(belongs(1), &sealed).unwrap(), b"seven");
        assert!(vault.open(belongs(2), &sealed).is_err(), "another row");
        let what = Belongs {
            what: "other",
            ..belongs(1)
        };
        assert!(vault.open(what, &sealed).is_err(), "another value");
        let other = Vault::new("another key").unwrap();
        assert!(other.open(belongs(1), &sealed).is_err(), "another installation");
    }

    proptest! {
        #[test]
        fn what_was_changed_does_not_open(plain: Vec<u8>, at: prop::sample::Index, bit in 0_u8..8) {
            let vault = Vault::new("a key of this test").unwrap();
            let mut sealed = vault.seal(belongs(1), &plain).unwrap();
            *at.get_mut(&mut sealed) ^= 1 << bit;
            prop_assert!(vault.open(belongs(1), &sealed).is_err());
            sealed.truncate(at.index(sealed.len()));
            prop_assert!(vault.open(belongs(1), &sealed).is_err());
        }
    }
}
