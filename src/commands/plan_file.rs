//! A plan in a file: written by `stack plan --out`, read by `stack show` and `stack apply --plan`.
//!
//! It holds what was decided and what that rests on: the state's serial, a digest of each file that was read, account
//! and Region. What it says is shown to people and compared with what is found out anew; nothing of it is ever sent.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::error::Category;

use crate::engine::decide::Options;
use crate::engine::plan::Plan;
use crate::error::{Error, Result};
use crate::kinds::ui_customization::FileDigest;
use crate::state::WRITER;

/// The version of the format that this program writes.
const VERSION: u64 = 1;
/// What every such file says of itself.
const FORMAT: &str = "stack-plan";
/// What a stack file of the largest size makes is a fraction of this.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// A plan that was kept, with what it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// What made it: `stack 0.1.0`.
    pub written_by: String,
    /// When: RFC 3339, UTC.
    pub made_at: String,
    /// Whether it is for the AWS in this process.
    pub is_sandbox: bool,
    /// Whose objects it is about.
    pub account: Option<String>,
    /// Where they are.
    pub region: String,
    /// Each file that was read for it, with its SHA-256.
    pub inputs: BTreeMap<String, String>,
    /// What was asked for.
    pub asked: Options,
    /// The plan.
    pub plan: Plan,
    /// What its checks found, for programs. They look anew when it is carried out.
    pub checks: Value,
}

/// Sees whether a plan can be kept here, before anybody has worked for it.
///
/// # Errors
/// When there is no such directory, or something else than a plan is there already.
pub fn may_be(path: &Path) -> Result<()> {
    if !parent(path).is_dir() {
        return Err(Error::usage(format!("cannot keep the plan in {}: there is no such directory", path.display()))
            .hinted("make the directory, or name another"));
    }
    if path.symlink_metadata().is_ok() && !is_plan(path) {
        return Err(Error::usage(format!("{} is there already, and is no plan", path.display()))
            .hinted("name another file: this one would be lost"));
    }
    Ok(())
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes a plan, whole, for its own user alone.
///
/// # Errors
/// When it cannot be written there.
pub fn write(path: &Path, kept: &Kept) -> Result<()> {
    may_be(path)?;
    let bug = |error| Error::bug("the plan cannot be written").caused_by(error);
    let value = serde_json::to_value(kept).map_err(bug)?;
    let whole = serde_json::json!({
        "format": FORMAT,
        "version": VERSION,
        "sha256": digest(&value),
        "kept": value,
    });
    let text = serde_json::to_vec_pretty(&whole).map_err(bug)?;
    let put = || {
        // A temporary file of this crate has mode 0600, and keeps it when it is put in place.
        let mut file = tempfile::Builder::new().prefix(".plan.").tempfile_in(parent(path))?;
        file.write_all(&text)?;
        file.write_all(b"\n")?;
        file.persist(path).map(drop).map_err(|error| error.error)
    };
    put().map_err(|error| {
        Error::usage(format!("cannot write the plan to {}", path.display()))
            .caused_by(error)
            .hinted("check that the directory is there, and who may write in it")
    })
}

/// Reads a plan.
///
/// # Errors
/// When there is none, and when it is not whole, not a plan, of a newer format, or not as it was written.
pub fn read(path: &Path) -> Result<Kept> {
    let name = path.display();
    let text = text_of(path)?;
    let again = |error: Error| error.hinted("plan again, with `stack plan STACK --out FILE`");
    let whole: Value = serde_json::from_slice(&text).map_err(|error| match error.classify() {
        Category::Eof => again(Error::usage(format!("the plan in {name} was cut short")).caused_by(error)),
        _ => no_plan(path, &text),
    })?;
    let part = |key: &str| whole.get(key).unwrap_or(&Value::Null);
    let (Some(FORMAT), Some(version)) = (part("format").as_str(), part("version").as_u64()) else {
        return Err(no_plan(path, &text));
    };
    if version > VERSION {
        return Err(Error::usage(format!(
            "{name} has format {version}; this is {WRITER}, which reads up to {VERSION}"
        ))
        .hinted("a newer version of stack has written it: use that version, or plan again with this one"));
    }
    if part("sha256").as_str() != Some(&digest(part("kept"))) {
        return Err(again(Error::usage(format!(
            "{name} was changed after it was written: it is not the plan that was made"
        ))));
    }
    serde_json::from_value(part("kept").clone()).map_err(|error| {
        again(
            Error::usage(format!("the plan in {name} cannot be read: another version of stack has written it"))
                .caused_by(error),
        )
    })
}

fn text_of(path: &Path) -> Result<Vec<u8>> {
    let name = path.display();
    let unreadable = |error: std::io::Error| {
        let what =
            if error.kind() == std::io::ErrorKind::NotFound { "there is no plan" } else { "cannot read the plan" };
        Error::usage(format!("{what} {name}")).caused_by(error).hinted("`stack plan STACK --out FILE` makes one")
    };
    let meta = fs::metadata(path).map_err(unreadable)?;
    if !meta.is_file() || meta.len() > MAX_BYTES {
        let what = if meta.is_file() { "is too large to be a plan" } else { "is not a file" };
        return Err(Error::usage(format!("{name} {what}")).hinted("`stack plan STACK --out FILE` makes a plan"));
    }
    fs::read(path).map_err(unreadable)
}

fn is_plan(path: &Path) -> bool {
    let whole = fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() <= MAX_BYTES);
    let value = whole.then(|| fs::read(path).ok()).flatten();
    // One that was cut short is as little worth as the next one to be written over it.
    value.is_some_and(|text| {
        text.is_empty() || String::from_utf8_lossy(&text).contains(&format!("\"format\": \"{FORMAT}\""))
    })
}

fn no_plan(path: &Path, text: &[u8]) -> Error {
    let error = Error::usage(format!("{} is no plan of this program", path.display()));
    if text.starts_with(b"PK") {
        return error.hinted("it looks like one of Terraform's, which only Terraform reads");
    }
    error.hinted("`stack plan STACK --out FILE` makes one; `stack plan --json` is for other programs to read")
}

fn digest(value: &Value) -> String {
    FileDigest::of(value.to_string().as_bytes()).sha256
}
