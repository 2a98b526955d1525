//! What is plain rows: companies, and what is counted over everything.

mod companies;
mod dashboard;
