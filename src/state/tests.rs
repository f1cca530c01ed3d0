//! How a state is written.

use serde_json::json;

use super::*;

fn record(id: &str) -> Record {
    Record {
        id: id.to_owned(),
        last_applied: json!({ "name": "a\n\"b\"", "list": [], "deep": { "list": [1, 2.5, null] } }),
        observed: Value::Null,
        changing: true,
        reverting: Some(Revert { put: json!({}), drop: json!([]) }),
        deleting: false,
        outputs: json!({ "é": "ü" }),
        needs: vec![Address::one("user_pool")],
        deposed: vec![Deposed { id: "old".to_owned(), observed: json!({ "x": {} }), outputs: Value::Null }],
    }
}

#[test]
fn it_is_written_as_serde_json_writes_it_for_people_also_after_each_change() {
    let mut state = State::new("dev", "l-1".to_owned());
    let whole = |state: &State| serde_json::to_string_pretty(state).unwrap() + "\n";
    assert_eq!(state.text().unwrap(), whole(&state));
    state.account = Some("111122223333".to_owned());
    state.region = Some("eu-west-1".to_owned());
    let (pool, web) = (Address::one("user_pool"), Address::named("app_client", "web"));
    state.resources.insert(pool.clone(), record("p").into());
    state.resources.insert(web.clone(), record("c").into());
    let intent = Intent {
        token: "t".to_owned(),
        since: "2026-11-22T00:00:00Z".to_owned(),
        desired: json!({ "a": [{}] }),
        needs: vec![pool.clone()],
        deposed: Vec::new(),
    };
    state.pending.insert(Address::named("group", "staff"), intent);
    assert_eq!(state.text().unwrap(), whole(&state));
    let before = state.clone();
    state.resources.get_mut(&web).unwrap().observed = json!({ "name": "b" });
    state.serial += 1;
    assert_eq!(state.text().unwrap(), whole(&state));
    assert_ne!(state.text().unwrap(), before.text().unwrap());
    assert_eq!(parse(&state.text().unwrap()).unwrap(), state);
    state.resources.remove(&pool);
    state.pending.clear();
    assert_eq!(state.text().unwrap(), whole(&state));
}
