//! A short message to somebody's server, under the same rules as the requests of the import.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;

use super::address::Address;
use crate::words::{Message, message};

/// How long one try may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Tries; who is not reached then is not reached.
const TRIES: u32 = 3;

/// Sends `body`. The reason of a failure never shows the address.
pub(super) async fn post(address: Address, content_type: &'static str, body: String) -> Result<(), Message> {
    let client = client(&address).map_err(|error| reason(&error))?;
    let mut tries = 1;
    loop {
        let sent =
            client.post(address.url()).header(CONTENT_TYPE, content_type).body(body.clone()).send().await;
        let why = match sent {
            Ok(answer) if answer.status().is_success() => return Ok(()),
            // It has arrived and is not wanted; more of the same helps nobody.
            Ok(answer) if answer.status().is_client_error() => {
                return Err(message!("post-answered", status = answer.status().to_string()));
            }
            Ok(answer) => message!("post-answered", status = answer.status().to_string()),
            Err(error) => reason(&error),
        };
        if tries == TRIES {
            return Err(why);
        }
        tokio::time::sleep(Duration::from_millis(250 << tries)).await;
        tries += 1;
    }
}

fn client(address: &Address) -> reqwest::Result<reqwest::Client> {
    // Fails only if a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder();
    // What is meant for this machine stays on it, unencrypted as it may be.
    let builder = if address.is_here() { builder.no_proxy() } else { builder };
    builder
        .user_agent(concat!("callbell-import/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .http1_only()
        .timeout(PATIENCE)
        .build()
}

fn reason(error: &reqwest::Error) -> Message {
    if error.is_timeout() {
        message!("lost-no-answer")
    } else if error.is_connect() {
        message!("post-unreached")
    } else {
        message!("post-broke-off")
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    async fn address() -> (TcpListener, Address) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/s3cret", listener.local_addr().unwrap());
        (listener, Address::parse(&address).unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn who_never_answers_is_given_up_after_three_tries() {
        let (_listener, address) = address().await;
        let started = tokio::time::Instant::now();
        assert_eq!(post(address, "text/plain", "x".to_owned()).await, Err(message!("lost-no-answer")));
        assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    }

    #[tokio::test]
    async fn who_answers_nonsense_or_no_is_told_without_the_address() {
        for (answer, reason) in [
            ("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", "it answers 404 Not Found"),
            ("HTTP/1.1 302 Found\r\nlocation: /s3cret\r\ncontent-length: 0\r\n\r\n", "it answers 302 Found"),
            ("nonsense", "the connection broke off"),
        ] {
            let (listener, address) = address().await;
            let server = tokio::spawn(async move {
                while let Ok((mut stream, _)) = listener.accept().await {
                    // A connection that is closed with something unread is cut.
                    let _ = stream.read(&mut [0; 4096]).await;
                    let _ = stream.write_all(answer.as_bytes()).await;
                }
            });
            assert_eq!(
                post(address, "text/plain", "x".to_owned()).await.map_err(|why| why.to_string()),
                Err(reason.to_owned())
            );
            server.abort();
        }
    }
}
