//! The six promises of the realtime protocol, each by its number.

mod access;
mod frames;
mod once;
mod order;
mod resume;
mod slow;
