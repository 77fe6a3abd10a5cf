//! The fire harness: the real program is started, loaded over HTTP by many connections, hurt and killed at random moments,
//! started again, and every answer that it acknowledged is looked up in the journal.
//!
//! | room | what is in it |
//! |---|---|
//! | `machine` | what the machine has: PostgreSQL's programs, a small file system, a clock that can be set |
//! | `cluster` | a PostgreSQL of its own, which may be killed |
//! | `city` | the store that is loaded, and who lives in it |
//! | `server` | the program as a process |
//! | `load` | the requests and what was acknowledged |
//! | `fault` | what is done to the program while it is loaded |
//! | `check` | the acknowledged answers against the journal |
//! | `run` | rounds, one after the other |

pub mod check;
pub mod city;
pub mod cluster;
pub mod fault;
pub mod load;
pub mod machine;
pub mod run;
pub mod server;
