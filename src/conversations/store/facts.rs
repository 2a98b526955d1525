//! What decisions need to know and a conversation does not hold.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;

use super::rows;
use crate::attachments;
use crate::auth::{Permission, Role};
use crate::bot;
use crate::bot::machine::{self, Ask, At, Known};
use crate::channels;
use crate::clock;
use crate::conversations::command::{Command, Target};
use crate::conversations::decide::{Colleague, Facts};
use crate::conversations::state::{Owner, State};
use crate::db::schema::{queues, users};
use crate::db::{AttachmentId, Connection, MessageId, QueueId, TenantId, UserId};

/// What a batch of commands names and a conversation knows nothing of.
#[derive(Default)]
struct Named {
    people: Vec<UserId>,
    queues: Vec<QueueId>,
    messages: Vec<MessageId>,
    attachments: Vec<AttachmentId>,
    /// Whether the bot may have to answer.
    bot: bool,
}

impl Named {
    fn add(&mut self, command: &Command) {
        match command {
            Command::SendMessage(message) => {
                self.messages.extend(message.reply_to);
                self.attachments.extend(message.attachment_id);
                self.bot = true;
            }
            Command::Transfer { to, .. } => match to {
                Target::User(user) => self.people.push(*user),
                Target::Queue(queue) => self.queues.push(*queue),
                Target::Bot => {}
            },
            Command::MarkRead { message_id } => self.messages.extend(message_id),
            Command::MessageStatus { message_id, .. } => self.messages.push(*message_id),
            Command::BotAnswered { .. } => self.bot = true,
            Command::Takeover
            | Command::Begin { .. }
            | Command::Close { .. }
            | Command::Reopen
            | Command::Snooze { .. }
            | Command::AddNote { .. }
            | Command::Tag { .. }
            | Command::Update { .. }
            | Command::Rate { .. }
            | Command::Wake { .. }
            | Command::ContactChanged { .. } => {}
        }
    }
}

pub(in crate::conversations) fn needs_facts(command: &Command) -> bool {
    match command {
        Command::SendMessage(_)
        | Command::Transfer { .. }
        | Command::MessageStatus { .. }
        | Command::BotAnswered { .. } => true,
        Command::MarkRead { message_id } => message_id.is_some(),
        Command::Takeover
        | Command::Begin { .. }
        | Command::Close { .. }
        | Command::Reopen
        | Command::Snooze { .. }
        | Command::AddNote { .. }
        | Command::Tag { .. }
        | Command::Update { .. }
        | Command::Rate { .. }
        | Command::Wake { .. }
        | Command::ContactChanged { .. } => false,
    }
}

/// Reads what these commands need to know; the connection sees one tenant's rows only.
pub(in crate::conversations) async fn facts(
    tenant: TenantId,
    state: &State,
    commands: &[&Command],
    conn: &mut Connection,
) -> QueryResult<Facts> {
    let mut named = Named::default();
    for command in commands {
        named.add(command);
    }
    named.messages.retain(|id| state.message(*id).is_none());
    let is_transferred = commands
        .iter()
        .any(|command| matches!(command, Command::Transfer { .. }));
    // Whoever had it may be one who sees only their own.
    named
        .people
        .extend(state.owner.user().filter(|_| is_transferred).map(|user| user.id));
    let mut facts = Facts::default();
    // To a person or a queue the bot says nothing, unless the conversation comes back to it in this very batch.
    let is_the_bots = matches!(state.owner, Owner::Bot { .. } | Owner::Closed { .. }) || is_transferred;
    if named.bot && is_the_bots {
        bot_facts(tenant, state, &mut named, &mut facts, conn).await?;
    }
    if !named.messages.is_empty() {
        let found = rows::by_id(tenant, &named.messages, conn).await?;
        let of_this = found
            .into_iter()
            .filter(|row| row.conversation_id == state.id)
            .collect();
        let messages = rows::messages_of(tenant, of_this, conn).await?;
        facts.messages = messages
            .into_iter()
            .map(|message| (message.id, Arc::new(message)))
            .collect();
    }
    if !named.attachments.is_empty() {
        let found = attachments::sendable(tenant, &named.attachments, conn).await?;
        let by_id = |(uploader, attachment): (UserId, attachments::Attachment)| (attachment.id, (uploader, attachment));
        facts.attachments = found.into_iter().map(by_id).collect();
    }
    if !named.people.is_empty() {
        facts.people = people(tenant, &named.people, conn).await?;
    }
    if !named.queues.is_empty() {
        let found: Vec<QueueId> = queues::table
            .filter(queues::tenant_id.eq(tenant).and(queues::id.eq_any(&named.queues)))
            .select(queues::id)
            .load(conn)
            .await?;
        facts.queues = HashSet::from_iter(found);
    }
    Ok(facts)
}

/// What the bot asks of the outside at this call; nothing, where it does not wait for it.
pub(in crate::conversations) async fn asked(
    tenant: TenantId,
    state: &State,
    call: u32,
    conn: &mut Connection,
) -> QueryResult<Option<Ask>> {
    let Owner::Bot {
        flow: Some(flow),
        state: bot,
    } = &state.owner
    else {
        return Ok(None);
    };
    if !matches!(bot.at, At::Calling { call: awaited, .. } if awaited == call) {
        return Ok(None);
    }
    let (mut named, mut facts) = (Named::default(), Facts::default());
    bot_facts(tenant, state, &mut named, &mut facts, conn).await?;
    let flow = facts.flows.get(flow);
    Ok(flow.and_then(|flow| machine::asked(flow, bot, &facts.known)))
}

/// What the bot runs, whom it may hand over to, and what it knows of the customer and the hour.
async fn bot_facts(
    tenant: TenantId,
    state: &State,
    named: &mut Named,
    facts: &mut Facts,
    conn: &mut Connection,
) -> QueryResult<()> {
    let flow = channels::flow_of(tenant, state.channel.id, conn).await?;
    facts.current_flow = bot::published(tenant, flow, conn).await?;
    let pinned = match &state.owner {
        Owner::Bot { flow, .. } => *flow,
        Owner::Queue { .. } | Owner::Attendant { .. } | Owner::Closed { .. } => None,
    };
    let ids: Vec<_> = pinned.into_iter().chain(facts.current_flow).collect();
    for (id, flow) in bot::versions(tenant, &ids, conn).await? {
        let (users, queues) = flow.hands_over_to();
        named.people.extend(users.into_iter().map(UserId));
        named.queues.extend(queues.into_iter().map(QueueId));
        facts.flows.insert(id, Arc::new(flow));
    }
    let mut known = Known {
        open: bot::open_now(tenant, clock::now(), conn).await?,
        ..Known::default()
    };
    known
        .values
        .insert("contact.name".to_owned(), json!(state.contact.name));
    known
        .values
        .insert("contact.phone".to_owned(), json!(state.contact.phone));
    known
        .values
        .insert("contact.email".to_owned(), json!(state.contact.email));
    known.values.insert("channel".to_owned(), json!(state.channel.kind));
    facts.known = known;
    Ok(())
}

/// The active people of the company who talk with customers.
async fn people(tenant: TenantId, ids: &[UserId], conn: &mut Connection) -> QueryResult<HashMap<UserId, Colleague>> {
    let found: Vec<(UserId, String, Role)> = users::table
        .filter(users::tenant_id.eq(tenant).and(users::id.eq_any(ids)))
        .filter(users::is_active)
        .select((users::id, users::full_name, users::role))
        .load(conn)
        .await?;
    let colleague = |(id, name, role): (UserId, String, Role)| {
        let permissions = role.permissions();
        let colleague = Colleague {
            name,
            sees_own: !permissions.contains(Permission::ConversationsAll),
        };
        permissions
            .contains(Permission::ConversationsUse)
            .then_some((id, colleague))
    };
    Ok(found.into_iter().filter_map(colleague).collect())
}
