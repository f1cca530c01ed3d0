//! The checks against plans made by hand.

use std::rc::Rc;

use serde::Serialize;
use serde_json::{Value, json};

use super::*;
use crate::aws::dns::Dns;
use crate::engine::plan::Step;
use crate::kinds::script::{Call, Stage};
use crate::kinds::{dns_record, domain};

fn planned(action: Action, at: &str, spec: &impl Serialize) -> Planned {
    let spec = serde_json::to_value(spec).unwrap();
    serde_json::from_value(json!({
        "action": action, "id": null, "changes": [], "drift": [], "undeclared": [], "desired": spec,
        "actual": null, "target": null, "needs": [], "loses": null, "is_gone": false, "at": at,
    }))
    .unwrap()
}

fn plan(resources: Vec<(&str, Planned)>) -> Plan {
    let resources = resources.into_iter().map(|(address, planned)| (address.parse().unwrap(), planned));
    Plan {
        stack: "dev".to_owned(),
        lineage: String::new(),
        serial: 0,
        destroy: false,
        relabelled: crate::engine::moved::Relabelled::default(),
        resources: resources.collect(),
        // One that does something; what it is matters to no check.
        steps: vec![Step::Create("user_pool".parse().unwrap())],
    }
}

/// What the checks object to when these names have an A record.
async fn found(
    plan: &Plan,
    names: &'static [&'static str],
    answer: impl FnMut(&Call) -> (u16, String) + Send + 'static,
) -> Vec<(String, String)> {
    let mut stage = Stage::new(only_what_is_asked(answer));
    let dns = move |name: &str, kind: &str| match kind {
        "A" if names.contains(&name) => vec!["203.0.113.7".to_owned()],
        "NS" => vec!["ns1.example.com.".to_owned()],
        _ => Vec::new(),
    };
    Rc::get_mut(&mut stage.ctx.aws).unwrap().dns = Dns::Answers(Rc::new(dns));
    let objections = run(Input::of_plan(plan, &stage.ctx.aws)).await.unwrap();
    let findings = objections.found.iter().flat_map(|found| &found.findings);
    let warned: Vec<_> = findings.filter(|finding| finding.outcome == Outcome::Warn).collect();
    assert!(warned.is_empty(), "{warned:?}");
    objections
        .problems
        .into_iter()
        .map(|problem| (problem.at, format!("{} [{}]", problem.message, problem.hint.unwrap_or_default())))
        .collect()
}

/// An AWS that may be asked for zones, records and certificates alone.
fn only_what_is_asked(
    mut answer: impl FnMut(&Call) -> (u16, String) + Send + 'static,
) -> impl FnMut(&Call) -> (u16, String) + Send + 'static {
    move |call| {
        let is_of_route53 = call.operation.contains("/2013-04-01/hostedzone");
        match call.operation.as_str() {
            _ if is_of_route53 || call.operation == "DescribeCertificate" => answer(call),
            "DescribeUserPoolDomain" => (200, json!({ "DomainDescription": {} }).to_string()),
            _ => (403, json!({ "__type": "AccessDeniedException" }).to_string()),
        }
    }
}

fn zones(call: &Call) -> (u16, String) {
    assert!(call.operation.starts_with("GET /2013-04-01/hostedzone"), "{}", call.operation);
    let named = "<DelegationSet><NameServers><NameServer>ns1.example.com</NameServer></NameServers></DelegationSet>";
    let zone =
        "<HostedZone><Id>/hostedzone/Z1</Id><Name>example.com.</Name><CallerReference>r</CallerReference></HostedZone>";
    if call.operation.ends_with("/Z1") {
        return (200, format!("<GetHostedZoneResponse>{zone}{named}</GetHostedZoneResponse>"));
    }
    let answer = format!(
        "<ListHostedZonesResponse><HostedZones>{zone}</HostedZones><Marker></Marker><IsTruncated>false</IsTruncated>\
         <MaxItems>100</MaxItems></ListHostedZonesResponse>"
    );
    (200, answer)
}

fn a_record(name: &str) -> dns_record::DnsRecord {
    let values = ["192.0.2.1".to_owned()].into();
    dns_record::DnsRecord {
        name: Some(name.to_owned()),
        r#type: Some(dns_record::RecordType::A),
        ..dns_record::DnsRecord::saying(dns_record::Target::Values { ttl: 300, values })
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_missing_parent_record_is_named_with_what_to_make() {
    let new = plan(vec![("domain.custom", planned(Action::Create, "domain", &domain::example()))]);
    let problems = found(&new, &[], zones).await;
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].0, "domain.parent_record");
    assert!(problems[0].1.contains("example.com. 300 IN A 192.0.2.1"), "{problems:?}");
    assert_eq!(found(&new, &["example.com"], zones).await, []);
    let there = plan(vec![("domain.custom", planned(Action::Update, "domain", &domain::example()))]);
    assert_eq!(found(&there, &[], zones).await, []);
}

#[tokio::test(flavor = "current_thread")]
async fn the_plan_itself_may_make_the_parents_record_but_no_placeholder_over_another() {
    let with = |address, action| {
        plan(vec![
            ("domain.custom", planned(Action::Create, "domain", &domain::example())),
            (address, planned(action, "domain", &a_record("example.com"))),
        ])
    };
    assert_eq!(found(&with("dns_record.domain_parent", Action::Create), &[], zones).await, []);
    assert_eq!(found(&with("dns_record.apex", Action::Keep), &[], zones).await, []);
    assert_eq!(found(&with("dns_record.apex", Action::Delete), &[], zones).await.len(), 1);
    let problems = found(&with("dns_record.domain_parent", Action::Create), &["example.com"], zones).await;
    assert!(problems[0].1.contains("has an A record already (203.0.113.7)"), "{problems:?}");
    assert_eq!(found(&with("dns_record.domain_parent", Action::Keep), &["example.com"], zones).await, []);
}

#[tokio::test(flavor = "current_thread")]
async fn records_without_a_zone_are_found_once_a_place() {
    let new = plan(vec![
        ("dns_record.domain_a", planned(Action::Create, "domain", &a_record("auth.example.net"))),
        ("dns_record.domain_parent", planned(Action::Create, "domain", &a_record("example.net"))),
        ("dns_record.mail", planned(Action::Create, "records.mail", &a_record("mail.example.com"))),
        ("dns_record.old", planned(Action::Keep, "records.old", &a_record("old.example.org"))),
    ]);
    let problems = found(&new, &[], zones).await;
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].0, "domain.hosted_zone");
    assert!(problems[0].1.contains("auth.example.net"), "{problems:?}");
}

#[tokio::test(flavor = "current_thread")]
async fn a_named_certificate_must_be_issued_and_cover_the_domain() {
    let with = |arn: &str| {
        let mut domain = domain::example();
        domain.custom.as_mut().unwrap().certificate = domain::DomainCertificate::Arn(arn.to_owned());
        plan(vec![("domain.custom", planned(Action::Create, "domain", &domain))])
    };
    let answer = |names: &'static [&'static str], status: &'static str| {
        move |_: &Call| {
            let detail: Value = json!({ "DomainName": names[0], "SubjectAlternativeNames": names, "Status": status });
            (200, json!({ "Certificate": detail }).to_string())
        }
    };
    let ours = with("arn:aws:acm:us-east-1:000000000000:certificate/1");
    assert_eq!(found(&ours, &["example.com"], answer(&["*.example.com"], "ISSUED")).await, []);
    for (plan, answer, says) in [
        (&ours, answer(&["*.example.com"], "EXPIRED"), "is EXPIRED"),
        (&ours, answer(&["example.com"], "ISSUED"), "does not cover auth.example.com"),
        (&with("arn:aws:acm:eu-west-1:000000000000:certificate/1"), answer(&["x"], "ISSUED"), "in `eu-west-1`"),
    ] {
        let problems = found(plan, &["example.com"], answer).await;
        assert!(problems.len() == 1 && problems[0].1.contains(says), "{problems:?}");
        assert_eq!(problems[0].0, "domain.certificate.arn");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn an_aws_that_cannot_be_asked_is_no_problem_of_the_file() {
    let new = plan(vec![("dns_record.mail", planned(Action::Create, "records.mail", &a_record("mail.example.com")))]);
    let denied = |_: &Call| (403, "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>".to_owned());
    let stage = Stage::new(denied);
    let error = run(Input::of_plan(&new, &stage.ctx.aws)).await.unwrap_err();
    assert!(error.hints()[0].contains("allow `route53:ListHostedZones`"), "{error:?}");
}

/// Zone Z1, and in it, at every name that is asked for, a record of this type.
fn with_record(kind: &'static str) -> impl FnMut(&Call) -> (u16, String) {
    move |call| {
        let Some((_, name)) = call.operation.split_once("/rrset?") else { return zones(call) };
        let name = name.split('&').find_map(|pair| pair.strip_prefix("name=")).unwrap();
        let set = format!(
            "<ResourceRecordSet><Name>{name}.</Name><Type>{kind}</Type><TTL>60</TTL><ResourceRecords><ResourceRecord>\
             <Value>taken</Value></ResourceRecord></ResourceRecords></ResourceRecordSet>"
        );
        let answer = format!(
            "<ListResourceRecordSetsResponse><ResourceRecordSets>{set}</ResourceRecordSets>\
             <IsTruncated>false</IsTruncated><MaxItems>20</MaxItems></ListResourceRecordSetsResponse>"
        );
        (200, answer)
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_place_that_is_taken_is_found_before_anything_is_made() {
    let a = |action| ("dns_record.www", planned(action, "records.www", &a_record("www.example.com")));
    for (kind, is_taken) in [("A", true), ("CNAME", true), ("TXT", false)] {
        let problems = found(&plan(vec![a(Action::Create)]), &[], with_record(kind)).await;
        assert_eq!(problems.len(), usize::from(is_taken), "{kind}: {problems:?}");
        for (at, said) in problems {
            assert_eq!(at, "records.www.name");
            assert!(said.contains(&format!("www.example.com {kind} (taken) already exists")), "{said}");
        }
    }
    for there in [Action::Keep, Action::Update] {
        assert_eq!(found(&plan(vec![a(there)]), &[], with_record("A")).await, []);
    }
    // What the plan itself takes away is in nobody's way.
    let mut old = planned(Action::Delete, "", &a_record("www.example.com"));
    old.id = Some("Z1/www.example.com/A".to_owned());
    assert_eq!(found(&plan(vec![a(Action::Create), ("dns_record.old", old)]), &[], with_record("A")).await, []);
}

#[tokio::test(flavor = "current_thread")]
async fn the_stacks_own_certificate_is_not_named() {
    const ARN: &str = "arn:aws:acm:us-east-1:000000000000:certificate/1";
    let mut domain = domain::example();
    domain.custom.as_mut().unwrap().certificate = domain::DomainCertificate::Arn(ARN.to_owned());
    let mut own = planned(Action::Delete, "", &json!({}));
    own.id = Some(ARN.to_owned());
    let new = plan(vec![("domain.custom", planned(Action::Update, "domain", &domain)), ("certificate.domain", own)]);
    let problems = found(&new, &["example.com"], zones).await;
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].1.contains("stack state rm dev certificate.domain"), "{problems:?}");
}

/// What one check finds of all that a plan declares.
async fn looked(check: &str, plan: &Plan) -> Vec<(Outcome, String)> {
    let mut stage = Stage::new(only_what_is_asked(zones));
    Rc::get_mut(&mut stage.ctx.aws).unwrap().dns = Dns::Answers(Rc::new(|_, _| Vec::new()));
    let input = Input { is_whole: true, ..Input::of_plan(plan, &stage.ctx.aws) };
    let found = look(input).await.into_iter().find(|found| found.check.name == check).unwrap();
    found.findings.into_iter().map(|finding| (finding.outcome, finding.problem.message)).collect()
}

#[tokio::test(flavor = "current_thread")]
async fn a_word_of_awss_is_found_although_no_file_was_read() {
    let prefix = |text: &str| {
        let domain = domain::Domain { domain: text.to_owned(), custom: None, ..domain::example() };
        plan(vec![("domain.prefix", planned(Action::Create, "domain", &domain))])
    };
    for (text, outcome) in [("my-aws", Outcome::Fail), ("cognito", Outcome::Fail), ("awsome", Outcome::Pass)] {
        let found = looked("reserved_words", &prefix(text)).await;
        assert_eq!(found[0].0, outcome, "{text}: {found:?}");
    }
    let mut own = domain::example();
    own.domain = "a.auth.eu-west-1.amazoncognito.com".to_owned();
    let own = plan(vec![("domain.custom", planned(Action::Create, "domain", &own))]);
    assert_eq!(looked("reserved_words", &own).await[0].0, Outcome::Fail);
}

#[tokio::test(flavor = "current_thread")]
async fn a_parent_record_that_has_gone_since_is_only_worth_a_word() {
    for (action, outcome) in [(Action::Create, Outcome::Fail), (Action::Keep, Outcome::Warn)] {
        let plan = plan(vec![("domain.custom", planned(action, "domain", &domain::example()))]);
        let found = looked("parent_record", &plan).await;
        assert_eq!(found[0].0, outcome, "{found:?}");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_plan_that_does_nothing_asks_nothing() {
    let stage = Stage::new(|call| panic!("{call:?}"));
    let mut none = plan(vec![("domain.custom", planned(Action::Keep, "domain", &domain::example()))]);
    none.steps.clear();
    let objections = run(Input::of_plan(&none, &stage.ctx.aws)).await.unwrap();
    assert!(objections.problems.is_empty() && objections.found.is_empty());
    assert_eq!(stage.operations(), Vec::<String>::new());
}

/// An account with so many pools, each with a domain of its own, which is allowed four of them.
fn account(pools: usize, answer_pools: bool) -> impl FnMut(&Call) -> (u16, String) + Send + 'static {
    move |call| {
        let answer = match call.operation.as_str() {
            "ListUserPools" => {
                let pools: Vec<Value> =
                    (0..pools).map(|number| json!({ "Id": format!("eu-west-1_{number}") })).collect();
                json!({ "UserPools": pools })
            }
            "DescribeUserPool" => {
                assert!(answer_pools, "nobody needs to read {pools} pools to know that they have not four domains");
                json!({ "UserPool": { "CustomDomain": "auth.example.org" } })
            }
            "ListServiceQuotas" => json!({ "Quotas": [{ "QuotaName": "Custom domains per Region", "Value": 4.0 }] }),
            _ => return (403, json!({ "__type": "AccessDeniedException" }).to_string()),
        };
        (200, answer.to_string())
    }
}

#[tokio::test(flavor = "current_thread")]
async fn domains_are_counted_where_it_matters_and_a_replaced_one_takes_no_second_place() {
    for (action, pools, outcome, says) in [
        (Action::Create, 2, Outcome::Pass, "at most 3 of 4"),
        (Action::Create, 3, Outcome::Warn, "4 of 4"),
        (Action::Create, 4, Outcome::Fail, "too many: 5 of 4"),
        (Action::Replace, 4, Outcome::Warn, "4 of 4"),
        (Action::Create, 11, Outcome::Unknown, "11 pools would have to be read"),
    ] {
        let plan = plan(vec![("domain.custom", planned(action, "domain", &domain::example()))]);
        let stage = Stage::new(account(pools, (3..11).contains(&pools)));
        let found = look(Input::of_plan(&plan, &stage.ctx.aws)).await;
        let findings = &found.iter().find(|found| found.check.name == "quotas").unwrap().findings;
        let told: Vec<_> = findings.iter().map(|finding| (finding.outcome, &finding.problem.message)).collect();
        assert!(told.len() == 1 && told[0].0 == outcome && told[0].1.contains(says), "{action:?} {pools}: {told:?}");
    }
}
