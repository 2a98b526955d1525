//! The rows agree with the rules, on a real PostgreSQL.

use diesel::ExpressionMethods;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use uuid::Uuid;

use super::properties::{Act, acts};
use super::{PEOPLE, Played, stored};
use crate::clock;
use crate::db::page::{PageQuery, PageRequest};
use crate::db::schema::users;
use crate::db::testing::TestTenant as Tenant;
use crate::db::{DbError, MessageId, RoomId, UserId, begin, in_transaction};
use crate::live::{Changes, Entity};
use crate::rooms::Room;
use crate::rooms::command::NewRoom;
use crate::rooms::event::{Event, Reacted};
use crate::rooms::state::{RoomKind, State};
use crate::rooms::store::{self, Jump, MessageQuery, RoomFilter};

/// The five people, in this tenant, under ids that sort as they do.
async fn people(tenant: &Tenant) -> Vec<UserId> {
    let ids: Vec<UserId> = PEOPLE.iter().map(|_| UserId(clock::new_id())).collect();
    let rows: Vec<_> = ids
        .iter()
        .zip(PEOPLE)
        .map(|(id, name)| {
            (
                users::tenant_id.eq(tenant.id),
                users::id.eq(*id),
                users::email.eq(format!("{id}@test.balcao.local")),
                users::full_name.eq(name),
                users::password_hash.eq(""),
                users::role.eq("seller"),
            )
        })
        .collect();
    tenant
        .in_txn(async |conn| diesel::insert_into(users::table).values(rows).execute(conn).await)
        .await;
    ids
}

async fn group(tenant: &Tenant, people: &[UserId]) -> State {
    let others = &people[1..3];
    let new = NewRoom::parse(json!({ "name": "Obras", "participant_ids": others }), people[0]).unwrap();
    let (id, is_new) = tenant
        .in_txn(async |conn| store::room_create(tenant.id, &new, people[0], clock::now(), conn).await)
        .await;
    assert!(is_new);
    read(tenant, id).await.unwrap()
}

async fn read(tenant: &Tenant, id: RoomId) -> Option<State> {
    tenant
        .in_txn(async |conn| <Room as Entity>::load(tenant.id, id.0, conn).await)
        .await
}

/// Commits what happened in rooms of several tenants in one transaction.
async fn project(tenant: &Tenant, changes: &[Changes<'_, Room>]) {
    let tenants: Vec<String> = changes.iter().map(|changes| changes.tenant.to_string()).collect();
    let mut conn = tenant.db.journal().await.unwrap();
    in_transaction(&mut conn, &begin("BEGIN", tenant.id), async |conn| {
        let named = format!("SELECT set_config('app.tenant_ids', '{}', true)", tenants.join(","));
        conn.batch_execute(&named).await?;
        Ok::<_, DbError>(Room::project(changes, conn).await?)
    })
    .await
    .unwrap();
}

fn page(query: &str) -> PageRequest {
    actix_web::web::Query::<PageQuery>::from_query(query)
        .unwrap()
        .check(&[])
        .unwrap()
}

/// Plays acts in a room; answers what happened.
fn play(played: &mut Played, acts: &[Act]) -> Vec<Event> {
    let before = played.events.len();
    for act in acts {
        let (name, data) = act.command(played);
        let _ = played.command(act.by, name, data);
    }
    played.events[before..].to_vec()
}

/// A room of a tenant that has these people, to be played in.
async fn to_play(tenant: &Tenant) -> Played {
    let people = people(tenant).await;
    let mut played = Played::on(group(tenant, &people).await);
    played.facts.users = people.iter().copied().zip(PEOPLE.map(str::to_owned)).collect();
    played.people = people;
    played
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn what_is_loaded_after_a_commit_is_what_evolved_in_memory(
        batches in prop::collection::vec((acts(1..150), acts(1..60)), 1..4),
    ) {
        Runtime::new().unwrap().block_on(async {
            let one = Tenant::new().await;
            let other = one.other().await;
            let mut rooms = [(&one, to_play(&one).await), (&other, to_play(&other).await)];
            for (first, second) in &batches {
                let events: Vec<Vec<Event>> =
                    rooms.iter_mut().zip([first, second]).map(|((_, played), acts)| play(played, acts)).collect();
                let changes: Vec<_> = rooms
                    .iter()
                    .zip(&events)
                    .map(|((tenant, played), events)| Changes { tenant: tenant.id, id: played.state.id.0, events })
                    .collect();
                project(&one, &changes).await;
                for (tenant, played) in &rooms {
                    assert_eq!(read(tenant, played.state.id).await, Some(stored(&played.state)));
                }
            }
            for (tenant, played) in &rooms {
                pages_hold_everything_once(tenant, played).await;
                the_list_agrees(tenant, played).await;
                the_search_finds_what_stands(tenant, played).await;
            }
        });
    }
}

async fn pages_hold_everything_once(tenant: &Tenant, played: &Played) {
    let mut jump = Jump::Newest;
    let mut read = Vec::new();
    loop {
        let query = MessageQuery { jump, limit: 7 };
        let page = tenant
            .in_txn(async |conn| store::message_page(tenant.id, played.state.id, query, conn).await)
            .await
            .unwrap();
        let has_more = page.has_more;
        let first = page.items.as_slice().first().map(|message| message.id);
        read.splice(0..0, page.items);
        match first {
            Some(first) if has_more => jump = Jump::Before(first),
            _ => break,
        }
    }
    let all: Vec<_> = played.all.iter().map(|message| message.as_ref().clone()).collect();
    assert_eq!(read, all);
}

async fn the_list_agrees(tenant: &Tenant, played: &Played) {
    for who in &played.people {
        let (rooms, total) = tenant
            .in_txn(async |conn| store::room_list(tenant.id, *who, RoomFilter::default(), &page(""), conn).await)
            .await;
        let is_in = played.state.participant(*who).is_some();
        assert_eq!((rooms.len(), total), (usize::from(is_in), i64::from(is_in)));
        for room in rooms {
            assert_eq!(room.unread_count, played.state.unread(*who));
            assert_eq!(
                room.last_message.as_ref(),
                played.state.messages.back().map(AsRef::as_ref)
            );
            assert!(
                room.participants
                    .iter()
                    .eq(played.state.participants.iter().map(AsRef::as_ref))
            );
        }
    }
}

async fn the_search_finds_what_stands(tenant: &Tenant, played: &Played) {
    let Some(who) = played.state.participants.as_slice().first().map(|first| first.user_id) else {
        return;
    };
    for words in ["melhor", "Nº", "bruno"] {
        let expected = played.all.iter().rev().filter(|message| {
            let content = message.content.as_deref().unwrap_or_default().to_lowercase();
            message.counts() && content.contains(&words.to_lowercase())
        });
        let expected: Vec<MessageId> = expected.map(|message| message.id).collect();
        let (found, total) = tenant
            .in_txn(async |conn| store::message_search(tenant.id, who, None, words, &page("per_page=100"), conn).await)
            .await;
        assert_eq!(usize::try_from(total).unwrap(), expected.len(), "{words}");
        let found: Vec<MessageId> = found.iter().map(|found| found.message.id).collect();
        let mut newest = expected;
        newest.sort_unstable_by(|one, other| other.cmp(one));
        newest.truncate(100);
        assert_eq!(found, newest, "{words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_of_another_tenant_or_room_change_nothing() {
    let mine = Tenant::new().await;
    let theirs = mine.other().await;
    let (mut my_room, mut their_room) = (to_play(&mine).await, to_play(&theirs).await);
    let mut my_other_room = Played::on(group(&mine, &my_room.people).await);
    my_other_room.people.clone_from(&my_room.people);
    my_other_room.facts.users.clone_from(&my_room.facts.users);
    for (tenant, played) in [
        (&mine, &mut my_room),
        (&mine, &mut my_other_room),
        (&theirs, &mut their_room),
    ] {
        let said = played.say(0, "Fica como está");
        played.accept(1, "react", json!({ "message_id": said, "emoji": "👍" }));
        let changes = Changes {
            tenant: tenant.id,
            id: played.state.id.0,
            events: &played.events,
        };
        project(tenant, &[changes]).await;
    }
    for (tenant, played) in [(&mine, &my_other_room), (&theirs, &their_room)] {
        let message = played.all[0].clone();
        let events = [
            Event::MessageEdited(
                crate::rooms::state::Message {
                    content: Some("Meu".to_owned()),
                    ..message.as_ref().clone()
                }
                .into(),
            ),
            Event::MessageDeleted {
                message_id: message.id,
                deleted_at: clock::now(),
            },
            Event::MessageReacted(Reacted {
                message_id: message.id,
                user_id: played.people[1],
                emoji: "👍".to_owned(),
                active: false,
            }),
            Event::MessageReacted(Reacted {
                message_id: message.id,
                user_id: played.people[2],
                emoji: "🎉".to_owned(),
                active: true,
            }),
            Event::ParticipantRemoved {
                user_id: played.people[0],
            },
        ];
        for event in events {
            let changes = Changes {
                tenant: mine.id,
                id: my_room.state.id.0,
                events: &[event],
            };
            if tenant.id == mine.id && matches!(changes.events[0], Event::ParticipantRemoved { .. }) {
                continue;
            }
            project(&mine, &[changes]).await;
        }
        assert_eq!(read(tenant, played.state.id).await, Some(stored(&played.state)));
        let (found, _) = tenant
            .in_txn(async |conn| {
                let room = Some(played.state.id);
                store::message_search(tenant.id, played.people[0], room, "fica", &page(""), conn).await
            })
            .await;
        assert_eq!(found.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_have_one_direct_room_however_many_make_it_at_once() {
    let tenant = Tenant::new().await;
    let people = people(&tenant).await;
    let make = async |by: usize, with: usize| -> (RoomId, bool) {
        let new = NewRoom::parse(
            json!({ "type": "direct", "participant_ids": [people[with]] }),
            people[by],
        )
        .unwrap();
        tenant
            .in_txn(async |conn| store::room_create(tenant.id, &new, people[by], clock::now(), conn).await)
            .await
    };
    let (one, other) = tokio::join!(make(0, 1), make(1, 0));
    assert_eq!(one.0, other.0);
    assert_ne!(one.1, other.1, "one of them made it");
    assert_eq!(make(0, 1).await, (one.0, false));
    assert_ne!(make(0, 2).await.0, one.0);
    let room = read(&tenant, one.0).await.unwrap();
    assert_eq!((room.kind, room.participants.len()), (RoomKind::Direct, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn portuguese_is_searched_as_people_write_it() {
    let tenant = Tenant::new().await;
    let mut played = to_play(&tenant).await;
    for text in [
        "A reunião com os fornecedores é amanhã",
        "Marcamos duas reuniões e um almoço",
        "O cimento chegou; falta a areia",
        "<script>alert('cimento')</script>",
        "veja a planta_baixa.pdf",
    ] {
        played.say(0, text);
    }
    let changes = Changes {
        tenant: tenant.id,
        id: played.state.id.0,
        events: &played.events,
    };
    project(&tenant, &[changes]).await;
    let find = async |who: UserId, room: Option<RoomId>, words: &str| -> Vec<Value> {
        let (found, _) = tenant
            .in_txn(async |conn| store::message_search(tenant.id, who, room, words, &page(""), conn).await)
            .await;
        found.iter().map(|found| json!(found)["number"].clone()).collect()
    };
    let me = played.people[1];
    for (words, numbers) in [
        ("reuniao", vec![1]),
        ("reuniões", vec![2]),
        ("FORNECEDOR", vec![1]),
        ("almoço", vec![2]),
        ("almoco", vec![2]),
        ("cimento areia", vec![3]),
        ("cimento -areia", vec![4]),
        ("planta", vec![5]),
        ("planta_baixa.pdf", vec![5]),
        ("\"cimento chegou\"", vec![3]),
        ("areia or almoço", vec![3, 2]),
        ("' & | ! :* ( )", vec![]),
        ("nada", vec![]),
    ] {
        assert_eq!(
            find(me, None, words).await,
            numbers.iter().map(|number| json!(number)).collect::<Vec<_>>(),
            "{words}"
        );
    }
    assert_eq!(find(me, Some(played.state.id), "cimento").await.len(), 2);
    assert_eq!(
        find(me, Some(RoomId(Uuid::from_u128(5))), "cimento").await,
        [json!(null); 0]
    );
    assert_eq!(
        find(played.people[4], None, "cimento").await,
        [json!(null); 0],
        "not in the room"
    );
    assert_eq!(
        find(played.people[4], Some(played.state.id), "cimento").await,
        [json!(null); 0],
        "not in the room"
    );
}
