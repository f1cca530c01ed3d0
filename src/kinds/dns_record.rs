//! Records in Route 53.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::certificate::Certificate;
use super::domain::Domain;
use crate::kind::{OnChange, Ref};

/// One record set in a public hosted zone. Its id is `<zone id>/<name>/<type>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DnsRecord {
    /// The hosted zone's name or id; left out, the public zone with the longest name that the record's name ends in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub hosted_zone: Option<String>,
    /// What the record says.
    pub target: Target,
}

/// What a record says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Target {
    /// The CNAME that proves to ACM that a name is ours.
    Validates {
        /// The certificate.
        certificate: Ref<Certificate>,
        /// One of the certificate's names: `*.example.com`.
        domain_name: String,
    },
    /// An alias of the pool's custom domain, under the domain's own name.
    DomainAlias {
        /// The domain.
        domain: Ref<Domain>,
        /// The domain's name, which is the record's: `auth.example.com`.
        name: String,
        /// A or AAAA.
        r#type: RecordType,
    },
    /// Values that a person wrote.
    Values {
        /// The record's name, lower case, without the final dot.
        name: String,
        /// Its type.
        r#type: RecordType,
        /// How long resolvers may keep it, in seconds.
        ttl: u32,
        /// Its values, as Route 53 writes them (TXT values without their outer quotes).
        values: Vec<String>,
    },
    /// An alias of some other AWS resource.
    AliasTo {
        /// The record's name, lower case, without the final dot.
        name: String,
        /// Its type.
        r#type: RecordType,
        /// The target's name, lower case, without the final dot.
        dns_name: String,
        /// The target's hosted zone: `Z2FDTNDATAQYW2` for CloudFront.
        zone_id: String,
        /// Whether the alias follows the target's health.
        evaluate_target_health: bool,
    },
}

/// The type of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum RecordType {
    /// An IPv4 address.
    A,
    /// An IPv6 address.
    Aaaa,
    /// Another name.
    Cname,
    /// Text.
    Txt,
    /// A mail server.
    Mx,
    /// Who may issue certificates.
    Caa,
    /// A name server.
    Ns,
}
