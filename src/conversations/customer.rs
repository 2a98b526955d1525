//! What is known of a customer, in both directions: what the bot finds out is written down for the contact, and who is called
//! otherwise from now on is so in the conversations that are under way.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::command::CONTACT_CHANGED;
use super::event::{Change, Event};
use super::state::State;
use super::{Conversation, store};
use crate::app::App;
use crate::auth::Principal;
use crate::contacts::{self, Learned};
use crate::db::{ContactId, DbError, TenantId};
use crate::error::Code;
use crate::fields::{is_email, phone};
use crate::jobs::{Job, JobError, JobHandler, JobKind, NewJob};

/// The names under which flows ask for what every contact has.
const NAMES: &[&str] = &["contact.name", "nome", "name", "nome_completo"];
const PHONES: &[&str] = &["contact.phone", "telefone", "celular", "whatsapp", "phone"];
const EMAILS: &[&str] = &["contact.email", "email", "e_mail"];

/// What of all that the bot has found out belongs to the contact.
fn learned(fields: &BTreeMap<String, Value>) -> Learned {
    let words = |names: &[&str]| {
        let found = names.iter().find_map(|name| fields.get(*name)?.as_str());
        found
            .map(str::trim)
            .filter(|words| !words.is_empty())
            .map(str::to_owned)
    };
    Learned {
        name: words(NAMES),
        phone: words(PHONES).and_then(|number| phone::parse(&number)),
        email: words(EMAILS)
            .filter(|email| is_email(email))
            .map(|email| email.to_lowercase()),
    }
}

/// Writes down for a contact what the bot has found out, where nobody has yet.
pub(crate) struct LearnContact;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Found {
    contact_id: ContactId,
    learned: Learned,
}

impl JobKind for LearnContact {
    const NAME: &'static str = "contact.learn";
    type Payload = Found;
    const SHOWN: &'static [&'static str] = &["contact_id"];
}

impl JobHandler<App> for LearnContact {
    async fn run(app: &App, job: &Job, found: Found) -> Result<(), JobError> {
        let by = Principal::system(job.tenant);
        contacts::learn(app, &by, found.contact_id, &found.learned).await?;
        Ok(())
    }
}

/// What is to be written down because of an event.
pub(super) fn of_event(tenant: TenantId, after: &State, event: &Event) -> Option<NewJob> {
    let Event::Updated(Change::Fields(fields)) = event else {
        return None;
    };
    let learned = learned(fields);
    let payload = Found {
        contact_id: after.contact.id,
        learned,
    };
    (!payload.learned.is_empty())
        .then(|| NewJob::of::<LearnContact>(tenant, &payload).ok())
        .flatten()
}

/// Contacts are called otherwise: the conversations with them that are not over hear of it.
pub(crate) struct TellConversations;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Changed {
    contact_ids: Vec<ContactId>,
}

impl JobKind for TellConversations {
    const NAME: &'static str = "conversations.contacts_changed";
    type Payload = Changed;
    const SHOWN: &'static [&'static str] = &["contact_ids"];
}

/// The job, to be queued in the transaction that changes the contacts.
pub(crate) fn contacts_changed(tenant: TenantId, contact_ids: Vec<ContactId>) -> serde_json::Result<NewJob> {
    NewJob::of::<TellConversations>(tenant, &Changed { contact_ids })
}

impl JobHandler<App> for TellConversations {
    async fn run(app: &App, job: &Job, changed: Changed) -> Result<(), JobError> {
        let tenant = job.tenant;
        let theirs = app
            .db
            .tenant(tenant, async |conn| {
                Ok::<_, DbError>(store::open_with(tenant, &changed.contact_ids, conn).await?)
            })
            .await?;
        let by = Principal::system(tenant).into();
        for (id, contact) in theirs {
            let topic = Conversation::topic(tenant, id);
            let data = json!({ "contact": contact });
            match app.live.execute(&by, topic, CONTACT_CHANGED, data, None).await {
                Err(error) if error.code != Code::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_flows_commonly_ask_for_is_learned_and_the_rest_is_not() {
        let fields = |value: Value| serde_json::from_value::<BTreeMap<String, Value>>(value).unwrap();
        let found = learned(&fields(json!({
            "nome": " Joana Lima ", "celular": "11988887777", "email": "Joana@Casa.com.br", "interesse": "sofá",
        })));
        assert_eq!(found.name.as_deref(), Some("Joana Lima"));
        assert_eq!(found.phone.as_deref(), Some("+5511988887777"));
        assert_eq!(found.email.as_deref(), Some("joana@casa.com.br"));
        let nothing = learned(&fields(
            json!({ "telefone": "não tenho", "email": "?", "nome": " ", "assunto": "troca" }),
        ));
        assert!(nothing.is_empty());
    }
}
