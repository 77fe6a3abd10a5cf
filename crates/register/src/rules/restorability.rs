//! Can credit be restored as to a record, and from which day (Article 38)? One answer for the page that shows the way, and for the
//! act that takes the application.

use law::period::first_restoration_day;
use law::{Citation, Day, InformationClass, LawInForce};
use serde::{Deserialize, Serialize};

use super::display_period::{Display, display};
use crate::acts::rights::restoration::no_rule;
use crate::catalogue::CatalogueItem;
use crate::record::Record;
use crate::ruling::{Bilingual, Ground};

/// How restoration stands as to a record on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Outlook {
    /// It is no information on untrustworthiness: there is nothing to restore.
    NotUntrustworthiness,
    /// It is not displayed any more, or never was: no application is needed.
    NotNeeded {
        /// Why, as [`Display::Not`] says it, or `maximum_reached`.
        why: String,
    },
    /// A law excludes it.
    Excluded {
        /// The law.
        law: Bilingual,
    },
    /// False materials were given before.
    Barred {
        /// Until when, itself included.
        until: Day,
    },
    /// The shortest display has not run yet.
    NotYet {
        /// The first day on which it can be applied for.
        earliest: Day,
        /// The rule.
        article: Citation,
    },
    /// It can be applied for.
    Open {
        /// Since when.
        earliest: Day,
        /// The rule.
        article: Citation,
    },
    /// No rule says when.
    NoRule {
        /// What is missing.
        ground: Box<Ground>,
    },
}

/// How restoration stands as to a record on the day of the law given.
///
/// Articles: 15, 38
#[must_use]
pub fn outlook(
    law: &LawInForce,
    record: &Record,
    item: Option<&CatalogueItem>,
    barred_until: Option<Day>,
) -> Outlook {
    if record.class != InformationClass::Untrustworthiness {
        return Outlook::NotUntrustworthiness;
    }
    // What an open objection alone keeps off display is displayed again if it fails: the right to restoration does not wait for that.
    let displayed =
        Record { stopped: record.stopped.filter(|_| record.objection.is_none()), ..record.clone() };
    let record = &displayed;
    let not_needed = |why: &str| Outlook::NotNeeded { why: why.to_owned() };
    match item.map(|item| display(record, item, law)) {
        Some(Display::Not { why, .. }) => return Outlook::NotNeeded { why },
        Some(Display::Ended { .. }) => return not_needed("maximum_reached"),
        Some(Display::Until { .. } | Display::LongTerm) => {}
        None if record.restored.is_some() => return not_needed("restored"),
        None => return not_needed("not_in_catalogue"),
    }
    if let Some(basis) = item.and_then(|item| item.not_restorable.as_ref()) {
        return Outlook::Excluded { law: basis.clone() };
    }
    if let Some(until) = barred_until.filter(|until| law.day() <= *until) {
        return Outlook::Barred { until };
    }
    let months = record.severity.map(|severity| law.restoration_minimum_months(severity));
    match months {
        Some(Ok(months)) => {
            let earliest = first_restoration_day(record.finding_day, months.value);
            let article = months.citation.clone();
            if law.day() < earliest {
                Outlook::NotYet { earliest, article }
            } else {
                Outlook::Open { earliest, article }
            }
        }
        Some(Err(error)) => Outlook::NoRule { ground: Box::new(no_rule(&error)) },
        None => {
            let reason = Bilingual::new("该记录没有严重程度", "the record has no severity");
            let ground = Ground::new("no_rule_applies", Citation::article(38), reason)
                .field("record")
                .remedy(Bilingual::new("请询问报送单位", "ask the authority that filed it"));
            Outlook::NoRule { ground: Box::new(ground) }
        }
    }
}

impl Outlook {
    /// The refusal of an application, with what the subject can do.
    #[must_use]
    pub fn refusal(self) -> Ground {
        let refuse = |code, article, reason| Ground::new(code, article, reason).field("record");
        let objection = Bilingual::new(
            "认为不实的可以提出异议（第三十七条）",
            "object if you find it untrue (Article 37)",
        );
        let article = Citation::article(38);
        match self {
            Self::NotUntrustworthiness => refuse(
                "nothing_to_restore",
                article,
                Bilingual::new("不是失信信息", "is no information on untrustworthiness"),
            )
            .remedy(objection),
            Self::NotNeeded { .. } => refuse(
                "restoration_not_needed",
                article,
                Bilingual::new(
                    "该记录已不公示，无需申请修复",
                    "it is not displayed: no application is needed",
                ),
            )
            .remedy(objection),
            Self::Excluded { law } => refuse(
                "not_restorable",
                article,
                Bilingual::made(
                    format!("{}规定不予修复", law.zh),
                    format!("{} excludes restoration", law.en),
                ),
            )
            .remedy(objection),
            Self::Barred { until } => refuse(
                "restoration_barred",
                article,
                Bilingual::made(
                    format!("曾以虚假材料修复，{until}前不予修复"),
                    format!("credit had been restored with false materials: none is restored until {until}"),
                ),
            )
            .remedy(Bilingual::made(format!("{until}之后再申请"), format!("apply after {until}"))),
            Self::NotYet { earliest, article } | Self::Open { earliest, article } => refuse(
                "too_early",
                article,
                Bilingual::made(
                    format!("最早可于{earliest}申请修复"),
                    format!("restoration can be applied for from {earliest} on"),
                ),
            )
            .remedy(Bilingual::made(
                format!("{earliest}起再申请，并备好履行义务的证明和信用承诺"),
                format!("apply from {earliest} on, with proof of performance and a credit commitment"),
            )),
            Self::NoRule { ground } => *ground,
        }
    }
}
