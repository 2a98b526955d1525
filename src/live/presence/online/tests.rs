use std::collections::BTreeMap;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::live::fanout::SocketKey;

const GRACE: i64 = 5;

fn at(second: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
}

fn socket(key: u64) -> SocketId {
    SocketId(SocketKey(key))
}

fn person(id: u128) -> (TenantId, UserId) {
    (TenantId(Uuid::from_u128(1)), UserId(Uuid::from_u128(id)))
}

fn online() -> Online {
    Online::new(TimeDelta::seconds(GRACE))
}

fn name() -> Arc<str> {
    "Ana".into()
}

/// What everybody is told, without who it is about.
fn told(effects: impl IntoIterator<Item = Effect>) -> Vec<Status> {
    let statuses = effects.into_iter().filter_map(|effect| match effect {
        Effect::Changed { status, .. } => Some(status),
        Effect::Attendance(_) => None,
    });
    statuses.collect()
}

fn attended(effects: impl IntoIterator<Item = Effect>) -> Vec<Movement> {
    let changes = effects.into_iter().filter_map(|effect| match effect {
        Effect::Changed { .. } => None,
        Effect::Attendance(attendance) => Some(attendance.movement),
    });
    changes.collect()
}

#[test]
fn a_reload_is_nobodys_going_but_a_grace_that_passes_is() {
    let mut online = online();
    assert_eq!(
        told(online.open(socket(1), person(1), &name(), at(0))),
        [Status::Online]
    );
    assert_eq!(told(online.close(socket(1), false, at(10))), []);
    assert_eq!(told(online.open(socket(2), person(1), &name(), at(12))), []);
    assert_eq!(told(online.expire(at(100))), []);
    assert_eq!(online.list(person(1).0)[0].since, at(0));
    online.close(socket(2), false, at(100));
    assert_eq!(told(online.expire(at(104))), []);
    assert_eq!(told(online.expire(at(105))), [Status::Offline]);
    assert!(online.list(person(1).0).is_empty() && online.people.is_empty() && online.sockets.is_empty());
}

#[test]
fn someone_is_away_when_all_their_tabs_are() {
    let mut online = online();
    online.open(socket(1), person(1), &name(), at(0));
    online.open(socket(2), person(1), &name(), at(0));
    assert_eq!(online.set_away(socket(1), true, at(1)), None);
    assert_eq!(told(online.set_away(socket(2), true, at(2))), [Status::Away]);
    assert_eq!(online.list(person(1).0)[0].since, at(2));
    assert_eq!(online.set_away(socket(2), true, at(3)), None);
    assert_eq!(told(online.set_away(socket(1), false, at(4))), [Status::Online]);
    // The tab that is looked at is closed; the other is not.
    assert_eq!(told(online.close(socket(1), false, at(5))), [Status::Away]);
}

#[test]
fn signing_out_knows_no_grace_unless_another_login_goes_on() {
    let mut online = online();
    online.open(socket(1), person(1), &name(), at(0));
    online.open(socket(2), person(1), &name(), at(0));
    assert_eq!(told(online.close(socket(1), true, at(1))), []);
    assert_eq!(online.sign_out(person(1).0, person(1).1, at(1)), []);
    let gone = online.close(socket(2), true, at(2));
    assert_eq!(
        (told(gone.clone()), attended(gone)),
        (vec![Status::Offline], vec![Movement::SignedOut])
    );
    // A client that closes its socket before it signs out.
    online.open(socket(3), person(1), &name(), at(3));
    online.close(socket(3), false, at(4));
    assert_eq!(
        told(online.sign_out(person(1).0, person(1).1, at(5))),
        [Status::Offline]
    );
    assert_eq!(
        online.sign_out(person(1).0, person(1).1, at(6)),
        [],
        "they were not there"
    );
}

#[test]
fn attendance_is_told_without_grace() {
    let mut online = online();
    assert_eq!(
        attended(online.open(socket(1), person(1), &name(), at(0))),
        [Movement::Came]
    );
    assert_eq!(attended(online.open(socket(2), person(1), &name(), at(0))), []);
    assert_eq!(attended(online.close(socket(1), false, at(1))), []);
    assert_eq!(attended(online.close(socket(2), false, at(1))), [Movement::Went]);
    assert_eq!(
        attended(online.open(socket(3), person(1), &name(), at(2))),
        [Movement::Came]
    );
}

#[derive(Clone, Debug)]
enum Step {
    Open(u64),
    Away(u64, bool),
    Close(u64, bool),
    SignOut(u128),
    Pass(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..6_u64).prop_map(Step::Open),
        2 => (0..6_u64, any::<bool>()).prop_map(|(socket, away)| Step::Away(socket, away)),
        3 => (0..6_u64, any::<bool>()).prop_map(|(socket, for_good)| Step::Close(socket, for_good)),
        1 => (0..3_u128).prop_map(Step::SignOut),
        2 => (1..8_i64).prop_map(Step::Pass),
    ]
}

proptest! {
    /// Whoever has listened from the start knows the same as is listed, is told of changes only, and nobody stays without a socket.
    #[test]
    fn listeners_and_the_list_agree(steps in prop::collection::vec(step(), 1..80)) {
        let mut online = online();
        let mut known: BTreeMap<UserId, (Status, DateTime<Utc>)> = BTreeMap::new();
        let mut now = 0;
        let owner = |tab: u64| person(u128::from(tab / 2));
        for step in steps {
            let effects = match step {
                Step::Open(tab) => online.open(socket(tab), owner(tab), &name(), at(now)),
                Step::Away(tab, away) => online.set_away(socket(tab), away, at(now)).into_iter().collect(),
                Step::Close(tab, for_good) => online.close(socket(tab), for_good, at(now)),
                Step::SignOut(id) => online.sign_out(person(id).0, person(id).1, at(now)),
                Step::Pass(seconds) => {
                    now += seconds;
                    online.expire(at(now))
                }
            };
            for effect in effects {
                if let Effect::Changed { user, status, since, .. } = effect {
                    prop_assert_eq!(since, at(now));
                    let before = known.get(&user).map_or(Status::Offline, |(status, _)| *status);
                    prop_assert_ne!(before, status);
                    if status == Status::Offline { known.remove(&user); } else { known.insert(user, (status, since)); }
                }
            }
            let listed: BTreeMap<_, _> =
                online.list(person(0).0).into_iter().map(|one| (one.id, (one.status, one.since))).collect();
            prop_assert_eq!(&known, &listed);
        }
        for tab in 0..6 {
            online.close(socket(tab), false, at(now));
        }
        online.expire(at(now + GRACE));
        prop_assert!(online.people.is_empty() && online.sockets.is_empty());
    }
}
