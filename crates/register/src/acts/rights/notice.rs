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
use crate::ruling::{Bilingual, Ground, Refusal, Ruling};
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
    pub fn of(
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

/// Whether a caller may acknowledge a notice: its recipient, once.
///
/// Articles: 14, 36, 37, 38
///
/// # Errors
/// The refusal; the same for a notice that is not there and for another's.
pub fn may_acknowledge<'a>(facts: &'a NoticeFacts, by: &Caller) -> Result<&'a Notice, Refusal> {
    may_undertake(Undertaking::AcknowledgeNotice, by)?;
    let notice = facts.notice.as_ref().ok_or_else(no_such_notice)?;
    if notice.acknowledged.is_some() {
        let reason = Bilingual::new("该通知已回执", "the notice is acknowledged already");
        let ground = Ground::new("already_acknowledged", notice.cause.article(), reason).field("notice");
        return Err(ground.remedy(Bilingual::new("无需再次回执", "nothing more is to be done")).into());
    }
    Ok(notice)
}

/// Acknowledges a notice: the recipient says what it did.
///
/// Articles: 14, 36, 37, 38
#[must_use]
pub fn acknowledge(facts: &NoticeFacts, done: &str, by: &Caller) -> Ruling {
    let decide = || {
        let notice = may_acknowledge(facts, by)?;
        Ok(vec![Event::NoticeAcknowledged(NoticeAcknowledged {
            notice: notice.notice,
            recipient: notice.recipient.clone(),
            record: notice.record,
            subject: notice.subject,
            done: words(notice.cause.article(), "done", done)?,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acts::information::correction::RecordRevoked;
    use crate::acts::information::inquiry::{InquiryAnswered, Shown};
    use crate::acts::rights::objection::events::DisplayStopped;
    use crate::acts::rights::restoration::{RecordRestored, RestorationUndone};
    use crate::acts::rights::withdrawal::{DisplayResumed, DisplayWithdrawn};
    use crate::authority::Duty;
    use crate::caller::{Holder, KeyNumber};
    use crate::case::CaseNumber;

    const RECORD: RecordNumber = RecordNumber(4);
    const SUBJECT: SubjectNumber = SubjectNumber(7);

    fn office() -> Caller {
        let holder = Holder::Office { authority: AuthorityCode("market".into()), duties: Vec::new() };
        Caller::Key { key: KeyNumber(1), holder, person: None }
    }

    fn subject() -> Caller {
        Caller::Key { key: KeyNumber(2), holder: Holder::Subject { subject: SUBJECT }, person: None }
    }

    fn notice(acknowledged: Option<EntryNumber>) -> Notice {
        let recipient = Recipient::Office { authority: AuthorityCode("market".into()) };
        let (notice, cause) = (EntryNumber(20), Cause::Removed);
        Notice { notice, recipient, record: RECORD, subject: SUBJECT, cause, acknowledged }
    }

    fn code(ruling: &Ruling) -> Option<String> {
        match ruling {
            Ruling::Granted { .. } => None,
            Ruling::Refused { refusal, .. } => Some(refusal.grounds[0].code.to_string()),
        }
    }

    #[test]
    fn article_37_a_notice_is_acknowledged_once_by_its_recipient_who_says_what_was_done() {
        let facts = |notice| NoticeFacts { notice };
        let ruling = acknowledge(&facts(Some(notice(None))), " 已删除 ", &office());
        let Ruling::Granted { events, .. } = &ruling else { panic!("{ruling:?}") };
        assert!(matches!(&events[0], Event::NoticeAcknowledged(event) if event.done == "已删除"));
        let refused = |notice, done: &str, by: &Caller| code(&acknowledge(&facts(notice), done, by));
        assert_eq!(refused(None, "已删除", &office()).as_deref(), Some("no_such_notice"));
        let again = Some(notice(Some(EntryNumber(21))));
        assert_eq!(refused(again, "已删除", &office()).as_deref(), Some("already_acknowledged"));
        assert_eq!(refused(Some(notice(None)), " ", &office()).as_deref(), Some("words_missing"));
        let number = "已告知 13812345678";
        assert_eq!(
            refused(Some(notice(None)), number, &office()).as_deref(),
            Some("personal_number_in_words")
        );
        assert_eq!(refused(Some(notice(None)), "已删除", &subject()).as_deref(), Some("not_an_office"));
    }

    #[test]
    fn articles_14_36_37_38_what_recipients_follow_is_what_takes_something_away() {
        let (record, subject, case, reason) = (RECORD, SUBJECT, CaseNumber(1), String::new());
        let barred_until = "2029-11-23".parse().unwrap();
        let documents = || (String::new(), String::new());
        let (performance_document, commitment_document) = documents();
        for (event, cause) in [
            (
                Event::RecordRevoked(RecordRevoked { record, subject, reason: reason.clone() }),
                Some(Cause::Removed),
            ),
            (Event::DisplayWithdrawn(DisplayWithdrawn { record, subject }), Some(Cause::Withdrawn)),
            (Event::DisplayStopped(DisplayStopped { record, subject, case }), Some(Cause::DisplayStopped)),
            (
                Event::RecordRestored(RecordRestored {
                    record,
                    subject,
                    performance_document,
                    commitment_document,
                    reason: reason.clone(),
                }),
                Some(Cause::Restored),
            ),
            // Nobody is made to take up again what they put down.
            (Event::DisplayResumed(DisplayResumed { record, subject }), None),
            (Event::RestorationUndone(RestorationUndone { record, subject, reason, barred_until }), None),
        ] {
            assert_eq!(Cause::of(&event), cause.map(|cause| (cause, RECORD, SUBJECT)), "{event:?}");
        }
        for cause in Cause::ALL {
            assert_eq!(Cause::from_word(cause.word()), Some(cause));
            assert!(!cause.duty().zh.is_empty() && !cause.article().is_whole());
        }
        assert_eq!(Cause::from_word("erased"), None);
    }

    #[test]
    fn article_34_who_received_a_record_is_whoever_it_was_shown_to_but_its_subject_and_its_filer() {
        let received = |purpose, record, by: Caller| {
            let shown = vec![Shown { record: RECORD, version: 1 }];
            let event = Event::InquiryAnswered(InquiryAnswered {
                subject: SUBJECT,
                registers: None,
                purpose,
                read_at: 9,
                law: Vec::new(),
                edition: 1,
                shown,
                withheld: Vec::new(),
                uses_left: None,
            });
            Recipient::of(&Act { caller: by, event }, record).map(|recipient| recipient.key())
        };
        let duty = || Purpose::Duty { duty: Duty::ALL[0], matter: "许2026-1".into() };
        assert_eq!(received(duty(), RECORD, office()).as_deref(), Some("office:market"));
        assert_eq!(received(duty(), RecordNumber(5), office()), None);
        let consent = Purpose::Consent { consent: ConsentNumber(3) };
        assert_eq!(received(consent, RECORD, subject()).as_deref(), Some("consent:3"));
        assert_eq!(received(Purpose::Own, RECORD, subject()), None);
        assert_eq!(received(Purpose::OwnFiling { record: RECORD }, RECORD, office()), None);
        for key in ["office:market", "consent:3"] {
            assert_eq!(Recipient::from_key(key).map(|recipient| recipient.key()).as_deref(), Some(key));
        }
        for key in ["", "office", "consent:x", "person:3"] {
            assert_eq!(Recipient::from_key(key), None, "{key}");
        }
    }

    #[test]
    fn article_38_no_notice_is_entered_where_nobody_received_it_and_one_row_for_each_who_did() {
        let of = (Cause::Restored, RECORD, SUBJECT);
        assert_eq!(RecipientsNotified::of(of, BTreeSet::new()), None);
        let recipients = ["office:market", "office:tax", "consent:3"];
        let recipients = recipients.iter().filter_map(|key| Recipient::from_key(key)).collect();
        let Some(Event::RecipientsNotified(event)) = RecipientsNotified::of(of, recipients) else {
            panic!("no notice")
        };
        assert_eq!(event.changes().len(), 3);
    }
}
