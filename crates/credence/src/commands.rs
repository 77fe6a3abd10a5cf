//! The commands, a file each.

pub mod check_id;
pub mod completions;
pub mod config;
pub mod law;
pub mod workdays;
