//! A name server on loopback that answers what a test says: hickory reads and writes the messages.

use std::net::UdpSocket;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::rdata::{A, CAA, CNAME, NS, SOA};
use hickory_proto::rr::{Name, RData, Record};

/// The name servers of the zone that every sandbox starts with.
pub const OWN: [&str; 4] =
    ["ns-1.awsdns-01.com", "ns-833.awsdns-01.net", "ns-1576.awsdns-40.co.uk", "ns-1055.awsdns-31.org"];

/// What public DNS says: name, type, value. The value `servfail` stands for a server that cannot tell; the name `*`
/// for every name.
#[derive(Clone)]
pub struct Names(Vec<(String, &'static str, String)>);

impl Names {
    /// What a world looks like in which everything is well.
    pub fn good() -> Self {
        let mut names = Self(Vec::new()).with("example.com", "A", "192.0.2.10");
        for server in OWN {
            names = names.with("example.com", "NS", server);
        }
        names.with("app.example.com", "A", "192.0.2.11")
    }

    pub fn with(mut self, name: &str, kind: &'static str, value: &str) -> Self {
        self.0.push((name.to_owned(), kind, value.to_owned()));
        self
    }

    pub fn without(mut self, name: &str, kind: &str) -> Self {
        self.0.retain(|(known, of, _)| known != name || *of != kind);
        self
    }

    fn answer(&self, message: &mut Message) {
        let query = message.queries[0].clone();
        let name = query.name().to_string().trim_end_matches('.').to_ascii_lowercase();
        let kind = query.query_type().to_string();
        let found = self.0.iter().filter(|(known, of, _)| (*known == name || known == "*") && *of == kind);
        let values: Vec<&String> = found.map(|(_, _, value)| value).collect();
        if values.iter().any(|value| *value == "servfail") {
            message.metadata.response_code = ResponseCode::ServFail;
            return;
        }
        let owner = query.name().clone();
        for value in &values {
            message.add_answer(Record::from_rdata(owner.clone(), 60, data(&kind, value)));
        }
        if values.is_empty() {
            let is_there = self.0.iter().any(|(known, ..)| *known == name);
            message.metadata.response_code = if is_there { ResponseCode::NoError } else { ResponseCode::NXDomain };
            let root = || Name::from_ascii("example.com.").unwrap();
            let soa = SOA::new(root(), root(), 1, 7200, 900, 1_209_600, 300);
            message.add_authority(Record::from_rdata(root(), 900, RData::SOA(soa)));
        }
    }
}

fn data(kind: &str, value: &str) -> RData {
    let name = || Name::from_ascii(format!("{value}.")).unwrap();
    match kind {
        "A" => RData::A(A(value.parse().unwrap())),
        "NS" => RData::NS(NS(name())),
        "CNAME" => RData::CNAME(CNAME(name())),
        "CAA" => {
            let [flags, tag, issuer] = value.splitn(3, ' ').collect::<Vec<_>>()[..] else { panic!("{value}") };
            let mut caa = CAA::new_issue(flags == "128", None, Vec::new());
            (caa.tag, caa.value) = (tag.to_owned(), issuer.trim_matches('"').as_bytes().to_vec());
            RData::CAA(caa)
        }
        other => panic!("{other} {value}"),
    }
}

/// A server that answers from now on; it ends with the tests.
pub struct Server {
    /// What `--dns-server` takes.
    pub address: String,
    /// How often it was asked.
    asked: Arc<AtomicUsize>,
}

impl Server {
    pub fn new(names: Names) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap().to_string();
        let asked = Arc::<AtomicUsize>::default();
        let count = Arc::clone(&asked);
        thread::spawn(move || {
            let mut packet = [0; 1500];
            while let Ok((size, from)) = socket.recv_from(&mut packet) {
                count.fetch_add(1, Ordering::SeqCst);
                let Ok(message) = Message::from_vec(&packet[..size]) else { continue };
                let mut message = message.into_response();
                names.answer(&mut message);
                // Whoever asked may be gone by now.
                let _ = socket.send_to(&message.to_vec().unwrap(), from);
            }
        });
        Self { address, asked }
    }

    /// Another's, at this address.
    pub fn at(address: &str) -> Self {
        Self { address: address.to_owned(), asked: Arc::default() }
    }

    /// How often it was asked so far.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}
