//! The far side: what goes over the line and what comes back.
//!
//! Strict in what is sent, lenient in what is read, and exact about one thing: whether a contact may exist. A
//! [`Client`] makes one request per call and never repeats, redirects or waits; whoever calls decides what follows
//! from a [`Fault`]. It cannot delete: whoever takes an import back has an [`Eraser`].

mod account;
mod answer;
mod assumed;
mod changes;
mod client;
mod connections;
mod endpoint;
mod eraser;
mod fault;
mod http;
mod members;
mod redactor;
mod retry_after;
mod roots;
mod stored;
mod token;
mod trail;
mod wire;

pub use account::{AccountPlan, Channel, Listed, Member, Team};
pub use answer::{Gone, Identity, Page, Place};
pub use assumed::{CLOCK_SLACK, READ_LAG};
pub use changes::Changes;
pub use client::{Answer, Call, Client, Exchange, Method, Transport};
pub use endpoint::{BaseUrl, BaseUrlError};
pub use eraser::Eraser;
pub use fault::{Existence, Fault};
pub use http::{Guard, Http, HttpError, HttpVersion};
pub use roots::{ExtraRoots, RootsError};
pub use stored::{FieldAbout, StoredContact};
pub use token::{ApiToken, TokenError};
pub use trail::Trail;
pub use wire::{ParamNames, PhoneFormat, WireStyle};
