//! Many workers, one real nats-server, one sandbox for each account. Without a nats-server on this machine these tests say
//! so and do nothing; with `CALLBELL_IMPORT_TEST_NATS=1` that is a failure.
//!
//! Each story ends with the same sentence: nobody twice, no row lost, never more than the rate in any rolling second, and the
//! parts together are what one run on one machine writes.

mod again;
mod believed;
mod calm;
mod cluster;
mod collected;
mod crew;
mod deaths;
mod documents;
mod fence;
mod late;
mod many;
mod network;
mod server;
mod walled;
