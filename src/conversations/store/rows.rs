//! Rows as they lie in their tables.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::attachments;
use crate::channels::ChannelKind;
use crate::conversations::state::{
    Channel, Contact, ConversationPriority, CustomerMessageType, Delivery, Message, SenderType, State,
};
use crate::db::schema::{channels, contacts, conversations, messages};
use crate::db::{
    AttachmentId, ChannelId, Connection, ContactId, ConversationId, IdentityId, MessageId, TenantId, UserId,
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = conversations)]
pub(super) struct Row {
    id: ConversationId,
    identity_id: IdentityId,
    owner: Value,
    owner_epoch: i64,
    tags: Vec<String>,
    priority: ConversationPriority,
    fields: Value,
    read_number: i64,
    read_tally: i64,
    resolution: Option<String>,
    rating: Option<Value>,
    started_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = channels)]
pub(super) struct ChannelRow {
    id: ChannelId,
    kind: ChannelKind,
    name: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = contacts)]
pub(super) struct ContactRow {
    id: ContactId,
    name: String,
    phone: Option<String>,
    email: Option<String>,
}

impl ContactRow {
    pub(super) fn contact(self) -> Contact {
        Contact {
            id: self.id,
            name: self.name,
            phone: self.phone,
            email: self.email,
        }
    }
}

/// A conversation with its channel and its customer.
#[derive(Queryable, Selectable)]
#[diesel(table_name = conversations)]
pub(super) struct ConversationRow {
    #[diesel(embed)]
    conversation: Row,
    #[diesel(embed)]
    channel: ChannelRow,
    #[diesel(embed)]
    contact: ContactRow,
}

/// What was written as JSON.
pub(super) fn read<T: DeserializeOwned>(value: Value) -> QueryResult<T> {
    serde_json::from_value(value).map_err(|error| diesel::result::Error::DeserializationError(error.into()))
}

impl ConversationRow {
    pub(super) fn id(&self) -> ConversationId {
        self.conversation.id
    }

    pub(super) fn into_state(self, messages: VecDeque<Arc<Message>>) -> QueryResult<State> {
        let Self {
            conversation: row,
            channel,
            contact,
        } = self;
        Ok(State {
            id: row.id,
            channel: Channel {
                id: channel.id,
                kind: channel.kind,
                name: channel.name,
            },
            contact: contact.contact(),
            identity_id: row.identity_id,
            owner: read(row.owner)?,
            epoch: row.owner_epoch,
            tags: row.tags,
            priority: row.priority,
            fields: read(row.fields)?,
            read_number: row.read_number,
            read_tally: row.read_tally,
            resolution: row.resolution,
            rating: row.rating.map(read).transpose()?,
            started_at: row.started_at,
            ended_at: row.ended_at,
            messages,
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = messages)]
pub(super) struct MessageRow {
    pub(super) id: MessageId,
    pub(super) conversation_id: ConversationId,
    number: i64,
    tally: i64,
    sender_type: SenderType,
    sender_user_id: Option<UserId>,
    sender_name: String,
    content: String,
    message_type: CustomerMessageType,
    attachment_id: Option<AttachmentId>,
    reply_to: Option<MessageId>,
    metadata: Value,
    whatsapp_message_id: Option<String>,
    delivery: Delivery,
    error: Option<String>,
    created_at: DateTime<Utc>,
}

/// The newest messages of a conversation, oldest first.
pub(super) async fn newest(
    tenant: TenantId,
    conversation: ConversationId,
    count: i64,
    conn: &mut Connection,
) -> QueryResult<Vec<MessageRow>> {
    let mut rows: Vec<MessageRow> = messages::table
        .filter(
            messages::tenant_id
                .eq(tenant)
                .and(messages::conversation_id.eq(conversation)),
        )
        .order(messages::number.desc())
        .limit(count)
        .select(MessageRow::as_select())
        .load(conn)
        .await?;
    rows.reverse();
    Ok(rows)
}

/// Messages by their ids, in no order.
pub(super) async fn by_id(tenant: TenantId, ids: &[MessageId], conn: &mut Connection) -> QueryResult<Vec<MessageRow>> {
    messages::table
        .filter(messages::tenant_id.eq(tenant).and(messages::id.eq_any(ids)))
        .select(MessageRow::as_select())
        .load(conn)
        .await
}

/// Reads the attachments of these messages.
pub(super) async fn messages_of(
    tenant: TenantId,
    rows: Vec<MessageRow>,
    conn: &mut Connection,
) -> QueryResult<Vec<Message>> {
    let ids: Vec<AttachmentId> = rows.iter().filter_map(|row| row.attachment_id).collect();
    let found = if ids.is_empty() {
        Vec::new()
    } else {
        attachments::find(tenant, &ids, conn).await?
    };
    let by_id = found.into_iter().map(|(_, attachment)| (attachment.id, attachment));
    let attachments: HashMap<AttachmentId, attachments::Attachment> = by_id.collect();
    rows.into_iter()
        .map(|row| {
            let attachment = row.attachment_id.and_then(|id| attachments.get(&id).cloned());
            row.into_message(attachment)
        })
        .collect()
}

impl MessageRow {
    fn into_message(self, attachment: Option<attachments::Attachment>) -> QueryResult<Message> {
        let metadata: Map<String, Value> = read(self.metadata)?;
        Ok(Message {
            id: self.id,
            conversation_id: self.conversation_id,
            number: self.number,
            tally: self.tally,
            sender_type: self.sender_type,
            sender_user_id: self.sender_user_id,
            sender_name: self.sender_name,
            content: self.content,
            message_type: self.message_type,
            media_url: attachment.as_ref().map(|attachment| attachment.url.clone()),
            attachment,
            reply_to: self.reply_to,
            metadata,
            whatsapp_message_id: self.whatsapp_message_id,
            delivery: self.delivery,
            error: self.error,
            is_read: self.delivery == Delivery::Read,
            sent_at: self.created_at,
            created_at: self.created_at,
        })
    }
}
