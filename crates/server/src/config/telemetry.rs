/// Logs and traces.
#[derive(Clone, Debug, clap::Args)]
pub struct TelemetryConfig {
    /// What to log, e.g. `info,qlrf_server=debug`.
    #[arg(long = "log", env = "QLRF_LOG", default_value = "info,sqlx=warn,hyper=warn")]
    pub filter: String,
    /// `text` for people, `json` for machines; by default text on a terminal.
    #[arg(long, env = "QLRF_LOG_FORMAT", value_enum)]
    pub log_format: Option<LogFormat>,
    /// Send traces to this OpenTelemetry collector (OTLP over HTTP).
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT")]
    pub otlp_endpoint: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}
