//! Notices to whoever received a record (Articles 14, 34, 36, 37, 38).
//!
//! What is corrected, withdrawn, restored or removed on the platform is to be corrected, withdrawn or removed by whoever received
//! it as well. Who that is follows from the inquiries: each office and each holder of a consent to whom the record was shown.
//! With the change itself a notice is entered for them all, which the subject sees; each acknowledges what it did by a deadline, and
//! who has not is named: to the subject, to the competent department, and after the deadline on a public page, where it is an
//! office or another organisation.

use std::collections::BTreeSet;

use law::Citation;
use serde::{Deserialize, Serialize};

use crate::acts::information::inquiry::Purpose;
use crate::acts::rights::consent::ConsentNumber;
use crate::authority::AuthorityCode;
use crate::caller::Caller;
use crate::change::{Change, Value};
use crate::event::{Act, Event};
use crate::record::RecordNumber;
use crate::rules::access::{Undertaking, may_undertake};
use crate::rules::words::words;
use crate::ruling::{Bilingual, Ground, Ruling};
use crate::subject::{EntryNumber, SubjectNumber};
use crate::tables;

/// What was done with a record that others received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// It was corrected (Article 14).
    Corrected,
    /// It was revoked or removed (Articles 14, 37).
    Removed,
    /// Its display was withdrawn by its subject (Article 36).
    Withdrawn,
    /// Its display was stopped by what an objection found (Article 37).
    DisplayStopped,
    /// Credit was restored as to it (Article 38).
    Restored,
}

impl Cause {
    /// The change that an event makes for those who received the record; nothing where it makes none.
    #[must_use]
    pub fn of(event: &Event) -> Option<(Self, RecordNumber, SubjectNumber)> {
        Some(match event {
            Event::RecordCorrected(event) => (Self::Corrected, event.record, event.subject),
            Event::RecordRevoked(event) => (Self::Removed, event.record, event.subject),
            Event::DisplayWithdrawn(event) => (Self::Withdrawn, event.record, event.subject),
            Event::RecordRestored(event) => (Self::Restored, event.record, event.subject),
            Event::DisplayStopped(event) => (Self::DisplayStopped, event.record, event.subject),
            _ => return None,
        })
    }

    /// Every cause.
    pub const ALL: [Self; 5] =
        [Self::Corrected, Self::Removed, Self::Withdrawn, Self::DisplayStopped, Self::Restored];

    /// The cause that a stable word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.word() == word)
    }

    /// The stable word used in answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Corrected => "corrected",
            Self::Removed => "removed",
            Self::Withdrawn => "withdrawn",
            Self::DisplayStopped => "display_stopped",
            Self::Restored => "restored",
        }
    }

    /// The article under which whoever received it follows.
    #[must_use]
    pub const fn article(self) -> Citation {
        match self {
            Self::Corrected | Self::Removed => Citation::article(14),
            Self::Withdrawn => Citation::article(36),
            Self::DisplayStopped => Citation::article(37),
            Self::Restored => Citation::article(38),
        }
    }

    /// What is to be done by whoever received it.
    #[must_use]
    pub const fn duty(self) -> Bilingual {
        match self {
            Self::Corrected => Bilingual::new(
                "按更正后的内容更新所持有的信息",
                "bring what you hold into line with the corrected record",
            ),
            Self::Removed => Bilingual::new("删除所持有的该条信息", "remove what you hold of it"),
            Self::Withdrawn => Bilingual::new("不再公示和使用该条信息", "display and use it no more"),
            Self::DisplayStopped => Bilingual::new("停止公示和使用该条信息", "stop displaying and using it"),
            Self::Restored => Bilingual::new(
                "停止公示和使用该条信息，并解除以其为依据的措施",
                "stop displaying and using it, and end what was based on it",
            ),
        }
    }
}

/// Who received a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Recipient {
    /// An office, by an inquiry for a duty.
    Office {
        /// The office.
        authority: AuthorityCode,
    },
    /// The holder of a consent.
    ConsentHolder {
        /// The consent.
        consent: ConsentNumber,
    },
}

impl Recipient {
    /// The word under which it stands in a table: no name and no identifier.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Office { authority } => format!("office:{authority}"),
            Self::ConsentHolder { consent } => format!("consent:{}", consent.0),
        }
    }

    /// The recipient that such a word names.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        match key.split_once(':')? {
            ("office", code) => Some(Self::Office { authority: AuthorityCode(code.to_owned()) }),
            ("consent", number) => {
                number.parse().ok().map(|number| Self::ConsentHolder { consent: ConsentNumber(number) })
            }
            _ => None,
        }
    }

    /// Who received a record by an act, where it is an inquiry of someone else that showed it.
    #[must_use]
    pub fn of(act: &Act, record: RecordNumber) -> Option<Self> {
        let Event::InquiryAnswered(inquiry) = &act.event else { return None };
        if !inquiry.shown.iter().any(|shown| shown.record == record) {
            return None;
        }
        match &inquiry.purpose {
            Purpose::Duty { .. } => {
                act.caller.office().map(|office| Self::Office { authority: office.clone() })
            }
            Purpose::Consent { consent } => Some(Self::ConsentHolder { consent: *consent }),
            Purpose::Own | Purpose::OwnFiling { .. } | Purpose::Verification { .. } => None,
        }
    }
}

/// Everyone who received a record was given notice of what was done with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientsNotified {
    /// The record.
    pub record: RecordNumber,
    /// Its subject.
    pub subject: SubjectNumber,
    /// What was done.
    pub cause: Cause,
    /// Who received it before.
    pub recipients: BTreeSet<Recipient>,
}

/// Someone acknowledged a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeAcknowledged {
    /// The entry of the notice.
    pub notice: EntryNumber,
    /// Who acknowledges.
    pub recipient: Recipient,
    /// The record.
    pub record: RecordNumber,
    /// Its subject.
    pub subject: SubjectNumber,
    /// What was done.
    pub done: String,
}

impl RecipientsNotified {
    /// The notice of a change; nothing where nobody received the record.
    #[must_use]
    pub fn new(
        (cause, record, subject): (Cause, RecordNumber, SubjectNumber),
        recipients: BTreeSet<Recipient>,
    ) -> Option<Event> {
        if recipients.is_empty() {
            return None;
        }
        Some(Event::RecipientsNotified(Self { record, subject, cause, recipients }))
    }

    pub(crate) fn changes(&self) -> Vec<Change> {
        let row = |recipient: &Recipient| {
            vec![
                Value::Entry,
                recipient.key().into(),
                self.record.0.into(),
                self.subject.0.into(),
                self.cause.word().into(),
                Value::Null,
            ]
        };
        let recipients = self.recipients.iter();
        recipients.map(|one| Change::Insert { table: &tables::NOTICE, row: row(one) }).collect()
    }
}

impl NoticeAcknowledged {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![Change::Update {
            table: &tables::NOTICE,
            key: vec![self.notice.0.into(), self.recipient.key().into()],
            set: vec![("acknowledged", Value::Entry)],
        }]
    }
}

/// A notice as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its entry.
    pub notice: EntryNumber,
    /// To whom.
    pub recipient: Recipient,
    /// The record.
    pub record: RecordNumber,
    /// Its subject.
    pub subject: SubjectNumber,
    /// What was done with the record.
    pub cause: Cause,
    /// The entry of the acknowledgement.
    pub acknowledged: Option<EntryNumber>,
}

/// What the law makes relevant to an acknowledgement.
#[derive(Debug)]
pub struct NoticeFacts {
    /// The notice to this caller, where there is one: its own office's, or by a consent that it holds.
    pub notice: Option<Notice>,
}

/// Acknowledges a notice: the recipient says what it did.
///
/// Articles: 14, 36, 37, 38
#[must_use]
pub fn acknowledge(facts: &NoticeFacts, done: &str, by: &Caller) -> Ruling {
    let decide = || {
        may_undertake(Undertaking::AcknowledgeNotice, by)?;
        let notice = facts.notice.as_ref().ok_or_else(no_such_notice)?;
        let article = notice.cause.article();
        if notice.acknowledged.is_some() {
            let reason = Bilingual::new("该通知已回执", "the notice is acknowledged already");
            let ground = Ground::new("already_acknowledged", article, reason).field("notice");
            return Err(ground.remedy(Bilingual::new("无需再次回执", "nothing more is to be done")).into());
        }
        Ok(vec![Event::NoticeAcknowledged(NoticeAcknowledged {
            notice: notice.notice,
            recipient: notice.recipient.clone(),
            record: notice.record,
            subject: notice.subject,
            done: words(article, "done", done)?,
        })])
    };
    super::objection::decided(decide)
}

/// The refusal for a notice that is not there or is none of the caller's: one answer.
///
/// Articles: 37, 38
#[must_use]
pub fn no_such_notice() -> Ground {
    let reason = Bilingual::new("没有发给您的该通知", "no such notice was given to you");
    Ground::new("no_such_notice", Citation::article(37), reason)
        .field("notice")
        .remedy(Bilingual::new("在通知列表中查看", "see the list of your notices"))
}
