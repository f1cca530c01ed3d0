//! Questions to whoever sits at the terminal.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use super::Ui;
use super::line::{self, BOLD, DIM, Line};
use crate::error::{Error, Result};

/// Who answers.
pub(super) enum Answers {
    /// Whoever sits at the terminal.
    Person,
    /// Nobody is there.
    Nobody,
    /// A test's.
    Given(Vec<String>),
}

impl Ui {
    /// Asks for a yes. Anything but `yes` or `y` is a no, and so is the end of the input.
    ///
    /// # Errors
    /// When nobody is there to ask.
    pub async fn prompt_yes(&self, question: &str) -> Result<bool> {
        if !self.is_interactive() {
            return Err(Error::usage(format!("this needs a yes, and nobody is there to ask: {question}"))
                .hinted("pass `--auto-approve` to go on without being asked"));
        }
        let line = Line::styled(BOLD, line::clean(question)).with(DIM, " Only `yes` goes on: ");
        self.write(&self.err, &format!("{line} "));
        let given = match &mut *self.answers.borrow_mut() {
            Answers::Given(answers) => Some(answers.pop().unwrap_or_default()),
            Answers::Person | Answers::Nobody => None,
        };
        let answer = if let Some(answer) = given {
            answer
        } else {
            // Whoever gives up in the middle of it is told so on a line of its own.
            let mut open = OpenLine { ui: self, is_open: true };
            let answer = typed().await;
            open.is_open = false;
            answer
        };
        if !answer.ends_with('\n') {
            self.write(&self.err, "\n");
        }
        Ok(matches!(answer.trim().to_lowercase().as_str(), "yes" | "y"))
    }

    /// Asks for a text, which may be empty. None when the input has ended, or nobody is there.
    pub fn prompt(&self, question: &str, default: &str) -> Option<String> {
        if !self.is_interactive() {
            return None;
        }
        let line = Line::styled(BOLD, line::clean(question)).with(DIM, format!(" [{}]:", line::clean(default)));
        self.write(&self.err, &format!("{line} "));
        let answer = self.answer();
        // Without even a line end, nobody has answered.
        (!answer.is_empty()).then(|| answer.trim().to_owned())
    }

    /// What is answered, with its line end; empty when the input has ended.
    fn answer(&self) -> String {
        let answer = match &mut *self.answers.borrow_mut() {
            Answers::Given(answers) => answers.pop().unwrap_or_default(),
            Answers::Person | Answers::Nobody => {
                let mut answer = String::new();
                // An input that cannot be read says no.
                let _ = io::stdin().lock().read_line(&mut answer);
                answer
            }
        };
        if !answer.ends_with('\n') {
            self.write(&self.err, "\n");
        }
        answer
    }
}

/// A line in which somebody is asked something.
struct OpenLine<'a> {
    ui: &'a Ui,
    is_open: bool,
}

impl Drop for OpenLine<'_> {
    fn drop(&mut self) {
        if self.is_open {
            self.ui.write(&self.ui.err, "\n");
        }
    }
}

/// Asks for the code that an MFA device shows, unless `STACK_MFA_CODE` has it: once, for a code is good for one use.
///
/// # Errors
/// When nobody is there to ask.
pub fn ask_mfa_code(serial: String) -> BoxFuture<'static, Result<String>> {
    mfa_code(serial).boxed()
}

async fn mfa_code(serial: String) -> Result<String> {
    static USED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);
    if let Ok(code) = std::env::var("STACK_MFA_CODE")
        && !USED.swap(true, std::sync::atomic::Ordering::Relaxed)
    {
        return Ok(code.trim().to_owned());
    }
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(Error::usage(format!(
            "the role asks for a code of the MFA device {serial}, and nobody is there to ask"
        ))
        .hinted("run this on a terminal, or put the code into STACK_MFA_CODE"));
    }
    let _ = write!(io::stderr().lock(), "Code of {}: ", line::clean(&serial));
    // An input that cannot be read is no code, which STS says.
    Ok(typed().await.trim().to_owned())
}

/// The next line of the standard input. Read beside the program's one thread, on which a lock's heart goes on beating.
async fn typed() -> String {
    let (tell, told) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut answer = String::new();
        // An input that cannot be read says no.
        let _ = io::stdin().lock().read_line(&mut answer);
        let _ = tell.send(answer);
    });
    told.await.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_question_needs_somebody_who_answers() {
        let error = Ui::captured(80, false).prompt_yes("Apply?").await.unwrap_err();
        assert_eq!(error.hints(), ["pass `--auto-approve` to go on without being asked"]);
        let ui = Ui::captured(80, false).answering(["yes\n", "Y\n", "no\n", "", "yes please\n"]);
        let mut answers = Vec::new();
        for _ in 0..6 {
            answers.push(ui.prompt_yes("Apply?").await.unwrap());
        }
        assert_eq!(answers, [true, true, false, false, false, false]);
        assert!(ui.taken().1.starts_with("Apply? Only `yes` goes on: "));
    }
}
