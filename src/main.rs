//! Parses, runs, prints what went wrong, exits.

use std::process::ExitCode;

fn main() -> ExitCode {
    stack::commands::main()
}
