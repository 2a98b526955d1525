//! Queries about attachments.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::view::{self, Attachment};
use crate::db::schema::attachments;
use crate::db::{AttachmentId, Connection, TenantId, UserId};

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
