//! Files that people send: uploaded once, never changed, and seen by whoever may see what they hang on.
//!
//! The row tells what a file is; its bytes lie in [`Files`]. What it is, [`kind`] finds out from the bytes: what may be shown in place
//! is what cannot act, and what is not what its name says is not taken.

mod files;
mod kind;
pub(crate) mod routes;
mod store;
mod thumbnail;
mod unsent;
mod view;

pub(crate) use files::Files;
pub(crate) use store::{find, sendable};
pub(crate) use unsent::UnsentFiles;
pub(crate) use view::{Attachment, thumbnail_url};
