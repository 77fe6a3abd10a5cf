//! What the law means and does: the acts of a public credit information platform, as pure functions.
//!
//! | room | what is in it | articles |
//! |---|---|---|
//! | [`subject`], [`authority`], [`catalogue`], [`record`], [`caller`] | the nouns | 2, 5, 10-12, 14 |
//! | [`case`] | an objection or an application for restoration, from the first act to the last answer | 37, 38 |
//! | [`incident`] | what befell the information itself, and what was done about it | 19 |
//! | [`ruling`] | what a decision says: grounds, refusals | all |
//! | [`event`] | what happened: the sum of the chapters' vocabularies | 6, 53 |
//! | [`change`] | which rows an event writes: the only bridge from events to tables | 6 |
//! | [`acts`] | one file per act: what the articles require, facts, command, deciding function | 6, 9-20, 33-38, 53 |
//! | [`rules`] | questions of law that several acts ask | 11, 14, 15, 17, 20, 35 |
//!
//! Nothing here reads a clock, draws a random number, or touches a disk: facts go in, a ruling comes out.

pub mod acts;
pub mod authority;
pub mod caller;
pub mod case;
pub mod catalogue;
pub mod change;
pub mod event;
pub mod format;
pub mod incident;
pub mod record;
pub mod rules;
pub mod ruling;
pub mod secret;
pub mod subject;
pub mod tables;
pub mod text;
pub mod view;
