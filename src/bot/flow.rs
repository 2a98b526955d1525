//! What a flow is made of.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::db::text_enum::text_enum;
use crate::error::{FieldError, Refusal};
use crate::fields::Fields;

const MAX_NODES: usize = 300;
const MAX_ID: usize = 64;
const MAX_NAME: usize = 100;
/// What one node holds, as JSON.
const MAX_NODE_BYTES: usize = 32 * 1024;

/// Nodes, and the one at which a conversation begins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Flow {
    #[schema(max_length = 100)]
    pub(crate) name: String,
    /// The id of the first node.
    pub(crate) start: String,
    pub(crate) nodes: Vec<Node>,
}

/// A step of a flow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = BotNode)]
pub(crate) struct Node {
    #[schema(max_length = 64)]
    pub(crate) id: String,
    /// Where it lies on the canvas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) position: Option<Position>,
    #[serde(flatten)]
    pub(crate) does: Does,
}

/// A place on the canvas.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = BotNodePosition)]
pub(crate) struct Position {
    x: f64,
    y: f64,
}

/// Where a flow goes on: the id of a node. A draft may not know yet.
pub(crate) type Target = Option<String>;

/// What a node does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = BotNodeKind)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Does {
    /// Says something.
    Message { text: String, next: Target },
    /// Lets the customer choose.
    Menu {
        text: String,
        options: Vec<Choice>,
        /// What is said to an answer that is none of the options.
        #[serde(default)]
        invalid_text: Option<String>,
        /// After so many such answers it goes on to `otherwise`.
        #[serde(default = "three")]
        max_tries: u32,
        /// Without it the customer is handed over to people.
        #[serde(default)]
        otherwise: Target,
    },
    /// Asks for something and keeps the answer.
    Question {
        text: String,
        field: String,
        #[serde(default)]
        validate: Validate,
        #[serde(default)]
        invalid_text: Option<String>,
        next: Target,
    },
    /// Goes the way of the first branch that holds.
    Condition { branches: Vec<Branch>, otherwise: Target },
    /// Goes one way while people are there and another while they are not.
    Hours {
        #[serde(default)]
        queue_id: Option<Uuid>,
        open: Target,
        closed: Target,
    },
    /// Keeps a value.
    Set { field: String, value: String, next: Target },
    /// Labels the conversation.
    Tag {
        #[serde(default)]
        add: Vec<String>,
        #[serde(default)]
        remove: Vec<String>,
        next: Target,
    },
    /// Asks another system.
    Http {
        method: Method,
        url: String,
        #[serde(default)]
        headers: BTreeMap<String, String>,
        #[serde(default)]
        body: Option<Value>,
        #[serde(default)]
        save_as: Option<String>,
        next: Target,
        failed: Target,
    },
    /// Lets a language model answer, up to so many times; the customer's next words go on to `next`.
    Ai {
        #[serde(default)]
        instructions: String,
        #[serde(default = "five")]
        max_turns: u32,
        next: Target,
        failed: Target,
    },
    /// Gives the conversation to people.
    Handover {
        #[serde(default)]
        queue_id: Option<Uuid>,
        #[serde(default)]
        user_id: Option<Uuid>,
        #[serde(default)]
        text: Option<String>,
    },
    /// Ends the conversation.
    Close {
        #[serde(default)]
        text: Option<String>,
    },
}

fn three() -> u32 {
    3
}

fn five() -> u32 {
    5
}

/// One way out of a menu.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = BotChoice)]
pub(crate) struct Choice {
    pub(crate) key: String,
    pub(crate) label: String,
    pub(crate) next: Target,
}

/// One way out of a condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = BotBranch)]
pub(crate) struct Branch {
    pub(crate) field: String,
    pub(crate) op: Compare,
    #[serde(default)]
    pub(crate) value: Value,
    pub(crate) next: Target,
}

text_enum! {
    /// How a value is compared.
    Compare {
        Eq = "eq",
        Ne = "ne",
        Contains = "contains",
        Gt = "gt",
        Lt = "lt",
        Exists = "exists",
    }
}

text_enum! {
    /// What kind of answer a question takes.
    Validate {
        Text = "text",
        Email = "email",
        Phone = "phone",
        Cpf = "cpf",
        Cnpj = "cnpj",
        Number = "number",
        Date = "date",
    }
}

#[expect(clippy::derivable_impls, reason = "the macro that defines the enum takes no default")]
impl Default for Validate {
    fn default() -> Self {
        Validate::Text
    }
}

text_enum! {
    /// How another system is asked.
    Method {
        Get = "GET",
        Post = "POST",
        Put = "PUT",
        Patch = "PATCH",
        Delete = "DELETE",
    }
}

impl Flow {
    /// Reads a flow, which may still be a draft.
    ///
    /// # Errors
    /// `invalid`, with every node that cannot be read as `nodes.<id>`.
    pub(crate) fn parse(data: Map<String, Value>) -> Result<Self, Refusal> {
        let mut fields = Fields::of(Value::Object(data.clone()))?;
        let name = fields.line("name", MAX_NAME);
        let name = fields.required("name", name);
        let start = fields.line("start", MAX_ID).flatten().unwrap_or_default();
        let nodes = match data.get("nodes") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(nodes)) if nodes.len() <= MAX_NODES => read_nodes(nodes, &mut fields),
            Some(Value::Array(_)) => {
                fields.wrong("nodes", "too_many", format!("at most {MAX_NODES}"));
                Vec::new()
            }
            Some(_) => {
                fields.wrong("nodes", "wrong_type", "must be a list");
                Vec::new()
            }
        };
        fields.finish(name.map(|name| Self { name, start, nodes }))
    }

    /// The people and queues that it hands customers over to.
    pub(crate) fn hands_over_to(&self) -> (Vec<Uuid>, Vec<Uuid>) {
        let (mut users, mut queues) = (Vec::new(), Vec::new());
        for node in &self.nodes {
            if let Does::Handover { user_id, queue_id, .. } = &node.does {
                users.extend(*user_id);
                queues.extend(*queue_id);
            }
        }
        (users, queues)
    }

    pub(crate) fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == id)
    }
}

fn read_nodes(values: &[Value], fields: &mut Fields) -> Vec<Node> {
    let mut seen = BTreeSet::new();
    let mut nodes = Vec::with_capacity(values.len());
    for (index, value) in values.iter().enumerate() {
        let id = value.get("id").and_then(Value::as_str).unwrap_or_default();
        let field = if id.is_empty() {
            format!("nodes[{index}]")
        } else {
            format!("nodes.{id}")
        };
        match read_node(value, id) {
            Ok(_) if !seen.insert(id.to_owned()) => fields.wrong(&field, "duplicate", "another node has this id"),
            Ok(node) => nodes.push(node),
            Err(wrong) => fields.wrong(&field, &wrong.code, wrong.message),
        }
    }
    nodes
}

fn read_node(value: &Value, id: &str) -> Result<Node, FieldError> {
    let wrong = |code: &str, message: String| Err(FieldError::new("", code, message));
    let text = value.to_string();
    if id.is_empty() || id.chars().count() > MAX_ID {
        return wrong("invalid", format!("needs an id of at most {MAX_ID} characters"));
    }
    if text.len() > MAX_NODE_BYTES {
        return wrong("too_long", format!("at most {MAX_NODE_BYTES} bytes of JSON"));
    }
    // PostgreSQL's jsonb cannot hold it.
    if text.contains("\\u0000") {
        return wrong("invalid", "must not hold control characters".to_owned());
    }
    match serde_json::from_value::<Node>(value.clone()) {
        Ok(node) => Ok(node),
        Err(error) => wrong("invalid", error.to_string()),
    }
}

impl Does {
    /// Where it may lead to, and whether it goes there at once, without a word of the customer in between.
    pub(super) fn ways(&self) -> Vec<Way<'_>> {
        let at_once = |target| Way { target, waits: false };
        let after_words = |target| Way { target, waits: true };
        match self {
            Does::Message { next, .. } | Does::Set { next, .. } | Does::Tag { next, .. } => vec![at_once(next)],
            Does::Menu { options, otherwise, .. } => {
                let mut ways: Vec<_> = options.iter().map(|option| after_words(&option.next)).collect();
                // Left out, it leads to people.
                ways.extend(otherwise.is_some().then(|| after_words(otherwise)));
                ways
            }
            Does::Question { next, .. } => vec![after_words(next)],
            Does::Condition { branches, otherwise } => {
                let branches = branches.iter().map(|branch| at_once(&branch.next));
                branches.chain([at_once(otherwise)]).collect()
            }
            Does::Hours { open, closed, .. } => vec![at_once(open), at_once(closed)],
            Does::Http { next, failed, .. } => vec![at_once(next), at_once(failed)],
            Does::Ai { next, failed, .. } => vec![after_words(next), at_once(failed)],
            Does::Handover { .. } | Does::Close { .. } => Vec::new(),
        }
    }
}

/// A way out of a node.
pub(super) struct Way<'a> {
    pub(super) target: &'a Target,
    /// Whether the customer says something before it is taken.
    pub(super) waits: bool,
}
