//! Logs, traces and metrics of the process.

use std::io::IsTerminal as _;
use std::sync::OnceLock;

use anyhow::Context as _;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::WithExportConfig as _;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

use crate::config::{LogFormat, TelemetryConfig};

/// Sends the last traces when dropped.
pub struct Telemetry {
    traces: Option<SdkTracerProvider>,
}

/// Logs go to standard error, so that what the server says to its operator stays readable.
pub fn init(config: &TelemetryConfig) -> anyhow::Result<Telemetry> {
    let filter = EnvFilter::try_new(&config.filter).with_context(|| {
        format!(
            "\"{}\" is not a log filter such as `info,qlrf_server=debug`",
            config.filter
        )
    })?;
    let people = match config.log_format {
        Some(format) => format == LogFormat::Text,
        None => std::io::stderr().is_terminal(),
    };
    let base = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = if people {
        base.compact().boxed()
    } else {
        base.json().flatten_event(true).boxed()
    };
    let traces = config.otlp_endpoint.as_deref().map(exporter).transpose()?;
    let otlp = traces
        .as_ref()
        .map(|provider| tracing_opentelemetry::layer().with_tracer(provider.tracer("qlrf")));
    tracing_subscriber::registry()
        .with(otlp)
        .with(lines)
        .with(filter)
        .try_init()
        .context("logging is already set up")?;
    Ok(Telemetry { traces })
}

fn exporter(endpoint: &str) -> anyhow::Result<SdkTracerProvider> {
    let url = format!("{}/v1/traces", endpoint.trim_end_matches('/'));
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_endpoint(url)
        .build()
        .with_context(|| format!("cannot send traces to \"{endpoint}\""))?;
    let resource = opentelemetry_sdk::Resource::builder()
        .with_service_name("qlrf")
        .build();
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(resource)
        .build())
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(traces) = &self.traces {
            // Nothing is left to tell it to.
            let _ = traces.shutdown();
        }
    }
}

/// Request times from half a millisecond, where cached answers lie, to the longest a request may take.
const BUCKETS: &[f64] = &[
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// One recorder per process, because metrics are named globally.
pub fn metrics() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), BUCKETS)
            .expect("the list of buckets is not empty");
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        // Only a second recorder in one process could be refused, and this runs once.
        let _ = metrics::set_global_recorder(recorder);
        handle
    })
}
