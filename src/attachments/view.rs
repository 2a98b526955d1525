//! What clients see of attachments.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::AttachmentId;

/// A file that was uploaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Attachment {
    pub(crate) id: AttachmentId,
    pub(crate) filename: String,
    /// What its bytes are, whatever was said of them.
    pub(crate) content_type: String,
    pub(crate) size: i64,
    /// Asks for the same rights as what it hangs on.
    pub(crate) url: String,
    /// A small picture of it, where it is an image.
    #[schema(required)]
    pub(crate) thumbnail_url: Option<String>,
}

impl Attachment {
    pub(crate) fn is_image(&self) -> bool {
        self.content_type.starts_with("image/")
    }
}

/// Where the bytes are asked for.
pub(super) fn url(id: AttachmentId) -> String {
    format!("/api/v1/attachments/{id}")
}

/// Where the small picture is asked for.
pub(crate) fn thumbnail_url(id: AttachmentId) -> String {
    format!("/api/v1/attachments/{id}/thumbnail")
}
