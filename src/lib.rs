//! wip
pub mod api;
pub mod cli;
pub mod delivery;
pub mod input;
pub mod intake;
pub mod journal;
pub mod mapping;
pub mod model;
pub mod progress;
pub mod rate;
pub mod report;
pub mod results;
pub mod run;
pub mod sandbox;
pub mod survey;
