//! What a flow does with a customer: one pure function, for conversations and for simulations.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer;
use super::flow::{Branch, Choice, Compare, Does, Flow, Method, Node, Target};
use super::hours::Open;
use super::text::{filled, filled_url, filled_value, plain};

/// More nodes than a flow has, so that only a draft that goes round in circles comes here.
const MOST_MOVES: u32 = 1_000;
const NOT_UNDERSTOOD: &str = "Desculpe, não entendi.";

/// How far a conversation has come with its flow.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct BotState {
    pub(crate) at: At,
    /// What was asked for, set and found out.
    pub(crate) fields: BTreeMap<String, Value>,
    /// How many calls to the outside there have been: each bears its number.
    calls: u32,
}

/// Where in its flow a conversation stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub(crate) enum At {
    /// The customer has not said anything yet.
    #[default]
    Start,
    /// Something was asked at this node, and answered wrongly so many times.
    Asked {
        node: String,
        tries: u32,
    },
    /// A language model has answered so many times and the customer is next.
    Talking {
        node: String,
        turns: u32,
    },
    /// Something outside was asked and has not answered yet.
    Calling {
        node: String,
        call: u32,
        turns: u32,
        /// What the customer said last meanwhile.
        meanwhile: Option<String>,
    },
    Ended,
}

impl At {
    pub(crate) fn node(&self) -> Option<&str> {
        match self {
            At::Asked { node, .. } | At::Talking { node, .. } | At::Calling { node, .. } => Some(node),
            At::Start | At::Ended => None,
        }
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Input {
    /// The customer said something.
    Words(String),
    /// A call to the outside ended; without an answer where it failed.
    Answered { call: u32, answer: Option<Value> },
}

/// What is known beside the conversation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// By name: `contact.name`, `contact.phone`, …
    pub(crate) values: BTreeMap<String, Value>,
    /// Whether people are there now.
    pub(crate) open: Open,
}

/// What is to be done, in this order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Output {
    Say {
        text: String,
        options: Vec<ShownOption>,
    },
    Tag {
        add: Vec<String>,
        remove: Vec<String>,
    },
    /// Something outside is to be asked: what exactly, [`asked`] tells.
    Call {
        call: u32,
    },
    /// The customer is for people now.
    HandOver {
        queue_id: Option<Uuid>,
        user_id: Option<Uuid>,
    },
    Close,
}

/// An option as the customer sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = BotOption)]
pub(crate) struct ShownOption {
    pub(crate) key: String,
    pub(crate) label: String,
}

/// What is asked of the outside.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = BotRequest)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Ask {
    Http {
        method: Method,
        url: String,
        headers: BTreeMap<String, String>,
        #[schema(required)]
        body: Option<Value>,
    },
    Ai {
        instructions: String,
    },
}

/// What a flow makes of something that happened. Whatever cannot go on is handed over to people.
pub(crate) fn step(flow: &Flow, state: BotState, input: &Input, known: &Known) -> (BotState, Vec<Output>) {
    let mut run = Run {
        flow,
        known,
        fields: state.fields,
        calls: state.calls,
        outputs: Vec::new(),
    };
    let at = match input {
        Input::Words(words) => {
            run.fields.insert("message".to_owned(), Value::String(words.clone()));
            run.hear(state.at, words)
        }
        Input::Answered { call, answer } => run.answered(state.at, *call, answer.as_ref()),
    };
    let state = BotState {
        at,
        fields: run.fields,
        calls: run.calls,
    };
    (state, run.outputs)
}

/// What is asked of the outside at the call that is waited for; nothing, where none is.
pub(crate) fn asked(flow: &Flow, state: &BotState, known: &Known) -> Option<Ask> {
    let At::Calling { node, .. } = &state.at else {
        return None;
    };
    let value = |name: &str| value_of(name, &state.fields, &known.values);
    match &flow.node(node)?.does {
        Does::Http {
            method,
            url,
            headers,
            body,
            ..
        } => {
            let header = |(name, text): (&String, &String)| (name.clone(), filled(text, value));
            Some(Ask::Http {
                method: *method,
                url: filled_url(url, value),
                headers: headers.iter().map(header).collect(),
                body: body.as_ref().map(|body| filled_value(body, &value)),
            })
        }
        Does::Ai { instructions, .. } => Some(Ask::Ai {
            instructions: filled(instructions, value),
        }),
        _ => None,
    }
}

/// One step under way.
struct Run<'a> {
    flow: &'a Flow,
    known: &'a Known,
    fields: BTreeMap<String, Value>,
    calls: u32,
    outputs: Vec<Output>,
}

impl Run<'_> {
    fn hear(&mut self, at: At, words: &str) -> At {
        match at {
            At::Start => self.go(&Some(self.flow.start.clone())),
            At::Asked { node, tries } => self.reply(node, tries, words),
            At::Talking { node, turns } => self.talk(node, turns),
            At::Calling { node, call, turns, .. } => At::Calling {
                node,
                call,
                turns,
                meanwhile: Some(words.to_owned()),
            },
            At::Ended => At::Ended,
        }
    }

    /// The customer answers what was asked.
    fn reply(&mut self, node: String, tries: u32, words: &str) -> At {
        match self.flow.node(&node).map(|node| &node.does) {
            Some(Does::Menu {
                options,
                invalid_text,
                max_tries,
                otherwise,
                ..
            }) => {
                if let Some(option) = chosen(options, words) {
                    return self.go(&option.next);
                }
                let tries = tries + 1;
                if tries >= *max_tries {
                    return self.go(otherwise);
                }
                self.say(invalid_text.as_deref().unwrap_or(NOT_UNDERSTOOD), shown(options));
                At::Asked { node, tries }
            }
            Some(Does::Question {
                field,
                validate,
                invalid_text,
                next,
                ..
            }) => match answer::read(*validate, words) {
                Some(answer) => {
                    self.fields.insert(field.clone(), Value::String(answer));
                    self.go(next)
                }
                None => {
                    self.say(invalid_text.as_deref().unwrap_or(NOT_UNDERSTOOD), Vec::new());
                    At::Asked { node, tries: tries + 1 }
                }
            },
            _ => self.hand_over(None, None),
        }
    }

    /// The customer goes on talking with the language model, unless it has had its turns.
    fn talk(&mut self, node: String, turns: u32) -> At {
        match self.flow.node(&node).map(|node| &node.does) {
            Some(Does::Ai { max_turns, next, .. }) => {
                if turns >= *max_turns {
                    return self.go(next);
                }
                self.call(node, turns)
            }
            _ => self.hand_over(None, None),
        }
    }

    fn call(&mut self, node: String, turns: u32) -> At {
        self.calls += 1;
        self.outputs.push(Output::Call { call: self.calls });
        At::Calling {
            node,
            call: self.calls,
            turns,
            meanwhile: None,
        }
    }

    /// Something outside answered. What answers another call than the one that is waited for changes nothing.
    fn answered(&mut self, at: At, call: u32, answer: Option<&Value>) -> At {
        let At::Calling {
            node,
            call: expected,
            turns,
            meanwhile,
        } = at
        else {
            return at;
        };
        if call != expected {
            return At::Calling {
                node,
                call: expected,
                turns,
                meanwhile,
            };
        }
        match (self.flow.node(&node).map(|node| &node.does), answer) {
            (Some(Does::Ai { failed, .. } | Does::Http { failed, .. }), None) => self.go(failed),
            (Some(Does::Ai { .. }), Some(answer)) => {
                self.say_as_is(plain(answer));
                match meanwhile {
                    Some(_) => self.talk(node, turns + 1),
                    None => At::Talking { node, turns: turns + 1 },
                }
            }
            (Some(Does::Http { save_as, next, .. }), Some(answer)) => {
                if let Some(field) = save_as {
                    self.fields.insert(field.clone(), answer.clone());
                }
                self.go(next)
            }
            _ => self.hand_over(None, None),
        }
    }

    /// Goes from node to node until somebody else is next.
    fn go(&mut self, target: &Target) -> At {
        let mut target = target.clone();
        for _ in 0..MOST_MOVES {
            let Some(node) = target.as_deref().and_then(|target| self.flow.node(target)) else {
                break;
            };
            match self.enter(node) {
                Move::On(next) => target = next,
                Move::Rest(at) => return at,
            }
        }
        self.hand_over(None, None)
    }

    fn enter(&mut self, node: &Node) -> Move {
        let here = || node.id.clone();
        let asked = || At::Asked { node: here(), tries: 0 };
        match &node.does {
            Does::Message { text, next } => {
                self.say(text, Vec::new());
                Move::On(next.clone())
            }
            Does::Menu { text, options, .. } => {
                self.say(text, shown(options));
                Move::Rest(asked())
            }
            Does::Question { text, .. } => {
                self.say(text, Vec::new());
                Move::Rest(asked())
            }
            Does::Condition { branches, otherwise } => {
                let branch = branches.iter().find(|branch| self.holds(branch));
                Move::On(branch.map_or(otherwise, |branch| &branch.next).clone())
            }
            Does::Hours { queue_id, open, closed } => {
                let next = if self.known.open.at(*queue_id) { open } else { closed };
                Move::On(next.clone())
            }
            Does::Set { field, value, next } => {
                let value = filled(value, |name| self.value(name));
                self.fields.insert(field.clone(), Value::String(value));
                Move::On(next.clone())
            }
            Does::Tag { add, remove, next } => {
                self.outputs.push(Output::Tag {
                    add: add.clone(),
                    remove: remove.clone(),
                });
                Move::On(next.clone())
            }
            Does::Http { .. } | Does::Ai { .. } => Move::Rest(self.call(here(), 0)),
            Does::Handover {
                queue_id,
                user_id,
                text,
            } => {
                self.say(text.as_deref().unwrap_or_default(), Vec::new());
                Move::Rest(self.hand_over(*queue_id, *user_id))
            }
            Does::Close { text } => {
                self.say(text.as_deref().unwrap_or_default(), Vec::new());
                self.outputs.push(Output::Close);
                Move::Rest(At::Ended)
            }
        }
    }

    fn hand_over(&mut self, queue_id: Option<Uuid>, user_id: Option<Uuid>) -> At {
        self.outputs.push(Output::HandOver { queue_id, user_id });
        At::Ended
    }

    fn say(&mut self, text: &str, options: Vec<ShownOption>) {
        let text = filled(text, |name| self.value(name));
        if !text.trim().is_empty() || !options.is_empty() {
            self.outputs.push(Output::Say { text, options });
        }
    }

    /// What others wrote is no template.
    fn say_as_is(&mut self, text: String) {
        if !text.trim().is_empty() {
            self.outputs.push(Output::Say {
                text,
                options: Vec::new(),
            });
        }
    }

    fn value(&self, name: &str) -> Option<Value> {
        value_of(name, &self.fields, &self.known.values)
    }

    fn holds(&self, branch: &Branch) -> bool {
        let value = self.value(&branch.field).filter(|value| !value.is_null());
        let text = value.as_ref().map(plain).unwrap_or_default();
        let other = plain(&branch.value);
        match branch.op {
            Compare::Exists => !text.is_empty(),
            Compare::Eq => is_same(&text, &other),
            Compare::Ne => !is_same(&text, &other),
            Compare::Contains => text.to_lowercase().contains(&other.to_lowercase()),
            Compare::Gt => !text.is_empty() && order(&text, &other).is_gt(),
            Compare::Lt => !text.is_empty() && order(&text, &other).is_lt(),
        }
    }
}

/// A value by its name, or one inside it by its path. What the conversation knows comes before what is known of the customer.
fn value_of(name: &str, fields: &BTreeMap<String, Value>, known: &BTreeMap<String, Value>) -> Option<Value> {
    let whole = |name: &str| fields.get(name).or_else(|| known.get(name));
    if let Some(value) = whole(name) {
        return Some(value.clone());
    }
    let mut path = name.split('.');
    let first = whole(path.next()?)?;
    let inside = path.try_fold(first, |value, part| match value {
        Value::Array(values) => values.get(part.parse::<usize>().ok()?),
        value => value.get(part),
    });
    inside.cloned()
}

enum Move {
    On(Target),
    Rest(At),
}

fn shown(options: &[Choice]) -> Vec<ShownOption> {
    let shown = |option: &Choice| ShownOption {
        key: option.key.clone(),
        label: option.label.clone(),
    };
    options.iter().map(shown).collect()
}

/// The option that these words are: its key or its label, however written.
fn chosen<'a>(options: &'a [Choice], words: &str) -> Option<&'a Choice> {
    let plain = |text: &str| text.trim().trim_end_matches(['.', ')', '!']).trim_end().to_lowercase();
    let words = plain(words);
    let by_key = options.iter().find(|option| plain(&option.key) == words);
    by_key.or_else(|| options.iter().find(|option| plain(&option.label) == words))
}

fn numbers(one: &str, other: &str) -> Option<(Decimal, Decimal)> {
    Some((answer::number(one.trim())?, answer::number(other.trim())?))
}

fn is_same(one: &str, other: &str) -> bool {
    numbers(one, other).map_or_else(
        || one.trim().to_lowercase() == other.trim().to_lowercase(),
        |(a, b)| a == b,
    )
}

/// Numbers by their size; all else as text, by which dates stand in order as well.
fn order(one: &str, other: &str) -> std::cmp::Ordering {
    numbers(one, other).map_or_else(|| one.cmp(other), |(a, b)| a.cmp(&b))
}
