//! How conversations begin: who somebody is on a channel, and which conversation is theirs now.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};

use super::rows::ContactRow;
use crate::auth::Principal;
use crate::channels::ChannelStatus;
use crate::clock;
use crate::contacts::{Learned, UNNAMED, learn_in_txn};
use crate::conversations::Conversation;
use crate::conversations::decide::REOPENS_WITHIN;
use crate::conversations::state::{Contact, ConversationStatus, Owner};
use crate::db::schema::{channels, contact_identities, contacts, conversations};
use crate::db::{ChannelId, Connection, ContactId, ConversationId, IdentityId, TenantId, UserId};
use crate::error::Error;
use crate::live;

/// Somebody on a channel.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) name: String,
    pub(crate) channel_config: Value,
    /// Whether the channel lets customers in.
    pub(crate) is_active: bool,
}

/// Who this is; nothing, where there is nobody.
pub(crate) async fn identity_of(
    tenant: TenantId,
    id: IdentityId,
    conn: &mut Connection,
) -> QueryResult<Option<Identity>> {
    use contact_identities as i;
    let row: Option<(String, Value, ChannelStatus)> = i::table
        .inner_join(contacts::table.on(contacts::tenant_id.eq(i::tenant_id).and(contacts::id.eq(i::contact_id))))
        .inner_join(channels::table.on(channels::tenant_id.eq(i::tenant_id).and(channels::id.eq(i::channel_id))))
        .filter(i::tenant_id.eq(tenant).and(i::id.eq(id)))
        .select((contacts::name, channels::config, channels::status))
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(|(name, channel_config, status)| Identity {
        name,
        channel_config,
        is_active: status == ChannelStatus::Active,
    }))
}

/// Lets somebody in by a channel of ours: whoever they were before, or somebody new; and the conversation that they are in.
pub(crate) async fn welcome(
    tenant: TenantId,
    channel: ChannelId,
    known: Option<IdentityId>,
    newcomer: &Learned,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> Result<(IdentityId, ConversationId), Error> {
    use contact_identities as i;
    let contact: Option<ContactId> = i::table
        .filter(i::tenant_id.eq(tenant).and(i::channel_id.eq(channel)))
        .filter(i::id.nullable().eq(known))
        .select(i::contact_id)
        .first(conn)
        .await
        .optional()?;
    let identity = match (contact, known) {
        (Some(contact), Some(identity)) => {
            // What they say of themselves and had not said before.
            learn_in_txn(&Principal::system(tenant), contact, newcomer, conn).await?;
            identity
        }
        _ => arrive(tenant, channel, newcomer, now, conn).await?,
    };
    let conversation = conversation_open(tenant, identity, REOPENS_WITHIN, now, conn).await?;
    Ok((identity, conversation))
}

/// Somebody new.
async fn arrive(
    tenant: TenantId,
    channel: ChannelId,
    newcomer: &Learned,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<IdentityId> {
    use contact_identities as i;
    let (contact, identity) = (ContactId(clock::new_id()), IdentityId(clock::new_id()));
    diesel::insert_into(contacts::table)
        .values((
            contacts::tenant_id.eq(tenant),
            contacts::id.eq(contact),
            contacts::name.eq(newcomer.name.as_deref().unwrap_or(UNNAMED)),
            contacts::email.eq(newcomer.email.as_deref()),
            contacts::created_at.eq(now),
            contacts::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    diesel::insert_into(i::table)
        .values((
            i::tenant_id.eq(tenant),
            i::id.eq(identity),
            i::contact_id.eq(contact),
            i::channel_id.eq(channel),
            i::external_id.eq(identity.to_string()),
            i::created_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(identity)
}

/// The latest conversation of somebody.
pub(crate) async fn latest_of(
    tenant: TenantId,
    identity: IdentityId,
    conn: &mut Connection,
) -> QueryResult<Option<ConversationId>> {
    conversations::table
        .filter(
            conversations::tenant_id
                .eq(tenant)
                .and(conversations::identity_id.eq(identity)),
        )
        .order(conversations::started_at.desc())
        .select(conversations::id)
        .first(conn)
        .await
        .optional()
}

/// The identity of a contact on a channel, where they have one.
pub(in crate::conversations) async fn identity_open(
    tenant: TenantId,
    channel: ChannelId,
    contact: ContactId,
    conn: &mut Connection,
) -> QueryResult<Option<IdentityId>> {
    use contact_identities as i;
    i::table
        .filter(i::tenant_id.eq(tenant))
        .filter(i::channel_id.eq(channel).and(i::contact_id.eq(contact)))
        .order(i::id.desc())
        .select(i::id)
        .first(conn)
        .await
        .optional()
}

pub(in crate::conversations) async fn contact_by_phone(
    tenant: TenantId,
    phone: &str,
    conn: &mut Connection,
) -> QueryResult<Option<ContactId>> {
    contacts::table
        .filter(contacts::tenant_id.eq(tenant).and(contacts::phone.eq(phone)))
        .select(contacts::id)
        .first(conn)
        .await
        .optional()
}

/// The last conversation of this identity, unless it ended longer ago than `reopens_within`; else a new one, which is the bot's.
pub(in crate::conversations) async fn conversation_open(
    tenant: TenantId,
    identity: IdentityId,
    reopens_within: TimeDelta,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<ConversationId> {
    use contact_identities as i;
    // Two that begin at once wait for each other here, and the second finds what the first has made.
    let (channel, contact): (ChannelId, ContactId) = i::table
        .find((tenant, identity))
        .select((i::channel_id, i::contact_id))
        .for_update()
        .first(conn)
        .await?;
    let last: Option<(ConversationId, ConversationStatus, Option<DateTime<Utc>>)> = conversations::table
        .filter(
            conversations::tenant_id
                .eq(tenant)
                .and(conversations::identity_id.eq(identity)),
        )
        .order(conversations::started_at.desc())
        .select((conversations::id, conversations::status, conversations::ended_at))
        .first(conn)
        .await
        .optional()?;
    if let Some((id, status, ended_at)) = last {
        let ended = ended_at.filter(|_| status == ConversationStatus::Closed);
        if ended.is_none_or(|ended| now - ended <= reopens_within) {
            return Ok(id);
        }
    }
    let id = ConversationId(clock::new_id());
    diesel::insert_into(conversations::table)
        .values((
            conversations::tenant_id.eq(tenant),
            conversations::id.eq(id),
            conversations::channel_id.eq(channel),
            conversations::contact_id.eq(contact),
            conversations::identity_id.eq(identity),
            conversations::owner.eq(json!(Owner::bot())),
            conversations::started_at.eq(now),
            conversations::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    live::create_topic(Conversation::topic(tenant, id), conn).await?;
    Ok(id)
}

/// Whether a contact has been in a conversation.
pub(crate) async fn has_any(tenant: TenantId, contact: ContactId, conn: &mut Connection) -> QueryResult<bool> {
    let theirs = conversations::tenant_id
        .eq(tenant)
        .and(conversations::contact_id.eq(contact));
    diesel::select(diesel::dsl::exists(conversations::table.filter(theirs)))
        .get_result(conn)
        .await
}

/// Who is talking with whom: the contacts of all conversations that somebody has in hand, each with that person.
pub(crate) async fn in_hand(tenant: TenantId, conn: &mut Connection) -> QueryResult<Vec<(ContactId, UserId)>> {
    let theirs = conversations::table
        .filter(
            conversations::tenant_id
                .eq(tenant)
                .and(conversations::status.ne("closed")),
        )
        .filter(conversations::assigned_user_id.is_not_null());
    theirs
        .select((
            conversations::contact_id,
            conversations::assigned_user_id.assume_not_null(),
        ))
        .load(conn)
        .await
}

/// Makes what is one contact's on all channels another's. A conversation that is live shows it when it is next loaded.
pub(crate) async fn change_contact(
    tenant: TenantId,
    from: ContactId,
    to: ContactId,
    conn: &mut Connection,
) -> QueryResult<()> {
    use contact_identities as i;
    diesel::update(i::table.filter(i::tenant_id.eq(tenant).and(i::contact_id.eq(from))))
        .set(i::contact_id.eq(to))
        .execute(conn)
        .await?;
    let theirs = conversations::tenant_id
        .eq(tenant)
        .and(conversations::contact_id.eq(from));
    diesel::update(conversations::table.filter(theirs))
        .set(conversations::contact_id.eq(to))
        .execute(conn)
        .await
        .map(drop)
}

/// The conversations with these contacts that are not over, or may go on yet, each with what is known of its customer.
pub(in crate::conversations) async fn open_with(
    tenant: TenantId,
    ids: &[ContactId],
    conn: &mut Connection,
) -> QueryResult<Vec<(ConversationId, Contact)>> {
    let is_alive = conversations::status
        .ne(ConversationStatus::Closed)
        .or(conversations::ended_at.gt(clock::now() - REOPENS_WITHIN));
    let rows: Vec<(ConversationId, ContactRow)> = conversations::table
        .inner_join(
            contacts::table.on(contacts::tenant_id
                .eq(conversations::tenant_id)
                .and(contacts::id.eq(conversations::contact_id))),
        )
        .filter(conversations::tenant_id.eq(tenant))
        .filter(conversations::contact_id.eq_any(ids))
        .filter(is_alive)
        .select((conversations::id, ContactRow::as_select()))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(id, row)| (id, row.contact())).collect())
}
