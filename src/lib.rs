//! wip
pub mod model;
pub mod input;
