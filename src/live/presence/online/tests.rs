use std::collections::BTreeMap;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::live::fanout::SocketKey;

const GRACE: i64 = 5;

fn at(second: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
}

const HERE: NodeId = NodeId(Uuid::from_u128(1));
const ELSEWHERE: NodeId = NodeId(Uuid::from_u128(2));

fn socket(key: u64) -> SocketId {
    SocketId {
        node: HERE,
        key: SocketKey(key),
    }
}

fn person(id: u128) -> (TenantId, UserId) {
    (TenantId(Uuid::from_u128(1)), UserId(Uuid::from_u128(id)))
}

fn online() -> Online {
    Online::new(HERE, TimeDelta::seconds(GRACE))
}

/// A tab that somebody opens, looking at it.
fn tab((tenant, user): (TenantId, UserId), now: i64) -> Tab {
    Tab {
        tenant,
        user,
        name: "Ana".into(),
        is_away: false,
        since: at(now),
    }
}

/// What everybody is told, without who it is about.
fn told_of(effects: impl IntoIterator<Item = Effect>) -> Vec<Status> {
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
        told_of(online.open(socket(1), tab(person(1), 0), at(0))),
        [Status::Online]
    );
    assert_eq!(told_of(online.close(socket(1), false, at(10))), []);
    assert_eq!(told_of(online.open(socket(2), tab(person(1), 12), at(12))), []);
    assert_eq!(told_of(online.expire(at(100))), []);
    assert_eq!(online.list(person(1).0)[0].since, at(0));
    online.close(socket(2), false, at(100));
    assert_eq!(told_of(online.expire(at(104))), []);
    assert_eq!(told_of(online.expire(at(105))), [Status::Offline]);
    assert!(online.list(person(1).0).is_empty() && online.people.is_empty() && online.sockets.is_empty());
}

#[test]
fn someone_is_away_when_all_their_tabs_are() {
    let mut online = online();
    online.open(socket(1), tab(person(1), 0), at(0));
    online.open(socket(2), tab(person(1), 0), at(0));
    assert_eq!(online.set_away(socket(1), true, at(1)), None);
    assert_eq!(told_of(online.set_away(socket(2), true, at(2))), [Status::Away]);
    assert_eq!(online.list(person(1).0)[0].since, at(2));
    assert_eq!(online.set_away(socket(2), true, at(3)), None);
    assert_eq!(told_of(online.set_away(socket(1), false, at(4))), [Status::Online]);
    // The tab that is looked at is closed; the other is not.
    assert_eq!(told_of(online.close(socket(1), false, at(5))), [Status::Away]);
}

#[test]
fn signing_out_knows_no_grace_unless_another_login_goes_on() {
    let mut online = online();
    online.open(socket(1), tab(person(1), 0), at(0));
    online.open(socket(2), tab(person(1), 0), at(0));
    assert_eq!(told_of(online.close(socket(1), true, at(1))), []);
    assert_eq!(online.sign_out(person(1), true, at(1)), []);
    let gone = online.close(socket(2), true, at(2));
    assert_eq!(
        (told_of(gone.clone()), attended(gone)),
        (vec![Status::Offline], vec![Movement::SignedOut])
    );
    // A client that closes its socket before it signs out.
    online.open(socket(3), tab(person(1), 3), at(3));
    online.close(socket(3), false, at(4));
    assert_eq!(told_of(online.sign_out(person(1), true, at(5))), [Status::Offline]);
    assert_eq!(online.sign_out(person(1), true, at(6)), [], "they were not there");
}

#[test]
fn attendance_is_told_without_grace() {
    let mut online = online();
    assert_eq!(
        attended(online.open(socket(1), tab(person(1), 0), at(0))),
        [Movement::Came]
    );
    assert_eq!(attended(online.open(socket(2), tab(person(1), 0), at(0))), []);
    assert_eq!(attended(online.close(socket(1), false, at(1))), []);
    assert_eq!(attended(online.close(socket(2), false, at(1))), [Movement::Went]);
    assert_eq!(
        attended(online.open(socket(3), tab(person(1), 2), at(2))),
        [Movement::Came]
    );
}

#[test]
fn another_server_knows_the_same_and_lets_its_people_go_when_it_is_gone() {
    let (mut here, mut there) = (online(), Online::new(ELSEWHERE, TimeDelta::seconds(GRACE)));
    here.open(socket(1), tab(person(1), 0), at(0));
    here.open(socket(2), tab(person(2), 3), at(3));
    here.set_away(socket(2), true, at(4));
    let tell = |here: &Online, there: &mut Online, now: i64| -> Vec<_> {
        let news = here.tell_all().into_iter();
        let told = news.flat_map(|news| match news.tab {
            TabState::Open(tab) => there.open(
                SocketId {
                    node: HERE,
                    key: news.socket,
                },
                tab,
                at(now),
            ),
            TabState::Closed { .. } => panic!("only what is open is told anew"),
        });
        told.collect()
    };
    let told = tell(&here, &mut there, 10);
    assert!(
        told.iter()
            .all(|effect| !matches!(effect, Effect::Attendance(Attendance { is_here: true, .. })))
    );
    assert_eq!(
        there.list(person(1).0),
        here.list(person(1).0),
        "also since when they have been so"
    );
    // Something is lost on the way, and then everything is told anew.
    here.close(socket(1), true, at(11));
    there.doubt(HERE);
    assert_eq!(told_of(tell(&here, &mut there, 12)), []);
    assert_eq!(told_of(there.forget_doubtful(HERE, at(12))), [], "there is a grace");
    assert_eq!(told_of(there.expire(at(17))), [Status::Offline]);
    assert_eq!(told_of(there.forget(HERE, at(20))), []);
    assert_eq!(told_of(there.expire(at(25))), [Status::Offline]);
    assert!(there.people.is_empty() && there.sockets.is_empty() && there.doubtful.is_empty());
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
                Step::Open(key) => online.open(socket(key), tab(owner(key), now), at(now)),
                Step::Away(tab, away) => online.set_away(socket(tab), away, at(now)).into_iter().collect(),
                Step::Close(tab, for_good) => online.close(socket(tab), for_good, at(now)),
                Step::SignOut(id) => online.sign_out(person(id), true, at(now)),
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
