//! The API and the pages over a real platform on a store of its own.

mod ask;
mod city;
mod described;
mod filing;
mod flow;
mod limits;
mod proof;
mod public;
mod refusals;
mod serving;
