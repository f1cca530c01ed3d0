//! DNS messages: what the sandbox's public DNS says, over UDP and TCP.

use super::core::Sandbox;
use super::dns::{self, Code, Record as Found};
use super::route53::{names, values};
use hickory_proto::op::{Edns, Message, OpCode, ResponseCode};
use hickory_proto::rr::rdata::{CAA, CNAME, MX, NS, PTR, SOA, TXT};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::task::JoinSet;

/// What a UDP answer may hold where the client names no other size (RFC 1035 4.2.1).
const UDP_SIZE: usize = 512;
/// The largest UDP answer that is sent whatever the client allows.
const LARGEST_UDP: u16 = 1232;

/// Answers over UDP until dropped.
pub(super) async fn udp(sandbox: Sandbox, socket: UdpSocket) {
    let mut buffer = [0; 4096];
    loop {
        let Ok((length, peer)) = socket.recv_from(&mut buffer).await else { continue };
        let Some((response, size)) = answer(&sandbox, &buffer[..length]) else { continue };
        let Ok(bytes) = response.to_vec() else { continue };
        let bytes = if bytes.len() <= size { Ok(bytes) } else { response.truncate().to_vec() };
        if let Ok(bytes) = bytes {
            // A lost packet is asked for again.
            let _ = socket.send_to(&bytes, peer).await;
        }
    }
}

/// Answers over TCP until dropped.
pub(super) async fn tcp(sandbox: Sandbox, listener: TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                connections.spawn(stream_of_questions(sandbox.clone(), stream));
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Each message comes after its length in two bytes (RFC 1035 4.2.2). `None` is the end.
async fn stream_of_questions(sandbox: Sandbox, mut stream: TcpStream) -> Option<()> {
    loop {
        let length = stream.read_u16().await.ok()?;
        let mut question = vec![0; usize::from(length)];
        stream.read_exact(&mut question).await.ok()?;
        let (response, _) = answer(&sandbox, &question)?;
        let bytes = response.to_vec().ok()?;
        stream.write_u16(u16::try_from(bytes.len()).ok()?).await.ok()?;
        stream.write_all(&bytes).await.ok()?;
    }
}

/// The answer to one message, and how large it may be over UDP. What is no question gets none.
fn answer(sandbox: &Sandbox, question: &[u8]) -> Option<(Message, usize)> {
    let request = Message::from_vec(question).ok()?;
    let mut response = Message::response(request.metadata.id, request.metadata.op_code);
    response.metadata.recursion_desired = request.metadata.recursion_desired;
    response.metadata.recursion_available = true;
    response.add_queries(request.queries.clone());
    let mut size = UDP_SIZE;
    if let Some(edns) = &request.edns {
        let payload = edns.max_payload().clamp(512, LARGEST_UDP);
        size = usize::from(payload);
        let mut ours = Edns::new();
        ours.set_max_payload(LARGEST_UDP);
        response.set_edns(ours);
    }
    let (OpCode::Query, [query]) = (request.metadata.op_code, request.queries.as_slice()) else {
        response.metadata.response_code = ResponseCode::NotImp;
        return Some((response, size));
    };
    let name = names::normal(&query.name().to_ascii());
    let found = match &name {
        Ok(name) => sandbox.world(|world| dns::lookup(world, name, &query.query_type().to_string())).ok(),
        // A name that Route 53 could not hold, such as the root, is not there.
        Err(_) => None,
    };
    let Some(found) = found else {
        response.metadata.response_code = if name.is_ok() { ResponseCode::ServFail } else { ResponseCode::NXDomain };
        return Some((response, size));
    };
    response.metadata.response_code = match found.code {
        Code::NoError => ResponseCode::NoError,
        Code::NxDomain => ResponseCode::NXDomain,
        Code::ServFail => ResponseCode::ServFail,
    };
    response.add_answers(found.records.iter().filter_map(record));
    response.add_authorities(found.authority.iter().filter_map(record));
    Some((response, size))
}

fn record(found: &Found) -> Option<Record> {
    Some(Record::from_rdata(Name::from_ascii(&found.name).ok()?, found.ttl, data(&found.kind, &found.value)?))
}

/// A value as Route 53 writes it, as DNS carries it. Types that are not played give nothing.
fn data(kind: &str, value: &str) -> Option<RData> {
    let fields: Vec<&str> = value.split_whitespace().collect();
    let name = |text: &str| {
        let mut name = Name::from_ascii(text).ok()?;
        name.set_fqdn(true);
        Some(name)
    };
    Some(match kind.parse::<RecordType>().ok()? {
        RecordType::A => RData::A(value.parse().ok()?),
        RecordType::AAAA => RData::AAAA(value.parse().ok()?),
        RecordType::CNAME => RData::CNAME(CNAME(name(value)?)),
        RecordType::NS => RData::NS(NS(name(value)?)),
        RecordType::PTR => RData::PTR(PTR(name(value)?)),
        RecordType::MX => RData::MX(MX::new(fields.first()?.parse().ok()?, name(fields.get(1)?)?)),
        RecordType::TXT => RData::TXT(TXT::new(values::strings(value)?)),
        RecordType::SOA => {
            let number = |at: usize| fields.get(at)?.parse::<u32>().ok();
            let signed = |at: usize| i32::try_from(number(at)?).ok();
            let (host, mail) = (name(fields.first()?)?, name(fields.get(1)?)?);
            RData::SOA(SOA::new(host, mail, number(2)?, signed(3)?, signed(4)?, signed(5)?, number(6)?))
        }
        RecordType::CAA => {
            let (flags, tag, issuer) = values::caa(value)?;
            let mut caa = CAA::new_issue(flags & 0x80 != 0, None, Vec::new());
            caa.tag = tag;
            caa.value = issuer.into_bytes();
            RData::CAA(caa)
        }
        _ => return None,
    })
}
