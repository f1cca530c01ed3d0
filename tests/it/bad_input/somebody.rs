//! Permissions do not bind the super-user, so what they refuse is tried as somebody else.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use crate::setup::House;

/// Nobody, wherever there is one.
const NOBODY: u32 = 65_534;

/// The same command, of a user whom permissions bind, and to whom all of the house belongs.
pub(super) fn program(house: &House, command: &Command) -> Command {
    let root = house.root.path();
    if fs::metadata(root).unwrap().uid() != 0 {
        return again(command, command.get_program().as_ref());
    }
    // Where the build lies may be closed to others.
    let program = house.path("program");
    if fs::hard_link(command.get_program(), &program).is_err() {
        fs::copy(command.get_program(), &program).unwrap();
    }
    for path in below(root) {
        // A link's target is no matter of this house's.
        if !path.is_symlink() {
            chown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }
    let mut command = again(command, &program);
    command.uid(NOBODY).gid(NOBODY);
    command
}

/// The same words and environment, to another program.
pub(super) fn again(command: &Command, program: &Path) -> Command {
    let mut other = Command::new(program);
    other.args(command.get_args()).env_clear();
    for (name, value) in command.get_envs() {
        value.map(|value| other.env(name, value));
    }
    other
}

/// Opens what was closed, so that it can be cleared away.
pub(super) fn give_back(root: &Path) {
    let mut open = vec![root.to_owned()];
    while let Some(directory) = open.pop() {
        fs::set_permissions(&directory, fs::Permissions::from_mode(0o755)).unwrap();
        let entries = fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap());
        open.extend(entries.filter(|entry| entry.file_type().unwrap().is_dir()).map(|entry| entry.path()));
    }
}

/// A directory, and all that lies below it.
fn below(root: &Path) -> Vec<std::path::PathBuf> {
    let mut all = vec![root.to_owned()];
    let mut next = 0;
    while next < all.len() {
        if all[next].is_dir() && !all[next].is_symlink() {
            all.extend(fs::read_dir(&all[next]).unwrap().map(|entry| entry.unwrap().path()));
        }
        next += 1;
    }
    all
}
