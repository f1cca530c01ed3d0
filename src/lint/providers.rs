//! Who else signs people in.

use super::look::{Found, Look};
use super::{Rule, Severity};

pub(super) const CERTIFICATE: Rule = Rule {
    id: "saml-certificate-ends",
    severity: Severity::Warning,
    in_production: false,
    title: "A SAML provider's certificates end within 30 days, or have ended",
    why: "Once the last of them has ended, nobody signs in through the provider. AWS fetches metadata from an address again, \
          and never from a file.",
    source: "Cognito Developer Guide, \"Using SAML identity providers with a user pool\"",
    remedy: "put metadata with a new certificate into the file, which the provider's administrator has, then apply; or name \
             a `metadata_url`",
    fixes: false,
    covers: &[],
    find: certificate,
};

fn certificate(look: &Look<'_>, found: &mut Found) {
    for (at, ending) in look.endings() {
        found.say(at, ending.message);
    }
}
