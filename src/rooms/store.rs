//! All queries about rooms.

mod list;
mod project;
mod rows;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::Room;
use super::command::{Command, NewRoom, NewRoomKind};
use super::decide::Facts;
use super::state::{Message, Participant, Person, RoomKind, State, WINDOW};
use crate::auth::Role;
use crate::clock;
use crate::db::schema::{chat_room_participants, chat_rooms, commands, users};
use crate::db::{AttachmentId, Connection, MessageId, RoomId, TenantId, UserId};
use crate::{attachments, live};
pub(crate) use list::shows_attachment;
pub(super) use list::{
    Jump, MessageQuery, RoomFilter, may_read, message_get, message_page, message_room, message_search, room_list,
};
pub(super) use project::project;
use rows::{ParticipantRow, RoomRow, messages_of};

/// Reads a room back; nothing, where there is none.
pub(super) async fn load(tenant: TenantId, id: RoomId, conn: &mut Connection) -> QueryResult<Option<State>> {
    let room: Option<RoomRow> = chat_rooms::table
        .find((tenant, id))
        .select(RoomRow::as_select())
        .first(conn)
        .await
        .optional()?;
    let Some(room) = room else { return Ok(None) };
    let participants = participants(tenant, &[id], conn).await?;
    let messages = messages_of(
        tenant,
        rows::newest(tenant, id, i64::try_from(WINDOW).unwrap_or(i64::MAX), conn).await?,
        conn,
    )
    .await?;
    Ok(Some(State {
        id,
        kind: room.kind,
        name: room.name,
        created_by: room.created_by,
        created_at: room.created_at,
        updated_at: room.updated_at,
        participants: participants
            .into_iter()
            .map(|(_, participant)| Arc::new(participant))
            .collect(),
        messages: messages.into_iter().map(Arc::new).collect(),
        deleted: std::collections::VecDeque::new(),
    }))
}

/// Who is in these rooms, in order.
async fn participants(
    tenant: TenantId,
    rooms: &[RoomId],
    conn: &mut Connection,
) -> QueryResult<Vec<(RoomId, Participant)>> {
    use chat_room_participants as p;
    let rows: Vec<(RoomId, ParticipantRow, String)> = p::table
        .inner_join(users::table.on(users::tenant_id.eq(p::tenant_id).and(users::id.eq(p::user_id))))
        .filter(p::tenant_id.eq(tenant).and(p::room_id.eq_any(rooms)))
        .order((p::room_id, p::joined_at, p::user_id))
        .select((p::room_id, ParticipantRow::as_select(), users::full_name))
        .load(conn)
        .await?;
    let with_name = |(room, row, name): (RoomId, ParticipantRow, String)| (room, row.into_participant(name));
    Ok(rows.into_iter().map(with_name).collect())
}

/// What a batch of commands names and a room knows nothing of.
#[derive(Default)]
struct Named {
    users: Vec<UserId>,
    messages: Vec<MessageId>,
    attachments: Vec<AttachmentId>,
    everybody: bool,
}

impl Named {
    /// `is_new`: whether a message is known anyway.
    fn add(&mut self, command: &Command, is_known: impl Fn(MessageId) -> bool) {
        match command {
            Command::SendMessage(message) => {
                self.messages.extend(message.reply_to);
                self.attachments.extend(message.attachment_id);
            }
            Command::EditMessage { message_id, .. }
            | Command::DeleteMessage { message_id }
            | Command::React { message_id, .. } => self.messages.push(*message_id),
            Command::MarkRead { message_id } => self.messages.extend(message_id),
            Command::AddParticipant { user_id } => self.users.push(*user_id),
            Command::GatherEverybody => self.everybody = true,
            Command::RemoveParticipant { .. } | Command::Rename { .. } | Command::RenameParticipant { .. } => {}
        }
        self.messages.retain(|id| !is_known(*id));
    }

    fn is_empty(&self) -> bool {
        self.users.is_empty() && self.messages.is_empty() && self.attachments.is_empty() && !self.everybody
    }
}

pub(super) fn needs_facts(command: &Command) -> bool {
    let mut named = Named::default();
    named.add(command, |_| false);
    !named.is_empty()
}

/// Reads what these commands need to know; the connection sees one tenant's rows only.
pub(super) async fn facts(
    tenant: TenantId,
    state: &State,
    commands: &[&Command],
    conn: &mut Connection,
) -> QueryResult<Facts> {
    let mut named = Named::default();
    for command in commands {
        named.add(command, |id| state.message(id).is_some());
    }
    let mut facts = Facts::default();
    if !named.users.is_empty() {
        let found: Vec<(UserId, String)> = members(tenant)
            .filter(users::id.eq_any(&named.users))
            .select((users::id, users::full_name))
            .load(conn)
            .await?;
        facts.users = HashMap::from_iter(found);
    }
    if !named.messages.is_empty() {
        let rows = rows::by_id(tenant, &named.messages, conn).await?;
        let messages = messages_of(tenant, rows, conn).await?;
        let of_this_room = messages.into_iter().filter(|message| message.room_id == state.id);
        facts.messages = of_this_room.map(|message| (message.id, Arc::new(message))).collect();
    }
    if !named.attachments.is_empty() {
        let found = attachments::sendable(tenant, &named.attachments, conn).await?;
        let by_id = |(uploader, attachment): (UserId, attachments::Attachment)| (attachment.id, (uploader, attachment));
        facts.attachments = found.into_iter().map(by_id).collect();
    }
    if named.everybody {
        facts.everybody = Some(everybody(tenant, conn).await?);
    }
    Ok(facts)
}

/// The active people of the company who may be in rooms.
fn members(tenant: TenantId) -> users::BoxedQuery<'static, Pg> {
    users::table
        .filter(users::tenant_id.eq(tenant))
        .filter(users::is_active)
        .filter(users::role.ne(Role::SuperAdmin))
        .into_boxed()
}

async fn everybody(tenant: TenantId, conn: &mut Connection) -> QueryResult<Vec<Person>> {
    let found: Vec<(UserId, String)> = members(tenant)
        .order(users::id)
        .select((users::id, users::full_name))
        .load(conn)
        .await?;
    Ok(found.into_iter().map(|(id, name)| Person { id, name }).collect())
}

/// Who of these is no active person of the company.
pub(super) async fn unknown_people(
    tenant: TenantId,
    asked: &[UserId],
    conn: &mut Connection,
) -> QueryResult<Vec<UserId>> {
    let found: Vec<UserId> = members(tenant)
        .filter(users::id.eq_any(asked))
        .select(users::id)
        .load(conn)
        .await?;
    Ok(asked.iter().copied().filter(|id| !found.contains(id)).collect())
}

/// Makes a room. Of a direct room that is there already, or made by another at this moment, tells which it is.
pub(super) async fn room_create(
    tenant: TenantId,
    new: &NewRoom,
    by: UserId,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<(RoomId, bool)> {
    let id = RoomId(clock::new_id());
    let (kind, name, direct_key) = match &new.about {
        NewRoomKind::Group { name } => (RoomKind::Group, Some(name.as_str()), None),
        NewRoomKind::Direct => {
            let other = new.others.as_slice().first();
            (RoomKind::Direct, None, other.map(|other| direct_key(by, *other)))
        }
    };
    let row = (
        chat_rooms::tenant_id.eq(tenant),
        chat_rooms::id.eq(id),
        chat_rooms::type_.eq(kind),
        chat_rooms::name.eq(name),
        chat_rooms::direct_key.eq(&direct_key),
        chat_rooms::created_by.eq(by),
        chat_rooms::created_at.eq(now),
        chat_rooms::updated_at.eq(now),
    );
    let inserted = diesel::insert_into(chat_rooms::table)
        .values(row)
        .on_conflict((chat_rooms::tenant_id, chat_rooms::direct_key))
        .do_nothing()
        .execute(conn)
        .await?;
    if inserted == 0 {
        let existing: RoomId = chat_rooms::table
            .filter(
                chat_rooms::tenant_id
                    .eq(tenant)
                    .and(chat_rooms::direct_key.eq(direct_key)),
            )
            .select(chat_rooms::id)
            .first(conn)
            .await?;
        return Ok((existing, false));
    }
    let people: Vec<UserId> = std::iter::once(by).chain(new.others.iter().copied()).collect();
    fill(tenant, id, &people, now, conn).await?;
    Ok((id, true))
}

/// The two people of a direct room, whoever of them makes it.
fn direct_key(one: UserId, other: UserId) -> String {
    let (first, second) = if one < other { (one, other) } else { (other, one) };
    format!("{first}:{second}")
}

/// Gives a new room its topic and its people.
async fn fill(
    tenant: TenantId,
    id: RoomId,
    people: &[UserId],
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<()> {
    use chat_room_participants as p;
    live::create_topic(Room::topic(tenant, id), conn).await?;
    let rows: Vec<_> = people
        .iter()
        .map(|user| {
            (
                p::tenant_id.eq(tenant),
                p::room_id.eq(id),
                p::user_id.eq(user),
                p::joined_at.eq(now),
            )
        })
        .collect();
    diesel::insert_into(p::table).values(rows).execute(conn).await?;
    Ok(())
}

/// The room of everybody, which a new company begins with.
pub(crate) async fn create_general(tenant: TenantId, now: DateTime<Utc>, conn: &mut Connection) -> QueryResult<()> {
    let id = RoomId(clock::new_id());
    let row = (
        chat_rooms::tenant_id.eq(tenant),
        chat_rooms::id.eq(id),
        chat_rooms::type_.eq(RoomKind::General),
        chat_rooms::name.eq("Geral"),
        chat_rooms::created_at.eq(now),
        chat_rooms::updated_at.eq(now),
    );
    diesel::insert_into(chat_rooms::table).values(row).execute(conn).await?;
    let people: Vec<UserId> = everybody(tenant, conn)
        .await?
        .into_iter()
        .map(|person| person.id)
        .collect();
    fill(tenant, id, &people, now, conn).await
}

/// The room of everybody, and whether this person is in it.
pub(super) async fn general_room(
    tenant: TenantId,
    user: UserId,
    conn: &mut Connection,
) -> QueryResult<Option<(RoomId, bool)>> {
    use chat_room_participants as p;
    let room: Option<RoomId> = chat_rooms::table
        .filter(
            chat_rooms::tenant_id
                .eq(tenant)
                .and(chat_rooms::type_.eq(RoomKind::General)),
        )
        .select(chat_rooms::id)
        .first(conn)
        .await
        .optional()?;
    let Some(room) = room else { return Ok(None) };
    let is_in = diesel::select(diesel::dsl::exists(p::table.find((tenant, room, user))))
        .get_result(conn)
        .await?;
    Ok(Some((room, is_in)))
}

/// The room that a command went to, where it was accepted before.
pub(super) async fn room_of_command(
    tenant: TenantId,
    actor: UserId,
    key: Uuid,
    conn: &mut Connection,
) -> QueryResult<Option<RoomId>> {
    let topic: Option<Option<RoomId>> = commands::table
        .find((tenant, actor, key))
        .select(commands::topic_id)
        .first(conn)
        .await
        .optional()?;
    Ok(topic.flatten())
}

/// Messages by their room.
fn by_room(messages: Vec<Message>) -> HashMap<RoomId, Message> {
    messages.into_iter().map(|message| (message.room_id, message)).collect()
}

/// What somebody is called, and the rooms that they are in.
pub(super) async fn person_in_rooms(
    tenant: TenantId,
    user: UserId,
    conn: &mut Connection,
) -> QueryResult<(String, Vec<RoomId>)> {
    use chat_room_participants as p;
    let name: Option<String> = users::table
        .find((tenant, user))
        .select(users::full_name)
        .first(conn)
        .await
        .optional()?;
    let Some(name) = name else {
        return Ok(Default::default());
    };
    let rooms = p::table
        .filter(p::tenant_id.eq(tenant).and(p::user_id.eq(user)))
        .select(p::room_id)
        .load(conn)
        .await?;
    Ok((name, rooms))
}
