//! Who is shown an event. Worked out where the event is made, stored with it, and never worked out again later.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::auth::Principal;
use crate::db::UserId;

/// See the module. By default everyone who may see the topic.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Audience {
    /// Only people of the company are shown it, and no customer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) staff: bool,
    /// Only these users are shown it; all others get its hidden form, so that their numbering stays whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) only: Option<Vec<UserId>>,
    /// What leaves the view of those others by this event.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) gone: Vec<Uuid>,
    /// Who loses the topic by this event: it is the last one that they get.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) withdrawn: Vec<UserId>,
}

impl Audience {
    pub(crate) fn is_everyone(&self) -> bool {
        !self.staff && self.only.is_none() && self.withdrawn.is_empty()
    }

    /// The people of the company.
    pub(crate) fn staff() -> Self {
        Self {
            staff: true,
            ..Self::default()
        }
    }

    pub(crate) fn includes(&self, who: &Principal) -> bool {
        (who.is_staff() || !self.staff) && self.only.as_ref().is_none_or(|only| only.contains(&who.id))
    }
}
