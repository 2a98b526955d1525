//! Plays a flow without a customer: the very machine that runs conversations, with a clock and an outside of one's own.

use std::collections::BTreeMap;

use serde_json::Value;

use super::flow::Flow;
use super::hours::Open;
use super::machine::{At, BotState, Input, Known, Output, asked, step};
use super::view::{Reply, Request, Simulation, SimulationBody};

/// What the bot says to these messages, one after another. `open`: whether people are there, unless the body says.
pub(super) fn simulate(flow: &Flow, body: SimulationBody, open: Open) -> Simulation {
    let known = Known {
        values: BTreeMap::from_iter(body.known),
        open: body.is_open.map_or(open, Open::everywhere),
    };
    let mut state = BotState::default();
    let mut played = Simulation::default();
    for words in body.messages {
        if state.at == At::Ended {
            break;
        }
        let mut input = Input::Words(words);
        // Each call to the outside is answered at once: as one was told to, or by a failure.
        loop {
            let (next, outputs) = step(flow, state, &input, &known);
            state = next;
            played.take(outputs);
            let At::Calling { node, call, .. } = &state.at else {
                break;
            };
            played.requests.extend(asked(flow, &state, &known).map(|ask| Request {
                node: node.clone(),
                ask,
            }));
            input = Input::Answered {
                call: *call,
                answer: body.answers.get(node).cloned().filter(|answer| !answer.is_null()),
            };
            if played.requests.len() > MOST_CALLS {
                break;
            }
        }
    }
    played.node = state.at.node().map(str::to_owned);
    played.ended = state.at == At::Ended;
    played.fields = state.fields.into_iter().collect::<serde_json::Map<String, Value>>();
    played
}

/// A draft may ask the outside in circles.
const MOST_CALLS: usize = 100;

impl Simulation {
    fn take(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Say { text, options } => self.replies.push(Reply { text, options }),
                Output::Tag { add, remove } => {
                    self.tags.retain(|tag| !remove.contains(tag));
                    let new: Vec<_> = add.into_iter().filter(|tag| !self.tags.contains(tag)).collect();
                    self.tags.extend(new);
                }
                Output::Call { .. } => {}
                Output::HandOver { .. } => self.handed_over = true,
                Output::Close => self.closed = true,
            }
        }
    }
}
