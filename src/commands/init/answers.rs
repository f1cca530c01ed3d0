//! What `stack init` is told: by flags, or on a terminal, where a wrong answer is said to be so and asked for again.
//!
//! Each answer is held against the rules of the whole file, so that there are no others here.

use std::path::Path;

use crate::cli::Init;
use crate::engine::run::new_token;
use crate::error::{Error, Problem, Result};
use crate::kinds::hosted_zone::{Wanted, Zone, choose};
use crate::kinds::names::{canonical, reserved_word};
use crate::stack::first::{First, Pages, Records};
use crate::stack::{load, unknown_region};
use crate::ui::Ui;

/// Where answers come from, and what they are held against.
pub(super) struct Answers<'a> {
    /// The project.
    pub root: &'a Path,
    /// Whoever is asked.
    pub ui: &'a Ui,
}

/// One thing to be known.
struct Question<'a> {
    /// As a person is asked it.
    text: &'a str,
    /// The flag that answers it, and its value where it was given.
    flag: (&'a str, Option<&'a str>),
    /// What holds where nothing is said.
    default: &'a str,
}

impl Answers<'_> {
    /// The answer to a question: the flag's, the person's, or the default where nobody is there.
    fn answer(&self, question: &Question<'_>, wrong: impl Fn(&str) -> Option<Problem>) -> Result<String> {
        let Question { text, flag: (flag, given), default } = question;
        if let Some(given) = given {
            return match wrong(given) {
                None => Ok((*given).to_owned()),
                Some(Problem { message, hint, .. }) => {
                    let error = Error::usage(format!("{flag}: {message}"));
                    Err(hint.into_iter().fold(error, Error::hinted).hinted("nothing was written"))
                }
            };
        }
        if !self.ui.is_interactive() {
            return Ok((*default).to_owned());
        }
        loop {
            let Some(said) = self.ui.prompt(text, default) else {
                return Err(Error::usage("the answers ended before the last question").hinted("nothing was written"));
            };
            let said = if said.is_empty() { (*default).to_owned() } else { said };
            let Some(Problem { message, hint, .. }) = wrong(&said) else { return Ok(said) };
            self.ui.say(&format!("  {message}{}", hint.map(|hint| format!(": {hint}")).unwrap_or_default()));
        }
    }

    /// What is wrong at one of these paths of the file that these answers make, if anything is.
    fn objection(&self, first: &First, paths: &[&str]) -> Option<Problem> {
        let read = load::draft(self.root, &first.stack, &first.text());
        read.problems.into_iter().find(|problem| paths.iter().any(|path| problem.at.starts_with(path)))
    }

    /// The stack's name, of which there is no file yet.
    pub(super) fn stack(&self, given: Option<&str>, default: &str) -> Result<String> {
        // What is there already is refused at once, before anything else is asked.
        if let Some(file) = given.and_then(|given| load::existing(self.root, given)) {
            return Err(taken(&file));
        }
        let question = Question { text: "Name of the stack", flag: ("STACK", given), default };
        let name = self.answer(&question, |name| {
            if !crate::address::is_name(name) {
                let hint = "1 to 64 letters, digits, `_` and `-`";
                return Some(Problem::new("", format!("`{name}` cannot be a stack's name")).hint(hint));
            }
            let file = load::existing(self.root, name)?;
            Some(Problem::new("", format!("{file} is there already")).hint("choose another name"))
        })?;
        match load::existing(self.root, &name) {
            Some(file) => Err(taken(&file)),
            None => Ok(name),
        }
    }

    pub(super) fn region(&self, given: Option<&str>, default: &str) -> Result<String> {
        let question = Question { text: "AWS Region", flag: ("--region", given), default };
        self.answer(&question, unknown_region)
    }

    /// The account that a flag names, if one does.
    pub(super) fn account(&self, first: &First, is_given: bool) -> Result<()> {
        let given = first.account.as_deref().filter(|_| is_given);
        let question = Question { text: "", flag: ("--account", given), default: "" };
        if given.is_some() {
            self.answer(&question, |_| self.objection(first, &["account"]))?;
        }
        Ok(())
    }

    pub(super) fn pool(&self, first: &mut First, given: Option<&str>) -> Result<()> {
        let default = format!("{}-{}", project(self.root), first.stack);
        let question = Question { text: "Name of the user pool", flag: ("--pool-name", given), default: &default };
        let pool = self.answer(&question, |pool| {
            self.objection(&First { pool: pool.to_owned(), ..first.clone() }, &["user_pool.name"])
        })?;
        first.pool = pool;
        Ok(())
    }

    /// Where the sign-in pages are: at a name below one of the account's zones, if it has any.
    pub(super) fn pages(&self, first: &mut First, ask: &Init, zones: Option<&[Zone]>) -> Result<()> {
        if let Some(zones) = zones.filter(|_| self.ui.is_interactive()) {
            let names: Vec<&str> = zones.iter().map(|zone| zone.name.as_str()).collect();
            self.ui.say(&match names.as_slice() {
                [] => "This account has no public hosted zone.".to_owned(),
                names => format!("Public hosted zones of this account: {}", names.join(", ")),
            });
        }
        let zone = zones.and_then(<[Zone]>::first);
        let given = match ask {
            Init { domain: Some(_), .. } => Some("domain"),
            Init { prefix: Some(_), .. } => Some("prefix"),
            Init { no_domain: true, .. } => Some("none"),
            _ => None,
        };
        let text = "Sign-in pages at a domain of your own, at a prefix of AWS's, or none (domain, prefix, none)";
        let default = if zone.is_some() { "domain" } else { "prefix" };
        let where_to = self.answer(&Question { text, flag: ("", given), default }, |said| {
            let is_known = ["domain", "prefix", "none"].contains(&said);
            (!is_known).then(|| Problem::new("", format!("`{said}` is not one of domain, prefix and none")))
        })?;
        first.pages = match &*where_to {
            "domain" => self.custom(first, ask.domain.as_deref(), zones)?,
            "prefix" => self.prefix(first, ask.prefix.as_deref())?,
            _ => Pages::None,
        };
        Ok(())
    }

    fn custom(&self, first: &First, given: Option<&str>, zones: Option<&[Zone]>) -> Result<Pages> {
        let zone = zones.and_then(<[Zone]>::first).map_or("example.com", |zone| &zone.name);
        let host = if first.is_production { "auth".to_owned() } else { format!("auth-{}", label(&first.stack)) };
        let default = format!("{host}.{zone}");
        let question = Question { text: "Domain of the sign-in pages", flag: ("--domain", given), default: &default };
        let pages = |name: &str| {
            let name = canonical(name);
            let records = match zones.map(|zones| choose(zones, Wanted::Closest, &name)) {
                Some(Ok(zone)) => Records::Zone(zone.name.clone()),
                Some(Err(_)) if !zones.into_iter().flatten().any(|zone| is_below(&name, &zone.name)) => Records::Manual,
                // Two zones of one name: which of them is live is for the plan to say.
                Some(Err(_)) | None => Records::Closest,
            };
            Pages::Custom { name, records }
        };
        let name =
            self.answer(&question, |name| self.objection(&First { pages: pages(name), ..first.clone() }, &["domain"]))?;
        Ok(pages(&name))
    }

    fn prefix(&self, first: &First, given: Option<&str>) -> Result<Pages> {
        let default = free_prefix(&first.pool)?;
        let question = Question {
            text: "Prefix, of 1 to 63 lower-case letters, digits and `-`",
            flag: ("--prefix", given),
            default: &default,
        };
        let pages = |prefix: &str| Pages::Prefix(prefix.to_owned());
        let prefix = self.answer(&question, |prefix| {
            self.objection(&First { pages: pages(prefix), ..first.clone() }, &["domain"])
        })?;
        Ok(pages(&prefix))
    }

    /// Where people are sent after signing in, if there are pages that send them.
    pub(super) fn callbacks(&self, first: &mut First, given: &[String], zones: Option<&[Zone]>) -> Result<()> {
        if first.pages == Pages::None {
            return Ok(());
        }
        let zone = zones.and_then(<[Zone]>::first).filter(|_| first.is_production);
        let default = zone.map_or_else(
            || "http://localhost:3000/callback".to_owned(),
            |zone| format!("https://app.{}/callback", zone.name),
        );
        let wrong = |url: &str| {
            let with = First { callbacks: vec![url.to_owned()], ..first.clone() };
            self.objection(&with, &["app_clients"])
        };
        // All that is wrong at once: whoever has given ten does not want to be told of one at a time.
        let refused: Vec<Problem> = given.iter().filter_map(|url| wrong(url)).collect();
        if refused.len() > 1 {
            let messages: Vec<&str> = refused.iter().map(|problem| problem.message.as_str()).collect();
            let mut error = Error::usage(format!("--callback-url: {}", messages.join("; ")));
            let mut told: Vec<&String> = Vec::new();
            for hint in refused.iter().filter_map(|problem| problem.hint.as_ref()) {
                if !told.contains(&hint) {
                    told.push(hint);
                    error = error.hinted(hint.clone());
                }
            }
            return Err(error.hinted("nothing was written"));
        }
        let text = "Where people are sent after signing in";
        let of = |given| self.answer(&Question { text, flag: ("--callback-url", given), default: &default }, wrong);
        let mut callbacks = Vec::new();
        for given in given {
            let url = of(Some(given))?;
            if !callbacks.contains(&url) {
                callbacks.push(url);
            }
        }
        if callbacks.is_empty() {
            callbacks.push(of(None)?);
        }
        first.callbacks = callbacks;
        Ok(())
    }

    /// That the whole file is valid.
    pub(super) fn whole(&self, first: &First) -> Result<()> {
        let read = load::draft(self.root, &first.stack, &first.text());
        if read.problems.is_empty() {
            return Ok(());
        }
        Err(Error::problems("this makes no valid stack file", read.problems).hinted("nothing was written"))
    }
}

fn taken(file: &str) -> Error {
    Error::usage(format!("{file} is there already"))
        .hinted("choose another name for the stack: `stack init NAME`; nothing was written")
}

/// What the project is called: its directory, in letters that every name takes.
fn project(root: &Path) -> String {
    let here = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    let name = here.canonicalize().ok().and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
    let name = label(&name.unwrap_or_default());
    if name.is_empty() { "app".to_owned() } else { name.chars().take(60).collect() }
}

/// A text in what a DNS label takes.
fn label(text: &str) -> String {
    let text: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    text.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// A prefix that nobody is likely to have: all accounts of a Region share them.
fn free_prefix(pool: &str) -> Result<String> {
    let own: String = label(pool).chars().take(40).collect();
    let own = if own.is_empty() || reserved_word(&own).is_some() { "login".to_owned() } else { own };
    let chance: String = new_token()?.chars().take(6).collect();
    Ok(format!("{}-{chance}", own.trim_end_matches('-')))
}

fn is_below(name: &str, zone: &str) -> bool {
    crate::kinds::names::is_within(name, zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_what_every_name_takes() {
        assert_eq!(label("My Shop_2"), "my-shop-2");
        assert_eq!(label("größe"), "gr-e");
        assert_eq!(label("日本"), "");
        for pool in ["shop-dev", "", "日本", "my-cognito-app", "aws", &"x".repeat(128)] {
            let prefix = free_prefix(pool).unwrap();
            assert!(prefix.len() <= 63 && reserved_word(&prefix).is_none() && !prefix.starts_with('-'), "{prefix}");
        }
        assert!(free_prefix("shop").unwrap() != free_prefix("shop").unwrap(), "two people get two");
    }
}
