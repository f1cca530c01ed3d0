//! `stack init`: what it writes, what it asks, and what it leaves alone.

mod flags;
mod offers;
#[cfg(unix)]
mod talks;

use std::collections::BTreeMap;
use std::path::Path;

use crate::world::World;

/// A house with an empty project in it, `shop`, in which commands are run with `-C shop`.
fn project() -> World {
    let world = World::empty();
    std::fs::create_dir(world.path("shop")).unwrap();
    world
}

/// Every file of the project with its bytes; those of the sandbox's world left out.
fn files(world: &World) -> BTreeMap<String, Vec<u8>> {
    fn walk(dir: &Path, below: &str, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{below}{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                if name != "state/sandbox" {
                    walk(&entry.path(), &format!("{name}/"), files);
                }
            } else {
                files.insert(name, std::fs::read(entry.path()).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(&world.path("shop"), "", &mut found);
    found
}

/// That the stack is a good one: valid, without errors of lint, and made in the sandbox so that nothing is left to do.
#[track_caller]
fn is_good(world: &World, stack: &str) {
    world.run(&format!("-C shop validate {stack}")).ok();
    world.run(&format!("-C shop lint {stack}")).ok();
    world.run("-C shop schema --check").ok();
    world.run(&format!("-C shop up {stack} --sandbox --auto-approve")).ok();
    let again = world.run(&format!("-C shop plan {stack} --sandbox --detailed-exitcode"));
    assert_eq!(again.code, Some(0), "{again}");
}
