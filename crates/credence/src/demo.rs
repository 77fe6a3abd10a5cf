//! The demo city: everything in it is invented and follows from a seed, a day and a number of subjects.

pub mod accounts;
pub mod building;
pub mod city;
pub mod content;
pub mod draw;
pub mod identities;
pub mod lines;
pub mod names;
pub mod scenarios;
pub mod showcase;
pub mod timeline;
