//! What is written about the command line: completion scripts and manual pages.

use std::io;
use std::path::Path;

use clap::ValueEnum;

use super::command;

/// The shells that can be completed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// GNU Bash
    Bash,
    /// Elvish
    Elvish,
    /// fish
    Fish,
    /// PowerShell
    #[value(name = "powershell")]
    PowerShell,
    /// Z shell
    Zsh,
}

/// The script that makes a shell ask this program for completions.
///
/// # Errors
/// Never, unless the writing into memory fails.
pub fn completions(shell: Shell) -> io::Result<String> {
    let name = match shell {
        Shell::Bash => "bash",
        Shell::Elvish => "elvish",
        Shell::Fish => "fish",
        Shell::PowerShell => "powershell",
        Shell::Zsh => "zsh",
    };
    let shells = clap_complete::env::Shells::builtins();
    let completer = shells.completer(name).ok_or_else(|| io::Error::other(format!("{name} cannot be completed in")))?;
    let mut script = Vec::new();
    completer.write_registration("COMPLETE", "stack", "stack", "stack", &mut script)?;
    String::from_utf8(script).map_err(io::Error::other)
}

/// The manual page of the program, as roff.
///
/// # Errors
/// Never, unless the writing into memory fails.
pub fn man() -> io::Result<String> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command()).render(&mut page)?;
    String::from_utf8(page).map_err(io::Error::other)
}

/// Writes a manual page for every command into `dir`, which is made if it is not there.
///
/// # Errors
/// When the directory or a page cannot be written.
pub fn write_man(dir: &Path) -> io::Result<()> {
    std::fs::create_dir_all(dir)?;
    clap_mangen::generate_to(command(), dir)
}
