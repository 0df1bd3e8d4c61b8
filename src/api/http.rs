//! The wire: one request over HTTP.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Request;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};

use super::client::{Answer, Call, Method, Transport};
use super::connections::Connections;
use super::endpoint::BaseUrl;
use super::fault::Fault;
use super::redactor::Redactor;
use super::roots::ExtraRoots;
use super::token::ApiToken;
use crate::model::printable;
use crate::words::{Message, message, worded};

const CONNECT_PATIENCE: Duration = Duration::from_secs(10);
/// Connections that were idle for longer are not used again: servers and gateways close them about then, and a
/// request sent into a closing connection is a doubt.
const IDLE: Duration = Duration::from_secs(15);
/// What is sent, and what is asked for.
const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// Largest answer that is read. A contact has a few kilobytes.
const LARGEST_ANSWER: usize = 1 << 20;

/// Which HTTP is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HttpVersion {
    /// HTTP/1.1: one request at a time per connection, so that a cut connection puts one contact in doubt.
    #[default]
    One,
    /// HTTP/2 where the server offers it in the TLS handshake, else HTTP/1.1. All requests share a connection: one that is
    /// cut puts every contact on it in doubt.
    #[cfg(feature = "http2")]
    Two,
}

/// The API over HTTP.
#[derive(Debug, Clone)]
pub struct Http {
    client: reqwest::Client,
    base: BaseUrl,
    connections: Connections,
    redactor: Redactor,
    guard: Option<Guard>,
}

/// Asked right before each request whether it may leave.
#[derive(Clone)]
pub struct Guard(Arc<dyn Fn() -> bool + Send + Sync>);

impl Guard {
    /// Asks this.
    pub fn new(may_leave: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(may_leave))
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guard")
    }
}

/// The client could not be set up.
#[derive(Debug)]
pub struct HttpError(Message);

worded!(HttpError);

impl HttpError {
    /// What is wrong.
    pub fn message(&self) -> Message {
        message!("http-set-up", why = &self.0)
    }
}

impl Http {
    /// For the API at `base`, opened by `token`, over at most `concurrency` connections. The server's
    /// certificate is verified by the system's authorities and by `roots`.
    ///
    /// # Errors
    ///
    /// If the TLS set-up of this machine is unusable, or `roots` are.
    pub fn new(
        base: BaseUrl,
        token: &ApiToken,
        concurrency: usize,
        version: HttpVersion,
        roots: &ExtraRoots,
    ) -> Result<Self, HttpError> {
        // Fails only if a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut authorization =
            HeaderValue::from_str(&token.header()).map_err(|_| HttpError(message!("http-token")))?;
        authorization.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, authorization);
        headers.insert(ACCEPT, JSON);
        let connections = Connections::at_most(concurrency);
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("callbell-import/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            // One retry authority: the delivery of a row. A POST that follows a redirect becomes a GET.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .https_only(!base.is_loopback())
            .connect_timeout(CONNECT_PATIENCE)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(concurrency)
            .tcp_keepalive(IDLE)
            .tcp_nodelay(true)
            .connector_layer(connections.clone());
        #[cfg(target_os = "linux")]
        {
            builder = builder.tcp_user_timeout(Duration::from_secs(30));
        }
        builder = match version {
            HttpVersion::One => builder.http1_only(),
            #[cfg(feature = "http2")]
            HttpVersion::Two => builder.http2_adaptive_window(true),
        };
        if base.is_loopback() {
            builder = builder.no_proxy();
        }
        if !roots.is_empty() {
            builder = builder.tls_certs_merge(roots.certificates());
        }
        let client = builder.build().map_err(|error| HttpError(describe(&error)))?;
        Ok(Self { client, base, connections, redactor: Redactor::of(token), guard: None })
    }

    /// The same, but no request leaves that `guard` does not let go.
    #[must_use]
    pub fn guarded(self, guard: Guard) -> Self {
        Self { guard: Some(guard), ..self }
    }
}

impl Transport for Http {
    async fn exchange(&self, call: Call) -> Result<Answer, Fault> {
        let no_address = || Fault::Unreached { why: message!("lost-no-address") };
        let url = self.base.join(&call.path).ok_or_else(no_address)?;
        let mut request = Request::new(call.method.into(), url);
        *request.timeout_mut() = Some(call.patience);
        if let Some(body) = call.body {
            request.headers_mut().insert(CONTENT_TYPE, JSON);
            *request.body_mut() = Some(body.into());
        }
        self.connections.lend(self.send(request)).await
    }
}

impl Http {
    async fn send(&self, request: Request) -> Result<Answer, Fault> {
        // As late as can be: a process may have been stopped for long between its turn and this line.
        if self.guard.as_ref().is_some_and(|guard| !guard.0()) {
            return Err(Fault::Unreached { why: message!("lost-may-not-send") });
        }
        let mut response = self.client.execute(request).await.map_err(|error| fault(&error))?;
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| fault(&error))? {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                return Err(Fault::Lost { why: message!("lost-too-large") });
            }
            body.extend_from_slice(&chunk);
        }
        let headers = headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        let answer = Answer::new(status, headers, self.redactor.without_token(body));
        let location = answer.location.and_then(|location| self.redactor.without_token_in_address(&location));
        Ok(Answer { location, ..answer })
    }
}

impl From<Method> for reqwest::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Get => Self::GET,
            Method::Post => Self::POST,
            Method::Patch => Self::PATCH,
            Method::Delete => Self::DELETE,
        }
    }
}

/// Whether anything can have been sent before it went wrong.
fn fault(error: &reqwest::Error) -> Fault {
    if error.is_connect() {
        let mut cause: Option<&(dyn Error + 'static)> = error.source();
        while let Some(source) = cause {
            if let Some(rustls::Error::InvalidCertificate(why)) = tls_error(source) {
                return Fault::Untrusted { why: Message::verbatim(printable(&why.to_string())) };
            }
            cause = source.source();
        }
        let why = if error.is_timeout() { message!("lost-connecting") } else { describe(error) };
        return Fault::Unreached { why };
    }
    if error.is_builder() {
        return Fault::Unreached { why: describe(error) };
    }
    if error.is_timeout() {
        return Fault::Lost { why: message!("lost-no-answer") };
    }
    Fault::Lost { why: message!("lost-cut-off", why = describe(error)) }
}

/// Input and output carry it, sometimes twice.
fn tls_error<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e rustls::Error> {
    error
        .downcast_ref::<rustls::Error>()
        .or_else(|| tls_error(error.downcast_ref::<std::io::Error>()?.get_ref()?))
}

/// The reasons that people meet, in our words.
fn known(error: &(dyn Error + 'static)) -> Option<Message> {
    use std::io::ErrorKind::{ConnectionRefused, HostUnreachable, NetworkUnreachable};
    if let Some(rustls::Error::InvalidMessage(_)) = tls_error(error) {
        return Some(message!("lost-not-https"));
    }
    let error = error.downcast_ref::<std::io::Error>()?;
    match error.kind() {
        ConnectionRefused => Some(message!("lost-refused")),
        HostUnreachable | NetworkUnreachable => Some(message!("lost-unreachable")),
        // The standard library has no kind for it.
        _ if error.to_string().contains("lookup address") => Some(message!("lost-no-such-host")),
        _ => None,
    }
}

/// The innermost reason. Outer ones name the address, which for a look-up holds a phone number.
pub(super) fn describe(error: &reqwest::Error) -> Message {
    let mut innermost: &(dyn Error + 'static) = error;
    while let Some(source) = innermost.source() {
        innermost = source;
        if let Some(known) = known(innermost) {
            return known;
        }
    }
    if std::ptr::addr_eq(innermost, std::ptr::from_ref(error)) {
        return message!("lost-unknown-reason");
    }
    Message::verbatim(printable(&innermost.to_string()))
}
