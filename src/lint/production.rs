//! Which stacks are production.

use crate::stack::Loaded;

/// What a production stack is called.
const WORDS: [&str; 3] = ["production", "prod", "live"];

/// Whether real people sign in here: what the file says, else what the stack is called.
#[must_use]
pub fn is_production(loaded: &Loaded) -> bool {
    let said = loaded.file.lint.as_ref().and_then(|lint| lint.production);
    said.unwrap_or_else(|| is_called_so(&loaded.name))
}

/// Whether a name is one of the words, or begins with one: `prod-eu`, `prod2`, and not `products`.
#[must_use]
pub fn is_called_so(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    WORDS.iter().filter_map(|word| name.strip_prefix(word)).any(|rest| !rest.starts_with(|c: char| c.is_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_production_stack_is_called_so() {
        for name in ["prod", "production", "live", "PROD", "prod-eu", "prod_2", "prod2", "live-eu-west-1"] {
            assert!(is_called_so(name), "{name}");
        }
        for name in ["dev", "preprod", "non-prod", "products", "livestock", "productions", "p", "test"] {
            assert!(!is_called_so(name), "{name}");
        }
    }
}
