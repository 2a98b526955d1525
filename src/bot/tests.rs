//! Flows, without a server.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::check::problems;
use super::flow::Flow;
use super::hours::Open;
use super::machine::{Ask, At, BotState, Input, Known, Output, asked, step};

fn flow(start: &str, nodes: Value) -> Flow {
    let flow = json!({ "name": "Teste", "start": start, "nodes": nodes });
    Flow::parse(flow.as_object().unwrap().clone()).unwrap()
}

fn default_flow() -> Flow {
    serde_json::from_str(include_str!("default.json")).unwrap()
}

/// A customer and the bot.
struct Talk {
    flow: Flow,
    state: BotState,
    known: Known,
    tags: Vec<String>,
    outputs: Vec<Output>,
}

impl Talk {
    fn on(flow: Flow) -> Self {
        Self {
            flow,
            state: BotState::default(),
            known: Known {
                values: BTreeMap::from([("contact.name".to_owned(), json!("Ana"))]),
                open: Open::everywhere(true),
            },
            tags: Vec::new(),
            outputs: Vec::new(),
        }
    }

    fn input(&mut self, input: &Input) -> Vec<String> {
        let (state, outputs) = step(&self.flow, self.state.clone(), input, &self.known);
        self.state = state;
        self.outputs = outputs;
        let mut said = Vec::new();
        for output in &self.outputs {
            match output {
                Output::Say { text, .. } => said.push(text.clone()),
                Output::Tag { add, .. } => self.tags.extend(add.clone()),
                Output::Call { .. } | Output::HandOver { .. } | Output::Close => {}
            }
        }
        said
    }

    fn say(&mut self, words: &str) -> Vec<String> {
        self.input(&Input::Words(words.to_owned()))
    }

    fn answer(&mut self, answer: Option<Value>) -> Vec<String> {
        let At::Calling { call, .. } = self.state.at else {
            panic!("nothing was asked: {:?}", self.state);
        };
        self.input(&Input::Answered { call, answer })
    }

    fn is_with_people(&self) -> bool {
        self.state.at == At::Ended
            && self
                .outputs
                .iter()
                .any(|output| matches!(output, Output::HandOver { .. }))
    }
}

#[test]
fn the_flow_that_companies_begin_with_can_be_published_and_leads_to_people() {
    assert_eq!(problems(&default_flow()), []);
    let mut talk = Talk::on(default_flow());
    assert!(talk.say("oi")[0].starts_with("Olá!"));
    assert_eq!(talk.say("quero comprar"), ["Ótimo! Qual é o seu nome?"]);
    assert_eq!(talk.say("Ana"), ["Prazer, Ana! Que produto ou serviço você procura?"]);
    let said = talk.say("Pão");
    assert!(said[0].starts_with("Certo!"), "{said:?}");
    assert!(talk.is_with_people());
    assert_eq!(talk.tags, ["vendas"]);
    assert_eq!(
        (&talk.state.fields["nome"], &talk.state.fields["interesse"]),
        (&json!("Ana"), &json!("Pão"))
    );

    let mut at_night = Talk::on(default_flow());
    at_night.known.open = Open::everywhere(false);
    at_night.say("oi");
    assert!(at_night.say("3.")[0].contains("não está disponível"));
}

#[test]
fn a_queue_may_have_hours_of_its_own() {
    let night_shift = uuid::Uuid::from_u128(7);
    let asks = |queue: Option<uuid::Uuid>| {
        let flow = json!({ "name": "Plantão", "start": "h", "nodes": [
            { "id": "h", "type": "hours", "queue_id": queue, "open": "yes", "closed": "no" },
            { "id": "yes", "type": "handover", "text": "Já chamo" },
            { "id": "no", "type": "close", "text": "Fechado" },
        ] });
        let mut talk = Talk::on(serde_json::from_value(flow).unwrap());
        talk.known.open = Open {
            company: false,
            queues: BTreeMap::from([(night_shift, true)]),
        };
        talk.say("oi").remove(0)
    };
    assert_eq!(asks(Some(night_shift)), "Já chamo");
    assert_eq!(asks(None), "Fechado");
    // One without hours of its own follows the company's.
    assert_eq!(asks(Some(uuid::Uuid::from_u128(8))), "Fechado");
}

#[test]
fn a_menu_gives_up_after_its_tries_and_says_its_options_again_before() {
    let mut talk = Talk::on(default_flow());
    talk.say("oi");
    for _ in 0..2 {
        assert!(talk.say("??")[0].starts_with("Não entendi"));
        assert!(matches!(&talk.outputs[0], Output::Say { options, .. } if options.len() == 3));
    }
    talk.say("??");
    assert!(talk.is_with_people());
    assert_eq!(talk.say("alô?"), Vec::<String>::new());
}

#[test]
fn a_condition_goes_the_first_way_that_holds() {
    let branches = json!([
        { "field": "pedido.total", "op": "gt", "value": 100, "next": "grande" },
        { "field": "message", "op": "contains", "value": "URGENTE", "next": "urgente" },
        { "field": "nada", "op": "exists", "next": "nunca" },
        { "field": "contact.name", "op": "eq", "value": "ana", "next": "ana" },
    ]);
    let close = |id: &str| json!({ "id": id, "type": "close", "text": id });
    let nodes = json!([
        { "id": "pede", "type": "http", "method": "GET", "url": "https://erp.test/{{message}}", "save_as": "pedido",
          "next": "qual", "failed": "falhou" },
        { "id": "qual", "type": "condition", "branches": branches, "otherwise": "outro" },
        close("grande"), close("urgente"), close("nunca"), close("ana"), close("outro"), close("falhou"),
    ]);
    for (words, answer, said) in [
        ("a/b", Some(json!({ "total": "1.250,00" })), "grande"),
        ("é urgente", Some(json!({ "total": 99.5 })), "urgente"),
        ("oi", Some(json!([])), "ana"),
        ("oi", None, "falhou"),
    ] {
        let mut talk = Talk::on(flow("pede", nodes.clone()));
        assert_eq!(talk.say(words), Vec::<String>::new());
        let Some(Ask::Http { url, .. }) = asked(&talk.flow, &talk.state, &talk.known) else {
            panic!("nothing is asked");
        };
        assert!(words != "a/b" || url == "https://erp.test/a%2Fb", "{url}");
        assert_eq!(talk.answer(answer), [said]);
        assert_eq!(talk.outputs.last(), Some(&Output::Close));
    }
}

#[test]
fn a_model_answers_up_to_its_turns_and_what_was_said_meanwhile_is_not_left_unanswered() {
    let nodes = json!([
        { "id": "ia", "type": "ai", "instructions": "Venda a {{contact.name}}", "max_turns": 2, "next": "fim", "failed": "gente" },
        { "id": "fim", "type": "close", "text": "Até logo, {{contact.name}}" },
        { "id": "gente", "type": "handover" },
    ]);
    let mut talk = Talk::on(flow("ia", nodes));
    talk.say("quanto custa?");
    let ask = asked(&talk.flow, &talk.state, &talk.known);
    assert_eq!(
        ask,
        Some(Ask::Ai {
            instructions: "Venda a Ana".to_owned()
        })
    );
    talk.say("o pão");
    assert_eq!(talk.outputs, [], "one call is under way already");
    assert_eq!(talk.answer(Some(json!("R$ 10 {{nome}}"))), ["R$ 10 {{nome}}"]);
    assert!(
        matches!(talk.state.at, At::Calling { call: 2, turns: 1, .. }),
        "{:?}",
        talk.state.at
    );

    let late = talk.state.clone();
    assert_eq!(
        talk.input(&Input::Answered {
            call: 1,
            answer: Some(json!("outra vez"))
        }),
        Vec::<String>::new()
    );
    assert_eq!(talk.state, late, "an answer to an earlier call changes nothing");

    assert_eq!(talk.answer(Some(json!("R$ 8"))), ["R$ 8"]);
    assert_eq!(talk.say("obrigada"), ["Até logo, Ana"]);
}

#[test]
fn what_stands_in_the_way_of_publishing_is_told_at_its_node() {
    let found = |start: &str, nodes: Value| -> Vec<(String, String)> {
        let problems = problems(&flow(start, nodes));
        problems
            .into_iter()
            .map(|problem| (problem.field, problem.code))
            .collect()
    };
    let told = |field: &str, code: &str| (field.to_owned(), code.to_owned());
    assert_eq!(found("a", json!([])), [told("start", "missing_target")]);
    let nodes = json!([
        { "id": "a", "type": "message", "text": "oi", "next": "nada" },
        { "id": "b", "type": "message", "text": "oi", "next": null },
        { "id": "c", "type": "menu", "text": "?", "options": [] },
    ]);
    assert_eq!(
        found("a", nodes),
        [
            told("nodes.a", "missing_target"),
            told("nodes.b", "dead_end"),
            told("nodes.c", "dead_end"),
            told("nodes.b", "unreachable"),
            told("nodes.c", "unreachable"),
        ]
    );
    let round = json!([
        { "id": "a", "type": "menu", "text": "?", "options": [{ "key": "1", "label": "x", "next": "b" }] },
        { "id": "b", "type": "message", "text": "1", "next": "c" },
        { "id": "c", "type": "ai", "next": "a", "failed": "d" },
        { "id": "d", "type": "message", "text": "2", "next": "b" },
    ]);
    let problems = problems(&flow("a", round));
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(
        (problems[0].field.as_str(), problems[0].code.as_str()),
        ("nodes.b", "endless_loop")
    );
    assert_eq!(problems[0].message, "b → c → d → b");
}

#[test]
fn a_flow_that_cannot_be_read_says_which_node() {
    let read = |data: Value| {
        let refusal = Flow::parse(data.as_object().unwrap().clone()).unwrap_err();
        refusal
            .fields
            .into_iter()
            .map(|error| (error.field, error.code))
            .collect::<Vec<_>>()
    };
    let told = |field: &str, code: &str| (field.to_owned(), code.to_owned());
    let nodes = json!([
        { "id": "a", "type": "close" }, { "id": "a", "type": "close" }, { "id": "b", "type": "dance" },
        { "type": "close" }, { "id": "c", "type": "menu", "text": 7, "options": [] }, { "id": "d", "type": "close", "text": "\0" },
    ]);
    assert_eq!(
        read(json!({ "nodes": nodes })),
        [
            told("name", "required"),
            told("nodes.a", "duplicate"),
            told("nodes.b", "invalid"),
            told("nodes[3]", "invalid"),
            told("nodes.c", "invalid"),
            told("nodes.d", "invalid"),
        ]
    );
    assert_eq!(read(json!({ "name": "x", "nodes": {} })), [told("nodes", "wrong_type")]);
}

/// A flow of nodes that lead anywhere, among them to nodes that are not there.
fn any_flow() -> impl Strategy<Value = Flow> {
    let node = (0..11_u8, 0..9_usize, 0..9_usize);
    prop::collection::vec(node, 1..8).prop_map(|nodes| {
        let nodes: Vec<Value> = nodes
            .into_iter()
            .enumerate()
            .map(|(index, (kind, one, other))| {
                let (one, other) = (format!("n{one}"), format!("n{other}"));
                let mut node = match kind {
                    0 => json!({ "type": "message", "text": "{{message}}", "next": one }),
                    1 => json!({ "type": "menu", "text": "?", "max_tries": 2, "otherwise": other,
                                 "options": [{ "key": "1", "label": "um", "next": one }] }),
                    2 => json!({ "type": "question", "text": "?", "field": "x", "validate": "number", "next": one }),
                    3 => json!({ "type": "condition", "otherwise": other,
                                 "branches": [{ "field": "x", "op": "gt", "value": 5, "next": one }] }),
                    4 => json!({ "type": "hours", "open": one, "closed": other }),
                    5 => json!({ "type": "set", "field": "x", "value": "{{x}}1", "next": one }),
                    6 => json!({ "type": "tag", "add": ["t"], "next": one }),
                    7 => json!({ "type": "http", "method": "GET", "url": "https://a.test", "save_as": "x", "next": one, "failed": other }),
                    8 => json!({ "type": "ai", "max_turns": 1, "next": one, "failed": other }),
                    9 => json!({ "type": "handover" }),
                    _ => json!({ "type": "close" }),
                };
                node["id"] = json!(format!("n{index}"));
                node
            })
            .collect();
        flow("n0", json!(nodes))
    })
}

#[derive(Clone, Debug)]
enum Happens {
    Said(String),
    Answered(bool),
    /// An answer to some other call.
    Late(u32),
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        prop_oneof![Just("1".to_owned()), Just("7".to_owned()), "\\PC{0,12}"].prop_map(Happens::Said),
        any::<bool>().prop_map(Happens::Answered),
        (0..9_u32).prop_map(Happens::Late),
    ]
}

proptest! {
    #[test]
    fn whatever_the_flow_the_bot_always_waits_for_somebody_and_says_nothing_after_its_end(
        flow in any_flow(), is_open in any::<bool>(), happenings in prop::collection::vec(happens(), 1..30),
    ) {
        let mut talk = Talk::on(flow);
        talk.known.open = Open::everywhere(is_open);
        let mut calls = 0;
        for happening in happenings {
            let before = talk.state.clone();
            let had_ended = before.at == At::Ended;
            match (&happening, &before.at) {
                (Happens::Said(words), _) => { talk.say(words); }
                (Happens::Answered(well), At::Calling { .. }) => { talk.answer(well.then(|| json!("8"))); }
                (Happens::Answered(_), _) => continue,
                (Happens::Late(call), At::Calling { call: awaited, .. }) if call == awaited => continue,
                (Happens::Late(call), _) => {
                    talk.input(&Input::Answered { call: *call, answer: Some(json!("tarde")) });
                    prop_assert_eq!(&talk.outputs, &[]);
                    prop_assert_eq!(&talk.state, &before);
                }
            }
            prop_assert!(!had_ended || talk.outputs.is_empty());
            // At most one call at a time, each with a number of its own.
            for output in &talk.outputs {
                if let Output::Call { call } = output {
                    calls += 1;
                    prop_assert_eq!(*call, calls);
                    let awaited = matches!(talk.state.at, At::Calling { call, .. } if call == calls);
                    prop_assert!(awaited);
                    prop_assert!(asked(&talk.flow, &talk.state, &talk.known).is_some());
                }
            }
            let is_end = |output: &&Output| matches!(output, Output::HandOver { .. } | Output::Close);
            let ends = talk.outputs.iter().filter(is_end);
            prop_assert_eq!(ends.count(), usize::from(!had_ended && talk.state.at == At::Ended));
            let stored = serde_json::to_value(&talk.state).unwrap();
            prop_assert_eq!(&serde_json::from_value::<BotState>(stored).unwrap(), &talk.state);
        }
    }
}
