//! What AWS says when it refuses a domain: what passes by itself, and what a person must do.
//!
//! AWS has one code for all of it, so that its texts must tell them apart (domain_certificate_dns.md 4).

use std::time::Duration;

use super::{Described, Domain};
use crate::error::{Error, Result};
use crate::kind::{Ctx, Wait};
use crate::kinds::busy::when_free;
use crate::kinds::names::parent;

/// A refusal that may pass by itself.
struct Passing {
    /// What tells it apart.
    text: &'static str,
    /// What is waited for meanwhile.
    what: &'static str,
    /// How long that can take.
    at_most: Duration,
}

const PASSING: [Passing; 4] = [
    // A negative answer lives in resolvers' caches for up to the zone's SOA minimum (3).
    Passing {
        text: "Was not able to resolve the root domain",
        what: "for the parent domain's A record to be seen by AWS",
        at_most: Duration::from_mins(15),
    },
    // A certificate that was issued a moment ago (quotas_errors.md 3).
    Passing {
        text: "The specified SSL certificate doesn't exist",
        what: "for the certificate to be seen by Cognito",
        at_most: Duration::from_mins(5),
    },
    // A name that was freed a moment ago lingers in CloudFront (2).
    Passing {
        text: "One or more of the CNAMEs you provided are already associated",
        what: "for CloudFront to free the domain's name",
        at_most: Duration::from_mins(15),
    },
    // A domain that was deleted a moment ago (2).
    Passing {
        text: "Domain already exists",
        what: "for the domain's name to be free",
        at_most: Duration::from_mins(3),
    },
];

/// Whether AWS says that there is a domain already, of this name or of this pool; perhaps the very one that is meant.
pub(super) fn is_there(error: &Error) -> bool {
    error.aws_says("Domain already exists") || error.aws_says("User pool already has a domain configured")
}

fn passing(error: &Error) -> Option<&'static Passing> {
    PASSING.iter().find(|passing| error.aws_says(passing.text))
}

/// Makes the call until AWS takes it, for as long as what it objects to may pass by itself.
pub(super) async fn outlast(ctx: &Ctx, domain: &Domain, mut call: impl AsyncFnMut() -> Result<()>) -> Result<()> {
    let Err(mut refusal) = when_free(ctx, &mut call).await else { return Ok(()) };
    while let Some(passing) = passing(&refusal) {
        let wait = Wait { what: passing.what, every: Duration::from_secs(20), at_most: passing.at_most };
        // None: as before. Some(Err): something else now.
        let waited = ctx.until(&wait, async || match when_free(ctx, &mut call).await {
            Err(error) if error.aws_says(passing.text) => Ok(None),
            other => Ok(Some(other)),
        });
        match waited.await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => refusal = error,
            Err(error) if error.is_stopped() => return Err(error),
            // The wait ran out: what AWS said matters more than that.
            Err(_) => break,
        }
    }
    Err(hinted(refusal, &domain.domain))
}

/// The refusal with what to do about it.
pub(super) fn hinted(error: Error, name: &str) -> Error {
    let hint = if error.aws_says("Was not able to resolve the root domain") {
        parent_hint(name)
    } else if error.aws_says("The specified SSL certificate doesn't exist") {
        format!("the certificate must be ISSUED, be in us-east-1, and cover {name}")
    } else if error.aws_says("One or more of the CNAMEs") {
        format!(
            "another CloudFront distribution, in this account or another, serves {name}: take the name from it first"
        )
    } else if error.aws_says("Domain already associated with another user pool") {
        format!("another user pool, perhaps in another account or Region, has {name}: delete that pool's domain first")
    } else if error.aws_says("Domain already exists") {
        "prefixes are shared by all AWS accounts of a Region: choose another".to_owned()
    } else if error.aws_says("User pool already has a domain configured") {
        "a pool has one prefix and one domain of its own at most: delete the one that it has, or import it".to_owned()
    } else if error.code() == Some("LimitExceededException") {
        "an account has 4 domains of its own in a Region; the quota cannot be raised".to_owned()
    } else if error.aws_says("cloudfront:UpdateDistribution") {
        "whoever makes a domain of one's own needs the permission cloudfront:UpdateDistribution on `*`".to_owned()
    } else if error.code() == Some("FeatureUnavailableInTierException") {
        "managed_login_version 2 needs the pool's tier to be ESSENTIALS or PLUS".to_owned()
    } else {
        return error;
    };
    error.explained(hint)
}

/// What AWS means by the root domain is the immediate parent (domain_certificate_dns.md 3).
fn parent_hint(name: &str) -> String {
    match parent(name) {
        Some(parent) => format!(
            "by `root domain` AWS means {parent}, which needs an A record in public DNS; any address will do: \
             `{parent}. 300 IN A 192.0.2.1`, or `parent_record: placeholder` to have it made"
        ),
        None => format!("{name} must be a name below a domain of one's own: auth.{name}"),
    }
}

/// The domain is somebody else's.
pub(super) fn anothers(name: &str, found: &Described) -> Error {
    let account = found.account.as_ref().map(|account| format!(" of account {account}")).unwrap_or_default();
    Error::aws_state(format!("the domain {name} belongs to the user pool {}{account}", found.user_pool))
        .hinted("delete it there first, or choose another name")
}
