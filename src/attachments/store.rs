//! Queries about attachments.

use chrono::{DateTime, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::unsent::sendable_since;
use super::view::{self, Attachment};
use crate::clock;
use crate::db::schema::{attachments, chat_messages, users};
use crate::db::{AttachmentId, Connection, TenantId, UserId};

/// A file that was stored.
#[derive(Insertable)]
#[diesel(table_name = attachments)]
pub(super) struct NewAttachment {
    pub(super) tenant_id: TenantId,
    pub(super) id: AttachmentId,
    pub(super) filename: String,
    pub(super) content_type: String,
    pub(super) size: i64,
    pub(super) has_thumbnail: bool,
    pub(super) uploaded_by: UserId,
    pub(super) created_at: DateTime<Utc>,
}

pub(super) async fn attachment_insert(new: &NewAttachment, conn: &mut Connection) -> QueryResult<Attachment> {
    let row: Row = diesel::insert_into(attachments::table)
        .values(new)
        .returning(Row::as_returning())
        .get_result(conn)
        .await?;
    Ok(row.into_attachment().1)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = attachments)]
struct Row {
    id: AttachmentId,
    filename: String,
    content_type: String,
    size: i64,
    has_thumbnail: bool,
    uploaded_by: UserId,
}

impl Row {
    fn into_attachment(self) -> (UserId, Attachment) {
        let attachment = Attachment {
            url: view::url(self.id),
            thumbnail_url: self.has_thumbnail.then(|| view::thumbnail_url(self.id)),
            id: self.id,
            filename: self.filename,
            content_type: self.content_type,
            size: self.size,
        };
        (self.uploaded_by, attachment)
    }
}

/// Those of these attachments that there are, each with who uploaded it.
pub(crate) async fn find(
    tenant: TenantId,
    ids: &[AttachmentId],
    conn: &mut Connection,
) -> QueryResult<Vec<(UserId, Attachment)>> {
    let rows: Vec<Row> = attachments::table
        .filter(attachments::tenant_id.eq(tenant).and(attachments::id.eq_any(ids)))
        .select(Row::as_select())
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(Row::into_attachment).collect())
}

/// Those of these attachments that may be sent: not so old that they are about to be removed.
pub(crate) async fn sendable(
    tenant: TenantId,
    ids: &[AttachmentId],
    conn: &mut Connection,
) -> QueryResult<Vec<(UserId, Attachment)>> {
    let rows: Vec<Row> = attachments::table
        .filter(attachments::tenant_id.eq(tenant).and(attachments::id.eq_any(ids)))
        .filter(attachments::created_at.gt(sendable_since(clock::now())))
        .select(Row::as_select())
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(Row::into_attachment).collect())
}

/// Files from before a moment that hang on nothing.
pub(super) async fn unsent(
    tenant: TenantId,
    before: DateTime<Utc>,
    limit: i64,
    conn: &mut Connection,
) -> QueryResult<Vec<AttachmentId>> {
    let sent = chat_messages::table
        .filter(chat_messages::tenant_id.eq(attachments::tenant_id))
        .filter(chat_messages::attachment_id.eq(attachments::id.nullable()));
    let shown = users::table
        .filter(users::tenant_id.eq(attachments::tenant_id))
        .filter(users::avatar_id.eq(attachments::id.nullable()));
    attachments::table
        .filter(
            attachments::tenant_id
                .eq(tenant)
                .and(attachments::created_at.lt(before)),
        )
        .filter(not(exists(sent)).and(not(exists(shown))))
        .order(attachments::id)
        .select(attachments::id)
        .limit(limit)
        .load(conn)
        .await
}

pub(super) async fn attachments_delete(
    tenant: TenantId,
    ids: &[AttachmentId],
    conn: &mut Connection,
) -> QueryResult<usize> {
    let these = attachments::table.filter(attachments::tenant_id.eq(tenant).and(attachments::id.eq_any(ids)));
    diesel::delete(these).execute(conn).await
}
