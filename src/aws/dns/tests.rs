//! The resolver against a name server of the test's own, on loopback.

use hickory_proto::op::Message;
use hickory_proto::rr::rdata::{A, CNAME, SOA};
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
async fn a_function_answers_in_the_sandbox() {
    let dns = Dns::Answers(Rc::new(|name| if name == "a.com" { vec![Ipv4Addr::LOCALHOST] } else { Vec::new() }));
    assert_eq!(dns.a_records("a.com").await.unwrap(), Lookup::Found(vec![Ipv4Addr::LOCALHOST]));
    assert_eq!(dns.a_records("b.com").await.unwrap(), Lookup::Nothing { for_seconds: None });
}
