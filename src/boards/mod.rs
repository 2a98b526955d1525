//! Sales boards.
