//! Threat protection, logs and terms: adopted as a stack file says them, and rebuilt the same.

use super::made::{from_stack, imported, orphaned, rebuilds, written};
use crate::world::repository;

const STACK: &str = "
region: ap-southeast-2
tags: { app: site }
user_pool: { name: site, user_pool_tier: PLUS, user_pool_add_ons: { advanced_security_mode: AUDIT }, key_configuration: { key_type: CUSTOMER_MANAGED_KEY, kms_key_arn: 'arn:aws:kms:ap-southeast-2:000000000000:key/mrk-0000000000004444555566667777888f' } }
replica: { region: eu-west-1, status: ACTIVE, tags: { team: login } }
app_clients: { web: {}, mobile: {} }
risk_configuration:
  account_takeover_risk_configuration:
    actions: { high_action: { event_action: BLOCK, notify: true } }
    notify_configuration: { source_arn: arn:aws:ses:us-east-1:000000000000:identity/example.com, block_email: { subject: Stopped, text_body: It was stopped. } }
  app_clients:
    mobile: { risk_exception_configuration: { skipped_ip_range_list: [192.0.2.0/24] } }
log_delivery: { user_notification: 'arn:aws:logs:ap-southeast-2:000000000000:log-group:site', user_auth_events: 'arn:aws:s3:::site-logs' }
terms:
  web: { terms_of_use: { default: 'https://example.com/terms' }, privacy_policy: { default: 'https://example.com/privacy', french: 'https://example.com/fr' } }
  mobile: { privacy_policy: { default: 'https://example.com/m' } }
";

#[test]
fn threat_protection_logs_and_terms_come_along() {
    let world = from_stack("site", STACK, &repository().join("tests/it/samples/valid"));
    let ran = imported(&world, "site", "");
    let text = written(&world, "site");
    for line in [
        "risk_configuration:",
        "replica:",
        "  tags: { team: login }\n",
        "log_delivery:",
        "terms:",
        "    mobile:",
        "skipped_ip_range_list: [\"192.0.2.0/24\"]",
    ] {
        assert!(text.contains(line), "{line}: {text}\n{ran}");
    }
    // AWS's default is not said.
    assert!(!text.contains("blocked_ip_range_list"), "{text}");
    rebuilds(&world, "site");
    let state = world.read("state/sandbox/site.json");
    for address in
        ["risk_configuration", "risk_configuration.mobile", "replica", "log_delivery", "terms.web-privacy-policy"]
    {
        assert!(state.contains(&format!("\"{address}\"")), "{address}: {state}");
    }
}

#[test]
fn what_cannot_be_looked_for_is_told() {
    let world = from_stack("site", STACK, &repository().join("tests/it/samples/valid"));
    let faults = "DescribeRiskConfiguration=denied:*;ListUserPoolReplicas=denied:*;GetLogDeliveryConfiguration=denied:*;ListTerms=denied:*";
    let ran = imported(&world, "site", faults);
    let said = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
    for what in ["risk configurations", "replicas", "log exports", "terms documents"] {
        assert!(said.contains(&format!("{what}, if there are any: not known: ")), "{what}: {ran}");
    }
    orphaned(&world, "site");
}

#[test]
fn a_replica_whose_region_may_not_be_looked_into_is_told_by_it() {
    let world = from_stack("site", STACK, &repository().join("tests/it/samples/valid"));
    let ran = imported(&world, "site", "ListTagsForResource=denied:*");
    let said = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = "the replica in eu-west-1: not known: ListTagsForResource answered AccessDenied";
    assert!(said.contains(line), "{ran}");
    orphaned(&world, "site");
}
