//! Files that AWS serves over plain HTTPS: the logo of the sign-in pages.

use aws_smithy_async::time::SystemTimeSource;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::classifiers::TransientErrorClassifier;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};

use super::error::innermost;
use super::{Aws, Sleeps, hints, limits, retries};
use crate::error::{Error, Result};

/// What a download came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Download {
    /// The file.
    File(Vec<u8>),
    /// The server answered, and not with the file: this HTTP status.
    Refused(u16),
}

/// Fetches `url` through the same HTTP client as every call to AWS, so that proxies and the sandbox hold for it too, and
/// with the same patience.
///
/// # Errors
/// When no answer comes.
pub async fn download(aws: &Aws, url: &str) -> Result<Download> {
    let request = Operation::builder()
        .service_name("download")
        .operation_name("Download")
        .http_client(aws.http.clone())
        // The serializer gives the whole URL; an endpoint is still asked for, and joins an empty path before it.
        .endpoint_url(origin(url))
        .no_auth()
        .standard_retry(&retries())
        .retry_classifier(TransientErrorClassifier::<std::io::Error>::new())
        .timeout_config(limits(&aws.clock))
        .sleep_impl(Sleeps(aws.clock.clone()))
        .time_source(SystemTimeSource::new())
        .serializer(|path: String| HttpRequest::get(path).map_err(Into::into))
        .deserializer(|response: &HttpResponse| -> Result<Download, OrchestratorError<std::io::Error>> {
            let status = response.status();
            Ok(if status.is_success() {
                Download::File(response.body().bytes().unwrap_or_default().to_vec())
            } else {
                Download::Refused(status.as_u16())
            })
        })
        .build();
    request.invoke(path(url).to_owned()).await.map_err(|error| {
        Error::aws_state(format!("{url} could not be downloaded: {}", innermost(&error))).hinted(hints::PASSES)
    })
}

/// `https://host` of a URL.
fn origin(url: &str) -> &str {
    &url[..url.len() - path(url).len()]
}

/// What follows the host.
fn path(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    url[host..].find('/').map_or("", |at| &url[host + at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_split_after_its_host() {
        let url = "https://d1.cloudfront.net/pool/20260101/assets/images/image.jpg?v=1";
        assert_eq!(origin(url), "https://d1.cloudfront.net");
        assert_eq!(path(url), "/pool/20260101/assets/images/image.jpg?v=1");
        assert_eq!((origin("https://host"), path("https://host")), ("https://host", ""));
    }
}
