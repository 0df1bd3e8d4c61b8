//! wip
pub mod api;
pub mod delivery;
pub mod input;
pub mod journal;
pub mod mapping;
pub mod model;
pub mod rate;
pub mod results;
pub mod sandbox;
pub mod survey;
