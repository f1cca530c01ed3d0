//! What a team's CI is given: a plan as a comment, and workflows that only say what the program understands.

use serde_json::Value;

use crate::world::{World, check, repository};

const SHOP: &str = "
region: ap-southeast-2
user_pool: { name: shop, deletion_protection: INACTIVE }
app_clients:
  web: { explicit_auth_flows: [ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH] }
";

fn shop() -> World {
    let world = World::empty();
    world.write("stacks/shop.yaml", SHOP);
    world
}

#[test]
fn a_plan_is_a_comment() {
    let world = shop();
    world.run("plan shop --sandbox --markdown").check("markdown_new");
    world.up("shop");
    world.run("plan shop --sandbox --markdown").check("markdown_nothing");
    world.run("plan shop --sandbox --destroy --allow-loss user_pool --markdown").check("markdown_destroy");
    world.edit("stacks/shop.yaml", "web: { ", "web: { access_token_validity: 5m, ");
    world.run("plan shop --sandbox --markdown --detailed-exitcode").check("markdown_changed");
    world.write("stacks/broken.yaml", SHOP.replace("name: shop", "nmae: shop"));
    let all = world.run("plan --all --sandbox --markdown");
    all.check("markdown_all");
    assert_eq!(all.code, Some(1));
}

/// What stands in a stack file is said in the comment, and does nothing in it.
#[test]
fn nothing_in_a_plan_gets_out_of_its_fence() {
    let world = shop();
    let evil = "</details> @everyone ``` ```` <script>";
    world.edit(
        "stacks/shop.yaml",
        "name: shop,",
        &format!("name: shop, email_verification: x, tags: {{ note: '{evil}' }},"),
    );
    world.edit("stacks/shop.yaml", " email_verification: x,", "");
    let page = world.run("plan shop --sandbox --markdown").out;
    let longest = page.split(|c| c != '`').map(str::len).max().unwrap();
    let fences: Vec<&str> = page.lines().filter(|line| line.starts_with("```")).collect();
    assert_eq!(fences.len(), 2, "{page}");
    assert_eq!(fences[1].len(), longest, "the fence is longer than what stands in it: {page}");
    let outside: String = page.split(fences[1]).step_by(2).collect();
    assert!(!outside.contains("@everyone") && !outside.contains("<script>"), "{page}");
}

#[test]
fn a_comment_is_not_longer_than_a_code_host_takes() {
    let world = shop();
    let client = |number: u32| {
        let urls: Vec<String> =
            (0..8).map(|at| format!("https://shop.example.com/a/rather/long/path/{number}/{at}")).collect();
        format!(
            "  c{number}: {{ callback_urls: [{}], allowed_oauth_flows: [code], allowed_oauth_scopes: [openid], \
             supported_identity_providers: [COGNITO] }}\n",
            urls.join(", ")
        )
    };
    let text = std::iter::once(SHOP.to_owned()).chain((0..400).map(client)).collect::<Vec<_>>().concat();
    world.write("stacks/shop.yaml", &text);
    let page = world.run("plan shop --sandbox --markdown").out;
    assert!(page.len() > 50_000 && page.chars().count() < 65_536, "{}", page.len());
    assert!(page.contains("the rest is left out") && page.trim_end().ends_with("</details>"));
    world.write("stacks/shop2.yaml", &text);
    let page = world.run("plan --all --sandbox --markdown").out;
    assert!(page.chars().count() < 65_536, "{}", page.len());
}

/// The workflows of the README, each with its file's name.
fn workflows() -> Vec<(String, String)> {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let section = readme.split("\n## CI\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let blocks = section.split("```yaml\n").skip(1).map(|rest| rest.split("\n```").next().unwrap());
    blocks
        .map(|text| {
            let name = text.lines().next().unwrap().strip_prefix("# ").expect("a workflow begins with its file's name");
            (name.to_owned(), text.to_owned())
        })
        .collect()
}

/// Every text of a document.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| texts(field, found)),
        _ => {}
    }
}

#[test]
fn the_workflows_say_what_the_program_understands() {
    let all = workflows();
    let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, [".github/workflows/stack.yaml", ".gitlab-ci.yml"]);
    for (name, text) in all {
        let document: Value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut scripts = Vec::new();
        texts(&document, &mut scripts);
        let mut commands = Vec::new();
        for line in scripts.iter().flat_map(|text| text.lines()) {
            let Some((_, rest)) = line.split_once("stack ").filter(|(before, _)| before.trim().is_empty()) else {
                continue;
            };
            let words: Vec<&str> =
                rest.split_whitespace().take_while(|word| !["|", "||", ">", "&&", ";"].contains(word)).collect();
            let words = words.into_iter().map(|word| word.trim_matches(['"', '\'']));
            let line: Vec<&str> = std::iter::once("stack").chain(words).collect();
            stack::cli::parse_from(line.clone()).unwrap_or_else(|error| panic!("{name}: {line:?}: {error}"));
            commands.push(line[1..].join(" "));
        }
        check(&format!("ci_{}", if name.contains("github") { "github" } else { "gitlab" }), &commands.join("\n"));
        for needed in ["plan", "apply", "drift"] {
            assert!(commands.iter().any(|command| command.starts_with(needed)), "{name}: {commands:?}");
        }
    }
}

/// The same commands, in the order in which a change goes through CI, do what the workflow says.
#[test]
fn a_change_goes_through() {
    let world = shop();
    world.up("shop");
    world.edit("stacks/shop.yaml", "web: { ", "web: { access_token_validity: 5m, ");
    let plan = world.run("plan --all --sandbox --markdown --detailed-exitcode");
    assert_eq!(plan.code, Some(2), "{plan}");
    assert!(plan.out.starts_with("<!-- stack plan --all -->\n"), "the comment is found again by this");
    world.run("plan shop --sandbox --out shop.plan").ok();
    world.run("apply --sandbox --plan shop.plan").ok();
    assert_eq!(world.run("drift --all --sandbox").code, Some(0));
}

#[test]
fn what_the_stages_of_ci_may_take_is_an_hour_in_all() {
    let text = std::fs::read_to_string(repository().join(".ci/run")).unwrap();
    let budgets = text.lines().find_map(|line| line.strip_prefix("declare -A budget=(")).unwrap();
    let budgets: Vec<(&str, u64)> = budgets
        .trim_end_matches(')')
        .split(' ')
        .map(|one| one.split_once("]=").map(|(name, most)| (&name[1..], most.parse().unwrap())).unwrap())
        .collect();
    let stages = text.lines().find_map(|line| line.strip_prefix("stages=(")).unwrap().trim_end_matches(')');
    let names: std::collections::BTreeSet<&str> = budgets.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, stages.split(' ').collect());
    assert!(budgets.iter().map(|(_, most)| most).sum::<u64>() <= 3600, "{budgets:?}");
}

/// Machines differ, so that a stage that takes longer than it may is a warning; the hour is what must hold.
#[cfg(unix)]
#[test]
fn a_stage_that_takes_too_long_is_told_and_more_than_an_hour_is_a_failure() {
    let text = std::fs::read_to_string(repository().join(".ci/run")).unwrap();
    let stage = text.lines().find(|line| line.starts_with("format() ")).unwrap();
    let quick = text.replace(stage, "format() { sleep 2; }");
    let late = quick.replace("[format]=20", "[format]=1");
    let whole = late.replace("-le 3600", "-le 1");
    assert!(text != quick && quick != late && late != whole);
    for (script, told, code) in [
        (&quick, None, 0),
        (&late, Some("WARNING: over their budgets: format"), 0),
        (&whole, Some("failed: more than an hour in all"), 1),
    ] {
        let house = tempfile::tempdir().unwrap();
        std::fs::create_dir(house.path().join(".ci")).unwrap();
        std::fs::write(house.path().join(".ci/run"), script).unwrap();
        let ran = std::process::Command::new("bash").arg(house.path().join(".ci/run")).arg("format").output().unwrap();
        let err = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert_eq!(ran.status.code(), Some(code), "{err}");
        assert!(told.map_or(err.is_empty(), |told| err.contains(told)), "{err}");
    }
}
