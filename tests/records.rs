//! What is plain rows: companies, contacts and what they bought, and what is counted over everything.

mod companies;
mod contacts;
mod dashboard;
