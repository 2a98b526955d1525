//! Writes what happened in conversations into their rows: for any number of them, one statement for each kind of change.
//!
//! Events are first folded to what is left of them, row by row, so the order of statements cannot matter to one row. Every statement
//! finds its rows by tenant and conversation, both from its own arrays: an id of another tenant or conversation matches nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::conversations::Conversation;
use crate::conversations::event::{Change, Event, Move, Status, Transfer};
use crate::conversations::state::{ConversationPriority, Message, Owner, Rating};
use crate::db::statement::{Statement, statement};
use crate::db::{Connection, MessageId};
use crate::live::Changes;

/// Writes the rows of these events.
pub(in crate::conversations) async fn project(
    changes: &[Changes<'_, Conversation>],
    conn: &mut Connection,
) -> QueryResult<()> {
    let folded: Vec<Folded> = changes.iter().map(Folded::of).collect();
    insert_messages(&folded, conn).await?;
    tell_statuses(&folded, conn).await?;
    insert_transfers(&folded, conn).await?;
    change_owners(&folded, conn).await?;
    move_hands(&folded, conn).await?;
    change_traits(&folded, conn).await
}

/// What is left of a conversation's events.
struct Folded {
    tenant: Uuid,
    conversation: Uuid,
    messages: BTreeMap<MessageId, Message>,
    /// Of messages that were there before.
    statuses: Vec<Status>,
    transfers: Vec<Transfer>,
    owner: Option<Owner>,
    moved: Option<Move>,
    traits: Traits,
}

/// What is another about the conversation itself.
#[derive(Default)]
struct Traits {
    tags: Option<Vec<String>>,
    priority: Option<ConversationPriority>,
    fields: Option<BTreeMap<String, Value>>,
    read: Option<(i64, i64)>,
    rating: Option<Rating>,
    resolution: Option<Option<String>>,
    last_message_at: Option<DateTime<Utc>>,
}

impl Traits {
    fn is_any(&self) -> bool {
        self.tags.is_some()
            || self.priority.is_some()
            || self.fields.is_some()
            || self.read.is_some()
            || self.rating.is_some()
            || self.resolution.is_some()
            || self.last_message_at.is_some()
    }
}

impl Folded {
    fn of(changes: &Changes<'_, Conversation>) -> Self {
        let mut folded = Self {
            tenant: changes.tenant.0,
            conversation: changes.id,
            messages: BTreeMap::new(),
            statuses: Vec::new(),
            transfers: Vec::new(),
            owner: None,
            moved: None,
            traits: Traits::default(),
        };
        for event in changes.events {
            folded.add(event);
        }
        folded
    }

    fn add(&mut self, event: &Event) {
        match event {
            Event::MessageReceived { message, bot } => {
                if let Some(bot) = bot {
                    self.owner = Some(Owner::Bot {
                        flow: Some(bot.flow),
                        state: bot.state.clone(),
                    });
                }
                self.say(message);
            }
            Event::MessageSent(message) | Event::NoteAdded(message) => self.say(message),
            Event::MessageStatus(status) => {
                let new = self.messages.values_mut().filter(|message| status.concerns(message));
                new.for_each(|message| {
                    message.delivery = status.delivery;
                    message.error.clone_from(&status.error);
                });
                self.statuses.push(status.clone());
            }
            Event::Assigned(moved)
            | Event::Transferred(moved)
            | Event::HandedOver(moved)
            | Event::Closed(moved)
            | Event::Reopened(moved) => {
                self.transfers.extend(moved.transfer.clone());
                self.owner = Some(moved.owner.clone());
                self.moved = Some(moved.clone());
            }
            Event::Updated(change) => self.change(change),
            Event::AnswerDiscarded(_) => {}
        }
    }

    fn say(&mut self, message: &Arc<Message>) {
        if !message.is_note() {
            self.traits.last_message_at = Some(message.created_at);
        }
        self.messages.insert(message.id, Message::clone(message));
    }

    fn change(&mut self, change: &Change) {
        match change {
            Change::Owner(owner) => self.owner = Some(owner.clone()),
            Change::Tags(tags) => self.traits.tags = Some(tags.clone()),
            Change::ConversationPriority(priority) => self.traits.priority = Some(*priority),
            Change::Fields(fields) => self.traits.fields = Some(fields.clone()),
            Change::Read { number, tally } => self.traits.read = Some((*number, *tally)),
            Change::Rating(rating) => self.traits.rating = Some(rating.clone()),
            Change::Resolution(resolution) => self.traits.resolution = Some(resolution.clone()),
            // It stands in the contact's own row.
            Change::Contact(_) => {}
        }
    }
}

/// A row to write, and whose it is.
struct Of<T> {
    tenant: Uuid,
    conversation: Uuid,
    row: T,
}

fn picked<'a, T: 'a, I: IntoIterator<Item = T> + 'a>(
    folded: &'a [Folded],
    pick: impl Fn(&'a Folded) -> I + 'a,
) -> Vec<Of<T>> {
    let of = |folded: &'a Folded| {
        pick(folded).into_iter().map(|row| Of {
            tenant: folded.tenant,
            conversation: folded.conversation,
            row,
        })
    };
    folded.iter().flat_map(of).collect()
}

fn column<'a, T, V>(rows: &'a [Of<T>], value: impl Fn(&'a T) -> V) -> Vec<V> {
    rows.iter().map(|of| value(&of.row)).collect()
}

/// Binds the tenants and conversations of the rows.
fn owned<'a, T>(statement: Statement<'a>, rows: &[Of<T>]) -> Statement<'a> {
    statement
        .bind::<Array<SqlUuid>, _>(rows.iter().map(|of| of.tenant).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(rows.iter().map(|of| of.conversation).collect::<Vec<_>>())
}

fn text(value: impl serde::Serialize) -> String {
    json!(value).to_string()
}

async fn insert_messages(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, |folded| folded.messages.values());
    if rows.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "INSERT INTO messages (tenant_id, conversation_id, id, number, tally, sender_type, sender_user_id, sender_name,
             content, message_type, attachment_id, reply_to, metadata, whatsapp_message_id, delivery, error, created_at)
         SELECT tenant_id, conversation_id, id, number, tally, sender_type, sender_user_id, sender_name, content,
             message_type, attachment_id, reply_to, metadata::jsonb, whatsapp_message_id, delivery, error, created_at
         FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             AS new (tenant_id, conversation_id, id, number, tally, sender_type, sender_user_id, sender_name, content,
                 message_type, attachment_id, reply_to, metadata, whatsapp_message_id, delivery, error, created_at)",
    );
    owned(sql, &rows)
        .bind::<Array<SqlUuid>, _>(column(&rows, |message| message.id.0))
        .bind::<Array<BigInt>, _>(column(&rows, |message| message.number))
        .bind::<Array<BigInt>, _>(column(&rows, |message| message.tally))
        .bind::<Array<Text>, _>(column(&rows, |message| message.sender_type.as_str()))
        .bind::<Array<Nullable<SqlUuid>>, _>(column(&rows, |message| message.sender_user_id.map(|id| id.0)))
        .bind::<Array<Text>, _>(column(&rows, |message| message.sender_name.as_str()))
        .bind::<Array<Text>, _>(column(&rows, |message| message.content.as_str()))
        .bind::<Array<Text>, _>(column(&rows, |message| message.message_type.as_str()))
        .bind::<Array<Nullable<SqlUuid>>, _>(column(&rows, |message| {
            message.attachment.as_ref().map(|attachment| attachment.id.0)
        }))
        .bind::<Array<Nullable<SqlUuid>>, _>(column(&rows, |message| message.reply_to.map(|id| id.0)))
        .bind::<Array<Text>, _>(column(&rows, |message| text(&message.metadata)))
        .bind::<Array<Nullable<Text>>, _>(column(&rows, |message| message.whatsapp_message_id.as_deref()))
        .bind::<Array<Text>, _>(column(&rows, |message| message.delivery.as_str()))
        .bind::<Array<Nullable<Text>>, _>(column(&rows, |message| message.error.as_deref()))
        .bind::<Array<Timestamptz>, _>(column(&rows, |message| message.created_at))
        .execute(conn)
        .await
        .map(drop)
}

/// The furthest that each message is told to have come: of several words on one, the last.
fn last_words(folded: &Folded) -> Vec<&Status> {
    let mut last: BTreeMap<(MessageId, bool), &Status> = BTreeMap::new();
    for status in &folded.statuses {
        last.insert((status.message_id, status.of_customer), status);
    }
    last.into_values().collect()
}

/// As [`Status::concerns`] has it: what is read, is read with all that went out before it.
async fn tell_statuses(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, last_words);
    if rows.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "UPDATE messages SET delivery = new.delivery, error = new.error
         FROM (SELECT told.tenant_id, told.conversation_id, message.id, max(told.place) AS place,
                   (array_agg(told.delivery ORDER BY told.place DESC))[1] AS delivery,
                   (array_agg(told.error ORDER BY told.place DESC))[1] AS error
               FROM (SELECT *, array_position(ARRAY['queued', 'sent', 'delivered', 'read', 'failed'], delivery) AS place
                     FROM unnest(?, ?, ?, ?, ?, ?, ?)
                         AS one (tenant_id, conversation_id, id, number, of_customer, delivery, error)) AS told
               JOIN messages AS message ON message.tenant_id = told.tenant_id
                   AND message.conversation_id = told.conversation_id
                   AND (message.id = told.id OR (told.delivery = 'read' AND message.number <= told.number))
               WHERE (message.sender_type = 'customer') = told.of_customer AND message.message_type <> 'note'
                   AND message.delivery <> 'failed'
                   AND (CASE told.delivery WHEN 'failed' THEN message.delivery IN ('queued', 'sent')
                        ELSE told.place > array_position(ARRAY['queued', 'sent', 'delivered', 'read', 'failed'],
                            message.delivery) END)
               GROUP BY told.tenant_id, told.conversation_id, message.id) AS new
         WHERE messages.tenant_id = new.tenant_id AND messages.id = new.id
             AND messages.conversation_id = new.conversation_id",
    );
    owned(sql, &rows)
        .bind::<Array<SqlUuid>, _>(column(&rows, |status| status.message_id.0))
        .bind::<Array<BigInt>, _>(column(&rows, |status| status.number))
        .bind::<Array<Bool>, _>(column(&rows, |status| status.of_customer))
        .bind::<Array<Text>, _>(column(&rows, |status| status.delivery.as_str()))
        .bind::<Array<Nullable<Text>>, _>(column(&rows, |status| status.error.as_deref()))
        .execute(conn)
        .await
        .map(drop)
}

async fn insert_transfers(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, |folded| folded.transfers.iter());
    if rows.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "INSERT INTO conversation_transfers (tenant_id, conversation_id, id, from_party, to_party, by, reason, transferred_at)
         SELECT tenant_id, conversation_id, id, from_party::jsonb, to_party::jsonb, by::jsonb, reason, transferred_at
         FROM unnest(?, ?, ?, ?, ?, ?, ?, ?)
             AS new (tenant_id, conversation_id, id, from_party, to_party, by, reason, transferred_at)",
    );
    owned(sql, &rows)
        .bind::<Array<SqlUuid>, _>(column(&rows, |transfer| transfer.id.0))
        .bind::<Array<Text>, _>(column(&rows, |transfer| text(&transfer.from)))
        .bind::<Array<Text>, _>(column(&rows, |transfer| text(&transfer.to)))
        .bind::<Array<Nullable<Text>>, _>(column(&rows, |transfer| transfer.by.as_ref().map(text)))
        .bind::<Array<Nullable<Text>>, _>(column(&rows, |transfer| transfer.reason.as_deref()))
        .bind::<Array<Timestamptz>, _>(column(&rows, |transfer| transfer.transferred_at))
        .execute(conn)
        .await
        .map(drop)
}

async fn change_owners(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, |folded| folded.owner.iter());
    if rows.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "UPDATE conversations SET owner = new.owner::jsonb, updated_at = now()
         FROM unnest(?, ?, ?) AS new (tenant_id, id, owner)
         WHERE conversations.tenant_id = new.tenant_id AND conversations.id = new.id",
    );
    owned(sql, &rows)
        .bind::<Array<Text>, _>(column(&rows, text))
        .execute(conn)
        .await
        .map(drop)
}

async fn move_hands(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, |folded| folded.moved.iter());
    if rows.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "UPDATE conversations SET owner_epoch = new.epoch, ended_at = new.ended_at
         FROM unnest(?, ?, ?, ?) AS new (tenant_id, id, epoch, ended_at)
         WHERE conversations.tenant_id = new.tenant_id AND conversations.id = new.id",
    );
    owned(sql, &rows)
        .bind::<Array<BigInt>, _>(column(&rows, |moved| moved.epoch))
        .bind::<Array<Nullable<Timestamptz>>, _>(column(&rows, |moved| moved.ended_at))
        .execute(conn)
        .await
        .map(drop)
}

/// What is null stays as it is; what is cleared is cleared by its own word.
async fn change_traits(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, |folded| Some(&folded.traits).filter(|traits| traits.is_any()));
    if rows.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "UPDATE conversations SET
             tags = CASE WHEN new.tags IS NULL THEN conversations.tags
                    ELSE ARRAY(SELECT jsonb_array_elements_text(new.tags::jsonb)) END,
             priority = coalesce(new.priority, conversations.priority),
             fields = coalesce(new.fields::jsonb, conversations.fields),
             read_number = coalesce(new.read_number, conversations.read_number),
             read_tally = coalesce(new.read_tally, conversations.read_tally),
             rating = coalesce(new.rating::jsonb, conversations.rating),
             resolution = CASE WHEN new.resolution IS NULL THEN conversations.resolution
                          ELSE new.resolution::jsonb ->> 0 END,
             last_message_at = coalesce(new.last_message_at, conversations.last_message_at),
             updated_at = now()
         FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             AS new (tenant_id, id, tags, priority, fields, read_number, read_tally, rating, resolution, last_message_at)
         WHERE conversations.tenant_id = new.tenant_id AND conversations.id = new.id",
    );
    owned(sql, &rows)
        .bind::<Array<Nullable<Text>>, _>(column(&rows, |traits| traits.tags.as_ref().map(text)))
        .bind::<Array<Nullable<Text>>, _>(column(&rows, |traits| {
            traits.priority.map(ConversationPriority::as_str)
        }))
        .bind::<Array<Nullable<Text>>, _>(column(&rows, |traits| traits.fields.as_ref().map(text)))
        .bind::<Array<Nullable<BigInt>>, _>(column(&rows, |traits| traits.read.map(|(number, _)| number)))
        .bind::<Array<Nullable<BigInt>>, _>(column(&rows, |traits| traits.read.map(|(_, tally)| tally)))
        .bind::<Array<Nullable<Text>>, _>(column(&rows, |traits| traits.rating.as_ref().map(text)))
        .bind::<Array<Nullable<Text>>, _>(column(&rows, |traits| {
            let cleared_or_not = traits.resolution.as_ref()?;
            Some(Value::Array(vec![json!(cleared_or_not)]).to_string())
        }))
        .bind::<Array<Nullable<Timestamptz>>, _>(column(&rows, |traits| traits.last_message_at))
        .execute(conn)
        .await
        .map(drop)
}
