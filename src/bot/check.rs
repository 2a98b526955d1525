//! What stands in the way of publishing a flow: ways that lead nowhere, nodes that nobody comes to, and loops in which the bot
//! would go round without ever waiting for the customer.

use std::collections::{BTreeMap, BTreeSet};

use super::flow::{Does, Flow, Node};
use crate::error::FieldError;

/// Everything that is wrong with a flow, each at its node; nothing, when it can be published.
pub(crate) fn problems(flow: &Flow) -> Vec<FieldError> {
    let mut found = Vec::new();
    if flow.node(&flow.start).is_none() {
        found.push(FieldError::new("start", "missing_target", "names no node of the flow"));
    }
    for node in &flow.nodes {
        found.extend(dead_ends(flow, node));
    }
    let reached = reached(flow);
    let unreachable = flow.nodes.iter().filter(|node| !reached.contains(node.id.as_str()));
    found.extend(unreachable.map(|node| at(node, "unreachable", "no way leads here".to_owned())));
    found.extend(loops(flow));
    found
}

fn at(node: &Node, code: &str, message: String) -> FieldError {
    FieldError::new(format!("nodes.{}", node.id), code, message)
}

fn dead_ends(flow: &Flow, node: &Node) -> Vec<FieldError> {
    let ways = node.does.ways();
    let is_end = matches!(node.does, Does::Handover { .. } | Does::Close { .. });
    let mut found = Vec::new();
    let has_no_options = matches!(&node.does, Does::Menu { options, .. } if options.is_empty());
    if (!is_end && ways.is_empty()) || has_no_options || ways.iter().any(|way| way.target.is_none()) {
        found.push(at(node, "dead_end", "does not say where it goes on".to_owned()));
    }
    let missing = ways.iter().filter_map(|way| way.target.as_deref());
    let missing: BTreeSet<&str> = missing.filter(|target| flow.node(target).is_none()).collect();
    for target in missing {
        found.push(at(
            node,
            "missing_target",
            format!("leads to {target}, which is not there"),
        ));
    }
    found
}

fn reached(flow: &Flow) -> BTreeSet<&str> {
    let mut reached = BTreeSet::new();
    let mut ahead = vec![flow.start.as_str()];
    while let Some(id) = ahead.pop() {
        if let Some(node) = flow.node(id)
            && reached.insert(node.id.as_str())
        {
            ahead.extend(node.does.ways().iter().filter_map(|way| way.target.as_deref()));
        }
    }
    reached
}

/// How far the search for loops has come with a node.
#[derive(Clone, Copy, PartialEq)]
enum Mark {
    OnPath,
    Done,
}

/// Loops of ways that are taken at once, each told with its path at the node where it was come upon.
fn loops(flow: &Flow) -> Vec<FieldError> {
    let mut found = Vec::new();
    let mut marks = BTreeMap::new();
    for node in &flow.nodes {
        if marks.contains_key(node.id.as_str()) {
            continue;
        }
        // Depth first, with a path of our own: a flow may be longer than the stack is deep.
        let mut path = vec![(node, ahead(flow, node))];
        marks.insert(node.id.as_str(), Mark::OnPath);
        while let Some((here, ahead_of)) = path.last_mut() {
            let Some(next) = ahead_of.pop() else {
                marks.insert(here.id.as_str(), Mark::Done);
                path.pop();
                continue;
            };
            match marks.get(next.id.as_str()) {
                Some(Mark::Done) => {}
                Some(Mark::OnPath) => {
                    let round = path.iter().map(|(node, _)| node.id.as_str());
                    let round = round.skip_while(|id| *id != next.id).chain([next.id.as_str()]);
                    let round: Vec<&str> = round.collect();
                    found.push(at(next, "endless_loop", round.join(" → ")));
                }
                None => {
                    marks.insert(next.id.as_str(), Mark::OnPath);
                    path.push((next, ahead(flow, next)));
                }
            }
        }
    }
    found
}

fn ahead<'a>(flow: &'a Flow, node: &'a Node) -> Vec<&'a Node> {
    let ways = node.does.ways().into_iter().filter(|way| !way.waits);
    ways.filter_map(|way| flow.node(way.target.as_deref()?)).collect()
}
