//! Queries about mails that are kept instead of sent.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::Mail;
use super::view::KeptMail;
use crate::db::schema::kept_mails;
use crate::db::{Connection, TenantId};

/// How many mails of a tenant are kept.
const KEPT: i64 = 50;

/// Keeps a mail in the place of what was kept of it before, and lets the oldest go.
pub(super) async fn mail_keep(
    tenant: TenantId,
    id: Uuid,
    mail: &Mail,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<()> {
    let content = (
        kept_mails::recipient.eq(&mail.to),
        kept_mails::recipient_name.eq(&mail.to_name),
        kept_mails::subject.eq(&mail.subject),
        kept_mails::text.eq(&mail.text),
        kept_mails::at.eq(now),
    );
    diesel::insert_into(kept_mails::table)
        .values((kept_mails::tenant_id.eq(tenant), kept_mails::id.eq(id), content))
        .on_conflict((kept_mails::tenant_id, kept_mails::id))
        .do_update()
        .set(content)
        .execute(conn)
        .await?;
    let kept = kept_mails::table
        .filter(kept_mails::tenant_id.eq(tenant))
        .order((kept_mails::at.desc(), kept_mails::id.desc()))
        .select(kept_mails::id)
        .limit(KEPT);
    let kept: Vec<Uuid> = kept.load(conn).await?;
    diesel::delete(kept_mails::table)
        .filter(kept_mails::tenant_id.eq(tenant))
        .filter(kept_mails::id.ne_all(kept))
        .execute(conn)
        .await
        .map(drop)
}

/// What is kept, the latest first.
pub(super) async fn mail_list(tenant: TenantId, conn: &mut Connection) -> QueryResult<Vec<KeptMail>> {
    kept_mails::table
        .filter(kept_mails::tenant_id.eq(tenant))
        .order((kept_mails::at.desc(), kept_mails::id.desc()))
        .select(KeptMail::as_select())
        .load(conn)
        .await
}
