//! A stand-in for the API over real HTTP on this machine.
//!
//! It shares no type with the client, reads and writes its own JSON and keeps its own count of requests per second, so
//! that one mistake cannot hide behind the other. Where the real API is unknown its behaviour is a switch
//! ([`Behaviour`]), and what goes wrong on a line comes from a list and a seed ([`FaultRule`]).
//!
//! [`World`] is a pure machine: a request and a time in, an answer out. [`perform`] plays it with its faults on
//! tokio's clock; [`Sandbox`] puts HTTP around it.

mod contacts;
mod directory;
mod faults;
mod http;
mod limit;
mod page;
mod perform;
mod route;
mod settings;
mod validate;
mod world;

pub use contacts::{Contact, Contacts};
pub use faults::{FaultKind, FaultRule, On};
pub use http::Sandbox;
pub use perform::{Played, perform};
pub use settings::{Account, Behaviour, SandboxError, SandboxSettings};
pub use world::{Reply, Request, World};
