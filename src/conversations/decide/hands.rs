//! Whose a conversation is: taken over, handed on, put aside, closed and taken up again.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::Draft;
use crate::auth::{Permission, PrincipalKind};
use crate::conversations::command::Target;
use crate::conversations::event::{Change, Event, Move, Transfer};
use crate::conversations::state::{Message, Owner, Person};
use crate::db::{TransferId, UserId};
use crate::error::{Code, Refusal};

impl Draft<'_> {
    /// Gives the conversation to another owner. `transfer`: where that is one from somebody to somebody, why.
    pub(in crate::conversations) fn hand_to(&mut self, owner: Owner, transfer: Option<Option<String>>) -> Move {
        self.keep_fields();
        let state = &self.state;
        let by = (self.context.by.kind == PrincipalKind::User).then(|| self.me());
        let before = state.owner.user().map(|user| user.id);
        let is_limited = |user: &UserId| {
            let colleague = self.context.facts.people.get(user);
            colleague.is_some_and(|colleague| colleague.sees_own)
        };
        let withdrawn = before
            .filter(|before| owner.user().is_none_or(|after| after.id != *before))
            .filter(is_limited);
        let ended_at = matches!(owner, Owner::Closed { .. }).then_some(self.context.now);
        let (conversation_id, from, to) = (state.id, state.owner.party(), owner.party());
        let epoch = state.epoch + 1;
        let transfer = transfer.map(|reason| Transfer {
            id: TransferId(self.fresh_id()),
            conversation_id,
            from,
            to,
            by,
            reason,
            transferred_at: self.context.now,
        });
        Move {
            owner,
            epoch,
            ended_at,
            transfer,
            withdrawn,
        }
    }

    /// What the bot has found out stays when it goes.
    fn keep_fields(&mut self) {
        let Owner::Bot { state, .. } = &self.state.owner else {
            return;
        };
        let mut fields = self.state.fields.clone();
        fields.extend(state.fields.clone());
        // The last words are a message as well.
        fields.remove("message");
        if fields != self.state.fields {
            self.push(Event::Updated(Change::Fields(fields)));
        }
    }

    pub(super) fn take_over(&mut self) -> Result<(), Refusal> {
        let me = self.me();
        let queue_id = match &self.state.owner {
            Owner::Bot { .. } => None,
            Owner::Queue { queue_id } => *queue_id,
            Owner::Attendant { user, .. } if user.id == me.id => return Ok(()),
            Owner::Attendant { user, .. } => {
                let detail = format!("{} has taken this conversation over already", user.name);
                return Err(Refusal::new(Code::AlreadyAssigned, detail));
            }
            Owner::Closed { .. } => return Err(Code::ConversationClosed.into()),
        };
        let text = format!("{} assumiu o atendimento", me.name);
        let owner = Owner::Attendant {
            user: me,
            queue_id,
            snoozed_until: None,
        };
        let moved = self.hand_to(owner, Some(None));
        self.push(Event::Assigned(moved));
        self.notice("takeover", text);
        Ok(())
    }

    /// Speaks first: what was the bot's, or nobody's, is theirs from then on.
    pub(super) fn begin(&mut self, content: &str) -> Result<(), Refusal> {
        self.take_over()?;
        let message = Message {
            content: content.to_owned(),
            ..self.own_message()
        };
        self.mark_read(None)?;
        self.push(Event::MessageSent(Arc::new(message)));
        Ok(())
    }

    /// Whoever has the conversation disposes of it, and whoever looks after others'; what is nobody's is everybody's.
    fn may_dispose(&self) -> Result<(), Refusal> {
        let by = self.context.by;
        match &self.state.owner {
            Owner::Attendant { user, .. }
                if user.id != by.id && !by.permissions.contains(Permission::ConversationsManage) =>
            {
                Err(Refusal::new(Code::Forbidden, "The conversation is another attendant's"))
            }
            Owner::Closed { .. } => Err(Code::ConversationClosed.into()),
            Owner::Bot { .. } | Owner::Queue { .. } | Owner::Attendant { .. } => Ok(()),
        }
    }

    pub(super) fn transfer(&mut self, to: Target, reason: Option<String>) -> Result<(), Refusal> {
        self.may_dispose()?;
        let (owner, text) = match to {
            Target::User(id) => {
                if matches!(&self.state.owner, Owner::Attendant { user, .. } if user.id == id) {
                    return Ok(());
                }
                let colleague = self.context.facts.people.get(&id);
                let colleague = colleague
                    .ok_or_else(|| Refusal::field("to_user_id", "not_found", "is nobody who talks with customers"))?;
                let text = format!("Agora quem atende é {}", colleague.name);
                let user = Person {
                    id,
                    name: colleague.name.clone(),
                };
                let owner = Owner::Attendant {
                    user,
                    queue_id: self.state.owner.queue_id(),
                    snoozed_until: None,
                };
                (owner, text)
            }
            Target::Queue(id) => {
                if !self.context.facts.queues.contains(&id) {
                    return Err(Refusal::field("to_queue_id", "not_found", "is no queue"));
                }
                let owner = Owner::Queue { queue_id: Some(id) };
                (
                    owner,
                    "A conversa foi encaminhada. Em breve alguém responde.".to_owned(),
                )
            }
            Target::Bot => (Owner::bot(), "O assistente virtual está com você novamente.".to_owned()),
        };
        if owner == self.state.owner {
            return Ok(());
        }
        let moved = self.hand_to(owner, Some(reason));
        self.push(Event::Transferred(moved));
        self.notice("transfer", text);
        Ok(())
    }

    pub(super) fn close(&mut self, resolution: Option<String>) -> Result<(), Refusal> {
        if matches!(self.state.owner, Owner::Closed { .. }) {
            return Ok(());
        }
        self.may_dispose()?;
        if resolution.is_some() {
            self.push(Event::Updated(Change::Resolution(resolution)));
        }
        self.end(false);
        Ok(())
    }

    pub(in crate::conversations) fn end(&mut self, by_bot: bool) {
        let owner = Owner::Closed {
            user: self.state.owner.user().cloned(),
            queue_id: self.state.owner.queue_id(),
            by_bot,
        };
        let moved = self.hand_to(owner, None);
        self.notice("closed", "Atendimento encerrado.".to_owned());
        self.push(Event::Closed(moved));
    }

    pub(super) fn reopen(&mut self) -> Result<(), Refusal> {
        let Owner::Closed { queue_id, .. } = &self.state.owner else {
            return Ok(());
        };
        let owner = Owner::Attendant {
            user: self.me(),
            queue_id: *queue_id,
            snoozed_until: None,
        };
        let moved = self.hand_to(owner, None);
        self.push(Event::Reopened(moved));
        self.notice("reopened", format!("{} reabriu o atendimento", self.me().name));
        Ok(())
    }

    pub(super) fn snooze(&mut self, until: DateTime<Utc>) -> Result<(), Refusal> {
        let mine = matches!(&self.state.owner, Owner::Attendant { user, .. } if user.id == self.context.by.id);
        if !mine {
            return Err(Refusal::new(
                Code::NotAssigned,
                "Only one's own conversation is put aside",
            ));
        }
        if until <= self.context.now || until > self.context.now + TimeDelta::days(366) {
            return Err(Refusal::field(
                "until",
                "out_of_range",
                "must be within a year from now",
            ));
        }
        self.set_snooze(Some(until));
        Ok(())
    }

    /// Takes up again what was put aside.
    pub(super) fn wake(&mut self) {
        self.set_snooze(None);
    }

    fn set_snooze(&mut self, until: Option<DateTime<Utc>>) {
        if let Owner::Attendant {
            user,
            queue_id,
            snoozed_until,
        } = &self.state.owner
            && *snoozed_until != until
        {
            let owner = Owner::Attendant {
                user: user.clone(),
                queue_id: *queue_id,
                snoozed_until: until,
            };
            self.push(Event::Updated(Change::Owner(owner)));
        }
    }
}
