//! Orders: what contacts bought. Plain rows; triggers keep what they amount to with the contact.

pub(crate) mod routes;
mod store;
mod view;
