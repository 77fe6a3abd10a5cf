//! Putting versions together, and refusing law that contradicts itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{DisplayLength, LawError, Version, file};
use crate::citation::BEIJING_DRAFT;
use crate::terms::{IncidentSeverity, InformationClass, Severity};

/// The three years of Article 15. No file can raise them: a longer display is an extension that names its law.
const ARTICLE_15_MONTHS_MAX: u32 = 36;

/// The versions of each instrument by rising first day, the Beijing draft first.
pub(super) fn instruments<'text>(
    files: impl IntoIterator<Item = &'text (&'text str, &'text str)>,
) -> Result<Vec<Vec<Arc<Version>>>, LawError> {
    let mut by_instrument: BTreeMap<String, Vec<Arc<Version>>> = BTreeMap::new();
    for (name, text) in files {
        let version = file::read(name, text)?;
        check_version(&version)?;
        by_instrument.entry(version.instrument.clone()).or_default().push(Arc::new(version));
    }
    for (instrument, versions) in &mut by_instrument {
        versions.sort_by_key(|version| version.first_day);
        check_sequence(instrument, versions)?;
    }
    let Some(base) = by_instrument.remove(BEIJING_DRAFT) else {
        let reason = "it has no version".to_owned();
        return Err(LawError::Sequence { instrument: BEIJING_DRAFT.to_owned(), reason });
    };
    let mut all = vec![base];
    all.extend(by_instrument.into_values());
    check_between_instruments(&all)?;
    Ok(all)
}

fn check_sequence(instrument: &str, versions: &[Arc<Version>]) -> Result<(), LawError> {
    for (version, next) in versions.iter().zip(versions.iter().skip(1)) {
        if version.last_day != Some(next.first_day.plus_days(-1)) {
            let end = version.last_day.map_or("does not end".to_owned(), |last| format!("ends on {last}"));
            let reason = format!("`{version}` {end} and `{next}` follows");
            return Err(LawError::Sequence { instrument: instrument.to_owned(), reason });
        }
    }
    Ok(())
}

/// The limit of a severity in months for comparison: nothing, some, or as long as one likes.
fn months(version: &Version, severity: Severity) -> Option<u32> {
    let limit = version.display.iter().find(|limit| limit.severity == Some(severity))?;
    Some(match limit.length {
        DisplayLength::NotDisplayed => 0,
        DisplayLength::Months(months) => months,
        DisplayLength::LongTerm => u32::MAX,
    })
}

fn check_version(version: &Version) -> Result<(), LawError> {
    let contradiction =
        |reason: String| Err(LawError::Contradiction { version: version.to_string(), reason });
    let base = version.instrument == BEIJING_DRAFT;
    for class in InformationClass::ALL {
        let severities: &[Option<Severity>] = match class {
            InformationClass::Untrustworthiness => {
                &[Some(Severity::Minor), Some(Severity::General), Some(Severity::Serious)]
            }
            InformationClass::Basic | InformationClass::Other => &[None],
        };
        for severity in severities {
            let same = |limit: &&super::DisplayLimit| limit.class == class && limit.severity == *severity;
            let count = version.display.iter().filter(same).count();
            let needed =
                base || (class == InformationClass::Untrustworthiness && !version.display.is_empty());
            if count > 1 || (needed && count == 0) {
                return contradiction(
                    format!("{class:?} {severity:?} has {count} display limits").to_lowercase(),
                );
            }
        }
    }
    for severity in Severity::ALL {
        if months(version, severity).is_some_and(|limit| limit > ARTICLE_15_MONTHS_MAX) {
            return contradiction(format!(
                "what is {severity:?} is displayed for more than the 36 months of Article 15"
            ));
        }
    }
    for (severity, next) in [(Severity::Minor, Severity::General), (Severity::General, Severity::Serious)] {
        if months(version, severity) > months(version, next) {
            return contradiction(
                format!("what is {severity:?} is displayed longer than what is {next:?}").to_lowercase(),
            );
        }
    }
    for severity in Severity::ALL {
        let minimums: Vec<_> = version.restoration.iter().filter(|(level, _)| *level == severity).collect();
        if minimums.len() > 1 || (minimums.is_empty() && !version.restoration.is_empty()) {
            return contradiction(
                format!("{severity:?} has {} restoration periods", minimums.len()).to_lowercase(),
            );
        }
        if let (Some((_, after)), Some(limit)) = (minimums.first(), months(version, severity))
            && after.value > limit
        {
            return contradiction(
                format!("{severity:?}: restoration comes after the end of display").to_lowercase(),
            );
        }
    }
    for (index, (deadline, _)) in version.deadlines.iter().enumerate() {
        if version.deadlines.iter().skip(index + 1).any(|(other, _)| other == deadline) {
            return contradiction(format!("the deadline {deadline:?} stands twice"));
        }
    }
    for severity in IncidentSeverity::ALL {
        let count = version.incident_classes.iter().filter(|class| class.severity == severity).count();
        if count > 1 || (count == 0 && !version.incident_classes.is_empty()) {
            return contradiction(format!("incidents that are {} have {count} rules", severity.word()));
        }
    }
    if base && version.minimum_age.is_none() {
        return contradiction("it names no minimum age".to_owned());
    }
    Ok(())
}

/// Instruments in force at the same time: one number for one thing, and no limit beyond the ceiling of Article 15.
fn check_between_instruments(all: &[Vec<Arc<Version>>]) -> Result<(), LawError> {
    for (index, versions) in all.iter().enumerate() {
        for other in all.iter().skip(index + 1).flatten() {
            for version in versions.iter().filter(|version| overlap(version, other)) {
                check_pair(index == 0, version, other)?;
            }
        }
    }
    Ok(())
}

fn overlap(version: &Version, other: &Version) -> bool {
    version.last_day.is_none_or(|last| other.first_day <= last)
        && other.last_day.is_none_or(|last| version.first_day <= last)
}

fn check_pair(base: bool, version: &Version, other: &Version) -> Result<(), LawError> {
    let contradiction = |reason: String| Err(LawError::Contradiction { version: other.to_string(), reason });
    if let Some((deadline, _)) = other
        .deadlines
        .iter()
        .find(|(deadline, _)| version.deadlines.iter().any(|(known, _)| known == deadline))
    {
        return contradiction(format!("the deadline {deadline:?} stands in `{version}` too"));
    }
    if !other.restoration.is_empty() && !version.restoration.is_empty() {
        return contradiction(format!("restoration periods stand in `{version}` too"));
    }
    if !other.incident_classes.is_empty() && !version.incident_classes.is_empty() {
        return contradiction(format!("classes of incidents stand in `{version}` too"));
    }
    if other.restoration_bar.is_some() && version.restoration_bar.is_some() {
        return contradiction(format!("how long false materials bar restoration stands in `{version}` too"));
    }
    if other.minimum_age.is_some() && version.minimum_age.is_some() {
        return contradiction(format!("the minimum age stands in `{version}` too"));
    }
    for severity in Severity::ALL {
        if base
            && let (Some(ceiling), Some(limit)) = (months(version, severity), months(other, severity))
            && limit > ceiling
        {
            return contradiction(
                format!("{severity:?}: {limit} months are more than `{version}` allows").to_lowercase(),
            );
        }
    }
    Ok(())
}
