//! Python packages for the tests, installed once into a virtual environment among the build's files.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A virtual environment with all that was asked for in it.
pub struct Venv {
    /// Its interpreter.
    pub python: PathBuf,
    /// Where its scripts are.
    pub bin: PathBuf,
}

/// The environment of this name with these requirements, which pin every package, made unless an earlier run has done
/// so. `who` needs it, in the words of an error: `the tests with AWS's own command line tool`.
#[track_caller]
pub fn venv(name: &str, requirements: &str, options: &[&str], who: &str) -> Venv {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&home).unwrap();
    let path = home.join("venv");
    let bin = path.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let venv = Venv { python: bin.join(if cfg!(windows) { "python.exe" } else { "python3" }), bin };
    // Whoever comes second waits here until the first is done.
    let lock = File::create(home.join("lock")).unwrap();
    lock.lock().unwrap();
    // Written last: an installation that was cut short is not taken for one.
    let done = home.join("done");
    if std::fs::read_to_string(&done).is_ok_and(|text| text == requirements) {
        return venv;
    }
    let _ = std::fs::remove_file(&done);
    let _ = std::fs::remove_dir_all(&path);
    let system = if cfg!(windows) { "python" } else { "python3" };
    must(
        Command::new(system).args(["-m", "venv"]).arg(&path),
        &format!("{who} need Python 3 with its venv module (Debian: apt install python3-venv)"),
    );
    let list = home.join("requirements.txt");
    std::fs::write(&list, requirements).unwrap();
    let mut install = Command::new(&venv.python);
    install.args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-deps"]);
    must(
        install.args(options).arg("--requirement").arg(&list),
        &format!("{who} install it with pip, which needs a package index that it can reach"),
    );
    std::fs::write(&done, requirements).unwrap();
    venv
}

#[track_caller]
fn must(command: &mut Command, needed: &str) {
    match command.output() {
        Ok(ran) if ran.status.success() => {}
        Ok(ran) => {
            panic!("{needed}:\n{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr))
        }
        Err(error) => panic!("{needed}: {error}"),
    }
}
