//! The engine of a fleet: NATS JetStream, and what this program asks of it.
//!
//! A *job* is an import into one account, cut into *chunks* of rows. Each chunk is a message of the stream of work; one
//! durable consumer for each account hands out one of them at a time ([`Turn`]), so that an account has one sender. While
//! a worker has a chunk it marks it every now and then; when the marks stay out, the chunk is handed to another worker.
//!
//! What a chunk's rows went through is written into its journal as on one machine. The journal is a subject of the stream
//! of logs ([`StreamLog`], a [`Storage`](crate::journal::Storage)), and each append names the sequence number that it
//! expects to be the last there. That is the fence: a worker that was thought dead, and wakes, finds another number, and
//! neither that record nor any later one is written.
//!
//! A fence keeps a zombie from writing, and not from sending what it had announced before. So a worker sends only while
//! its [`Hold`] is good: for two thirds of the lease after the later of its last mark and the last proof that the log is
//! still its own, by a clock that goes on while the machine sleeps. And a successor whose predecessor did not end in order
//! claims the log first, which ends all proofs, and waits for a whole lease before its first request. Marks alone would not
//! do: the server also confirms those of a worker whose chunk it has handed to another.
//!
//! Nothing of a person enters the engine: work names a job, a chunk and rows by their numbers, and logs are [sealed](Seal)
//! with a key that stands in the shared folder.

mod chunk;
mod connecting;
mod engine;
mod error;
mod hold;
mod job;
mod log;
mod seal;
mod streams;

pub use chunk::{Turn, Work};
pub use connecting::Connecting;
pub use engine::{Engine, Founding};
pub use error::FleetError;
pub use hold::Hold;
pub use job::{Admitted, Alias, Done, JobId, JobState, Phase, Tenure};
pub use log::{LogHandle, Opened, StreamLog};
pub use seal::{KEY, Seal};
