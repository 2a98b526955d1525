//! Logins that are open. PostgreSQL decides; its answer is remembered for a few seconds.
//!
//! - A login ends by sign-out, by reuse of an old refresh token, with its user, by idleness or by expiry. Whoever ends one says
//!   so by [`Sessions::announce`]: from then on no request passes, and open sockets hear of it through [`Sessions::ended`].
//! - Idleness and expiry are nobody's act and are not announced: whoever holds a connection open asks [`Sessions::current`]
//!   now and then.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use uuid::Uuid;

use crate::auth::store::{self, Holder, NewSession};
use crate::auth::token::{self, AccessClaims, Keys, Refresh};
use crate::auth::{Principal, Scope};
use crate::clock;
use crate::db::{Connection, Database, DbError, SessionId, TenantId, UserId};
use crate::error::{Code, Error};

/// How long PostgreSQL's word on a session is believed.
const BELIEVED: Duration = Duration::from_secs(5);
/// How often activity is written down, at most.
const ACTIVITY_WRITTEN: Duration = Duration::from_secs(60);
/// A socket layer that lags behind by more would miss an end; it then asks for each of its sessions.
const ENDED_BACKLOG: usize = 1024;

/// Somebody's login is over.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SessionEnded {
    pub(crate) tenant: TenantId,
    /// Which; all of the user's where there is none.
    pub(crate) session: Option<SessionId>,
    pub(crate) user: UserId,
}

/// What a client gets to stay signed in.
pub(super) struct Tokens {
    pub(super) access: String,
    pub(super) refresh: String,
}

#[derive(Clone)]
struct Known {
    scope: Scope,
    /// When the reading began.
    read_at: Instant,
}

/// The open logins. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Sessions {
    db: Database,
    keys: Arc<Keys>,
    idle: Duration,
    known: Cache<SessionId, Known>,
    /// When something about a user was last changed here: what was read before that is not believed. Remembered for longer than any
    /// reading takes, so that one under way during the change is found out as well.
    changed: Cache<UserId, Instant>,
    seen: Cache<SessionId, ()>,
    ended: broadcast::Sender<SessionEnded>,
}

impl Sessions {
    pub(crate) fn new(db: Database, keys: Keys, idle: Duration) -> Self {
        Self {
            db,
            keys: Arc::new(keys),
            idle,
            known: Cache::builder().max_capacity(100_000).time_to_live(BELIEVED).build(),
            changed: Cache::builder().time_to_live(BELIEVED * 12).build(),
            // Well within the idle time, however short: who is active does not become idle.
            seen: Cache::builder()
                .max_capacity(100_000)
                .time_to_live(ACTIVITY_WRITTEN.min(idle / 10))
                .build(),
            ended: broadcast::Sender::new(ENDED_BACKLOG),
        }
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Whoever bears this access token.
    ///
    /// # Errors
    /// `unauthorized`, unless token and login are good; `tenant_suspended`; `unavailable`.
    pub(crate) async fn authenticate(&self, token: &str) -> Result<Scope, Error> {
        let claims = self.keys.read_access(token)?;
        self.holder(&claims).await
    }

    /// As [`Sessions::authenticate`], and when the token expires: a socket needs a fresh one by then.
    ///
    /// # Errors
    /// As [`Sessions::authenticate`].
    pub(crate) async fn authenticate_socket(&self, token: &str) -> Result<(Scope, DateTime<Utc>), Error> {
        let claims = self.keys.read_access(token)?;
        Ok((self.holder(&claims).await?, claims.expires_at()))
    }

    /// The scope of a login as things are now: for whoever holds one for longer than a request. A customer's is their token.
    ///
    /// # Errors
    /// `unauthorized`, when the login is over; `tenant_suspended`; `unavailable`.
    pub(crate) async fn current(&self, scope: &Scope) -> Result<Scope, Error> {
        if !scope.is_staff() {
            return Ok(scope.clone());
        }
        self.scope(scope.tenant, scope.session, scope.id).await
    }

    async fn holder(&self, claims: &AccessClaims) -> Result<Scope, Error> {
        self.scope(claims.tid, claims.sid, claims.sub).await
    }

    async fn scope(&self, tenant: TenantId, session: SessionId, user: UserId) -> Result<Scope, Error> {
        let believed = |known: &Known| self.changed.get(&user).is_none_or(|changed| known.read_at > changed);
        if let Some(known) = self.known.get(&session).filter(believed) {
            return Ok(known.scope);
        }
        loop {
            let read_at = Instant::now();
            let scope = self.read(tenant, session, user).await?;
            let known = Known { scope, read_at };
            if believed(&known) {
                self.known.insert(session, known.clone());
                return Ok(known.scope);
            }
        }
    }

    async fn read(&self, tenant: TenantId, session: SessionId, user: UserId) -> Result<Scope, Error> {
        let now = clock::now();
        let holder: Option<Holder> = self
            .db
            .tenant(tenant, async |conn| {
                store::session_holder(tenant, session, now, self.idle_since(now), conn)
                    .await
                    .map_err(DbError::from)
            })
            .await
            .map_err(|error: DbError| Error::from(error))?;
        let holder = holder.filter(|holder| holder.user == user).ok_or(Code::Unauthorized)?;
        if holder.tenant_status == "suspended" {
            return Err(Code::TenantSuspended.into());
        }
        Ok(Scope {
            principal: Arc::new(Principal {
                kind: crate::auth::PrincipalKind::User,
                tenant,
                id: user,
                name: holder.full_name.into(),
                permissions: holder.role.permissions(),
            }),
            session,
        })
    }

    fn idle_since(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        TimeDelta::from_std(self.idle)
            .ok()
            .and_then(|idle| now.checked_sub_signed(idle))
            .unwrap_or(DateTime::<Utc>::MIN_UTC)
    }

    /// Takes down that the user is active. Requests and commands are activity; renewing tokens is not.
    pub(crate) async fn touch(&self, scope: &Scope) {
        if !scope.is_staff() || !self.seen.entry(scope.session).or_insert(()).is_fresh() {
            return;
        }
        let written = self
            .db
            .tenant(scope.tenant, async |conn| {
                store::session_seen(scope.tenant, scope.session, scope.id, clock::now(), conn)
                    .await
                    .map_err(DbError::from)
            })
            .await;
        if let Err(error) = written {
            // The next request tries again; this one has its answer all the same.
            self.seen.invalidate(&scope.session);
            tracing::warn!(error = format!("{error:#}"), "Activity of a session was not written");
        }
    }

    /// Opens a login, inside the caller's transaction.
    pub(super) async fn open(
        &self,
        tenant: TenantId,
        user: UserId,
        client: &Client,
        conn: &mut Connection,
    ) -> Result<Tokens, Error> {
        let session = SessionId(clock::new_id());
        let refresh = self.keys.refresh(tenant, session, token::random_mark())?;
        let now = clock::now();
        let row = NewSession {
            tenant_id: tenant,
            id: session,
            user_id: user,
            refresh_hash: refresh.hash,
            user_agent: client.user_agent.clone(),
            address: client.address.clone(),
            created_at: now,
            last_seen_at: now,
            expires_at: refresh.expires_at,
        };
        store::session_insert(&row, conn).await?;
        Ok(Tokens {
            access: self.keys.access(tenant, session, user)?,
            refresh: refresh.token,
        })
    }

    /// Exchanges a refresh token for a new pair. One that was exchanged before ends its whole login: two parties hold it. Only
    /// whoever made that exchange under a key, and lost the answer, may repeat it under the same key.
    ///
    /// # Errors
    /// `unauthorized`, unless this is the current token of an open login; `tenant_suspended`; `unavailable`.
    pub(super) async fn refresh(&self, refresh_token: &str, key: Option<Uuid>) -> Result<Tokens, Error> {
        let claims = self.keys.read_refresh(refresh_token)?;
        let (tenant, session) = (claims.tid, claims.sid);
        let mark = key.map(|key| self.keys.successor_mark(refresh_token, key));
        let next = self
            .keys
            .refresh(tenant, session, mark.clone().unwrap_or_else(token::random_mark))?;
        let now = clock::now();
        let outcome = self
            .db
            .tenant(tenant, async |conn| {
                let idle_since = self.idle_since(now);
                let Some(holder) = store::session_holder(tenant, session, now, idle_since, conn).await? else {
                    return Ok(Exchange::Over);
                };
                if holder.tenant_status == "suspended" {
                    return Ok(Exchange::Suspended);
                }
                let current = token::hash(refresh_token);
                if store::session_rotate(tenant, session, &current, &next.hash, next.expires_at, conn).await? {
                    return Ok(Exchange::Done(holder.user, next));
                }
                if let Some(mark) = mark {
                    let (stored, expires_at) = store::session_refresh(tenant, session, conn).await?;
                    let again = self.keys.refresh_until(tenant, session, mark, expires_at)?;
                    if again.hash == stored {
                        return Ok(Exchange::Done(holder.user, again));
                    }
                }
                // It bears our signature and is not the current one, so it was used before.
                Ok::<_, Error>(match store::session_end(tenant, session, now, conn).await? {
                    Some(user) => Exchange::Reused(user),
                    None => Exchange::Over,
                })
            })
            .await?;
        match outcome {
            Exchange::Suspended => Err(Code::TenantSuspended.into()),
            Exchange::Done(user, next) => Ok(Tokens {
                access: self.keys.access(tenant, session, user)?,
                refresh: next.token,
            }),
            Exchange::Reused(user) => {
                tracing::warn!(tenant.id = %tenant, user.id = %user, session.id = %session, "A refresh token was used twice: its login has ended");
                self.announce(SessionEnded {
                    tenant,
                    session: Some(session),
                    user,
                });
                Err(Code::Unauthorized.into())
            }
            Exchange::Over => Err(Code::Unauthorized.into()),
        }
    }

    /// Ends the login of this scope.
    ///
    /// # Errors
    /// `unavailable`.
    pub(super) async fn end(&self, scope: &Scope) -> Result<(), Error> {
        self.db
            .tenant(scope.tenant, async |conn| {
                store::session_end(scope.tenant, scope.session, clock::now(), conn)
                    .await
                    .map_err(DbError::from)
            })
            .await
            .map_err(|error: DbError| Error::from(error))?;
        self.announce(SessionEnded {
            tenant: scope.tenant,
            session: Some(scope.session),
            user: scope.id,
        });
        Ok(())
    }

    /// Ends all logins of a user but `keep`, inside the caller's transaction, who announces them after its commit.
    pub(crate) async fn end_all(
        &self,
        tenant: TenantId,
        user: UserId,
        keep: Option<SessionId>,
        conn: &mut Connection,
    ) -> Result<Vec<SessionId>, Error> {
        Ok(store::sessions_end(tenant, user, keep, clock::now(), conn).await?)
    }

    /// Makes the end of a login known, once it has been committed.
    pub(crate) fn announce(&self, ended: SessionEnded) {
        self.forget(ended.user);
        // Nobody listens where there are no sockets.
        let _ = self.ended.send(ended);
    }

    /// Makes the next request of this user look at the database: their name, role or state has changed, and been committed.
    pub(crate) fn forget(&self, user: UserId) {
        self.changed.insert(user, Instant::now());
    }

    /// The logins that end from now on. Whoever lags behind has to ask [`Sessions::current`] for each of theirs.
    pub(crate) fn ended(&self) -> broadcast::Receiver<SessionEnded> {
        self.ended.subscribe()
    }
}

enum Exchange {
    Done(UserId, Refresh),
    Suspended,
    Reused(UserId),
    Over,
}

/// What a login remembers of where it came from.
pub(super) struct Client {
    pub(super) user_agent: Option<String>,
    pub(super) address: String,
}
