//! The `Idempotency-Key` of writes that belong to no live entity: the same key again gets the first answer and changes nothing.
//!
//! Keys share the table of the commands, so a key belongs to its user, is remembered as long as a command's id, and cannot be
//! used for two things.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::auth::Scope;
use crate::clock;
use crate::db::schema::commands;
use crate::db::{Connection, Database, TenantId, UserId};
use crate::error::{Code, Error};

/// What a client calls this write by.
#[derive(Clone, Copy, Debug, IntoParams)]
#[into_params(names("Idempotency-Key"), parameter_in = Header)]
pub(crate) struct IdempotencyKey(
    /// A UUID of the client's own making: the same one again changes nothing and gets the first answer.
    pub(crate) Option<Uuid>,
);

impl FromRequest for IdempotencyKey {
    type Error = Error;
    type Future = std::future::Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let key = request.headers().get("Idempotency-Key").map(|value| {
            value
                .to_str()
                .ok()
                .and_then(|text| text.trim().parse().ok())
                .ok_or_else(|| Error::new(Code::Malformed, "Idempotency-Key must be a UUID"))
        });
        std::future::ready(key.transpose().map(IdempotencyKey))
    }
}

/// Does `work` in one transaction of the tenant, at most once for this key. `what` names the call and its target; `body` is what
/// was read from the request: another one under the same key is refused.
///
/// # Errors
/// What `work` says, after a rollback: then the key stays free. `idempotency_key_reused`; `unavailable`; `outcome_unknown`.
pub(crate) async fn once<T: Serialize + DeserializeOwned>(
    db: &Database,
    scope: &Scope,
    key: IdempotencyKey,
    what: &str,
    body: &impl Serialize,
    work: impl AsyncFnOnce(&mut Connection) -> Result<T, Error>,
) -> Result<T, Error> {
    let named = Named::new(scope, key, what, body)?;
    let mut committing = false;
    let outcome: Result<T, Error> = db
        .tenant(scope.tenant, async |conn| {
            if let Some(named) = &named
                && !named.claim(conn).await?
            {
                return named.answer(conn).await?.ok_or_else(|| Code::Unavailable.into());
            }
            let result = work(conn).await?;
            if let Some(named) = &named {
                named.remember(&result, conn).await?;
            }
            committing = true;
            Ok(result)
        })
        .await;
    match outcome {
        // The connection broke while the commit was under way.
        Err(error) if committing && error.code == Code::Unavailable => match &named {
            Some(named) => named.find_out(db).await,
            None => Err(Code::OutcomeUnknown.into()),
        },
        outcome => outcome,
    }
}

/// The answer that this key already has, for work that is dear to prepare.
///
/// # Errors
/// `idempotency_key_reused`; `unavailable`.
pub(crate) async fn done<T: DeserializeOwned>(
    db: &Database,
    scope: &Scope,
    key: IdempotencyKey,
    what: &str,
    body: &impl Serialize,
) -> Result<Option<T>, Error> {
    match Named::new(scope, key, what, body)? {
        Some(named) => db.tenant(scope.tenant, async |conn| named.answer(conn).await).await,
        None => Ok(None),
    }
}

/// A write that has a name: whose it is, and what it was sent with.
struct Named {
    tenant: TenantId,
    actor: UserId,
    key: Uuid,
    digest: Vec<u8>,
}

impl Named {
    fn new(scope: &Scope, key: IdempotencyKey, what: &str, body: &impl Serialize) -> Result<Option<Self>, Error> {
        let Some(key) = key.0 else { return Ok(None) };
        // By way of a `Value`, so that the order of fields does not matter.
        let body = serde_json::to_value(body).map_err(Error::internal)?.to_string();
        Ok(Some(Self {
            tenant: scope.tenant,
            actor: scope.id,
            key,
            digest: Sha256::new()
                .chain_update(what)
                .chain_update([0])
                .chain_update(body)
                .finalize()
                .to_vec(),
        }))
    }

    /// Takes the key, unless it has been used. Waits for another transaction that has just taken it.
    async fn claim(&self, conn: &mut Connection) -> QueryResult<bool> {
        diesel::insert_into(commands::table)
            .values((
                commands::tenant_id.eq(self.tenant),
                commands::actor_id.eq(self.actor),
                commands::command_id.eq(self.key),
                commands::digest.eq(&self.digest),
                commands::at.eq(clock::now()),
            ))
            .on_conflict_do_nothing()
            .execute(conn)
            .await
            .map(|inserted| inserted == 1)
    }

    async fn remember(&self, result: &impl Serialize, conn: &mut Connection) -> Result<(), Error> {
        let answer = serde_json::to_value(result).map_err(Error::internal)?;
        diesel::update(commands::table.find((self.tenant, self.actor, self.key)))
            .set(commands::answer.eq(answer))
            .execute(conn)
            .await?;
        Ok(())
    }

    async fn answer<T: DeserializeOwned>(&self, conn: &mut Connection) -> Result<Option<T>, Error> {
        let stored: Option<(Vec<u8>, Option<Value>)> = commands::table
            .find((self.tenant, self.actor, self.key))
            .select((commands::digest, commands::answer))
            .first(conn)
            .await
            .optional()?;
        match stored {
            None => Ok(None),
            Some((digest, _)) if digest != self.digest => Err(Code::IdempotencyKeyReused.into()),
            Some((_, answer)) => serde_json::from_value(answer.unwrap_or_default())
                .map(Some)
                .map_err(Error::internal),
        }
    }

    /// Learns how a doubtful commit ended: taking its key waits for it, and succeeds only if it failed.
    async fn find_out<T: DeserializeOwned>(&self, db: &Database) -> Result<T, Error> {
        let mut undone = false;
        let answer = db
            .tenant(self.tenant, async |conn| {
                undone = self.claim(conn).await?;
                if undone {
                    // Gives the key back.
                    return Err(Error::from(Code::Unavailable));
                }
                self.answer(conn).await
            })
            .await;
        match answer {
            Ok(Some(answer)) => Ok(answer),
            Err(error) if undone => Err(error),
            _ => Err(Code::OutcomeUnknown.into()),
        }
    }
}
