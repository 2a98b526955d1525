//! Takes down when people were last there.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::store;
use crate::db::{Database, DbError, TenantId, UserId};
use crate::live::{Attendance, Movement};

/// The most that are written down together.
const BATCH: usize = 1_000;

/// Whoever closes their last socket was there until then, whatever they did before. Runs until the server stops.
pub(crate) async fn keep_last_seen(db: Database, mut attendance: Receiver<Attendance>) {
    loop {
        let mut left: HashMap<TenantId, HashMap<UserId, DateTime<Utc>>> = HashMap::new();
        let mut next = attendance.recv().await;
        for _ in 0..BATCH {
            match next {
                Ok(Attendance {
                    tenant,
                    user,
                    movement: Movement::Went | Movement::SignedOut,
                    at,
                    is_here: true,
                }) => drop(left.entry(tenant).or_default().insert(user, at)),
                Ok(_) => {}
                // What is missed is a little more or less of a time that activity keeps as well.
                Err(RecvError::Lagged(missed)) => tracing::warn!(missed, "Missed who left"),
                Err(RecvError::Closed) => return,
            }
            match attendance.try_recv() {
                Ok(more) => next = Ok(more),
                Err(_) => break,
            }
        }
        for (tenant, users) in left {
            let written = db
                .tenant(tenant, async |conn| {
                    Ok::<_, DbError>(store::users_seen(tenant, &users, conn).await?)
                })
                .await;
            if let Err(error) = written {
                tracing::warn!(error = format!("{error:#}"), "Could not write down who left");
            }
        }
    }
}
