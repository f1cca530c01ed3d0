//! A client of S3, or of a store that speaks as S3 does, for states.

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::{http, network, played_config, real_config};
use crate::clock::Clock;

pub use aws_sdk_s3::Client;

/// How a bucket is reached. Its Region, its credentials and even its maker may be others than the stack's.
#[derive(Debug, Clone)]
pub struct Reach {
    /// The bucket's Region.
    pub region: String,
    /// The profile of the shared configuration files; None for what the environment says.
    pub profile: Option<String>,
    /// Where the store is, when it is not AWS's: `https://s3.example.com`.
    pub endpoint: Option<String>,
    /// Whether the bucket's name stands in the path, and not in the host's name.
    pub path_style: bool,
    /// AWS played in this process, instead of the network.
    pub played: Option<SharedHttpClient>,
    /// The time.
    pub clock: Clock,
}

impl Reach {
    /// Makes the client. No call is made.
    pub async fn client(self) -> Client {
        let Self { region, profile, endpoint, path_style, played, clock } = self;
        let carried = played.clone().unwrap_or_else(|| network(endpoint.as_deref()));
        let http = http::limited(carried, clock.clone(), Arc::default());
        let config: SdkConfig = if played.is_some() {
            played_config(&region, &http, &clock)
        } else {
            real_config(&region, profile, &http).await
        };
        let mut settings = aws_sdk_s3::config::Builder::from(&config).force_path_style(path_style);
        if let Some(endpoint) = endpoint {
            settings = settings.endpoint_url(endpoint);
        }
        Client::from_conf(settings.build())
    }
}
