//! Whom what happens in a room concerns by name: those who are mentioned, and those who are let in.

use super::event::Event;
use super::state::{Message, NoticeKind, RoomKind, State};
use crate::auth::Principal;
use crate::db::{TenantId, UserId};
use crate::jobs::NewJob;
use crate::notifications::{self, Subject};

/// What is to be told because of an event.
pub(super) fn of_event(tenant: TenantId, after: &State, event: &Event, by: &Principal) -> Option<NewJob> {
    let Event::MessageSent(message) = event else {
        return None;
    };
    if let Some(notice) = &message.notice {
        let user = notice.user.as_ref().filter(|_| notice.kind == NoticeKind::Added)?;
        return Some(added(tenant, after, vec![user.id], &by.name));
    }
    (!message.mentions.is_empty()).then(|| mentioned(tenant, after, message))
}

/// What is to be told of a room that was just made: to everybody but its maker. A direct room speaks for itself.
pub(super) fn of_new_room(tenant: TenantId, room: &State, by: &Principal) -> Option<NewJob> {
    let others = room.participants.iter().map(|participant| participant.user_id);
    let others: Vec<UserId> = others.filter(|user| *user != by.id).collect();
    (room.kind == RoomKind::Group && !others.is_empty()).then(|| added(tenant, room, others, &by.name))
}

fn added(tenant: TenantId, room: &State, people: Vec<UserId>, by: &str) -> NewJob {
    let subject = Subject::RoomAdded {
        by: by.to_owned(),
        room: room.name.clone().unwrap_or_default(),
        room_id: room.id.0,
    };
    notifications::job(tenant, people, &subject)
}

fn mentioned(tenant: TenantId, room: &State, message: &Message) -> NewJob {
    let subject = Subject::Mention {
        by: message.sender.name.clone(),
        room: room.name.clone(),
        room_id: room.id.0,
        message_id: message.id.0,
        text: message.content.clone().unwrap_or_default(),
    };
    notifications::job(tenant, message.mentions.clone(), &subject)
}
