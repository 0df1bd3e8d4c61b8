//! The way to the server.

use std::path::PathBuf;

use async_nats::jetstream::{self, Context};
use async_nats::{ConnectOptions, Event, ServerAddr};

use super::error::FleetError;
use crate::words::message;

/// How to get to the server.
#[derive(Debug, Clone)]
pub struct Connecting {
    /// Addresses, apart by commas.
    pub servers: String,
    /// A `.creds` file.
    pub credentials: Option<PathBuf>,
    /// Certificates of the server's authority, where the system does not have them.
    pub authority: Option<PathBuf>,
    /// The certificate by which this member shows who it is, and its key.
    pub certificate: Option<(PathBuf, PathBuf)>,
    /// How this member is called in the server's lists.
    pub name: String,
}

impl Connecting {
    /// Goes to the server.
    ///
    /// # Errors
    ///
    /// If there is no way.
    pub(super) async fn connect(&self) -> Result<Context, FleetError> {
        // Fails only if a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let unreached = |error: String| FleetError::Unreached(error);
        let mut options = ConnectOptions::new().name(&self.name).event_callback(|event| async move {
            match event {
                Event::Connected | Event::Disconnected => tracing::info!(%event, "the fleet's server"),
                _ => tracing::debug!(%event, "the fleet's server"),
            }
        });
        if let Some(path) = &self.credentials {
            options = options
                .credentials_file(path)
                .await
                .map_err(|error| unreached(format!("{}: {error}", path.display())))?;
        }
        if let Some(path) = &self.authority {
            options = options.add_root_certificates(path.clone());
        }
        if let Some((certificate, key)) = &self.certificate {
            options = options.add_client_certificate(certificate.clone(), key.clone());
        }
        let servers = addresses(&self.servers)?;
        // The client does not look for them there itself.
        if let Some(user) = servers.iter().find_map(ServerAddr::username).map(plain) {
            options = match servers.iter().find_map(ServerAddr::password).map(plain) {
                Some(password) => options.user_and_password(user, password),
                None => options.token(user),
            };
        }
        let client = options.connect(servers).await.map_err(|error| unreached(error.to_string()))?;
        Ok(jetstream::new(client))
    }
}

/// What is wrong with an address is told without it: it may hold a password.
fn addresses(servers: &str) -> Result<Vec<ServerAddr>, FleetError> {
    let wrong = |_| FleetError::Unreached(message!("fleet-address").to_string());
    servers.split(',').map(|server| server.trim().parse().map_err(wrong)).collect()
}

/// Of an address, in which some characters have to be written otherwise.
fn plain(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}
