//! What people ask of a board, read into types that cannot be out of range.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Map, Value};

use super::state::{Lead, Priority, StageKind};
use crate::db::{BoardId, CompanyId, ContactId, LeadId, StageId, UserId};
use crate::error::{Code, Refusal};
use crate::fields::money::Money;
use crate::fields::{Fields, Given};

/// A command. What it serialises to is what makes two of them the same.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Command {
    CreateLead(CreateLead),
    UpdateLead(UpdateLead),
    MoveLead {
        lead_id: LeadId,
        stage_id: StageId,
        target: Target,
    },
    DeleteLead {
        lead_id: LeadId,
    },
    CreateStage(NewStage),
    UpdateStage(UpdateStage),
    ReorderStages {
        stage_ids: Vec<StageId>,
    },
    DeleteStage {
        stage_id: StageId,
        /// Where its leads go; without it the stage must be empty.
        move_to: Option<StageId>,
    },
    UpdateBoard(UpdateBoard),
    DeleteBoard,
    /// Takes a company that is about to be deleted off every lead.
    UnlinkCompany {
        company_id: CompanyId,
        /// What the company is called: leads that say nothing of their company keep this.
        name: String,
    },
    /// Leads that bear a company under its old name bear it under its new one.
    RenameCompany {
        company_id: CompanyId,
        from: String,
        to: String,
    },
    /// Takes a contact that is about to be deleted off every lead, or puts the one in its place that it becomes part of.
    ReplaceContact {
        contact_id: ContactId,
        by: Option<ContactId>,
    },
    /// Takes an event back.
    Undo {
        seq: i64,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct CreateLead {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) board_id: Option<BoardId>,
    /// The first stage, unless given.
    pub(crate) stage_id: Option<StageId>,
    /// The end, unless given.
    pub(crate) target: Option<Target>,
    pub(crate) title: String,
    pub(crate) fields: LeadFields,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct UpdateLead {
    pub(crate) lead_id: LeadId,
    /// A lead does not change its board.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) board_id: Option<BoardId>,
    pub(crate) stage_id: Option<StageId>,
    pub(crate) target: Option<Target>,
    pub(crate) title: Option<String>,
    pub(crate) fields: LeadFields,
}

/// A place within a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Target {
    /// The index from 0 that it has afterwards.
    Position(usize),
    /// Behind another lead; at the start.
    After(Option<LeadId>),
}

/// A lead's optional fields as given: absent stays, null clears.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct LeadFields {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Given<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value: Given<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) priority: Given<Priority>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) probability: Given<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expected_close_date: Given<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) assigned_to: Given<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) company_id: Given<CompanyId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) contact_id: Given<ContactId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Given<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email: Given<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Given<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) company: Given<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cnpj: Given<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) score: Given<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tags: Given<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) custom: Given<Map<String, Value>>,
}

/// A stage to be made.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct NewStage {
    pub(crate) name: String,
    pub(crate) color: String,
    pub(crate) kind: StageKind,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct UpdateStage {
    pub(crate) stage_id: StageId,
    pub(crate) name: Option<String>,
    pub(crate) color: Option<String>,
    pub(crate) kind: Option<StageKind>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct UpdateBoard {
    pub(crate) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Given<String>,
    pub(crate) archived: Option<bool>,
    pub(crate) is_default: Option<bool>,
}

/// What a stage looks like that nobody coloured.
pub(crate) const PLAIN_COLOR: &str = "#64748B";

const MAX_NAME: usize = 100;
const MAX_LINE: usize = 255;
const MAX_TEXT: usize = 10_000;
const MAX_TAGS: usize = 20;
const MAX_TAG: usize = 40;
const MAX_CUSTOM_BYTES: usize = 8 * 1024;

impl Command {
    /// # Errors
    /// `malformed_frame` for a name that is none, `invalid` with every field that is.
    pub(crate) fn parse(name: &str, data: Value) -> Result<Self, Refusal> {
        let mut fields = Fields::of(data)?;
        let command = match name {
            "create_lead" => create_lead(&mut fields).map(Command::CreateLead),
            "update_lead" => update_lead(&mut fields).map(Command::UpdateLead),
            "move_lead" => move_lead(&mut fields),
            "delete_lead" => lead_id(&mut fields).map(|lead_id| Command::DeleteLead { lead_id }),
            "create_stage" => new_stage(&mut fields).map(Command::CreateStage),
            "update_stage" => update_stage(&mut fields).map(Command::UpdateStage),
            "reorder_stages" => reorder_stages(&mut fields),
            "delete_stage" => delete_stage(&mut fields),
            "update_board" => Some(Command::UpdateBoard(update_board(&mut fields))),
            "delete_board" => Some(Command::DeleteBoard),
            "unlink_company" => unlink_company(&mut fields),
            RENAME_COMPANY => rename_company(&mut fields),
            "replace_contact" => replace_contact(&mut fields),
            "undo" => undo(&mut fields),
            _ => return Err(Refusal::new(Code::MalformedFrame, "A board knows no such command")),
        };
        fields.finish(command)
    }
}

impl LeadFields {
    fn read(fields: &mut Fields) -> Self {
        Self {
            description: fields.text("description", MAX_TEXT),
            value: fields.money("value"),
            priority: fields.choice("priority"),
            probability: fields.whole("probability", 0..=100),
            expected_close_date: fields.date("expected_close_date"),
            assigned_to: fields.id("assigned_to").map(|id| id.map(UserId)),
            company_id: fields.id("company_id").map(|id| id.map(CompanyId)),
            contact_id: fields.id("contact_id").map(|id| id.map(ContactId)),
            name: fields.line("name", MAX_LINE),
            email: fields.email("email"),
            phone: fields.phone("phone"),
            company: fields.line("company", MAX_LINE),
            cnpj: fields.cnpj("cnpj"),
            score: fields.whole("score", i32::MIN..=i32::MAX),
            tags: fields.tags("tags", MAX_TAGS, MAX_TAG),
            custom: fields.object("custom", MAX_CUSTOM_BYTES),
        }
    }

    /// Writes what was given into a lead.
    pub(crate) fn apply(&self, lead: &mut Lead) {
        fn put<T: Clone>(field: &mut Option<T>, given: &Given<T>) {
            if let Some(value) = given {
                field.clone_from(value);
            }
        }
        put(&mut lead.description, &self.description);
        put(&mut lead.value, &self.value);
        put(&mut lead.probability, &self.probability);
        put(&mut lead.expected_close_date, &self.expected_close_date);
        put(&mut lead.assigned_to, &self.assigned_to);
        put(&mut lead.company_id, &self.company_id);
        put(&mut lead.contact_id, &self.contact_id);
        put(&mut lead.name, &self.name);
        put(&mut lead.email, &self.email);
        put(&mut lead.phone, &self.phone);
        put(&mut lead.company, &self.company);
        put(&mut lead.cnpj, &self.cnpj);
        put(&mut lead.score, &self.score);
        if let Some(priority) = self.priority {
            lead.priority = priority.unwrap_or(Priority::Medium);
        }
        if let Some(tags) = &self.tags {
            lead.tags = tags.clone().unwrap_or_default();
        }
        if let Some(custom) = &self.custom {
            lead.custom = custom.clone().unwrap_or_default();
        }
    }
}

fn create_lead(fields: &mut Fields) -> Option<CreateLead> {
    let title = fields.line("title", MAX_LINE);
    let lead_fields = LeadFields::read(fields);
    // A lead that is known by its person's name alone is called that.
    let title = match (title, &lead_fields.name) {
        (None | Some(None), Some(Some(name))) => Some(Some(name.clone())),
        (title, _) => title,
    };
    let title = fields.required("title", title);
    let board_id = board_id(fields);
    let stage_id = fields.id("stage_id").flatten().map(StageId);
    let target = target(fields);
    Some(CreateLead {
        board_id,
        stage_id,
        target,
        title: title?,
        fields: lead_fields,
    })
}

fn update_lead(fields: &mut Fields) -> Option<UpdateLead> {
    let lead_id = lead_id(fields);
    let title = fields.line("title", MAX_LINE);
    let title = fields.lasting("title", title);
    let stage_id = fields.id("stage_id");
    let stage_id = fields.lasting("stage_id", stage_id).map(StageId);
    let board_id = board_id(fields);
    let target = target(fields);
    let lead_fields = LeadFields::read(fields);
    Some(UpdateLead {
        lead_id: lead_id?,
        board_id,
        stage_id,
        target,
        title,
        fields: lead_fields,
    })
}

fn move_lead(fields: &mut Fields) -> Option<Command> {
    let lead_id = lead_id(fields);
    let stage_id = stage_id(fields);
    let target = target(fields);
    if target.is_none() && !fields.has("after_lead_id") {
        fields.wrong("position", "required", "say position or after_lead_id");
    }
    Some(Command::MoveLead {
        lead_id: lead_id?,
        stage_id: stage_id?,
        target: target?,
    })
}

fn new_stage(fields: &mut Fields) -> Option<NewStage> {
    let name = fields.line("name", MAX_NAME);
    let name = fields.required("name", name);
    let color = fields.color("color").flatten();
    let kind = fields.choice("kind").flatten();
    Some(NewStage {
        name: name?,
        color: color.unwrap_or_else(|| PLAIN_COLOR.to_owned()),
        kind: kind.unwrap_or(StageKind::Open),
    })
}

fn update_stage(fields: &mut Fields) -> Option<UpdateStage> {
    let stage_id = stage_id(fields);
    let name = fields.line("name", MAX_NAME);
    let name = fields.lasting("name", name);
    let color = fields.color("color");
    let kind = fields.choice("kind");
    Some(UpdateStage {
        stage_id: stage_id?,
        name,
        color: color.map(|color| color.unwrap_or_else(|| PLAIN_COLOR.to_owned())),
        kind: kind.map(|kind| kind.unwrap_or(StageKind::Open)),
    })
}

fn reorder_stages(fields: &mut Fields) -> Option<Command> {
    let ids = fields.ids("stage_ids");
    let ids = fields.required("stage_ids", ids)?;
    Some(Command::ReorderStages {
        stage_ids: ids.into_iter().map(StageId).collect(),
    })
}

fn delete_stage(fields: &mut Fields) -> Option<Command> {
    let stage_id = stage_id(fields);
    let move_to = fields.id("move_to").flatten().map(StageId);
    Some(Command::DeleteStage {
        stage_id: stage_id?,
        move_to,
    })
}

fn unlink_company(fields: &mut Fields) -> Option<Command> {
    let company_id = fields.id("company_id");
    let company_id = fields.required("company_id", company_id);
    let name = fields.line("name", MAX_LINE);
    let name = fields.required("name", name);
    Some(Command::UnlinkCompany {
        company_id: CompanyId(company_id?),
        name: name?,
    })
}

/// The name of [`Command::RenameCompany`], which only the server itself sends.
pub(crate) const RENAME_COMPANY: &str = "rename_company";

fn rename_company(fields: &mut Fields) -> Option<Command> {
    let company_id = fields.id("company_id");
    let company_id = fields.required("company_id", company_id);
    let mut name = |field| {
        let name = fields.line(field, MAX_LINE);
        fields.required(field, name)
    };
    let (from, to) = (name("from"), name("to"));
    Some(Command::RenameCompany {
        company_id: CompanyId(company_id?),
        from: from?,
        to: to?,
    })
}

fn replace_contact(fields: &mut Fields) -> Option<Command> {
    let contact_id = fields.id("contact_id");
    let contact_id = fields.required("contact_id", contact_id);
    let by = fields.id("by").flatten().map(ContactId);
    Some(Command::ReplaceContact {
        contact_id: ContactId(contact_id?),
        by,
    })
}

fn undo(fields: &mut Fields) -> Option<Command> {
    let seq = fields.number("seq");
    let seq = fields.required("seq", seq)?;
    Some(Command::Undo { seq })
}

fn update_board(fields: &mut Fields) -> UpdateBoard {
    let name = fields.line("name", MAX_NAME);
    let name = fields.lasting("name", name);
    let description = fields.text("description", MAX_TEXT);
    let archived = fields.flag("archived");
    let archived = fields.lasting("archived", archived);
    let is_default = fields.flag("is_default");
    let is_default = fields.lasting("is_default", is_default);
    not_both(fields, archived, is_default);
    UpdateBoard {
        name,
        description,
        archived,
        is_default,
    }
}

/// A board to be made.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct NewBoard {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) archived: bool,
    pub(crate) is_default: bool,
    /// None for the default set.
    pub(crate) stages: Option<Vec<NewStage>>,
}

impl NewBoard {
    /// # Errors
    /// `invalid`, with every field that is.
    pub(crate) fn parse(data: Value) -> Result<Self, Refusal> {
        let mut fields = Fields::of(data)?;
        let name = fields.line("name", MAX_NAME);
        let name = fields.required("name", name);
        let description = fields.text("description", MAX_TEXT).flatten();
        let archived = fields.flag("archived").flatten().unwrap_or(false);
        let is_default = fields.flag("is_default").flatten().unwrap_or(false);
        not_both(&mut fields, Some(archived), Some(is_default));
        let stages = fields.nested("stages", super::decide::MAX_STAGES, |stage| {
            // A name alone is a stage as well.
            let stage = match stage {
                Value::String(name) => serde_json::json!({ "name": name }),
                stage => stage,
            };
            let mut fields = Fields::of(stage)?;
            let stage = new_stage(&mut fields);
            fields.finish(stage)
        });
        let board = name.map(|name| Self {
            name,
            description,
            archived,
            is_default,
            stages: stages.flatten().filter(|stages| !stages.is_empty()),
        });
        fields.finish(board)
    }
}

fn not_both(fields: &mut Fields, archived: Option<bool>, is_default: Option<bool>) {
    if archived == Some(true) && is_default == Some(true) {
        fields.wrong("is_default", "invalid", "an archived board cannot be the default");
    }
}

fn board_id(fields: &mut Fields) -> Option<BoardId> {
    fields.id("board_id").flatten().map(BoardId)
}

fn lead_id(fields: &mut Fields) -> Option<LeadId> {
    let id = fields.id("lead_id");
    fields.required("lead_id", id).map(LeadId)
}

fn stage_id(fields: &mut Fields) -> Option<StageId> {
    let id = fields.id("stage_id");
    fields.required("stage_id", id).map(StageId)
}

/// `position` or `after_lead_id`; not both.
fn target(fields: &mut Fields) -> Option<Target> {
    let position = fields.index("position").flatten();
    if !fields.has("after_lead_id") {
        return position.map(Target::Position);
    }
    let after = fields.id("after_lead_id");
    if position.is_some() {
        fields.wrong("position", "invalid", "say position or after_lead_id, not both");
        return None;
    }
    after.map(|after| Target::After(after.map(LeadId)))
}
