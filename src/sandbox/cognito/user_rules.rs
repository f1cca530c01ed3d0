//! What users' names, attributes and passwords can be (`other_resources.md` 9, `user_pool.md` 5).
use super::doc::{self, Doc};
use super::state::{Pool, User};
use super::users::value;
use super::{Refusal, invalid, schema};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

type Verdict = Result<(), Refusal>;

/// What Cognito alone sets (`other_resources.md` 9, "Read-only attributes").
const OWN: [&str; 2] = ["sub", "identities"];

/// Whether an attribute can be what it is to be, by the pool's schema. AWS's texts are known in part.
pub(super) fn fits(pool: &Pool, attribute: &Value) -> Verdict {
    let (name, given) = (attribute["Name"].as_str().unwrap_or_default(), attribute["Value"].as_str());
    let declared = declared(pool, name)?;
    let Some(given) = given.filter(|given| !given.is_empty()) else { return Ok(()) };
    let no = |why: &str| Err(unfit(name, why));
    let bound = |of: &str, member: &str| declared[of][member].as_str().and_then(|bound| bound.parse::<f64>().ok());
    match declared["AttributeDataType"].as_str() {
        Some("Boolean") if !["true", "false"].contains(&given) => no("Invalid boolean value"),
        Some("Number") => {
            let Ok(number) = given.parse::<f64>() else { return no("Invalid number value") };
            let of = "NumberAttributeConstraints";
            let low = bound(of, "MinValue").is_some_and(|least| number < least);
            let high = bound(of, "MaxValue").is_some_and(|most| number > most);
            if low || high { no("Number must be within its limits") } else { Ok(()) }
        }
        Some("String") => {
            let of = "StringAttributeConstraints";
            #[expect(clippy::cast_precision_loss, reason = "a value has 2,048 characters at most")]
            let length = given.chars().count() as f64;
            if bound(of, "MinLength").is_some_and(|least| length < least) {
                return no("String must be longer than its minimum length");
            }
            if bound(of, "MaxLength").is_some_and(|most| length > most) {
                return no("String must be no longer than its maximum length");
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Whether an attribute is one that can be changed.
pub(super) fn may_change(pool: &Pool, attribute: &Value) -> Verdict {
    let name = attribute["Name"].as_str().unwrap_or_default();
    match declared(pool, name)?["Mutable"].as_bool() {
        Some(true) => Ok(()),
        _ => Err(invalid(format!("user.{name}: Attribute cannot be updated."))),
    }
}

/// Whether an attribute can be taken away.
pub(super) fn may_go(pool: &Pool, name: &str) -> Verdict {
    if schema::required(&pool.schema).contains(&name) {
        return Err(unfit(name, "The attribute is required"));
    }
    Ok(())
}

/// Whether all that every user must have is there.
pub(super) fn complete(pool: &Pool, attributes: &[Value]) -> Verdict {
    let missing = |name: &&str| value(attributes, name).is_none_or(str::is_empty);
    match schema::required(&pool.schema).into_iter().find(missing) {
        Some(name) => Err(unfit(name, "The attribute is required")),
        None => Ok(()),
    }
}

fn declared<'a>(pool: &'a Pool, name: &str) -> Result<&'a Value, Refusal> {
    let found = pool.schema.iter().find(|attribute| attribute["Name"] == name);
    found.filter(|_| !OWN.contains(&name)).ok_or_else(|| unfit(name, "unknown attribute"))
}

fn unfit(name: &str, why: &str) -> Refusal {
    invalid(format!("Attributes did not conform to the schema: {name}: {why}"))
}

/// The user who has, as their alias, what somebody else is to have, and which it is.
pub(super) fn alias_taken<'a>(
    pool: &'a Pool,
    attributes: &[Value],
    own: Option<&str>,
) -> Option<(&'static str, &'a String)> {
    ["email", "phone_number", "preferred_username"].into_iter().find_map(|alias| {
        let wanted = value(attributes, alias).filter(|_| is_alias(pool, alias, attributes))?;
        let taken = |(name, user): &(&String, &User)| {
            Some(name.as_str()) != own
                && is_alias(pool, alias, &user.attributes)
                && value(&user.attributes, alias).is_some_and(|held| same(pool, held, wanted))
        };
        pool.users.iter().find(taken).map(|(name, _)| (alias, name))
    })
}

/// Whether somebody can sign in by an attribute: always by one that stands for the username, by an alias once it is
/// verified.
fn is_alias(pool: &Pool, alias: &str, attributes: &[Value]) -> bool {
    let of = |member: &str| doc::texts(&pool.settings, member).contains(&alias);
    let verified = || value(attributes, &format!("{alias}_verified")) == Some("true");
    of("UsernameAttributes") || of("AliasAttributes") && (alias == "preferred_username" || verified())
}

/// The user of this name.
pub(super) fn by_name<'a>(pool: &'a Pool, name: &str) -> Option<(&'a String, &'a User)> {
    pool.users.get_key_value(name).or_else(|| pool.users.iter().find(|(held, _)| same(pool, held, name)))
}

/// The user of this name, `sub` or alias.
pub(super) fn named<'a>(pool: &'a Pool, name: &str) -> Option<(&'a String, &'a User)> {
    let other = || {
        pool.users.iter().find(|(_, user)| {
            value(&user.attributes, "sub") == Some(name)
                || ["email", "phone_number", "preferred_username"].iter().any(|alias| {
                    is_alias(pool, alias, &user.attributes)
                        && value(&user.attributes, alias).is_some_and(|held| same(pool, held, name))
                })
        })
    };
    by_name(pool, name).or_else(other)
}

/// Whether two names are one: by their case too, unless the pool was made to look past it (`user_pool.md` 2,
/// `UsernameConfiguration`).
fn same(pool: &Pool, one: &str, other: &str) -> bool {
    let case = doc::child(&pool.settings, "UsernameConfiguration").and_then(|names| doc::flag(names, "CaseSensitive"));
    one == other || case == Some(false) && one.to_lowercase() == other.to_lowercase()
}

fn policy(pool: &Pool) -> Option<&Doc> {
    doc::child(&pool.settings, "Policies").and_then(|policies| doc::child(policies, "PasswordPolicy"))
}

/// Whether a password is one that the pool allows (`other_resources.md` 9, "per policy"). It is never said again.
pub(super) fn password(pool: &Pool, password: &str) -> Verdict {
    let policy = policy(pool);
    let asks = |member: &str| policy.and_then(|policy| doc::flag(policy, member)).unwrap_or(false);
    let least = policy.and_then(|policy| doc::number(policy, "MinimumLength")).unwrap_or(8);
    let lacks = |is: fn(char) -> bool| !password.chars().any(is);
    let wrong = [
        (i64::try_from(password.chars().count()).unwrap_or(i64::MAX) < least, "Password not long enough"),
        (asks("RequireUppercase") && lacks(|c| c.is_ascii_uppercase()), "Password must have uppercase characters"),
        (asks("RequireLowercase") && lacks(|c| c.is_ascii_lowercase()), "Password must have lowercase characters"),
        (asks("RequireNumbers") && lacks(|c| c.is_ascii_digit()), "Password must have numeric characters"),
        (asks("RequireSymbols") && lacks(|c| c.is_ascii_punctuation()), "Password must have symbol characters"),
    ];
    match wrong.iter().find(|(wrong, _)| *wrong) {
        Some((_, why)) => {
            Err(Refusal::new("InvalidPasswordException", format!("Password did not conform with policy: {why}")))
        }
        None => Ok(()),
    }
}

/// How many passwords back none may be used again.
pub(super) fn history(pool: &Pool) -> usize {
    let size = policy(pool).and_then(|policy| doc::number(policy, "PasswordHistorySize"));
    size.and_then(|size| usize::try_from(size).ok()).unwrap_or(0)
}

/// What is kept of a password.
pub(super) fn digest(password: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(Sha256::digest(password))
}

/// What `ListUsers` is asked for: an attribute, and what it is or begins with.
pub(super) struct Filter {
    attribute: String,
    begins: bool,
    wanted: String,
}

/// Reads `email = "ann@example.com"` or `name ^= "A"` (`quotas_errors.md` 5, `other_resources.md` 9).
pub(super) fn filter(text: &str) -> Result<Filter, Refusal> {
    const KNOWN: [&str; 10] = [
        "username",
        "email",
        "phone_number",
        "name",
        "given_name",
        "family_name",
        "preferred_username",
        "cognito:user_status",
        "status",
        "sub",
    ];
    let wrong = || invalid("Error while parsing filter.");
    let (attribute, value) = text.split_once('=').ok_or_else(wrong)?;
    let begins = attribute.ends_with('^');
    let attribute = attribute.trim_end_matches('^').trim();
    let value = value.trim();
    let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).ok_or_else(wrong)?;
    let mut wanted = String::new();
    let mut letters = quoted.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => wanted.push(letters.next().ok_or_else(wrong)?),
            '"' => return Err(wrong()),
            letter => wanted.push(letter),
        }
    }
    if !KNOWN.contains(&attribute) {
        return Err(invalid(format!("The attribute {attribute} cannot be searched.")));
    }
    Ok(Filter { attribute: attribute.to_owned(), begins, wanted })
}

impl Filter {
    /// Whether a user is one that is asked for.
    pub(super) fn fits(&self, name: &str, user: &User) -> bool {
        let held = match self.attribute.as_str() {
            "username" => Some(name),
            "cognito:user_status" => Some(if user.confirmed { "CONFIRMED" } else { "FORCE_CHANGE_PASSWORD" }),
            "status" => Some(if user.disabled { "Disabled" } else { "Enabled" }),
            attribute => value(&user.attributes, attribute),
        };
        held.is_some_and(|held| if self.begins { held.starts_with(&self.wanted) } else { held == self.wanted })
    }
}
