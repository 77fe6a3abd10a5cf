//! Chapter II: management of social credit information (Articles 9-20).

pub mod access;
pub mod catalogue;
pub mod commencement;
pub mod correction;
pub mod erasure;
pub mod filing;
pub mod inquiry;
pub mod verification;
