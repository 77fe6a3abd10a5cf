//! Who may ask for what: load the facts, decide, record. The only crate that joins the law's pure functions to the store.
//!
//! Every act goes the same way: the facts are read in one snapshot outside the pen; under the pen what they rest on is asked
//! again; the ruling is journalled; the answer leaves after the commit that holds its entry.
//!
//! | room | what is asked there | articles |
//! |---|---|---|
//! | [`platform`] | the one way in which an act is written | 6, 53 |
//! | [`access`], [`sessions`], [`tokens`] | who calls; who has signed in; access tokens for keys | 6, 19 |
//! | [`administration`], [`Authorities`], [`proposals`] | enrolling, publishing, keys; what two persons do | 5, 6, 10, 13, 19, 53 |
//! | [`filing`] | a department's file becomes records | 11, 14, 15, 17 |
//! | [`filed`] | an office finds again what it filed | 14 |
//! | [`quality`] | how well departments file: what came when, what was refused and why | 11, 14 |
//! | [`inquiry`], [`own`] | one's own, an officer's, a consent holder's look; who looked, what was done | 20, 34, 35, 53(3) |
//! | [`publication`] | what anyone sees about organisations | 13, 15, 35 |
//! | [`operation`] | how the platform itself stands, and what waits for the big data centre | 13, 14 |
//! | [`statistics`] | what the journal's public leaves add up to | 7, 13 |
//! | [`records`], [`rights`] | correction, revocation, restoration; consent, withdrawal | 14, 35, 36, 38 |
//! | [`pace`], [`vigilance`] | how often is too often, and who tries identifiers out | 6, 53(6) |
//! | [`incidents`] | leaks and the like: registered, contained, reported, told | 19 |
//! | [`erasure`] | erasure, and what is tidied up after it | 6, 14, 53(3) |
//! | [`proof`] | checkpoints, tiles, proofs, receipts | 6, 53(3) |

pub mod access;
pub mod administration;
mod authorities;
pub mod cases;
pub mod erasure;
pub mod error;
mod facts;
pub mod filed;
pub mod filing;
pub mod incidents;
pub mod inquiry;
pub mod operation;
pub mod own;
pub mod pace;
pub mod platform;
pub mod proof;
pub mod proposals;
pub mod publication;
pub mod quality;
pub mod recipients;
pub mod records;
pub mod rights;
pub mod sessions;
pub mod statistics;
pub mod tokens;
pub mod vigilance;

pub use authorities::Authorities;
pub use error::ServiceError;
pub use platform::{Done, Platform, PlatformOptions, Recorded};
pub use store::{Demo, StoreAddress, StoreError};
