//! May this caller undertake this at all? The one question that is asked before every act and every reading that is not public
//! (Articles 6, 19, 53).
//!
//! What can be undertaken is a closed list, and for each it is written down which kinds of callers may, and on what ground:
//! the authority's competence, the officer's duty, the subject's standing, the consent. Whoever is not named is refused. What the
//! particular case asks besides (this item, this record, this consent) is asked by the act itself.

mod kinds;
mod words;

use law::Citation;

use self::kinds::{
    EVERYONE, KEY_HOLDER_OR_OPERATOR, OFFICE_BY_COMPETENCE, OFFICE_BY_DUTY, OFFICE_OR_OPERATOR, OFFICER,
    OFFICER_OR_OPERATOR, OPERATOR, RECIPIENT, SUBJECT, THIRD_PARTY, WHOEVER_SIGNED_IN, WHOEVER_SIGNS_IN,
};
use crate::caller::{Caller, CallerKind};
use crate::ruling::{Bilingual, Ground, Refusal};

/// On what ground someone may undertake something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// It is disclosed to everyone.
    Disclosure,
    /// The authority's competence in the matter.
    Competence,
    /// The officer's duty under Article 20.
    Duty,
    /// It is the subject's own.
    Standing,
    /// The subject's written consent.
    Consent,
    /// Running the platform.
    Operation,
}

impl Basis {
    /// What it is called.
    #[must_use]
    pub const fn title(self) -> Bilingual {
        match self {
            Self::Disclosure => Bilingual::new("公开", "disclosure"),
            Self::Competence => Bilingual::new("职权", "competence"),
            Self::Duty => Bilingual::new("职责", "duty"),
            Self::Standing => Bilingual::new("本人", "standing"),
            Self::Consent => Bilingual::new("同意", "consent"),
            Self::Operation => Bilingual::new("运行", "operation"),
        }
    }

    /// The article it rests on.
    #[must_use]
    pub const fn article(self) -> Citation {
        match self {
            Self::Disclosure | Self::Operation => Citation::article(13),
            Self::Competence => Citation::article(14),
            Self::Duty => Citation::article(20),
            Self::Standing => Citation::article(34),
            Self::Consent => Citation::article(35),
        }
    }
}

/// What can be undertaken on the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Undertaking {
    /// Read what is disclosed: public data, the catalogue, the law, the journal's proofs.
    ReadPublic,
    /// File a department's file.
    FileBatch,
    /// Read a batch's report and its refused lines.
    ReadBatch,
    /// Correct a record.
    CorrectRecord,
    /// Revoke a record.
    RevokeRecord,
    /// Restore credit as to a record.
    RestoreRecord,
    /// Open a record that one's own office filed.
    OpenOwnFiling,
    /// Verify an organisation's code whose check failed.
    VerifyIdentifier,
    /// See what is held about oneself, and who looked.
    InquireOwn,
    /// Inquire for a duty in a matter.
    InquireForDuty,
    /// Inquire by the subject's consent.
    InquireByConsent,
    /// Withdraw a record about oneself from display.
    WithdrawDisplay,
    /// Resume the display of what was withdrawn.
    ResumeDisplay,
    /// Give a consent.
    GrantConsent,
    /// Take a consent back.
    RevokeConsent,
    /// Enrol an authority.
    EnrolAuthority,
    /// Publish an edition of the catalogue.
    PublishCatalogue,
    /// Issue a key.
    IssueKey,
    /// Revoke a key.
    RevokeKey,
    /// Read the list of keys.
    ReadKeys,
    /// Give a number to a subject who is not known yet.
    RegisterSubject,
    /// Enter the versions of the law that took force.
    EnterLaw,
    /// End one's own session.
    EndSession,
    /// Say who one is, for a token or a session.
    SignIn,
    /// Replace a key by a new one: one's own, or another's as the operator.
    RotateKey,
    /// Revoke what still stands of a batch.
    RevokeBatch,
    /// Erase records.
    EraseRecords,
    /// Propose an act that needs a second person.
    ProposeAct,
    /// Approve what another person of one's office proposed, or reject it.
    DecideProposal,
    /// Read what was proposed in one's office.
    ReadProposals,
    /// Register an incident.
    RegisterIncident,
    /// Classify, contain, report, tell and close an incident.
    HandleIncident,
    /// Read the register of incidents.
    ReadIncidents,
    /// Object to a record about oneself, or ask for the review of the answer.
    LodgeObjection,
    /// Apply for restoration as to a record about oneself.
    ApplyForRestoration,
    /// Take a case of one's own back.
    TakeBackCase,
    /// Accept, extend and decide a case about a record that one's office filed.
    HandleCase,
    /// Review a decision on an objection.
    ReviewCase,
    /// Read one's own cases.
    ReadOwnCases,
    /// Read cases: those of one's office, all of them as the operator.
    ReadCases,
    /// Undo a restoration that was got with false materials.
    UndoRestoration,
    /// Read the notices of changes to records that one received.
    ReadNotices,
    /// Acknowledge such a notice.
    AcknowledgeNotice,
}

/// Who may undertake something, on what ground; and how everyone else is refused.
struct Rule {
    open_to: &'static [(CallerKind, Basis)],
    refused: Refused,
}

/// How those are refused who may not.
enum Refused {
    /// Nobody is.
    Nobody,
    /// It is for an office, under this article.
    OfficeOnly(Citation),
    /// It is for the operator, under this article.
    OperatorOnly(Citation),
    /// It is for the subject, under this article.
    SubjectOnly(Citation),
    /// One's own information is opened to oneself.
    NotOnesOwn,
    /// One answer for every consent that opens nothing.
    NoConsent,
    /// One answer for every record that is not one's office's.
    NotYourRecord,
    /// It is for whoever signed in.
    NotSignedIn,
    /// It is for whoever holds the key, and for the operator.
    NotYourKey,
    /// It is for a person who acts in their own name, under this article.
    PersonOnly(Citation),
}

impl Undertaking {
    /// Everything that can be undertaken.
    pub const ALL: [Self; 43] = [
        Self::ReadPublic,
        Self::FileBatch,
        Self::ReadBatch,
        Self::CorrectRecord,
        Self::RevokeRecord,
        Self::RestoreRecord,
        Self::OpenOwnFiling,
        Self::VerifyIdentifier,
        Self::InquireOwn,
        Self::InquireForDuty,
        Self::InquireByConsent,
        Self::WithdrawDisplay,
        Self::ResumeDisplay,
        Self::GrantConsent,
        Self::RevokeConsent,
        Self::EnrolAuthority,
        Self::PublishCatalogue,
        Self::IssueKey,
        Self::RevokeKey,
        Self::ReadKeys,
        Self::RegisterSubject,
        Self::EnterLaw,
        Self::EndSession,
        Self::SignIn,
        Self::RotateKey,
        Self::RevokeBatch,
        Self::EraseRecords,
        Self::ProposeAct,
        Self::DecideProposal,
        Self::ReadProposals,
        Self::RegisterIncident,
        Self::HandleIncident,
        Self::ReadIncidents,
        Self::LodgeObjection,
        Self::ApplyForRestoration,
        Self::TakeBackCase,
        Self::HandleCase,
        Self::ReviewCase,
        Self::ReadOwnCases,
        Self::ReadCases,
        Self::UndoRestoration,
        Self::ReadNotices,
        Self::AcknowledgeNotice,
    ];

    fn rule(self) -> Rule {
        let (open_to, refused) = match self {
            Self::ReadPublic => (EVERYONE, Refused::Nobody),
            Self::FileBatch | Self::CorrectRecord | Self::RevokeRecord => {
                (OFFICE_BY_COMPETENCE, Refused::OfficeOnly(Citation::article(14)))
            }
            Self::RestoreRecord => (OFFICE_BY_COMPETENCE, Refused::OfficeOnly(Citation::article(38))),
            Self::ReadBatch => (OFFICE_OR_OPERATOR, Refused::OfficeOnly(Citation::article(14))),
            Self::OpenOwnFiling => (OFFICE_BY_COMPETENCE, Refused::NotYourRecord),
            Self::VerifyIdentifier => (OFFICE_OR_OPERATOR, Refused::OperatorOnly(Citation::article(13))),
            Self::InquireOwn => (SUBJECT, Refused::NotOnesOwn),
            Self::InquireForDuty => (OFFICE_BY_DUTY, Refused::OfficeOnly(Citation::article(20))),
            Self::InquireByConsent => (THIRD_PARTY, Refused::NoConsent),
            Self::WithdrawDisplay | Self::ResumeDisplay => {
                (SUBJECT, Refused::SubjectOnly(Citation::article(36)))
            }
            Self::GrantConsent | Self::RevokeConsent => {
                (SUBJECT, Refused::SubjectOnly(Citation::article(35)))
            }
            Self::EnrolAuthority => (OPERATOR, Refused::OperatorOnly(Citation::article(5))),
            Self::PublishCatalogue => (OPERATOR, Refused::OperatorOnly(Citation::article(10))),
            Self::IssueKey | Self::ReadKeys => (OPERATOR, Refused::OperatorOnly(Citation::article(13))),
            Self::RevokeKey | Self::RotateKey => (KEY_HOLDER_OR_OPERATOR, Refused::NotYourKey),
            Self::RegisterSubject => (OPERATOR, Refused::OperatorOnly(Citation::article(2))),
            Self::EnterLaw => (OPERATOR, Refused::OperatorOnly(Citation::article(56))),
            Self::EndSession => (WHOEVER_SIGNED_IN, Refused::NotSignedIn),
            Self::SignIn => (WHOEVER_SIGNS_IN, Refused::Nobody),
            Self::RevokeBatch => (OFFICER, Refused::PersonOnly(Citation::article(14))),
            Self::EraseRecords => (OFFICER_OR_OPERATOR, Refused::PersonOnly(Citation::article(6))),
            Self::ProposeAct | Self::DecideProposal | Self::ReadProposals => {
                (OFFICER_OR_OPERATOR, Refused::PersonOnly(Citation::article(53)))
            }
            Self::RegisterIncident | Self::ReadIncidents => {
                (OFFICE_OR_OPERATOR, Refused::OfficeOnly(Citation::article(19)))
            }
            Self::LodgeObjection | Self::ReadOwnCases => {
                (SUBJECT, Refused::SubjectOnly(Citation::article(37)))
            }
            Self::ApplyForRestoration | Self::TakeBackCase => {
                (SUBJECT, Refused::SubjectOnly(Citation::article(38)))
            }
            Self::HandleCase | Self::ReviewCase => (OFFICER, Refused::PersonOnly(Citation::article(37))),
            Self::UndoRestoration => (OFFICER, Refused::PersonOnly(Citation::article(38))),
            Self::ReadCases => (OFFICE_OR_OPERATOR, Refused::OfficeOnly(Citation::article(37))),
            Self::ReadNotices | Self::AcknowledgeNotice => {
                (RECIPIENT, Refused::OfficeOnly(Citation::article(37)))
            }
            Self::HandleIncident => (OPERATOR, Refused::OperatorOnly(Citation::article(19))),
        };
        Rule { open_to, refused }
    }

    /// The ground on which this kind of caller may undertake it; nothing where it may not.
    ///
    /// Articles: 6, 19, 53(1), 53(2)
    #[must_use]
    pub fn basis(self, kind: CallerKind) -> Option<Basis> {
        self.rule().open_to.iter().find(|(named, _)| *named == kind).map(|(_, basis)| *basis)
    }

    /// Whether its refusal about an identified subject is itself an act, which the subject sees: then the act asks this question
    /// itself, with the subject at hand.
    #[must_use]
    pub const fn refusal_is_entered(self) -> bool {
        matches!(self, Self::InquireOwn | Self::InquireForDuty | Self::InquireByConsent | Self::OpenOwnFiling)
    }

    /// Whether nobody undertakes it alone: one person proposes it, another of the same office approves
    /// ([`crate::acts::accountability::proposal`]).
    #[must_use]
    pub const fn needs_two(self) -> bool {
        matches!(
            self,
            Self::PublishCatalogue
                | Self::EnrolAuthority
                | Self::IssueKey
                | Self::RevokeBatch
                | Self::EraseRecords
        )
    }

    /// How someone is refused who may not undertake it.
    #[must_use]
    pub fn refusal(self) -> Ground {
        match self.rule().refused {
            Refused::OfficeOnly(article) => Ground::new(
                "not_an_office",
                article,
                Bilingual::new("仅限登记的机关办理", "this is for an enrolled office only"),
            )
            .field("office")
            .remedy(Bilingual::new(
                "使用机关的密钥或以机关工作人员身份登录；查询他人信息可取得其书面同意",
                "use an office's key or sign in as its officer; another's information is opened by their written consent",
            )),
            Refused::OperatorOnly(article) => Ground::new(
                "operator_only",
                article,
                Bilingual::new("仅平台运行单位可以办理", "only the operator of the platform does this"),
            )
            .remedy(Bilingual::new("请联系大数据中心", "ask the big data centre")),
            Refused::SubjectOnly(article) => Ground::new(
                "subject_only",
                article,
                Bilingual::new("只有信用主体本人可以办理", "only the subject itself does this"),
            )
            .remedy(Bilingual::new("以本人身份登录", "sign in as the subject")),
            Refused::NotOnesOwn => not_ones_own(),
            Refused::NoConsent => no_consent(),
            Refused::NotYourRecord => not_your_record(),
            Refused::NotYourKey => not_your_key(),
            Refused::PersonOnly(article) => person_needed(article),
            Refused::NotSignedIn | Refused::Nobody => Ground::new(
                "not_signed_in",
                Citation::article(19),
                Bilingual::new("没有登录", "nobody has signed in"),
            )
            .remedy(Bilingual::new("请先登录", "sign in first")),
        }
    }
}

/// Whether a caller may undertake something at all, and on what ground.
///
/// Articles: 6, 19, 53(1), 53(2)
///
/// # Errors
/// The refusal, with its article and what the caller can do.
pub fn may_undertake(undertaking: Undertaking, by: &Caller) -> Result<Basis, Refusal> {
    undertaking.basis(by.kind()).ok_or_else(|| undertaking.refusal().into())
}

/// The refusal for what is someone else's own.
///
/// Articles: 35
#[must_use]
pub fn not_ones_own() -> Ground {
    Ground::new(
        "not_ones_own",
        Citation::article(35),
        Bilingual::new("只能免费查询自己的信息", "only one's own information is opened this way"),
    )
    .field("identifier")
    .remedy(Bilingual::new(
        "查询他人信息须经其书面同意；公务查询须写明职责和事项",
        "another's is opened by their written consent; an office names its duty and matter",
    ))
}

/// The refusal for a consent that is not there, is another's, or is about someone else: one answer, so that nothing is told of it.
///
/// Articles: 35
#[must_use]
pub fn no_consent() -> Ground {
    Ground::new(
        "no_consent",
        Citation::article(35),
        Bilingual::new("没有该主体给您的书面同意", "there is no written consent of this subject to you"),
    )
    .field("consent")
    .remedy(Bilingual::new("请本人在平台上授权", "ask the subject to grant it on the platform"))
}

/// The refusal for a record that is not there or is another office's: one answer, so that numbers are not tried out.
///
/// Articles: 14
#[must_use]
pub fn not_your_record() -> Ground {
    Ground::new(
        "not_your_record",
        Citation::article(14),
        Bilingual::new("本单位没有报送过该记录", "your office has filed no such record"),
    )
    .field("record")
    .remedy(Bilingual::new(
        "由报送单位更正；本人可以提出异议",
        "the filing authority corrects it; the subject can object",
    ))
}

/// The refusal for a key that is someone else's, or none: one answer, so that numbers are not tried out.
///
/// Articles: 19
#[must_use]
pub fn not_your_key() -> Ground {
    Ground::new(
        "not_your_key",
        Citation::article(19),
        Bilingual::new("这不是您所持的密钥", "this is not the key that you hold"),
    )
    .field("key")
    .remedy(Bilingual::new(
        "用该密钥本身办理，或者请大数据中心办理",
        "use the key itself, or ask the big data centre",
    ))
}

/// The refusal of whoever acts without the name of a person where a name is to stand in the journal.
///
/// Articles: 6, 53
#[must_use]
pub fn person_needed(article: Citation) -> Ground {
    Ground::new(
        "person_needed",
        article,
        Bilingual::new(
            "此事由具名的工作人员提出和批准",
            "this is proposed and approved by persons in their own names",
        ),
    )
    .remedy(Bilingual::new(
        "以工作人员身份登录，或者使用签发给本人的密钥",
        "sign in as an officer or as staff, or use a key that was issued to you by name",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::AuthorityCode;

    #[test]
    fn the_list_names_each_undertaking_once() {
        let mut all = Undertaking::ALL.to_vec();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), Undertaking::ALL.len());
    }

    #[test]
    fn article_19_anyone_without_a_name_reads_what_is_disclosed_or_signs_in_and_nothing_else() {
        for undertaking in Undertaking::ALL {
            let open = undertaking.basis(CallerKind::Anyone).is_some();
            let for_anyone = [Undertaking::ReadPublic, Undertaking::SignIn].contains(&undertaking);
            assert_eq!(open, for_anyone, "{undertaking:?}");
        }
    }

    #[test]
    fn article_34_no_office_and_no_operator_acts_in_the_place_of_the_subject() {
        // What is about one's own sign-in is everybody's own.
        let about_signing_in =
            [Undertaking::EndSession, Undertaking::SignIn, Undertaking::RotateKey, Undertaking::RevokeKey];
        for undertaking in Undertaking::ALL {
            if undertaking.basis(CallerKind::Subject) == Some(Basis::Standing)
                && !about_signing_in.contains(&undertaking)
            {
                for kind in CallerKind::ALL {
                    assert_eq!(
                        undertaking.basis(kind).is_some(),
                        kind == CallerKind::Subject,
                        "{undertaking:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn article_20_the_operator_inquires_about_nobody() {
        let inquiries = [Undertaking::InquireForDuty, Undertaking::InquireByConsent, Undertaking::InquireOwn];
        for undertaking in inquiries {
            assert!(may_undertake(undertaking, &Caller::Operator).is_err());
        }
        let console = Caller::OperatorClaiming { office: AuthorityCode("tax".into()) };
        assert_eq!(may_undertake(Undertaking::InquireForDuty, &console), Ok(Basis::Duty));
    }

    #[test]
    fn article_53_what_needs_two_persons_is_open_to_nobody_who_has_no_name() {
        for undertaking in [Undertaking::ProposeAct, Undertaking::DecideProposal, Undertaking::ReadProposals]
        {
            for kind in CallerKind::ALL {
                let named = matches!(kind, CallerKind::Officer | CallerKind::Operator);
                assert_eq!(undertaking.basis(kind).is_some(), named, "{undertaking:?} {kind:?}");
            }
        }
    }

    #[test]
    fn every_refusal_says_what_to_do() {
        for undertaking in Undertaking::ALL {
            assert!(undertaking.refusal().remedy.is_some(), "{undertaking:?}");
        }
    }
}
