//! Lists of conversations and of what was said in them, and the way from a message to its conversation.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

use super::rows::{self, ConversationRow, messages_of};
use super::with_parties;
use crate::channels::ChannelKind;
use crate::conversations::event::Transfer;
use crate::conversations::state::{ConversationStatus, CustomerMessageType, Message, Person, State};
use crate::conversations::view::{Messages, Stats};
use crate::db::page::PageRequest;
use crate::db::schema::{channels, contacts, conversation_transfers, conversations, messages};
use crate::db::statement::statement;
use crate::db::{
    AttachmentId, ChannelId, Connection, ConversationId, IdentityId, MessageId, QueueId, TenantId, TransferId, UserId,
};

diesel::define_sql_function! {
    /// A text without accents, in lower case.
    fn balcao_fold(written: Text) -> Text;
}

/// Which conversations a list holds.
#[derive(Clone, Debug, Default)]
pub(in crate::conversations) struct ConversationFilter {
    /// Only those of this person: all that they may see.
    pub(in crate::conversations) visible_to: Option<UserId>,
    pub(in crate::conversations) status: Option<ConversationStatus>,
    /// Of this person, or, where it is `Some(None)`, of nobody.
    pub(in crate::conversations) assigned_to: Option<Option<UserId>>,
    pub(in crate::conversations) channel: Option<ChannelId>,
    pub(in crate::conversations) channel_kind: Option<ChannelKind>,
    pub(in crate::conversations) queue: Option<QueueId>,
    pub(in crate::conversations) contact: Option<Uuid>,
    pub(in crate::conversations) tag: Option<String>,
    /// Begun from then on, and before.
    pub(in crate::conversations) from: Option<DateTime<Utc>>,
    pub(in crate::conversations) to: Option<DateTime<Utc>>,
}

#[diesel::dsl::auto_type]
fn listed() -> _ {
    with_parties()
}

type Boxed<'a> = diesel::helper_types::IntoBoxed<'a, listed, Pg>;

fn matching<'a>(tenant: TenantId, filter: &ConversationFilter, page: &PageRequest) -> Boxed<'a> {
    let mut query = listed()
        .filter(conversations::tenant_id.eq(tenant))
        // A visitor who has opened the widget and said nothing is nobody's business yet.
        .filter(conversations::last_message_at.is_not_null())
        .into_boxed();
    if let Some(user) = filter.visible_to {
        query = query.filter(conversations::assigned_user_id.eq(user));
    }
    if let Some(status) = filter.status {
        query = query.filter(conversations::status.eq(status));
    }
    match filter.assigned_to {
        Some(Some(user)) => query = query.filter(conversations::assigned_user_id.eq(user)),
        Some(None) => query = query.filter(conversations::assigned_user_id.is_null()),
        None => {}
    }
    if let Some(channel) = filter.channel {
        query = query.filter(conversations::channel_id.eq(channel));
    }
    if let Some(kind) = filter.channel_kind {
        query = query.filter(channels::kind.eq(kind));
    }
    if let Some(queue) = filter.queue {
        query = query.filter(conversations::queue_id.eq(queue));
    }
    if let Some(contact) = filter.contact {
        query = query.filter(conversations::contact_id.eq(contact));
    }
    if let Some(tag) = &filter.tag {
        query = query.filter(conversations::tags.contains(vec![tag.clone()]));
    }
    if let Some(from) = filter.from {
        query = query.filter(conversations::started_at.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(conversations::started_at.lt(to));
    }
    if let Some(pattern) = page.search_pattern() {
        let named = balcao_fold(contacts::name).like(balcao_fold(pattern.clone()));
        query = query.filter(
            named
                .or(contacts::phone.assume_not_null().like(pattern.clone()))
                .or(contacts::email.assume_not_null().like(pattern.to_lowercase())),
        );
    }
    query
}

/// Conversations with their last words, those where something was said last first.
pub(in crate::conversations) async fn conversation_list(
    tenant: TenantId,
    filter: &ConversationFilter,
    page: &PageRequest,
    conn: &mut Connection,
) -> QueryResult<(Vec<State>, i64)> {
    let total = matching(tenant, filter, page).select(count_star()).first(conn).await?;
    let descending = page.sort.as_ref().is_none_or(|sort| sort.descending);
    let by_start = page.sort.as_ref().is_some_and(|sort| sort.field == "started_at");
    let query = matching(tenant, filter, page);
    let query = match (by_start, descending) {
        (false, true) => query.order(conversations::last_message_at.desc()),
        (false, false) => query.order(conversations::last_message_at.asc()),
        (true, true) => query.order(conversations::started_at.desc()),
        (true, false) => query.order(conversations::started_at.asc()),
    };
    let rows: Vec<ConversationRow> = query
        .then_order_by(conversations::id)
        .select(ConversationRow::as_select())
        .offset(page.offset())
        .limit(page.per_page)
        .load(conn)
        .await?;
    let mut last = last_words(tenant, &rows, conn).await?;
    let states = rows.into_iter().map(|row| {
        let words = last.remove(&row.id()).unwrap_or_default();
        row.into_state(words)
    });
    Ok((states.collect::<QueryResult<_>>()?, total))
}

#[derive(QueryableByName)]
struct LastWord {
    #[diesel(sql_type = SqlUuid)]
    id: MessageId,
}

/// The last message of each conversation, and the last that is no note.
async fn last_words(
    tenant: TenantId,
    conversations: &[ConversationRow],
    conn: &mut Connection,
) -> QueryResult<HashMap<ConversationId, VecDeque<Arc<Message>>>> {
    let ids: Vec<Uuid> = conversations.iter().map(|row| row.id().0).collect();
    let last: Vec<LastWord> = statement(
        "SELECT DISTINCT last.id FROM unnest(?) AS asked (id)
         CROSS JOIN LATERAL (
             (SELECT id FROM messages WHERE tenant_id = ? AND conversation_id = asked.id ORDER BY number DESC LIMIT 1)
             UNION ALL
             (SELECT id FROM messages WHERE tenant_id = ? AND conversation_id = asked.id AND message_type <> 'note'
              ORDER BY number DESC LIMIT 1)) AS last",
    )
    .bind::<Array<SqlUuid>, _>(&ids)
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<SqlUuid, _>(tenant.0)
    .load(conn)
    .await?;
    let last: Vec<MessageId> = last.into_iter().map(|word| word.id).collect();
    let rows = rows::by_id(tenant, &last, conn).await?;
    let mut found = messages_of(tenant, rows, conn).await?;
    found.sort_by_key(|message| message.number);
    let mut by_conversation: HashMap<ConversationId, VecDeque<Arc<Message>>> = HashMap::new();
    for message in found {
        let words = by_conversation.entry(message.conversation_id).or_default();
        words.push_back(Arc::new(message));
    }
    Ok(by_conversation)
}

/// A part of what was said, before this message or at the end; nothing, where it is not in this conversation.
pub(in crate::conversations) async fn message_page(
    tenant: TenantId,
    conversation: ConversationId,
    before: Option<MessageId>,
    limit: i64,
    with_notes: bool,
    conn: &mut Connection,
) -> QueryResult<Option<Messages>> {
    let of_this = || {
        messages::tenant_id
            .eq(tenant)
            .and(messages::conversation_id.eq(conversation))
    };
    let mut query = messages::table.filter(of_this()).into_boxed();
    if let Some(before) = before {
        let number: Option<i64> = messages::table
            .filter(of_this().and(messages::id.eq(before)))
            .select(messages::number)
            .first(conn)
            .await
            .optional()?;
        let Some(number) = number else { return Ok(None) };
        query = query.filter(messages::number.lt(number));
    }
    if !with_notes {
        query = query.filter(messages::message_type.ne(CustomerMessageType::Note));
    }
    let mut rows: Vec<rows::MessageRow> = query
        .order(messages::number.desc())
        .limit(limit + 1)
        .select(rows::MessageRow::as_select())
        .load(conn)
        .await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > wanted;
    rows.truncate(wanted);
    rows.reverse();
    let items = messages_of(tenant, rows, conn).await?;
    Ok(Some(Messages { items, has_more }))
}

/// The conversation of a message.
pub(in crate::conversations) async fn conversation_of_message(
    tenant: TenantId,
    id: MessageId,
    conn: &mut Connection,
) -> QueryResult<Option<ConversationId>> {
    messages::table
        .find((tenant, id))
        .select(messages::conversation_id)
        .first(conn)
        .await
        .optional()
}

pub(in crate::conversations) async fn message_get(
    tenant: TenantId,
    id: MessageId,
    conn: &mut Connection,
) -> QueryResult<Option<Message>> {
    let rows = rows::by_id(tenant, &[id], conn).await?;
    Ok(messages_of(tenant, rows, conn).await?.into_iter().next())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = conversation_transfers)]
struct TransferRow {
    id: TransferId,
    conversation_id: ConversationId,
    from_party: Value,
    to_party: Value,
    by: Option<Value>,
    reason: Option<String>,
    transferred_at: DateTime<Utc>,
}

/// Through whose hands a conversation went, the latest first.
pub(in crate::conversations) async fn transfer_list(
    tenant: TenantId,
    conversation: ConversationId,
    conn: &mut Connection,
) -> QueryResult<Vec<Transfer>> {
    use conversation_transfers as t;
    let rows: Vec<TransferRow> = t::table
        .filter(t::tenant_id.eq(tenant).and(t::conversation_id.eq(conversation)))
        .order((t::transferred_at.desc(), t::id.desc()))
        .limit(500)
        .select(TransferRow::as_select())
        .load(conn)
        .await?;
    let transfer = |row: TransferRow| {
        Ok(Transfer {
            id: row.id,
            conversation_id: row.conversation_id,
            from: rows::read(row.from_party)?,
            to: rows::read(row.to_party)?,
            by: row.by.map(rows::read::<Person>).transpose()?,
            reason: row.reason,
            transferred_at: row.transferred_at,
        })
    };
    rows.into_iter().map(transfer).collect()
}

#[derive(QueryableByName)]
struct StatsRow {
    #[diesel(sql_type = BigInt)]
    open: i64,
    #[diesel(sql_type = BigInt)]
    waiting: i64,
    #[diesel(sql_type = BigInt)]
    snoozed: i64,
    #[diesel(sql_type = BigInt)]
    closed: i64,
    #[diesel(sql_type = BigInt)]
    with_bot: i64,
    #[diesel(sql_type = BigInt)]
    mine: i64,
    #[diesel(sql_type = BigInt)]
    started_today: i64,
    #[diesel(sql_type = BigInt)]
    closed_today: i64,
}

/// How many conversations stand how: all, or only those of this person. Days are the company's.
pub(in crate::conversations) async fn stats(
    tenant: TenantId,
    me: UserId,
    only_mine: bool,
    conn: &mut Connection,
) -> QueryResult<Stats> {
    let row: StatsRow = statement(
        "WITH today AS (
             SELECT date_trunc('day', now() AT TIME ZONE time_zone) AT TIME ZONE time_zone AS begins FROM tenants WHERE id = ?
         )
         SELECT count(*) FILTER (WHERE status = 'open') AS open, count(*) FILTER (WHERE status = 'waiting') AS waiting,
             count(*) FILTER (WHERE status = 'snoozed') AS snoozed, count(*) FILTER (WHERE status = 'closed') AS closed,
             count(*) FILTER (WHERE is_bot_active) AS with_bot,
             count(*) FILTER (WHERE assigned_user_id = ? AND status <> 'closed') AS mine,
             count(*) FILTER (WHERE started_at >= today.begins) AS started_today,
             count(*) FILTER (WHERE ended_at >= today.begins) AS closed_today
         FROM conversations, today
         WHERE tenant_id = ? AND last_message_at IS NOT NULL AND (NOT ? OR assigned_user_id = ?)",
    )
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<SqlUuid, _>(me.0)
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<diesel::sql_types::Bool, _>(only_mine)
    .bind::<SqlUuid, _>(me.0)
    .get_result(conn)
    .await?;
    Ok(Stats {
        open: row.open,
        waiting: row.waiting,
        snoozed: row.snoozed,
        closed: row.closed,
        with_bot: row.with_bot,
        mine: row.mine,
        started_today: row.started_today,
        closed_today: row.closed_today,
    })
}

/// Whether this attachment was sent in a conversation that somebody may see.
pub(crate) async fn shows_attachment(
    tenant: TenantId,
    id: AttachmentId,
    to: Viewer,
    conn: &mut Connection,
) -> QueryResult<bool> {
    let mut shown = messages::table
        .inner_join(
            conversations::table.on(conversations::tenant_id
                .eq(messages::tenant_id)
                .and(conversations::id.eq(messages::conversation_id))),
        )
        .filter(messages::tenant_id.eq(tenant).and(messages::attachment_id.eq(id)))
        .select(messages::id)
        .into_boxed();
    match to {
        Viewer::Everything => {}
        Viewer::Own(user) => shown = shown.filter(conversations::assigned_user_id.eq(user)),
        Viewer::Customer(identity) => {
            shown = shown
                .filter(conversations::identity_id.eq(identity))
                .filter(messages::message_type.ne(CustomerMessageType::Note));
        }
    }
    let found: Option<MessageId> = shown.limit(1).get_result(conn).await.optional()?;
    Ok(found.is_some())
}

/// What somebody may see of conversations.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Viewer {
    Everything,
    Own(UserId),
    /// One's own, without notes.
    Customer(IdentityId),
}
