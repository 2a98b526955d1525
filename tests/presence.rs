//! Who is there, who is online, and what is only hinted at: everything live that is not numbered.

mod entity;
mod online;
