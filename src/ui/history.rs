//! The versions of a state, listed.

use serde_json::{Value, json};

use super::line::{self, DIM, Line, PLAIN, clean, joined};
use crate::state::s3::Version;

/// A line for each version, the newest first: its id, its serial, when it was written and by whom.
#[must_use]
pub fn text(versions: &[Version]) -> String {
    let serials: Vec<String> = versions.iter().map(serial).collect();
    let ids = versions.iter().map(|one| line::width(&one.id)).max().unwrap_or(0) + 2;
    let width = serials.iter().map(|serial| line::width(serial)).max().unwrap_or(0) + 2;
    let lines: Vec<Line> = versions
        .iter()
        .zip(serials)
        .map(|(one, serial)| {
            let objects = one.state.as_ref().map_or(String::new(), |state| match state.resources.len() {
                1 => "1 object".to_owned(),
                count => format!("{count} objects"),
            });
            let by = one.by.as_deref().map(|by| format!("  {by}")).unwrap_or_default();
            Line::styled(PLAIN, clean(&one.id))
                .padded(ids)
                .with(PLAIN, serial)
                .padded(ids + width)
                .with(PLAIN, clean(&one.written))
                .padded(ids + width + 22)
                .with(PLAIN, objects)
                .padded(ids + width + 22 + 12)
                .with(DIM, clean(by.trim_start()))
        })
        .collect();
    joined(&lines)
}

fn serial(version: &Version) -> String {
    version.state.as_ref().map_or_else(|| "deleted".to_owned(), |state| format!("serial {}", state.serial))
}

/// The same as JSON.
#[must_use]
pub fn json(versions: &[Version]) -> Value {
    let one = |version: &Version| {
        let Version { id, written, is_latest, state, by } = version;
        json!({
            "version": id,
            "written": written,
            "is_latest": is_latest,
            "is_deleted": state.is_none(),
            "serial": state.as_ref().map(|state| state.serial),
            "lineage": state.as_ref().map(|state| &state.lineage),
            "objects": state.as_ref().map(|state| state.resources.len()),
            "by": by,
        })
    };
    Value::Array(versions.iter().map(one).collect())
}
