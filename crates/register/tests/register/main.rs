//! The register as a lawyer would try it: a small catalogue, a fixed day, and the acts one by one.

mod catalogue;
mod disclosure;
mod filing;
mod fixture;
mod inquiry;
mod records;
