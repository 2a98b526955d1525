//! The bot's part in a conversation: what its flow makes of what happens, as events.

use std::sync::Arc;

use serde_json::{Value, json};

use super::decide::Draft;
use super::event::{BotTurn, Change, Event};
use super::state::{CustomerMessageType, Message, Owner, Person, SenderType};
use crate::bot::machine::{At, BotState, Input, Output, step};
use crate::db::{FlowVersionId, QueueId, UserId};

/// What customers see as the bot's name.
const NAME: &str = "Assistente virtual";

/// The customer said something. Where the conversation is the bot's, it answers.
pub(super) fn hear(draft: &mut Draft<'_>, message: Message) {
    let Owner::Bot { flow, state } = &draft.state.owner else {
        let message = Arc::new(message);
        return draft.push(Event::MessageReceived { message, bot: None });
    };
    let state = state.clone();
    let Some(flow) = flow.or(draft.context.facts.current_flow) else {
        return without_flow(draft, message);
    };
    let input = Input::Words(message.content.clone());
    let Some((state, outputs)) = turn(draft, flow, state, &input) else {
        return without_flow(draft, message);
    };
    draft.push(Event::MessageReceived {
        message: Arc::new(message),
        bot: Some(BotTurn { flow, state }),
    });
    perform(draft, outputs);
}

/// A call to the outside ended. Whether it was one that the bot waits for.
pub(super) fn answered(draft: &mut Draft<'_>, call: u32, answer: Option<&Value>) -> bool {
    let Owner::Bot {
        flow: Some(flow),
        state,
    } = &draft.state.owner
    else {
        return false;
    };
    if !matches!(state.at, At::Calling { call: awaited, .. } if awaited == call) {
        return false;
    }
    let (flow, state) = (*flow, state.clone());
    let input = Input::Answered {
        call,
        answer: answer.cloned(),
    };
    let Some((state, outputs)) = turn(draft, flow, state, &input) else {
        hand_over(draft, None, None);
        return true;
    };
    draft.push(Event::Updated(Change::Owner(Owner::Bot {
        flow: Some(flow),
        state,
    })));
    perform(draft, outputs);
    true
}

fn turn(draft: &Draft<'_>, flow: FlowVersionId, state: BotState, input: &Input) -> Option<(BotState, Vec<Output>)> {
    let facts = draft.context.facts;
    let flow = facts.flows.get(&flow)?;
    Some(step(flow, state, input, &facts.known))
}

/// Nobody drew what to say: people answer.
fn without_flow(draft: &mut Draft<'_>, message: Message) {
    let message = Arc::new(message);
    draft.push(Event::MessageReceived { message, bot: None });
    hand_over(draft, None, None);
}

fn perform(draft: &mut Draft<'_>, outputs: Vec<Output>) {
    for output in outputs {
        match output {
            Output::Say { text, options } => {
                let mut message = Message {
                    content: text,
                    ..draft.blank(SenderType::Bot, NAME.to_owned())
                };
                if !options.is_empty() {
                    message.message_type = CustomerMessageType::Interactive;
                    message.metadata.insert("options".to_owned(), json!(options));
                }
                draft.push(Event::MessageSent(Arc::new(message)));
            }
            Output::Tag { add, remove } => tag(draft, add, &remove),
            // The job that makes the call is written beside the event that tells how far the bot has come.
            Output::Call { .. } => {}
            Output::HandOver { queue_id, user_id } => {
                hand_over(draft, queue_id.map(QueueId), user_id.map(UserId));
            }
            Output::Close => draft.end(true),
        }
    }
}

fn tag(draft: &mut Draft<'_>, add: Vec<String>, remove: &[String]) {
    let mut tags = draft.state.tags.clone();
    tags.retain(|tag| !remove.contains(tag));
    tags.extend(add);
    let mut seen = std::collections::HashSet::new();
    tags.retain(|tag| seen.insert(tag.clone()));
    if tags != draft.state.tags {
        draft.push(Event::Updated(Change::Tags(tags)));
    }
}

/// To this person or queue, where there still is one.
fn hand_over(draft: &mut Draft<'_>, queue_id: Option<QueueId>, user_id: Option<UserId>) {
    let facts = draft.context.facts;
    let queue_id = queue_id.filter(|id| facts.queues.contains(id));
    let user = user_id.and_then(|id| {
        let name = facts.people.get(&id)?.name.clone();
        Some(Person { id, name })
    });
    let owner = match user {
        Some(user) => Owner::Attendant {
            user,
            queue_id,
            snoozed_until: None,
        },
        None => Owner::Queue { queue_id },
    };
    let moved = draft.hand_to(owner, Some(None));
    draft.push(Event::HandedOver(moved));
}
