//! The types of records that can be made: all that Route 53 takes, but SOA, which it makes and keeps itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    /// A service's host and port.
    Srv,
    /// The name of an address.
    Ptr,
    /// How to reach a web server.
    Https,
    /// How to reach a service.
    Svcb,
    /// The key that signs a zone below.
    Ds,
    /// The certificate of a service.
    Tlsa,
    /// The key of an SSH server.
    Sshfp,
    /// A rule that rewrites a name.
    Naptr,
    /// Who may send mail; today that is a TXT record.
    Spf,
}

impl RecordType {
    const ALL: [Self; 16] = [
        Self::A,
        Self::Aaaa,
        Self::Cname,
        Self::Txt,
        Self::Mx,
        Self::Caa,
        Self::Ns,
        Self::Srv,
        Self::Ptr,
        Self::Https,
        Self::Svcb,
        Self::Ds,
        Self::Tlsa,
        Self::Sshfp,
        Self::Naptr,
        Self::Spf,
    ];

    /// As DNS writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Cname => "CNAME",
            Self::Txt => "TXT",
            Self::Mx => "MX",
            Self::Caa => "CAA",
            Self::Ns => "NS",
            Self::Srv => "SRV",
            Self::Ptr => "PTR",
            Self::Https => "HTTPS",
            Self::Svcb => "SVCB",
            Self::Ds => "DS",
            Self::Tlsa => "TLSA",
            Self::Sshfp => "SSHFP",
            Self::Naptr => "NAPTR",
            Self::Spf => "SPF",
        }
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}
