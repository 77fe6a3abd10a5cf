//! What happened: one enum, the sum of the chapters' vocabularies. Each event is kept beside its act, in the past
//! tense, and carries every value that its rows need.

use law::Citation;
use serde::{Deserialize, Serialize};

use crate::acts::accountability::incident::{
    DepartmentNotified, IncidentClassified, IncidentClosed, IncidentContained, IncidentRegistered,
    SubjectTold, TellingCompleted, TellingDispensed,
};
use crate::acts::accountability::proposal::{ActProposed, ProposalApproved, ProposalRejected};
use crate::acts::information::access::{KeyIssued, KeyRevoked, KeyRotated};
use crate::acts::information::catalogue::{AuthorityEnrolled, CataloguePublished};
use crate::acts::information::commencement::LawTookForce;
use crate::acts::information::correction::{RecordCorrected, RecordRevoked};
use crate::acts::information::erasure::RecordsErased;
use crate::acts::information::filing::{BatchClosed, BatchOpened, RecordFiled, SubjectRegistered};
use crate::acts::information::inquiry::{InquiryAnswered, InquiryRefused};
use crate::acts::information::verification::IdentifierVerified;
use crate::acts::rights::consent::{ConsentGranted, ConsentRevoked};
use crate::acts::rights::notice::{NoticeAcknowledged, RecipientsNotified};
use crate::acts::rights::objection::events::{
    ApplicationReturned, CaseAccepted, CaseExtended, CaseTakenBack, DisplayStopped, ObjectionDecided,
    ObjectionLodged, RestorationApplied, RestorationDecided, ReviewDecided, ReviewRequested,
};
use crate::acts::rights::restoration::{RecordRestored, RestorationUndone};
use crate::acts::rights::withdrawal::{DisplayResumed, DisplayWithdrawn};
use crate::authority::AuthorityCode;
use crate::caller::Caller;
use crate::case::{CaseKind, CaseNumber};
use crate::record::RecordNumber;
use crate::subject::SubjectNumber;

/// An event with who did it: the plain text of an entry's payload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Act {
    /// Who acted.
    pub caller: Caller,
    /// What happened.
    pub event: Event,
}

/// Something that happened, in the order of the chapters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// An instrument's version took force (Articles 15, 56).
    LawTookForce(LawTookForce),
    /// An authority was enrolled (Articles 5, 14).
    AuthorityEnrolled(AuthorityEnrolled),
    /// An edition of the catalogue was published (Article 10).
    CataloguePublished(CataloguePublished),
    /// A key was issued (Articles 6, 19).
    KeyIssued(KeyIssued),
    /// A key was revoked (Articles 6, 19).
    KeyRevoked(KeyRevoked),
    /// A subject got its number (Article 2).
    SubjectRegistered(SubjectRegistered),
    /// A flagged code was verified (Article 14).
    IdentifierVerified(IdentifierVerified),
    /// A batch was opened (Article 14).
    BatchOpened(BatchOpened),
    /// A record was filed (Article 14).
    RecordFiled(RecordFiled),
    /// A batch was closed; an all-or-nothing batch came into force or was abandoned (Article 14).
    BatchClosed(BatchClosed),
    /// A record was corrected (Article 14).
    RecordCorrected(RecordCorrected),
    /// A record was revoked (Article 14).
    RecordRevoked(RecordRevoked),
    /// An inquiry was answered (Articles 20, 35).
    InquiryAnswered(InquiryAnswered),
    /// An inquiry about an identified subject was refused (Articles 20, 35).
    InquiryRefused(InquiryRefused),
    /// A subject gave its written consent (Article 35).
    ConsentGranted(ConsentGranted),
    /// A subject took its consent back (Article 35).
    ConsentRevoked(ConsentRevoked),
    /// A subject had a record withdrawn from display (Article 36).
    DisplayWithdrawn(DisplayWithdrawn),
    /// A subject had it displayed again (Article 36).
    DisplayResumed(DisplayResumed),
    /// A subject's credit was restored as to a record (Article 38).
    RecordRestored(RecordRestored),
    /// A key took the place of another (Articles 6, 19).
    KeyRotated(KeyRotated),
    /// An act was proposed that needs a second person (Articles 6, 53).
    ActProposed(ActProposed),
    /// A proposal was approved (Articles 6, 53).
    ProposalApproved(ProposalApproved),
    /// A proposal was rejected or taken back (Articles 6, 53).
    ProposalRejected(ProposalRejected),
    /// An incident was registered (Article 19).
    IncidentRegistered(IncidentRegistered),
    /// An incident was classified (Article 19).
    IncidentClassified(IncidentClassified),
    /// A measure was taken against an incident (Article 19).
    IncidentContained(IncidentContained),
    /// The competent department was notified of an incident (Article 19).
    DepartmentNotified(DepartmentNotified),
    /// A subject was told of an incident that concerns it (Article 19).
    SubjectTold(SubjectTold),
    /// Every subject of a scope was told of an incident (Article 19).
    TellingCompleted(TellingCompleted),
    /// The subjects are not told of an incident, on a stated ground (Article 19).
    TellingDispensed(TellingDispensed),
    /// An incident was closed (Article 19).
    IncidentClosed(IncidentClosed),
    /// Records were erased (Articles 6, 14).
    RecordsErased(RecordsErased),
    /// A subject objected to a record (Article 37).
    ObjectionLodged(ObjectionLodged),
    /// A subject applied for restoration (Article 38).
    RestorationApplied(RestorationApplied),
    /// An officer took a case in hand (Articles 37, 38).
    CaseAccepted(CaseAccepted),
    /// The time for deciding a case was extended (Articles 37, 38).
    CaseExtended(CaseExtended),
    /// An objection was decided, point by point (Article 37).
    ObjectionDecided(ObjectionDecided),
    /// A subject asked for the review of a decision (Articles 33, 37).
    ReviewRequested(ReviewRequested),
    /// The competent department reviewed a decision (Articles 33, 37).
    ReviewDecided(ReviewDecided),
    /// An incomplete application for restoration was sent back (Article 38).
    ApplicationReturned(ApplicationReturned),
    /// An application for restoration was decided (Article 38).
    RestorationDecided(RestorationDecided),
    /// A subject took its case back (Articles 37, 38).
    CaseTakenBack(CaseTakenBack),
    /// An objection stopped the display of a record (Article 37).
    DisplayStopped(DisplayStopped),
    /// A restoration got with false materials was undone (Article 38).
    RestorationUndone(RestorationUndone),
    /// Whoever received a record was given notice of its change (Articles 14, 36-38).
    RecipientsNotified(RecipientsNotified),
    /// A recipient acknowledged a notice (Articles 14, 36-38).
    NoticeAcknowledged(NoticeAcknowledged),
}

impl Event {
    /// The kind of act as the public leaf names it; the same word as in the payload.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::LawTookForce(_) => "law_took_force",
            Self::AuthorityEnrolled(_) => "authority_enrolled",
            Self::CataloguePublished(_) => "catalogue_published",
            Self::KeyIssued(_) => "key_issued",
            Self::KeyRevoked(_) => "key_revoked",
            Self::SubjectRegistered(_) => "subject_registered",
            Self::IdentifierVerified(_) => "identifier_verified",
            Self::BatchOpened(_) => "batch_opened",
            Self::RecordFiled(_) => "record_filed",
            Self::BatchClosed(_) => "batch_closed",
            Self::RecordCorrected(_) => "record_corrected",
            Self::RecordRevoked(_) => "record_revoked",
            Self::InquiryAnswered(_) => "inquiry_answered",
            Self::InquiryRefused(_) => "inquiry_refused",
            Self::ConsentGranted(_) => "consent_granted",
            Self::ConsentRevoked(_) => "consent_revoked",
            Self::DisplayWithdrawn(_) => "display_withdrawn",
            Self::DisplayResumed(_) => "display_resumed",
            Self::RecordRestored(_) => "record_restored",
            Self::KeyRotated(_) => "key_rotated",
            Self::ActProposed(_) => "act_proposed",
            Self::ProposalApproved(_) => "proposal_approved",
            Self::ProposalRejected(_) => "proposal_rejected",
            Self::IncidentRegistered(_) => "incident_registered",
            Self::IncidentClassified(_) => "incident_classified",
            Self::IncidentContained(_) => "incident_contained",
            Self::DepartmentNotified(_) => "department_notified",
            Self::SubjectTold(_) => "subject_told",
            Self::TellingCompleted(_) => "telling_completed",
            Self::TellingDispensed(_) => "telling_dispensed",
            Self::IncidentClosed(_) => "incident_closed",
            Self::RecordsErased(_) => "records_erased",
            Self::ObjectionLodged(_) => "objection_lodged",
            Self::RestorationApplied(_) => "restoration_applied",
            Self::CaseAccepted(_) => "case_accepted",
            Self::CaseExtended(_) => "case_extended",
            Self::ObjectionDecided(_) => "objection_decided",
            Self::ReviewRequested(_) => "review_requested",
            Self::ReviewDecided(_) => "review_decided",
            Self::ApplicationReturned(_) => "application_returned",
            Self::RestorationDecided(_) => "restoration_decided",
            Self::CaseTakenBack(_) => "case_taken_back",
            Self::DisplayStopped(_) => "display_stopped",
            Self::RestorationUndone(_) => "restoration_undone",
            Self::RecipientsNotified(_) => "recipients_notified",
            Self::NoticeAcknowledged(_) => "notice_acknowledged",
        }
    }

    /// The article under which it was done, for the public leaf.
    #[must_use]
    pub fn article(&self) -> Citation {
        match self {
            Self::LawTookForce(_) => Citation::article(56),
            Self::AuthorityEnrolled(_) => Citation::article(5),
            Self::CataloguePublished(_) => Citation::article(10),
            Self::KeyIssued(_) | Self::KeyRevoked(_) | Self::KeyRotated(_) => Citation::article(6),
            Self::SubjectRegistered(_) => Citation::article(2),
            Self::IdentifierVerified(_)
            | Self::BatchOpened(_)
            | Self::RecordFiled(_)
            | Self::BatchClosed(_)
            | Self::RecordCorrected(_)
            | Self::RecordRevoked(_) => Citation::article(14),
            Self::InquiryAnswered(inquiry) => inquiry.purpose.article(),
            Self::InquiryRefused(inquiry) => inquiry.purpose.article(),
            Self::ConsentGranted(_) | Self::ConsentRevoked(_) => Citation::article(35),
            Self::DisplayWithdrawn(_) | Self::DisplayResumed(_) => Citation::article(36),
            Self::RecordRestored(_) => Citation::article(38),
            Self::ActProposed(_) | Self::ProposalApproved(_) | Self::ProposalRejected(_) => {
                Citation::article(53)
            }
            Self::IncidentRegistered(_)
            | Self::IncidentClassified(_)
            | Self::IncidentContained(_)
            | Self::DepartmentNotified(_)
            | Self::SubjectTold(_)
            | Self::TellingCompleted(_)
            | Self::TellingDispensed(_)
            | Self::IncidentClosed(_) => Citation::article(19),
            Self::RecordsErased(_) => Citation::article(6),
            Self::ObjectionLodged(_)
            | Self::ObjectionDecided(_)
            | Self::ReviewRequested(_)
            | Self::ReviewDecided(_)
            | Self::DisplayStopped(_) => Citation::article(37),
            Self::RestorationApplied(_)
            | Self::ApplicationReturned(_)
            | Self::RestorationDecided(_)
            | Self::RestorationUndone(_) => Citation::article(38),
            Self::CaseAccepted(CaseAccepted { kind, .. })
            | Self::CaseExtended(CaseExtended { kind, .. })
            | Self::CaseTakenBack(CaseTakenBack { kind, .. }) => match kind {
                CaseKind::Objection => Citation::article(37),
                CaseKind::Restoration => Citation::article(38),
            },
            // One article for every cause: the leaf does not tell what was done with a record.
            Self::RecipientsNotified(_) | Self::NoticeAcknowledged(_) => Citation::article(34),
        }
    }

    /// The subject whom it concerns, for the unpublished link from subject to entry.
    #[must_use]
    pub const fn subject(&self) -> Option<SubjectNumber> {
        match self {
            Self::LawTookForce(_)
            | Self::AuthorityEnrolled(_)
            | Self::CataloguePublished(_)
            | Self::KeyIssued(_)
            | Self::KeyRevoked(_)
            | Self::BatchOpened(_)
            | Self::BatchClosed(_)
            | Self::KeyRotated(_)
            | Self::ActProposed(_)
            | Self::ProposalApproved(_)
            | Self::ProposalRejected(_) => None,
            Self::SubjectRegistered(event) => Some(event.subject),
            Self::IdentifierVerified(event) => Some(event.subject),
            Self::RecordFiled(event) => Some(event.subject),
            Self::RecordCorrected(event) => Some(event.subject),
            Self::RecordRevoked(event) => Some(event.subject),
            Self::InquiryAnswered(event) => Some(event.subject),
            Self::InquiryRefused(event) => Some(event.subject),
            Self::ConsentGranted(event) => Some(event.subject),
            Self::ConsentRevoked(event) => Some(event.subject),
            Self::DisplayWithdrawn(event) => Some(event.subject),
            Self::DisplayResumed(event) => Some(event.subject),
            Self::RecordRestored(event) => Some(event.subject),
            Self::SubjectTold(event) => Some(event.subject),
            Self::IncidentRegistered(_)
            | Self::IncidentClassified(_)
            | Self::IncidentContained(_)
            | Self::DepartmentNotified(_)
            | Self::TellingCompleted(_)
            | Self::TellingDispensed(_)
            | Self::IncidentClosed(_) => None,
            Self::RecordsErased(event) => Some(event.subject),
            Self::ObjectionLodged(event) => Some(event.subject),
            Self::RestorationApplied(event) => Some(event.subject),
            Self::CaseAccepted(event) => Some(event.subject),
            Self::CaseExtended(event) => Some(event.subject),
            Self::ObjectionDecided(event) => Some(event.subject),
            Self::ReviewRequested(event) => Some(event.subject),
            Self::ReviewDecided(event) => Some(event.subject),
            Self::ApplicationReturned(event) => Some(event.subject),
            Self::RestorationDecided(event) => Some(event.subject),
            Self::CaseTakenBack(event) => Some(event.subject),
            Self::DisplayStopped(event) => Some(event.subject),
            Self::RestorationUndone(event) => Some(event.subject),
            Self::RecipientsNotified(event) => Some(event.subject),
            Self::NoticeAcknowledged(event) => Some(event.subject),
        }
    }

    /// The case of which it is a step (Articles 37, 38).
    #[must_use]
    pub const fn case(&self) -> Option<CaseNumber> {
        match self {
            Self::ObjectionLodged(event) => Some(event.case),
            Self::RestorationApplied(event) => Some(event.case),
            Self::CaseAccepted(event) => Some(event.case),
            Self::CaseExtended(event) => Some(event.case),
            Self::ObjectionDecided(event) => Some(event.case),
            Self::ReviewRequested(event) => Some(event.case),
            Self::ReviewDecided(event) => Some(event.case),
            Self::ApplicationReturned(event) => Some(event.case),
            Self::RestorationDecided(event) => Some(event.case),
            Self::CaseTakenBack(event) => Some(event.case),
            Self::DisplayStopped(event) => Some(event.case),
            _ => None,
        }
    }

    /// The record that it is about, be it only what is said and asked about it in a case or a notice.
    #[must_use]
    pub const fn about_record(&self) -> Option<RecordNumber> {
        match self {
            Self::ObjectionLodged(event) => Some(event.record),
            Self::RestorationApplied(event) => Some(event.record),
            Self::CaseAccepted(event) => Some(event.record),
            Self::CaseExtended(event) => Some(event.record),
            Self::ObjectionDecided(event) => Some(event.record),
            Self::ReviewRequested(event) => Some(event.record),
            Self::ReviewDecided(event) => Some(event.record),
            Self::ApplicationReturned(event) => Some(event.record),
            Self::RestorationDecided(event) => Some(event.record),
            Self::CaseTakenBack(event) => Some(event.record),
            Self::RestorationUndone(event) => Some(event.record),
            Self::RecipientsNotified(event) => Some(event.record),
            Self::NoticeAcknowledged(event) => Some(event.record),
            _ => self.record(),
        }
    }

    /// The one record that it states, changes or revokes.
    #[must_use]
    pub const fn record(&self) -> Option<RecordNumber> {
        match self {
            Self::RecordFiled(event) => Some(event.record),
            Self::RecordCorrected(event) => Some(event.record),
            Self::RecordRevoked(event) => Some(event.record),
            Self::DisplayWithdrawn(event) => Some(event.record),
            Self::DisplayResumed(event) => Some(event.record),
            Self::RecordRestored(event) => Some(event.record),
            Self::DisplayStopped(event) => Some(event.record),
            _ => None,
        }
    }
}

impl Act {
    /// The office that the public leaf names: the one in whose name the caller acted, `operator` for the operator
    /// and `-` for a subject or a third party, so that no leaf tells who a person is.
    #[must_use]
    pub fn leaf_office(&self) -> String {
        match (self.caller.office(), self.caller.is_operator()) {
            (Some(AuthorityCode(code)), _) => code.clone(),
            (None, true) => "operator".to_owned(),
            (None, false) => "-".to_owned(),
        }
    }
}
