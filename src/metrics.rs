//! What this server measures, in Prometheus' terms: every number has its name here, once.

use std::sync::LazyLock;

use prometheus::{
    Gauge, Histogram, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, TextEncoder, histogram_opts, opts,
};

/// Registers with the process-wide registry; a name that is taken is a mistake of ours and shows in the first test.
macro_rules! metric {
    ($metric:expr) => {
        LazyLock::new(|| {
            // Names are literals, each used once: the first test that touches a wrong one says so.
            let metric = $metric.expect("a valid metric");
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
    histogram_opts!("balcao_commit_seconds", "How long a commit takes.")
        .buckets(prometheus::exponential_buckets(0.000_25, 2.0, 15).unwrap_or_default())
));
pub(crate) static COMMIT_BATCH_SIZE: LazyLock<Histogram> = metric!(Histogram::with_opts(
    histogram_opts!("balcao_commit_batch_size", "Accepted commands in one commit.")
        .buckets(prometheus::exponential_buckets(1.0, 2.0, 10).unwrap_or_default())
));
pub(crate) static FANOUT_FRAMES: LazyLock<IntCounter> = metric!(IntCounter::with_opts(opts!(
    "balcao_fanout_frames_total",
    "Event frames handed to sockets."
)));
pub(crate) static SLOW_CLOSES: LazyLock<IntCounter> = metric!(IntCounter::with_opts(opts!(
    "balcao_slow_closes_total",
    "Sockets cut off because they did not read."
)));
pub(crate) static JOBS: LazyLock<IntGaugeVec> = metric!(IntGaugeVec::new(
    opts!("balcao_jobs", "Jobs of all servers by state, as last counted."),
    &["state"],
));
pub(crate) static JOB_LATENESS: LazyLock<Gauge> = metric!(Gauge::with_opts(opts!(
    "balcao_job_lateness_seconds",
    "By how much the most overdue waiting job is late."
)));
pub(crate) static JOB_RUNS: LazyLock<IntCounterVec> = metric!(IntCounterVec::new(
    opts!("balcao_job_runs_total", "Attempts of jobs by kind and outcome."),
    &["kind", "outcome"],
));
pub(crate) static HTTP_REQUEST_SECONDS: LazyLock<HistogramVec> = metric!(HistogramVec::new(
    histogram_opts!("balcao_http_request_seconds", "How long requests took, by route.").buckets(vec![
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0
    ]),
    &["method", "route", "status"],
));

/// Everything measured so far.
///
/// # Errors
/// When a measure cannot be written.
pub(crate) fn text() -> prometheus::Result<String> {
    // A number that has not been touched yet is told, too.
    for gauge in [&SOCKETS, &TOPICS] {
        LazyLock::force(gauge);
    }
    for counter in [&FANOUT_FRAMES, &SLOW_CLOSES] {
        LazyLock::force(counter);
    }
    for histogram in [&COMMIT_SECONDS, &COMMIT_BATCH_SIZE] {
        LazyLock::force(histogram);
    }
    TextEncoder::new().encode_to_string(&prometheus::gather())
}
