//! The sandbox as a whole, through the real SDK clients: in process, and over loopback.

use super::{Fault, FaultKind, Sandbox, Server};
use crate::clock::Clock;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_acm::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_acm::operation::RequestId as _;
use aws_smithy_types::retry::RetryConfig;
use hickory_proto::op::{Message, Query, ResponseCode};
use hickory_proto::rr::{Name, RecordType};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// 2026-11-21T10:00:00Z
const START: i64 = 1_795_255_200_000;

/// A sandbox in memory whose clock stands still.
pub(super) fn sandbox() -> Sandbox {
    Sandbox::in_memory(Clock::held(START))
}

fn settings(region: &str) -> SdkConfig {
    let credentials = Credentials::new("AKIDSANDBOX", "secret", None, None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .retry_config(RetryConfig::disabled())
        .build()
}

/// What SDK clients need to call the sandbox in process; they try once.
pub(super) fn config(sandbox: &Sandbox, region: &str) -> SdkConfig {
    settings(region).into_builder().http_client(sandbox.http_client()).build()
}

/// Lets time pass on the sandbox's clock.
pub(super) async fn pass(sandbox: &Sandbox, ms: i64) {
    sandbox.clock().sleep(Duration::from_millis(ms.unsigned_abs())).await;
}

/// The code of an SDK's error.
pub(super) fn code<E: aws_sdk_acm::error::ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> String {
    error.code().unwrap_or("no code").to_owned()
}

#[tokio::test]
async fn sts_says_who_is_calling() {
    let sandbox = sandbox();
    let client = aws_sdk_sts::Client::new(&config(&sandbox, "eu-west-1"));
    let identity = client.get_caller_identity().send().await.unwrap();
    assert_eq!(identity.account(), Some("000000000000"));
    assert_eq!(identity.arn(), Some("arn:aws:iam::000000000000:user/sandbox"));
    assert!(identity.request_id().is_some());
    assert_eq!(sandbox.count("GetCallerIdentity"), 1);
}

#[tokio::test]
async fn faults_come_in_each_services_own_form() {
    let sandbox = sandbox();
    let all = config(&sandbox, "us-east-1");
    let (acm, dns) = (aws_sdk_acm::Client::new(&all), aws_sdk_route53::Client::new(&all));
    let (s3, sts) = (aws_sdk_s3::Client::new(&all), aws_sdk_sts::Client::new(&all));
    let cognito = aws_sdk_cognitoidentityprovider::Client::new(&all);
    for (kind, codes) in [
        (
            FaultKind::Throttle,
            ["ThrottlingException", "Throttling", "SlowDown", "Throttling", "TooManyRequestsException"],
        ),
        (
            FaultKind::Error,
            ["InternalFailure", "InternalFailure", "InternalError", "InternalFailure", "InternalErrorException"],
        ),
        (
            FaultKind::AccessDenied,
            ["AccessDeniedException", "AccessDenied", "AccessDenied", "AccessDenied", "AccessDeniedException"],
        ),
        (
            FaultKind::ExpiredToken,
            ["ExpiredTokenException", "ExpiredToken", "ExpiredToken", "ExpiredToken", "ExpiredTokenException"],
        ),
    ] {
        sandbox.fault(Fault { times: Some(5), ..Fault::always("*", kind) });
        let met = [
            code(&acm.list_certificates().send().await.unwrap_err()),
            code(&dns.list_hosted_zones().send().await.unwrap_err()),
            code(&s3.get_object().bucket("b").key("k").send().await.unwrap_err()),
            code(&sts.get_caller_identity().send().await.unwrap_err()),
            code(&cognito.list_user_pools().max_results(1).send().await.unwrap_err()),
        ];
        assert_eq!(met, codes);
        assert!(sandbox.faults().is_empty());
    }
    let denied = Fault::once("acm.DescribeCertificate", FaultKind::AccessDenied);
    sandbox.fault(denied);
    let arn = "arn:aws:acm:us-east-1:000000000000:certificate/1";
    let error = acm.describe_certificate().certificate_arn(arn).send().await.unwrap_err();
    assert!(
        error
            .message()
            .unwrap()
            .contains(&format!("is not authorized to perform: acm:DescribeCertificate on resource: {arn}"))
    );
}

#[tokio::test]
async fn a_dropped_connection_may_have_done_its_work() {
    let sandbox = sandbox();
    let acm = aws_sdk_acm::Client::new(&config(&sandbox, "us-east-1"));
    for (kind, made) in [(FaultKind::DropBefore, 0), (FaultKind::DropAfter, 1), (FaultKind::Truncate, 2)] {
        sandbox.fault(Fault::once("RequestCertificate", kind.clone()));
        let error = acm.request_certificate().domain_name("example.com").send().await.unwrap_err();
        match kind {
            FaultKind::Truncate => assert!(matches!(error, SdkError::ResponseError(_)), "{error:?}"),
            _ => assert!(matches!(error, SdkError::DispatchFailure(_)), "{error:?}"),
        }
        let list = acm.list_certificates().send().await.unwrap();
        assert_eq!(list.certificate_summary_list().len(), made);
    }
}

#[tokio::test]
async fn what_is_new_is_not_seen_by_a_call_that_lags() {
    let sandbox = sandbox();
    let cognito = aws_sdk_cognitoidentityprovider::Client::new(&config(&sandbox, "us-east-1"));
    for fault in ["DescribeUserPool=lag:5000", "ListUserPools=lag:9000", "CreateUserPoolClient=lag:5000"] {
        sandbox.fault(Fault::parse(fault).unwrap());
    }
    let pool = cognito.create_user_pool().pool_name("new").send().await.unwrap().user_pool.unwrap();
    let id = pool.id().unwrap();
    let listed = async || cognito.list_user_pools().max_results(9).send().await.unwrap().user_pools().len();
    let client = || cognito.create_user_pool_client().user_pool_id(id).client_name("web").send();
    for _ in 0..2 {
        let error = cognito.describe_user_pool().user_pool_id(id).send().await.unwrap_err();
        assert_eq!(error.code(), Some("ResourceNotFoundException"));
        assert_eq!(client().await.unwrap_err().code(), Some("ResourceNotFoundException"));
        assert_eq!(listed().await, 0);
        sandbox.clock().sleep(Duration::from_secs(2)).await;
    }
    sandbox.clock().sleep(Duration::from_secs(1)).await;
    assert_eq!((listed().await, client().await.is_ok()), (0, true));
    // A change is seen as late as what is new.
    let protect = aws_sdk_cognitoidentityprovider::types::DeletionProtectionType::Active;
    cognito.update_user_pool().user_pool_id(id).deletion_protection(protect.clone()).send().await.unwrap();
    let seen = async || {
        let shown = cognito.describe_user_pool().user_pool_id(id).send().await.unwrap();
        shown.user_pool.unwrap().deletion_protection
    };
    assert_ne!(seen().await.as_ref(), Some(&protect));
    sandbox.clock().sleep(Duration::from_secs(5)).await;
    assert_eq!((seen().await.as_ref(), listed().await), (Some(&protect), 1));
}

#[tokio::test]
async fn a_slow_answer_takes_the_clocks_time() {
    let sandbox = sandbox();
    sandbox.fault(Fault::once("*", FaultKind::Slow(Duration::from_secs(9))));
    let acm = aws_sdk_acm::Client::new(&config(&sandbox, "us-east-1"));
    acm.list_certificates().send().await.unwrap();
    assert_eq!(sandbox.clock().now_ms(), START + 9_000);
}

#[tokio::test]
async fn the_sdk_retries_what_is_throttled() {
    let sandbox = sandbox();
    let quick = RetryConfig::standard().with_max_attempts(3).with_initial_backoff(Duration::from_millis(1));
    let sleep = aws_smithy_async::rt::sleep::SharedAsyncSleep::new(aws_smithy_async::rt::sleep::TokioSleep::new());
    let config = config(&sandbox, "us-east-1").into_builder().retry_config(quick).sleep_impl(sleep).build();
    sandbox.fault(Fault { times: Some(2), ..Fault::always("ListHostedZones", FaultKind::Throttle) });
    aws_sdk_route53::Client::new(&config).list_hosted_zones().send().await.unwrap();
    assert_eq!(sandbox.count("ListHostedZones"), 3);
}

#[tokio::test]
async fn a_world_on_disk_outlives_its_sandbox() {
    let dir = tempfile::tempdir().unwrap();
    let first = Sandbox::open(dir.path(), Clock::held(START)).unwrap();
    let acm = aws_sdk_acm::Client::new(&config(&first, "us-east-1"));
    let arn = acm.request_certificate().domain_name("example.com").send().await.unwrap();
    let second = Sandbox::open(dir.path(), Clock::held(START)).unwrap();
    let acm = aws_sdk_acm::Client::new(&config(&second, "us-east-1"));
    let found = acm.list_certificates().send().await.unwrap();
    assert_eq!(found.certificate_summary_list()[0].certificate_arn(), arn.certificate_arn());
    first.reset().unwrap();
    assert!(acm.list_certificates().send().await.unwrap().certificate_summary_list().is_empty());
    assert_eq!(second.a_records("example.com").unwrap(), [std::net::Ipv4Addr::new(192, 0, 2, 10)]);
}

/// Runs `act` against a sandbox that is served on loopback.
async fn served<F: Future<Output = ()>>(act: impl FnOnce(Sandbox, SdkConfig, SocketAddr, SocketAddr) -> F) {
    let sandbox = sandbox();
    let server = Server::bind(sandbox.clone(), 0, 0).await.unwrap();
    let (http, dns) = (server.http_address(), server.dns_address());
    assert!(http.ip().is_loopback() && dns.ip().is_loopback());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let run = tokio::spawn(server.run(async {
        let _ = stopped.await;
    }));
    let config = settings("us-east-1").into_builder().endpoint_url(format!("http://{http}")).build();
    act(sandbox, config, http, dns).await;
    stop.send(()).unwrap();
    run.await.unwrap();
}

#[tokio::test]
async fn every_service_is_served_over_loopback() {
    served(|sandbox, config, _, _| async move {
        let acm = aws_sdk_acm::Client::new(&config);
        let made = acm.request_certificate().domain_name("*.example.com").send().await.unwrap();
        let shown = acm.describe_certificate().set_certificate_arn(made.certificate_arn).send().await.unwrap();
        assert_eq!(shown.certificate().unwrap().domain_name(), Some("*.example.com"));
        let zones = aws_sdk_route53::Client::new(&config).list_hosted_zones().send().await.unwrap();
        assert_eq!(zones.hosted_zones()[0].name(), "example.com.");
        let identity = aws_sdk_sts::Client::new(&config).get_caller_identity().send().await.unwrap();
        assert_eq!(identity.account(), Some("000000000000"));
        let s3 = aws_sdk_s3::Client::new(&config);
        s3.create_bucket().bucket("bucket").send().await.unwrap();
        let body = aws_sdk_s3::primitives::ByteStream::from_static(b"text");
        s3.put_object().bucket("bucket").key("a/b c").body(body).send().await.unwrap();
        let got = s3.get_object().bucket("bucket").key("a/b c").send().await.unwrap();
        assert_eq!(got.body.collect().await.unwrap().into_bytes(), "text");
        assert_eq!(
            s3.head_object()
                .bucket("bucket")
                .key("no")
                .send()
                .await
                .unwrap_err()
                .raw_response()
                .unwrap()
                .status()
                .as_u16(),
            404
        );

        sandbox.fault(Fault::once("DeleteCertificate", FaultKind::DropAfter));
        let arn = shown.certificate().unwrap().certificate_arn().unwrap();
        let error = acm.delete_certificate().certificate_arn(arn).send().await.unwrap_err();
        assert!(matches!(error, SdkError::DispatchFailure(_)), "{error:?}");
        assert!(acm.list_certificates().send().await.unwrap().certificate_summary_list().is_empty());
        sandbox.fault(Fault::once("ListCertificates", FaultKind::Truncate));
        let error = acm.list_certificates().send().await.unwrap_err();
        assert!(matches!(error, SdkError::ResponseError(_)), "{error:?}");
    })
    .await;
}

/// One HTTP exchange by hand: status and body.
async fn exchange(to: SocketAddr, request: &str) -> (u16, String) {
    let mut stream = tokio::net::TcpStream::connect(to).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    (status, answer.split_once("\r\n\r\n").unwrap().1.to_owned())
}

fn plain(method: &str, path: &str, host: &str, body: &str) -> String {
    let length = body.len();
    format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}")
}

#[tokio::test]
async fn faults_and_calls_are_reached_over_http() {
    served(|sandbox, config, http, _| async move {
        let faults = r#"["ListCertificates=throttle:2", {"operation": "*", "kind": "slow", "ms": 1, "times": 1}]"#;
        let (status, body) = exchange(http, &plain("POST", "/_sandbox/faults", "127.0.0.1:1", faults)).await;
        assert_eq!((status, body.trim()), (200, r#"{"faults":2}"#));
        let acm = aws_sdk_acm::Client::new(&config);
        assert_eq!(code(&acm.list_certificates().send().await.unwrap_err()), "ThrottlingException");
        let (_, calls) = exchange(http, &plain("GET", "/_sandbox/calls", "localhost", "")).await;
        assert_eq!(calls.trim(), r#"[{"service":"acm","operation":"ListCertificates","count":1}]"#);
        assert_eq!(exchange(http, &plain("DELETE", "/_sandbox/faults", "localhost", "")).await.0, 200);
        acm.list_certificates().send().await.unwrap();
        assert_eq!(exchange(http, &plain("POST", "/_sandbox/reset", "evil.example", "")).await.0, 403);
        assert_eq!(exchange(http, &plain("POST", "/_sandbox/reset", "localhost", "")).await.0, 200);
        assert!(sandbox.calls().is_empty());
        assert_eq!(exchange(http, &plain("POST", "/_sandbox/faults", "localhost", "{")).await.0, 400);
    })
    .await;
}

#[tokio::test]
async fn a_client_that_goes_does_not_undo_its_call() {
    let sandbox = Sandbox::in_memory(Clock::system());
    sandbox.fault(Fault::once("RequestCertificate", FaultKind::Slow(Duration::from_millis(300))));
    let server = Server::bind(sandbox.clone(), 0, 0).await.unwrap();
    let http = server.http_address();
    let run = tokio::spawn(server.run(std::future::pending()));
    let mut stream = tokio::net::TcpStream::connect(http).await.unwrap();
    let request = plain("POST", "/", "localhost", r#"{"DomainName":"example.com"}"#);
    let signed = "\r\nX-Amz-Target: CertificateManager.RequestCertificate\r\nAuthorization: AWS4-HMAC-SHA256 \
                  Credential=AKID/20261121/us-east-1/acm/aws4_request, SignedHeaders=host, Signature=0";
    stream.write_all(request.replacen("\r\nHost", &format!("{signed}\r\nHost"), 1).as_bytes()).await.unwrap();
    let until = async |is_so: &dyn Fn() -> bool| {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    until(&|| sandbox.count("RequestCertificate") == 1).await;
    drop(stream);
    let made = || sandbox.world(|world| world.ids).unwrap() > 0;
    assert!(!made(), "it takes a while");
    tokio::time::timeout(Duration::from_secs(10), until(&made)).await.unwrap();
    run.abort();
}

#[tokio::test]
async fn an_unsigned_request_is_refused_over_http() {
    served(|_, _, http, _| async move {
        let (status, body) = exchange(http, &plain("GET", "/2013-04-01/hostedzone", "localhost", "")).await;
        assert_eq!(status, 403);
        assert!(body.contains("<Code>MissingAuthenticationToken</Code>"), "{body}");
        assert_eq!(
            exchange(http, &plain("GET", "/_sandbox/image/d1.cloudfront.net/x.png", "localhost", "")).await.0,
            403
        );
    })
    .await;
}

fn question(name: &str, kind: RecordType) -> Message {
    let mut message = Message::query();
    message.add_query(Query::query(Name::from_ascii(name).unwrap(), kind));
    message
}

async fn ask(dns: SocketAddr, name: &str, kind: RecordType) -> Message {
    let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let message = question(name, kind);
    socket.send_to(&message.to_vec().unwrap(), dns).await.unwrap();
    let mut buffer = [0; 1500];
    let length = socket.recv(&mut buffer).await.unwrap();
    let answer = Message::from_vec(&buffer[..length]).unwrap();
    assert_eq!(answer.metadata.id, message.metadata.id);
    answer
}

#[tokio::test]
async fn dns_is_served_over_udp_and_tcp() {
    served(|_, _, _, dns| async move {
        let found = ask(dns, "Example.com.", RecordType::A).await;
        assert_eq!(found.answers[0].data.to_string(), "192.0.2.10");
        let none = ask(dns, "example.com.", RecordType::AAAA).await;
        assert_eq!((none.metadata.response_code, none.answers.len()), (ResponseCode::NoError, 0));
        assert_eq!(none.authorities[0].record_type(), RecordType::SOA);
        let missing = ask(dns, "no.example.com.", RecordType::A).await;
        assert_eq!(missing.metadata.response_code, ResponseCode::NXDomain);
        assert_eq!(missing.authorities[0].record_type(), RecordType::SOA);
        assert_eq!(ask(dns, "elsewhere.test.", RecordType::A).await.metadata.response_code, ResponseCode::NXDomain);
        assert_eq!(ask(dns, "example.com.", RecordType::NS).await.answers.len(), 4);
        assert_eq!(ask(dns, "example.com.", RecordType::SOA).await.answers.len(), 1);

        let mut stream = tokio::net::TcpStream::connect(dns).await.unwrap();
        for _ in 0..2 {
            let bytes = question("example.com.", RecordType::A).to_vec().unwrap();
            stream.write_u16(u16::try_from(bytes.len()).unwrap()).await.unwrap();
            stream.write_all(&bytes).await.unwrap();
            let mut answer = vec![0; usize::from(stream.read_u16().await.unwrap())];
            stream.read_exact(&mut answer).await.unwrap();
            assert_eq!(Message::from_vec(&answer).unwrap().answers.len(), 1);
        }
    })
    .await;
}

#[tokio::test]
async fn a_real_resolver_reads_the_answers() {
    use hickory_resolver::config::{NameServerConfig, ResolverConfig};
    served(|sandbox, _, _, dns| async move {
        super::dns::tests::records(
            &sandbox,
            &[
                ("UPSERT", "txt.example.com", "TXT", "\"one\" \"two\""),
                ("UPSERT", "mx.example.com", "MX", "10 mail.example.com"),
                ("UPSERT", "www.example.com", "CNAME", "example.com"),
            ],
        );
        pass(&sandbox, 1_000).await;
        let mut server = NameServerConfig::udp_and_tcp(dns.ip());
        server.connections.iter_mut().for_each(|connection| connection.port = dns.port());
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
        let provider = hickory_resolver::net::runtime::TokioRuntimeProvider::default();
        let resolver = hickory_resolver::Resolver::builder_with_config(config, provider).build().unwrap();
        let found = resolver.ipv4_lookup("www.example.com.").await.unwrap();
        assert!(format!("{found:?}").contains("192.0.2.10"));
        let missing = resolver.ipv4_lookup("no.example.com.").await.unwrap_err();
        assert!(missing.is_nx_domain(), "{missing:?}");
    })
    .await;
}

#[tokio::test]
async fn a_client_that_came_over_loopback_is_given_pictures_there() {
    served(|_, config, http, _| async move {
        let cognito = aws_sdk_cognitoidentityprovider::Client::new(&config);
        let pool = cognito.create_user_pool().pool_name("shop").send().await.unwrap().user_pool.unwrap().id.unwrap();
        cognito.create_user_pool_domain().user_pool_id(&pool).domain("shop").send().await.unwrap();
        let logo = b"\x89PNG\r\n\x1a\n and so on";
        let set = cognito.set_ui_customization().user_pool_id(&pool).image_file(logo.to_vec().into());
        let shown = set.send().await.unwrap().ui_customization.unwrap();
        let url = shown.image_url.unwrap();
        let path = url.strip_prefix(&format!("http://{http}")).unwrap_or_else(|| panic!("{url} is elsewhere"));
        let mut stream = tokio::net::TcpStream::connect(http).await.unwrap();
        stream.write_all(plain("GET", path, &http.to_string(), "").as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 200") && answer.ends_with(logo), "{}", String::from_utf8_lossy(&answer));
    })
    .await;
}
