//! A server that speaks HTTP/2 over TLS in front of a sandbox, and goes wrong in the ways that HTTP/2 has.

use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::HeaderValue;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

use super::tls_front::Authority;

/// What happens at a create, counted from 1.
#[derive(Clone, Copy)]
pub(crate) enum Meets {
    /// Nothing.
    Nothing,
    /// This one is stored, and its stream is reset.
    ResetAfter(usize),
    /// This one is not stored, and its stream is reset.
    ResetBefore(usize),
    /// The connection is shut down in order (GOAWAY) while this one is answered.
    GoAway(usize),
    /// Those from the first on are stored and wait for their answers; at the last of them the connection is cut.
    Cut(usize, usize),
}

/// The server. It lives as long as this.
pub(crate) struct Http2Front {
    address: SocketAddr,
    seen: Arc<Seen>,
    runtime: Option<Runtime>,
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    creates: AtomicUsize,
    /// Requests in HTTP/2.
    requests: AtomicUsize,
}

impl Http2Front {
    /// In front of the sandbox at this port.
    pub(crate) fn start(authority: &Authority, meets: Meets, behind: u16) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let acceptor = authority.acceptor_for(&["h2"]);
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Seen::default());
        let front = Front { acceptor, meets, behind, seen: Arc::clone(&seen) };
        runtime.spawn(async move {
            loop {
                let (connection, _) = listener.accept().await.unwrap();
                tokio::spawn(front.clone().serve(connection));
            }
        });
        Self { address, seen, runtime: Some(runtime) }
    }

    pub(crate) fn base_url(&self) -> String {
        format!("https://{}/v1", self.address)
    }

    /// Connections that came through the handshake.
    pub(crate) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::Relaxed)
    }

    /// Requests that came in HTTP/2.
    pub(crate) fn requests(&self) -> usize {
        self.seen.requests.load(Ordering::Relaxed)
    }
}

impl Drop for Http2Front {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// How a connection ends before its client ends it.
#[derive(Default)]
struct Ending {
    in_order: Notify,
    at_once: Notify,
}

/// The stream of a request ends without an answer.
#[derive(Debug)]
struct Reset;

impl std::fmt::Display for Reset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("reset")
    }
}

impl std::error::Error for Reset {}

#[derive(Clone)]
struct Front {
    acceptor: TlsAcceptor,
    meets: Meets,
    behind: u16,
    seen: Arc<Seen>,
}

impl Front {
    async fn serve(self, connection: TcpStream) {
        let Ok(connection) = self.acceptor.accept(connection).await else { return };
        self.seen.connections.fetch_add(1, Ordering::Relaxed);
        let ending = Arc::new(Ending::default());
        let service = service_fn(|request| {
            let (front, ending) = (self.clone(), Arc::clone(&ending));
            async move { front.answer(request, &ending).await }
        });
        let mut connection = pin!(
            http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(connection), service)
        );
        loop {
            tokio::select! {
                _ = &mut connection => return,
                () = ending.at_once.notified() => return,
                () = ending.in_order.notified() => connection.as_mut().graceful_shutdown(),
            }
        }
    }

    async fn answer(
        self,
        request: Request<Incoming>,
        ending: &Ending,
    ) -> Result<Response<Full<Bytes>>, Reset> {
        assert_eq!(request.version(), Version::HTTP_2);
        self.seen.requests.fetch_add(1, Ordering::Relaxed);
        let create = match *request.method() {
            Method::POST => self.seen.creates.fetch_add(1, Ordering::Relaxed) + 1,
            _ => 0,
        };
        if matches!(self.meets, Meets::ResetBefore(at) if at == create) {
            return Err(Reset);
        }
        let answer = self.pass_on(request).await?;
        match self.meets {
            Meets::ResetAfter(at) if at == create => return Err(Reset),
            Meets::GoAway(at) if at == create => ending.in_order.notify_one(),
            Meets::Cut(first, last) if (first..=last).contains(&create) => {
                if create == last {
                    ending.at_once.notify_one();
                }
                std::future::pending::<()>().await;
            }
            _ => {}
        }
        Ok(answer)
    }

    /// To the sandbox and back, in HTTP/1.1.
    async fn pass_on(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Reset> {
        let (parts, body) = request.into_parts();
        // Whoever sent it may be gone.
        let body = body.collect().await.map_err(|_| Reset)?.to_bytes();
        let mut inside = Request::new(Full::new(body));
        *inside.method_mut() = parts.method;
        *inside.uri_mut() = parts.uri.path_and_query().unwrap().as_str().parse().unwrap();
        *inside.headers_mut() = parts.headers;
        inside.headers_mut().insert("host", HeaderValue::from_static("127.0.0.1"));
        let connection = TcpStream::connect((Ipv4Addr::LOCALHOST, self.behind)).await.unwrap();
        let (mut sender, line) = http1::handshake(TokioIo::new(connection)).await.unwrap();
        tokio::spawn(line);
        let (mut parts, body) = sender.send_request(inside).await.unwrap().into_parts();
        parts.version = Version::HTTP_2;
        for of_connection in ["connection", "keep-alive", "transfer-encoding"] {
            parts.headers.remove(of_connection);
        }
        Ok(Response::from_parts(parts, Full::new(body.collect().await.unwrap().to_bytes())))
    }
}
