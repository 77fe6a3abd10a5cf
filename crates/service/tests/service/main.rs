//! Stories of a town, told on both engines; after each the journal verifies and the tables are its fold.

mod concurrency;
mod filing;
mod looking;
mod random;
mod rights;
mod support;
