//! Identity providers' documents, against servers on loopback that the test holds.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::rc::Rc;
use std::thread;

use serde_json::{Value, json};
use stack::aws::dns::Dns;
use stack::aws::{Aws, Reach};
use stack::clock::Clock;
use stack::engine::plan::{Desired, DesiredResource};
use stack::kind::Ref;
use stack::kinds::identity_provider::examples::example;
use stack::kinds::identity_provider::{IdentityProvider, ProviderType};
use stack::preflight::{CHECKS, Finding, Input, Outcome, declared};
use stack::state::State;

/// Metadata of this role, with a certificate that ends in so many days.
pub fn metadata(role: &str, days: i64) -> String {
    metadata_until(role, jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * days))
}

/// Metadata of this role, with a certificate that ends then.
pub fn metadata_until(role: &str, end: jiff::Timestamp) -> String {
    use base64::Engine as _;
    let end = end.strftime("%Y%m%d%H%M%SZ").to_string();
    let wrapped = |tag: u8, content: &[u8]| [&[tag, u8::try_from(content.len()).unwrap()], content].concat();
    let validity = [wrapped(0x17, b"200101000000Z"), wrapped(0x18, end.as_bytes())].concat();
    let signed = [wrapped(2, &[1]), wrapped(0x30, &[]), wrapped(0x30, &[]), wrapped(0x30, &validity)].concat();
    let certificate = base64::engine::general_purpose::STANDARD.encode(wrapped(0x30, &wrapped(0x30, &signed)));
    format!(
        "<EntityDescriptor entityID='https://idp.example.com'><{role}><KeyDescriptor><X509Certificate>{certificate}\
         </X509Certificate></KeyDescriptor></{role}></EntityDescriptor>\n"
    )
}

/// A server that gives each request what this says: the HTTP status and the body.
fn server(answer: impl Fn(&str, &str) -> (u16, String) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let own = url.clone();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = [0; 4096];
            let read = stream.read(&mut head).unwrap_or(0);
            let line = String::from_utf8_lossy(&head[..read]).into_owned();
            let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
            let (status, body) = answer(&own, &path);
            let head = format!("HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    });
    url
}

/// What the check finds of a provider, with the program's own HTTP client.
fn looked(provider: &IdentityProvider) -> (Outcome, String) {
    let address = format!("identity_provider.{}", provider.settings.name.as_deref().unwrap());
    let spec = serde_json::to_value(provider).unwrap();
    let resource = DesiredResource { spec, at: address.clone(), after: Vec::new() };
    let resources = [(address.parse().unwrap(), resource)].into();
    let plan = declared(&Desired { resources, ..Desired::default() }, &State::new("test", "lineage".to_owned()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let dns = Dns::Answers(Rc::new(|_, _| Vec::new()));
        let region = "ap-southeast-2".to_owned();
        // Credentials are not asked for: no service of AWS's is.
        let aws = Aws::reach(Reach { region, profile: None, played: None, clock: Clock::system(), dns }).await;
        let check = CHECKS.iter().find(|check| check.name == "identity_providers").unwrap();
        let findings: Vec<Finding> = (check.look)(Input::of_all(&plan, &aws, None)).await;
        assert_eq!(findings.len(), 1);
        if [Outcome::Warn, Outcome::Fail].contains(&findings[0].outcome) {
            assert!(findings[0].problem.hint.is_some(), "{findings:?}");
        }
        (findings[0].outcome, findings[0].problem.message.clone())
    })
}

fn oidc(issuer: &str, is_told: bool) -> IdentityProvider {
    let mut provider = example(ProviderType::Oidc, 0);
    let oidc = provider.settings.oidc.as_mut().unwrap();
    issuer.clone_into(&mut oidc.oidc_issuer);
    if !is_told {
        (oidc.authorize_url, oidc.token_url, oidc.attributes_url, oidc.jwks_uri) = (None, None, None, None);
    }
    provider
}

fn saml(url: &str) -> IdentityProvider {
    let mut provider = example(ProviderType::Saml, 0);
    provider.settings.saml.as_mut().unwrap().metadata_url = Some(url.to_owned());
    provider.user_pool = Ref::one();
    provider
}

#[test]
fn an_issuer_must_name_itself() {
    let url = server(|own, path| match path {
        "/good/.well-known/openid-configuration" => (200, json!({ "issuer": format!("{own}/good") }).to_string()),
        "/other/.well-known/openid-configuration" => {
            (200, json!({ "issuer": "https://other.example.com" }).to_string())
        }
        "/page/.well-known/openid-configuration" => (200, "<html/>".to_owned()),
        _ => (404, String::new()),
    });
    let of = |path: &str, is_told| looked(&oidc(&format!("{url}{path}"), is_told));
    assert_eq!(of("/good", false).0, Outcome::Pass);
    let (outcome, message) = of("/other", false);
    assert!(outcome == Outcome::Fail && message.contains("names the issuer https://other.example.com"), "{message}");
    assert_eq!(of("/page", false).0, Outcome::Fail);
    assert_eq!(of("/none", false).0, Outcome::Fail);
    assert_eq!(of("/none", true).0, Outcome::Warn, "all that discovery would find is declared");
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(looked(&oidc(&format!("http://{free}"), false)).0, Outcome::Unknown);
}

#[test]
fn metadata_must_be_some() {
    let url = server(|_, path| match path {
        "/good" => (200, "<EntityDescriptor entityID='https://a'><IDPSSODescriptor/></EntityDescriptor>".to_owned()),
        "/service" => (200, "<EntityDescriptor entityID='https://a'><SPSSODescriptor/></EntityDescriptor>".to_owned()),
        "/page" => (200, "<html></html>".to_owned()),
        _ => (403, Value::Null.to_string()),
    });
    let of = |path: &str| looked(&saml(&format!("{url}{path}"))).0;
    assert_eq!(
        [of("/good"), of("/service"), of("/page"), of("/none")],
        [Outcome::Pass, Outcome::Fail, Outcome::Fail, Outcome::Fail]
    );
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(looked(&saml(&format!("http://{free}/m"))).0, Outcome::Unknown);
}
