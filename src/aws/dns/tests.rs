//! The resolver against a name server of the test's own, on loopback.

use hickory_proto::op::Message;
use hickory_proto::rr::rdata::{A, CAA, CNAME, NS, SOA};
use hickory_proto::rr::{Name, Record};
use tokio::net::UdpSocket;

use super::*;

/// A server that answers each question with what `answer` puts into the message.
async fn server(answer: fn(&str, &mut Message)) -> Dns {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut packet = [0; 1500];
        loop {
            let (size, from) = socket.recv_from(&mut packet).await.unwrap();
            let mut message = Message::from_vec(&packet[..size]).unwrap().into_response();
            let name = message.queries[0].name().to_string().to_ascii_lowercase();
            answer(&name, &mut message);
            socket.send_to(&message.to_vec().unwrap(), from).await.unwrap();
        }
    });
    Dns::server(address)
}

fn soa(ttl: u32, minimum: u32) -> Record {
    let name = || Name::from_ascii("ns.example.com.").unwrap();
    let soa = SOA::new(name(), name(), 1, 7200, 900, 1_209_600, minimum);
    Record::from_rdata(Name::from_ascii("example.com.").unwrap(), ttl, RData::SOA(soa))
}

fn world(name: &str, message: &mut Message) {
    let owner = Name::from_ascii(name).unwrap();
    match name {
        "example.com." => {
            message.add_answer(Record::from_rdata(owner, 60, RData::A(A::new(192, 0, 2, 1))));
        }
        "www.example.com." => {
            let target = Name::from_ascii("example.com.").unwrap();
            message.add_answer(Record::from_rdata(owner, 60, RData::CNAME(CNAME(target.clone()))));
            message.add_answer(Record::from_rdata(target, 60, RData::A(A::new(192, 0, 2, 1))));
        }
        "mail.example.com." => {
            message.add_authority(soa(900, 86400));
        }
        "all.example.com." => {
            let target = || Name::from_ascii("Target.example.com.").unwrap();
            let data = match message.queries[0].query_type() {
                RecordType::AAAA => RData::AAAA("2001:db8::1".parse().unwrap()),
                RecordType::NS => RData::NS(NS(target())),
                RecordType::CNAME => RData::CNAME(CNAME(target())),
                RecordType::CAA => {
                    let mut caa = CAA::new_issue(true, None, Vec::new());
                    (caa.tag, caa.value) = ("issueWild".to_owned(), b"amazon.com".to_vec());
                    RData::CAA(caa)
                }
                _ => {
                    message.add_authority(soa(900, 300));
                    return;
                }
            };
            message.add_answer(Record::from_rdata(owner, 60, data));
        }
        "broken.example.com." => message.metadata.response_code = ResponseCode::ServFail,
        _ => {
            message.metadata.response_code = ResponseCode::NXDomain;
            message.add_authority(soa(900, 300));
        }
    }
}

#[tokio::test(flavor = "current_thread")]
async fn an_address_is_found_also_through_a_cname() {
    let dns = server(world).await;
    let found = Lookup::Found(vec![Ipv4Addr::new(192, 0, 2, 1)]);
    assert_eq!(dns.a_records("example.com").await.unwrap(), found);
    assert_eq!(dns.a_records("www.example.com").await.unwrap(), found);
}

#[tokio::test(flavor = "current_thread")]
async fn no_name_and_no_address_are_both_nothing_with_how_long_that_is_kept() {
    let dns = server(world).await;
    assert_eq!(dns.a_records("none.example.com").await.unwrap(), Lookup::Nothing { for_seconds: Some(300) });
    assert_eq!(dns.a_records("mail.example.com").await.unwrap(), Lookup::Nothing { for_seconds: Some(900) });
}

#[tokio::test(flavor = "current_thread")]
async fn a_server_that_cannot_tell_is_no_answer() {
    let error = server(world).await.a_records("broken.example.com").await.unwrap_err();
    assert!(error.to_string().contains("did not say"), "{error:?}");
    assert!(error.hints().iter().any(|hint| hint.contains("--dns-server")), "{error:?}");
}

#[tokio::test(flavor = "current_thread")]
async fn every_type_is_read_off_the_wire() {
    let dns = server(world).await;
    assert_eq!(dns.name_servers("all.example.com").await.unwrap(), BTreeSet::from(["target.example.com".to_owned()]));
    assert_eq!(dns.cname("all.example.com").await.unwrap().as_deref(), Some("target.example.com"));
    let caa = Caa { is_critical: true, tag: "issuewild".to_owned(), value: "amazon.com".to_owned() };
    assert_eq!(dns.caa("all.example.com").await.unwrap(), [caa]);
    assert!(dns.resolves("all.example.com").await.unwrap());
    assert_eq!(dns.caa("none.example.com").await.unwrap(), []);
    assert!(dns.name_servers("none.example.com").await.unwrap().is_empty());
    assert!(!dns.resolves("none.example.com").await.unwrap());
    let error = dns.caa("broken.example.com").await.unwrap_err();
    assert!(error.to_string().contains("has a CAA record"), "{error:?}");
}

#[tokio::test(flavor = "current_thread")]
async fn a_function_answers_in_the_sandbox() {
    let answers = |name: &str, kind: &str| match (name, kind) {
        ("a.com", "A") => vec!["127.0.0.1".to_owned()],
        ("a.com", "NS") => vec!["NS1.a.com.".to_owned()],
        ("a.com", "CAA") => vec![r#"128 Issue "amazon.com; account=1""#.to_owned(), "nonsense".to_owned()],
        ("six.a.com", "AAAA") => vec!["::1".to_owned()],
        ("www.a.com", "CNAME") => vec!["A.com.".to_owned()],
        _ => Vec::new(),
    };
    let dns = Dns::Answers(Rc::new(answers));
    assert_eq!(dns.a_records("a.com").await.unwrap(), Lookup::Found(vec![Ipv4Addr::LOCALHOST]));
    assert_eq!(dns.a_records("b.com").await.unwrap(), Lookup::Nothing { for_seconds: None });
    assert_eq!(dns.name_servers("a.com").await.unwrap(), BTreeSet::from(["ns1.a.com".to_owned()]));
    let caa = Caa { is_critical: true, tag: "issue".to_owned(), value: "amazon.com; account=1".to_owned() };
    assert_eq!(dns.caa("a.com").await.unwrap(), [caa]);
    assert_eq!(dns.cname("www.a.com").await.unwrap().as_deref(), Some("a.com"));
    assert!(dns.resolves("a.com").await.unwrap() && dns.resolves("six.a.com").await.unwrap());
    assert!(!dns.resolves("b.com").await.unwrap());
}
