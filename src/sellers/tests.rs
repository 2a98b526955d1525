//! What a seller may do, and what is left of it.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use uuid::Uuid;

use super::decide::{Command, Context, Facts, decide};
use super::event::{Assigned, AssignedClient, Event, Released, ReleasedClient};
use super::state::State;
use crate::auth::{Principal, Role};
use crate::db::{ContactId, TenantId, UserId};
use crate::error::{Code, Refusal};
use crate::floor::deal::{Choice, Reason};
use crate::live::Entity;

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn who(number: u128, role: Role) -> Principal {
    Principal {
        tenant: TenantId(Uuid::from_u128(1)),
        id: UserId(Uuid::from_u128(number)),
        name: "Vera".into(),
        kind: crate::auth::PrincipalKind::User,
        permissions: role.permissions(),
    }
}

fn client(number: u128) -> ContactId {
    ContactId(Uuid::from_u128(number))
}

fn vera() -> State {
    let mut state = State {
        id: UserId(Uuid::from_u128(7)),
        name: "Vera".to_owned(),
        clients: BTreeMap::new(),
    };
    let given = |number| AssignedClient {
        id: client(number),
        placed_by_hand: false,
        reason: Reason::Dealt,
        choice: Some(Choice::Fewest),
        assigned_at: NOW,
        client: None,
    };
    state.evolve(&Event::Assigned(Assigned {
        client_id: None,
        clients: vec![given(1), given(2)],
        run_id: Uuid::from_u128(9),
    }));
    state
}

fn ask(state: &State, by: &Principal, cycle: i64, data: serde_json::Value) -> Result<Vec<Event>, Refusal> {
    let facts = Facts {
        cycle,
        purchases: HashMap::from([(client(1), Some(NOW - TimeDelta::days(40))), (client(3), None)]),
    };
    let command = Command::parse("contacted", data)?;
    let context = Context {
        now: NOW + TimeDelta::days(cycle),
        by,
        facts: &facts,
        fresh_id: Uuid::from_u128(50 + u128::try_from(cycle).unwrap()),
    };
    decide(state, &command, &context)
}

#[test]
fn a_seller_contacts_their_own_clients_and_a_supervisor_anybodys() {
    let state = vera();
    let data = json!({ "client_id": client(1), "outcome": "reached", "notes": "Volta em março" });
    for by in [who(7, Role::Seller), who(8, Role::Supervisor)] {
        assert_eq!(ask(&state, &by, 1, data.clone()).unwrap().len(), 1);
    }
    assert_eq!(
        ask(&state, &who(8, Role::Seller), 1, data).unwrap_err().code,
        Code::Forbidden
    );
    let others = ask(&state, &who(7, Role::Seller), 1, json!({ "client_id": client(3) }));
    assert_eq!(others.unwrap_err().code, Code::ClientNotAssigned);
    assert_eq!(
        ask(&state, &who(7, Role::Seller), 1, json!({ "outcome": "luck" }))
            .unwrap_err()
            .fields
            .len(),
        2
    );
}

#[test]
fn what_is_said_again_corrects_and_a_new_cycle_begins_anew() {
    let (mut state, by) = (vera(), who(7, Role::Seller));
    let say = |state: &mut State, cycle, data| {
        let events = ask(state, &by, cycle, data).unwrap();
        for event in &events {
            state.evolve(event);
            // What is stored is read back as the same event.
            let record = event.record();
            assert_eq!(&Event::read(record.kind, record.data.get()).unwrap(), event);
        }
        events.len()
    };
    assert_eq!(
        say(&mut state, 1, json!({ "client_id": client(1), "notes": "Ligar" })),
        1
    );
    assert_eq!(
        say(&mut state, 1, json!({ "client_id": client(1) })),
        0,
        "so it is already"
    );
    assert_eq!(
        say(&mut state, 1, json!({ "client_id": client(1), "outcome": "sold" })),
        1
    );
    let first = state.clients[&client(1)].contacted.clone().unwrap();
    assert_eq!(
        (first.notes.as_deref(), first.contacted_at),
        (Some("Ligar"), NOW + TimeDelta::days(1))
    );
    assert_eq!(state.pending(), 1);

    assert_eq!(say(&mut state, 2, json!({ "client_id": client(1) })), 1);
    let second = state.clients[&client(1)].contacted.clone().unwrap();
    assert!(second.record_id != first.record_id && second.notes.is_none());

    state.evolve(&Event::Released(Released {
        client_id: Some(client(1)),
        clients: vec![ReleasedClient {
            id: client(1),
            reason: Reason::Released,
            to_seller_id: None,
        }],
        run_id: Uuid::from_u128(9),
    }));
    assert_eq!(state.clients.len(), 1);
    let again: State = serde_json::from_value(serde_json::to_value(&state).unwrap()).unwrap();
    assert_eq!(again, state);
    assert!(super::Seller::may_see(&state, &by) && !super::Seller::may_see(&state, &who(8, Role::Seller)));
}
