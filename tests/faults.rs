//! What happens when something dies: PostgreSQL, a server, a client. Whatever was acknowledged is found afterwards.

mod client;
mod conversation;
mod database;
mod node;
mod readers;
