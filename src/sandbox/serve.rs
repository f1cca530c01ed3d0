//! The sandbox on loopback, for clients that others wrote: HTTP for the API, and DNS.

use super::connector::{Body, half, whole};
use super::core::{Answer, Sandbox};
use super::serve_dns;
use super::wire::Request;
use crate::error::{Error, Result};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The largest request that is read; the largest that AWS takes here is an object of some kilobytes.
const LARGEST_REQUEST: usize = 64 << 20;

/// The sandbox on two ports of 127.0.0.1, never of another interface.
#[derive(Debug)]
pub struct Server {
    sandbox: Sandbox,
    http: TcpListener,
    dns_udp: UdpSocket,
    dns_tcp: TcpListener,
    http_address: SocketAddr,
    dns_address: SocketAddr,
}

impl Server {
    /// Takes two ports: one for HTTP, one for DNS over UDP and TCP. 0 takes any that is free.
    ///
    /// # Errors
    ///
    /// When a port cannot be had.
    pub async fn bind(sandbox: Sandbox, http_port: u16, dns_port: u16) -> Result<Self> {
        let taken = |what: &str, port: u16| {
            let message = format!("cannot serve {what} on 127.0.0.1 port {port}");
            move |error: io::Error| Error::usage(message).caused_by(error).hinted("choose another port")
        };
        let http = TcpListener::bind((Ipv4Addr::LOCALHOST, http_port)).await.map_err(taken("HTTP", http_port))?;
        let (dns_udp, dns_tcp) = bind_dns(dns_port).await.map_err(taken("DNS", dns_port))?;
        let http_address = http.local_addr().map_err(taken("HTTP", http_port))?;
        let dns_address = dns_udp.local_addr().map_err(taken("DNS", dns_port))?;
        Ok(Self { sandbox, http, dns_udp, dns_tcp, http_address, dns_address })
    }

    /// Where the API is served.
    #[must_use]
    pub fn http_address(&self) -> SocketAddr {
        self.http_address
    }

    /// Where DNS is served, over UDP and TCP.
    #[must_use]
    pub fn dns_address(&self) -> SocketAddr {
        self.dns_address
    }

    /// Serves until `stop` is done; answers under way are still given.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let Self { sandbox, http, dns_udp, dns_tcp, .. } = self;
        let (ending, ended) = watch::channel(false);
        let mut connections = JoinSet::new();
        let mut dns = JoinSet::new();
        dns.spawn(serve_dns::udp(sandbox.clone(), dns_udp));
        dns.spawn(serve_dns::tcp(sandbox.clone(), dns_tcp));
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                accepted = http.accept() => if let Ok((stream, _)) = accepted {
                    connections.spawn(connection(sandbox.clone(), stream, ended.clone()));
                },
                Some(_) = connections.join_next() => {}
            }
        }
        drop(http);
        // Nobody listening means that there is no connection left.
        let _ = ending.send(true);
        while connections.join_next().await.is_some() {}
    }
}

/// DNS wants one port for both; a free one for UDP may be taken for TCP, so look a few times.
async fn bind_dns(port: u16) -> io::Result<(UdpSocket, TcpListener)> {
    let mut tries = if port == 0 { 16 } else { 1 };
    loop {
        let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).await?;
        match TcpListener::bind((Ipv4Addr::LOCALHOST, udp.local_addr()?.port())).await {
            Ok(tcp) => return Ok((udp, tcp)),
            Err(error) if tries == 1 => return Err(error),
            Err(_) => tries -= 1,
        }
    }
}

async fn connection(sandbox: Sandbox, stream: TcpStream, mut ended: watch::Receiver<bool>) {
    let answer = service_fn(move |request: http::Request<Incoming>| {
        let sandbox = sandbox.clone();
        async move { answer(&sandbox, request).await }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
    tokio::pin!(connection);
    // A connection that ends badly is the client's to notice.
    tokio::select! {
        _ = connection.as_mut() => {}
        _ = ended.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

async fn answer(sandbox: &Sandbox, request: http::Request<Incoming>) -> io::Result<http::Response<Body>> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, LARGEST_REQUEST).collect().await.map_err(io::Error::other)?.to_bytes();
    let (sandbox, request) = (sandbox.clone(), Request::from_parts(parts, body));
    // A task of its own: a client that does not wait for the answer does not undo its call.
    let answered = tokio::spawn(async move { sandbox.answer(&request).await });
    match answered.await.map_err(io::Error::other)? {
        Answer::Reply(reply) => Ok(whole(reply)),
        Answer::Cut(reply) => {
            // The full length is promised, so that the client can tell that something is missing.
            let length = reply.body().len().to_string();
            let reply = super::wire::with_header(reply, "Content-Length", &length);
            Ok(reply.map(|body| half(&body).boxed_unsync()))
        }
        // hyper closes a connection whose service fails.
        Answer::Dropped => Err(io::Error::new(io::ErrorKind::ConnectionReset, "a fault was asked for")),
    }
}
