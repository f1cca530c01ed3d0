//! Waiting for a domain's name to resolve, as a resource of its own, where its record is made by hand.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::domain::{Domain, DomainOutputs};
use crate::aws::dns::Lookup;
use crate::error::Result;
use crate::kind::{Ctx, FoundBy, Grant, Kind, Last, Observed, On, OnChange, Ref, Use, Waiting, grants};

/// A domain whose name public DNS knows. Makes nothing in AWS; its id is the domain's name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DomainResolution {
    /// The domain whose name is to resolve.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub domain: Ref<Domain>,
}

/// What is known of a domain's name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DomainResolutionOutputs {
    /// Whether it resolved when it was last looked up.
    pub resolves: bool,
}

impl Kind for DomainResolution {
    const NAME: &'static str = "domain_resolution";
    const TAKES_OVER: bool = true;
    const FOUND_BY: FoundBy = FoundBy::Key;
    type Outputs = DomainResolutionOutputs;

    async fn read(ctx: &Ctx, id: &str, last: Option<&Last<Self>>) -> Result<Option<Observed<Self, Self::Outputs>>> {
        let domain = ctx.named::<Domain>(id, |domain, _| domain == id);
        let Ok(DomainOutputs { host, cloudfront, .. }) = ctx.outputs(&domain) else { return Ok(None) };
        // A prefix needs no record: its name is AWS's.
        let Some(target) = cloudfront.filter(|_| host == id) else {
            let outputs = DomainResolutionOutputs { resolves: true };
            return Ok(Some(Observed::ready(Self { domain }, outputs)));
        };
        let was_seen = last.and_then(|last| last.outputs.as_ref()).is_some_and(|last| last.resolves);
        let resolves = match ctx.aws.dns.a_records(&host).await {
            Ok(Lookup::Found(_)) => true,
            Ok(Lookup::Nothing { .. }) => false,
            // No answer says nothing of the record: what was seen once is taken to be there still.
            Err(_) => was_seen,
        };
        let waiting = (!resolves).then(|| by_hand(&host, &target));
        let outputs = DomainResolutionOutputs { resolves };
        Ok(Some(Observed { waiting, ..Observed::ready(Self { domain }, outputs) }))
    }

    async fn find(&self, ctx: &Ctx, _: &str) -> Result<Option<String>> {
        Ok(ctx.id(&self.domain).ok())
    }

    async fn create(&self, ctx: &Ctx, _: &str) -> Result<String> {
        ctx.id(&self.domain)
    }

    async fn update(&self, _: &Ctx, _: &str, _: &Self) -> Result<()> {
        Ok(())
    }

    fn grants(&self) -> Vec<Grant> {
        grants(Use::Reading, &On::Any, &["cognito-idp:DescribeUserPoolDomain"])
    }

    async fn delete(_: &Ctx, _: &str, _: Option<&Last<Self>>) -> Result<()> {
        Ok(())
    }
}

/// A person makes the record when they come to it, and resolvers may hold on to a "no" for as long as the zone's SOA
/// says: usually up to an hour (RFC 2308, 5).
fn by_hand(host: &str, target: &str) -> Waiting {
    Waiting {
        what: format!("for {host} to resolve"),
        by_hand: vec![format!("{host} CNAME {target}")],
        every: Duration::from_secs(10),
        at_most: Duration::from_mins(75),
    }
}

/// A wait for the stack's own domain.
#[must_use]
pub fn example() -> DomainResolution {
    DomainResolution { domain: Ref::named("custom") }
}

/// [`example`], of the other domain: another object.
#[must_use]
pub fn example_changed() -> DomainResolution {
    DomainResolution { domain: Ref::named("prefix") }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use serde_json::json;

    use super::*;
    use crate::aws::dns::Dns;
    use crate::kinds::script::Stage;

    const HOST: &str = "auth.example.com";
    const THERE: &[&str] = &["203.0.113.7"];

    fn stage(dns: Dns) -> Stage {
        let outputs = json!({ "user_pool_id": "p", "cloudfront": "d1.cloudfront.net", "host": HOST });
        let mut stage =
            Stage::new(|call| panic!("AWS need not be asked: {call:?}")).knowing("domain.custom", HOST, outputs);
        Rc::get_mut(&mut stage.ctx.aws).unwrap().dns = dns;
        stage
    }

    fn answering(addresses: &'static [&'static str]) -> Dns {
        let is_asked = |name: &str, kind: &str| name == HOST && kind == "A";
        let given = addresses.iter().map(ToString::to_string).collect::<Vec<_>>();
        Dns::Answers(Rc::new(move |name, kind| if is_asked(name, kind) { given.clone() } else { Vec::new() }))
    }

    #[tokio::test(flavor = "current_thread")]
    async fn it_waits_for_the_record_and_names_it() {
        let read = DomainResolution::read(&stage(answering(&[])).ctx, HOST, None).await.unwrap().unwrap();
        assert_eq!(read.waiting.unwrap().by_hand, ["auth.example.com CNAME d1.cloudfront.net"]);
        let there = stage(answering(THERE));
        let read = DomainResolution::read(&there.ctx, HOST, None).await.unwrap().unwrap();
        assert_eq!((read.spec, read.waiting), (example(), None));
    }

    #[tokio::test(flavor = "current_thread")]
    async fn without_an_answer_what_was_seen_holds() {
        // A server that cannot tell: SERVFAIL (RFC 1035, 4.1.1) to whatever it is asked.
        let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let offline = stage(Dns::server(socket.local_addr().unwrap()));
        tokio::spawn(async move {
            let mut message = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut message).await {
                message[2] |= 0x80;
                message[3] = 2;
                socket.send_to(&message[..length], from).await.unwrap();
            }
        });
        for resolves in [false, true] {
            let last = Last { spec: example(), outputs: Some(DomainResolutionOutputs { resolves }) };
            let read = DomainResolution::read(&offline.ctx, HOST, Some(&last)).await.unwrap().unwrap();
            assert_eq!(read.waiting.is_none(), resolves);
        }
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_prefix_needs_no_record() {
        let outputs = json!({ "user_pool_id": "p", "cloudfront": "d2.cloudfront.net", "host": "a.auth.x.test" });
        let stage = stage(answering(&[])).knowing("domain.prefix", "a", outputs);
        let read = DomainResolution::read(&stage.ctx, "a", None).await.unwrap().unwrap();
        assert_eq!((read.spec, read.waiting), (example_changed(), None));
    }

    #[tokio::test(flavor = "current_thread")]
    async fn one_whose_domain_is_gone_is_gone() {
        let read = DomainResolution::read(&stage(answering(&[])).ctx, "login.example.com", None).await.unwrap();
        assert!(read.is_none(), "{read:?}");
    }
}
