//! Chapters I, II and VI: what keeps power in check (Articles 6, 19, 53-54).

pub mod incident;
pub mod proposal;
