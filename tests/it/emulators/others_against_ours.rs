//! boto3, AWS's own client for Python, asks `sandbox serve` and each emulator the same questions; where the answers
//! differ, `differences.md` has it, with who is right and why.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::process::{Command, Stdio};

use super::compare::{Answer, Difference, differences};
use super::operations;
use super::reasons::{REASONS, Reason};
use super::setup::{Emulator, beside, packages};
use crate::setup::Served;

/// Asks whoever answers at `url` all questions.
fn ask(url: &str) -> std::process::Child {
    let mut command = Command::new(packages().python);
    command.arg(beside("sequence.py")).arg(url).env_clear();
    if let Some(root) = std::env::var_os("SystemRoot") {
        command.env("SystemRoot", root);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[track_caller]
fn answers(asking: std::process::Child) -> Vec<Answer> {
    let ran = asking.wait_with_output().unwrap();
    let (out, err) = (String::from_utf8(ran.stdout).unwrap(), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{err}\n{out}");
    out.lines().map(Answer::read).collect()
}

/// One emulator's answers beside ours.
struct Compared {
    emulator: &'static str,
    /// Of each operation: how many questions, and how many were answered differently; and whether it is lacking.
    operations: BTreeMap<String, (usize, usize, bool)>,
    /// Of each operation and reason: what differs, and in which questions.
    rows: BTreeMap<(String, usize), BTreeMap<Difference, Vec<String>>>,
    /// Differences that no reason is known for.
    unexplained: Vec<String>,
}

fn compare(emulator: &'static str, ours: &[Answer], theirs: &[Answer]) -> Compared {
    assert_eq!(ours.len(), theirs.len(), "{emulator} was asked the same");
    let mut all = Compared { emulator, operations: BTreeMap::new(), rows: BTreeMap::new(), unexplained: Vec::new() };
    for answer in theirs {
        all.operations.entry(answer.operation.clone()).or_insert((0, 0, true)).2 &= answer.may_lack();
    }
    for (one, other) in ours.iter().zip(theirs) {
        let found = differences(one, other);
        let counted = all.operations.entry(one.operation.clone()).or_default();
        counted.0 += 1;
        counted.1 += usize::from(!found.is_empty());
        let is_lacking = counted.2;
        for difference in found {
            let holds = |reason: &Reason| reason.explains(emulator, one, is_lacking, &difference);
            let Some(reason) = REASONS.iter().position(holds) else {
                let Difference { field, ours, theirs } = difference;
                all.unexplained.push(format!("{emulator} {} ({}) {field}: {ours} → {theirs}", one.operation, one.step));
                continue;
            };
            let row = all.rows.entry((one.operation.clone(), reason)).or_default();
            row.entry(difference).or_default().push(one.step.clone());
        }
    }
    all
}

const HEAD: &str = "# Where emulators and our sandbox differ

Written by a test, `emulators::others_against_ours`, which fails when a difference comes or goes; to write it anew, copy
what that test has put into `target/tmp/differences.md`. The reasons stand in `reasons.rs`.

boto3 asks `stack sandbox serve`, ministack 1.5.33 and moto 5.2.5 the same questions in the same order (`sequence.py`), and
every answer is compared whole: HTTP status, error code, every field. Ids, times and hosts that a server makes up count as
equal where they stand in the same place; so do an empty value and none, and lists in another order. The words of errors
are not compared.

*Right* is whom AWS's documentation supports, by the section of the reference that is named: **ours** is our sandbox, *open*
means that the documentation says nothing about it. An arrow reads: ours → theirs.
";

fn table(compared: &[Compared]) -> String {
    let mut text = HEAD.to_owned();
    text.push_str("\n## Every operation\n\n| operation | questions |");
    for one in compared {
        let _ = write!(text, " {} |", one.emulator);
    }
    text.push_str("\n|---|---|---|---|\n");
    for (operation, (questions, ..)) in &compared[0].operations {
        let _ = write!(text, "| {operation} | {questions} |");
        for one in compared {
            let (questions, differing, lacks) = one.operations[operation];
            let says = match (differing, lacks) {
                (_, true) => "lacks it".to_owned(),
                (0, _) => "same".to_owned(),
                (some, _) => format!("{some} of {questions} differ"),
            };
            let _ = write!(text, " {says} |");
        }
        text.push('\n');
    }
    for one in compared {
        let _ = write!(text, "\n## {}\n\n| operation | differs in | right | why |\n|---|---|---|---|\n", one.emulator);
        for ((operation, reason), row) in &one.rows {
            let Reason { right, reference, why, .. } = &REASONS[*reason];
            let differs = row.iter().map(|(Difference { field, ours, theirs }, steps)| {
                format!("{field}: {ours} → {theirs} ({})", steps.join("; "))
            });
            let differs = differs.collect::<Vec<_>>().join("<br>").replace('|', "\\|");
            let source = if reference.is_empty() { String::new() } else { format!(" ({reference})") };
            let _ = writeln!(text, "| {operation} | {differs} | {right}{source} | {why} |");
        }
    }
    text
}

/// Asks all three, and sees that what differs is what `differences.md` says. Gives what was counted.
#[track_caller]
pub fn holds_the_table() -> Vec<(&'static str, u64)> {
    // Long enough that a certificate is seen before it is issued.
    let (served, ministack, moto) = (Served::new(&[]), Emulator::whole_ministack(), Emulator::moto(5));
    let asking = [&served.url, &ministack.url, &moto.url].map(|url| ask(url));
    let [ours, ministack, moto] = asking.map(answers);
    let forgotten: Vec<String> = operations::used().iter().filter(|one| !is_asked(one, &ours)).cloned().collect();
    assert!(forgotten.is_empty(), "the program calls what sequence.py does not ask:\n{}", lines(&forgotten));
    let compared = [compare("ministack", &ours, &ministack), compare("moto", &ours, &moto)];

    let unexplained: Vec<&String> = compared.iter().flat_map(|one| &one.unexplained).collect();
    assert!(unexplained.is_empty(), "no reason is known for:\n{}", lines(&unexplained));
    let used: BTreeSet<usize> = compared.iter().flat_map(|one| one.rows.keys().map(|(_, reason)| *reason)).collect();
    let idle: Vec<String> =
        (0..REASONS.len()).filter(|at| !used.contains(at)).map(|at| REASONS[at].to_string()).collect();
    assert!(idle.is_empty(), "nothing differs for these reasons any more:\n{}", lines(&idle));
    for reason in REASONS {
        assert_ne!(reason.right, "theirs", "mend the sandbox: {reason}");
    }

    let (is, path) = (table(&compared), beside("differences.md"));
    let was = std::fs::read_to_string(&path).unwrap_or_default();
    if is != was {
        let new = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("differences.md");
        std::fs::write(&new, &is).unwrap();
        let only = |one: &str, other: &str| -> Vec<String> {
            one.lines().filter(|line| !other.lines().any(|also| also == *line)).map(str::to_owned).collect()
        };
        let (come, gone) = (only(&is, &was), only(&was, &is));
        panic!(
            "cp {} {}\nwhere this is right:\n\nnew:\n{}\ngone:\n{}",
            new.display(),
            path.display(),
            lines(&come),
            lines(&gone)
        );
    }

    let of = |is_one: &dyn Fn(&(usize, usize, bool)) -> bool| {
        let all = compared.iter().flat_map(|one| one.operations.values());
        u64::try_from(all.filter(|one| is_one(one)).count()).unwrap()
    };
    let asked = u64::try_from(ours.len() * compared.len()).unwrap();
    let differing: usize = compared.iter().flat_map(|one| one.operations.values().map(|(_, some, _)| *some)).sum();
    vec![
        ("operations compared, in two emulators", of(&|_| true)),
        ("of these operations answered as ours every time", of(&|(_, some, _)| *some == 0)),
        ("of these operations answered differently, with the reason", of(&|(_, some, lacks)| *some > 0 && !lacks)),
        ("of these operations lacking in the emulator", of(&|(_, _, lacks)| *lacks)),
        ("answers compared", asked),
        ("of these answers different, with the reason", u64::try_from(differing).unwrap()),
    ]
}

/// Whether one of these answers is to this operation: `sts GetCallerIdentity`.
fn is_asked(operation: &str, answers: &[Answer]) -> bool {
    let (service, name) = operation.split_once(' ').unwrap();
    // Where several services have an operation, its service stands before it.
    answers.iter().any(|answer| answer.service == service && answer.operation.rsplit(':').next() == Some(name))
}

#[test]
fn boto3_is_answered_as_the_table_says() {
    holds_the_table();
}

fn lines<T: AsRef<str>>(all: &[T]) -> String {
    all.iter().flat_map(|line| ["  ", line.as_ref(), "\n"]).collect()
}
