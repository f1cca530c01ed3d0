//! What a run takes of memory and time, as the system counts it.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// What a run may take, the program itself included: a build for tests alone has over 100 MB.
pub(super) const MOST_MEMORY: u64 = 512 * 1024 * 1024;
/// What it can take before the system refuses: addresses, of which a program has more than it uses.
const MOST_ADDRESSES: u64 = 2 * 1024 * 1024 * 1024;
/// How much of a processor's time the refusal of something large may take, in a build for tests.
pub(super) const MOST_TIME: Duration = Duration::from_secs(20);

/// What a run took.
#[derive(Clone, Copy)]
pub(super) struct Taken {
    pub(super) memory: u64,
    pub(super) time: Duration,
}

/// Runs a program within limits, and writes down the most memory that it held at once, in bytes, and its time, in ms.
const WATCH: &str = "
import resource, subprocess, sys
most, report, *words = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_AS, (int(most), int(most)))
code = subprocess.call(words)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
held = used.ru_maxrss if sys.platform == 'darwin' else used.ru_maxrss * 1024
with open(report, 'w') as file:
    print(held, int(1000 * (used.ru_utime + used.ru_stime)), file=file)
sys.exit(code if code >= 0 else 128 - code)
";

/// The same command, watched.
pub(super) fn measured(command: &Command, report: &Path) -> Command {
    let mut watch = Command::new("python3");
    watch.args(["-I", "-c", WATCH, &MOST_ADDRESSES.to_string()]).arg(report);
    watch.arg(command.get_program()).args(command.get_args()).env_clear();
    for (name, value) in command.get_envs() {
        value.map(|value| watch.env(name, value));
    }
    watch.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    watch
}

/// What was written down; more than there may be is a failure.
#[track_caller]
pub(super) fn taken(report: &Path) -> Taken {
    let text = fs::read_to_string(report).unwrap();
    let (memory, time) = text.trim().split_once(' ').unwrap();
    let taken = Taken { memory: memory.parse().unwrap(), time: Duration::from_millis(time.parse().unwrap()) };
    assert!(taken.memory <= MOST_MEMORY, "{} bytes of memory were held", taken.memory);
    assert!(taken.time <= MOST_TIME, "it took {:?}", taken.time);
    taken
}
