//! `stack preflight`, as a person sees it.

use crate::world::World;

#[test]
fn everything_that_a_stack_needs_is_looked_at() {
    let world = World::new();
    world.run("preflight prod --sandbox").check("preflight");
    world.run("preflight prod --sandbox --json").check("preflight_json");
    world.columns(60).run("preflight dev --sandbox").check("preflight_60");
}

#[test]
fn what_is_wrong_has_its_place_and_what_to_do() {
    let world = World::new();
    let faults = [
        r#"GetAccount=answer:{"ProductionAccessEnabled":false}"#,
        "GetFunction=refuse:ResourceNotFoundException:Function not found",
        "ListUserPools=denied",
        "SimulatePrincipalPolicy=answer:cloudfront:UpdateDistribution</EvalActionName><EvalDecision>allowed=>\
         cloudfront:UpdateDistribution</EvalActionName><EvalDecision>explicitDeny",
    ];
    let faults = faults.join(";");
    let environment = [("STACK_SANDBOX_FAULTS", faults.as_str())];
    world.run_with("preflight prod --sandbox", &environment).failed().check("preflight_wrong");
}

#[test]
fn a_plan_says_what_is_doubtful_and_what_is_not_known() {
    let world = World::new();
    let faults = r#"GetAccount=answer:{"ProductionAccessEnabled":false};GetPolicy=denied;GetHostedZone=throttle:*"#;
    world.run_with("plan prod --sandbox", &[("STACK_SANDBOX_FAULTS", faults)]).check("preflight_in_a_plan");
    let faults =
        r#"GetEmailIdentity=answer:{"VerifiedForSendingStatus":false,"VerificationStatus":"PENDING"};GetPolicy=denied"#;
    let refused = world.run_with("up prod --sandbox --auto-approve", &[("STACK_SANDBOX_FAULTS", faults)]);
    refused.failed().check("preflight_refuses_a_plan");
}
