//! What a subject sees beside its records: who looked at it, what was done about it, the consents that it gave (Articles 34, 35,
//! 53(3)).

use law::Instant;
use register::acts::information::inquiry::Purpose;
use register::acts::rights::consent::{Consent, ConsentNumber};
use register::record::RecordNumber;
use register::ruling::Bilingual;
use register::subject::{EntryNumber, SubjectNumber};
use register::view::{HistoryLine, Look};
use serde::Serialize;
use store::Reader;

use crate::error::ServiceError;

/// How many looks and history lines one answer carries.
const PAGE: u64 = 100;
/// How many entries are read at once where not all of them are wanted.
const CHUNK: u64 = 200;
/// How many entries are passed over for one page at most; the next page goes on from there.
const PASSED_OVER_MAX: u64 = 2000;

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

/// Whose looks are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookers {
    /// Everyone but the subject itself; refused looks are among them.
    Others,
    /// The subject itself.
    Own,
    /// Everyone.
    Everyone,
}

impl Lookers {
    fn admits(self, look: &Look) -> bool {
        // A refused look for one's own is someone else's who took the subject for themselves.
        let is_own = matches!(look.purpose, Purpose::Own) && look.refused.is_empty();
        match self {
            Self::Others => !is_own,
            Self::Own => is_own,
            Self::Everyone => true,
        }
    }
}

/// What of its log a subject wants beside its records; every list is newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnLog {
    /// A page of looks and of what was done, both going on from one place.
    Page,
    /// So many looks of these.
    Looks {
        /// Whose.
        by: Lookers,
        /// How many at most.
        limit: usize,
    },
    /// A page of what was done.
    History,
    /// What was done with one record, all of it, and the newest looks of others that showed it.
    Record(RecordNumber),
    /// All looks and all that was done since a moment.
    Since(Instant),
}

/// What was read of a subject's log.
#[derive(Debug, Default)]
pub(crate) struct Own {
    pub(crate) looks: Vec<Look>,
    pub(crate) lost: Vec<LostLook>,
    pub(crate) history: Vec<HistoryLine>,
    pub(crate) consents: Vec<ConsentView>,
    pub(crate) next: Option<EntryNumber>,
}

impl Own {
    /// Reads what is wanted of a subject's log, before an entry.
    pub(crate) async fn read(
        reader: &mut Reader,
        subject: SubjectNumber,
        log: OwnLog,
        before: Option<EntryNumber>,
    ) -> Result<Self, ServiceError> {
        let mut own = Self {
            consents: reader.consents_of(subject).await?.into_iter().map(ConsentView::from).collect(),
            ..Self::default()
        };
        match log {
            OwnLog::Page => own.read_page(reader, subject, before).await?,
            OwnLog::Looks { by, limit } => {
                own.read_looks(reader, subject, before, limit, |look| by.admits(look), by).await?;
            }
            OwnLog::History => {
                let entries = reader.entries_of(subject, before, PAGE).await?;
                own.next = last_of_full(&entries, PAGE);
                own.history = history(reader, &entries).await?;
            }
            OwnLog::Record(record) => {
                let of_others = |look: &Look| {
                    Lookers::Others.admits(look) && look.shown.iter().any(|shown| shown.record == record)
                };
                let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
                own.read_looks(reader, subject, before, page, of_others, Lookers::Others).await?;
                own.history = all_history(reader, subject, |line| line.record == Some(record)).await?;
            }
            OwnLog::Since(moment) => {
                own.history = all_history(reader, subject, |line| line.at >= moment).await?;
                let mut before = before;
                loop {
                    let entries = reader.inquiries_of(subject, before, CHUNK).await?;
                    before = last_of_full(&entries, CHUNK);
                    let found = looks(reader, &entries, &mut own.lost).await?;
                    let is_past = found.last().is_some_and(|look| look.at < moment);
                    own.looks.extend(found.into_iter().filter(|look| look.at >= moment));
                    if before.is_none() || is_past {
                        break;
                    }
                }
            }
        }
        Ok(own)
    }

    async fn read_page(
        &mut self,
        reader: &mut Reader,
        subject: SubjectNumber,
        before: Option<EntryNumber>,
    ) -> Result<(), ServiceError> {
        let look_entries = reader.inquiries_of(subject, before, PAGE).await?;
        let history_entries = reader.entries_of(subject, before, PAGE).await?;
        // Both lists go on from one place: the newer of the two ends, so that nothing is passed over.
        self.next = last_of_full(&look_entries, PAGE).max(last_of_full(&history_entries, PAGE));
        let next = self.next;
        let kept = |entries: Vec<EntryNumber>| -> Vec<EntryNumber> {
            entries.into_iter().filter(|entry| next.is_none_or(|next| *entry >= next)).collect()
        };
        self.looks = looks(reader, &kept(look_entries), &mut self.lost).await?;
        self.history = history(reader, &kept(history_entries)).await?;
        Ok(())
    }

    /// Reads so many looks as are wanted, and where the next begin.
    async fn read_looks(
        &mut self,
        reader: &mut Reader,
        subject: SubjectNumber,
        before: Option<EntryNumber>,
        limit: usize,
        wanted: impl Fn(&Look) -> bool,
        by: Lookers,
    ) -> Result<(), ServiceError> {
        // The subject's own looks and those by its consents are told apart by their payloads only; without a consent the leaves
        // tell enough, and years of one's own looks are not opened to find one of an office.
        let by_leaves = by == Lookers::Others && self.consents.is_empty();
        let (mut before, mut passed) = (before, 0);
        loop {
            let entries = if by_leaves {
                reader.inquiries_of_offices(subject, before, CHUNK).await?
            } else {
                reader.inquiries_of(subject, before, CHUNK).await?
            };
            passed += CHUNK;
            let end = last_of_full(&entries, CHUNK);
            for look in looks(reader, &entries, &mut self.lost).await? {
                // One more than is wanted: then there is a next page.
                if wanted(&look) {
                    if self.looks.len() == limit {
                        self.next = self.looks.last().map(|look| look.entry);
                        return Ok(());
                    }
                    self.looks.push(look);
                }
            }
            if end.is_none() || passed >= PASSED_OVER_MAX {
                self.next = end;
                return Ok(());
            }
            before = end;
        }
    }
}

/// The last entry of a page that is full: older ones may follow.
fn last_of_full(entries: &[EntryNumber], page: u64) -> Option<EntryNumber> {
    (entries.len() as u64 == page).then(|| entries.last().copied()).flatten()
}

/// The looks of these entries; one whose content is missing is put among the lost.
async fn looks(
    reader: &mut Reader,
    entries: &[EntryNumber],
    lost: &mut Vec<LostLook>,
) -> Result<Vec<Look>, ServiceError> {
    let mut found = Vec::with_capacity(entries.len());
    for seen in reader.acts(entries).await? {
        match seen.act {
            Some(act) => found.extend(Look::new(seen.entry, seen.at, act)),
            None => lost.push(LostLook::new(seen.entry, seen.at)),
        }
    }
    Ok(found)
}

async fn history(reader: &mut Reader, entries: &[EntryNumber]) -> Result<Vec<HistoryLine>, ServiceError> {
    let acts = reader.acts(entries).await?;
    Ok(acts.into_iter().filter_map(|seen| Some(HistoryLine::new(seen.entry, seen.at, seen.act?))).collect())
}

/// All lines of a subject's history that are wanted, newest first.
pub(crate) async fn all_history(
    reader: &mut Reader,
    subject: SubjectNumber,
    wanted: impl Fn(&HistoryLine) -> bool,
) -> Result<Vec<HistoryLine>, ServiceError> {
    let (mut found, mut before) = (Vec::new(), None);
    loop {
        let entries = reader.entries_of(subject, before, CHUNK).await?;
        found.extend(history(reader, &entries).await?.into_iter().filter(|line| wanted(line)));
        before = last_of_full(&entries, CHUNK);
        if before.is_none() {
            return Ok(found);
        }
    }
}
