//! Flags and environment.

/// The settings of a server.
pub struct Config {}
