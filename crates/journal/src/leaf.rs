//! What is public about an entry, and nothing else.

use crate::hash::{Hash, leaf_hash};

/// The first line of every leaf: the format and its version.
const FORMAT: &str = "credence-leaf/1";
/// Kind, office and article have at most this many bytes each.
const FIELD_BYTES_MAX: usize = 64;
/// The first minute that a leaf can name, in minutes since 1970: 1970-01-01T00:00+08:00.
const MINUTE_MIN: i64 = -8 * 60;
/// The last one: 9999-12-31T23:59+08:00.
const MINUTE_MAX: i64 = 4_223_371_679 - 8 * 60;

/// The public leaf of an entry. It holds nothing by which two leaves could be joined: subject, record,
/// officer and matter are under the commitment.
///
/// Its text is what is hashed into the tree and what a mirror holds:
///
/// ```text
/// credence-leaf/1
/// number 12
/// minute 2026-02-13T09:05+08:00
/// kind inquiry-answered
/// office bj-market-supervision
/// article 20(1)
/// commitment 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Leaf {
    /// The entry's number: its index in the tree, from zero.
    pub number: u64,
    /// When, in minutes since 1970-01-01T00:00Z; the text shows it as Beijing time. No finer, so that times
    /// cannot be matched with an access log.
    pub minute: i64,
    /// The kind of act, such as `inquiry-answered`.
    pub kind: String,
    /// The code of the office that acted, `-` when none did.
    pub office: String,
    /// The article it was done under, as a short citation such as `20(1)`.
    pub article: String,
    /// The salted digest of everything else; see [`crate::commitment()`].
    pub commitment: Hash,
}

/// Why a leaf cannot be written or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeafError {
    /// A field is empty, too long, or has a character that is not printable ASCII without spaces.
    #[error("the leaf's {0} must be 1 to 64 printable ASCII characters without spaces")]
    Field(&'static str),
    /// The minute lies outside the years 1970 to 9999.
    #[error("the leaf's minute `{0}` is outside the years 1970 to 9999")]
    Minute(i64),
    /// The text is not exactly what this version writes.
    #[error("the leaf is not of the form {FORMAT}: {0}")]
    Form(&'static str),
}

/// A leaf's fields where they lie, such as in a database's row: a loop over many entries needs no copy of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeafFields<'a> {
    /// The entry's number.
    pub number: u64,
    /// When, in minutes since 1970-01-01T00:00Z.
    pub minute: i64,
    /// The kind of act.
    pub kind: &'a str,
    /// The code of the office that acted.
    pub office: &'a str,
    /// The article it was done under.
    pub article: &'a str,
    /// The salted digest of everything else.
    pub commitment: Hash,
}

impl LeafFields<'_> {
    /// A leaf of its own.
    #[must_use]
    pub fn to_leaf(&self) -> Leaf {
        Leaf {
            number: self.number,
            minute: self.minute,
            kind: self.kind.to_owned(),
            office: self.office.to_owned(),
            article: self.article.to_owned(),
            commitment: self.commitment,
        }
    }

    /// Appends the leaf's text to a buffer, so that a loop over many leaves needs only one.
    ///
    /// # Errors
    /// As [`Leaf::to_bytes`]; the buffer may then hold a part.
    pub fn write_to(&self, bytes: &mut Vec<u8>) -> Result<(), LeafError> {
        check_field(self.kind, "kind")?;
        check_field(self.office, "office")?;
        check_field(self.article, "article")?;
        bytes.extend_from_slice(FORMAT.as_bytes());
        bytes.extend_from_slice(b"\nnumber ");
        write_decimal(self.number, bytes);
        bytes.extend_from_slice(b"\nminute ");
        write_minute(self.minute, bytes)?;
        bytes.extend_from_slice(b"\nkind ");
        bytes.extend_from_slice(self.kind.as_bytes());
        bytes.extend_from_slice(b"\noffice ");
        bytes.extend_from_slice(self.office.as_bytes());
        bytes.extend_from_slice(b"\narticle ");
        bytes.extend_from_slice(self.article.as_bytes());
        bytes.extend_from_slice(b"\ncommitment ");
        write_hex(&self.commitment, bytes);
        bytes.push(b'\n');
        Ok(())
    }
}

impl Leaf {
    /// Its fields, where they lie.
    #[must_use]
    pub fn fields(&self) -> LeafFields<'_> {
        LeafFields {
            number: self.number,
            minute: self.minute,
            kind: &self.kind,
            office: &self.office,
            article: &self.article,
            commitment: self.commitment,
        }
    }

    /// The leaf's text.
    ///
    /// # Errors
    /// When a field could not be read back: see [`LeafError`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, LeafError> {
        let mut bytes = Vec::with_capacity(224);
        self.fields().write_to(&mut bytes)?;
        Ok(bytes)
    }

    /// The leaf's hash in the tree.
    ///
    /// # Errors
    /// As [`Leaf::to_bytes`].
    pub fn hash(&self) -> Result<Hash, LeafError> {
        Ok(leaf_hash(&self.to_bytes()?))
    }

    /// Reads a leaf. It accepts exactly what [`Leaf::to_bytes`] writes: one text for one leaf.
    ///
    /// # Errors
    /// For any other text.
    pub fn parse(bytes: &[u8]) -> Result<Self, LeafError> {
        let text = std::str::from_utf8(bytes).map_err(|_| LeafError::Form("it is not text"))?;
        let mut lines = text.split('\n');
        if lines.next() != Some(FORMAT) {
            return Err(LeafError::Form("the first line differs"));
        }
        let mut value = |name: &str, missing: &'static str| {
            lines
                .next()
                .and_then(|line| line.strip_prefix(name))
                .and_then(|rest| rest.strip_prefix(' '))
                .ok_or(LeafError::Form(missing))
        };
        let number = value("number", "the number is missing")?;
        let minute = value("minute", "the minute is missing")?;
        let kind = value("kind", "the kind is missing")?;
        let office = value("office", "the office is missing")?;
        let article = value("article", "the article is missing")?;
        let commitment = value("commitment", "the commitment is missing")?;
        let leaf = Self {
            number: number.parse().map_err(|_| LeafError::Form("the number is not a number"))?,
            minute: read_minute(minute).ok_or(LeafError::Form("the minute is not a minute"))?,
            kind: kind.to_owned(),
            office: office.to_owned(),
            article: article.to_owned(),
            commitment: read_hex(commitment)
                .ok_or(LeafError::Form("the commitment is not 64 hexadecimal digits"))?,
        };
        // Writing it again is what makes the reading exact: leading zeros, upper case, a missing last line
        // end and anything after it are refused here.
        if leaf.to_bytes()? == bytes {
            Ok(leaf)
        } else {
            Err(LeafError::Form("it would be written differently"))
        }
    }
}

fn check_field(value: &str, name: &'static str) -> Result<(), LeafError> {
    let fits = !value.is_empty() && value.len() <= FIELD_BYTES_MAX;
    if fits && value.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(())
    } else {
        Err(LeafError::Field(name))
    }
}

fn write_decimal(number: u64, bytes: &mut Vec<u8>) {
    let start = bytes.len();
    let mut rest = number;
    loop {
        bytes.push(b'0' + (rest % 10) as u8);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if let Some(digits) = bytes.get_mut(start..) {
        digits.reverse();
    }
}

/// Two or four digits with leading zeros.
fn write_padded(number: i64, width: u32, bytes: &mut Vec<u8>) {
    for place in (0..width).rev() {
        bytes.push(b'0' + (number / 10_i64.pow(place) % 10) as u8);
    }
}

fn write_minute(minute: i64, bytes: &mut Vec<u8>) -> Result<(), LeafError> {
    if !(MINUTE_MIN..=MINUTE_MAX).contains(&minute) {
        return Err(LeafError::Minute(minute));
    }
    // Beijing has had no summer time since 1991 and the law's days are Asia/Shanghai days, so +08:00 is
    // fixed.
    let local = minute + 8 * 60;
    let (year, month, day) = civil_from_days(local / 1440);
    write_padded(year, 4, bytes);
    bytes.push(b'-');
    write_padded(month, 2, bytes);
    bytes.push(b'-');
    write_padded(day, 2, bytes);
    bytes.push(b'T');
    write_padded(local % 1440 / 60, 2, bytes);
    bytes.push(b':');
    write_padded(local % 60, 2, bytes);
    bytes.extend_from_slice(b"+08:00");
    Ok(())
}

fn read_minute(text: &str) -> Option<i64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u32>().ok().map(i64::from);
    if text.len() != 22 || !text.ends_with("+08:00") {
        return None;
    }
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute) = (number(11, 13)?, number(14, 16)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 {
        return None;
    }
    // A day that does not exist (02-30) comes out as another one, and the comparison in `Leaf::parse` refuses
    // it.
    Some(days_from_civil(year, month, day) * 1440 + hour * 60 + minute - 8 * 60)
}

/// The Gregorian date of a number of days since 1970-01-01, for days that are not before it. The year is
/// counted from March, so that the leap day is its last.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The days since 1970-01-01 of a Gregorian date in the years 0 to 9999.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn write_hex(hash: &Hash, bytes: &mut Vec<u8>) {
    let digit = |value: u8| if value < 10 { b'0' + value } else { b'a' + value - 10 };
    for byte in hash {
        bytes.push(digit(byte >> 4));
        bytes.push(digit(byte & 15));
    }
}

fn read_hex(text: &str) -> Option<Hash> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut hash = [0; 32];
    for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn leaf() -> Leaf {
        Leaf {
            number: 12,
            minute: 29_515_745,
            kind: "inquiry-answered".to_owned(),
            office: "bj-market-supervision".to_owned(),
            article: "20(1)".to_owned(),
            commitment: leaf_hash(b""),
        }
    }

    #[test]
    fn a_leaf_is_a_text_that_an_auditor_can_read() {
        let text = String::from_utf8(leaf().to_bytes().unwrap()).unwrap();
        let expected = "credence-leaf/1\nnumber 12\nminute 2026-02-13T09:05+08:00\nkind inquiry-answered\n\
                        office bj-market-supervision\narticle 20(1)\n\
                        commitment 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d\n";
        assert_eq!(text, expected);
        assert_eq!(leaf().hash().unwrap(), leaf_hash(expected.as_bytes()));
    }

    #[test]
    fn minutes_are_beijing_time_at_the_edges_of_days_and_years() {
        for (minute, text) in [
            (0, "1970-01-01T08:00+08:00"),
            (-480, "1970-01-01T00:00+08:00"),
            // 2024-02-28T16:00Z is the first minute of a leap day in Beijing.
            (28_485_600, "2024-02-29T00:00+08:00"),
            (28_485_599, "2024-02-28T23:59+08:00"),
            (MINUTE_MAX, "9999-12-31T23:59+08:00"),
        ] {
            let mut bytes = Vec::new();
            write_minute(minute, &mut bytes).unwrap();
            assert_eq!(String::from_utf8(bytes).unwrap(), text);
            assert_eq!(read_minute(text), Some(minute));
        }
    }

    #[test]
    fn a_leaf_that_could_not_be_read_back_is_not_written() {
        for wrong in ["", "two words", "line\nend", "机关", &"x".repeat(65)] {
            assert_eq!(Leaf { kind: wrong.to_owned(), ..leaf() }.to_bytes(), Err(LeafError::Field("kind")));
            assert_eq!(
                Leaf { office: wrong.to_owned(), ..leaf() }.to_bytes(),
                Err(LeafError::Field("office"))
            );
            assert_eq!(
                Leaf { article: wrong.to_owned(), ..leaf() }.to_bytes(),
                Err(LeafError::Field("article"))
            );
        }
        for minute in [i64::MIN, MINUTE_MIN - 1, MINUTE_MAX + 1, i64::MAX] {
            assert_eq!(Leaf { minute, ..leaf() }.to_bytes(), Err(LeafError::Minute(minute)));
        }
    }

    #[test]
    fn only_the_one_text_of_a_leaf_is_read() {
        let text = String::from_utf8(leaf().to_bytes().unwrap()).unwrap();
        for (from, to) in [
            ("leaf/1", "leaf/2"),
            ("number 12", "number 012"),
            ("number 12", "number +12"),
            ("number 12", "number  12"),
            ("number 12", "number 99999999999999999999"),
            ("2026-02-13", "2026-02-30"),
            ("T09:05", " 09:05"),
            ("09:05", "24:05"),
            ("+08:00", "+09:00"),
            ("kind inquiry", "sort inquiry"),
            ("office bj", "office b j"),
            ("6e340b", "6E340B"),
            ("afa01d\n", "afa01d"),
            ("afa01d\n", "afa01d\n\n"),
            ("afa01d\n", "afa01d\r\n"),
            ("article 20(1)\n", ""),
        ] {
            let wrong = text.replacen(from, to, 1);
            assert_ne!(wrong, text);
            assert!(Leaf::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_and_nothing_else_gives_it(
            number: u64, minute in MINUTE_MIN..=MINUTE_MAX, kind in "[!-~]{1,64}", office in "[!-~]{1,64}",
            article in "[!-~]{1,64}", commitment: [u8; 32], place: prop::sample::Index, byte: u8,
        ) {
            let leaf = Leaf { number, minute, kind, office, article, commitment };
            let mut bytes = leaf.to_bytes().unwrap();
            prop_assert_eq!(Leaf::parse(&bytes), Ok(leaf.clone()));
            let place = place.index(bytes.len());
            let before = std::mem::replace(&mut bytes[place], byte);
            if before != byte && let Ok(other) = Leaf::parse(&bytes) {
                prop_assert_ne!(other.hash().unwrap(), leaf.hash().unwrap());
                prop_assert_ne!(other, leaf);
            }
        }

        #[test]
        fn no_bytes_make_the_reader_fail_otherwise(bytes: Vec<u8>) {
            prop_assert!(Leaf::parse(&bytes).is_err());
        }
    }
}
