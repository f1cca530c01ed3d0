//! The sandbox as the HTTP client of an SDK: no socket, no name lookup, no TLS.

use super::core::{Answer, Sandbox};
use super::wire::{Reply, Request};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use aws_smithy_types::retry::ErrorKind;
use bytes::Bytes;
use hyper::body::Frame;
use std::io;

#[derive(Debug, Clone)]
struct InProcess(Sandbox);

pub(super) fn http_client(sandbox: Sandbox) -> SharedHttpClient {
    SharedHttpClient::new(InProcess(sandbox))
}

impl HttpClient for InProcess {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let sandbox = self.0.clone();
        HttpConnectorFuture::new(async move {
            let request = read(request).await?;
            match sandbox.answer(&request).await {
                Answer::Reply(reply) => respond(reply.map(SdkBody::from)),
                Answer::Cut(reply) => respond(reply.map(|body| SdkBody::from_body_1_x(half(&body)))),
                Answer::Dropped => Err(broken()),
            }
        })
    }
}

async fn read(request: HttpRequest) -> Result<Request, ConnectorError> {
    let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
    let (parts, body) = request.into_parts();
    let body = ByteStream::new(body).collect().await.map_err(|error| ConnectorError::user(error.into()))?;
    Ok(Request::from_parts(parts, body.into_bytes()))
}

fn respond(reply: http::Response<SdkBody>) -> Result<HttpResponse, ConnectorError> {
    HttpResponse::try_from(reply).map_err(|error| ConnectorError::user(error.into()))
}

/// The error that a real connection gives when its other end goes away before it has answered.
fn broken() -> ConnectorError {
    let cause = io::Error::new(io::ErrorKind::UnexpectedEof, "connection closed before message completed");
    ConnectorError::other(cause.into(), Some(ErrorKind::TransientError))
}

/// The first half of a body, and then a broken connection.
pub(super) fn half(
    body: &Bytes,
) -> http_body_util::StreamBody<impl futures_util::Stream<Item = io::Result<Frame<Bytes>>> + use<>> {
    use futures_util::StreamExt as _;
    let first = body.slice(..body.len() / 2);
    let start = futures_util::stream::once(async { Ok(Frame::data(first)) });
    let end = futures_util::stream::once(async {
        // A pause, in which a server sends what it has; without one it would drop that too.
        tokio::task::yield_now().await;
        Err(io::Error::new(io::ErrorKind::UnexpectedEof, "connection closed before message completed"))
    });
    http_body_util::StreamBody::new(start.chain(end))
}

/// A body as it is sent over a socket; see `serve`.
pub(super) type Body = http_body_util::combinators::UnsyncBoxBody<Bytes, io::Error>;

/// A whole body.
pub(super) fn whole(reply: Reply) -> http::Response<Body> {
    use http_body_util::BodyExt as _;
    reply.map(|body| http_body_util::Full::new(body).map_err(|never| match never {}).boxed_unsync())
}
