//! What every story ends with.

use service::ServiceError;
use service::inquiry::Answer;
use store::VerifyKnown;
use testkit::Town;

/// The journal verifies, every table is the fold of the journal.
pub async fn holds(town: &Town) {
    town.platform.advance_checkpoint().await.unwrap();
    let store = town.store().await;
    let report = store.verify(VerifyKnown::default(), &|_| ()).await.unwrap();
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    let compared = store.rebuild_compare(&|_| ()).await.unwrap();
    assert!(compared.holds(), "{:?}", compared.differences);
    assert_eq!(compared.entries, report.entries);
}

/// The code of a refusal's first ground.
pub fn refused<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> String {
    match result {
        Err(ServiceError::Refused(refusal)) => refusal.grounds[0].code.to_string(),
        other => panic!("expected a refusal, got {other:?}"),
    }
}

/// The document numbers of the records in an answer.
pub fn documents(answer: &Answer) -> Vec<&str> {
    answer.records.iter().map(|record| record.document_number.as_str()).collect()
}
