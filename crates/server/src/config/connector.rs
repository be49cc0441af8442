use qlrf_connectors::grant::AllowedNetwork;

/// Where connectors may connect to.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct ConnectorConfig {
    /// A network that connectors of an organisation may reach, e.g. `acme=10.20.0.0/16`; `*=…` is for every one. An organisation
    /// that has some reaches nothing else; one that has none reaches any address but the server's own machine.
    /// Link-local addresses and metadata services of clouds are never reached. Repeat for several.
    #[arg(
        long = "connector-network", env = "QLRF_CONNECTOR_NETWORKS", value_delimiter = ',',
        value_parser = AllowedNetwork::parse
    )]
    pub networks: Vec<AllowedNetwork>,
}
