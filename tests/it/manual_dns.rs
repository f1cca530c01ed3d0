//! `dns: manual`: each record is shown when it is known and waited for, and whoever makes them may take their time.

use serde_json::json;

use crate::setup::{House, Ran, Served, aws_cli, run_until};

const STACK: &str = "
region: ap-southeast-2
user_pool: { name: elsewhere, deletion_protection: INACTIVE }
domain: { name: auth.example.com, dns: manual }
";

/// Makes a record in the zone that stands for the DNS elsewhere, as a person would.
fn make(served: &Served, zone: &str, record: &str) {
    let words: Vec<&str> = record.split_whitespace().collect();
    let [name, kind, value] = words[..] else { panic!("`{record}` is not a record") };
    let set = json!({ "Name": name, "Type": kind, "TTL": 60, "ResourceRecords": [{ "Value": value }] });
    let batch = json!({ "Changes": [{ "Action": "CREATE", "ResourceRecordSet": set }] }).to_string();
    let words = ["route53", "change-resource-record-sets", "--hosted-zone-id", zone, "--change-batch", &batch];
    aws_cli::call(served, "us-east-1", &words);
}

fn zone(served: &Served) -> String {
    let zones = aws_cli::call(served, "us-east-1", &["route53", "list-hosted-zones"]);
    zones["HostedZones"][0]["Id"].as_str().unwrap().trim_start_matches("/hostedzone/").to_owned()
}

/// The records that a run asks for, each line as it comes.
fn asked(line: &str) -> Option<&str> {
    line.strip_prefix("      ").filter(|record| record.contains(" CNAME "))
}

#[test]
fn records_made_by_hand_are_shown_and_waited_for() {
    let (served, house) = (Served::new(&[]), House::new(&[("elsewhere", STACK)]));
    let zone = zone(&served);
    let mut records = Vec::new();
    // The first run is stopped when it asks for the first record; the second asks for it again, and gets it.
    let stopped = run_until(&mut served.client(&house, "up elsewhere --auto-approve"), |line| asked(line).is_some());
    assert_eq!(stopped.code, None, "{}\n{}", stopped.out, stopped.err);
    let up: Ran = run_until(&mut served.client(&house, "up elsewhere --auto-approve"), |line| {
        if let Some(record) = asked(line) {
            make(&served, &zone, record);
            records.push(record.to_owned());
        }
        false
    });
    let up = up.ok().says("make this record where the domain's DNS is held").says("for auth.example.com to resolve");
    assert!(stopped.err.lines().find_map(asked) == Some(&records[0]), "{}", stopped.err);
    assert_eq!(records.len(), 2, "{}", up.err);
    assert!(records[0].contains(".acm-validations.aws"), "{records:?}");
    let target = served.run(&house, "output elsewhere domain_target --raw").ok();
    assert_eq!(records[1], format!("auth.example.com CNAME {}", target.out.trim()));
    served.run(&house, "plan elsewhere --detailed-exitcode").ok().says("No changes");

    // What somebody else made stays when the stack goes.
    served.run(&house, "destroy elsewhere --auto-approve --allow-loss user_pool").ok();
    let world = served.house.json("state/sandbox/.world.json");
    let left = &world["route53"]["zones"][&zone]["records"];
    assert!(left.as_array().unwrap().iter().any(|record| record["name"] == "auth.example.com."), "{left:#}");
    assert_eq!(house.json("state/elsewhere.json")["resources"], json!({}));
}
