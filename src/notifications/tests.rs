//! What is told, to whom, and once.

use diesel::ExpressionMethods;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::store::{self, notifications_insert};
use super::subject::{NotificationKind, Subject, Words};
use crate::clock;
use crate::db::page::PageQuery;
use crate::db::schema::users;
use crate::db::testing::TestTenant as Tenant;
use crate::db::{NotificationId, UserId};
use crate::users::Language;

fn mention(text: &str) -> Subject {
    Subject::Mention {
        by: "Ana".to_owned(),
        room: Some("Obras".to_owned()),
        room_id: Uuid::from_u128(1),
        message_id: Uuid::from_u128(2),
        text: text.to_owned(),
    }
}

#[test]
fn a_notification_speaks_the_language_of_its_reader() {
    let date = "2026-12-24".parse().unwrap();
    let (lead_id, board_id) = (Uuid::from_u128(3), Uuid::from_u128(4));
    let due = Subject::LeadDue {
        lead: "Porcelanato".to_owned(),
        lead_id,
        board_id,
        date,
    };
    let words = |title: &str, message: &str| Words {
        title: title.to_owned(),
        message: message.to_owned(),
    };
    assert_eq!(
        mention("chega\n hoje").words(Language::PtBr),
        words("Ana mencionou você em Obras", "chega hoje")
    );
    assert_eq!(
        mention("chega hoje").words(Language::En),
        words("Ana mentioned you in Obras", "chega hoje")
    );
    assert_eq!(
        due.words(Language::PtBr),
        words("Fechamento previsto para hoje", "“Porcelanato”, 24/12/2026")
    );
    assert_eq!(
        due.words(Language::En),
        words("Expected to close today", "“Porcelanato”, 2026-12-24")
    );
    let long = mention(&"palavra ".repeat(100)).words(Language::PtBr).message;
    assert!(long.chars().count() <= 140 && long.ends_with('…'));
    for subject in [mention("x"), due] {
        assert!(subject.link().starts_with('/'));
        let again: Subject = serde_json::from_value(serde_json::to_value(&subject).unwrap()).unwrap();
        assert_eq!(again, subject);
        assert_eq!(serde_json::to_value(&subject).unwrap()["kind"], subject.kind().as_str());
    }
}

async fn person(tenant: &Tenant, language: Option<&str>, is_active: bool) -> UserId {
    let id = UserId(clock::new_id());
    let row = (
        users::tenant_id.eq(tenant.id),
        users::id.eq(id),
        users::email.eq(format!("{id}@test.balcao.local")),
        users::full_name.eq("Alguém"),
        users::password_hash.eq(""),
        users::role.eq("seller"),
        users::language.eq(language),
        users::is_active.eq(is_active),
    );
    tenant
        .in_txn(async |conn| diesel::insert_into(users::table).values(row).execute(conn).await)
        .await;
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_to_be_told_is_told_once_for_each_cause() {
    let tenant = Tenant::new().await;
    let stranger = tenant.other().await;
    let ana = person(&tenant, None, true).await;
    let john = person(&tenant, Some("en"), true).await;
    let quiet = person(&tenant, None, true).await;
    let gone = person(&tenant, None, false).await;
    let elsewhere = person(&stranger, None, true).await;
    tenant
        .in_txn(async |conn| {
            store::preferences_set(tenant.id, quiet, &[(NotificationKind::Mention, false)], conn).await
        })
        .await;
    let cause = clock::new_id();
    let told = async |cause: Uuid| {
        let people = [ana, john, quiet, gone, elsewhere];
        let mut told = tenant
            .in_txn(async |conn| {
                notifications_insert(tenant.id, cause, &people, &mention("Oi"), clock::now(), conn).await
            })
            .await;
        told.sort_by_key(|(user, _)| *user);
        told
    };
    let first = told(cause).await;
    let titles: Vec<_> = first.iter().map(|(user, told)| (*user, told.title.as_str())).collect();
    assert_eq!(
        titles,
        [
            (ana, "Ana mencionou você em Obras"),
            (john, "Ana mentioned you in Obras")
        ]
    );
    assert_eq!(told(cause).await, []);
    assert_eq!(told(clock::new_id()).await.len(), 2);
    tenant
        .in_txn(async |conn| store::preferences_set(tenant.id, quiet, &[(NotificationKind::Mention, true)], conn).await)
        .await;
    assert_eq!(told(clock::new_id()).await.len(), 3);

    // Each reads their own.
    let page = PageQuery::default().check(&[]).unwrap();
    let list = async |user: UserId, is_read: Option<bool>| {
        tenant
            .in_txn(async |conn| store::notification_list(tenant.id, user, is_read, &page, conn).await)
            .await
    };
    let unread = async |user: UserId| {
        tenant
            .in_txn(async |conn| store::unread_count(tenant.id, user, conn).await)
            .await
    };
    let read = async |user: UserId, id: NotificationId| {
        tenant
            .in_txn(async |conn| store::notification_read(tenant.id, user, id, conn).await)
            .await
            .map(|(told, was_unread)| (told.is_read, was_unread))
    };
    let (mine, total) = list(ana, None).await;
    assert_eq!((mine.len(), total, unread(ana).await), (3, 3, 3));
    assert!(mine.windows(2).all(|pair| pair[0].id > pair[1].id), "the newest first");
    assert_eq!(read(john, mine[0].id).await, None, "another's is not there");
    assert_eq!(read(ana, mine[0].id).await, Some((true, true)));
    assert_eq!(read(ana, mine[0].id).await, Some((true, false)));
    assert_eq!((list(ana, Some(true)).await.1, list(ana, Some(false)).await.1), (1, 2));
    let all = async |user: UserId| {
        tenant
            .in_txn(async |conn| store::notifications_read(tenant.id, user, conn).await)
            .await
    };
    assert_eq!((all(ana).await, all(ana).await), (2, 0));
    assert_eq!((unread(ana).await, unread(john).await), (0, 3));
}
