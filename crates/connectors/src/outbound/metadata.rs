//! The way to the metadata service of the cloud that the server's own machine runs in.

use std::time::Duration;

use reqwest::Url;

use super::reach::Reach;
use super::{CallError, Options, Outbound};
use crate::grant::Meter;

/// Where AWS, Azure and Google Cloud answer their machines. The name that Google gives it is not asked for: whoever answers for
/// names would say where it is.
const SERVICE: &str = "http://169.254.169.254";
/// It is told from where it is asked, and gives a few kilobytes.
const ANSWER_BYTES_MAX: usize = 256 * 1024;
const ATTEMPTS_MAX: u32 = 3;
/// It is one hop away. Where there is none, nobody says so, and a collection asks several times.
const CONNECT_TIME_MAX: Duration = Duration::from_secs(1);

/// Only code names another place than the clouds' own: no setting does, and no configuration of a connector.
#[derive(Clone, Debug)]
pub struct MetadataService(Url);

impl Default for MetadataService {
    fn default() -> Self {
        MetadataService(Url::parse(SERVICE).expect("it is a URL"))
    }
}

impl MetadataService {
    pub fn at(url: Url) -> MetadataService {
        MetadataService(url)
    }

    /// Of a path that begins with a slash.
    pub(crate) fn url(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(path);
        url
    }
}

impl Outbound {
    /// A client that goes nowhere else.
    pub(crate) fn of_metadata(service: &MetadataService, meter: Meter) -> Result<Outbound, CallError> {
        let options = Options {
            answer_bytes_max: ANSWER_BYTES_MAX,
            attempts_max: ATTEMPTS_MAX,
            connect_time_max: CONNECT_TIME_MAX,
            ..Options::default()
        };
        Outbound::within(Reach::Metadata(service.0.clone()), meter, options)
    }
}
