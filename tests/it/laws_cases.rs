//! One case for each kind: its full example, its changed one, and what else a stack must hold for it.

use std::collections::BTreeSet;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use stack::address::Address;
use stack::engine::plan::{Desired, DesiredResource};
use stack::error::Problem;
use stack::kind::Kind;
use stack::kinds::app_client::AppClient;
use stack::kinds::user_pool::UserPool;
use stack::kinds::{
    api_authorizer, app_client, certificate, certificate_validation, dns_record, domain, domain_activation,
    domain_resolution, group, identity_pool, identity_provider, lambda_permission, log_delivery,
    managed_login_branding, replica, resource_server, risk_configuration, terms, ui_customization, user, user_pool,
    web_acl_association,
};

use crate::laws_world::REGION;

/// One kind's full example, its changed one, and what else a stack must hold for it.
pub struct Case {
    /// What tells it from another case of its kind.
    pub word: &'static str,
    pub address: Address,
    pub scenery: Vec<(&'static str, Value)>,
    pub example: Value,
    pub changed: Value,
    /// A spec through its Rust type and back; the error when it does not fit.
    pub typed: fn(&Value) -> Result<Value, String>,
    /// A spec through YAML and its Rust type, and back.
    pub through_yaml: fn(&Value) -> Value,
    /// What is wrong with a spec before anybody asks AWS.
    pub check: fn(&Value) -> Vec<Problem>,
}

impl Case {
    fn of<K: Kind>(
        address: &str,
        scenery: Vec<(&'static str, Value)>,
        example: &impl Serialize,
        changed: &impl Serialize,
    ) -> Self {
        let spec = |spec: Value| typed::<K>(&spec).unwrap();
        Self {
            word: "",
            address: address.parse().unwrap(),
            scenery,
            example: spec(serde_json::to_value(example).unwrap()),
            changed: spec(serde_json::to_value(changed).unwrap()),
            typed: typed::<K>,
            through_yaml: through_yaml::<K>,
            check: |_| Vec::new(),
        }
    }

    /// The stack with this spec for the case's own resource.
    pub fn with(&self, spec: &Value) -> Desired {
        let mut all = self.scenery.clone();
        let address = self.address.to_string();
        all.retain(|(other, _)| *other != address);
        let mut desired = desired(&all);
        let one = DesiredResource { spec: spec.clone(), at: address, after: Vec::new() };
        desired.resources.insert(self.address.clone(), one);
        desired
    }

    /// The stack without the case's own resource.
    pub fn without(&self) -> Desired {
        desired(&self.scenery)
    }
}

fn typed<K: Kind>(spec: &Value) -> Result<Value, String> {
    let spec: K = serde_json::from_value(spec.clone()).map_err(|error| error.to_string())?;
    Ok(serde_json::to_value(spec).unwrap())
}

fn through_yaml<K: Kind>(spec: &Value) -> Value {
    fn again<T: Serialize + DeserializeOwned>(value: &T) -> T {
        serde_yaml::from_str(&serde_yaml::to_string(value).unwrap()).unwrap()
    }
    let spec: K = serde_json::from_value(spec.clone()).unwrap();
    serde_json::to_value(again(&spec)).unwrap()
}

fn check_pool(spec: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    user_pool::check::check(&serde_json::from_value(spec.clone()).unwrap(), Some(REGION), "", &mut problems);
    problems
}

fn check_client(spec: &Value) -> Vec<Problem> {
    let client: AppClient = serde_json::from_value(spec.clone()).unwrap();
    let pool = app_client::check::PoolFacts {
        custom_attributes: &BTreeSet::from(["tenant".to_owned()]),
        required_attributes: &BTreeSet::new(),
        is_lite: false,
        identity_providers: None,
        servers: &std::collections::BTreeMap::new(),
    };
    let mut problems = Vec::new();
    app_client::check::check(&client.settings, &pool, "", &mut problems);
    problems
}

/// A desired stack from `(address, spec)` pairs.
pub fn desired(resources: &[(&str, Value)]) -> Desired {
    let resource = |(address, spec): &(&str, Value)| {
        let one = DesiredResource { spec: spec.clone(), at: (*address).to_owned(), after: Vec::new() };
        (address.parse::<Address>().unwrap(), one)
    };
    Desired { resources: resources.iter().map(resource).collect(), ..Desired::default() }
}

/// A pool that the other kinds' examples can stand in, and that may be deleted.
pub fn plain_pool() -> (&'static str, Value) {
    ("user_pool", json!({ "name": "shop", "attributes": { "tenant": { "type": "String" } } }))
}

/// The same with threat protection.
fn guarded_pool() -> (&'static str, Value) {
    let (address, mut pool) = plain_pool();
    pool["user_pool_tier"] = json!("PLUS");
    pool["user_pool_add_ons"] = json!({ "advanced_security_mode": "AUDIT" });
    (address, pool)
}

/// The same, encrypted as a pool that is to be replicated.
fn copied_pool() -> (&'static str, Value) {
    let (address, mut pool) = plain_pool();
    let key = "arn:aws:kms:ap-southeast-2:000000000000:key/mrk-0000000000004444555566667777888f";
    pool["key_configuration"] = json!({ "key_type": "CUSTOMER_MANAGED_KEY", "kms_key_arn": key });
    (address, pool)
}

/// A client with what AWS asks for and no more.
pub fn plain_client(address: &'static str) -> (&'static str, Value) {
    (address, json!({ "user_pool": "user_pool", "name": address }))
}

fn plain_certificate() -> [(&'static str, Value); 3] {
    let proof = json!({ "validates": { "certificate": "certificate.domain", "domain_name": "example.com" } });
    let records = json!(["dns_record.certificate_example_com"]);
    [
        ("certificate.domain", json!({ "domain_name": "*.example.com", "alive": true })),
        ("dns_record.certificate_example_com", json!({ "target": proof })),
        ("certificate_validation.domain", json!({ "certificate": "certificate.domain", "records": records })),
    ]
}

fn plain_domain(version: u8) -> (&'static str, Value) {
    let certificate = json!({ "issued": "certificate_validation.domain" });
    let spec = json!({
        "user_pool": "user_pool", "domain": "auth.example.com", "managed_login_version": version,
        "custom": { "certificate": certificate },
    });
    ("domain.custom", spec)
}

fn prefix() -> (&'static str, Value) {
    ("domain.prefix", json!({ "user_pool": "user_pool", "domain": "shop-dev" }))
}

/// A pool with an attribute that can be changed, and two groups.
fn with_groups() -> Vec<(&'static str, Value)> {
    let pool = json!({ "name": "shop", "attributes": { "tenant": { "type": "String", "mutable": true } } });
    let group = |name: &str| json!({ "user_pool": "user_pool", "name": name });
    vec![("user_pool", pool), ("group.admins", group("admins")), ("group.staff", group("staff"))]
}

/// One case for each kind, and two for the pool: some fields cannot stand side by side.
pub fn cases() -> Vec<Case> {
    let [certificate, proof, validation] = plain_certificate();
    let proved = || vec![certificate.clone(), proof.clone()];
    let pages = |version| {
        let [certificate, proof, validation] = plain_certificate();
        vec![certificate, proof, validation, plain_pool(), plain_client("app_client.web"), plain_domain(version)]
    };
    let mut two_domains = pages(1);
    two_domains.push(prefix());
    let mut resolving = two_domains.clone();
    let alias = json!({ "domain_alias": { "domain": "domain.custom" } });
    resolving.push(("dns_record.domain_a", json!({ "name": "auth.example.com", "type": "A", "target": alias })));
    let mut two_clients = pages(2);
    two_clients.push(plain_client("app_client.admin"));
    let mut all = pool_cases();
    all.extend([
        Case {
            check: check_client,
            ..Case::of::<AppClient>(
                "app_client.web",
                vec![plain_pool()],
                &AppClient::example(),
                &AppClient::example_changed(),
            )
        },
        Case::of::<certificate::Certificate>(
            "certificate.domain",
            vec![],
            &certificate::example(),
            &certificate::example_changed(),
        ),
        Case::of::<certificate_validation::CertificateValidation>(
            "certificate_validation.domain",
            proved(),
            &certificate_validation::example(),
            &certificate_validation::example_changed(),
        ),
        Case::of::<dns_record::DnsRecord>(
            "dns_record.mail",
            vec![],
            &dns_record::example(),
            &dns_record::example_changed(),
        ),
        Case::of::<domain::Domain>(
            "domain.custom",
            vec![certificate.clone(), proof.clone(), validation.clone(), plain_pool()],
            &domain::example(),
            &domain::example_changed(),
        ),
        Case::of::<domain_activation::DomainActivation>(
            "domain_activation.custom",
            two_domains,
            &domain_activation::example(),
            &domain_activation::example_changed(),
        ),
        Case::of::<ui_customization::UiCustomization>(
            "ui_customization",
            pages(1),
            &ui_customization::example(),
            &ui_customization::example_changed(),
        ),
        Case::of::<managed_login_branding::ManagedLoginBranding>(
            "managed_login_branding.web",
            two_clients,
            &managed_login_branding::example(),
            &managed_login_branding::example_changed(),
        ),
        Case::of::<lambda_permission::LambdaPermission>(
            "lambda_permission.gate",
            vec![plain_pool()],
            &lambda_permission::example(),
            &lambda_permission::example_changed(),
        ),
        Case::of::<domain_resolution::DomainResolution>(
            "domain_resolution.custom",
            resolving,
            &domain_resolution::example(),
            &domain_resolution::example_changed(),
        ),
    ]);
    all.extend(people_and_guards());
    all.extend(services());
    all.extend(provider_cases());
    all
}

/// What other services have of a pool.
fn services() -> Vec<Case> {
    vec![
        Case::of::<identity_pool::IdentityPool>(
            "identity_pool",
            vec![plain_pool(), plain_client("app_client.web"), plain_client("app_client.admin")],
            &identity_pool::example(),
            &identity_pool::IdentityPool {
                // Another one asks for another pool: `laws_loss` holds that.
                developer_provider_name: identity_pool::example().developer_provider_name,
                ..identity_pool::example_changed()
            },
        ),
        Case::of::<api_authorizer::ApiAuthorizer>(
            "api_authorizer.shop",
            vec![plain_pool(), plain_client("app_client.web"), plain_client("app_client.admin")],
            &api_authorizer::example(),
            &api_authorizer::example_changed(),
        ),
        Case::of::<web_acl_association::WebAclAssociation>(
            "web_acl_association",
            vec![plain_pool()],
            &web_acl_association::example(),
            &web_acl_association::example_changed(),
        ),
    ]
}

/// What a pool has besides clients and pages.
fn people_and_guards() -> Vec<Case> {
    vec![
        Case::of::<resource_server::ResourceServer>(
            "resource_server.orders",
            vec![plain_pool()],
            &resource_server::example(),
            &resource_server::example_changed(),
        ),
        Case::of::<group::Group>("group.admins", vec![plain_pool()], &group::example(), &group::example_changed()),
        Case::of::<user::User>("user.ann", with_groups(), &user::example(), &user::example_changed()),
        Case::of::<risk_configuration::RiskConfiguration>(
            "risk_configuration",
            vec![guarded_pool(), plain_client("app_client.web")],
            &risk_configuration::example(),
            &risk_configuration::example_changed(),
        ),
        Case::of::<log_delivery::LogDelivery>(
            "log_delivery",
            vec![guarded_pool()],
            &log_delivery::example(),
            &log_delivery::example_changed(),
        ),
        Case::of::<replica::Replica>("replica", vec![copied_pool()], &replica::example(), &replica::example_changed()),
        Case::of::<terms::Terms>(
            "terms.web-terms-of-use",
            vec![plain_pool(), plain_client("app_client.web"), plain_client("app_client.admin")],
            &terms::example(),
            &terms::example_changed(),
        ),
    ]
}

/// One for each type of provider: their details have nothing in common.
fn provider_cases() -> Vec<Case> {
    use identity_provider::{IdentityProvider, ProviderType, examples::example};
    let words = [" (google)", " (facebook)", " (amazon)", " (apple)", " (oidc)", " (saml)"];
    let one = |(kind, word): (ProviderType, &'static str)| {
        let (full, changed) = (example(kind, 0), example(kind, 1));
        let address = format!("identity_provider.{}", full.settings.name.as_deref().unwrap());
        let scenery = vec![plain_pool()];
        Case { word, check: check_provider, ..Case::of::<IdentityProvider>(&address, scenery, &full, &changed) }
    };
    ProviderType::ALL.into_iter().zip(words).map(one).collect()
}

fn check_provider(spec: &Value) -> Vec<Problem> {
    use identity_provider::{IdentityProvider, check};
    let provider: IdentityProvider = serde_json::from_value(spec.clone()).unwrap();
    let custom = std::collections::BTreeMap::from([("tenant".to_owned(), true)]);
    let pool = check::PoolFacts { custom_attributes: &custom, fixed: &BTreeSet::new() };
    let mut problems = Vec::new();
    check::check("Corp", &provider.settings, &pool, "", &mut problems);
    problems
}

fn pool_cases() -> Vec<Case> {
    let other = UserPool::example_other();
    let mut changed = other.clone();
    changed["sms_configuration"]["eums_sms"] = json!({
        "caller_arn": "arn:aws:iam::000000000000:role/cognito-eums-2", "external_id": "shop-other-2",
        "origination_identity": "+61400000001", "configuration_set_name": "codes-2",
        "in_entity_id": "1101000000000000001", "in_template_id": "1107000000000000001",
    });
    changed["verification_message_template"]["email_message_by_link"] = json!("Hi. {##Confirm##}");
    changed["verification_message_template"]["email_subject_by_link"] = json!("Confirm");
    let (full, full_changed) = (UserPool::example(), UserPool::example_changed());
    vec![
        Case { check: check_pool, ..Case::of::<UserPool>("user_pool", vec![], &full, &full_changed) },
        Case { word: " (other)", check: check_pool, ..Case::of::<UserPool>("user_pool", vec![], &other, &changed) },
    ]
}
