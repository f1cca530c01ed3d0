//! Stacks and directories that are not there, or are not what they should be.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::process::Command;

use super::row::{Row, row};

pub(super) fn rows() -> Vec<Row> {
    vec![
        row("no such stack").run("up shop --auto-approve").says("stacks here: base, dev, prod"),
        row("no such stack, but one like it").run("up dve --auto-approve").says("did you mean `dev`?"),
        row("a path out of the project").run("up ../dev --auto-approve").says("a stack's name is that of its file"),
        row("a name that is too long").run(format!("up {} --auto-approve", "a".repeat(70))).says("letters, digits"),
        row("an empty name").run("up --auto-approve").alter(|command| {
            command.arg("");
        }),
        row("a name that is not UTF-8").run("up --auto-approve").alter(|command| {
            command.arg(OsStr::from_bytes(b"d\xe9v"));
        }),
        row("no name").run("up").says("stack up"),
        row("a directory without stacks/")
            .with(|house| fs::remove_dir_all(house.path("stacks")).unwrap())
            .says("there is no directory `stacks` in [house]"),
        row("a file in the place of stacks/")
            .with(|house| {
                fs::remove_dir_all(house.path("stacks")).unwrap();
                fs::write(house.path("stacks"), "").unwrap();
            })
            .says("there is no directory `stacks` in [house]"),
        row("nothing in stacks/")
            .with(|house| {
                fs::remove_dir_all(house.path("stacks")).unwrap();
                fs::create_dir(house.path("stacks")).unwrap();
            })
            .says("write stacks/dev.yaml"),
        row("two files of one name").file("stacks/dev.yml", "{}").says("stacks/dev.yaml and stacks/dev.yml"),
        row("a directory in the place of the file")
            .with(|house| {
                fs::remove_file(house.path("stacks/dev.yaml")).unwrap();
                fs::create_dir(house.path("stacks/dev.yaml")).unwrap();
            })
            .says("stacks/dev.yaml cannot be read: it is not a file"),
        row("a pipe in the place of the file")
            .with(|house| pipe(&house.path("stacks/dev.yaml")))
            .says("stacks/dev.yaml cannot be read: it is not a file"),
        row("a link to itself").with(|house| link("dev.yaml", &house.path("stacks/dev.yaml"))).says("stacks/dev.yaml"),
        row("a link to nothing")
            .with(|house| link("elsewhere/dev.yaml", &house.path("stacks/dev.yaml")))
            .says("stacks/dev.yaml"),
        row("a stack file that may not be read")
            .with(|house| shut(&house.path("stacks/dev.yaml"), 0o000))
            .somebody()
            .says("stacks/dev.yaml cannot be read: permission is denied"),
        row("stacks/ that may not be read")
            .with(|house| shut(&house.path("stacks"), 0o000))
            .somebody()
            .says("permission is denied"),
    ]
}

/// Puts a named pipe there, which would keep whoever opens it waiting.
pub(super) fn pipe(path: &std::path::Path) {
    let _ = fs::remove_file(path);
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Puts a symbolic link there.
pub(super) fn link(target: &str, path: &std::path::Path) {
    let _ = fs::remove_file(path);
    symlink(target, path).unwrap();
}

/// Sets the permissions of what is there.
pub(super) fn shut(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}
