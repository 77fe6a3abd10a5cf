//! Inquiry: read outside the pen, check again under it, journal, answer (Articles 20, 34, 35, 53(3)).

mod answer;

use std::sync::Arc;

use law::identifier::IdentifierKind;
use law::{Instant, LawInForce};
use register::acts::information::inquiry::{Inquire, Inquired, InquiryFacts, Purpose, inquire};
use register::acts::information::verification::nothing_to_verify;
use register::acts::rights::consent::{Consent, ConsentNumber};
use register::authority::{Authority, Duty};
use register::caller::Caller;
use register::catalogue::Catalogue;
use register::record::{Content, Record, RecordNumber};
use register::rules::access::not_your_record;
use register::rules::enumeration::{Outcome, Standing};
use register::rules::identification::{Identified, identify};
use register::ruling::Ground;
use register::subject::{EntryNumber, Subject, SubjectNumber};
use register::text::has_controls;
use store::{About, Foreseen, Pen, Reader};

use crate::error::ServiceError;
use crate::facts;
use crate::inquiry::answer::answer;
use crate::own::{Own, OwnLog};
use crate::platform::{Deciding, Platform, Recorded};

pub use self::answer::{Answer, SubjectView};
pub use crate::own::{ConsentView, LostLook};
/// Asks for one subject by its full identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InquiryRequest {
    /// The identifier as written; may be left out when asking for one's own.
    pub identifier: Option<String>,
    /// Its kind, where the caller says so (a foreign passport is found only so).
    pub kind: Option<IdentifierKind>,
    /// Why.
    pub purpose: PurposeRequest,
    /// For one's own looks and history: only those before this entry.
    pub before: Option<EntryNumber>,
}

/// Why someone asks, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PurposeRequest {
    /// One's own.
    Own,
    /// A duty of Article 20 in a matter.
    Duty {
        /// The duty, 1 to 6.
        duty: u8,
        /// The matter's number.
        matter: String,
    },
    /// A consent.
    Consent {
        /// Its number.
        consent: u64,
    },
}

/// What was read for an inquiry, and what it rests on.
#[derive(Clone)]
struct Read {
    catalogue: Arc<Catalogue>,
    subject: Option<Subject>,
    records: Vec<(Record, Content)>,
    authority: Option<Authority>,
    consent: Option<Consent>,
    read_at: u64,
}

/// What the answer needs of the decision.
struct Answered {
    inquired: Inquired,
    read: Arc<Read>,
    law: Arc<LawInForce>,
    at: Instant,
}

impl Platform {
    /// Answers an inquiry; its entry is durable before this returns. A refusal about an identified subject has its entry
    /// too, which the subject sees.
    ///
    /// Articles: 20, 34, 35, 53(2), 53(3)
    ///
    /// # Errors
    /// The refusal, malformed input, or the store failed: then nothing was answered.
    pub async fn inquire(&self, request: InquiryRequest, by: &Caller) -> Result<Answer, ServiceError> {
        self.inquire_with(request, OwnLog::Page, by).await
    }

    /// A subject's look at its own, with what it wants of its log beside the records: before an entry, where one is named.
    ///
    /// Articles: 34, 35, 53(3)
    ///
    /// # Errors
    /// See [`Platform::inquire`].
    pub async fn inquire_own(
        &self,
        log: OwnLog,
        before: Option<EntryNumber>,
        by: &Caller,
    ) -> Result<Answer, ServiceError> {
        let purpose = PurposeRequest::Own;
        self.inquire_with(InquiryRequest { identifier: None, kind: None, purpose, before }, log, by).await
    }

    async fn inquire_with(
        &self,
        request: InquiryRequest,
        log: OwnLog,
        by: &Caller,
    ) -> Result<Answer, ServiceError> {
        // Whoever asks too often is told so before anything is looked at.
        let mut standing = None;
        if let (PurposeRequest::Duty { .. }, Some(written)) = (&request.purpose, &request.identifier) {
            let about = identify(written, request.kind, self.today())?;
            let purpose = purpose(&request.purpose)?;
            let stands = match self.standing(by, &about, &purpose) {
                Ok(stands) => stands,
                Err(refusal) => return Err(self.named_too_often(about, purpose, by, refusal).await),
            };
            if let Some(read) = self.read_at_once(&about, by).await? {
                return self.answer(about, purpose, Arc::new(read), None, stands, by).await;
            }
            standing = Some(stands);
        }
        let mut snapshot = self.store().snapshot().await?;
        let about = self.about(&mut snapshot, &request, by).await?;
        let purpose = purpose(&request.purpose)?;
        let standing = match standing {
            Some(standing) => standing,
            None => match self.standing(by, &about, &purpose) {
                Ok(standing) => standing,
                Err(refusal) => {
                    snapshot.end().await?;
                    return Err(self.named_too_often(about, purpose, by, refusal).await);
                }
            },
        };
        let read = Arc::new(self.read(&mut snapshot, &about, &purpose, by).await?);
        let own = if matches!(purpose, Purpose::Own) {
            match &read.subject {
                Some(subject) if by.subject() == Some(subject.number) => {
                    Some(Own::read(&mut snapshot, subject.number, log, request.before).await?)
                }
                _ => None,
            }
        } else {
            None
        };
        snapshot.end().await?;
        self.answer(about, purpose, read, own, standing, by).await
    }

    /// Opens a record for the authority that filed it: an inquiry about its subject, with its entry. Someone who did not
    /// file it gets the answer of a record that is not there; the subject sees that they tried.
    pub(crate) async fn open_own_record(
        &self,
        number: RecordNumber,
        by: &Caller,
    ) -> Result<(Answer, SubjectNumber), ServiceError> {
        self.open_record(number, Purpose::OwnFiling { record: number }, not_your_record, by).await
    }

    /// Opens a record whose subject's code waits for verification, for the big data centre: an inquiry about its subject, with its
    /// entry, which the subject sees; persons are masked.
    ///
    /// Articles: 13, 14, 34, 53(3)
    ///
    /// # Errors
    /// When the caller does not verify codes or nothing waits there, or the store fails.
    pub async fn open_held_record(&self, number: RecordNumber, by: &Caller) -> Result<Answer, ServiceError> {
        let purpose = Purpose::Verification { record: number };
        Ok(self.open_record(number, purpose, nothing_to_verify, by).await?.0)
    }

    async fn open_record(
        &self,
        number: RecordNumber,
        purpose: Purpose,
        absent: fn() -> Ground,
        by: &Caller,
    ) -> Result<(Answer, SubjectNumber), ServiceError> {
        let mut snapshot = self.store().snapshot().await?;
        let record = snapshot.record(number).await?.ok_or_else(absent)?;
        let subject = snapshot.subject(record.subject).await?.ok_or_else(absent)?;
        let about =
            Identified { identifier: subject.identifier, kind: subject.kind, flagged: subject.flagged };
        let standing = match self.standing(by, &about, &purpose) {
            Ok(standing) => standing,
            Err(refusal) => {
                snapshot.end().await?;
                return Err(self.named_too_often(about, purpose, by, refusal).await);
            }
        };
        let read = Arc::new(self.read(&mut snapshot, &about, &purpose, by).await?);
        snapshot.end().await?;
        Ok((self.answer(about, purpose, read, None, standing, by).await?, record.subject))
    }

    /// How a caller stands who inquires, where it is watched.
    fn standing(&self, by: &Caller, about: &Identified, purpose: &Purpose) -> Result<Standing, ServiceError> {
        self.vigilance().map_or(Ok(Standing::Free), |vigilance| {
            vigilance.admit(by, &about.identifier, purpose, self.now())
        })
    }

    /// The answer to a caller who asks too often. The first time within an hour that they name this subject so, the refusal has an
    /// entry, which the subject sees; nothing is shown of what is held.
    ///
    /// Articles: 6, 53(3)
    async fn named_too_often(
        &self,
        about: Identified,
        purpose: Purpose,
        by: &Caller,
        refusal: ServiceError,
    ) -> ServiceError {
        if !self.vigilance().is_some_and(|vigilance| vigilance.is_first_refusal(by, &about.identifier)) {
            return refusal;
        }
        let entered = async {
            let mut snapshot = self.store().snapshot().await?;
            let read = Arc::new(self.read(&mut snapshot, &about, &purpose, by).await?);
            snapshot.end().await?;
            self.answer(about, purpose, read, None, Standing::Refused, by).await
        };
        match entered.await {
            Ok(_) | Err(ServiceError::Refused(_)) => refusal,
            // Without its entry it is not refused either: it failed.
            Err(failed) => failed,
        }
    }

    /// Checks again under the pen what was read, decides, journals and answers.
    async fn answer(
        &self,
        about: Identified,
        purpose: Purpose,
        read: Arc<Read>,
        own: Option<Own>,
        standing: Standing,
        by: &Caller,
    ) -> Result<Answer, ServiceError> {
        let vigilance = self.vigilance();
        let ask = Inquire { about: about.clone(), purpose: purpose.clone() };
        let (platform, caller) = (self.clone(), by.clone());
        let foreseen = Foreseen { subject: read.subject.as_ref().map(|subject| subject.number) };
        let acted = self
            .act_foreseen(purpose.undertaking(), foreseen, by, move |pen, law| -> Deciding<'_, Answered> {
                let (platform, caller, ask, read) =
                    (platform.clone(), caller.clone(), ask.clone(), Arc::clone(&read));
                Box::pin(async move {
                    let read = if stands(pen, &read, &ask).await? {
                        read
                    } else {
                        Arc::new(platform.read(pen, &ask.about, &ask.purpose, &caller).await?)
                    };
                    let next = match &read.subject {
                        Some(subject) => subject.number,
                        None => pen.next_subject().await?,
                    };
                    let mut inquired = inquire(&law, &read.facts(next, standing), ask, &caller);
                    let ruling = std::mem::replace(
                        &mut inquired.ruling,
                        register::ruling::Ruling::Granted { events: Vec::new(), grounds: Vec::new() },
                    );
                    Ok((ruling, Answered { inquired, read, law, at: pen.now() }))
                })
            })
            .await;
        if let Some(vigilance) = vigilance
            && let Some(outcome) = outcome(&acted, standing)
        {
            vigilance.note(by, outcome, self.now());
        }
        let (recorded, answered) = acted?;
        let entry = self.done(&recorded)?.entry;
        Ok(answer(entry, about, purpose, answered, own))
    }

    async fn about(
        &self,
        reader: &mut Reader,
        request: &InquiryRequest,
        by: &Caller,
    ) -> Result<Identified, ServiceError> {
        let own = matches!(request.purpose, PurposeRequest::Own);
        match (&request.identifier, by.subject()) {
            (Some(written), _) => Ok(identify(written, request.kind, self.today())?),
            (None, Some(subject)) if own => {
                let subject = reader.subject(subject).await?.ok_or(ServiceError::Unauthorised)?;
                Ok(Identified {
                    identifier: subject.identifier,
                    kind: subject.kind,
                    flagged: subject.flagged,
                })
            }
            (None, _) => Err(ServiceError::malformed(
                "identifier",
                "请写信用主体的完整代码或证件号码",
                "name the subject by its full identifier",
            )),
        }
    }

    async fn read(
        &self,
        reader: &mut Reader,
        about: &Identified,
        purpose: &Purpose,
        by: &Caller,
    ) -> Result<Read, ServiceError> {
        let held = reader.about(&about.identifier).await?;
        let catalogue = self.edition_of(reader, held.edition).await?;
        let authority = match by.office() {
            Some(code) => {
                let authority = reader.authority(code).await?;
                self.keep_office(code, authority.as_ref());
                authority
            }
            None => None,
        };
        let consent = match purpose {
            Purpose::Consent { consent } => reader.consent(*consent).await?,
            Purpose::Own
            | Purpose::Duty { .. }
            | Purpose::OwnFiling { .. }
            | Purpose::Verification { .. } => None,
        };
        Read::new(held, catalogue, authority, consent)
    }

    /// What an office's inquiry rests on, in one statement: edition and office are those that were read last, and whether they
    /// still are is asked under the pen, as everything is. Nothing where they were not read yet.
    async fn read_at_once(&self, about: &Identified, by: &Caller) -> Result<Option<Read>, ServiceError> {
        let Some(authority) = by.office().and_then(|code| self.kept_office(code)) else { return Ok(None) };
        let held = self.store().about(&about.identifier).await?;
        let Some(catalogue) = self.kept_edition(held.edition) else { return Ok(None) };
        Read::new(held, catalogue, Some(authority), None).map(Some)
    }
}

impl Read {
    fn new(
        held: About,
        catalogue: Arc<Catalogue>,
        authority: Option<Authority>,
        consent: Option<Consent>,
    ) -> Result<Self, ServiceError> {
        let records = facts::with_contents(held.records)?;
        Ok(Self { catalogue, subject: held.subject, records, authority, consent, read_at: held.head.size })
    }

    fn facts(&self, next_subject: SubjectNumber, standing: Standing) -> InquiryFacts<'_> {
        InquiryFacts {
            catalogue: &self.catalogue,
            subject: self.subject.as_ref(),
            next_subject,
            records: &self.records,
            authority: self.authority.as_ref(),
            consent: self.consent.as_ref(),
            read_at: self.read_at,
            standing,
        }
    }
}

/// What became of an inquiry as its caller sees it; nothing where the platform failed, or refused only for what the caller did
/// before.
fn outcome(acted: &Result<(Recorded, Answered), ServiceError>, standing: Standing) -> Option<Outcome> {
    match acted {
        Ok((_, Answered { inquired, .. })) if inquired.records.is_empty() && inquired.withheld.is_empty() => {
            Some(Outcome::Empty)
        }
        Ok(_) => Some(Outcome::Shown),
        Err(ServiceError::Refused(_)) if standing < Standing::Refused => Some(Outcome::Refused),
        Err(_) => None,
    }
}

/// Whether what was read outside the pen still stands under it: the subject's version, the consent with its remaining uses,
/// the catalogue's edition and the office. Whatever was withdrawn, revoked or restored since is a newer version.
async fn stands(pen: &mut Pen, read: &Read, ask: &Inquire) -> Result<bool, ServiceError> {
    // What is staged comes into force by its batch's entry, which is no change of the subject's own.
    if read.records.iter().any(|(record, _)| !record.in_force) {
        return Ok(false);
    }
    if pen.newest_edition().await? != read.catalogue.number {
        return Ok(false);
    }
    let same_subject = match &read.subject {
        Some(subject) => pen.subject_version(subject.number).await? == Some(subject.version),
        None => pen.subject_of(&ask.about.identifier).await?.is_none(),
    };
    if !same_subject {
        return Ok(false);
    }
    if let Some(authority) = &read.authority
        && pen.authority(&authority.code).await?.as_ref() != Some(authority)
    {
        return Ok(false);
    }
    match &ask.purpose {
        Purpose::Consent { consent } => Ok(pen.consent(*consent).await? == read.consent),
        Purpose::Own | Purpose::Duty { .. } | Purpose::OwnFiling { .. } | Purpose::Verification { .. } => {
            Ok(true)
        }
    }
}

fn purpose(request: &PurposeRequest) -> Result<Purpose, ServiceError> {
    Ok(match request {
        PurposeRequest::Own => Purpose::Own,
        PurposeRequest::Duty { duty, matter } => {
            let duty = Duty::try_from(*duty)
                .map_err(|reason| ServiceError::malformed("duty", "须为第二十条所列职责的序号", reason))?;
            let is_plain = !has_controls(matter);
            let matter = matter.trim();
            if matter.chars().count() > 200 || !is_plain {
                return Err(ServiceError::malformed(
                    "matter",
                    "超过200字，或含有换行等控制字符",
                    "is longer than 200 characters, or has line ends or other control characters",
                ));
            }
            Purpose::Duty { duty, matter: matter.to_owned() }
        }
        PurposeRequest::Consent { consent } => Purpose::Consent { consent: ConsentNumber(*consent) },
    })
}
