//! What only the person in the record sees: who looked, what was done, what they consented to (Articles 34, 35, 53(3)).

use law::Instant;
use register::acts::rights::consent::{Consent, ConsentNumber};
use register::ruling::Bilingual;
use register::subject::{EntryNumber, SubjectNumber};
use register::view::{HistoryLine, Look};
use serde::Serialize;
use store::Reader;

use crate::error::ServiceError;

/// How many looks and history lines one answer carries.
const PAGE: u64 = 100;

/// A consent as its subject sees it.
#[derive(Debug, Clone, Serialize)]
pub struct ConsentView {
    /// Its number.
    pub consent: ConsentNumber,
    /// Who may look.
    pub grantee: String,
    /// At which items.
    pub items: Vec<String>,
    /// For what.
    pub purpose: String,
    /// Until when.
    pub last_day: law::Day,
    /// How often still.
    pub uses_left: Option<u32>,
    /// The entry that took it back.
    pub revoked: Option<EntryNumber>,
}

impl From<Consent> for ConsentView {
    fn from(consent: Consent) -> Self {
        Self {
            consent: consent.number,
            grantee: consent.grantee.name,
            items: consent.items.into_iter().map(|item| item.0).collect(),
            purpose: consent.purpose,
            last_day: consent.last_day,
            uses_left: consent.uses_left,
            revoked: consent.revoked,
        }
    }
}

/// A look of which only its place in the journal is left. Looks are never erased, so that its content is missing is damage, and
/// the person concerned is told of it rather than nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LostLook {
    /// The journal's entry.
    pub entry: EntryNumber,
    /// Its minute.
    pub at: Instant,
    /// What that means, and what to do.
    pub note: Bilingual,
}

impl LostLook {
    fn new(entry: EntryNumber, at: Instant) -> Self {
        tracing::error!(entry = entry.0, "the content of a look is missing: the store is damaged");
        let note = Bilingual::made(
            format!(
                "日志第{}条是对您的一次查询，其内容缺失。查询记录从不删除，这是数据损坏，请凭此条号向平台运行单位查问",
                entry.0
            ),
            format!(
                "entry {} of the journal is a look at you whose content is missing; looks are never erased, so this is damage: \
                 ask the platform's operator about this entry",
                entry.0
            ),
        );
        Self { entry, at, note }
    }
}

/// What only the subject sees, beside the records.
pub(crate) struct Own {
    pub(crate) looks: Vec<Look>,
    pub(crate) lost: Vec<LostLook>,
    pub(crate) history: Vec<HistoryLine>,
    pub(crate) consents: Vec<ConsentView>,
    pub(crate) next: Option<EntryNumber>,
}

/// Who looked at a subject, what was done about it, and its consents; a page before an entry.
///
/// Articles: 34, 35, 53(3)
pub(crate) async fn own_view(
    reader: &mut Reader,
    subject: SubjectNumber,
    before: Option<EntryNumber>,
) -> Result<Own, ServiceError> {
    let look_entries = reader.inquiries_of(subject, before, PAGE).await?;
    let history_entries = reader.entries_of(subject, before, PAGE).await?;
    // Both lists go on from one place: the newer of the two ends, so that nothing is passed over.
    let end =
        |entries: &[EntryNumber]| (entries.len() as u64 == PAGE).then(|| entries.last().copied()).flatten();
    let next = end(&look_entries).max(end(&history_entries));
    let kept = |entries: Vec<EntryNumber>| -> Vec<EntryNumber> {
        entries.into_iter().filter(|entry| next.is_none_or(|next| *entry >= next)).collect()
    };
    let mut looks = Vec::new();
    let mut lost = Vec::new();
    for seen in reader.acts(&kept(look_entries)).await? {
        match seen.act {
            Some(act) => looks.extend(Look::new(seen.entry, seen.at, act)),
            None => lost.push(LostLook::new(seen.entry, seen.at)),
        }
    }
    let history = reader.acts(&kept(history_entries)).await?;
    Ok(Own {
        looks,
        lost,
        history: history
            .into_iter()
            .filter_map(|seen| Some(HistoryLine::new(seen.entry, seen.at, seen.act?)))
            .collect(),
        consents: reader.consents_of(subject).await?.into_iter().map(ConsentView::from).collect(),
        next,
    })
}
