//! wip
pub mod input;
pub mod mapping;
pub mod model;
