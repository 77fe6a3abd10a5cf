//! The acts, by the chapters of the regulations. Every file has the same five parts in the same order: what the articles
//! require, the facts that the law makes relevant, the command, `may_…` and the deciding function, the tests.

pub mod accountability;
pub mod information;
pub mod rights;
