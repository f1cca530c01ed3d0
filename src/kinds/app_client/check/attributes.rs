//! What a client may read and write of a user.

use super::Sheet;

/// The attributes that every pool has (`user_pool.md` 5.1).
pub const STANDARD: [&str; 20] = [
    "address",
    "birthdate",
    "email",
    "email_verified",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "phone_number_verified",
    "picture",
    "preferred_username",
    "profile",
    "sub",
    "updated_at",
    "website",
    "zoneinfo",
];

/// The standard attributes that no client may write (`app_client.md` 1, WriteAttributes).
const UNWRITABLE: [&str; 3] = ["email_verified", "phone_number_verified", "sub"];

/// AWS's name for an attribute that a person names: a custom one may be written without `custom:`.
#[must_use]
pub fn attribute_name(written: &str) -> String {
    if STANDARD.contains(&written) || written.contains(':') { written.to_owned() } else { format!("custom:{written}") }
}

impl Sheet<'_> {
    pub(super) fn attributes(&mut self) {
        let client = self.client;
        let lists = [
            ("read_attributes", "read", &client.read_attributes),
            ("write_attributes", "write", &client.write_attributes),
        ];
        for (field, verb, names) in lists {
            let Some(names) = names else { continue };
            if names.is_empty() {
                self.refuse(
                    field,
                    format!("AWS takes an empty list for its default: the client may {verb} every standard attribute"),
                    "name the attributes that you want, or leave this out",
                );
                continue;
            }
            for name in names {
                self.attribute(field, verb, name);
            }
        }
        let Some(written) = client.write_attributes.as_ref().filter(|written| !written.is_empty()) else { return };
        for required in self.pool.required_attributes {
            if !UNWRITABLE.contains(&required.as_str()) && !written.contains(required) {
                self.refuse(
                    "write_attributes",
                    format!(
                        "the pool requires {required} of every user, and the client may not write it; {}",
                        answer("write")
                    ),
                    format!("add {required}"),
                );
            }
        }
    }

    /// One name of a list, as AWS will be sent it.
    fn attribute(&mut self, field: &str, verb: &str, name: &str) {
        let custom = name.strip_prefix("custom:");
        let (what, hint) = if STANDARD.contains(&name) {
            if verb == "read" || !UNWRITABLE.contains(&name) {
                return;
            }
            (format!("no client may write {name}"), "leave it out".to_owned())
        } else if name.starts_with("dev:") {
            (format!("{name} is for developers only, and no client may {verb} it"), "leave it out".to_owned())
        } else if let Some(custom) = custom {
            if self.pool.custom_attributes.contains(custom) {
                return;
            }
            let near = STANDARD
                .into_iter()
                .chain(self.pool.custom_attributes.iter().map(String::as_str))
                .find(|known| strsim::damerau_levenshtein(known, custom) <= 2);
            let add = format!("declare it under user_pool.attributes as {custom}");
            let hint = near.map_or_else(|| add.clone(), |near| format!("did you mean {near}? If not, {add}"));
            (format!("the pool has no attribute {custom}"), hint)
        } else {
            (
                format!("{name} is not an attribute's name"),
                "use a standard name, or `custom:` and a custom one".to_owned(),
            )
        };
        self.refuse(field, format!("{what}; {}", answer(verb)), hint);
    }
}

/// What AWS says of a wrong list (`app_client.md` 3).
fn answer(verb: &str) -> String {
    format!("AWS answers \"Invalid {verb} attributes specified while creating a client\"")
}
