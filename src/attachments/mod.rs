//! Files that people send: uploaded once, never changed, and seen by whoever may see what they hang on.

mod store;
mod view;

pub(crate) use store::find;
pub(crate) use view::Attachment;
