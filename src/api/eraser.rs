//! The calls that take an import back. The client that runs imports has none of them.

use super::answer::{self, Gone};
use super::client::{Call, Client, Exchange, Method, READ_PATIENCE, Transport};
use crate::model::is_uuid;

/// What the API says of a contact that it deleted, as its `status`.
pub(super) const DESTROYED: &str = "contact was destroyed";

/// Reads contacts and deletes them. Deleting is for ever, and so is a type of its own.
#[derive(Debug, Clone)]
pub struct Eraser<T> {
    client: Client<T>,
}

impl<T: Transport> Eraser<T> {
    /// Speaks as `client` does.
    pub fn new(client: Client<T>) -> Self {
        Self { client }
    }

    /// The calls that change nothing.
    pub fn client(&self) -> &Client<T> {
        &self.client
    }

    /// `DELETE /contacts/:uuid`.
    pub async fn delete(&self, uuid: &str) -> Exchange<Gone> {
        debug_assert!(is_uuid(uuid), "a uuid needs no encoding");
        let path = format!("/contacts/{uuid}");
        let call = Call { method: Method::Delete, path, body: None, patience: READ_PATIENCE };
        self.client.exchange(call, answer::read_deleted).await
    }
}
