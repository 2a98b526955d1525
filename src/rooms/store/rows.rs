//! Rows as they lie in their tables.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::Value;

use crate::attachments;
use crate::db::schema::{chat_messages, chat_reactions, chat_room_participants, chat_rooms};
use crate::db::{AttachmentId, Connection, MessageId, RoomId, TenantId, UserId};
use crate::rooms::state::{Message, MessageType, Notice, Participant, Person, RoomKind};

#[derive(Queryable, Selectable)]
#[diesel(table_name = chat_rooms)]
pub(super) struct RoomRow {
    #[diesel(column_name = type_)]
    pub(super) kind: RoomKind,
    pub(super) name: Option<String>,
    pub(super) created_by: Option<UserId>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = chat_room_participants)]
pub(super) struct ParticipantRow {
    user_id: UserId,
    joined_at: DateTime<Utc>,
    read_number: i64,
    read_tally: i64,
    last_read_message_id: Option<MessageId>,
    last_read_at: Option<DateTime<Utc>>,
}

impl ParticipantRow {
    pub(super) fn into_participant(self, name: String) -> Participant {
        Participant {
            user_id: self.user_id,
            name,
            joined_at: self.joined_at,
            read_number: self.read_number,
            read_tally: self.read_tally,
            last_read_message_id: self.last_read_message_id,
            last_read_at: self.last_read_at,
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = chat_messages)]
pub(super) struct MessageRow {
    pub(super) id: MessageId,
    pub(super) room_id: RoomId,
    number: i64,
    tally: i64,
    sender_id: UserId,
    sender_name: String,
    message_type: MessageType,
    content: Option<String>,
    attachment_id: Option<AttachmentId>,
    reply_to: Option<MessageId>,
    mentions: Vec<UserId>,
    notice: Option<Value>,
    created_at: DateTime<Utc>,
    edited_at: Option<DateTime<Utc>>,
    deleted_at: Option<DateTime<Utc>>,
}

/// The newest messages of a room, oldest first.
pub(super) async fn newest(
    tenant: TenantId,
    room: RoomId,
    count: i64,
    conn: &mut Connection,
) -> QueryResult<Vec<MessageRow>> {
    let mut rows: Vec<MessageRow> = chat_messages::table
        .filter(chat_messages::tenant_id.eq(tenant).and(chat_messages::room_id.eq(room)))
        .order(chat_messages::number.desc())
        .limit(count)
        .select(MessageRow::as_select())
        .load(conn)
        .await?;
    rows.reverse();
    Ok(rows)
}

/// Messages by their ids, in the order of these.
pub(super) async fn by_id(tenant: TenantId, ids: &[MessageId], conn: &mut Connection) -> QueryResult<Vec<MessageRow>> {
    let mut rows: Vec<MessageRow> = chat_messages::table
        .filter(chat_messages::tenant_id.eq(tenant).and(chat_messages::id.eq_any(ids)))
        .select(MessageRow::as_select())
        .load(conn)
        .await?;
    let place: HashMap<MessageId, usize> = ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    rows.sort_by_key(|row| place.get(&row.id).copied());
    Ok(rows)
}

/// Reads what stands with these messages elsewhere: their attachments and reactions.
pub(super) async fn messages_of(
    tenant: TenantId,
    rows: Vec<MessageRow>,
    conn: &mut Connection,
) -> QueryResult<Vec<Message>> {
    let attachment_ids: Vec<AttachmentId> = rows.iter().filter_map(|row| row.attachment_id).collect();
    let attachments: HashMap<AttachmentId, attachments::Attachment> = if attachment_ids.is_empty() {
        HashMap::new()
    } else {
        let found = attachments::find(tenant, &attachment_ids, conn).await?;
        found
            .into_iter()
            .map(|(_, attachment)| (attachment.id, attachment))
            .collect()
    };
    let ids: Vec<MessageId> = rows.iter().map(|row| row.id).collect();
    let reactions: Vec<(MessageId, String, UserId)> = if ids.is_empty() {
        Vec::new()
    } else {
        chat_reactions::table
            .filter(
                chat_reactions::tenant_id
                    .eq(tenant)
                    .and(chat_reactions::message_id.eq_any(&ids)),
            )
            .select((
                chat_reactions::message_id,
                chat_reactions::emoji,
                chat_reactions::user_id,
            ))
            .load(conn)
            .await?
    };
    let mut by_message: HashMap<MessageId, Vec<(String, UserId)>> = HashMap::new();
    for (message, emoji, user) in reactions {
        by_message.entry(message).or_default().push((emoji, user));
    }
    rows.into_iter()
        .map(|row| {
            let attachment = row.attachment_id.and_then(|id| attachments.get(&id).cloned());
            let reactions = by_message.remove(&row.id).unwrap_or_default();
            row.into_message(attachment, reactions)
        })
        .collect()
}

impl MessageRow {
    fn into_message(
        self,
        attachment: Option<attachments::Attachment>,
        reactions: Vec<(String, UserId)>,
    ) -> QueryResult<Message> {
        let notice: Option<Notice> = self
            .notice
            .map(serde_json::from_value)
            .transpose()
            .map_err(|error| diesel::result::Error::DeserializationError(error.into()))?;
        let mut message = Message {
            id: self.id,
            room_id: self.room_id,
            number: self.number,
            tally: self.tally,
            sender: Person {
                id: self.sender_id,
                name: self.sender_name,
            },
            content: self.content,
            message_type: self.message_type,
            attachment,
            reply_to: self.reply_to,
            mentions: self.mentions,
            reactions: Vec::new(),
            notice,
            created_at: self.created_at,
            edited_at: self.edited_at,
            deleted_at: self.deleted_at,
        };
        for (emoji, user) in reactions {
            message.react(&emoji, user, true);
        }
        Ok(message)
    }
}
