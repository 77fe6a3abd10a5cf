//! Chapter IV: the rights of credit subjects (Articles 33-38).

pub mod consent;
pub mod restoration;
pub mod withdrawal;
