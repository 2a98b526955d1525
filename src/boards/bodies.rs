//! What clients may send, as the API's description tells it. [`super::command`] reads it: field by field, so that everything that
//! is wrong is told at once, and what is absent differs from what is null.

#![expect(dead_code, reason = "only described, never built")]

use chrono::NaiveDate;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::state::{Priority, StageKind};
use crate::db::{BoardId, CompanyId, ContactId, LeadId, StageId, UserId};
use crate::fields::money::Money;

/// A board to be made. Without stages it gets a default set.
#[derive(ToSchema)]
pub(crate) struct NewBoardBody {
    #[schema(max_length = 100)]
    name: String,
    #[schema(max_length = 10_000)]
    description: Option<String>,
    archived: Option<bool>,
    is_default: Option<bool>,
    /// At most 50; each an object or a name alone.
    stages: Option<Vec<BoardStageBody>>,
}

/// A stage of a board to be made.
#[derive(ToSchema)]
#[schema(as = BoardStage)]
pub(crate) struct BoardStageBody {
    #[schema(max_length = 100)]
    name: String,
    /// `#RRGGBB`
    color: Option<String>,
    kind: Option<StageKind>,
}

/// What changes about a board; what is absent stays, `null` clears.
#[derive(ToSchema)]
pub(crate) struct BoardChangeBody {
    #[schema(max_length = 100)]
    name: Option<String>,
    #[schema(max_length = 10_000)]
    description: Option<String>,
    archived: Option<bool>,
    /// `true` makes it the default in place of another board.
    is_default: Option<bool>,
}

/// A stage to be made, at the end of its board.
#[derive(ToSchema)]
pub(crate) struct NewStageBody {
    board_id: BoardId,
    #[schema(max_length = 100)]
    name: String,
    /// `#RRGGBB`
    color: Option<String>,
    kind: Option<StageKind>,
}

/// What changes about a stage; what is absent stays.
#[derive(ToSchema)]
pub(crate) struct StageChangeBody {
    #[schema(max_length = 100)]
    name: Option<String>,
    /// `#RRGGBB`
    color: Option<String>,
    kind: Option<StageKind>,
}

/// All stages of a board in their new order.
#[derive(ToSchema)]
pub(crate) struct ReorderBody {
    board_id: BoardId,
    stage_ids: Vec<StageId>,
}

/// A lead to be made. `title` may be left out where there is a `name`.
#[derive(ToSchema)]
pub(crate) struct NewLeadBody {
    #[schema(max_length = 255)]
    title: Option<String>,
    /// The default board, unless told.
    board_id: Option<BoardId>,
    /// The board's first, unless told.
    stage_id: Option<StageId>,
    /// The index from 0; the end, unless told.
    position: Option<usize>,
    /// Instead of `position`: the lead before it; `null` for the first place.
    after_lead_id: Option<LeadId>,
    #[schema(max_length = 10_000)]
    description: Option<String>,
    value: Option<Money>,
    priority: Option<Priority>,
    #[schema(minimum = 0, maximum = 100)]
    probability: Option<i32>,
    expected_close_date: Option<NaiveDate>,
    assigned_to: Option<UserId>,
    company_id: Option<CompanyId>,
    contact_id: Option<ContactId>,
    #[schema(max_length = 255)]
    name: Option<String>,
    #[schema(format = Email)]
    email: Option<String>,
    phone: Option<String>,
    #[schema(max_length = 255)]
    company: Option<String>,
    /// With or without punctuation.
    cnpj: Option<String>,
    score: Option<i32>,
    /// At most 20, of at most 40 characters.
    tags: Option<Vec<String>>,
    /// At most 8 KiB.
    custom: Option<Map<String, Value>>,
}

/// What changes about a lead; what is absent stays, `null` clears. With `stage_id`, `position` or `after_lead_id` it moves as well.
#[derive(ToSchema)]
pub(crate) struct LeadChangeBody {
    #[schema(max_length = 255)]
    title: Option<String>,
    /// Only its own.
    board_id: Option<BoardId>,
    stage_id: Option<StageId>,
    position: Option<usize>,
    after_lead_id: Option<LeadId>,
    #[schema(max_length = 10_000)]
    description: Option<String>,
    value: Option<Money>,
    priority: Option<Priority>,
    #[schema(minimum = 0, maximum = 100)]
    probability: Option<i32>,
    expected_close_date: Option<NaiveDate>,
    assigned_to: Option<UserId>,
    company_id: Option<CompanyId>,
    contact_id: Option<ContactId>,
    #[schema(max_length = 255)]
    name: Option<String>,
    #[schema(format = Email)]
    email: Option<String>,
    phone: Option<String>,
    #[schema(max_length = 255)]
    company: Option<String>,
    cnpj: Option<String>,
    score: Option<i32>,
    tags: Option<Vec<String>>,
    custom: Option<Map<String, Value>>,
}

/// Where a lead goes: to `position`, or behind `after_lead_id`.
#[derive(ToSchema)]
pub(crate) struct MoveBody {
    stage_id: StageId,
    /// The index from 0 in the stage, afterwards.
    position: Option<usize>,
    /// `null` for the first place. A lead that has left the stage meanwhile means the end.
    after_lead_id: Option<LeadId>,
}

/// The event to take back.
#[derive(ToSchema)]
pub(crate) struct UndoBody {
    /// Its number.
    seq: i64,
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use utoipa::PartialSchema;

    use super::*;
    use crate::boards::command::{Command, NewBoard};
    use crate::error::Refusal;

    /// Whether the reader knows each described field: what no field takes is refused by its name.
    fn is_read<S: PartialSchema>(read: impl Fn(Value) -> Option<Refusal>, elsewhere: &[&str]) {
        let schema = json!(S::schema());
        for field in schema["properties"].as_object().unwrap().keys() {
            if elsewhere.contains(&field.as_str()) {
                continue;
            }
            let refusal = read(json!({ field: [{}] })).unwrap_or_else(|| panic!("{field} is not read"));
            assert!(
                refusal.fields.iter().any(|error| error.field.starts_with(field)),
                "{field}: {refusal:?}"
            );
        }
    }

    #[test]
    fn what_is_described_is_what_is_read() {
        let command = |name: &'static str| move |data| Command::parse(name, data).err();
        is_read::<NewBoardBody>(|data| NewBoard::parse(data).err(), &[]);
        is_read::<BoardChangeBody>(command("update_board"), &[]);
        is_read::<NewStageBody>(command("create_stage"), &["board_id"]);
        is_read::<StageChangeBody>(command("update_stage"), &[]);
        is_read::<ReorderBody>(command("reorder_stages"), &["board_id"]);
        is_read::<NewLeadBody>(command("create_lead"), &[]);
        is_read::<LeadChangeBody>(command("update_lead"), &[]);
        is_read::<MoveBody>(command("move_lead"), &[]);
        is_read::<UndoBody>(command("undo"), &[]);
    }
}
