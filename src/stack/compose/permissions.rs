//! The permission for Cognito to invoke each function that is a trigger, once for a function; and the ARNs of functions
//! that are named without one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Composed, Composing};
use crate::address::Address;
use crate::error::Result;
use crate::kind::{Kind, Ref};
use crate::kinds::digest::sha256;
use crate::kinds::lambda_permission::LambdaPermission;
use crate::kinds::user_pool::UserPool;
use crate::stack::PermissionSettings;

/// How long a name may be, less a digest.
const LONGEST_STEM: usize = 55;

impl Composing<'_> {
    pub(super) fn lambda_permissions(&mut self) -> Result<()> {
        let Some(config) = &self.file.user_pool.lambda_config else { return Ok(()) };
        let PermissionSettings { manage, except } = self.file.lambda_permissions.clone().unwrap_or_default();
        if manage == Some(false) {
            return Ok(());
        }
        let mut functions: BTreeMap<String, &str> = BTreeMap::new();
        for (path, function) in config.functions() {
            if !except.contains(trigger(path)) {
                functions.entry(function.to_owned()).or_insert(path);
            }
        }
        let all: Vec<&str> = functions.keys().map(String::as_str).collect();
        let names = names(&all);
        for ((function, path), name) in functions.into_iter().zip(names) {
            let address = Address::named(LambdaPermission::NAME, &name);
            let spec = LambdaPermission { user_pool: Ref::one(), function };
            self.add(address, format!("user_pool.lambda_config.{path}"), &spec)?;
        }
        Ok(())
    }
}

/// The trigger of a path in `lambda_config`: `pre_token_generation` of `pre_token_generation.lambda_arn`.
#[must_use]
pub fn trigger(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}

/// A function's name, with its version or alias: what an ARN ends with.
#[must_use]
pub fn bare(function: &str) -> &str {
    match function.strip_prefix("arn:") {
        Some(_) => function.splitn(7, ':').last().unwrap_or(function),
        None => function,
    }
}

/// What the permissions of these functions are called: after their functions; with a digest where that would be too long,
/// or the same for two of them.
fn names(functions: &[&str]) -> Vec<String> {
    let plain = |function: &str| bare(function).replace(':', "_");
    let mut seen = BTreeSet::new();
    let several: BTreeSet<String> =
        functions.iter().map(|function| plain(function)).filter(|name| !seen.insert(name.clone())).collect();
    let named = |function: &&str| {
        let name = plain(function);
        if name.len() <= LONGEST_STEM && !several.contains(&name) {
            return name;
        }
        let digest: String = sha256(function.as_bytes()).chars().take(8).collect();
        format!("{}_{digest}", name.chars().take(LONGEST_STEM).collect::<String>())
    };
    functions.iter().map(named).collect()
}

impl Composed {
    /// Whether functions are named without their ARNs, so that account and Region must be known.
    #[must_use]
    pub fn names_functions(&self) -> bool {
        self.texts().any(|function| !function.starts_with("arn:"))
    }

    /// Names every function by its ARN: one that is named otherwise is of this account and Region.
    pub fn name_functions(&mut self, region: &str, account: &str) {
        let partition = match region {
            region if region.starts_with("cn-") => "aws-cn",
            region if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        };
        for (address, resource) in &mut self.desired.resources {
            each_function(address, &mut resource.spec, &mut |function| {
                if !function.starts_with("arn:") {
                    *function = format!("arn:{partition}:lambda:{region}:{account}:function:{function}");
                }
            });
        }
    }

    fn texts(&self) -> impl Iterator<Item = String> {
        let mut found = Vec::new();
        for (address, resource) in &self.desired.resources {
            each_function(address, &mut resource.spec.clone(), &mut |function| found.push(function.clone()));
        }
        found.into_iter()
    }
}

/// Does something with each place of a spec that names a function.
fn each_function(address: &Address, spec: &mut Value, act: &mut impl FnMut(&mut String)) {
    let mut on = |value: Option<&mut Value>| {
        if let Some(Value::String(text)) = value {
            act(text);
        }
    };
    match address.kind.as_str() {
        UserPool::NAME => {
            let config = spec.get_mut("lambda_config").and_then(Value::as_object_mut);
            for (key, value) in config.into_iter().flatten() {
                match value {
                    Value::Object(trigger) => on(trigger.get_mut("lambda_arn")),
                    value if key != "kms_key_id" => on(Some(value)),
                    _ => {}
                }
            }
        }
        LambdaPermission::NAME => on(spec.get_mut("function")),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::is_name;

    #[test]
    fn a_permission_is_called_after_its_function() {
        let arn = |rest: &str| format!("arn:aws:lambda:eu-west-1:111122223333:function:{rest}");
        let long = "x".repeat(64);
        let functions = [arn("gate"), arn("gate:live"), "mail".to_owned(), "a:b".to_owned(), arn("a_b"), arn(&long)];
        let names = names(&functions.each_ref().map(String::as_str));
        assert_eq!(names[..3], ["gate", "gate_live", "mail"]);
        assert!(names[3].starts_with("a_b_") && names[4].starts_with("a_b_") && names[3] != names[4], "{names:?}");
        assert!(names.iter().all(|name| is_name(name)), "{names:?}");
    }
}
