//! For tests: AWS as a function from a call to its answer, and a record of the calls.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::RetryConfig;
use serde_json::Value;

use crate::address::Address;
use crate::aws::dns::Dns;
use crate::aws::{Aws, Carrier, Reach};
use crate::clock::Clock;
use crate::kind::{Cancel, Ctx, Secrets};

/// One call as it left the SDK.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// `CreateUserPoolDomain`; for Route 53 and downloads, method and path: `GET /2013-04-01/hostedzone`.
    pub(crate) operation: String,
    /// The Region that the call went to.
    pub(crate) region: String,
    /// The body, where it is JSON.
    pub(crate) input: Value,
    /// The body.
    pub(crate) body: String,
}

type Answer = Box<dyn FnMut(&Call) -> (u16, String) + Send>;

#[derive(Clone)]
struct Script(Arc<Mutex<Answer>>, Arc<Mutex<Vec<Call>>>);

impl std::fmt::Debug for Script {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Script")
    }
}

impl HttpConnector for Script {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let uri: http::Uri = request.uri().parse().unwrap();
        let operation = request.headers().get("x-amz-target").map_or_else(
            || format!("{} {}", request.method(), uri.path_and_query().unwrap()),
            |target| target.rsplit('.').next().unwrap().to_owned(),
        );
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
        let region = uri.host().unwrap().split('.').nth(1).unwrap_or_default().to_owned();
        let call = Call { operation, region, input: serde_json::from_str(&body).unwrap_or_default(), body };
        let (status, answer) = (self.0.lock().unwrap())(&call);
        self.1.lock().unwrap().push(call);
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status.try_into().unwrap(), SdkBody::from(answer))))
    }
}

/// AWS's no, in JSON.
pub(crate) fn no(code: &str, message: &str) -> (u16, String) {
    (400, serde_json::json!({ "__type": code, "message": message }).to_string())
}

/// What a test works with.
pub(crate) struct Stage {
    /// What the kind is given.
    pub(crate) ctx: Ctx,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl Stage {
    /// A stage on which AWS answers what `answer` says.
    pub(crate) fn new(answer: impl FnMut(&Call) -> (u16, String) + Send + 'static) -> Self {
        let calls = Arc::new(Mutex::new(Vec::new()));
        let script = Script(Arc::new(Mutex::new(Box::new(answer))), calls.clone());
        let http = http_client_fn(move |_, _| SharedHttpConnector::new(script.clone()));
        let ctx = Ctx {
            aws: Rc::new(aws(&http)),
            stack: "dev".into(),
            known: Rc::default(),
            blobs: Rc::default(),
            secrets: Secrets::default(),
            cancel: Cancel::default(),
            wave: None,
            say: Rc::new(|_| ()),
        };
        Self { ctx, calls }
    }

    /// The same, where the stack already holds an object.
    pub(crate) fn knowing(self, address: &str, id: &str, outputs: Value) -> Self {
        let address: Address = address.parse().unwrap();
        self.ctx.known.borrow_mut().objects.insert(address, (id.to_owned(), outputs));
        self
    }

    /// The same, with files that specs name.
    pub(crate) fn with_blobs(mut self, blobs: BTreeMap<String, Vec<u8>>) -> Self {
        self.ctx.blobs = Rc::new(blobs);
        self
    }

    /// The calls that were made.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    /// The operations that were called, in order.
    pub(crate) fn operations(&self) -> Vec<String> {
        self.calls().into_iter().map(|call| call.operation).collect()
    }
}

fn aws(http: &SharedHttpClient) -> Aws {
    let region = "eu-west-1".to_owned();
    let key = Credentials::new("key", "secret", None, None, "test");
    let config = aws_config::SdkConfig::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .region(aws_config::Region::new(region.clone()))
        .credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(key))
        .retry_config(RetryConfig::disabled())
        .http_client(http.clone())
        .build();
    let dns = Dns::Answers(Rc::new(|_, _| Vec::new()));
    let how = Reach { region, profile: None, played: None, clock: Clock::held(1_700_000_000_000), dns };
    Aws::of(how, Carrier { http: http.clone(), in_flight: Arc::default() }, &config, &config)
}
