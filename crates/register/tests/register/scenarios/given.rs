//! What is given.

use law::{Day, InformationClass, Severity};
use register::authority::AuthorityCode;
use register::catalogue::{DisplayPeriod, LegalBasis, Rank};
use register::ruling::Bilingual;
use register::subject::EntryNumber;
use serde_json::{Map, Value, json};

use super::fit;
use super::world::{World, person};
use crate::fixture;

pub fn day(text: &str) -> Result<Day, String> {
    text.parse().map_err(|error: law::NoDay| error.to_string())
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("`{text}` is no number"))
}

impl World {
    /// Takes one thing as given.
    pub fn given(&mut self, sentence: &str) -> Result<(), String> {
        if let Some(found) = fit("a decision with {} about {}, found on {} and filed on {}", sentence) {
            return self.decision(found[0], found[1], found[2], found[3]);
        }
        if let Some(found) = fit("{} of {}, found on {} and filed on {}", sentence) {
            let (class, severity) = match found[0] {
                "minor untrustworthiness" => (InformationClass::Untrustworthiness, Some(Severity::Minor)),
                "general untrustworthiness" => (InformationClass::Untrustworthiness, Some(Severity::General)),
                "serious untrustworthiness" => (InformationClass::Untrustworthiness, Some(Severity::Serious)),
                "untrustworthiness without a severity" => (InformationClass::Untrustworthiness, None),
                "basic information" => (InformationClass::Basic, None),
                "a commendation" | "other information" => (InformationClass::Other, None),
                what => return Err(format!("nothing is `{what}`")),
            };
            return self.filed(class, severity, found[1], found[2], found[3]);
        }
        let item = |world: &mut Self, set: &dyn Fn(&mut register::catalogue::CatalogueItem)| {
            world.item.as_mut().map(set).ok_or_else(|| "there is no item".to_owned())
        };
        if let Some(found) = fit("the item's own period is at most {} months", sentence) {
            let months = number(found[0])?;
            return item(self, &|item| item.display_period = DisplayPeriod::AtMostMonths(months));
        }
        if let Some(found) = fit("a law extends the item's period to {} months", sentence) {
            let months = number(found[0])?;
            let basis = LegalBasis { name: Bilingual::new("某法", "a law"), rank: Rank::Law };
            return item(self, &|item| {
                item.display_period = DisplayPeriod::Extended { months, basis: basis.clone() };
            });
        }
        if let Some(found) = fit("officer {} filed the record", sentence) {
            self.involved.push(person(found[0]));
            return Ok(());
        }
        if let Some(found) = fit("false materials bar restoration until {}", sentence) {
            self.barred_until = Some(day(found[0])?);
            return Ok(());
        }
        match sentence {
            "a law excludes restoration of the item" => {
                return item(self, &|item| item.not_restorable = Some(Bilingual::new("某法", "a law")));
            }
            "the item is in the catalogue no more" => self.item = None,
            "the big data centre filed the record itself" => {
                self.record.authority = AuthorityCode("data-centre".into());
            }
            "the batch is not in force yet" => self.record.in_force = false,
            "the record is revoked" => self.record.revoked = Some(EntryNumber(5)),
            _ => return Err("no such sentence".to_owned()),
        }
        Ok(())
    }

    fn filed(
        &mut self,
        class: InformationClass,
        severity: Option<Severity>,
        whom: &str,
        finding: &str,
        filed: &str,
    ) -> Result<(), String> {
        self.about(whom, class)?;
        self.record.severity = severity;
        self.record.finding_day = day(finding)?;
        self.record.filed_day = day(filed)?;
        Ok(())
    }

    /// A decision names its penalties, and a fine in yuan: the item's own standard says how severe that is.
    fn decision(&mut self, what: &str, whom: &str, finding: &str, filed: &str) -> Result<(), String> {
        let mut content: Map<String, Value> = Map::new();
        let kinds = match fit("{} and a fine of {} yuan", what) {
            Some(found) => {
                content.insert("fine_fen".into(), json!(number::<i64>(found[1])? * 100));
                found[0]
            }
            None => what,
        };
        content.insert("kinds".into(), kinds.split('、').collect());
        let standard = fixture::compiled(&self.catalogue, "penalty").item.severity.clone();
        let severity = standard.ok_or("the item has no standard")?.judge(&content);
        self.filed(InformationClass::Untrustworthiness, Some(severity), whom, finding, filed)
    }
}
