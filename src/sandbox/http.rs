//! HTTP around the world: a server on a loopback port, on a thread of its own.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use futures::stream;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::oneshot;

use super::page;
use super::perform::{Played, Stage};
use super::route::Route;
use super::settings::SandboxSettings;
use super::world::{Reply, Request, World};

/// Bytes of a header that is more than any client takes.
const HUGE_HEADER: usize = 1 << 20;

/// Connections to the stand-in.
#[derive(Debug, Default)]
struct Connections {
    open: AtomicUsize,
    most: AtomicUsize,
}

/// One of them, counted while this lives.
struct Connected(Arc<Connections>);

impl Connected {
    fn new(connections: &Arc<Connections>) -> Self {
        let open = connections.open.fetch_add(1, Relaxed) + 1;
        connections.most.fetch_max(open, Relaxed);
        Self(Arc::clone(connections))
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Relaxed);
    }
}

/// A running stand-in. Dropped, it ends.
pub struct Sandbox {
    address: SocketAddr,
    world: Arc<Mutex<World>>,
    connections: Arc<Connections>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts on `port` of this machine, or on a free one (0).
    ///
    /// # Errors
    ///
    /// If the port cannot be had.
    pub fn start(settings: SandboxSettings, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let world = Arc::new(Mutex::new(World::new(settings)));
        let connections = Arc::default();
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = std::thread::Builder::new().name("sandbox".to_owned()).spawn({
            let world = Arc::clone(&world);
            let connections = Arc::clone(&connections);
            move || {
                runtime.block_on(async move {
                    tokio::select! {
                        () = serve(listener, Stage::new(world), &connections) => {}
                        _ = stopped => {}
                    }
                });
            }
        })?;
        Ok(Self { address, world, connections, stop: Some(stop), thread: Some(thread) })
    }

    /// The address to give to `--base-url`.
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// The address of the page that shows what it holds.
    pub fn page_url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// The world inside, for those who reach it without HTTP.
    pub fn shared_world(&self) -> Arc<Mutex<World>> {
        Arc::clone(&self.world)
    }

    /// Most connections that were open at a time.
    pub fn most_connections(&self) -> usize {
        self.connections.most.load(Relaxed)
    }

    /// The world inside, to be looked at.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn serve(listener: TcpListener, stage: Stage, connections: &Arc<Connections>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    loop {
        let Ok((connection, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        let _ = connection.set_nodelay(true);
        let (stage, connected) = (stage.clone(), Connected::new(connections));
        tokio::spawn(async move {
            let _connected = connected;
            let service = service_fn(move |request| answer(stage.clone(), request));
            // A connection that a fault cuts ends in an error here, as it should.
            let _ = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(connection), service)
                .await;
        });
    }
}

/// The connection is to be closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("cut")]
struct Cut;

async fn answer(
    stage: Stage,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<BoxBody<Bytes, io::Error>>, Cut> {
    let (head, body) = request.into_parts();
    if let Some(reply) = page::page(head.uri.path(), &stage.world()) {
        return response(reply, Tail::Whole);
    }
    let header = head.headers.get(hyper::header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let request = Request {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        authorization: header.map(str::to_owned),
        body: body.collect().await.map_err(|_| Cut)?.to_bytes().to_vec(),
    };
    let name = Route::of(&request.method, &request.path).name();
    let played = stage.play(request).await;
    // What is asked for, without the number or the contact.
    tracing::debug!(request = name, status = played.status(), "arrived");
    match played {
        Played::Answered(reply) => response(reply, Tail::Whole),
        Played::Truncated(reply) => response(reply, Tail::Half),
        Played::Endless(reply) => response(reply, Tail::Endless),
        Played::HugeHead(mut reply) => {
            reply.headers.push(("x-padding", "x".repeat(HUGE_HEADER)));
            response(reply, Tail::Whole)
        }
        Played::Cut => Err(Cut),
    }
}

/// How a body goes on.
#[derive(Clone, Copy)]
enum Tail {
    Whole,
    /// Half of it, and the connection is closed.
    Half,
    /// Blanks after it, for as long as they are taken.
    Endless,
}

fn response(reply: Reply, tail: Tail) -> Result<hyper::Response<BoxBody<Bytes, io::Error>>, Cut> {
    let mut response =
        hyper::Response::builder().status(reply.status).header("content-type", reply.content_type);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    let whole = Bytes::from(reply.body);
    let body = match tail {
        Tail::Half => {
            response = response.header("content-length", whole.len());
            let half = whole.slice(..whole.len() / 2);
            let parts = [Ok(Frame::data(half)), Err(io::Error::from(io::ErrorKind::ConnectionAborted))];
            BodyExt::boxed(StreamBody::new(stream::iter(parts)))
        }
        Tail::Endless => {
            let blanks = Bytes::from_static(&[b' '; 16 * 1024]);
            let parts = std::iter::once(whole).chain(std::iter::repeat(blanks));
            BodyExt::boxed(StreamBody::new(stream::iter(parts.map(|part| Ok(Frame::data(part))))))
        }
        Tail::Whole => BodyExt::boxed(Full::new(whole).map_err(|never: Infallible| match never {})),
    };
    response.body(body).map_err(|_| Cut)
}
