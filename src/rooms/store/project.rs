//! Writes what happened in rooms into their rows: for any number of rooms and events, one statement for each kind of change.
//!
//! Events are first folded to what is left of them, row by row, so the order of statements cannot matter to one row. Every statement
//! finds its rows by tenant and room, both from its own arrays: an id of another tenant or room matches nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::json;
use uuid::Uuid;

use crate::db::statement::{Statement, statement};
use crate::db::{Connection, MessageId, UserId};
use crate::live::Changes;
use crate::rooms::Room;
use crate::rooms::event::{Event, Read};
use crate::rooms::state::{Message, Participant};

/// Writes the rows of these events.
pub(in crate::rooms) async fn project(changes: &[Changes<'_, Room>], conn: &mut Connection) -> QueryResult<()> {
    let folded: Vec<Folded> = changes.iter().map(Folded::of).collect();
    insert_messages(&folded, conn).await?;
    edit_messages(&folded, conn).await?;
    delete_messages(&folded, conn).await?;
    index_words(&folded, conn).await?;
    forget_words(&folded, conn).await?;
    add_reactions(&folded, conn).await?;
    take_back_reactions(&folded, conn).await?;
    remove_participants(&folded, conn).await?;
    add_participants(&folded, conn).await?;
    move_readers(&folded, conn).await?;
    rename_rooms(&folded, conn).await
}

/// What is left of a room's events: the last word on each row.
struct Folded {
    tenant: Uuid,
    room: Uuid,
    name: Option<(String, DateTime<Utc>)>,
    messages: BTreeMap<MessageId, Row>,
    reactions: BTreeMap<(MessageId, String, UserId), bool>,
    participants: BTreeMap<UserId, Membership>,
}

/// The last word on a message.
enum Row {
    Sent(Arc<Message>),
    Edited(Arc<Message>),
    Deleted {
        at: DateTime<Utc>,
        /// When it was edited in the same commit.
        edited_at: Option<DateTime<Utc>>,
    },
}

/// The last word on somebody in a room.
enum Membership {
    Added(Participant),
    Removed,
    Read(Read),
}

impl Folded {
    fn of(changes: &Changes<'_, Room>) -> Self {
        let mut folded = Self {
            tenant: changes.tenant.0,
            room: changes.id,
            name: None,
            messages: BTreeMap::new(),
            reactions: BTreeMap::new(),
            participants: BTreeMap::new(),
        };
        for event in changes.events {
            folded.add(event);
        }
        folded
    }

    fn add(&mut self, event: &Event) {
        match event {
            Event::MessageSent(message) => {
                if message.counts() {
                    self.read(Read {
                        user_id: message.sender.id,
                        message_id: message.id,
                        number: message.number,
                        tally: message.tally,
                        read_at: message.created_at,
                    });
                }
                self.messages.insert(message.id, Row::Sent(Arc::clone(message)));
            }
            Event::MessageEdited(message) => {
                let row = match self.messages.get(&message.id) {
                    Some(Row::Sent(_)) => Row::Sent(Arc::clone(message)),
                    Some(Row::Edited(_) | Row::Deleted { .. }) | None => Row::Edited(Arc::clone(message)),
                };
                self.messages.insert(message.id, row);
            }
            Event::MessageDeleted { message_id, deleted_at } => {
                self.reactions.retain(|(message, ..), _| message != message_id);
                let row = match self.messages.get(message_id) {
                    Some(Row::Sent(message)) => Row::Sent(Arc::new(Message {
                        content: None,
                        attachment: None,
                        mentions: Vec::new(),
                        deleted_at: Some(*deleted_at),
                        ..Message::clone(message)
                    })),
                    Some(Row::Edited(message)) => Row::Deleted {
                        at: *deleted_at,
                        edited_at: message.edited_at,
                    },
                    Some(Row::Deleted { .. }) | None => Row::Deleted {
                        at: *deleted_at,
                        edited_at: None,
                    },
                };
                self.messages.insert(*message_id, row);
            }
            Event::MessageRead(read) => self.read(read.clone()),
            Event::MessageReacted(reacted) => {
                let key = (reacted.message_id, reacted.emoji.clone(), reacted.user_id);
                self.reactions.insert(key, reacted.active);
            }
            Event::ParticipantAdded(participant) => {
                let row = Membership::Added(participant.clone());
                self.participants.insert(participant.user_id, row);
            }
            Event::ParticipantRemoved { user_id } => {
                self.participants.insert(*user_id, Membership::Removed);
            }
            // It stands in the person's own row.
            Event::ParticipantRenamed { .. } => {}
            Event::RoomRenamed { name, updated_at } => self.name = Some((name.clone(), *updated_at)),
        }
    }

    fn read(&mut self, read: Read) {
        match self.participants.get_mut(&read.user_id) {
            Some(Membership::Added(participant)) => {
                participant.read_number = read.number;
                participant.read_tally = read.tally;
                participant.last_read_message_id = Some(read.message_id);
                participant.last_read_at = Some(read.read_at);
            }
            Some(Membership::Removed) => {}
            Some(Membership::Read(_)) | None => {
                self.participants.insert(read.user_id, Membership::Read(read));
            }
        }
    }
}

/// A row to write, and whose it is.
struct Of<T> {
    tenant: Uuid,
    room: Uuid,
    row: T,
}

fn picked<'a, T: 'a, I: Iterator<Item = T> + 'a>(
    folded: &'a [Folded],
    pick: impl Fn(&'a Folded) -> I + 'a,
) -> Vec<Of<T>> {
    let of = |folded: &'a Folded| {
        pick(folded).map(|row| Of {
            tenant: folded.tenant,
            room: folded.room,
            row,
        })
    };
    folded.iter().flat_map(of).collect()
}

fn column<'a, T, V>(rows: &'a [Of<T>], value: impl Fn(&'a T) -> V) -> Vec<V> {
    rows.iter().map(|of| value(&of.row)).collect()
}

/// Binds the tenants and rooms of the rows.
fn owned<'a, T>(statement: Statement<'a>, rows: &[Of<T>]) -> Statement<'a> {
    statement
        .bind::<Array<SqlUuid>, _>(rows.iter().map(|of| of.tenant).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(rows.iter().map(|of| of.room).collect::<Vec<_>>())
}

fn sent(folded: &Folded) -> impl Iterator<Item = &Message> {
    folded.messages.values().filter_map(|row| match row {
        Row::Sent(message) => Some(message.as_ref()),
        Row::Edited(_) | Row::Deleted { .. } => None,
    })
}

async fn insert_messages(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, sent);
    if rows.is_empty() {
        return Ok(());
    }
    // Arrays of arrays have no place in unnest: mentions come as JSON.
    let sql = statement(
        "INSERT INTO chat_messages (tenant_id, room_id, id, number, tally, sender_id, sender_name, message_type, content,
             attachment_id, reply_to, mentions, notice, created_at, edited_at, deleted_at)
         SELECT tenant_id, room_id, id, number, tally, sender_id, sender_name, message_type, content, attachment_id, reply_to,
             ARRAY(SELECT jsonb_array_elements_text(mentions::jsonb)::uuid), notice::jsonb, created_at, edited_at, deleted_at
         FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             AS new (tenant_id, room_id, id, number, tally, sender_id, sender_name, message_type, content,
                 attachment_id, reply_to, mentions, notice, created_at, edited_at, deleted_at)",
    );
    owned(sql, &rows)
        .bind::<Array<SqlUuid>, _>(column(&rows, |message| message.id.0))
        .bind::<Array<BigInt>, _>(column(&rows, |message| message.number))
        .bind::<Array<BigInt>, _>(column(&rows, |message| message.tally))
        .bind::<Array<SqlUuid>, _>(column(&rows, |message| message.sender.id.0))
        .bind::<Array<Text>, _>(column(&rows, |message| message.sender.name.as_str()))
        .bind::<Array<Text>, _>(column(&rows, |message| message.message_type.as_str()))
        .bind::<Array<Nullable<Text>>, _>(column(&rows, |message| message.content.as_deref()))
        .bind::<Array<Nullable<SqlUuid>>, _>(column(&rows, |message| {
            message.attachment.as_ref().map(|attachment| attachment.id.0)
        }))
        .bind::<Array<Nullable<SqlUuid>>, _>(column(&rows, |message| message.reply_to.map(|id| id.0)))
        .bind::<Array<Text>, _>(column(&rows, |message| json!(message.mentions).to_string()))
        .bind::<Array<Nullable<Text>>, _>(column(&rows, |message| {
            message.notice.as_ref().map(|notice| json!(notice).to_string())
        }))
        .bind::<Array<Timestamptz>, _>(column(&rows, |message| message.created_at))
        .bind::<Array<Nullable<Timestamptz>>, _>(column(&rows, |message| message.edited_at))
        .bind::<Array<Nullable<Timestamptz>>, _>(column(&rows, |message| message.deleted_at))
        .execute(conn)
        .await
        .map(drop)
}

fn edited(folded: &Folded) -> impl Iterator<Item = &Message> {
    folded.messages.values().filter_map(|row| match row {
        Row::Edited(message) => Some(message.as_ref()),
        Row::Sent(_) | Row::Deleted { .. } => None,
    })
}

async fn edit_messages(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, edited);
    if rows.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "UPDATE chat_messages SET content = new.content, edited_at = new.edited_at,
             mentions = ARRAY(SELECT jsonb_array_elements_text(new.mentions::jsonb)::uuid)
         FROM unnest(?, ?, ?, ?, ?, ?) AS new (tenant_id, room_id, id, content, mentions, edited_at)
         WHERE chat_messages.tenant_id = new.tenant_id AND chat_messages.id = new.id AND chat_messages.room_id = new.room_id",
    );
    owned(sql, &rows)
        .bind::<Array<SqlUuid>, _>(column(&rows, |message| message.id.0))
        .bind::<Array<Nullable<Text>>, _>(column(&rows, |message| message.content.as_deref()))
        .bind::<Array<Text>, _>(column(&rows, |message| json!(message.mentions).to_string()))
        .bind::<Array<Nullable<Timestamptz>>, _>(column(&rows, |message| message.edited_at))
        .execute(conn)
        .await
        .map(drop)
}

fn deleted(folded: &Folded) -> impl Iterator<Item = (&MessageId, DateTime<Utc>, Option<DateTime<Utc>>)> {
    folded.messages.iter().filter_map(|(id, row)| match row {
        Row::Deleted { at, edited_at } => Some((id, *at, *edited_at)),
        Row::Sent(_) | Row::Edited(_) => None,
    })
}

/// What was said, and what was answered to it, goes; that something was said stays.
async fn delete_messages(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, deleted);
    if rows.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "WITH gone AS (
             UPDATE chat_messages SET content = NULL, attachment_id = NULL, mentions = '{}', deleted_at = new.deleted_at,
                 edited_at = coalesce(new.edited_at, chat_messages.edited_at)
             FROM unnest(?, ?, ?, ?, ?) AS new (tenant_id, room_id, id, deleted_at, edited_at)
             WHERE chat_messages.tenant_id = new.tenant_id AND chat_messages.id = new.id AND chat_messages.room_id = new.room_id
             RETURNING chat_messages.tenant_id, chat_messages.id
         )
         DELETE FROM chat_reactions USING gone WHERE chat_reactions.tenant_id = gone.tenant_id AND message_id = gone.id",
    );
    owned(sql, &rows)
        .bind::<Array<SqlUuid>, _>(column(&rows, |(id, ..)| id.0))
        .bind::<Array<Timestamptz>, _>(column(&rows, |(_, at, _)| *at))
        .bind::<Array<Nullable<Timestamptz>>, _>(column(&rows, |(.., edited_at)| *edited_at))
        .execute(conn)
        .await
        .map(drop)
}

/// What a message is found by; nothing, where it is not to be found.
fn words(message: &Message) -> Option<String> {
    if !message.counts() || message.deleted_at.is_some() {
        return None;
    }
    let filename = message
        .attachment
        .as_ref()
        .map(|attachment| attachment.filename.as_str());
    let parts: Vec<&str> = message.content.as_deref().into_iter().chain(filename).collect();
    Some(parts.join("\n"))
}

async fn index_words(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, |folded| {
        let written = sent(folded).chain(edited(folded));
        written.filter_map(|message| Some((message.id, words(message)?)))
    });
    if rows.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "INSERT INTO search_index (tenant_id, scope_id, kind, record_id, text)
         SELECT tenant_id, room_id, 'message', id, text FROM unnest(?, ?, ?, ?) AS new (tenant_id, room_id, id, text)
         ON CONFLICT (tenant_id, kind, record_id) DO UPDATE SET text = excluded.text
             WHERE search_index.scope_id = excluded.scope_id",
    );
    owned(sql, &rows)
        .bind::<Array<SqlUuid>, _>(column(&rows, |(id, _)| id.0))
        .bind::<Array<Text>, _>(column(&rows, |(_, words)| words.as_str()))
        .execute(conn)
        .await
        .map(drop)
}

async fn forget_words(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, deleted);
    if rows.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "DELETE FROM search_index USING unnest(?, ?, ?) AS gone (tenant_id, room_id, id)
         WHERE search_index.tenant_id = gone.tenant_id AND kind = 'message' AND record_id = gone.id
             AND scope_id = gone.room_id",
    );
    owned(sql, &rows)
        .bind::<Array<SqlUuid>, _>(column(&rows, |(id, ..)| id.0))
        .execute(conn)
        .await
        .map(drop)
}

fn reactions(folded: &Folded, active: bool) -> impl Iterator<Item = &(MessageId, String, UserId)> {
    let rows = folded.reactions.iter();
    rows.filter(move |(_, is_there)| **is_there == active)
        .map(|(key, _)| key)
}

async fn add_reactions(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, |folded| reactions(folded, true));
    if rows.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "INSERT INTO chat_reactions (tenant_id, message_id, emoji, user_id)
         SELECT new.tenant_id, message_id, emoji, user_id
         FROM unnest(?, ?, ?, ?, ?) AS new (tenant_id, room_id, message_id, emoji, user_id)
         JOIN chat_messages ON chat_messages.tenant_id = new.tenant_id AND chat_messages.id = new.message_id
             AND chat_messages.room_id = new.room_id
         ON CONFLICT DO NOTHING",
    );
    keyed(owned(sql, &rows), &rows).execute(conn).await.map(drop)
}

async fn take_back_reactions(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, |folded| reactions(folded, false));
    if rows.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "DELETE FROM chat_reactions
         USING unnest(?, ?, ?, ?, ?) AS gone (tenant_id, room_id, message_id, emoji, user_id), chat_messages
         WHERE chat_reactions.tenant_id = gone.tenant_id AND chat_reactions.message_id = gone.message_id
             AND chat_reactions.emoji = gone.emoji AND chat_reactions.user_id = gone.user_id
             AND chat_messages.tenant_id = gone.tenant_id AND chat_messages.id = gone.message_id
             AND chat_messages.room_id = gone.room_id",
    );
    keyed(owned(sql, &rows), &rows).execute(conn).await.map(drop)
}

/// Binds what reactions are known by.
fn keyed<'a>(statement: Statement<'a>, rows: &'a [Of<&'a (MessageId, String, UserId)>]) -> Statement<'a> {
    statement
        .bind::<Array<SqlUuid>, _>(column(rows, |(message, ..)| message.0))
        .bind::<Array<Text>, _>(column(rows, |(_, emoji, _)| emoji.as_str()))
        .bind::<Array<SqlUuid>, _>(column(rows, |(.., user)| user.0))
}

async fn remove_participants(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, |folded| {
        let rows = folded.participants.iter();
        rows.filter(|(_, row)| matches!(row, Membership::Removed))
            .map(|(user, _)| user)
    });
    if rows.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "DELETE FROM chat_room_participants AS p USING unnest(?, ?, ?) AS gone (tenant_id, room_id, user_id)
         WHERE p.tenant_id = gone.tenant_id AND p.room_id = gone.room_id AND p.user_id = gone.user_id",
    );
    owned(sql, &rows)
        .bind::<Array<SqlUuid>, _>(column(&rows, |user| user.0))
        .execute(conn)
        .await
        .map(drop)
}

/// Somebody who was removed in the same commit is still in the table.
async fn add_participants(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, |folded| {
        folded.participants.values().filter_map(|row| match row {
            Membership::Added(participant) => Some(participant),
            Membership::Removed | Membership::Read(_) => None,
        })
    });
    if rows.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "INSERT INTO chat_room_participants
             (tenant_id, room_id, user_id, joined_at, read_number, read_tally, last_read_message_id, last_read_at)
         SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (tenant_id, room_id, user_id) DO UPDATE SET joined_at = excluded.joined_at,
             read_number = excluded.read_number, read_tally = excluded.read_tally,
             last_read_message_id = excluded.last_read_message_id, last_read_at = excluded.last_read_at",
    );
    owned(sql, &rows)
        .bind::<Array<SqlUuid>, _>(column(&rows, |participant| participant.user_id.0))
        .bind::<Array<Timestamptz>, _>(column(&rows, |participant| participant.joined_at))
        .bind::<Array<BigInt>, _>(column(&rows, |participant| participant.read_number))
        .bind::<Array<BigInt>, _>(column(&rows, |participant| participant.read_tally))
        .bind::<Array<Nullable<SqlUuid>>, _>(column(&rows, |participant| {
            participant.last_read_message_id.map(|id| id.0)
        }))
        .bind::<Array<Nullable<Timestamptz>>, _>(column(&rows, |participant| participant.last_read_at))
        .execute(conn)
        .await
        .map(drop)
}

async fn move_readers(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, |folded| {
        folded.participants.values().filter_map(|row| match row {
            Membership::Read(read) => Some(read),
            Membership::Added(_) | Membership::Removed => None,
        })
    });
    if rows.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "UPDATE chat_room_participants AS p SET read_number = new.number, read_tally = new.tally,
             last_read_message_id = new.message_id, last_read_at = new.read_at
         FROM unnest(?, ?, ?, ?, ?, ?, ?) AS new (tenant_id, room_id, user_id, number, tally, message_id, read_at)
         WHERE p.tenant_id = new.tenant_id AND p.room_id = new.room_id AND p.user_id = new.user_id",
    );
    owned(sql, &rows)
        .bind::<Array<SqlUuid>, _>(column(&rows, |read| read.user_id.0))
        .bind::<Array<BigInt>, _>(column(&rows, |read| read.number))
        .bind::<Array<BigInt>, _>(column(&rows, |read| read.tally))
        .bind::<Array<SqlUuid>, _>(column(&rows, |read| read.message_id.0))
        .bind::<Array<Timestamptz>, _>(column(&rows, |read| read.read_at))
        .execute(conn)
        .await
        .map(drop)
}

async fn rename_rooms(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, |folded| folded.name.iter());
    if rows.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "UPDATE chat_rooms SET name = new.name, updated_at = new.updated_at
         FROM unnest(?, ?, ?, ?) AS new (tenant_id, id, name, updated_at)
         WHERE chat_rooms.tenant_id = new.tenant_id AND chat_rooms.id = new.id",
    );
    owned(sql, &rows)
        .bind::<Array<Text>, _>(column(&rows, |(name, _)| name.as_str()))
        .bind::<Array<Timestamptz>, _>(column(&rows, |(_, updated_at)| *updated_at))
        .execute(conn)
        .await
        .map(drop)
}
