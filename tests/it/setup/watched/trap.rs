//! The program, stopped by the kernel at each of its saves until the test has said how it goes on.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};

use super::{Hands, Moment, Verdict};

/// The same command, whose saves are told on `port`.
pub(super) fn around(command: &Command, port: u16, limit: i64, is_full: bool) -> Command {
    let mut around = Command::new("python3");
    // -I and -S: nothing of this machine's Python is wanted, and it starts sooner.
    around.args(["-I", "-S", "-c", include_str!("trap.py")]).args([port.to_string(), limit.to_string()]);
    around.arg(if is_full { "1" } else { "0" });
    around.arg(command.get_program()).args(command.get_args());
    around.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    around.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    around.stdin(Stdio::null());
    around
}

/// Hears of saves until the program has ended.
pub(super) fn saves(trap: &TcpListener, hands: &Hands) {
    let (told, _) = trap.accept().unwrap();
    let mut answers = &told;
    for line in BufReader::new(&told).lines().map_while(Result::ok) {
        let moment = match line.splitn(3, ' ').collect::<Vec<_>>()[..] {
            ["file", size, name] => Moment::Written(size.parse().unwrap(), name),
            _ => Moment::Placed,
        };
        let answer = match hands.judge(&moment) {
            None | Some(Verdict::Kill) => return,
            Some(Verdict::Fail(number)) => format!("fail {number}\n"),
            Some(Verdict::Limit(size)) => format!("limit {size}\n"),
            Some(Verdict::Go | Verdict::Signal(_)) => "go\n".to_owned(),
        };
        if answers.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}
