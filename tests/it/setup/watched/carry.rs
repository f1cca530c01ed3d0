//! Carries HTTP requests to AWS and answers back, and lets each be seen on both ways.

use std::io::{BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use super::{Hands, Moment};

/// Takes connections until the program has ended.
pub(super) fn requests(between: &TcpListener, aws: SocketAddr, hands: &Arc<Hands>) {
    for program in between.incoming() {
        if hands.inner.lock().unwrap().is_over {
            return;
        }
        let (program, hands) = (program.unwrap(), Arc::clone(hands));
        thread::spawn(move || connection(&program, aws, &hands));
    }
}

/// Carries what comes on one connection, until the program closes it or is dead.
fn connection(program: &TcpStream, aws: SocketAddr, hands: &Hands) {
    let mut theirs = TcpStream::connect(aws).unwrap();
    for stream in [program, &theirs] {
        stream.set_nodelay(true).unwrap();
    }
    let (mut requests, mut answers) = (BufReader::new(program), BufReader::new(theirs.try_clone().unwrap()));
    let mut program = program;
    while let Some(request) = message(&mut requests) {
        let Some(number) = hands.asks(&operation(&request)) else { return };
        theirs.write_all(&request.whole).unwrap();
        let answer = message(&mut answers).expect("AWS answers");
        if !hands.done(number) {
            return;
        }
        if program.write_all(&answer.whole).is_err() {
            return;
        }
        if hands.judge(&Moment::Told(number)).is_none() {
            return;
        }
    }
}

/// A request or an answer, as it came.
struct Message {
    head: String,
    whole: Vec<u8>,
}

impl Message {
    fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        headers.find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    fn body(&self) -> &[u8] {
        &self.whole[self.head.len()..]
    }
}

/// The next message; None when there is no more, or not all of it.
fn message(from: &mut impl std::io::BufRead) -> Option<Message> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if from.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let mut message = Message { whole: head.clone().into_bytes(), head };
    assert!(message.header("transfer-encoding").is_none(), "nobody here sends chunks: {}", message.head);
    let length = message.header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    from.read_exact(&mut body).ok()?;
    message.whole.append(&mut body);
    Some(message)
}

/// What a request asks for: `CreateUserPool`; where its path says it, method and path.
fn operation(request: &Message) -> String {
    if let Some((_, operation)) = request.header("x-amz-target").and_then(|target| target.rsplit_once('.')) {
        return operation.to_owned();
    }
    let form = std::str::from_utf8(request.body()).unwrap_or_default();
    if let Some(form) = form.strip_prefix("Action=") {
        return form.split('&').next().unwrap_or_default().to_owned();
    }
    request.head.split(['?', ' ']).take(2).collect::<Vec<_>>().join(" ")
}
