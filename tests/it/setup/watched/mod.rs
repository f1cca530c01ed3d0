//! One run of the real program, with all that it asks of AWS and all that it saves passing through a test's hands.

mod carry;
mod trap;

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::thread;

use super::{AT_MOST, Ran, Served};

/// What the program does, as the test sees it. Requests are counted from 1, in the order in which they come.
#[derive(Debug)]
pub enum Moment<'a> {
    /// A request has come from the program. AWS has not heard of it.
    Asks(usize, &'a str),
    /// AWS has done what was asked. The program has not heard of it.
    Done(usize),
    /// The program has been given the answer.
    Told(usize),
    /// A file of so many bytes has been written, and is not in its place yet; it has this name meanwhile.
    Written(u64, &'a str),
    /// It has been put in its place.
    Placed,
    /// A line on stderr.
    Says(&'a str),
}

/// What becomes of the program.
#[derive(Debug, Clone, Copy)]
pub enum Verdict {
    Go,
    /// SIGKILL, now: it is dead before anything else happens.
    Kill,
    /// It gets this signal, and goes on: `-INT`.
    Signal(&'static str),
    /// Its fsync fails with this errno.
    Fail(i32),
    /// From now on, none of its files may grow beyond this; -1 is any size.
    Limit(i64),
}

/// How the program's saves are seen.
#[derive(Debug, Clone, Copy)]
pub enum Saves {
    /// Not at all.
    Unseen,
    /// Each, and no file may grow beyond this at first: a write that would kills the program in the middle of it.
    Limited(i64),
    /// The same, and such a write fails, as on a full disk.
    Full(i64),
}

impl Saves {
    pub const SEEN: Self = Self::Limited(-1);
}

/// How a watched run ended.
#[derive(Debug)]
pub struct Watched {
    pub ran: Ran,
    /// What killed it.
    pub signal: Option<i32>,
}

type Judge = Box<dyn FnMut(&Moment<'_>) -> Verdict + Send>;

/// Whoever sees a moment asks here what is to become of it; one at a time, so that their order is total.
struct Hands {
    inner: Mutex<Inner>,
    landed: Condvar,
}

struct Inner {
    judge: Judge,
    child: Option<Child>,
    /// The program is dead, or as good as.
    is_over: bool,
    asked: usize,
    /// How many requests AWS is at work on.
    in_flight: usize,
}

impl Hands {
    /// What is to be done; None when the program has ended, and nothing more may be done for it.
    fn judge(&self, moment: &Moment<'_>) -> Option<Verdict> {
        self.inner.lock().unwrap().judge(moment)
    }

    /// The number of a request that may be passed on.
    fn asks(&self, operation: &str) -> Option<usize> {
        let mut inner = self.inner.lock().unwrap();
        if inner.is_over {
            return None;
        }
        inner.asked += 1;
        let number = inner.asked;
        inner.judge(&Moment::Asks(number, operation))?;
        inner.in_flight += 1;
        Some(number)
    }

    /// AWS has done what it was asked for. Whether the program may hear of it.
    fn done(&self, number: usize) -> bool {
        let mut inner = self.inner.lock().unwrap();
        inner.in_flight -= 1;
        self.landed.notify_all();
        inner.judge(&Moment::Done(number)).is_some()
    }

    /// Waits for the end of the program, and for that of what AWS is still at work on.
    fn ended(&self) -> std::process::ExitStatus {
        let mut inner = self.inner.lock().unwrap();
        let status = inner.child.as_mut().unwrap().wait().unwrap();
        inner.is_over = true;
        let (inner, late) = self.landed.wait_timeout_while(inner, AT_MOST, |inner| inner.in_flight > 0).unwrap();
        assert!(!late.timed_out(), "{} requests were never answered", inner.in_flight);
        status
    }
}

impl Inner {
    fn judge(&mut self, moment: &Moment<'_>) -> Option<Verdict> {
        if self.is_over {
            return None;
        }
        let verdict = (self.judge)(moment);
        let child = self.child.as_mut().unwrap();
        match verdict {
            Verdict::Kill => {
                child.kill().unwrap();
                child.wait().unwrap();
                self.is_over = true;
                return None;
            }
            Verdict::Signal(signal) => {
                // One that has just ended by itself hears nothing.
                Command::new("kill").args([signal, &child.id().to_string()]).stderr(Stdio::null()).status().unwrap();
            }
            Verdict::Go | Verdict::Fail(_) | Verdict::Limit(_) => {}
        }
        Some(verdict)
    }
}

/// Runs `command` to its end against `served`, through the hands of `judge`.
#[must_use]
pub fn watch(
    served: &Served,
    mut command: Command,
    saves: Saves,
    judge: impl FnMut(&Moment<'_>) -> Verdict + Send + 'static,
) -> Watched {
    let inner = Inner { judge: Box::new(judge), child: None, is_over: false, asked: 0, in_flight: 0 };
    let hands = Arc::new(Hands { inner: Mutex::new(inner), landed: Condvar::new() });
    let between = TcpListener::bind("127.0.0.1:0").unwrap();
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    let places = [between.local_addr().unwrap(), trap.local_addr().unwrap()];
    command.env("AWS_ENDPOINT_URL", format!("http://{}", places[0]));
    let mut command = match saves {
        Saves::Unseen => command,
        Saves::Limited(size) => trap::around(&command, places[1].port(), size, false),
        Saves::Full(size) => trap::around(&command, places[1].port(), size, true),
    };
    let aws: SocketAddr = served.url.strip_prefix("http://").unwrap().parse().unwrap();
    let listening = [
        thread::spawn({
            let hands = Arc::clone(&hands);
            move || carry::requests(&between, aws, &hands)
        }),
        thread::spawn({
            let hands = Arc::clone(&hands);
            move || trap::saves(&trap, &hands)
        }),
    ];
    let (out, err) = heard(&hands, &mut command);
    let status = hands.ended();
    for place in places {
        // Whoever still listens there finds that it is over.
        let _ = TcpStream::connect(place);
    }
    for thread in listening {
        thread.join().unwrap();
    }
    Watched { ran: Ran { code: status.code(), out, err }, signal: status.signal() }
}

/// Starts the program, and hears what it says until it says nothing more.
fn heard(hands: &Hands, command: &mut Command) -> (String, String) {
    let (stdout, stderr) = {
        let mut inner = hands.inner.lock().unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let pipes = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        inner.child = Some(child);
        pipes
    };
    let out = thread::spawn(move || {
        let mut text = String::new();
        let _ = BufReader::new(stdout).read_to_string(&mut text);
        text
    });
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    let mut err = String::new();
    loop {
        match lines.recv_timeout(AT_MOST) {
            Ok(line) => {
                err.push_str(&line);
                err.push('\n');
                hands.judge(&Moment::Says(&line));
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                let _ = hands.inner.lock().unwrap().child.as_mut().unwrap().kill();
                panic!("nothing was said for {AT_MOST:?}; before that:\n{err}");
            }
        }
    }
    (out.join().unwrap(), err)
}
