//! Events as the acts make them, with plausible content.

use law::identifier::IdentifierKind;
use law::{Day, InformationClass, Severity};
use register::acts::information::access::{KeyIssued, KeyRevoked, KeyTerms};
use register::acts::information::filing::{
    BatchClosed, BatchOpened, OrganisationName, RecordFiled, SubjectRegistered,
};
use register::acts::information::inquiry::{InquiryAnswered, Purpose, Shown};
use register::acts::rights::consent::{ConsentGranted, ConsentNumber, Grantee};
use register::authority::{AuthorityCode, Duty};
use register::caller::{Caller, Holder, KeyNumber};
use register::catalogue::ItemCode;
use register::event::{Act, Event};
use register::record::{BatchNumber, Content, RecordNumber};
use register::subject::{SubjectIdentifier, SubjectKind, SubjectNumber};

pub fn office() -> AuthorityCode {
    AuthorityCode("market-regulation".into())
}

pub fn by_office(event: Event) -> Act {
    Act { caller: Caller::OperatorClaiming { office: office() }, event }
}

pub fn organisation(number: u64) -> SubjectIdentifier {
    SubjectIdentifier { kind: IdentifierKind::UnifiedCode, value: format!("9111{number:014}") }
}

pub fn registered(number: u64) -> Event {
    Event::SubjectRegistered(SubjectRegistered {
        subject: SubjectNumber(number),
        kind: SubjectKind::LegalPerson,
        identifier: organisation(number),
        flagged: false,
    })
}

pub fn opened(batch: u64, staged: bool) -> Event {
    Event::BatchOpened(BatchOpened {
        batch: BatchNumber(batch),
        authority: office(),
        item: ItemCode("administrative-penalty".into()),
        edition: 1,
        file_digest: "ab".repeat(32),
        requests: vec![format!("request-{batch}")],
        staged,
    })
}

pub fn closed(batch: u64, in_force: bool, filed: u64) -> Event {
    Event::BatchClosed(BatchClosed {
        batch: BatchNumber(batch),
        authority: office(),
        in_force,
        filed,
        unchanged: 0,
        refused: 0,
    })
}

pub fn content(document: &str) -> Content {
    let fields =
        serde_json::json!({"subject_name": "北京样例科技有限公司", "amount": 120_000, "kinds": ["罚款"]});
    Content {
        document_number: document.into(),
        certificate_number: None,
        fields: fields.as_object().unwrap().clone(),
    }
}

pub fn filed(record: u64, subject: u64, batch: u64, staged: bool, name: Option<&str>) -> Event {
    Event::RecordFiled(RecordFiled {
        record: RecordNumber(record),
        subject: SubjectNumber(subject),
        batch: BatchNumber(batch),
        line: record,
        item: ItemCode("administrative-penalty".into()),
        edition: 1,
        authority: office(),
        class: InformationClass::Untrustworthiness,
        severity: Some(Severity::General),
        finding_day: Day::new(2026, 3, 1).unwrap(),
        filed_day: Day::new(2026, 11, 23).unwrap(),
        staged,
        name: name.map(|name| OrganisationName { name: name.into(), code: organisation(subject).value }),
        content: content(&format!("京市监罚〔2026〕{record}号")).into(),
    })
}

pub fn looked(subject: u64, record: u64) -> Event {
    Event::InquiryAnswered(InquiryAnswered {
        registers: None,
        subject: SubjectNumber(subject),
        purpose: Purpose::Duty { duty: Duty::new(1).unwrap(), matter: "许可〔2026〕7号".into() },
        read_at: 0,
        law: vec!["beijing-social-credit@2016-01-01 (assumed)".into()],
        edition: 1,
        shown: vec![Shown { record: RecordNumber(record), version: 1 }],
        withheld: Vec::new(),
        uses_left: None,
    })
}

pub fn consented(consent: u64, subject: u64, uses: Option<u32>) -> Event {
    Event::ConsentGranted(ConsentGranted {
        consent: ConsentNumber(consent),
        subject: SubjectNumber(subject),
        grantee: Grantee { name: "某银行".into(), identifier: organisation(999) },
        items: vec![ItemCode("administrative-penalty".into())],
        purpose: "loan".into(),
        last_day: Day::new(2027, 1, 31).unwrap(),
        uses,
    })
}

pub fn consent_used(consent: u64, subject: u64, left: u32) -> Event {
    let Event::InquiryAnswered(mut answered) = looked(subject, 1) else { unreachable!() };
    answered.purpose = Purpose::Consent { consent: ConsentNumber(consent) };
    answered.uses_left = Some(left);
    Event::InquiryAnswered(answered)
}

pub fn key_revoked(number: u64) -> Event {
    Event::KeyRevoked(KeyRevoked { key: KeyNumber(number), reason: "test".into() })
}

pub fn key_issued(number: u64) -> Event {
    Event::KeyIssued(KeyIssued {
        key: KeyNumber(number),
        secret_digest: "cd".repeat(32),
        label: "tests".into(),
        holder: Holder::Office { authority: office(), duties: vec![Duty::new(1).unwrap()] },
        terms: KeyTerms::default(),
        expires: None,
    })
}
