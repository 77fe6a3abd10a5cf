//! Sign-in of people (Articles 6, 19, 53): by OpenID Connect, or, in a demo city only, as one of its invented people.
//!
//! | room | what is in it |
//! |---|---|
//! | [`options`] | providers, names of claims, times |
//! | `provider` | one provider: discovery, the code flow, its logout tokens |
//! | `claims` | what claims make of someone here |
//! | `http` | asking a provider |
//!
//! The pages are in `pages/sign_in.rs`; what a session is, in the service.

pub(crate) mod claims;
mod http;
pub mod options;
pub(crate) mod provider;

pub use options::{Admitted, ClaimNames, DemoAccount, ProviderOptions, Secret, SignInOptions};
