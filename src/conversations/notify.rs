//! Who is told by name that a conversation is theirs now.

use super::event::{Event, Move};
use super::state::{Owner, State};
use crate::db::TenantId;
use crate::jobs::NewJob;
use crate::notifications::{self, Subject};

/// What is to be told because of an event: to whom somebody else, or the bot, has handed a conversation.
pub(super) fn of_event(tenant: TenantId, after: &State, event: &Event) -> Option<NewJob> {
    let (Event::Transferred(moved) | Event::HandedOver(moved)) = event else {
        return None;
    };
    let Move {
        owner: Owner::Attendant { user, .. },
        transfer: Some(transfer),
        ..
    } = moved
    else {
        return None;
    };
    let by = transfer.by.as_ref();
    if by.is_some_and(|by| by.id == user.id) {
        return None;
    }
    let subject = Subject::ConversationAssigned {
        by: by.map(|by| by.name.clone()),
        customer: after.contact.name.clone(),
        conversation_id: after.id.0,
        reason: transfer.reason.clone(),
    };
    Some(notifications::job(tenant, vec![user.id], &subject))
}
