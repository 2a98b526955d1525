use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::db::TenantId;
use crate::live::fanout::SocketKey;
use crate::live::presence::activity::{self, Said};

const LEASE: i64 = 30;

fn at(second: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
}

fn topic(id: u128) -> Topic {
    Topic {
        tenant: TenantId(Uuid::from_u128(1)),
        kind: "board",
        id: Uuid::from_u128(id),
    }
}

const HERE: NodeId = NodeId(Uuid::from_u128(1));
const ELSEWHERE: NodeId = NodeId(Uuid::from_u128(2));

fn socket(key: u64) -> SocketId {
    SocketId {
        node: HERE,
        key: SocketKey(key),
    }
}

fn person(id: u128) -> Person {
    Person {
        id: UserId(Uuid::from_u128(id)),
        name: format!("P{id}").into(),
    }
}

fn doing(name: &str) -> Activity {
    let data = match name {
        "dragging" => json!({ "lead_id": Uuid::from_u128(9) }),
        "editing" => json!({ "field": "title" }),
        _ => json!({}),
    };
    match activity::read(name, &data).unwrap() {
        Said::Doing(activity) => activity,
        Said::Else => panic!("{name} is no activity"),
    }
}

fn viewers() -> Viewers {
    Viewers::new(HERE, TimeDelta::seconds(LEASE))
}

/// Somebody who sits nowhere.
const OBSERVER: u64 = 999;

#[test]
fn several_tabs_are_one_person_who_leaves_with_the_last_of_them() {
    let (mut viewers, ana, board) = (viewers(), person(1), topic(1));
    let came = viewers.sit(board, socket(1), &ana, doing("viewing"), at(0)).unwrap();
    assert_eq!((came.activity, came.cause), (Some(doing("viewing")), socket(1)));
    assert_eq!(
        viewers.sit(board, socket(2), &ana, doing("viewing"), at(5)),
        None,
        "she is there already"
    );
    let drags = viewers.sit(board, socket(2), &ana, doing("dragging"), at(6)).unwrap();
    assert_eq!(drags.activity, Some(doing("dragging")));
    assert_eq!(
        viewers.sit(board, socket(1), &ana, doing("typing"), at(7)),
        None,
        "dragging is livelier"
    );
    let falls_back = viewers.leave(board, socket(2)).unwrap();
    assert_eq!(falls_back.activity, Some(doing("typing")));
    let shown = viewers.present(board, socket(OBSERVER));
    assert_eq!((shown.len(), shown[0].since), (1, at(0)), "she came with her first tab");
    assert_eq!(viewers.leave(board, socket(1)).unwrap().activity, None);
    assert!(viewers.topics.is_empty() && viewers.leases.is_empty());
}

#[test]
fn when_someone_came_outlives_the_tab_that_brought_them() {
    let (mut viewers, ana, board) = (viewers(), person(1), topic(1));
    viewers.sit(board, socket(1), &ana, doing("viewing"), at(0));
    viewers.sit(board, socket(2), &ana, doing("viewing"), at(5));
    assert_eq!(viewers.leave(board, socket(1)), None);
    assert_eq!(viewers.present(board, socket(OBSERVER))[0].since, at(0));
    assert!(
        viewers.present(board, socket(2)).is_empty(),
        "nobody is told of themselves"
    );
}

#[test]
fn a_lease_ends_unless_the_socket_is_heard() {
    let (mut viewers, board) = (viewers(), topic(1));
    viewers.sit(board, socket(1), &person(1), doing("editing"), at(0));
    viewers.sit(board, socket(2), &person(2), doing("viewing"), at(0));
    viewers.renew(socket(1), at(20));
    let over = viewers.expire(at(LEASE));
    assert_eq!(over.len(), 1);
    assert_eq!((over[0].person.clone(), over[0].activity.clone()), (person(2), None));
    assert!(viewers.expire(at(20 + LEASE - 1)).is_empty());
    assert_eq!(viewers.expire(at(20 + LEASE)).len(), 1);
    assert!(viewers.topics.is_empty());
}

#[test]
fn what_is_not_said_again_in_time_falls_back_to_viewing() {
    let (mut viewers, board) = (viewers(), topic(1));
    viewers.sit(board, socket(1), &person(1), doing("typing"), at(0));
    assert_eq!(
        viewers.sit(board, socket(1), &person(1), doing("typing"), at(4)),
        None,
        "a repetition"
    );
    assert!(viewers.expire(at(9)).is_empty());
    let ended = viewers.expire(at(10));
    assert_eq!(ended[0].activity, Some(doing("viewing")));
    viewers.sit(board, socket(1), &person(1), doing("editing"), at(10));
    assert!(viewers.expire(at(39)).is_empty(), "an edit lasts as long as the lease");
}

#[test]
fn another_server_shows_the_same_and_forgets_what_is_not_told_again() {
    let (mut here, mut there, board) = (viewers(), Viewers::new(ELSEWHERE, TimeDelta::seconds(LEASE)), topic(1));
    let mut pass_on = |here: &mut Viewers| -> Vec<_> {
        let news = here.take_news().into_iter();
        news.filter_map(|news| there.apply(board, HERE, news)).collect()
    };
    here.sit(board, socket(1), &person(1), doing("viewing"), at(0));
    here.sit(board, socket(2), &person(1), doing("viewing"), at(1));
    here.sit(board, socket(3), &person(2), doing("typing"), at(2));
    assert_eq!(pass_on(&mut here).len(), 2, "two people came");
    here.sit(board, socket(3), &person(2), doing("typing"), at(4));
    assert!(pass_on(&mut here).is_empty(), "a repetition is no news");
    here.expire(at(10));
    assert_eq!(pass_on(&mut here)[0].activity, Some(doing("viewing")));
    let listed = |viewers: &Viewers| viewers.present(board, socket(OBSERVER));
    assert_eq!(listed(&there), listed(&here));
    assert!(there.expire(at(1_000)).is_empty(), "only their own server ends leases");

    // Something is lost on the way, and then everything is told anew.
    here.leave(board, socket(3));
    here.take_news();
    there.doubt(HERE);
    for news in here.tell_all() {
        assert_eq!(there.apply(board, HERE, news), None, "it was known");
    }
    let left = there.forget_doubtful(HERE);
    assert_eq!((left.len(), &left[0].person, &left[0].activity), (1, &person(2), &None));
    assert_eq!(listed(&there), listed(&here));
    assert_eq!(there.forget(HERE).len(), 1);
    assert!(there.topics.is_empty() && there.doubtful.is_empty());
}

#[derive(Clone, Debug)]
enum Step {
    Sit(u128, u64, &'static str),
    Leave(u128, u64),
    Close(u64),
    Renew(u64),
    Pass(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let names = prop::sample::select(vec!["viewing", "typing", "dragging", "editing"]);
    prop_oneof![
        4 => (0..2_u128, 0..6_u64, names).prop_map(|(topic, socket, name)| Step::Sit(topic, socket, name)),
        1 => (0..2_u128, 0..6_u64).prop_map(|(topic, socket)| Step::Leave(topic, socket)),
        1 => (0..6_u64).prop_map(Step::Close),
        2 => (0..6_u64).prop_map(Step::Renew),
        2 => (1..15_i64).prop_map(Step::Pass),
    ]
}

proptest! {
    /// Whoever has listened from the start knows the same as a newcomer is told, here and at another server, and nobody is told what
    /// they know.
    #[test]
    fn listeners_and_newcomers_agree(steps in prop::collection::vec(step(), 1..80)) {
        let mut viewers = viewers();
        let mut elsewhere = Viewers::new(ELSEWHERE, TimeDelta::seconds(LEASE));
        let mut known: BTreeMap<(Uuid, UserId), Activity> = BTreeMap::new();
        let mut now = 0;
        for step in steps {
            let told = match step {
                // Two tabs each of three people.
                Step::Sit(id, tab, name) => {
                    viewers.sit(topic(id), socket(tab), &person(u128::from(tab / 2)), doing(name), at(now)).into_iter().collect()
                }
                Step::Leave(id, tab) => viewers.leave(topic(id), socket(tab)).into_iter().collect(),
                Step::Close(tab) => (0..2).filter_map(|id| viewers.leave(topic(id), socket(tab))).collect(),
                Step::Renew(tab) => {
                    viewers.renew(socket(tab), at(now));
                    Vec::new()
                }
                Step::Pass(seconds) => {
                    now += seconds;
                    viewers.expire(at(now))
                }
            };
            for one in told {
                let key = (one.topic.id, one.person.id);
                let before = match &one.activity {
                    Some(activity) => known.insert(key, activity.clone()),
                    None => known.remove(&key),
                };
                prop_assert_ne!(before, one.activity, "nothing changed");
            }
            for news in viewers.take_news() {
                let at = Topic { id: news.topic.id, ..topic(0) };
                elsewhere.apply(at, HERE, news);
            }
            let mut listed = BTreeMap::new();
            for id in 0..2 {
                prop_assert_eq!(viewers.present(topic(id), socket(OBSERVER)), elsewhere.present(topic(id), socket(OBSERVER)));
                for present in viewers.present(topic(id), socket(OBSERVER)) {
                    prop_assert!(present.since <= at(now));
                    listed.insert((topic(id).id, present.user.id), present.activity);
                }
            }
            prop_assert_eq!(&known, &listed);
        }
        viewers.expire(at(now + LEASE));
        prop_assert!(viewers.topics.is_empty() && viewers.leases.is_empty());
    }
}
