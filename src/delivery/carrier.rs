//! A thread for the wire, so that street and wire work at the same time.

use std::io;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::api::{Answer, Call, Fault, Transport};
use crate::words::message;

/// A transport whose exchanges happen on a thread of their own: sockets, TLS and HTTP there, the street here. Where the
/// rate is not what bounds an import, that is worth a quarter of its time on two cores (`cargo bench --bench engine`).
#[derive(Debug)]
pub struct Carrier<T> {
    transport: Arc<T>,
    wire: Handle,
    /// The thread ends with it, and with the thread whatever is still under way.
    _end: oneshot::Sender<()>,
}

/// An exchange that is under way for as long as somebody waits for it.
struct UnderWay(JoinHandle<Result<Answer, Fault>>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl<T: Transport> Carrier<T> {
    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// If this machine has no thread left, or no file handles.
    pub fn start(transport: T) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let wire = runtime.handle().clone();
        let (end, ended) = oneshot::channel::<()>();
        thread::Builder::new().name("wire".to_owned()).spawn(move || runtime.block_on(ended))?;
        Ok(Self { transport: Arc::new(transport), wire, _end: end })
    }
}

impl<T: Transport> Transport for Carrier<T> {
    async fn exchange(&self, call: Call) -> Result<Answer, Fault> {
        let transport = Arc::clone(&self.transport);
        let mut under_way = UnderWay(self.wire.spawn(async move { transport.exchange(call).await }));
        match (&mut under_way.0).await {
            Ok(answered) => answered,
            Err(ended) if ended.is_panic() => resume_unwind(ended.into_panic()),
            Err(_) => Err(Fault::Lost { why: message!("lost-unknown-reason") }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::Mutex;
    use std::time::Duration;

    use super::*;
    use crate::api::Method;

    /// Says the name of the thread it works on; on `/never` it says nothing, and tells when it begins and is given up.
    struct Telling(Mutex<Option<(oneshot::Sender<()>, oneshot::Sender<()>)>>);

    impl Transport for Telling {
        async fn exchange(&self, call: Call) -> Result<Answer, Fault> {
            if call.path == "/never" {
                let (begun, _given_up) = self.0.lock().unwrap().take().unwrap();
                begun.send(()).unwrap();
                return pending().await;
            }
            assert!(call.path != "/panic", "as asked");
            let name = thread::current().name().unwrap_or_default().to_owned();
            Ok(Answer { status: 200, body: name.into_bytes(), ..Answer::default() })
        }
    }

    fn call(path: &str) -> Call {
        Call { method: Method::Get, path: path.to_owned(), body: None, patience: Duration::from_secs(1) }
    }

    #[tokio::test]
    async fn an_exchange_happens_on_the_thread_of_the_wire() {
        let carrier = Carrier::start(Telling(Mutex::default())).unwrap();
        assert_eq!(carrier.exchange(call("/")).await.unwrap().body, b"wire");
    }

    #[tokio::test]
    async fn an_exchange_that_nobody_waits_for_any_more_ends() {
        let ((begin, begun), (give_up, given_up)) = (oneshot::channel(), oneshot::channel());
        let carrier = Carrier::start(Telling(Mutex::new(Some((begin, give_up))))).unwrap();
        tokio::select! {
            _ = carrier.exchange(call("/never")) => unreachable!("it never answers"),
            begun = begun => begun.unwrap(),
        }
        assert!(given_up.await.is_err(), "its part of the channel went with it");
    }

    #[tokio::test]
    async fn a_panic_on_the_wire_is_one_on_the_street() {
        let carrier = Carrier::start(Telling(Mutex::default())).unwrap();
        let carried = tokio::spawn(async move { carrier.exchange(call("/panic")).await });
        assert!(carried.await.unwrap_err().is_panic());
    }
}
