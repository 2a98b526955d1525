//! A simulation: a toy entity, a journal in memory that fails as a database can, and the core between them. Whatever happens,
//! an acknowledged command took effect once, a refused one never did, and what was published is what is stored.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::DateTime;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::*;
use crate::auth::Permissions;
use crate::db::{Connection, TenantId, UserId};
use crate::live::entity::{Changes, Record, raw};

/// Adds up what it is given; refuses to go above a hundred.
struct Sum;

#[derive(Clone, Serialize, Deserialize, Debug, PartialEq)]
struct Add(i64);

#[derive(Clone, Debug)]
struct Added(i64);

impl Entity for Sum {
    const KIND: &'static str = "sum";
    type State = i64;
    type Command = Add;
    type Event = Added;
    type Facts = ();

    fn parse(_: &str, data: Value) -> Result<Add, Refusal> {
        serde_json::from_value(data).map_err(|error| Refusal::new(Code::MalformedFrame, error.to_string()))
    }

    fn may_see(_: &i64, _: &Principal) -> bool {
        true
    }

    fn needs_facts(command: &Add) -> bool {
        command.0 % 2 == 0
    }

    async fn facts(_: Topic, _: &i64, _: &[&Add], _: &mut Connection) -> diesel::QueryResult<()> {
        Ok(())
    }

    fn decide(state: &i64, command: &Add, _: &Context<'_, ()>) -> Result<Vec<Added>, Refusal> {
        match command.0 {
            0 => Ok(vec![]),
            more if state + more > 100 => Err(Code::StageNotEmpty.into()),
            more => Ok(vec![Added(more)]),
        }
    }

    fn evolve(state: &mut i64, event: &Added) {
        *state += event.0;
    }

    fn record(after: &i64, event: &Added) -> Record {
        Record::new("sum.added", &(event.0, after))
    }

    fn read(_: &str, data: &str, _: Option<&str>) -> serde_json::Result<Added> {
        let (more, _): (i64, i64) = serde_json::from_str(data)?;
        Ok(Added(more))
    }

    fn undoes(_: &Add) -> Option<i64> {
        None
    }

    fn answer(after: &i64, _: &Add, _: &[Added]) -> Box<RawValue> {
        raw(after)
    }

    fn snapshot(state: &i64, _: &Principal) -> Box<RawValue> {
        raw(state)
    }

    fn is_gone(_: &i64) -> bool {
        false
    }

    async fn load(_: TenantId, _: Uuid, _: &mut Connection) -> diesel::QueryResult<Option<i64>> {
        Ok(None)
    }

    async fn project(_: &[Changes<'_, Self>], _: &mut Connection) -> diesel::QueryResult<()> {
        Ok(())
    }
}

const TOPIC: Topic = Topic {
    tenant: TenantId(Uuid::nil()),
    kind: "sum",
    id: Uuid::nil(),
};

/// What the database holds.
#[derive(Default)]
struct Stores {
    seq: i64,
    total: i64,
    commands: HashMap<CommandKey, Stored>,
    log: BTreeMap<i64, String>,
}

/// How a commit goes.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Well,
    Fails,
    /// It is committed, and nobody learns of it.
    DoneUnknown,
    /// It is not committed, and nobody learns of it.
    LostUnknown,
    /// Another node commits first.
    Overtaken(i64),
}

impl Stores {
    fn load(&self) -> Loaded<i64> {
        Loaded {
            state: self.total,
            seq: self.seq,
            epoch: Uuid::nil(),
        }
    }

    fn foreign(&mut self, more: i64) {
        if self.total + more <= 100 {
            self.total += more;
            self.seq += 1;
            self.log.insert(self.seq, format!("foreign {more}"));
        }
    }

    fn commit(&mut self, batch: &Batch, fate: Fate) -> Outcome {
        if let Fate::Overtaken(more) = fate {
            self.foreign(more);
        }
        if batch.expected != self.seq {
            return Outcome::Moved;
        }
        let repeated: Vec<_> = batch
            .accepted
            .iter()
            .filter_map(|accepted| self.commands.get(&accepted.key).cloned())
            .collect();
        if !repeated.is_empty() {
            return Outcome::Repeated(repeated);
        }
        match fate {
            Fate::Fails => return Outcome::Failed(Code::Unavailable.into()),
            Fate::LostUnknown => return Outcome::Unknown,
            Fate::Well | Fate::DoneUnknown | Fate::Overtaken(_) => {}
        }
        for event in &batch.events {
            self.seq += 1;
            assert_eq!(event.seq, self.seq, "numbers rise by one");
            let (more, after): (i64, i64) = serde_json::from_str(event.record.data.get()).unwrap();
            self.total += more;
            assert_eq!(after, self.total, "decided on the state that was committed");
            self.log.insert(event.seq, event.record.data.get().to_owned());
        }
        for Accepted {
            key,
            digest,
            seq,
            answer,
        } in batch.accepted.iter().cloned()
        {
            self.commands.insert(
                key,
                Stored {
                    key,
                    digest: digest.to_vec(),
                    seq,
                    answer,
                },
            );
        }
        let earlier = batch
            .refused
            .iter()
            .filter_map(|key| self.commands.get(key).cloned())
            .collect();
        if matches!(fate, Fate::DoneUnknown) {
            Outcome::Unknown
        } else {
            Outcome::Committed { earlier }
        }
    }
}

fn principal() -> Arc<Principal> {
    Arc::new(Principal {
        tenant: TOPIC.tenant,
        id: UserId(Uuid::from_u128(1)),
        name: "Ana".into(),
        permissions: Permissions::of(&[]),
    })
}

fn command(name: usize, id: u8, more: i64) -> Pending<Sum, usize> {
    let mut digest = [0; 32];
    digest[..8].copy_from_slice(&more.to_be_bytes());
    Pending {
        reply: name,
        by: principal(),
        id: Uuid::from_u128(u128::from(id)),
        digest,
        command: Arc::new(Add(more)),
    }
}

/// The core with its journal, driven one effect at a time.
struct Simulation {
    core: EntityCore<Sum, usize>,
    stores: Stores,
    todo: VecDeque<Effect<Sum, usize>>,
    answers: HashMap<usize, Result<Committed, Error>>,
    published: Vec<Frame>,
}

impl Simulation {
    fn new() -> Self {
        let stores = Stores::default();
        let core = EntityCore::new(TOPIC, stores.load());
        Self {
            core,
            stores,
            todo: VecDeque::new(),
            answers: HashMap::new(),
            published: Vec::new(),
        }
    }

    fn push(&mut self, pending: Pending<Sum, usize>) {
        let effects = self.core.push(pending);
        self.todo.extend(effects);
    }

    /// Does one thing that the core asked for.
    fn step(&mut self, fate: Fate) {
        let Some(effect) = self.todo.pop_front() else { return };
        let effects = match effect {
            Effect::Reply(name, answer) => {
                assert!(
                    self.answers.insert(name, answer).is_none(),
                    "a command is answered once"
                );
                vec![]
            }
            Effect::ReadFacts if matches!(fate, Fate::Fails) => self.core.facts_failed(|| Code::Unavailable.into()),
            Effect::ReadFacts | Effect::Decide => self.core.decide(&(), DateTime::UNIX_EPOCH, Uuid::nil),
            Effect::Commit(batch) => self.core.committed(self.stores.commit(&batch, fate)),
            Effect::Publish(frames) => {
                self.published.extend(frames);
                vec![]
            }
            Effect::Reload => {
                self.published.clear();
                self.core.reloaded(Some(self.stores.load()))
            }
            Effect::Tell(_) => vec![],
            Effect::Gone(_) => unreachable!("a sum never goes"),
        };
        self.todo.extend(effects);
    }

    fn finish(&mut self) {
        while !self.todo.is_empty() {
            self.step(Fate::Well);
        }
    }
}

#[derive(Clone, Debug)]
enum Happening {
    Command { id: u8, more: i64 },
    Step(Fate),
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let fate = prop_oneof![
        6 => Just(Fate::Well),
        1 => Just(Fate::Fails),
        1 => Just(Fate::DoneUnknown),
        1 => Just(Fate::LostUnknown),
        1 => (1..9_i64).prop_map(Fate::Overtaken),
    ];
    let happening = prop_oneof![
        // Few ids, so that they are repeated, with the same body and with others.
        2 => (0..12_u8, 0..4_i64).prop_map(|(id, body)| Happening::Command { id, more: i64::from(id) * 3 + body / 3 }),
        3 => fate.prop_map(Happening::Step),
    ];
    prop::collection::vec(happening, 1..120)
}

proptest! {
    #[test]
    fn whatever_fails_an_acknowledged_command_took_effect_once_and_a_refused_one_never(happenings in happenings()) {
        let mut simulation = Simulation::new();
        let mut sent = Vec::new();
        for happening in happenings {
            match happening {
                Happening::Command { id, more } => {
                    simulation.push(command(sent.len(), id, more));
                    sent.push((id, more));
                }
                Happening::Step(fate) => simulation.step(fate),
            }
        }
        simulation.finish();

        prop_assert_eq!(simulation.answers.len(), sent.len(), "every command is answered");
        prop_assert_eq!(*simulation.core.state().as_ref(), simulation.stores.total);
        prop_assert_eq!(simulation.core.seq(), simulation.stores.seq);
        let mut first_answers: HashMap<u8, (i64, String)> = HashMap::new();
        for (name, (id, more)) in sent.iter().enumerate() {
            let key = CommandKey { actor: principal().id.0, id: Uuid::from_u128(u128::from(*id)) };
            let stored = simulation.stores.commands.get(&key);
            match &simulation.answers[&name] {
                Ok(answer) => {
                    prop_assert!(stored.is_some_and(|stored| stored.seq == answer.seq), "acknowledged means stored");
                    let first = first_answers.entry(*id).or_insert_with(|| (*more, answer.data.get().to_owned()));
                    prop_assert_eq!(&first.0, more, "one id, one body");
                    prop_assert_eq!(&first.1, answer.data.get(), "a repeat gets the first answer");
                }
                Err(error) if error.code == Code::IdempotencyKeyReused => prop_assert!(stored.is_some()),
                Err(error) => prop_assert!(
                    matches!(error.code, Code::StageNotEmpty | Code::Unavailable | Code::OutcomeUnknown),
                    "{:?}", error.code
                ),
            }
        }
        for frame in &simulation.published {
            let data: Value = serde_json::from_str(frame.text_for(principal().id)).unwrap();
            prop_assert_eq!(&data["data"].to_string(), &simulation.stores.log[&frame.seq], "published means stored");
        }
    }
}

#[test]
fn commands_that_wait_for_a_commit_are_decided_together_and_in_order() {
    let mut simulation = Simulation::new();
    simulation.push(command(0, 1, 1));
    simulation.step(Fate::Well);
    for name in 1..=5 {
        simulation.push(command(name, 10 + u8::try_from(name).unwrap(), 1));
    }
    simulation.finish();
    let seqs: Vec<_> = (0..=5)
        .map(|name| simulation.answers[&name].as_ref().unwrap().seq)
        .collect();
    assert_eq!(seqs, [1, 2, 3, 4, 5, 6]);
    assert_eq!(simulation.published.len(), 6);
}

#[test]
fn a_commit_that_fails_changes_nothing_and_the_next_one_goes_on_from_there() {
    let mut simulation = Simulation::new();
    simulation.push(command(0, 1, 5));
    simulation.step(Fate::Well);
    simulation.step(Fate::Fails);
    simulation.finish();
    assert_eq!(simulation.answers[&0].as_ref().unwrap_err().code, Code::Unavailable);
    assert_eq!((**simulation.core.state(), simulation.core.seq()), (0, 0));
    simulation.push(command(1, 1, 5));
    simulation.finish();
    assert_eq!(simulation.answers[&1].as_ref().unwrap().seq, 1);
}

#[test]
fn a_refusal_is_confirmed_before_it_leaves_so_that_a_repeat_of_an_accepted_command_is_not_refused() {
    let mut simulation = Simulation::new();
    simulation.push(command(0, 1, 90));
    simulation.finish();
    // Decided anew it would be refused: the sum would go above a hundred.
    simulation.push(command(1, 1, 90));
    simulation.push(command(2, 2, 90));
    simulation.finish();
    assert_eq!(simulation.answers[&1].as_ref().unwrap().seq, 1);
    assert_eq!(simulation.answers[&2].as_ref().unwrap_err().code, Code::StageNotEmpty);
}

#[test]
fn the_same_id_with_another_body_is_told_so() {
    let mut simulation = Simulation::new();
    simulation.push(command(0, 1, 5));
    simulation.push(command(1, 1, 6));
    simulation.finish();
    assert!(simulation.answers[&0].is_ok());
    assert_eq!(
        simulation.answers[&1].as_ref().unwrap_err().code,
        Code::IdempotencyKeyReused
    );
}
