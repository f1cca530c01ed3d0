//! Waiting for a certificate to be issued, as a resource of its own: the records that prove it come between.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::certificate::Certificate;
use super::dns_record::DnsRecord;
use crate::kind::{OnChange, Ref};

/// A certificate that has been issued. Makes nothing in AWS; its id is the certificate's ARN.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CertificateValidation {
    /// The certificate that is to be issued.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub certificate: Ref<Certificate>,
    /// The records that prove it; empty when they are made by hand elsewhere.
    #[serde(default)]
    pub records: Vec<Ref<DnsRecord>>,
}
