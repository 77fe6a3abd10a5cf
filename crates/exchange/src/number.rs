//! Amounts and whole numbers, read exactly: no float ever holds one.

use register::text::half_width;

/// Why a text is no such number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberFault {
    /// It is no number.
    NotANumber,
    /// It has more decimals than the form allows.
    Decimals {
        /// How many it has.
        given: usize,
    },
    /// It is negative, which an amount is not.
    Negative,
    /// It is larger than the register holds.
    TooLarge,
    /// It has separators that do not part thousands.
    Separators,
    /// A spreadsheet program has written it in powers of ten and may have lost its last digits.
    PowerOfTen,
    /// It names a unit that is not the field's.
    Unit,
}

/// How a number is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Notation {
    /// Decimals at most; the result counts in the smallest of them.
    pub decimals_max: usize,
    /// Whether it may be negative.
    pub signed: bool,
    /// Whether powers of ten are exact here: in a JSON number, whose writer chose the notation, but not in a cell.
    pub powers_of_ten: bool,
    /// The unit that may stand behind it.
    pub unit: &'static str,
}

impl Notation {
    /// An amount in 10,000 yuan, kept as whole fen.
    pub const TEN_THOUSAND_YUAN: Self =
        Self { decimals_max: 6, signed: false, powers_of_ten: false, unit: "万元" };
    /// An amount in yuan, kept as whole fen.
    pub const YUAN: Self = Self { decimals_max: 2, signed: false, powers_of_ten: false, unit: "元" };
    /// An amount in whole fen already.
    pub const FEN: Self = Self { decimals_max: 0, signed: false, powers_of_ten: false, unit: "分" };
    /// A whole number.
    pub const WHOLE: Self = Self { decimals_max: 0, signed: true, powers_of_ten: false, unit: "" };

    /// The same in a JSON number.
    pub const fn in_json(mut self) -> Self {
        self.powers_of_ten = true;
        self
    }

    /// Reads a number.
    pub fn read(self, written: &str) -> Result<i64, NumberFault> {
        let text: String = written.chars().map(half_width).filter(|character| *character != ' ').collect();
        let text = text.trim_start_matches(['¥', '￥']);
        let text = self.without_unit(text)?;
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = self.exponent(text)?;
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let whole = without_separators(whole)?;
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(&whole) || !digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
            return Err(NumberFault::NotANumber);
        }
        // `3.0` is a whole number that some programs write so.
        let fraction = if self.decimals_max == 0 { fraction.trim_end_matches('0') } else { fraction };
        let decimals =
            i64::try_from(fraction.len()).map_err(|_| NumberFault::TooLarge)?.saturating_sub(exponent);
        let wanted = i64::try_from(self.decimals_max).map_err(|_| NumberFault::TooLarge)?;
        if decimals > wanted {
            return Err(NumberFault::Decimals { given: usize::try_from(decimals).unwrap_or(usize::MAX) });
        }
        let digits = format!("{whole}{fraction}");
        let digits = digits.trim_start_matches('0');
        if digits.is_empty() {
            return Ok(0);
        }
        if negative && !self.signed {
            return Err(NumberFault::Negative);
        }
        let digits: i64 = digits.parse().map_err(|_| NumberFault::TooLarge)?;
        let power = u32::try_from(wanted.saturating_sub(decimals)).map_err(|_| NumberFault::TooLarge)?;
        let value = 10_i64
            .checked_pow(power)
            .and_then(|factor| digits.checked_mul(factor))
            .ok_or(NumberFault::TooLarge)?;
        Ok(if negative { -value } else { value })
    }

    fn without_unit(self, text: &str) -> Result<&str, NumberFault> {
        if !self.unit.is_empty()
            && let Some(number) = text.strip_suffix(self.unit)
            && number.ends_with(|last: char| last.is_ascii_digit())
        {
            return Ok(number);
        }
        let other = ["元", "分", "角", "万", "亿"].iter().any(|unit| text.ends_with(unit));
        if other && text.starts_with(|first: char| first.is_ascii_digit()) {
            return Err(NumberFault::Unit);
        }
        Ok(text)
    }

    fn exponent(self, text: &str) -> Result<(&str, i64), NumberFault> {
        let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return Ok((text, 0)) };
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if digits.is_empty() || digits.len() > 6 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NumberFault::NotANumber);
        }
        if !self.powers_of_ten {
            return Err(NumberFault::PowerOfTen);
        }
        let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
        Ok((mantissa, exponent.parse().map_err(|_| NumberFault::TooLarge)?))
    }
}

/// The whole part without separators of thousands, which must part thousands.
fn without_separators(whole: &str) -> Result<String, NumberFault> {
    if !whole.contains(',') {
        return Ok(whole.to_owned());
    }
    let mut groups = whole.split(',');
    let first = groups.next().map_or(0, str::len);
    if !(1..=3).contains(&first) || groups.any(|group| group.len() != 3) {
        return Err(NumberFault::Separators);
    }
    Ok(whole.replace(',', ""))
}

/// An amount of fen as one writes it with so many decimals, without needless zeros: `1234500` fen is `1.2345` in
/// 10,000 yuan.
pub(crate) fn written(fen: i64, decimals: usize) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", fen.unsigned_abs(), width = decimals.saturating_add(1));
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(decimals));
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WAN: Notation = Notation::TEN_THOUSAND_YUAN;

    #[test]
    fn ten_thousand_yuan_become_fen_exactly() {
        for (written, fen) in [
            ("5", 5_000_000),
            ("0.000001", 1),
            ("0.5", 500_000),
            (".5", 500_000),
            ("1.234567", 1_234_567),
            ("1,234.5", 1_234_500_000),
            ("１２．５", 12_500_000),
            ("¥3", 3_000_000),
            ("3万元", 3_000_000),
            ("0", 0),
            ("-0.0", 0),
            ("+2", 2_000_000),
            ("999999999999.999999", 999_999_999_999_999_999),
        ] {
            assert_eq!(WAN.read(written), Ok(fen), "{written}");
        }
    }

    #[test]
    fn a_seventh_decimal_is_refused_even_where_it_is_zero() {
        assert_eq!(WAN.read("1.2345678"), Err(NumberFault::Decimals { given: 7 }));
        assert_eq!(WAN.read("1.0000000"), Err(NumberFault::Decimals { given: 7 }));
        assert_eq!(WAN.in_json().read("1E-7"), Err(NumberFault::Decimals { given: 7 }));
        assert_eq!(WAN.in_json().read("0.30000000000000004"), Err(NumberFault::Decimals { given: 17 }));
        assert_eq!(Notation::YUAN.read("1.234"), Err(NumberFault::Decimals { given: 3 }));
    }

    #[test]
    fn powers_of_ten_are_exact_in_json_and_refused_in_cells() {
        assert_eq!(WAN.in_json().read("1.5E2"), Ok(150_000_000));
        assert_eq!(WAN.in_json().read("1.23456789E7"), Ok(12_345_678_900_000));
        assert_eq!(WAN.read("1.5E+02"), Err(NumberFault::PowerOfTen));
    }

    #[test]
    fn what_is_no_amount_is_refused_with_its_own_reason() {
        for (written, fault) in [
            ("-1", NumberFault::Negative),
            ("abc", NumberFault::NotANumber),
            ("", NumberFault::NotANumber),
            (".", NumberFault::NotANumber),
            ("1.2.3", NumberFault::NotANumber),
            ("1,23", NumberFault::Separators),
            ("1,,234", NumberFault::Separators),
            (",123", NumberFault::Separators),
            ("50000元", NumberFault::Unit),
            ("9999999999999999", NumberFault::TooLarge),
            ("99999999999999999999999999999", NumberFault::TooLarge),
        ] {
            assert_eq!(WAN.read(written), Err(fault), "{written}");
        }
        assert_eq!(WAN.in_json().read("1e999999"), Err(NumberFault::TooLarge));
        assert_eq!(WAN.in_json().read("0e999999"), Ok(0));
        assert_eq!(WAN.in_json().read("1e9999999"), Err(NumberFault::NotANumber));
    }

    #[test]
    fn whole_numbers_may_be_negative_and_may_end_in_a_zero_decimal() {
        assert_eq!(Notation::WHOLE.read("-3"), Ok(-3));
        assert_eq!(Notation::WHOLE.read("1.0"), Ok(1));
        assert_eq!(Notation::WHOLE.read("1.5"), Err(NumberFault::Decimals { given: 1 }));
        assert_eq!(Notation::FEN.read("-3"), Err(NumberFault::Negative));
    }

    proptest! {
        #[test]
        fn an_amount_reads_back_from_its_text(fen in 0_i64..=i64::MAX) {
            prop_assert_eq!(WAN.read(&written(fen, 6)), Ok(fen));
            prop_assert_eq!(Notation::YUAN.read(&written(fen, 2)), Ok(fen));
            prop_assert_eq!(Notation::FEN.read(&written(fen, 0)), Ok(fen));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,30}", digits in "[-+0-9.,eE万元¥ ]{0,30}") {
            for notation in [WAN, WAN.in_json(), Notation::YUAN, Notation::WHOLE.in_json()] {
                let _ = notation.read(&text);
                let _ = notation.read(&digits);
            }
        }
    }
}
