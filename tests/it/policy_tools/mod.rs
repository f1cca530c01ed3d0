//! Tools that check Terraform's plans, which nobody here wrote, read ours: a policy in Rego, which is OPA's language, and
//! one of terraform-compliance's.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::setup::venv::{Venv, venv};
use crate::setup::{House, Ran, run};

fn tools() -> Venv {
    venv("policy-tools", include_str!("requirements.txt"), &[], "the tests with policy tools")
}

fn here(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/policy_tools").join(file)
}

/// The plan of a stack as JSON, in a file.
fn planned(house: &House, stack: &str) -> PathBuf {
    let plan = house.run_sandboxed(&format!("plan {stack} --json"), "").ok();
    let path = house.path("plan.json");
    std::fs::write(&path, plan.out).unwrap();
    path
}

/// terraform-compliance's verdict on a plan.
fn complies(plan: &Path) -> Ran {
    let tools = tools();
    let features = plan.parent().unwrap().join("features");
    std::fs::create_dir_all(&features).unwrap();
    std::fs::copy(here("pools.feature"), features.join("pools.feature")).unwrap();
    let mut command = Command::new(&tools.python);
    command.arg(tools.bin.join("terraform-compliance")).arg("--features").arg(&features);
    run(command.arg("--planfile").arg(plan).arg("--no-ansi"))
}

#[test]
fn terraform_compliance_judges_our_plans() {
    let house = House::new(&[]);
    // dev lets its pool be deleted; prod does not.
    let ran = complies(&planned(&house, "dev"));
    assert_eq!(ran.code, Some(1), "{}\n{}", ran.out, ran.err);
    ran.says("deletion_protection").says("It is set to INACTIVE").says("1 passed, 1 failed");
    let ran = complies(&planned(&house, "prod"));
    assert_eq!(ran.code, Some(0), "{}\n{}", ran.out, ran.err);
    ran.says("2 passed");
}

#[test]
fn rego_counts_what_a_plan_deletes() {
    let house = House::new(&[("policed", POLICED)]);
    let asked = |plan: &Path| -> Value {
        let mut command = Command::new(tools().python);
        command.arg(here("ask.py")).arg(here("deletes.rego")).arg(plan).arg("data.plans.deleted");
        serde_json::from_str(&run(&mut command).ok().out).unwrap()
    };
    house.run_sandboxed("up policed --auto-approve", "").ok();
    assert_eq!(asked(&planned(&house, "policed")), json!([]));
    std::fs::write(house.path("stacks/policed.yaml"), POLICED.replace(NATIVE, "")).unwrap();
    assert_eq!(asked(&planned(&house, "policed")), json!(["app_client.native"]));
}

const POLICED: &str = "
region: ap-southeast-2
user_pool: { name: policed }
app_clients:
  native: { generate_secret: false }
  web: { generate_secret: false }
";
const NATIVE: &str = "  native: { generate_secret: false }\n";
