//! The attributes of a pool's users (`user_pool.md` 5).
use super::doc::{self, Doc};
use super::state::touched;
use super::validate::fault;
use super::{Refusal, import, invalid};
use crate::sandbox::World;
use serde_json::{Value, json};

/// Name, type, mutable, required, and a string's lengths.
type Standard = (&'static str, &'static str, bool, bool, Option<(u32, u32)>);

/// The standard attributes, in the API's order (`user_pool.md` 5.1).
const STANDARD: [Standard; 20] = [
    ("sub", "String", false, true, Some((1, 2048))),
    ("name", "String", true, false, Some((0, 2048))),
    ("given_name", "String", true, false, Some((0, 2048))),
    ("family_name", "String", true, false, Some((0, 2048))),
    ("middle_name", "String", true, false, Some((0, 2048))),
    ("nickname", "String", true, false, Some((0, 2048))),
    ("preferred_username", "String", true, false, Some((0, 2048))),
    ("profile", "String", true, false, Some((0, 2048))),
    ("picture", "String", true, false, Some((0, 2048))),
    ("website", "String", true, false, Some((0, 2048))),
    ("email", "String", true, false, Some((0, 2048))),
    ("email_verified", "Boolean", true, false, None),
    ("gender", "String", true, false, Some((0, 2048))),
    ("birthdate", "String", true, false, Some((10, 10))),
    ("zoneinfo", "String", true, false, Some((0, 2048))),
    ("locale", "String", true, false, Some((0, 2048))),
    ("phone_number", "String", true, false, Some((0, 2048))),
    ("phone_number_verified", "Boolean", true, false, None),
    ("address", "String", true, false, Some((0, 2048))),
    ("updated_at", "Number", true, false, None),
];

/// The most custom attributes that a pool can have (`user_pool.md` 5.2).
const MOST: usize = 50;

/// The attributes of a new pool: the standard ones, as the request changes them, then its own.
pub(super) fn at_creation(input: &Doc) -> Result<Vec<Value>, Refusal> {
    let mut schema: Vec<Value> = STANDARD.iter().map(standard).collect();
    for entry in doc::items(input, "Schema").iter().filter_map(Value::as_object) {
        let name = doc::text(entry, "Name").unwrap_or_default();
        match STANDARD.iter().position(|(standard, ..)| *standard == name) {
            Some(index) => change(&mut schema[index], entry, STANDARD[index].1, name)?,
            None => insert(&mut schema, entry)?,
        }
    }
    let preferred =
        schema.iter().any(|attribute| attribute["Name"] == "preferred_username" && attribute["Required"] == true);
    // user_pool.md 5.2: "an alias or a required attribute, not both". The text is not known.
    if preferred && doc::texts(input, "AliasAttributes").contains(&"preferred_username") {
        return Err(invalid("preferred_username can not be both an alias and a required attribute."));
    }
    Ok(schema)
}

/// `AddCustomAttributes`: attributes are only ever added (`user_pool.md` 5.2).
pub(super) fn add(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let id = doc::required(input, "UserPoolId");
    let pool = world.cognito.pool(region, id)?;
    import::none_running(pool, world.now)?;
    let mut schema = pool.schema.clone();
    for entry in doc::items(input, "CustomAttributes").iter().filter_map(Value::as_object) {
        insert(&mut schema, entry)?;
    }
    world.cognito.pool_mut(region, id)?.schema = schema;
    touched(world, region, id);
    Ok(json!({}))
}

/// The names of a pool's attributes, as its users and clients know them.
pub(super) fn names(schema: &[Value]) -> Vec<&str> {
    schema.iter().filter_map(|attribute| attribute["Name"].as_str()).collect()
}

/// The names of those that every user must have.
pub(super) fn required(schema: &[Value]) -> Vec<&str> {
    schema
        .iter()
        .filter(|attribute| attribute["Required"] == true && attribute["Name"] != "sub")
        .filter_map(|attribute| attribute["Name"].as_str())
        .collect()
}

/// The attribute that AWS adds with a pool's first provider (`user_pool.md` 5.1, last row).
pub(super) fn with_identities(schema: &mut Vec<Value>) {
    if names(schema).contains(&"identities") {
        return;
    }
    let at = STANDARD.len().min(schema.len());
    schema.insert(
        at,
        json!({
            "Name": "identities",
            "AttributeDataType": "String",
            "DeveloperOnlyAttribute": false,
            "Mutable": true,
            "Required": false,
            "StringAttributeConstraints": {},
        }),
    );
}

/// The same without it.
pub(super) fn without_identities(schema: &mut Vec<Value>) {
    schema.retain(|attribute| attribute["Name"] != "identities");
}

fn standard((name, kind, mutable, required, lengths): &Standard) -> Value {
    let mut attribute = json!({
        "Name": name,
        "AttributeDataType": kind,
        "DeveloperOnlyAttribute": false,
        "Mutable": mutable,
        "Required": required,
    });
    if let Some((least, most)) = lengths {
        attribute["StringAttributeConstraints"] =
            json!({ "MinLength": least.to_string(), "MaxLength": most.to_string() });
    }
    if *kind == "Number" {
        attribute["NumberAttributeConstraints"] = json!({ "MinValue": "0" });
    }
    attribute
}

/// Changes a standard attribute, which only creation can (`user_pool.md` 5.2).
fn change(attribute: &mut Value, entry: &Doc, kind: &str, name: &str) -> Result<(), Refusal> {
    let sent = doc::text(entry, "AttributeDataType");
    if sent.is_some_and(|sent| sent != kind) || doc::flag(entry, "DeveloperOnlyAttribute") == Some(true) {
        return Err(invalid(format!(
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute {name}"
        )));
    }
    check_constraints(entry, kind)?;
    for member in ["Mutable", "Required"] {
        if let Some(flag) = doc::flag(entry, member) {
            attribute[member] = flag.into();
        }
    }
    // "Constraints of a standard attribute are reported to take effect only if AttributeDataType is sent".
    if sent.is_some() {
        for member in ["StringAttributeConstraints", "NumberAttributeConstraints"] {
            if let Some(constraints) = entry.get(member) {
                attribute[member] = constraints.clone();
            }
        }
    }
    Ok(())
}

/// Adds a custom attribute, as it will read back.
fn insert(schema: &mut Vec<Value>, entry: &Doc) -> Result<(), Refusal> {
    let Some(name) = doc::text(entry, "Name") else {
        return Err(fault("null", "schema.name", "not be null"));
    };
    // user_pool.md 5.2, AttributeDataType.
    let Some(kind) = doc::text(entry, "AttributeDataType") else {
        return Err(invalid("Invalid AttributeDataType input, consider using the provided AttributeDataType enum."));
    };
    // user_pool.md 5.2, "Custom attributes cannot be required".
    if doc::flag(entry, "Required") == Some(true) {
        return Err(invalid("Required custom attributes are not supported currently."));
    }
    check_constraints(entry, kind)?;
    let developer = doc::flag(entry, "DeveloperOnlyAttribute").unwrap_or(false);
    // user_pool.md 5.2, row 2: the prefix is Cognito's, and a developer's attribute reads back with both.
    let full = if developer { format!("dev:custom:{name}") } else { format!("custom:{name}") };
    if schema.iter().any(|attribute| attribute["Name"] == full.as_str()) {
        return Err(invalid(format!("{full}: Existing attribute already has name {full}.")));
    }
    // user_pool.md 5.2, "More than 50".
    if names(schema).iter().filter(|name| name.contains(':')).count() >= MOST {
        return Err(fault("schema", "schema", &format!("have length less than or equal to {MOST}")));
    }
    let mut attribute = json!({
        "Name": full,
        "AttributeDataType": kind,
        "DeveloperOnlyAttribute": developer,
        // The default is undocumented ("always send Mutable"): the one that cannot be mended.
        "Mutable": doc::flag(entry, "Mutable").unwrap_or(false),
        "Required": false,
    });
    // "Constraints echo only what was sent": none reads back as an empty object.
    if let Some(member) = constraints_of(kind) {
        attribute[member] = entry.get(member).cloned().unwrap_or_else(|| json!({}));
    }
    schema.push(attribute);
    Ok(())
}

fn constraints_of(kind: &str) -> Option<&'static str> {
    match kind {
        "String" => Some("StringAttributeConstraints"),
        "Number" => Some("NumberAttributeConstraints"),
        _ => None,
    }
}

fn check_constraints(entry: &Doc, kind: &str) -> Result<(), Refusal> {
    let Some(constraints) = constraints_of(kind).and_then(|member| doc::child(entry, member)) else { return Ok(()) };
    let (least, most) = if kind == "String" { ("MinLength", "MaxLength") } else { ("MinValue", "MaxValue") };
    let bound = |name: &str| match doc::filled(constraints, name) {
        // user_pool.md 5.2: numbers as strings. The text is not known.
        Some(text) => text
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
            .map(Some)
            .ok_or_else(|| invalid(format!("Invalid {name}: {text}"))),
        None => Ok(None),
    };
    let (least, most) = (bound(least)?, bound(most)?);
    let given = [least, most].into_iter().flatten();
    if kind == "String" {
        if given.clone().any(|length| length > 2048.0) {
            return Err(invalid("String attributes cannot have a length of more than 2048"));
        }
        if given.clone().any(|length| length < 0.0 || length.fract() != 0.0) {
            return Err(invalid("String attributes must have lengths that are whole numbers"));
        }
        if let (Some(least), Some(most)) = (least, most)
            && most < least
        {
            return Err(invalid("String attributes cannot have a max length shorter than it's min length"));
        }
    } else {
        // user_pool.md 5.2: magnitude at most 2^1023.
        if given.clone().any(|value| value.abs() > 2f64.powi(1023)) {
            return Err(invalid("Number attributes cannot have a magnitude of more than 2^1023"));
        }
        if let (Some(least), Some(most)) = (least, most)
            && most < least
        {
            return Err(invalid("Number attributes cannot have a max value smaller than their min value"));
        }
    }
    Ok(())
}
