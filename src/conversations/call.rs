//! What the bot asks of the outside: another system, or a language model. The outcome comes back to the conversation as a command
//! that carries the epoch in which it was asked.

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Conversation;
use super::command::BOT_ANSWERED;
use super::event::{Change, Event};
use super::state::{Message, Owner, SenderType, State};
use super::store;
use crate::ai::{AiError, Prompt, Role};
use crate::app::App;
use crate::auth::Principal;
use crate::bot::machine::{Ask, At};
use crate::db::{ConversationId, DbError, TenantId};
use crate::error::Code;
use crate::jobs::{Job, JobError, JobHandler, JobKind, NewJob};
use crate::outgoing::Call;

/// How much of what was said a language model is told.
const HISTORY: usize = 20;

/// The bot waits for something outside.
pub(crate) struct BotCall;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Asked {
    conversation_id: ConversationId,
    call: u32,
    epoch: i64,
}

impl JobKind for BotCall {
    const NAME: &'static str = "bot.call";
    type Payload = Asked;
    const SHOWN: &'static [&'static str] = &["conversation_id", "call"];
}

impl JobHandler<App> for BotCall {
    async fn run(app: &App, job: &Job, payload: Asked) -> Result<(), JobError> {
        let (tenant, id) = (job.tenant, payload.conversation_id);
        let found = app
            .db
            .snapshot(tenant, async |conn| {
                let Some(state) = store::load(tenant, id, conn).await? else {
                    return Ok(None);
                };
                let ask = store::asked(tenant, &state, payload.call, conn).await?;
                Ok::<_, DbError>(ask.map(|ask| (ask, said(&state))))
            })
            .await?;
        // Where the bot no longer waits for it, nobody is asked; the conversation tells so itself.
        let answer = match found {
            Some((ask, said)) => answer(app, job, ask, said).await?,
            None => None,
        };
        let data = json!({ "call": payload.call, "epoch": payload.epoch, "answer": answer });
        let topic = Conversation::topic(tenant, id);
        let by = Principal::system(tenant).into();
        match app.live.execute(&by, topic, BOT_ANSWERED, data, Some(job.id)).await {
            Err(error) if error.code != Code::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

/// What the outside says; nothing, where it fails, for which the flow has a way of its own.
async fn answer(app: &App, job: &Job, ask: Ask, said: Vec<(Role, String)>) -> Result<Option<Value>, JobError> {
    match ask {
        Ask::Http {
            method,
            url,
            headers,
            body,
        } => {
            let key = job.id.to_string();
            let mut all: Vec<(&str, &str)> = headers
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            // A server that dies may ask again: whoever is asked can tell by this.
            all.push(("Idempotency-Key", &key));
            let call = Call {
                method: method.as_str().parse().unwrap_or(Method::GET),
                url: &url,
                headers: all,
                body: body.as_ref(),
            };
            Ok(match app.outgoing.ask(&call).await {
                Ok(answer) => Some(answer),
                Err(error) => {
                    tracing::info!(job.id = %job.id, error = format!("{:#}", anyhow::Error::from(error)), "The bot's call failed");
                    None
                }
            })
        }
        Ask::Ai { instructions } => match app.ai.answer(job.tenant, &Prompt { instructions, said }, &app.db).await {
            Ok(text) => Ok(Some(Value::String(text))),
            Err(AiError::Database(error)) => Err(error.into()),
            Err(error) => {
                tracing::info!(job.id = %job.id, error = format!("{:#}", anyhow::Error::from(error)), "The language model gave no answer");
                Ok(None)
            }
        },
    }
}

/// The last words of both sides, oldest first: notes and what the server tells are none.
pub(super) fn said(state: &State) -> Vec<(Role, String)> {
    let spoken = |message: &Message| {
        let role = match message.sender_type {
            SenderType::Customer => Role::User,
            SenderType::Bot | SenderType::Attendant => Role::Assistant,
            SenderType::System => return None,
        };
        (!message.is_note() && !message.content.is_empty()).then(|| (role, message.content.clone()))
    };
    let mut said: Vec<_> = state
        .messages
        .iter()
        .rev()
        .filter_map(|message| spoken(message))
        .take(HISTORY)
        .collect();
    said.reverse();
    said
}

/// The job that makes the call for which the bot has just begun to wait.
pub(super) fn of_event(tenant: TenantId, after: &State, event: &Event) -> Option<NewJob> {
    let bot = match event {
        Event::MessageReceived { bot: Some(bot), .. } => &bot.state,
        Event::Updated(Change::Owner(Owner::Bot { state, .. })) => state,
        _ => return None,
    };
    // Once the customer has said something meanwhile, it is an old call.
    let At::Calling {
        call, meanwhile: None, ..
    } = &bot.at
    else {
        return None;
    };
    let payload = Asked {
        conversation_id: after.id,
        call: *call,
        epoch: after.epoch,
    };
    NewJob::of::<BotCall>(tenant, &payload).ok()
}
