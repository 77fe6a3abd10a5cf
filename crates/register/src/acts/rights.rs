//! Chapter IV: the rights of credit subjects (Articles 33-38).

pub mod consent;
pub mod notice;
pub mod objection;
pub mod restoration;
pub mod withdrawal;
