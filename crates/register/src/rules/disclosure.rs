//! Disclosure: four viewers, four views, one function; and the filer, who sees its own statements, persons masked.

use law::{Citation, LawInForce};
use serde::{Deserialize, Serialize};

use super::display_period::{Display, display};
use crate::acts::rights::consent::{Consent, ConsentNumber, Grantee};
use crate::authority::{AuthorityCode, Duty};
use crate::catalogue::{CatalogueItem, Disclosure, Sharing};
use crate::record::Record;
use crate::ruling::Bilingual;
use crate::subject::{EntryNumber, Subject};

/// Who looks.
#[derive(Debug, Clone, Copy)]
pub enum Viewer<'a> {
    /// Anyone: publication, not an inquiry.
    Public,
    /// The subject itself.
    Subject,
    /// An officer with a duty of Article 20.
    Officer {
        /// The office.
        authority: &'a AuthorityCode,
        /// The duty.
        duty: Duty,
    },
    /// The authority that filed the record, which answers for its accuracy; persons are masked.
    Filer,
    /// Someone with the subject's written consent.
    ConsentHolder {
        /// The consent.
        consent: &'a Consent,
    },
}

/// How much of a record a viewer sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extent {
    /// Whether only fields marked public are shown.
    pub public_fields_only: bool,
    /// Whether personal fields are shown unmasked.
    pub unmasked: bool,
    /// Whether and until when the record is displayed.
    pub display: Display,
}

/// Why a record is withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WithheldReason {
    /// Not proactively disclosed, or about a human being.
    NotDisclosed,
    /// The sharing category or usage authorisation does not allow it for this duty.
    NotShared,
    /// Outside the scope of the consent.
    OutsideConsent,
    /// Not or no longer displayed: expired, minor, restored, revoked, withdrawn. One word for all of them, so that nobody
    /// learns from the answer that a record was restored or which commendation was withdrawn.
    NotDisplayed,
    /// The code under which it was filed failed its check and is not verified yet.
    HeldForVerification,
    /// The item is no longer in the catalogue.
    NotInCatalogue,
}

impl WithheldReason {
    /// The article under which it is withheld.
    #[must_use]
    pub const fn article(self) -> Citation {
        match self {
            Self::NotDisclosed | Self::OutsideConsent => Citation::article(35),
            Self::NotShared | Self::NotInCatalogue => Citation::article(11),
            Self::NotDisplayed => Citation::article(15),
            Self::HeldForVerification => Citation::article(14),
        }
    }

    /// In words.
    #[must_use]
    pub const fn sentence(self) -> Bilingual {
        match self {
            Self::NotDisclosed => Bilingual::new("不属于公开范围", "not of the kind that is disclosed there"),
            Self::NotShared => Bilingual::new(
                "共享属性或使用权限不允许用于该项职责",
                "its sharing category or usage authorisation does not allow it for this duty",
            ),
            Self::OutsideConsent => {
                Bilingual::new("不在授权同意的范围内", "outside the scope of the consent")
            }
            Self::NotDisplayed => {
                Bilingual::new("不在公示期限内或已停止公示", "not, or no longer, on display")
            }
            Self::HeldForVerification => {
                Bilingual::new("主体代码待核实", "waiting until the subject's code is verified")
            }
            Self::NotInCatalogue => {
                Bilingual::new("该条目已不在现行目录中", "of an item that is no longer in the catalogue")
            }
        }
    }
}

/// Who may see a record today, as its subject is told (Article 34). It is asked of [`see`] itself, so that what is told is what is
/// done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// Everyone, on the organisation's public page.
    pub everyone: bool,
    /// The duties of Article 20 for which any office sees it in a named matter.
    pub duties: Vec<u8>,
    /// Whether the office that filed it sees it for a duty of its own.
    pub filing_office: bool,
    /// Whether a written consent that names its item opens it.
    pub by_consent: bool,
}

/// Who may see a record on the day of the law given.
///
/// Articles: 11, 14, 15, 20, 34, 35
#[must_use]
pub fn reach(subject: &Subject, record: &Record, item: Option<&CatalogueItem>, law: &LawInForce) -> Reach {
    let sees = |viewer: &Viewer<'_>| see(viewer, subject, record, item, law).is_ok();
    // No office has this code: what it sees is what every office sees.
    let any_office = AuthorityCode(String::new());
    let for_duty = |authority, duty| sees(&Viewer::Officer { authority, duty });
    let consent = Consent {
        number: ConsentNumber(0),
        subject: subject.number,
        grantee: Grantee { name: String::new(), identifier: subject.identifier.clone() },
        items: vec![record.item.clone()],
        purpose: String::new(),
        last_day: law.day(),
        uses_left: None,
        given: EntryNumber(0),
        revoked: None,
    };
    Reach {
        everyone: sees(&Viewer::Public),
        duties: Duty::ALL.into_iter().filter(|duty| for_duty(&any_office, *duty)).map(Duty::number).collect(),
        filing_office: Duty::ALL.into_iter().any(|duty| for_duty(&record.authority, duty)),
        by_consent: sees(&Viewer::ConsentHolder { consent: &consent }),
    }
}

/// How much of a record a viewer sees, or why nothing.
///
/// The public sees what is proactively disclosed about organisations within its display period; never anything about a
/// human being. The subject sees everything. An officer sees what sharing category and usage authorisation allow the duty,
/// and a holder of consent what the consent names, both only while the record is displayed: what the law no longer
/// displays is not used against anyone.
///
/// Articles: 11, 14, 15, 20, 35
///
/// # Errors
/// The reason for which the record is withheld.
pub fn see(
    viewer: &Viewer<'_>,
    subject: &Subject,
    record: &Record,
    item: Option<&CatalogueItem>,
    law: &LawInForce,
) -> Result<Extent, WithheldReason> {
    let shown = |public_fields_only, unmasked, display| Ok(Extent { public_fields_only, unmasked, display });
    if matches!(viewer, Viewer::Subject | Viewer::Filer) {
        let display = item.map_or_else(
            || Display::Not { why: "not_in_catalogue".to_owned(), article: Citation::article(11) },
            |item| display(record, item, law),
        );
        return shown(false, matches!(viewer, Viewer::Subject), display);
    }
    // Before anything else is asked: nothing about a human being is public.
    if matches!(viewer, Viewer::Public) && subject.kind.is_human() {
        return Err(WithheldReason::NotDisclosed);
    }
    let item = item.ok_or(WithheldReason::NotInCatalogue)?;
    if subject.is_held() {
        return Err(WithheldReason::HeldForVerification);
    }
    let display = display(record, item, law);
    match viewer {
        Viewer::Subject | Viewer::Filer => shown(false, matches!(viewer, Viewer::Subject), display),
        Viewer::Public => {
            if item.disclosure != Disclosure::Proactive {
                return Err(WithheldReason::NotDisclosed);
            }
            if display.is_displayed() {
                shown(true, false, display)
            } else {
                Err(WithheldReason::NotDisplayed)
            }
        }
        Viewer::Officer { authority, duty } => {
            let allowed = match item.sharing {
                Sharing::Unconditional => true,
                Sharing::Conditional => item.usage.duties.contains(duty),
                Sharing::NotShared => record.authority == **authority,
            };
            if !allowed {
                return Err(WithheldReason::NotShared);
            }
            if !display.is_displayed() {
                return Err(WithheldReason::NotDisplayed);
            }
            shown(false, item.usage.unmasked_duties.contains(duty), display)
        }
        Viewer::ConsentHolder { consent } => {
            if item.disclosure == Disclosure::NotDisclosed {
                return Err(WithheldReason::NotDisclosed);
            }
            if !consent.covers(&item.code) {
                return Err(WithheldReason::OutsideConsent);
            }
            if !display.is_displayed() {
                return Err(WithheldReason::NotDisplayed);
            }
            shown(false, false, display)
        }
    }
}
