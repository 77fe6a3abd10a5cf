//! A city on a virtual clock: subjects, offices and recipients act at random, the negligent and the hostile among them, the program
//! crashes and starts again, and after every day it is asked whether the rights of Chapter IV were kept (Articles 33-38).
//!
//! What should be is kept apart from the platform, in a model that knows nothing of its tables: what was filed, taken off, objected
//! to, shown to whom, told and acknowledged. Seed, subjects and days fix everything, so that what is found can be found again.
//!
//! | room | what is in it |
//! |---|---|
//! | `town` | the platform, its people and its offices |
//! | `model` | what should be |
//! | `acts` | what people do on a day, lawful or not |
//! | `owed` | what offices owe on a day, and do or do not |
//! | `check` | what is against what should be |
//! | `run` | days, one after the other |

pub mod acts;
pub mod check;
pub mod model;
pub mod owed;
pub mod run;
pub mod town;
