//! What the engine counts.

use std::sync::LazyLock;

use prometheus::{Histogram, IntCounter, IntCounterVec, IntGauge, histogram_opts, opts};

/// Registers with the process-wide registry; a name that is taken is a mistake of ours and shows in the first test.
macro_rules! metric {
    ($metric:expr) => {
        LazyLock::new(|| {
            #[expect(clippy::expect_used, reason = "names are literals, each used once")]
            let metric = $metric.expect("a valid metric");
            #[expect(clippy::expect_used, reason = "names are literals, each used once")]
            prometheus::register(Box::new(metric.clone())).expect("a metric of its own name");
            metric
        })
    };
}

pub(crate) static SOCKETS: LazyLock<IntGauge> =
    metric!(IntGauge::with_opts(opts!("balcao_sockets", "Open WebSockets.")));
pub(crate) static TOPICS: LazyLock<IntGauge> =
    metric!(IntGauge::with_opts(opts!("balcao_topics", "Entities held in memory.")));
pub(crate) static COMMANDS: LazyLock<IntCounterVec> = metric!(IntCounterVec::new(
    opts!("balcao_commands_total", "Commands by kind of entity and outcome."),
    &["entity", "outcome"],
));
pub(crate) static COMMIT_SECONDS: LazyLock<Histogram> = metric!(Histogram::with_opts(
    histogram_opts!("balcao_commit_seconds", "How long a commit takes.").buckets(
        prometheus::exponential_buckets(0.000_25, 2.0, 15).unwrap_or_default()
    )
));
pub(crate) static COMMIT_BATCH_SIZE: LazyLock<Histogram> = metric!(Histogram::with_opts(
    histogram_opts!("balcao_commit_batch_size", "Accepted commands in one commit.").buckets(
        prometheus::exponential_buckets(1.0, 2.0, 10).unwrap_or_default()
    )
));
pub(crate) static FANOUT_FRAMES: LazyLock<IntCounter> =
    metric!(IntCounter::with_opts(opts!("balcao_fanout_frames_total", "Event frames handed to sockets.")));
pub(crate) static SLOW_CLOSES: LazyLock<IntCounter> =
    metric!(IntCounter::with_opts(opts!("balcao_slow_closes_total", "Sockets cut off because they did not read.")));
