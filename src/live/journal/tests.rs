//! Shared commits on a real PostgreSQL: what one batch, one tenant or one node does wrong is nobody else's trouble.

mod proxy;

use std::time::Instant;

use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::*;
use crate::auth::Principal;
use crate::clock;
use crate::db::DbError;
use crate::db::statement::statement;
use crate::db::testing::{self, TestTenant};
use crate::db::{TenantId, begin, in_transaction};
use crate::error::{Code, Refusal};
use crate::live::entity::{Context, raw};
use proxy::{AtCommit, Proxy};

/// An entity that keeps nothing but its log, and may break the transaction that writes it.
struct Note;

#[derive(Clone, Serialize, Deserialize)]
enum Noted {
    Down,
    Breaking,
}

impl Entity for Note {
    const KIND: &'static str = "note";
    type State = ();
    type Command = ();
    type Event = Noted;
    type Facts = ();

    fn parse(_: &str, _: Value) -> Result<(), Refusal> {
        Ok(())
    }

    fn may_see((): &(), _: &Principal) -> bool {
        true
    }

    fn needs_facts((): &()) -> bool {
        false
    }

    async fn facts(_: Topic, (): &(), _: &[&()], _: &mut Connection) -> QueryResult<()> {
        Ok(())
    }

    fn decide((): &(), (): &(), _: &Context<'_, ()>) -> Result<Vec<Noted>, Refusal> {
        Ok(vec![Noted::Down])
    }

    fn evolve((): &mut (), _: &Noted) {}

    fn record((): &(), event: &Noted) -> Record {
        Record::new("note.down", event)
    }

    fn read(_: &str, data: &str, _: Option<&str>) -> serde_json::Result<Noted> {
        serde_json::from_str(data)
    }

    fn undoes((): &()) -> Option<i64> {
        None
    }

    fn answer((): &(), (): &(), _: &[Noted]) -> Box<RawValue> {
        raw(&())
    }

    fn snapshot((): &(), _: &Principal) -> Box<RawValue> {
        raw(&())
    }

    fn is_gone((): &()) -> bool {
        false
    }

    async fn load(_: TenantId, _: Uuid, _: &mut Connection) -> QueryResult<Option<()>> {
        Ok(Some(()))
    }

    async fn project(changes: &[Changes<'_, Self>], conn: &mut Connection) -> QueryResult<()> {
        let mut events = changes.iter().flat_map(|changes| changes.events);
        if events.any(|event| matches!(event, Noted::Breaking)) {
            conn.batch_execute("SELECT 1 / 0").await?;
        }
        Ok(())
    }
}

async fn topic(tenant: &TestTenant) -> Topic {
    let topic = Topic {
        tenant: tenant.id,
        kind: Note::KIND,
        id: clock::new_id(),
    };
    tenant.in_txn(async |conn| create_topic(topic, conn).await).await;
    topic
}

fn batch(topic: Topic, expected: i64, event: Noted) -> Batch {
    let record = Note::record(&(), &event);
    let key = CommandKey {
        actor: Uuid::from_u128(7),
        id: clock::new_id(),
    };
    Batch {
        topic,
        expected,
        at: clock::now(),
        events: vec![Numbered {
            seq: expected + 1,
            record,
            actor: raw(&serde_json::json!({ "id": Uuid::from_u128(7), "name": "Ana", "kind": "user" })),
            undoes_seq: None,
        }],
        jobs: Vec::new(),
        accepted: vec![Accepted {
            key,
            digest: [0; 32],
            seq: expected + 1,
            answer: raw(&()),
        }],
        refused: Vec::new(),
        projection: Projection::new::<Note>(vec![event]),
    }
}

#[derive(diesel::QueryableByName, Debug, PartialEq)]
struct Rows {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = BigInt)]
    events: i64,
    #[diesel(sql_type = BigInt)]
    commands: i64,
}

/// The topic's number, events and commands: three times the same, or something was half done.
async fn rows(tenant: &TestTenant, topic: Topic) -> i64 {
    let rows: Rows = tenant
        .in_txn(async |conn| {
            statement(
                "SELECT seq, (SELECT count(*) FROM events WHERE topic_id = topics.id) AS events,
                     (SELECT count(*) FROM commands WHERE topic_id = topics.id) AS commands
                 FROM topics WHERE id = ?",
            )
            .bind::<SqlUuid, _>(topic.id)
            .get_result(conn)
            .await
        })
        .await;
    assert_eq!((rows.seq, rows.seq), (rows.events, rows.commands), "all or nothing");
    rows.seq
}

async fn lock(topic: Topic, conn: &mut Connection) -> QueryResult<usize> {
    statement("SELECT 1 FROM topics WHERE id = ? FOR UPDATE")
        .bind::<SqlUuid, _>(topic.id)
        .execute(conn)
        .await
}

fn transactions() -> u64 {
    crate::metrics::COMMIT_SECONDS.get_sample_count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_fails_takes_no_other_with_it_not_even_of_another_tenant() {
    let ours = TestTenant::new().await;
    let theirs = ours.other().await;
    let journal = Journal::start(&ours.db, Wake::default(), 1);
    let mut topics = Vec::new();
    for number in 0..40 {
        topics.push(topic(if number % 2 == 0 { &ours } else { &theirs }).await);
    }
    let is_bad = |number: usize| number % 10 == 2;
    let commits = topics.iter().enumerate().map(|(number, topic)| {
        let event = if is_bad(number) { Noted::Breaking } else { Noted::Down };
        journal.commit(batch(*topic, 0, event))
    });
    let outcomes = join_all(commits).await;
    for (number, (outcome, topic)) in outcomes.iter().zip(&topics).enumerate() {
        let tenant = if number % 2 == 0 { &ours } else { &theirs };
        if is_bad(number) {
            assert!(
                matches!(outcome, Outcome::Failed(error) if error.code == Code::Internal),
                "{outcome:?}"
            );
            assert_eq!(rows(tenant, *topic).await, 0);
        } else {
            assert!(matches!(outcome, Outcome::Committed { .. }), "{number}: {outcome:?}");
            assert_eq!(rows(tenant, *topic).await, 1);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_goes_into_one_transaction_whatever_its_tenant() {
    let ours = TestTenant::new().await;
    let theirs = ours.other().await;
    let journal = Journal::start(&ours.db, Wake::default(), 1);
    let mut topics = Vec::new();
    for number in 0..60 {
        topics.push(topic(if number % 2 == 0 { &ours } else { &theirs }).await);
    }
    let before = transactions();
    let outcomes = join_all(topics.iter().map(|topic| journal.commit(batch(*topic, 0, Noted::Down)))).await;
    assert!(
        outcomes
            .iter()
            .all(|outcome| matches!(outcome, Outcome::Committed { .. }))
    );
    let transactions = transactions() - before;
    assert!(
        transactions <= 3,
        "{transactions} transactions for 60 batches that came together"
    );
    for (number, topic) in topics.iter().enumerate() {
        assert_eq!(rows(if number % 2 == 0 { &ours } else { &theirs }, *topic).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_id_of_another_tenants_topic_matches_nothing() {
    let ours = TestTenant::new().await;
    let theirs = ours.other().await;
    let journal = Journal::start(&ours.db, Wake::default(), 1);
    let (own, foreign) = (topic(&ours).await, topic(&theirs).await);
    let stolen = Topic {
        tenant: ours.id,
        ..foreign
    };
    // The owner writes in the same transaction, so that the other tenant's rows are in its sight.
    let outcomes = join_all([
        journal.commit(batch(own, 0, Noted::Down)),
        journal.commit(batch(stolen, 0, Noted::Down)),
        journal.commit(batch(foreign, 0, Noted::Down)),
    ])
    .await;
    assert!(
        matches!(
            &outcomes[..],
            [Outcome::Committed { .. }, Outcome::Moved, Outcome::Committed { .. }]
        ),
        "{outcomes:?}"
    );
    assert_eq!((rows(&ours, own).await, rows(&theirs, foreign).await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_a_repeated_and_a_new_command_tells_the_repeated_one_and_changes_nothing() {
    let tenant = TestTenant::new().await;
    let journal = Journal::start(&tenant.db, Wake::default(), 1);
    let topic = topic(&tenant).await;
    let first = batch(topic, 0, Noted::Down);
    let repeated = first.accepted[0].clone();
    assert!(matches!(journal.commit(first).await, Outcome::Committed { .. }));
    let mut mixed = batch(topic, 1, Noted::Down);
    mixed.accepted.insert(0, repeated.clone());
    let outcome = journal.commit(mixed).await;
    let Outcome::Repeated(stored) = &outcome else {
        panic!("{outcome:?}")
    };
    let keys: Vec<_> = stored.iter().map(|stored| stored.key).collect();
    assert_eq!(
        keys,
        [repeated.key],
        "what was about to be written had not been accepted before"
    );
    assert_eq!(rows(&tenant, topic).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_command_for_two_topics_takes_effect_in_one_of_them() {
    let tenant = TestTenant::new().await;
    let journal = Journal::start(&tenant.db, Wake::default(), 1);
    let (one, two) = (topic(&tenant).await, topic(&tenant).await);
    let (first, mut second) = (batch(one, 0, Noted::Down), batch(two, 0, Noted::Down));
    second.accepted[0].key = first.accepted[0].key;
    let outcomes = join_all([journal.commit(first), journal.commit(second)]).await;
    let committed = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Outcome::Committed { .. }))
        .count();
    let repeated = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Outcome::Repeated(stored) if stored.len() == 1))
        .count();
    assert_eq!((committed, repeated), (1, 1), "{outcomes:?}");
    assert_eq!(rows(&tenant, one).await + rows(&tenant, two).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_that_another_node_holds_delays_no_other() {
    let tenant = TestTenant::new().await;
    let journal = Journal::start(&tenant.db, Wake::default(), 1);
    let (held, free) = (topic(&tenant).await, topic(&tenant).await);
    let mut other_node = tenant.db.journal().await.unwrap();
    let begin = begin("BEGIN", tenant.id);
    let waiting = in_transaction(&mut other_node, &begin, async |conn| {
        lock(held, conn).await?;
        let (journal, wanted) = (journal.clone(), batch(held, 0, Noted::Down));
        let waiting = tokio::spawn({
            let journal = journal.clone();
            async move { journal.commit(wanted).await }
        });
        // While it waits, any number of others come and go.
        for seq in 0..5 {
            let outcome = journal.commit(batch(free, seq, Noted::Down)).await;
            assert!(matches!(outcome, Outcome::Committed { .. }), "{outcome:?}");
        }
        assert!(!waiting.is_finished());
        Ok::<_, DbError>(waiting)
    });
    let outcome = waiting.await.unwrap().await.unwrap();
    assert!(matches!(outcome, Outcome::Committed { .. }), "{outcome:?}");
    assert_eq!(rows(&tenant, free).await, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_freezes_inside_a_transaction_loses_its_topic_to_the_others_soon() {
    let tenant = TestTenant::new().await;
    let journal = Journal::start(&tenant.db, Wake::default(), 2);
    let held = topic(&tenant).await;
    let mut frozen = tenant.db.journal().await.unwrap();
    frozen.batch_execute(&begin("BEGIN", tenant.id)).await.unwrap();
    lock(held, &mut frozen).await.unwrap();
    // It says nothing more: the database ends its transaction, and whoever waited goes on.
    let begun = Instant::now();
    let outcome = journal.commit(batch(held, 0, Noted::Down)).await;
    assert!(matches!(outcome, Outcome::Committed { .. }), "{outcome:?}");
    eprintln!("the topic was free after {} ms", begun.elapsed().as_millis());
    assert_eq!(rows(&tenant, held).await, 1);
    drop(diesel_async::pooled_connection::deadpool::Object::take(frozen));
}

/// A journal behind a proxy that does something at the next COMMIT of a batch.
async fn commit_through(fate: AtCommit) -> (Outcome, i64) {
    let proxy = Proxy::start(&testing::url());
    let tenant = TestTenant::at(proxy.url()).await;
    let journal = Journal::start(&tenant.db, Wake::default(), 1);
    let (one, two) = (topic(&tenant).await, topic(&tenant).await);
    // Connections and statements are ready.
    assert!(matches!(
        journal.commit(batch(one, 0, Noted::Down)).await,
        Outcome::Committed { .. }
    ));
    proxy.at_next_commit(fate);
    let outcome = journal.commit(batch(two, 0, Noted::Down)).await;
    assert!(proxy.has_struck(), "the proxy saw a COMMIT");
    let rows = rows(&tenant, two).await;
    // The journal goes on.
    assert!(matches!(
        journal.commit(batch(one, 1, Noted::Down)).await,
        Outcome::Committed { .. }
    ));
    (outcome, rows)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_arrived_although_its_answer_was_lost_is_found() {
    let (outcome, rows) = commit_through(AtCommit::LoseTheAnswer).await;
    assert!(matches!(outcome, Outcome::Committed { .. }), "{outcome:?}");
    assert_eq!(rows, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_was_lost_on_its_way_is_known_to_have_changed_nothing() {
    let (outcome, rows) = commit_through(AtCommit::LoseTheRequest).await;
    assert!(
        matches!(&outcome, Outcome::Failed(error) if error.code == Code::Unavailable),
        "{outcome:?}"
    );
    assert_eq!(rows, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_never_arrives_is_waited_for_until_its_transaction_has_ended() {
    // The database still holds the transaction open: only its own time limit ends it.
    let (outcome, rows) = commit_through(AtCommit::HoldBack).await;
    assert!(
        matches!(&outcome, Outcome::Failed(error) if error.code == Code::Unavailable),
        "{outcome:?}"
    );
    assert_eq!(rows, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_that_cannot_be_found_out_is_called_unknown() {
    let proxy = Proxy::start(&testing::url());
    let tenant = TestTenant::at(proxy.url()).await;
    let journal = Journal::start(&tenant.db, Wake::default(), 1);
    let one = topic(&tenant).await;
    assert!(matches!(
        journal.commit(batch(one, 0, Noted::Down)).await,
        Outcome::Committed { .. }
    ));
    proxy.at_next_commit(AtCommit::LoseTheAnswerAndAllThatFollows);
    let outcome = journal.commit(batch(one, 1, Noted::Down)).await;
    assert!(matches!(outcome, Outcome::Unknown), "{outcome:?}");
    let direct = TestTenant {
        id: tenant.id,
        ..TestTenant::new().await
    };
    assert_eq!(rows(&direct, one).await, 2, "it had been committed");
}
