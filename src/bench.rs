//! The one door through which the benchmarks in `benches/` reach what they measure. Not for anybody else.

use chrono::DateTime;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::auth::Principal;
pub use crate::boards::bench::Machine;
use crate::db::TenantId;
pub use crate::floor::bench::{Figure, figures as floor_figures};
use crate::live::Topic;
use crate::live::frame::{self, By, EventFrame, Frame};

/// Reads a client's frame; whether it could be read.
pub fn read_frame(text: &str) -> bool {
    frame::read(text).1.is_ok()
}

/// Encodes an event with this data as subscribers get it; its length.
pub fn encode_event(seq: i64, data: &RawValue) -> usize {
    let topic = Topic {
        tenant: TenantId(Uuid::from_u128(1)),
        kind: "board",
        id: Uuid::from_u128(2),
    };
    let by = By {
        id: Uuid::from_u128(3),
        name: "Ana Souza".into(),
    };
    let event = EventFrame {
        topic,
        seq,
        kind: "lead.moved",
        at: DateTime::UNIX_EPOCH,
        by: &by,
        data,
        undoes_seq: None,
    };
    Frame::of(&event, None).text_for(&Principal::system(topic.tenant)).len()
}
