//! Where it is kept: the only crate that names a database.
//!
//! | room | what is in it |
//! |---|---|
//! | `sql` | the seam: the only file that names the driver |
//! | `schema` | every table, declared in one place, and what makes it on both engines |
//! | `store`, `address`, `keys`, `keyed` | opening and creating a store, its keys, and what is digested with them |
//! | `writer`, `pen`, `entries`, `project`, `bulk` | group commit, the entries of an act, and their rows |
//! | `foreseen` | what is known under the pen without asking again |
//! | `asking` | readings that wait are done together |
//! | `reader`, `readers`, `read` | one type that reads, outside the pen and under it |
//! | `checkpoint` | signed checkpoints, tiles and proofs |
//! | `verify`, `receipts`, `rebuild` | finding what was changed; comparing the tables with the journal |
//! | `search` | finding organisations by a part of their name |
//! | `own_folder` | a folder that goes with its process |
//! | `backup` | backup, restoration, and what a restored store must be shown before it signs |
//! | `fault` | what comes of each fault of the write path, and a proxy that makes them |
//! | `operational`, `sessions` | receipts, refused lines, rough counts, uses of keys; who has signed in |
//! | `inventory` | a signed count of what the tree does not cover: receipts, checkpoints, notes |
//! | `rows` | rows of any table as plain values |
//! | `yardstick` | the bare work of an engine, for the benchmarks |
//!
//! An act is written by [`Store::write`]: it takes the pen, checks again what was read outside, appends its entries, and
//! is answered after the commit. What is read is read through [`Reader`], from a [`Snapshot`] or the [`Pen`].

mod address;
mod asking;
mod backup;
mod bulk;
mod checkpoint;
mod entries;
mod erasure;
mod error;
mod fault;
mod foreseen;
mod inventory;
mod keyed;
mod keys;
mod operational;
mod own_folder;
mod pen;
mod project;
mod read;
mod reader;
mod readers;
mod rebuild;
mod receipts;
mod ring;
mod rotation;
mod rows;
mod schema;
mod search;
mod sessions;
mod sql;
mod statements;
mod store;
mod value;
mod verify;
mod writer;
pub mod yardstick;

pub use address::StoreAddress;
pub use backup::{
    BackupChecked, BackupReport, Confirmation, Confirmed, RestoreOptions, RestoreReport, RestoreStep,
    check_backup,
};
pub use checkpoint::{KeptCheckpoint, Proven};
pub use error::StoreError;
pub use fault::{Cut, CuttingProxy};
pub use foreseen::Foreseen;
pub use keys::SeededRandomness;
pub use operational::BatchError;
pub use own_folder::OwnFolder;
pub use pen::{Appended, Pen};
pub use read::about::{About, SubjectStanding};
pub use read::batches::{Batch, BatchState, BatchesAsked};
pub use read::cases::{CasesOf, GivenNotice};
pub use read::entries::{EntriesTallied, JournalledAct};
pub use read::intake::{DaysIntake, KeptRefusal};
pub use read::records::{FoundRecords, StatementAsked};
pub use read::subjects::OrganisationFound;
pub use reader::{Head, Reader, Snapshot};
pub use rebuild::{Difference, RebuildReport};
pub use ring::GivenRing;
pub use rotation::{KeyNumbers, Left, RetireReport, RotationReport};
pub use schema::tables;
pub use search::{NoPlace, OrganisationSearch, SearchPage, SearchPlace};
pub use sessions::StoredSession;
pub use store::{Demo, Store, StoreOptions};
pub use verify::{Progress, VerifyKnown};
pub use writer::{Limits, Writing};
