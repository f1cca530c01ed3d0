//! What AWS would refuse of a pool's attributes, and of signing in with them (`user_pool.md` 5.2, 7).

use super::super::attributes::{CustomAttribute, LONGEST};
use super::super::bound::Bound;
use super::super::enums::{AliasAttribute, AttributeType, VerifiedAttribute};
use super::Check;
use super::text::{chars, each_is};

/// The most attributes of a pool's own (`user_pool.md` 5.2).
const MOST: usize = 50;

impl Check<'_> {
    pub(super) fn attributes(&mut self) {
        self.identity();
        self.custom();
        self.standard();
    }

    fn identity(&mut self) {
        let pool = self.pool;
        let alias = pool.alias_attributes.as_ref().filter(|set| !set.is_empty());
        if alias.is_some() && pool.username_attributes.as_ref().is_some_and(|set| !set.is_empty()) {
            self.problem(
                "alias_attributes",
                "only one of `alias_attributes` and `username_attributes` can be set",
                "keep `username_attributes` for sign-in by e-mail or phone alone, `alias_attributes` beside a username",
            );
        }
        let required = pool
            .standard_attributes
            .as_ref()
            .and_then(|standard| standard.preferred_username.as_ref())
            .is_some_and(|attribute| attribute.required == Some(true));
        if required && alias.is_some_and(|set| set.contains(&AliasAttribute::PreferredUsername)) {
            self.problem(
                "standard_attributes.preferred_username.required",
                "preferred_username cannot be both an alias and required",
                "take it out of `alias_attributes`, or do not require it",
            );
        }
        let verified = pool.auto_verified_attributes.as_ref();
        if verified.is_some_and(|set| set.contains(&VerifiedAttribute::PhoneNumber)) && pool.sms_configuration.is_none()
        {
            self.problem(
                "auto_verified_attributes",
                "AWS cannot verify phone_number without a way to send SMS",
                "add `sms_configuration`",
            );
        }
        let before = pool
            .user_attribute_update_settings
            .as_ref()
            .and_then(|settings| settings.attributes_require_verification_before_update.as_ref());
        for attribute in before.into_iter().flatten().filter(|it| !verified.is_some_and(|set| set.contains(it))) {
            self.problem(
                "user_attribute_update_settings.attributes_require_verification_before_update",
                format!("{attribute} is not verified, so its change cannot wait for that"),
                format!("add {attribute} to `auto_verified_attributes`"),
            );
        }
    }

    fn custom(&mut self) {
        let Some(attributes) = &self.pool.attributes else { return };
        if attributes.len() > MOST {
            let message = format!("{} attributes are too many", attributes.len());
            self.problem("attributes", message, format!("AWS takes {MOST} at most, and this cannot be raised"));
        }
        for (name, attribute) in attributes {
            let path = format!("attributes.{name}");
            self.custom_name(&path, name);
            self.custom_constraints(&path, attribute);
        }
    }

    fn custom_name(&mut self, path: &str, name: &str) {
        if name.starts_with("dev:") {
            let hint = "write the name without it, and `developer_only: true`";
            self.problem(path, "`dev:` is AWS's mark, not part of a name", hint);
            return;
        }
        if !(1..=20).contains(&chars(name)) {
            let message = format!("the name of an attribute has 1 to 20 characters, and this has {}", chars(name));
            self.problem(path, message, "choose another; it can never be renamed");
        }
        // [\p{L}\p{M}\p{S}\p{N}\p{P}]+ (user_pool.md 5.2)
        if name.chars().any(|c| c.is_whitespace() || c.is_control()) {
            self.problem(path, "the name of an attribute has no spaces", "use `_` instead");
        }
    }

    fn custom_constraints(&mut self, path: &str, attribute: &CustomAttribute) {
        let CustomAttribute {
            attribute_type,
            mutable: _,
            developer_only: _,
            min_length,
            max_length,
            min_value,
            max_value,
        } = attribute;
        let has_lengths = min_length.is_some() || max_length.is_some();
        let has_values = min_value.is_some() || max_value.is_some();
        if has_lengths && *attribute_type != AttributeType::String {
            let message = format!("`min_length` and `max_length` are for a String, and this is a {attribute_type}");
            self.problem(path, message, "take them out, or set `type: String`");
        }
        if has_values && *attribute_type != AttributeType::Number {
            let message = format!("`min_value` and `max_value` are for a Number, and this is a {attribute_type}");
            self.problem(path, message, "take them out, or set `type: Number`");
        }
        self.lengths(path, *min_length, *max_length);
        self.values(path, min_value.as_ref(), max_value.as_ref());
    }

    fn lengths(&mut self, path: &str, least: Option<u32>, most: Option<u32>) {
        for (field, value) in [("min_length", least), ("max_length", most)] {
            if value.is_some_and(|value| value > LONGEST) {
                let path = format!("{path}.{field}");
                self.problem(&path, "an attribute holds 2048 characters at most", "set 2048 or less");
            }
        }
        if least.unwrap_or(0) > most.unwrap_or(LONGEST) {
            self.problem(path, "the longest value is shorter than the shortest", "raise `max_length`");
        }
    }

    fn values(&mut self, path: &str, least: Option<&Bound>, most: Option<&Bound>) {
        for (field, bound) in [("min_value", least), ("max_value", most)] {
            let Some(bound) = bound else { continue };
            let digits = bound.as_str().trim_start_matches(['-', '+']);
            let is_number = each_is(digits, |c| c.is_ascii_digit() || c == '.');
            // 2^1023 (user_pool.md 5.2)
            if !is_number || !bound.value().is_some_and(|value| value.abs() <= 2_f64.powi(1023)) {
                let path = format!("{path}.{field}");
                self.problem(&path, format!("`{}` is no number that AWS can hold", bound.as_str()), "write digits");
            }
        }
        let (least, most) = (least.and_then(Bound::value), most.and_then(Bound::value));
        if least.zip(most).is_some_and(|(least, most)| least > most) {
            self.problem(path, "the greatest value is less than the least", "raise `max_value`");
        }
    }

    fn standard(&mut self) {
        let Some(standard) = &self.pool.standard_attributes else { return };
        for (name, attribute) in standard.texts() {
            self.lengths(&format!("standard_attributes.{name}"), attribute.min_length, attribute.max_length);
        }
        if let Some(date) = &standard.birthdate {
            let (least, most) = (date.min_length.unwrap_or(10), date.max_length.unwrap_or(10));
            self.lengths("standard_attributes.birthdate", Some(least), Some(most));
        }
        if let Some(time) = &standard.updated_at {
            self.values("standard_attributes.updated_at", time.min_value.as_ref(), time.max_value.as_ref());
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn unicode_letters_are_good_names() {
        let pool = serde_json::from_value(serde_json::json!({
            "name": "x", "attributes": { "größe": { "type": "String" }, "ok-1": { "type": "Boolean" } },
        }));
        let mut problems = Vec::new();
        super::super::check(&pool.unwrap(), None, "user_pool", &mut problems);
        assert_eq!(problems, []);
    }
}
