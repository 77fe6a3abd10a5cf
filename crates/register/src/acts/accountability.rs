//! Security and accountability (Articles 19, 53-54).

pub mod incident;
