//! The city: its catalogue, its departments, its people, and the batches that tell about them.

use std::io::Write;

use law::{Calendar, Day, InformationClass, Severity};
use register::authority::Authority;
use register::catalogue::{Catalogue, CatalogueEdition, ItemCode};
use register::rules::competence::provides;
use register::subject::SubjectKind;

use super::draw::{Draw, Stream};
use super::identities::{self, Population};
use super::lines::{Filer, ItemWriter, Portrait, Statement, Who};
use super::timeline::{Batch, Course, Span, batches, course};
use crate::exit::Failure;

/// The catalogue of the demo city.
pub const CATALOGUE: &str = include_str!("../../../../demo/catalogue.json");
/// Its authorities.
pub const AUTHORITIES: &str = include_str!("../../../../demo/authorities.json");

/// Who files what is wanted, where several may.
const USUAL: &[&str] = &["market-regulation", "public-security", "human-resources-social-security"];
/// How many records of the ordinary batches are followed by an act at most.
const FOLLOWED_MAX: u64 = 60;

/// What happens to a record after it was filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follow {
    /// Credit is restored as to it.
    Restore,
    /// It is corrected.
    Correct,
    /// It is revoked.
    Revoke,
    /// Its subject withdraws it from display.
    Withdraw,
}

/// A line that an act follows.
#[derive(Debug, Clone)]
pub struct Mark {
    /// Its place in the batch, from 0.
    pub line: u64,
    /// What follows.
    pub follow: Follow,
    /// The day of its finding.
    pub finding: Day,
    /// Its severity.
    pub severity: Option<Severity>,
}

/// A batch as it was written.
#[derive(Debug)]
pub struct Written {
    /// The day of filing.
    pub day: Day,
    /// The item.
    pub item: ItemCode,
    /// Who files.
    pub authority: String,
    /// How many lines were written.
    pub lines: u64,
    /// Lines that an act follows.
    pub marks: Vec<Mark>,
}

/// A record that the demo needs to be there.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The item.
    pub item: &'static str,
    /// Whom it is about.
    pub who: Who,
    /// The day of its finding.
    pub finding: Day,
    /// How severe it is.
    pub severity: Option<Severity>,
    /// What follows it.
    pub follow: Option<Follow>,
}

/// The demo city.
#[derive(Debug)]
pub struct City {
    /// The seed.
    pub seed: u64,
    /// The first and the last day.
    pub span: Span,
    /// Who lives there.
    pub population: Population,
    /// Its catalogue.
    pub catalogue: Catalogue,
    /// Its authorities.
    pub authorities: Vec<Authority>,
    /// Its ordinary batches, in order.
    pub batches: Vec<Batch>,
    writers: Vec<ItemWriter>,
    filers: Vec<Filer>,
    providers: Vec<Vec<usize>>,
    known: Known,
    followed: u64,
    may_be_followed: u64,
}

/// How many subjects of each kind are known at a moment.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    organisations: u64,
    businesses: u64,
    persons: u64,
}

impl City {
    /// Lays out the city.
    ///
    /// # Errors
    /// When the day lies before the law, or the catalogue that the program carries is not in order.
    pub fn new(seed: u64, day: Day, subjects: u64, calendar: &Calendar) -> Result<Self, Failure> {
        let span = Span::ending(day).ok_or_else(|| {
            Failure::usage(format!(
                "`{day}` is too early: the law of the demo city is in force from 2016-01-01"
            ))
            .next("give a day from 2016-02-01 on")
        })?;
        let carried =
            |error: serde_json::Error| Failure::failed(format!("the demo catalogue cannot be read: {error}"));
        let edition: CatalogueEdition = serde_json::from_str(CATALOGUE).map_err(carried)?;
        let authorities: Vec<Authority> = serde_json::from_str(AUTHORITIES).map_err(carried)?;
        let catalogue = Catalogue::compile(1, edition).map_err(|faults| {
            Failure::failed(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
        })?;
        let population = Population::of(subjects);
        let batches = batches(&catalogue, &population, span, calendar);
        let providers = catalogue
            .items()
            .iter()
            .map(|item| {
                (0..authorities.len())
                    .filter(|place| {
                        authorities.get(*place).is_some_and(|authority| provides(authority, &item.item))
                    })
                    .collect()
            })
            .collect();
        let adverse = |batch: &&Batch| {
            catalogue
                .items()
                .get(batch.item)
                .is_some_and(|item| item.item.class == InformationClass::Untrustworthiness)
        };
        Ok(Self {
            may_be_followed: batches.iter().filter(adverse).count() as u64,
            writers: catalogue.items().iter().map(ItemWriter::new).collect(),
            filers: authorities
                .iter()
                .enumerate()
                .map(|(place, authority)| Filer::new(authority, place))
                .collect(),
            seed,
            span,
            population,
            catalogue,
            authorities,
            batches,
            providers,
            known: Known::default(),
            followed: 0,
        })
    }

    /// How many records the ordinary batches have.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.batches.iter().map(Batch::lines).sum()
    }

    /// Writes a batch, and says by whom it is filed. A batch of registrations is filed by several authorities: one part each.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(
        &mut self,
        batch: &Batch,
        open: &mut dyn FnMut() -> std::io::Result<Box<dyn Write>>,
    ) -> std::io::Result<Vec<Written>> {
        let Some(item) = self.catalogue.items().get(batch.item) else { return Ok(Vec::new()) };
        let code = item.item.code.clone();
        let providers = self.providers.get(batch.item).cloned().unwrap_or_default();
        let one_each = course(&code.0) == Course::OneEach;
        let mut written = Vec::new();
        let parts: Vec<Option<&str>> = if code.0 == "registration" {
            vec![Some("market-regulation"), Some("justice"), Some("civil-affairs")]
        } else {
            vec![None]
        };
        for part in parts {
            let filers: Vec<usize> = providers
                .iter()
                .copied()
                .filter(|place| {
                    part.is_none_or(|family| {
                        self.filers.get(*place).is_some_and(|filer| filer.family == family)
                    })
                })
                .collect();
            let turn = usize::try_from(batch.turn % filers.len().max(1) as u64).unwrap_or_default();
            let Some(filer) = filers.get(turn).and_then(|place| self.filers.get(*place)) else { continue };
            let mut out: Option<Box<dyn Write>> = None;
            let mut lines = 0;
            let mut marks = Vec::new();
            for number in batch.from..batch.to {
                let mut draw = Draw::new(self.seed, Stream::Content, (batch.item as u64) << 48 | number);
                let who = if one_each {
                    self.newcomer(item.item.subject_kinds.as_slice(), number)
                } else {
                    self.known_subject(&item.item.subject_kinds, &mut draw)
                };
                if let (Some(family), Who::Organisation(place)) = (part, who)
                    && identities::organisation(self.seed, place).form.registering_authority() != family
                {
                    continue;
                }
                let portrait = who.portrait(self.seed);
                let finding = finding_day(batch, self.span, &mut draw);
                let statement = Statement { portrait: &portrait, filer, finding, sequence: number };
                let Some(writer) = self.writers.get(batch.item) else { continue };
                let line = writer.line(&statement, &mut draw);
                if marks.is_empty()
                    && item.item.class == InformationClass::Untrustworthiness
                    && self.followed < FOLLOWED_MAX
                {
                    let severity = item.item.severity.as_ref().map(|rule| rule.judge(&line));
                    if severity == Some(Severity::General) && is_turn(batch, self.may_be_followed) {
                        let follow = match self.followed % 5 {
                            1 if line.contains_key("facts") => Follow::Correct,
                            3 => Follow::Revoke,
                            _ => Follow::Restore,
                        };
                        self.followed += 1;
                        marks.push(Mark { line: lines, follow, finding, severity });
                    }
                }
                let out = match &mut out {
                    Some(out) => out,
                    none => none.insert(open()?),
                };
                serde_json::to_writer(&mut *out, &line)?;
                out.write_all(b"\n")?;
                lines += 1;
            }
            if let Some(mut out) = out {
                out.flush()?;
                written.push(Written {
                    day: batch.day,
                    item: code.clone(),
                    authority: filer.code.clone(),
                    lines,
                    marks,
                });
            }
        }
        if one_each {
            self.now_known(batch);
        }
        Ok(written)
    }

    /// Writes one record that the demo needs to be there, and says by whom it is filed.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_wanted(
        &self,
        wanted: &Wanted,
        number: u64,
        day: Day,
        out: &mut dyn Write,
    ) -> std::io::Result<Option<Written>> {
        let found = self.catalogue.items().iter().position(|item| item.item.code.0 == wanted.item);
        let Some((place, item)) = found.and_then(|place| Some((place, self.catalogue.items().get(place)?)))
        else {
            return Ok(None);
        };
        let providers = self.providers.get(place).map(Vec::as_slice).unwrap_or_default();
        let Some(writer) = self.writers.get(place) else { return Ok(None) };
        let portrait = wanted.who.portrait(self.seed);
        // Numbers beyond those of the ordinary records, so that no document number comes twice.
        let sequence = 80_000_000 + number;
        let usual = |filer: &&Filer| USUAL.iter().position(|code| *code == filer.code).unwrap_or(USUAL.len());
        let mut filers: Vec<&Filer> = providers.iter().filter_map(|filer| self.filers.get(*filer)).collect();
        filers.sort_by_key(usual);
        let mut found = None;
        for filer in filers {
            let statement = Statement { portrait: &portrait, filer, finding: wanted.finding, sequence };
            let line = writer.line_of(item, wanted.severity, &statement, self.seed, number);
            // Not every department finds something of every severity.
            let fits = item.item.severity.as_ref().map(|rule| rule.judge(&line)) == wanted.severity;
            if fits || found.is_none() {
                found = Some((filer, line));
            }
            if fits {
                break;
            }
        }
        let Some((filer, line)) = found else { return Ok(None) };
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")?;
        let severity = item.item.severity.as_ref().map(|rule| rule.judge(&line));
        let marks = wanted
            .follow
            .map(|follow| Mark { line: 0, follow, finding: wanted.finding, severity })
            .into_iter()
            .collect();
        Ok(Some(Written {
            day,
            item: item.item.code.clone(),
            authority: filer.code.clone(),
            lines: 1,
            marks,
        }))
    }

    /// Who somebody is.
    #[must_use]
    pub fn portrait(&self, who: Who) -> Portrait {
        who.portrait(self.seed)
    }

    fn newcomer(&self, kinds: &[SubjectKind], number: u64) -> Who {
        match kinds.first() {
            Some(SubjectKind::NaturalPerson) => Who::Person(number),
            Some(SubjectKind::IndividualBusiness) => Who::Business(number),
            _ => Who::Organisation(number),
        }
    }

    fn now_known(&mut self, batch: &Batch) {
        let kind =
            self.catalogue.items().get(batch.item).and_then(|item| item.item.subject_kinds.first().copied());
        match kind {
            Some(SubjectKind::NaturalPerson) => self.known.persons = self.known.persons.max(batch.to),
            Some(SubjectKind::IndividualBusiness) => {
                self.known.businesses = self.known.businesses.max(batch.to)
            }
            _ => self.known.organisations = self.known.organisations.max(batch.to),
        }
    }

    /// A subject of one of these kinds that is known by now.
    fn known_subject(&self, kinds: &[SubjectKind], draw: &mut Draw) -> Who {
        if kinds.contains(&SubjectKind::NaturalPerson) {
            return Who::Person(draw.below(self.known.persons.max(1)));
        }
        let businesses =
            if kinds.contains(&SubjectKind::IndividualBusiness) { self.known.businesses } else { 0 };
        let place = draw.below((self.known.organisations + businesses).max(1));
        if place < self.known.organisations.max(1) {
            Who::Organisation(place)
        } else {
            Who::Business(place - self.known.organisations)
        }
    }
}

/// Whether it is this batch's turn to have a record that an act follows, so that they are spread over the years.
const fn is_turn(batch: &Batch, all: u64) -> bool {
    let stride = all / FOLLOWED_MAX + 1;
    batch.turn.is_multiple_of(stride)
}

/// The day of a finding: in the days before the batch, or in the years before the platform.
fn finding_day(batch: &Batch, span: Span, draw: &mut Draw) -> Day {
    if batch.beginning {
        return span.first.plus_days(-1 - i64::try_from(draw.below(20 * 365)).unwrap_or_default());
    }
    let spread = u64::try_from(batch.spread_days).unwrap_or_default();
    batch.day.plus_days(-1 - i64::try_from(draw.below(spread + 1)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use law::Law;
    use register::acts::information::filing::{FilingFacts, judge, may_file};
    use serde_json::{Map, Value};
    use std::sync::{Arc, Mutex};

    fn city(seed: u64, subjects: u64) -> City {
        City::new(seed, Day::new(2026, 11, 23).unwrap(), subjects, &Calendar::load().unwrap()).unwrap()
    }

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<Vec<u8>>>>);
    struct Part(Kept, Vec<u8>);
    impl Write for Part {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.1.extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            self.0.0.lock().unwrap().push(std::mem::take(&mut self.1));
            Ok(())
        }
    }

    fn all(seed: u64, subjects: u64) -> Vec<(Written, Vec<u8>)> {
        let mut city = city(seed, subjects);
        let mut found = Vec::new();
        for batch in city.batches.clone() {
            let kept = Kept::default();
            let written = city.write(&batch, &mut || Ok(Box::new(Part(kept.clone(), Vec::new())))).unwrap();
            let texts = std::mem::take(&mut *kept.0.lock().unwrap());
            assert_eq!(texts.len(), written.len());
            found.extend(written.into_iter().zip(texts));
        }
        found
    }

    #[test]
    fn article_14_every_line_of_the_demo_city_is_accepted_by_the_judge() {
        let city = city(7, 600);
        let law = Law::load().unwrap();
        let mut lines = 0;
        for (written, text) in all(7, 600) {
            let in_force = law.on(written.day).unwrap();
            let authority =
                city.authorities.iter().find(|authority| authority.code.0 == written.authority).unwrap();
            let facts =
                FilingFacts { authority, item: city.catalogue.item(&written.item).unwrap(), edition: 1 };
            may_file(&facts).unwrap();
            for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                let line: Map<String, Value> = serde_json::from_slice(line).unwrap();
                let judged = judge(&in_force, &facts, 1, line.clone());
                assert!(judged.is_ok(), "{} {line:?}: {:?}", written.item, judged.err());
                lines += 1;
            }
        }
        assert_eq!(lines, city.records());
        assert!(lines > 600 * 4, "{lines}");
    }

    #[test]
    fn the_same_seed_writes_the_same_city_and_another_seed_another() {
        let texts = |seed| all(seed, 60).into_iter().map(|(_, text)| text).collect::<Vec<_>>();
        assert_eq!(texts(7), texts(7));
        assert_ne!(texts(7), texts(8));
    }

    #[test]
    fn no_document_number_of_an_item_comes_twice() {
        let mut seen = std::collections::BTreeSet::new();
        let city = city(7, 300);
        for (written, text) in all(7, 300) {
            let item = city.catalogue.item(&written.item).unwrap();
            let field = &item.format.role(register::format::Role::DocumentNumber).unwrap().name;
            for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                let line: Map<String, Value> = serde_json::from_slice(line).unwrap();
                assert!(seen.insert((written.item.clone(), line[field].as_str().unwrap().to_owned())));
            }
        }
    }

    #[test]
    fn batches_come_in_order_and_tell_only_of_subjects_that_are_known() {
        let mut city = city(7, 200);
        let mut last = city.span.first;
        for batch in city.batches.clone() {
            assert!(batch.day >= last && batch.day <= city.span.last);
            last = batch.day;
            city.write(&batch, &mut || Ok(Box::new(std::io::sink()))).unwrap();
        }
        assert_eq!((city.known.organisations, city.known.businesses, city.known.persons), (100, 33, 67));
    }

    #[test]
    fn a_day_before_the_law_is_refused() {
        let calendar = Calendar::load().unwrap();
        assert!(City::new(7, Day::new(2016, 1, 20).unwrap(), 100, &calendar).is_err());
        assert!(City::new(7, Day::new(2016, 2, 1).unwrap(), 100, &calendar).is_ok());
    }

    #[test]
    fn a_record_that_is_wanted_is_as_severe_as_wanted() {
        let city = city(7, 100);
        for severity in Severity::ALL {
            let wanted = Wanted {
                item: "administrative-penalty",
                who: Who::Organisation(0),
                finding: city.span.last.plus_days(-9),
                severity: Some(severity),
                follow: Some(Follow::Revoke),
            };
            let written = city.write_wanted(&wanted, 1, city.span.last, &mut Vec::new()).unwrap().unwrap();
            assert_eq!(written.marks[0].severity, Some(severity));
        }
    }
}
