//! Questions of law that several acts ask: one function each, its articles above it.

pub mod access;
pub mod competence;
pub mod completeness;
pub mod deadlines;
pub mod disclosure;
pub mod display_period;
pub mod enumeration;
pub mod identification;
pub mod masking;
pub mod personal_numbers;
pub mod special_category;
pub mod words;
