//! Lists of rooms and of what was said in them, the search, and the way from a message to its room.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::rows::{self, MessageRow, messages_of};
use super::{by_room, participants};
use crate::db::page::PageRequest;
use crate::db::schema::{chat_messages, chat_room_participants, chat_rooms};
use crate::db::statement::statement;
use crate::db::{AttachmentId, Connection, MessageId, RoomId, TenantId, UserId};
use crate::rooms::state::{Message, Participant, RoomKind};
use crate::rooms::view::{self, FoundMessage, Messages, RoomSummary};

/// Which rooms a list holds.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::rooms) struct RoomFilter {
    pub(in crate::rooms) kind: Option<RoomKind>,
}

/// Which part of a room's messages is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rooms) enum Jump {
    Newest,
    Before(MessageId),
    After(MessageId),
    /// This one in the middle.
    Around(MessageId),
}

/// A part of a room's messages.
#[derive(Clone, Copy, Debug)]
pub(in crate::rooms) struct MessageQuery {
    pub(in crate::rooms) jump: Jump,
    pub(in crate::rooms) limit: i64,
}

#[derive(QueryableByName)]
struct ListedRoom {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    kind: RoomKind,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    created_by: Option<Uuid>,
    #[diesel(sql_type = Timestamptz)]
    created_at: chrono::DateTime<chrono::Utc>,
    #[diesel(sql_type = Timestamptz)]
    updated_at: chrono::DateTime<chrono::Utc>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    last_message_id: Option<Uuid>,
    #[diesel(sql_type = BigInt)]
    unread_count: i64,
    #[diesel(sql_type = BigInt)]
    total: i64,
}

/// The rooms that somebody is in, those where something was said last first.
pub(in crate::rooms) async fn room_list(
    tenant: TenantId,
    who: UserId,
    filter: RoomFilter,
    page: &PageRequest,
    conn: &mut Connection,
) -> QueryResult<(Vec<RoomSummary>, i64)> {
    let rows = listed(tenant, who, filter, page, (page.per_page, page.offset()), conn).await?;
    let total = match rows.as_slice().first() {
        Some(row) => row.total,
        // Beyond the end there is no row to tell how many there are.
        None if page.offset() > 0 => {
            let first = listed(tenant, who, filter, page, (1, 0), conn).await?;
            first.as_slice().first().map_or(0, |row| row.total)
        }
        None => 0,
    };
    let ids: Vec<RoomId> = rows.iter().map(|row| RoomId(row.id)).collect();
    let mut people: HashMap<RoomId, Vec<Participant>> = HashMap::new();
    for (room, participant) in participants(tenant, &ids, conn).await? {
        people.entry(room).or_default().push(participant);
    }
    let last: Vec<MessageId> = rows
        .iter()
        .filter_map(|row| row.last_message_id.map(MessageId))
        .collect();
    let last = rows::by_id(tenant, &last, conn).await?;
    let mut last = by_room(messages_of(tenant, last, conn).await?);
    let summaries = rows.into_iter().map(|row| {
        let id = RoomId(row.id);
        let participants = people.remove(&id).unwrap_or_default();
        let others = participants.iter().map(|other| (other.user_id, other.name.as_str()));
        RoomSummary {
            id,
            kind: row.kind,
            name: view::name(row.name.as_deref(), others, who).to_owned(),
            created_by: row.created_by.map(UserId),
            created_at: row.created_at,
            updated_at: row.updated_at,
            unread_count: row.unread_count,
            participants,
            last_message: last.remove(&id),
        }
    });
    Ok((summaries.collect(), total))
}

/// So many of somebody's rooms from one on: `(limit, offset)`.
async fn listed(
    tenant: TenantId,
    who: UserId,
    filter: RoomFilter,
    page: &PageRequest,
    (limit, offset): (i64, i64),
    conn: &mut Connection,
) -> QueryResult<Vec<ListedRoom>> {
    statement(
        "WITH mine AS (
             SELECT room.id, room.type AS kind, room.name, room.created_by, room.created_at, room.updated_at,
                 last.id AS last_message_id, coalesce(last.created_at, room.created_at) AS active_at,
                 coalesce(last.tally, 0) - me.read_tally AS unread_count
             FROM chat_room_participants AS me
             JOIN chat_rooms AS room ON room.tenant_id = me.tenant_id AND room.id = me.room_id
             LEFT JOIN LATERAL (SELECT id, created_at, tally FROM chat_messages
                                WHERE tenant_id = me.tenant_id AND room_id = me.room_id ORDER BY number DESC LIMIT 1) AS last
                 ON true
             WHERE me.tenant_id = ? AND me.user_id = ? AND room.type = coalesce(?, room.type)
         )
         SELECT mine.*, count(*) OVER () AS total FROM mine
         WHERE coalesce(name, (SELECT full_name FROM users JOIN chat_room_participants AS other
                                   ON other.tenant_id = users.tenant_id AND other.user_id = users.id
                               WHERE other.tenant_id = ? AND other.room_id = mine.id AND other.user_id <> ?), '')
             ILIKE coalesce(?, '%')
         ORDER BY active_at DESC, id LIMIT ? OFFSET ?",
    )
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<SqlUuid, _>(who.0)
    .bind::<Nullable<Text>, _>(filter.kind.map(RoomKind::as_str))
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<SqlUuid, _>(who.0)
    .bind::<Nullable<Text>, _>(page.search_pattern())
    .bind::<BigInt, _>(limit)
    .bind::<BigInt, _>(offset)
    .load(conn)
    .await
}

/// A part of what was said in a room; nothing, where the message to start from is not in it.
pub(in crate::rooms) async fn message_page(
    tenant: TenantId,
    room: RoomId,
    query: MessageQuery,
    conn: &mut Connection,
) -> QueryResult<Option<Messages>> {
    let number = match query.jump {
        Jump::Newest => None,
        Jump::Before(id) | Jump::After(id) | Jump::Around(id) => {
            let found: Option<i64> = chat_messages::table
                .find((tenant, id))
                .filter(chat_messages::room_id.eq(room))
                .select(chat_messages::number)
                .first(conn)
                .await
                .optional()?;
            let Some(number) = found else { return Ok(None) };
            Some(number)
        }
    };
    let limit = query.limit;
    let (first, last) = match (query.jump, number) {
        (Jump::Before(_), Some(number)) => (None, Some(number - 1)),
        (Jump::After(_), Some(number)) => (Some(number + 1), None),
        (Jump::Around(_), Some(number)) => (Some((number - limit / 2).max(1)), None),
        (..) => (None, None),
    };
    let rows = match (first, last) {
        // Numbers have no gaps: from one on, so many.
        (Some(first), _) => numbered(tenant, room, first, first + limit - 1, conn).await?,
        (None, Some(last)) => numbered(tenant, room, last - limit + 1, last, conn).await?,
        (None, None) => rows::newest(tenant, room, limit, conn).await?,
    };
    let items = messages_of(tenant, rows, conn).await?;
    let newest: Option<i64> = chat_messages::table
        .filter(chat_messages::tenant_id.eq(tenant).and(chat_messages::room_id.eq(room)))
        .order(chat_messages::number.desc())
        .select(chat_messages::number)
        .first(conn)
        .await
        .optional()?;
    let has_more = match items.as_slice().first() {
        Some(first) => first.number > 1,
        // Nothing on this side of the message, which itself is on the other.
        None => matches!(query.jump, Jump::After(_)),
    };
    let has_newer = match items.as_slice().last() {
        Some(last) => newest.is_some_and(|newest| last.number < newest),
        None => matches!(query.jump, Jump::Before(_)),
    };
    Ok(Some(Messages {
        items,
        has_more,
        has_newer,
    }))
}

async fn numbered(
    tenant: TenantId,
    room: RoomId,
    first: i64,
    last: i64,
    conn: &mut Connection,
) -> QueryResult<Vec<MessageRow>> {
    chat_messages::table
        .filter(chat_messages::tenant_id.eq(tenant).and(chat_messages::room_id.eq(room)))
        .filter(chat_messages::number.between(first, last))
        .order(chat_messages::number)
        .select(MessageRow::as_select())
        .load(conn)
        .await
}

/// Whether somebody may read in a room: who is in it, and everybody in the general one.
pub(in crate::rooms) async fn may_read(
    tenant: TenantId,
    room: RoomId,
    who: UserId,
    conn: &mut Connection,
) -> QueryResult<bool> {
    let kind: Option<RoomKind> = chat_rooms::table
        .find((tenant, room))
        .select(chat_rooms::type_)
        .first(conn)
        .await
        .optional()?;
    if kind == Some(RoomKind::General) {
        return Ok(true);
    }
    diesel::select(diesel::dsl::exists(
        chat_room_participants::table.find((tenant, room, who)),
    ))
    .get_result(conn)
    .await
}

/// The room of a message.
pub(in crate::rooms) async fn message_room(
    tenant: TenantId,
    id: MessageId,
    conn: &mut Connection,
) -> QueryResult<Option<RoomId>> {
    chat_messages::table
        .find((tenant, id))
        .select(chat_messages::room_id)
        .first(conn)
        .await
        .optional()
}

pub(in crate::rooms) async fn message_get(
    tenant: TenantId,
    id: MessageId,
    conn: &mut Connection,
) -> QueryResult<Option<Message>> {
    let rows = rows::by_id(tenant, &[id], conn).await?;
    Ok(messages_of(tenant, rows, conn).await?.into_iter().next())
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = SqlUuid)]
    record_id: Uuid,
    #[diesel(sql_type = BigInt)]
    total: i64,
}

/// The messages that hold these words, newest first, in the rooms that somebody is in, or in one of them.
pub(in crate::rooms) async fn message_search(
    tenant: TenantId,
    who: UserId,
    room: Option<RoomId>,
    words: &str,
    page: &PageRequest,
    conn: &mut Connection,
) -> QueryResult<(Vec<FoundMessage>, i64)> {
    use chat_room_participants as p;
    let mut mine = p::table
        .inner_join(
            chat_rooms::table.on(chat_rooms::tenant_id
                .eq(p::tenant_id)
                .and(chat_rooms::id.eq(p::room_id))),
        )
        .filter(p::tenant_id.eq(tenant).and(p::user_id.eq(who)))
        .into_boxed();
    if let Some(room) = room {
        mine = mine.filter(p::room_id.eq(room));
    }
    let rooms: Vec<(RoomId, Option<String>)> = mine.select((p::room_id, chat_rooms::name)).load(conn).await?;
    let scopes: Vec<Uuid> = rooms.iter().map(|(room, _)| room.0).collect();
    let found: Vec<Found> = statement("SELECT record_id, total FROM balcao_search('message', ?, ?, ?, ?)")
        .bind::<Array<SqlUuid>, _>(&scopes)
        .bind::<Text, _>(words)
        .bind::<BigInt, _>(page.per_page)
        .bind::<BigInt, _>(page.offset())
        .load(conn)
        .await?;
    let total = found.as_slice().first().map_or(0, |found| found.total);
    let ids: Vec<MessageId> = found.iter().map(|found| MessageId(found.record_id)).collect();
    let messages = rows::by_id(tenant, &ids, conn).await?;
    let messages = messages_of(tenant, messages, conn).await?;

    let names: HashMap<RoomId, Option<String>> = rooms.into_iter().collect();
    let unnamed: Vec<RoomId> = messages.iter().map(|message| message.room_id).collect();
    let people = participants(tenant, &unnamed, conn).await?;
    let name = |room: RoomId| {
        let own = names.get(&room).and_then(|name| name.as_deref());
        let others = people.iter().filter(|(other, _)| *other == room);
        view::name(own, others.map(|(_, other)| (other.user_id, other.name.as_str())), who).to_owned()
    };
    let items = messages.into_iter().map(|message| FoundMessage {
        room_name: name(message.room_id),
        message,
    });
    Ok((items.collect(), total))
}

/// Whether somebody may read in a room in which this attachment was sent.
pub(crate) async fn shows_attachment(
    tenant: TenantId,
    id: AttachmentId,
    who: UserId,
    conn: &mut Connection,
) -> QueryResult<bool> {
    use chat_room_participants as p;
    let shown = chat_messages::table
        .inner_join(
            chat_rooms::table.on(chat_rooms::tenant_id
                .eq(chat_messages::tenant_id)
                .and(chat_rooms::id.eq(chat_messages::room_id))),
        )
        .left_join(
            p::table.on(p::tenant_id
                .eq(chat_messages::tenant_id)
                .and(p::room_id.eq(chat_messages::room_id))
                .and(p::user_id.eq(who))),
        )
        .filter(
            chat_messages::tenant_id
                .eq(tenant)
                .and(chat_messages::attachment_id.eq(id)),
        )
        .filter(p::user_id.is_not_null().or(chat_rooms::type_.eq(RoomKind::General)))
        .select(chat_messages::id);
    diesel::select(diesel::dsl::exists(shown)).get_result(conn).await
}
