//! What is measured, in Prometheus' text.

use prometheus::{HistogramOpts, HistogramVec, Registry, TextEncoder};

/// The numbers of this server. Whoever measures something registers it here.
#[derive(Clone)]
pub(crate) struct Metrics {
    pub(crate) registry: Registry,
    pub(super) http_request_seconds: HistogramVec,
}

impl Metrics {
    /// # Errors
    /// When two measures have the same name.
    pub(crate) fn new() -> anyhow::Result<Self> {
        let registry = Registry::new();
        let http_request_seconds = HistogramVec::new(
            HistogramOpts::new("balcao_http_request_seconds", "How long requests took, by route")
                .buckets(vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0]),
            &["method", "route", "status"],
        )?;
        registry.register(Box::new(http_request_seconds.clone()))?;
        Ok(Self {
            registry,
            http_request_seconds,
        })
    }

    /// # Errors
    /// When a measure cannot be written.
    pub(super) fn text(&self) -> prometheus::Result<String> {
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}
