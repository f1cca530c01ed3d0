//! Signed calls to AWS without an SDK client: for the services of which few calls are made.
//!
//! A client crate for each of them would take minutes of everybody's build. What a client does is done here by the same
//! parts: the HTTP client with its limiter, the credentials, the retries, the signature, the errors.

use aws_config::{Region, SdkConfig};
use aws_credential_types::provider::error::CredentialsError;
use aws_runtime::auth::SigV4OperationSigningConfig;
use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier};
use aws_smithy_runtime_api::client::auth::AuthSchemeOptionResolverParams;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError, SensitiveOutput};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use serde_json::Value;

use super::error::refused;
use crate::error::{AwsFailure, Error, Outcome, Result};

mod xml;
pub use xml::elements;

/// Calls of checks are tried this often: what they tell is wished for, and not needed.
const TRIES: u32 = 3;

tokio::task_local! {
    /// The operation that is being called, for whoever carries the request: not every service's requests say it.
    pub(super) static OPERATION: &'static str;
}

/// A service, as its addresses and its signatures name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    /// What requests are signed for, and what IAM calls it: `ses`.
    pub name: &'static str,
    /// What its host names begin with: `email`.
    pub host: &'static str,
    /// What `AWS_ENDPOINT_URL_…` calls it: `SESV2`.
    pub variable: &'static str,
    /// Whether it has one address for all Regions.
    pub is_global: bool,
}

/// Lambda, which speaks JSON over REST.
pub const LAMBDA: Service = Service { name: "lambda", host: "lambda", variable: "LAMBDA", is_global: false };
/// Cognito's identity pools, which speak JSON 1.1.
pub const IDENTITY: Service =
    Service { name: "cognito-identity", host: "cognito-identity", variable: "COGNITO_IDENTITY", is_global: false };
/// WAF, which speaks JSON 1.1.
pub const WAF: Service = Service { name: "wafv2", host: "wafv2", variable: "WAFV2", is_global: false };
/// API Gateway, which speaks JSON over REST.
pub const GATEWAY: Service =
    Service { name: "apigateway", host: "apigateway", variable: "APIGATEWAYV2", is_global: false };
/// SES, version 2 of its API, which speaks JSON over REST.
pub const SES: Service = Service { name: "ses", host: "email", variable: "SESV2", is_global: false };
/// KMS, which speaks JSON 1.1.
pub const KMS: Service = Service { name: "kms", host: "kms", variable: "KMS", is_global: false };
/// Service Quotas, which speaks JSON 1.1.
pub const QUOTAS: Service =
    Service { name: "servicequotas", host: "servicequotas", variable: "SERVICE_QUOTAS", is_global: false };
/// Parameter Store, a part of Systems Manager, which speaks JSON 1.1.
pub const SSM: Service = Service { name: "ssm", host: "ssm", variable: "SSM", is_global: false };
/// Secrets Manager, which speaks JSON 1.1.
pub const SECRETS_MANAGER: Service =
    Service { name: "secretsmanager", host: "secretsmanager", variable: "SECRETS_MANAGER", is_global: false };
/// IAM, which speaks the Query protocol.
pub const IAM: Service = Service { name: "iam", host: "iam", variable: "IAM", is_global: true };
/// CloudFront, which speaks XML over REST.
pub const CLOUDFRONT: Service =
    Service { name: "cloudfront", host: "cloudfront", variable: "CLOUDFRONT", is_global: true };

impl Service {
    /// The Region that requests are signed for when they are sent to `region`; a global service has one in each
    /// partition.
    fn signed_for(self, region: &str) -> &str {
        match region {
            _ if !self.is_global => region,
            _ if region.starts_with("cn-") => "cn-north-1",
            _ if region.starts_with("us-gov-") => "us-gov-west-1",
            _ => "us-east-1",
        }
    }

    fn address(self, region: &str) -> String {
        let host = self.host;
        match region {
            _ if region.starts_with("cn-") && self.is_global => format!("https://{host}.cn-north-1.amazonaws.com.cn"),
            _ if region.starts_with("cn-") => format!("https://{host}.{region}.amazonaws.com.cn"),
            _ if region.starts_with("us-gov-") && self.is_global => format!("https://{host}.us-gov.amazonaws.com"),
            _ if self.is_global => format!("https://{host}.amazonaws.com"),
            _ => format!("https://{host}.{region}.amazonaws.com"),
        }
    }
}

/// What makes such calls.
#[derive(Debug, Clone)]
pub struct Raw {
    config: SdkConfig,
    /// How often a call is tried at most.
    tries: u32,
}

/// A request before it is signed.
#[derive(Debug)]
struct Request {
    method: &'static str,
    /// With the query string.
    path: String,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Raw {
    /// Calls with the settings that the SDK's clients have.
    #[must_use]
    pub fn new(config: SdkConfig) -> Self {
        Self { config, tries: TRIES }
    }

    /// The same for the work itself, tried as often as the SDK's clients try.
    #[must_use]
    pub fn patient(&self) -> Self {
        Self { tries: u32::MAX, ..self.clone() }
    }

    /// The same for a call that creates and has no key that AWS allows once: a second try could make a second object.
    #[must_use]
    pub fn once(&self) -> Self {
        Self { tries: 1, ..self.clone() }
    }

    /// A call of a REST service that speaks JSON: method, path and body. What is answered without a body is null.
    ///
    /// # Errors
    /// When AWS refuses, cannot be reached, or answers something else.
    pub async fn rest(
        &self,
        service: Service,
        region: &str,
        operation: &'static str,
        (method, path, input): (&'static str, &str, Option<&Value>),
    ) -> Result<Value> {
        let headers = input.map(|_| ("content-type", "application/json".to_owned())).into_iter().collect();
        let body = input.map(Value::to_string).unwrap_or_default();
        let request = Request { method, path: path.to_owned(), headers, body };
        let text = self.call(service, region, operation, request).await?;
        if text.is_empty() { Ok(Value::Null) } else { read(operation, &text) }
    }

    /// A GET of a service that answers JSON.
    ///
    /// # Errors
    /// When AWS refuses, cannot be reached, or answers something else.
    pub async fn get(&self, service: Service, region: &str, operation: &'static str, path: &str) -> Result<Value> {
        let text = self.get_text(service, region, operation, path).await?;
        read(operation, &text)
    }

    /// The same of a service that answers XML; see [`elements`].
    ///
    /// # Errors
    /// When AWS refuses or cannot be reached.
    pub async fn get_text(
        &self,
        service: Service,
        region: &str,
        operation: &'static str,
        path: &str,
    ) -> Result<String> {
        let request = Request { method: "GET", path: path.to_owned(), headers: Vec::new(), body: String::new() };
        self.call(service, region, operation, request).await
    }

    /// A call in JSON 1.1; `target` is what stands before the operation in its header: `TrentService`.
    ///
    /// # Errors
    /// When AWS refuses, cannot be reached, or answers something else.
    pub async fn json(
        &self,
        service: Service,
        region: &str,
        (target, operation): (&str, &'static str),
        input: &Value,
    ) -> Result<Value> {
        let headers = vec![
            ("content-type", "application/x-amz-json-1.1".to_owned()),
            ("x-amz-target", format!("{target}.{operation}")),
        ];
        let request = Request { method: "POST", path: "/".to_owned(), headers, body: input.to_string() };
        let text = self.call(service, region, operation, request).await?;
        read(operation, &text)
    }

    /// A call in the Query protocol, which answers XML; see [`elements`].
    ///
    /// # Errors
    /// When AWS refuses or cannot be reached.
    pub async fn query(
        &self,
        service: Service,
        region: &str,
        (version, operation): (&str, &'static str),
        input: &[(String, String)],
    ) -> Result<String> {
        let fields = input.iter().map(|(name, value)| format!("&{}={}", escaped(name), escaped(value)));
        // The limiter and the log read the operation off the beginning.
        let body = format!("Action={operation}&Version={version}{}", fields.collect::<String>());
        let headers = vec![("content-type", "application/x-www-form-urlencoded".to_owned())];
        self.call(service, region, operation, Request { method: "POST", path: "/".to_owned(), headers, body }).await
    }

    async fn call(&self, service: Service, region: &str, operation: &'static str, request: Request) -> Result<String> {
        let Some(credentials) = self.config.credentials_provider() else {
            // The configuration is made with a provider, whether or not it has any to give.
            let none = CredentialsError::not_loaded("no provider of credentials is set");
            let error = SdkError::<ErrorMetadata, HttpResponse>::construction_failure(none);
            return Err(refused(operation)(error));
        };
        let signing = SigV4OperationSigningConfig {
            region: Some(Region::new(service.signed_for(region).to_owned()).into()),
            name: Some(service.name.into()),
            ..SigV4OperationSigningConfig::default()
        };
        let mut layer = Layer::new("signing");
        layer.store_put(AuthSchemeOptionResolverParams::new(()));
        layer.store_put(signing);
        // A function is shown with its environment, which may hold secrets: no answer goes into the log.
        layer.store_put(SensitiveOutput);
        let components = RuntimeComponentsBuilder::new("signing")
            .with_auth_scheme(SigV4AuthScheme::new())
            .with_auth_scheme_option_resolver(Some(StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID])))
            .with_identity_resolver(SCHEME_ID, credentials)
            .with_identity_cache(self.config.identity_cache())
            .with_retry_classifier(TransientErrorClassifier::<ErrorMetadata>::new())
            .with_retry_classifier(AwsErrorCodeClassifier::<ErrorMetadata>::new())
            .with_retry_classifier(HttpStatusCodeClassifier::default())
            .with_time_source(self.config.time_source());
        let retries = self.config.retry_config().cloned().unwrap_or_else(RetryConfig::standard);
        let call = Operation::builder()
            .service_name(service.name)
            .operation_name(operation)
            .endpoint_url(&self.endpoint(service, region))
            .standard_retry(&retries.clone().with_max_attempts(retries.max_attempts().min(self.tries)))
            .runtime_plugin(StaticRuntimePlugin::new().with_config(layer.freeze()).with_runtime_components(components));
        let call = match self.config.http_client() {
            Some(http) => call.http_client(http),
            None => call,
        };
        let call = match self.config.sleep_impl() {
            Some(sleep) => call.sleep_impl(sleep),
            None => call,
        };
        let call = match self.config.timeout_config() {
            Some(timeouts) => call.timeout_config(timeouts.clone()),
            None => call,
        };
        let call = match self.config.stalled_stream_protection() {
            Some(protection) => call.stalled_stream_protection(protection),
            None => call,
        };
        let call = call
            .serializer(|request: Request| {
                let mut sent = HttpRequest::new(SdkBody::from(request.body));
                sent.set_method(request.method)?;
                sent.set_uri(request.path)?;
                for (name, value) in request.headers {
                    sent.headers_mut().insert(name, value);
                }
                Ok(sent)
            })
            .deserializer(answer)
            .build();
        let said = OPERATION.scope(operation, call.invoke(request)).await;
        said.map(|Said(text)| text).map_err(refused(operation))
    }

    /// Where the service is: what the environment says, or its address in the Region.
    fn endpoint(&self, service: Service, region: &str) -> String {
        let own = std::env::var(format!("AWS_ENDPOINT_URL_{}", service.variable)).ok();
        let given = own.or_else(|| self.config.endpoint_url().map(str::to_owned));
        given.unwrap_or_else(|| service.address(region))
    }
}

/// The text of an answer, which is written into no log.
struct Said(String);

impl std::fmt::Debug for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Said")
    }
}

fn answer(response: &HttpResponse) -> Result<Said, OrchestratorError<ErrorMetadata>> {
    let text = String::from_utf8_lossy(response.body().bytes().unwrap_or_default()).into_owned();
    if response.status().is_success() {
        return Ok(Said(text));
    }
    let (code, message) = refusal(&text);
    // REST services say it in a header, with an address behind a colon.
    let header = response.headers().get("x-amzn-errortype").map(str::to_owned);
    let code = header.or(code).map(|code| {
        let code = code.split(':').next().unwrap_or_default();
        code.rsplit('#').next().unwrap_or(code).to_owned()
    });
    let said = ErrorMetadata::builder();
    let said = if let Some(code) = code { said.code(code) } else { said };
    let said = if let Some(message) = message { said.message(message) } else { said };
    Err(OrchestratorError::operation(said.build()))
}

/// Code and text of a refusal, in JSON or in XML.
fn refusal(text: &str) -> (Option<String>, Option<String>) {
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        let field = |names: [&str; 2]| names.iter().find_map(|name| value[*name].as_str()).map(str::to_owned);
        return (field(["__type", "code"]), field(["message", "Message"]));
    }
    let error = elements(text, "Error").into_iter().next().unwrap_or_default();
    let field = |name: &str| error.iter().find(|(path, _)| path == name).map(|(_, text)| text.clone());
    (field("Code"), field("Message"))
}

fn read(operation: &str, text: &str) -> Result<Value> {
    serde_json::from_str(text).map_err(|error| {
        let message = "the answer is not JSON".to_owned();
        let failure = AwsFailure { operation: operation.to_owned(), code: None, message, request_id: None };
        Error::aws(failure, Outcome::Refused).caused_by(error)
    })
}

/// A text as it stands in a path, a query string or a form: letters, digits and `-._~` as they are.
#[must_use]
pub fn escaped(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests;
