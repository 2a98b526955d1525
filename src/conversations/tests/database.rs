//! The rows agree with the rules, on a real PostgreSQL.

use diesel::ExpressionMethods;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use proptest::prelude::*;
use serde_json::json;
use tokio::runtime::Runtime;

use super::properties::{Act, acts};
use super::{By, Played};
use crate::clock;
use crate::conversations::Conversation;
use crate::conversations::event::Event;
use crate::conversations::state::State;
use crate::conversations::store;
use crate::db::schema::{channels, contact_identities, contacts};
use crate::db::testing::TestTenant as Tenant;
use crate::db::{ChannelId, ContactId, ConversationId, DbError, IdentityId, begin, in_transaction};
use crate::live::{Changes, Entity};

/// A new conversation of a new customer.
async fn open(tenant: &Tenant) -> State {
    let (channel, contact, identity) = (
        ChannelId(clock::new_id()),
        ContactId(clock::new_id()),
        IdentityId(clock::new_id()),
    );
    let now = clock::now();
    let id = tenant
        .in_txn(async |conn| {
            diesel::insert_into(channels::table)
                .values((
                    channels::tenant_id.eq(tenant.id),
                    channels::id.eq(channel),
                    channels::kind.eq("webchat"),
                    channels::name.eq("Site"),
                    channels::public_key.eq(channel.to_string()),
                    channels::created_at.eq(now),
                    channels::updated_at.eq(now),
                ))
                .execute(conn)
                .await?;
            diesel::insert_into(contacts::table)
                .values((
                    contacts::tenant_id.eq(tenant.id),
                    contacts::id.eq(contact),
                    contacts::name.eq("Maria"),
                ))
                .execute(conn)
                .await?;
            diesel::insert_into(contact_identities::table)
                .values((
                    contact_identities::tenant_id.eq(tenant.id),
                    contact_identities::id.eq(identity),
                    contact_identities::contact_id.eq(contact),
                    contact_identities::channel_id.eq(channel),
                    contact_identities::external_id.eq(identity.to_string()),
                    contact_identities::created_at.eq(now),
                ))
                .execute(conn)
                .await?;
            let window = chrono::TimeDelta::hours(1);
            let id = store::conversation_open(tenant.id, identity, window, now, conn).await?;
            let again = store::conversation_open(tenant.id, identity, window, now, conn).await?;
            assert_eq!(id, again, "who is in a conversation goes on with it");
            Ok(id)
        })
        .await;
    read(tenant, id).await.unwrap()
}

async fn read(tenant: &Tenant, id: ConversationId) -> Option<State> {
    tenant
        .in_txn(async |conn| <Conversation as Entity>::load(tenant.id, id.0, conn).await)
        .await
}

/// Commits what happened in conversations of several tenants in one transaction.
async fn project(tenant: &Tenant, changes: &[Changes<'_, Conversation>]) {
    let tenants: Vec<String> = changes.iter().map(|changes| changes.tenant.to_string()).collect();
    let mut conn = tenant.db.journal().await.unwrap();
    in_transaction(&mut conn, &begin("BEGIN", tenant.id), async |conn| {
        let named = format!("SELECT set_config('app.tenant_ids', '{}', true)", tenants.join(","));
        conn.batch_execute(&named).await?;
        Ok::<_, DbError>(Conversation::project(changes, conn).await?)
    })
    .await
    .unwrap();
}

/// Plays acts in a conversation; answers what happened.
fn play(played: &mut Played, acts: &[Act]) -> Vec<Event> {
    let before = played.events.len();
    for act in acts {
        let (by, name, data) = act.command(played);
        let _ = played.command(by, name, data);
    }
    played.events[before..].to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn what_is_loaded_after_a_commit_is_what_evolved_in_memory(
        batches in prop::collection::vec((acts(1..120), acts(1..60)), 1..4),
    ) {
        Runtime::new().unwrap().block_on(async {
            let one = Tenant::new().await;
            let other = one.other().await;
            let mut all = [(&one, Played::on(open(&one).await)), (&other, Played::on(open(&other).await))];
            for (first, second) in &batches {
                let events: Vec<Vec<Event>> =
                    all.iter_mut().zip([first, second]).map(|((_, played), acts)| play(played, acts)).collect();
                let changes: Vec<_> = all
                    .iter()
                    .zip(&events)
                    .map(|((tenant, played), events)| Changes { tenant: tenant.id, id: played.state.id.0, events })
                    .collect();
                project(&one, &changes).await;
                for (tenant, played) in &all {
                    let read = read(tenant, played.state.id).await.unwrap();
                    prop_assert_eq!(&read, &played.state);
                }
            }
            Ok(())
        })?;
    }
}

#[test]
fn events_that_name_a_conversation_of_another_company_change_nothing() {
    Runtime::new().unwrap().block_on(async {
        let one = Tenant::new().await;
        let other = one.other().await;
        let mut theirs = Played::on(open(&other).await);
        theirs.say(By::Customer, "Oi");
        let said = theirs.events.clone();
        let changes = [Changes {
            tenant: other.id,
            id: theirs.state.id.0,
            events: &said,
        }];
        project(&other, &changes).await;

        theirs.accept(super::ANA, "takeover", json!({}));
        theirs.accept(super::ANA, "mark_read", json!({}));
        let moved: Vec<Event> = theirs.events[said.len()..]
            .iter()
            .filter(|event| !matches!(event, Event::MessageSent(_)))
            .cloned()
            .collect();
        let before = read(&other, theirs.state.id).await.unwrap();
        let foreign = [Changes {
            tenant: one.id,
            id: theirs.state.id.0,
            events: &moved,
        }];
        project(&one, &foreign).await;
        assert_eq!(read(&other, theirs.state.id).await.unwrap(), before);
    });
}
