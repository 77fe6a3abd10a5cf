//! A format for tests: the penalty template for organisations.

use register::format::Format;

/// The format of the fixture that the integration tests use too.
pub(crate) fn penalty_format() -> Format {
    let schema = serde_json::from_str(include_str!("../tests/exchange/penalty-format.json")).unwrap();
    Format::new(schema).unwrap()
}
