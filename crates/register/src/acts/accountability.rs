//! Chapters I and VI: what keeps power in check (Articles 6, 53).

pub mod proposal;
