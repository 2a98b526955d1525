//! What is measured about requests.

use std::sync::LazyLock;

use prometheus::{HistogramVec, TextEncoder, histogram_opts};

/// Slower than the slowest bucket is slow enough.
const BUCKETS: [f64; 13] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

pub(super) static REQUEST_SECONDS: LazyLock<HistogramVec> = LazyLock::new(|| {
    let options = histogram_opts!(
        "balcao_http_request_seconds",
        "How long requests took, by route.",
        BUCKETS.to_vec()
    );
    #[expect(
        clippy::expect_used,
        reason = "the names are literals, used once; the first request of any test would fail"
    )]
    prometheus::register_histogram_vec!(options, &["method", "route", "status"]).expect("a metric of its own name")
});

/// Everything that the process measures, in Prometheus' text.
///
/// # Errors
/// When a measure cannot be written.
pub(super) fn text() -> prometheus::Result<String> {
    TextEncoder::new().encode_to_string(&prometheus::gather())
}
