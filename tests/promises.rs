//! The six promises of the realtime protocol, each by its number.

mod durable;
mod frames;
mod fuzz;
mod mutants;
mod no_gap;
mod no_leak;
mod once;
mod order;
mod shared_commits;
mod slow_readers;
