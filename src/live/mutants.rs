//! Switches that break a promise on purpose, so that the tests of the promises are seen to catch it. A release has none of them.

/// A promise that is broken while the process runs with `BALCAO_MUTANT=<name>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mutant {
    /// Frames that leave together leave in the wrong order.
    Order,
    /// Events are shown and commands acknowledged before they are committed.
    Durable,
    /// Whoever resumes misses one event.
    NoGap,
    /// A command that is sent again is another command.
    Once,
    /// Nobody is cut off.
    SlowReaders,
    /// Sockets outlive their sessions.
    NoLeak,
}

#[cfg(debug_assertions)]
impl Mutant {
    pub(crate) fn is_at_large(self) -> bool {
        use std::sync::LazyLock;
        static AT_LARGE: LazyLock<Option<Mutant>> = LazyLock::new(|| {
            let name = std::env::var("BALCAO_MUTANT").ok()?;
            Some(match &*name {
                "order" => Mutant::Order,
                "durable" => Mutant::Durable,
                "no_gap" => Mutant::NoGap,
                "once" => Mutant::Once,
                "slow_readers" => Mutant::SlowReaders,
                "no_leak" => Mutant::NoLeak,
                _ => return None,
            })
        });
        *AT_LARGE == Some(self)
    }
}

#[cfg(not(debug_assertions))]
impl Mutant {
    pub(crate) const fn is_at_large(self) -> bool {
        false
    }
}
