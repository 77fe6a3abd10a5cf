//! The commands, a file each.

pub mod acts;
pub mod backup;
pub mod bench;
pub mod catalogue;
pub mod check_id;
pub mod completions;
pub mod config;
pub mod demo;
pub mod import;
pub mod incident;
pub mod init;
pub mod inquire;
pub mod key;
pub mod keys;
pub mod law;
pub mod mirror;
pub mod proposal;
pub mod rebuild;
pub mod restore;
pub mod serve;
pub mod simulate;
pub mod soak;
pub mod verify;
pub mod workdays;
