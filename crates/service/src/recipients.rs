//! Who received a record, and the notices that follow from its change (Articles 14, 34, 36-38).

use std::collections::{BTreeMap, BTreeSet};

use law::{Day, Instant};
use register::acts::rights::notice::{
    Cause, NoticeFacts, Recipient, RecipientsNotified, acknowledge, no_such_notice,
};
use register::authority::AuthorityCode;
use register::caller::{Caller, Holder};
use register::event::Event;
use register::record::RecordNumber;
use register::rules::access::{Undertaking, may_undertake};
use register::rules::deadlines::{Limit, notice_due};
use register::ruling::Bilingual;
use register::subject::{EntryNumber, SubjectNumber};
use serde::Serialize;
use store::{GivenNotice, Pen, Reader};

use crate::error::ServiceError;
use crate::platform::{Done, Platform};

/// How many looks are read at once.
const CHUNK: u64 = 200;

/// The events of an act, with a notice behind each that changes a record which others received: in the same commit, whichever act it
/// is.
///
/// Whoever acts needs no notice of its own act.
pub(crate) async fn with_notices(
    pen: &mut Pen,
    events: Vec<Event>,
    by: &Caller,
) -> Result<Vec<Event>, ServiceError> {
    // The first change of a record says what is to be done; what follows from it needs no notice of its own.
    let mut changed: BTreeMap<RecordNumber, (Cause, SubjectNumber)> = BTreeMap::new();
    for (cause, record, subject) in events.iter().filter_map(Cause::of) {
        changed.entry(record).or_insert((cause, subject));
    }
    if changed.is_empty() {
        return Ok(events);
    }
    let mut of_subject: BTreeMap<SubjectNumber, BTreeSet<RecordNumber>> = BTreeMap::new();
    for (record, (_, subject)) in &changed {
        of_subject.entry(*subject).or_default().insert(*record);
    }
    let mut received: BTreeMap<RecordNumber, BTreeSet<Recipient>> = BTreeMap::new();
    for (subject, records) in of_subject {
        recipients(pen, subject, &records, &mut received).await?;
    }
    let mut events = events;
    for (record, (cause, subject)) in changed {
        let mut recipients = received.remove(&record).unwrap_or_default();
        if let Some(office) = by.office() {
            recipients.remove(&Recipient::Office { authority: office.clone() });
        }
        events.extend(RecipientsNotified::of((cause, record, subject), recipients));
    }
    Ok(events)
}

/// Everyone to whom records of a subject were shown.
async fn recipients(
    reader: &mut Reader,
    subject: SubjectNumber,
    records: &BTreeSet<RecordNumber>,
    received: &mut BTreeMap<RecordNumber, BTreeSet<Recipient>>,
) -> Result<(), ServiceError> {
    // Without a consent only offices looked, and their looks are told by the leaves.
    let offices_only = reader.consents_of(subject).await?.is_empty();
    let mut before = None;
    loop {
        let entries = if offices_only {
            reader.inquiries_of_offices(subject, before, CHUNK).await?
        } else {
            reader.inquiries_of(subject, before, CHUNK).await?
        };
        for seen in reader.acts(&entries).await? {
            let Some(act) = seen.act else { continue };
            for record in records {
                if let Some(recipient) = Recipient::of(&act, *record) {
                    received.entry(*record).or_default().insert(recipient);
                }
            }
        }
        before = entries.last().copied();
        if (entries.len() as u64) < CHUNK {
            return Ok(());
        }
    }
}

/// A notice as its recipient reads it, or the subject of the record.
#[derive(Debug, Clone, Serialize)]
pub struct NoticeView {
    /// Its entry.
    pub notice: EntryNumber,
    /// When it was given.
    pub at: Instant,
    /// To whom: an office's code, or the name in the consent.
    pub recipient: String,
    /// The word by which it is acknowledged.
    pub recipient_key: String,
    /// Whether the recipient is an office.
    pub office: bool,
    /// The record.
    pub record: RecordNumber,
    /// What was done with it, as a stable word.
    pub cause: Cause,
    /// What is to be done by whoever received it.
    pub duty: Bilingual,
    /// Until when.
    pub limit: Limit,
    /// Whether the deadline has passed without an acknowledgement; nothing where the last day is not known.
    pub overdue: Option<bool>,
    /// The entry of the acknowledgement.
    pub acknowledged: Option<EntryNumber>,
}

/// An office that has not acknowledged notices in time, as the public reads it: how many, and since when. Nothing of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OfficeInDefault {
    /// The office.
    pub office: AuthorityCode,
    /// How many notices.
    pub notices: u64,
    /// When the oldest of them was given.
    pub oldest: Day,
}

impl Platform {
    /// Notices to the caller before one of them, the newest first: its office's, or by the consents that it holds.
    ///
    /// Articles: 34, 36, 37, 38
    ///
    /// # Errors
    /// The refusal, or the store failed.
    pub async fn notices(
        &self,
        before: Option<EntryNumber>,
        open_only: bool,
        limit: u64,
        by: &Caller,
    ) -> Result<Vec<NoticeView>, ServiceError> {
        may_undertake(Undertaking::ReadNotices, by)?;
        let mut snapshot = self.store().snapshot().await?;
        let mut found = Vec::new();
        if let Some(office) = by.office() {
            let recipient = Recipient::Office { authority: office.clone() };
            found = snapshot.notices_to(&recipient, before, open_only, limit).await?;
        } else {
            let mut before = before;
            // Holders of consents are few, and what they hold is told by their identifiers alone.
            'pages: loop {
                let page = snapshot.open_or_all_notices(before, open_only, CHUNK).await?;
                if page.is_empty() {
                    break;
                }
                before = page.last().map(|given| given.notice.notice);
                for given in page {
                    if holds(&mut snapshot, &given.notice.recipient, by).await? {
                        found.push(given);
                    }
                    if found.len() as u64 == limit {
                        break 'pages;
                    }
                }
            }
        }
        let views = self.views(&mut snapshot, found).await?;
        snapshot.end().await?;
        Ok(views)
    }

    /// Notices of changes to the caller's own records, the newest first: who was told, until when, and who has answered.
    ///
    /// Articles: 34, 37, 38
    ///
    /// # Errors
    /// The refusal, or the store failed.
    pub async fn own_notices(
        &self,
        before: Option<EntryNumber>,
        limit: u64,
        by: &Caller,
    ) -> Result<Vec<NoticeView>, ServiceError> {
        may_undertake(Undertaking::ReadOwnCases, by)?;
        let Some(subject) = by.subject() else { return Err(ServiceError::Unauthorised) };
        let mut snapshot = self.store().snapshot().await?;
        let found = snapshot.notices_about(subject, before, limit).await?;
        let views = self.views(&mut snapshot, found).await?;
        snapshot.end().await?;
        Ok(views)
    }

    /// Offices that have not acknowledged notices by their deadline, those with the most first.
    ///
    /// Articles: 37, 38
    ///
    /// # Errors
    /// When the store fails.
    pub async fn offices_in_default(&self) -> Result<Vec<OfficeInDefault>, ServiceError> {
        let mut found: BTreeMap<AuthorityCode, (u64, Instant)> = BTreeMap::new();
        let mut snapshot = self.store().snapshot().await?;
        let mut before = None;
        loop {
            let page = snapshot.open_or_all_notices(before, true, CHUNK).await?;
            if page.is_empty() {
                break;
            }
            before = page.last().map(|given| given.notice.notice);
            for GivenNotice { notice, at } in &page {
                let Recipient::Office { authority } = &notice.recipient else { continue };
                if self.limit_of(*at)?.due.is_past(self.now()) == Some(true) {
                    let of_office = found.entry(authority.clone()).or_insert((0, *at));
                    of_office.0 += 1;
                    of_office.1 = of_office.1.min(*at);
                }
            }
        }
        snapshot.end().await?;
        let mut offices: Vec<OfficeInDefault> = found
            .into_iter()
            .map(|(office, (notices, oldest))| OfficeInDefault { office, notices, oldest: Day::of(oldest) })
            .collect();
        offices.sort_by_key(|office| std::cmp::Reverse(office.notices));
        Ok(offices)
    }

    /// Acknowledges a notice: the recipient says what it did.
    ///
    /// Articles: 36, 37, 38
    ///
    /// # Errors
    /// The refusal, or the store failed.
    pub async fn acknowledge(
        &self,
        notice: EntryNumber,
        recipient: Option<&str>,
        done: &str,
        by: &Caller,
    ) -> Result<Done, ServiceError> {
        let named = match (by.office(), recipient) {
            (Some(office), _) => Recipient::Office { authority: office.clone() },
            (None, Some(key)) => Recipient::from_key(key).ok_or_else(no_such_notice)?,
            (None, None) => return Err(no_such_notice().into()),
        };
        let (caller, done) = (by.clone(), done.to_owned());
        let (recorded, ()) = self
            .act(Undertaking::AcknowledgeNotice, by, move |pen, _| {
                let (caller, done, named) = (caller.clone(), done.clone(), named.clone());
                Box::pin(async move {
                    let mut facts = NoticeFacts { notice: None };
                    if holds(pen, &named, &caller).await? {
                        facts.notice = pen.notice(notice, &named).await?;
                    }
                    Ok((acknowledge(&facts, &done, &caller), ()))
                })
            })
            .await?;
        self.done(&recorded)
    }

    async fn views(
        &self,
        reader: &mut Reader,
        found: Vec<GivenNotice>,
    ) -> Result<Vec<NoticeView>, ServiceError> {
        let mut views = Vec::with_capacity(found.len());
        for GivenNotice { notice, at } in found {
            let (recipient, office) = match &notice.recipient {
                Recipient::Office { authority } => (authority.0.clone(), true),
                Recipient::ConsentHolder { consent } => {
                    let consent = reader.consent(*consent).await?;
                    (consent.map(|consent| consent.grantee.name).unwrap_or_default(), false)
                }
            };
            let limit = self.limit_of(at)?;
            let overdue = limit.due.is_past(self.now()).map(|past| past && notice.acknowledged.is_none());
            views.push(NoticeView {
                notice: notice.notice,
                at,
                recipient,
                recipient_key: notice.recipient.key(),
                office,
                record: notice.record,
                cause: notice.cause,
                duty: notice.cause.duty(),
                limit,
                overdue,
                acknowledged: notice.acknowledged,
            });
        }
        Ok(views)
    }

    fn limit_of(&self, given: Instant) -> Result<Limit, ServiceError> {
        let law = self.law().on(Day::of(given))?;
        Ok(notice_due(&law, self.calendar()?, given)?)
    }
}

/// Whether a caller is this recipient: the office itself, or whoever holds the consent.
async fn holds(reader: &mut Reader, recipient: &Recipient, by: &Caller) -> Result<bool, ServiceError> {
    Ok(match (recipient, by.holder()) {
        (Recipient::Office { authority }, _) => by.office() == Some(authority),
        (Recipient::ConsentHolder { consent }, Some(Holder::ThirdParty { identifier, .. })) => {
            let consent = reader.consent(*consent).await?;
            consent.is_some_and(|consent| consent.grantee.identifier == *identifier)
        }
        (Recipient::ConsentHolder { .. }, _) => false,
    })
}
