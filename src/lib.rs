//! wip
pub mod api;
pub mod input;
pub mod mapping;
pub mod model;
pub mod rate;
