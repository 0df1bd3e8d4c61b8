//! A TLS server in front of a sandbox, with a certificate of any kind.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use tokio::io::{AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::rustls::{ServerConfig, crypto::ring};

/// Whoever signs certificates.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

/// What the server shows to those who connect.
#[derive(Clone, Copy)]
pub(crate) enum Shows {
    /// A certificate of the authority for this machine.
    Good,
    /// One that has expired.
    Expired,
    /// One for another name.
    OtherName,
    /// It closes the connection in the middle of the handshake.
    Nothing,
    /// It speaks no TLS.
    Plain,
}

/// The server. It lives as long as this.
pub(crate) struct TlsFront {
    address: SocketAddr,
    passed: Arc<AtomicUsize>,
    runtime: Option<Runtime>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// Its certificate.
    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    /// A certificate for this machine, whoever shows it, and its key, as PEM.
    #[cfg(feature = "fleet")]
    pub(crate) fn pair(&self) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
    }

    /// For this machine, in one of these protocols, the first preferred.
    #[cfg(feature = "http2")]
    pub(crate) fn acceptor_for(&self, protocols: &[&str]) -> TlsAcceptor {
        let mut config = self.config(Shows::Good);
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        TlsAcceptor::from(Arc::new(config))
    }

    fn config(&self, shows: Shows) -> ServerConfig {
        let name = if matches!(shows, Shows::OtherName) { "callbell.example" } else { "127.0.0.1" };
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        if matches!(shows, Shows::Expired) {
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(2021, 1, 1);
        }
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )
            .unwrap()
    }
}

impl TlsFront {
    /// In front of the server at this port.
    pub(crate) fn start(authority: &Authority, shows: Shows, behind: u16) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(authority.config(shows)));
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let passed = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&passed);
        runtime.spawn(async move {
            loop {
                let (mut connection, _) = listener.accept().await.unwrap();
                let (acceptor, counter) = (acceptor.clone(), Arc::clone(&counter));
                tokio::spawn(async move {
                    match shows {
                        Shows::Nothing => drop(connection),
                        Shows::Plain => {
                            // Whoever speaks TLS does not wait for the end of this.
                            let _ = connection.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
                        }
                        Shows::Good | Shows::Expired | Shows::OtherName => {
                            let Ok(mut outside) = acceptor.accept(connection).await else { return };
                            let mut inside = TcpStream::connect((Ipv4Addr::LOCALHOST, behind)).await.unwrap();
                            counter.fetch_add(1, Ordering::Relaxed);
                            // However either of them ends.
                            let _ = copy_bidirectional(&mut outside, &mut inside).await;
                        }
                    }
                });
            }
        });
        Self { address, passed, runtime: Some(runtime) }
    }

    pub(crate) fn base_url(&self) -> String {
        format!("https://{}/v1", self.address)
    }

    /// Connections that came through the handshake.
    pub(crate) fn passed(&self) -> usize {
        self.passed.load(Ordering::Relaxed)
    }
}

impl Drop for TlsFront {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
