//! What is refused, and that nothing is written then.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use super::made::{from_stack, imported, pool, tag, with_clients};
use crate::world::{World, repository};

/// Every file of the house but the world's own and the lock, which stays.
fn files(world: &World) -> BTreeMap<String, Vec<u8>> {
    let root = world.path("");
    let is_ours = |name: &str| name.strip_suffix(".lock").is_none() && !name.contains("/.world");
    let all = super::files(&root).into_iter();
    all.map(|path| (path.strip_prefix(&root).unwrap().display().to_string(), std::fs::read(&path).unwrap()))
        .filter(|(name, _)| is_ours(name))
        .collect()
}

#[track_caller]
fn refused(world: &World, line: &str, faults: &str, name: &str) {
    let before = files(world);
    world.run_with(line, &[("STACK_SANDBOX_FAULTS", faults)]).failed().check(name);
    assert_eq!(files(world), before, "{name}");
}

#[test]
fn pools_that_are_not_there_or_elsewhere() {
    let world = with_clients("shop", &[]);
    let pool = pool(&world);
    refused(&world, "import shop --user-pool ap-southeast-2_Absent123 --sandbox", "", "import_no_such_pool");
    refused(
        &world,
        "import shop --user-pool ap-southeast-2_Absent123 --sandbox --json",
        "",
        "import_no_such_pool_json",
    );
    refused(&world, "import shop --user-pool shop --sandbox", "", "import_no_id");
    let line = format!("import shop --user-pool {pool} --sandbox");
    refused(&world, &format!("{line} --region eu-west-1"), "", "import_wrong_region");
    refused(&world, &line, "DescribeUserPool=denied", "import_denied");
    refused(&world, &line, "ListUserPoolClients=denied", "import_clients_denied");
    refused(&world, &line, "GetCallerIdentity=expired", "import_expired");
    world.run("import shop --sandbox").failed().check("import_of_nothing");
    world
        .run(&format!("import shop --user-pool {pool} --address user_pool={pool} --sandbox"))
        .failed()
        .check("import_of_both");
    world.run("import shop --address user_pool --sandbox").failed().check("import_without_an_id");
}

#[test]
fn pools_that_are_somebody_elses() {
    let world = with_clients("shop", &["web"]);
    let line = |stack: &str| format!("import {stack} --user-pool {} --sandbox", pool(&world));
    tag(&world, "stack:name", "other");
    refused(&world, &line("shop"), "", "import_claimed");
    tag(&world, "stack:name", "shop");
    imported(&world, "shop", "").ok();
    refused(&world, &line("shop"), "", "import_again");
    // As though the tag were not there: the state says it too.
    tag(&world, "stack:name", "second");
    refused(&world, &line("second"), "", "import_in_another_state");
}

#[test]
fn nothing_is_overwritten() {
    let site = "
region: ap-southeast-2
user_pool: { name: site }
domain: { prefix: our-site }
ui_customization: { css: ui/all.css }
";
    let world = from_stack("site", site, &repository().join("tests/it/samples/valid"));
    let line = format!("import site --user-pool {} --sandbox", pool(&world));
    world.write("stacks/site.yml", "user_pool: { name: mine }\n");
    refused(&world, &line, "", "import_over_a_stack");
    std::fs::remove_file(world.path("stacks/site.yml")).unwrap();
    world.write("stacks/ui/site.css", "mine");
    refused(&world, &line, "", "import_over_a_style_sheet");
    std::fs::remove_file(world.path("stacks/ui/site.css")).unwrap();
    imported(&world, "site", "").ok();
    // A run that was killed before it had saved the state is made up for by the same command.
    super::made::forgotten(&world, "site");
    imported(&world, "site", "").ok();
    super::made::forgotten(&world, "site");
    world.edit("stacks/site.yaml", "  name: site\n", "  name: mine\n");
    refused(&world, &line, "", "import_over_an_edited_stack");
}

#[test]
fn domains_that_cannot_be_adopted() {
    let site = "
region: ap-southeast-2
user_pool: { name: site }
domain: { name: auth.example.com }
";
    let world = from_stack("site", site, &repository().join("tests/it/samples/valid"));
    let line = format!("import site --user-pool {} --sandbox", pool(&world));
    let elsewhere = r#"DescribeUserPoolDomain=answer:{"DomainDescription":{"CustomDomainConfig":{"CertificateArn":"arn:aws:acm:us-east-1:999999999999:certificate/11111111-2222-3333-4444-555555555555"}}}"#;
    refused(&world, &line, elsewhere, "import_certificate_elsewhere");
    refused(&world, &line, "ListHostedZones=denied", "import_zones_denied");
    refused(&world, &line, "DescribeCertificate=denied", "import_certificate_denied");
}

#[test]
fn a_pool_that_no_stack_can_be() {
    let world = with_clients("shop", &[]);
    let line = format!("import shop --user-pool {} --sandbox", pool(&world));
    refused(&world, &line, r#"DescribeUserPool=answer:{"UserPool":{"Name":"größer"}}"#, "import_impossible");
}

/// The reading takes long enough to be stopped in it.
#[cfg(unix)]
#[test]
fn stopped_while_it_reads_it_leaves_nothing() {
    let world = with_clients("shop", &["web"]).in_real_time();
    let before = files(&world);
    let line = format!("import shop --user-pool {} --sandbox", pool(&world));
    let mut command = world.command(line.split(' '));
    command.env("STACK_SANDBOX_FAULTS", "ListGroups=slow:20000").stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_secs(3));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let ended = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.code() == Some(130) && said.contains("nothing was changed"), "{said}");
    let mut after = files(&world);
    after.retain(|name, _| !name.ends_with(".lock.json"));
    assert_eq!(after, before);
}
