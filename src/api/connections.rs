//! No more connections than requests at a time.
//!
//! The client opens a connection for a request that finds none idle. If another one becomes idle before, the request
//! takes that, and the new one is opened all the same, for later. A request that comes until it is open would have one
//! more opened: so, while connections are being opened, nobody takes the place of a request that has ended.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::{RwLock, Semaphore};
use tokio::task::yield_now;
use tower_layer::Layer;
use tower_service::Service;

/// Turns of the runtime in which the client shakes hands over a connection, begins to serve it, and puts it with the idle.
const STEPS: usize = 4;

/// As many permits as there may be connections.
#[derive(Debug, Clone)]
pub(super) struct Connections {
    permits: Arc<Semaphore>,
    /// Read by those that are being opened.
    opening: Arc<RwLock<()>>,
}

impl Connections {
    pub(super) fn at_most(count: usize) -> Self {
        let permits = Semaphore::new(count.clamp(1, Semaphore::MAX_PERMITS));
        Self { permits: Arc::new(permits), opening: Arc::default() }
    }

    /// Makes a request as soon as it may have a connection.
    pub(super) async fn lend<F: Future>(&self, request: F) -> F::Output {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let answer = request.await;
        if self.opening.try_write().is_err() {
            let opening = Arc::clone(&self.opening);
            tokio::spawn(async move {
                drop(opening.write().await);
                drop(permit);
            });
        }
        answer
    }
}

impl<S> Layer<S> for Connections {
    type Service = Opening<S>;

    fn layer(&self, connector: S) -> Opening<S> {
        Opening { connector, opening: Arc::clone(&self.opening) }
    }
}

/// Opens connections.
#[derive(Debug, Clone)]
pub(super) struct Opening<S> {
    connector: S,
    opening: Arc<RwLock<()>>,
}

impl<S: Service<A>, A> Service<A> for Opening<S>
where
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.connector.poll_ready(context)
    }

    fn call(&mut self, address: A) -> Self::Future {
        let (opening, opened) = (Arc::clone(&self.opening), self.connector.call(address));
        Box::pin(async move {
            let opening = opening.read_owned().await;
            let opened = opened.await;
            tokio::spawn(async move {
                for _ in 0..STEPS {
                    yield_now().await;
                }
                drop(opening);
            });
            opened
        })
    }
}
