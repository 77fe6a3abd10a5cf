//! The acknowledged answers against the journal, and the journal against itself.

use std::collections::{BTreeMap, HashMap, HashSet};

use journal::{Leaf, Receipt, ReceiptChecked, Verifier};
use register::acts::information::inquiry::{InquiryAnswered, Purpose};
use register::event::Event;
use register::subject::EntryNumber;
use serde_json::Value;
use store::{JournalledAct, Store, StoreError, VerifyKnown};

use super::city::City;
use super::load::{Acknowledged, Batch, Speaker};
use crate::context::store_failure;
use crate::exit::Failure;

/// Entries read at once.
const ENTRIES_AT_ONCE: u64 = 1000;
/// How many proofs of inclusion are asked for in a round, besides those of batches.
const PROOFS: usize = 20;
/// How many findings of one kind are listed.
const LISTED: usize = 10;

/// What the journal holds.
struct Journal {
    leaves: Vec<Leaf>,
    acts: BTreeMap<u64, JournalledAct>,
}

/// Checks everything that needs the store itself.
///
/// # Errors
/// When the store cannot be read.
pub async fn journal(city: &City, acknowledged: &[Acknowledged]) -> Result<(u64, Vec<String>), Failure> {
    let store = Store::open_to_verify(city.store_options()).await.map_err(|error| store_failure(&error))?;
    let found = look(&store, city, acknowledged).await;
    store.close().await;
    found.map_err(|error| store_failure(&error))
}

async fn look(
    store: &Store,
    city: &City,
    acknowledged: &[Acknowledged],
) -> Result<(u64, Vec<String>), StoreError> {
    let journal = read(store).await?;
    let mut found = Vec::new();
    for (place, leaf) in journal.leaves.iter().enumerate() {
        if leaf.number != place as u64 {
            found.push(format!("entry {} stands at place {place}", leaf.number));
        }
    }
    let minutes = journal.leaves.iter().zip(journal.leaves.iter().skip(1));
    let back = minutes.filter(|(before, after)| after.minute < before.minute);
    found.extend(back.map(|(_, after)| format!("entry {} is earlier than the one before it", after.number)));

    let public = store.verifier()?;
    let mut seen = HashSet::new();
    for answer in acknowledged {
        if !seen.insert(answer.entry) {
            found.push(format!("two answers name entry {}", answer.entry));
        }
        found.extend(about(answer, &journal, public, city.clock_was_set));
    }
    found.extend(in_force(&journal));

    let report = store.verify(VerifyKnown::default(), &|_| ()).await?;
    found.extend(
        report
            .problems
            .iter()
            .take(LISTED)
            .map(|problem| format!("verify: {:?}: {}", problem.entry, problem.what)),
    );
    let compared = store.rebuild_compare(&|_| ()).await?;
    found.extend(compared.differences.iter().take(LISTED).map(|differs| {
        format!("rebuild: {} [{}] {:?}: {}", differs.table, differs.key, differs.column, differs.what)
    }));
    Ok((journal.leaves.len() as u64, found))
}

async fn read(store: &Store) -> Result<Journal, StoreError> {
    let mut snapshot = store.snapshot().await?;
    let mut journal = Journal { leaves: Vec::new(), acts: BTreeMap::new() };
    loop {
        let leaves = snapshot.leaves(EntryNumber(journal.leaves.len() as u64), ENTRIES_AT_ONCE).await?;
        if leaves.is_empty() {
            break;
        }
        let numbers: Vec<EntryNumber> = leaves.iter().map(|leaf| EntryNumber(leaf.number)).collect();
        let acts = snapshot.acts(&numbers).await?;
        journal.acts.extend(acts.into_iter().map(|act| (act.entry.0, act)));
        journal.leaves.extend(leaves);
    }
    snapshot.end().await?;
    Ok(journal)
}

/// What is wrong with one acknowledged answer.
fn about(answer: &Acknowledged, journal: &Journal, public: &Verifier, clock_was_set: bool) -> Vec<String> {
    let entry = answer.entry;
    let place = usize::try_from(entry).unwrap_or(usize::MAX);
    let Some(leaf) = journal.leaves.get(place) else {
        return vec![format!("entry {entry} ({}) was acknowledged and is not in the journal", answer.kind)];
    };
    let mut found = Vec::new();
    if (leaf.kind.as_str(), leaf.office.as_str()) != (answer.kind, answer.office.as_str()) {
        found.push(format!(
            "entry {entry} was acknowledged as {} of {}, and is {} of {}",
            answer.kind, answer.office, leaf.kind, leaf.office
        ));
    }
    let (asked, answered) = answer.minutes;
    if !clock_was_set && !(asked..=answered).contains(&leaf.minute) {
        found.push(format!("entry {entry} is of minute {}, asked {asked}, answered {answered}", leaf.minute));
    }
    if let Some(receipt) = &answer.receipt {
        found.extend(about_receipt(receipt, leaf, public));
    }
    if let Some(shown) = &answer.shown {
        let act = journal.acts.get(&entry).and_then(|act| act.act.as_ref());
        match act.map(|act| &act.event) {
            Some(Event::InquiryAnswered(inquiry)) if &records(inquiry) == shown => {}
            _ => found.push(format!("entry {entry} does not name the records that its answer showed")),
        }
    }
    found
}

fn records(inquiry: &InquiryAnswered) -> Vec<(u64, u64)> {
    inquiry.shown.iter().map(|shown| (shown.record.0, u64::from(shown.version))).collect()
}

fn about_receipt(receipt: &Receipt, leaf: &Leaf, public: &Verifier) -> Vec<String> {
    let mut found = receipt.verify(public).problems;
    if receipt.leaf().as_ref() != Ok(leaf) {
        found.push("its leaf is not the journal's".to_owned());
    }
    found.iter().map(|problem| format!("the receipt of entry {}: {problem}", leaf.number)).collect()
}

/// What was withdrawn, taken back or used up at an entry and shown by a later one: the journal's own order decides.
fn in_force(journal: &Journal) -> Vec<String> {
    let mut found = Vec::new();
    let mut withdrawn = HashSet::new();
    let mut consents: HashMap<u64, Option<u32>> = HashMap::new();
    for (entry, act) in &journal.acts {
        match act.act.as_ref().map(|act| &act.event) {
            Some(Event::DisplayWithdrawn(event)) => {
                withdrawn.insert(event.record);
            }
            Some(Event::DisplayResumed(event)) => {
                withdrawn.remove(&event.record);
            }
            Some(Event::ConsentGranted(event)) => {
                consents.insert(event.consent.0, event.uses);
            }
            Some(Event::ConsentRevoked(event)) => {
                consents.remove(&event.consent.0);
            }
            Some(Event::InquiryAnswered(inquiry)) => {
                if matches!(inquiry.purpose, Purpose::Duty { .. } | Purpose::Consent { .. }) {
                    let wrong = inquiry.shown.iter().filter(|shown| withdrawn.contains(&shown.record));
                    found.extend(wrong.map(|shown| {
                        format!(
                            "entry {entry} shows record {}, which was withdrawn before it",
                            shown.record.0
                        )
                    }));
                }
                if let Purpose::Consent { consent } = inquiry.purpose {
                    match consents.get_mut(&consent.0) {
                        Some(None) => {}
                        Some(Some(left)) if *left > 0 => *left -= 1,
                        _ => found.push(format!(
                            "entry {entry} rests on consent {}, which is not in force",
                            consent.0
                        )),
                    }
                }
            }
            Some(_) => {}
            None => found.push(format!("entry {entry} has no payload")),
        }
    }
    found
}

/// Sends each batch again: the same key gives the same receipt; one whose answer was lost is finished and then gives the
/// same twice.
#[must_use]
pub fn batches(speaker: &Speaker, token: &str, batches: &[Batch]) -> Vec<String> {
    let mut found = Vec::new();
    for batch in batches {
        let again = || match speaker.file(token, batch) {
            Some((200 | 201, document)) => Ok(document.get("receipt").cloned()),
            other => Err(format!("batch `{}` sent again: {other:?}", batch.key)),
        };
        let before = match &batch.receipt {
            Some(receipt) => Ok(Some(receipt.clone())),
            None => again(),
        };
        match (before, again()) {
            (Ok(before), Ok(after)) if before == after => {}
            (Ok(before), Ok(after)) => {
                found.push(format!(
                    "batch `{}` sent again has another receipt: {before:?}, {after:?}",
                    batch.key
                ));
            }
            (Err(problem), _) | (_, Err(problem)) => found.push(problem),
        }
    }
    found
}

/// Asks for proofs of some acknowledged entries, spread over the round, and checks them with the public key.
#[must_use]
pub fn proofs(speaker: &Speaker, public: &Verifier, acknowledged: &[Acknowledged]) -> Vec<String> {
    let step = (acknowledged.len() / PROOFS).max(1);
    acknowledged
        .iter()
        .step_by(step)
        .filter_map(|answer| proof(speaker, public, answer.entry).err())
        .collect()
}

fn proof(speaker: &Speaker, public: &Verifier, entry: u64) -> Result<(), String> {
    let heard = speaker.get(&format!("/api/v1/journal/entries/{entry}/receipt"));
    let Some((200, document)) = heard else { return Err(format!("no receipt of entry {entry}: {heard:?}")) };
    let receipt = Receipt::parse(&Value::to_string(&document)).map_err(|error| error.to_string())?;
    let report = receipt.verify(public);
    if report.problems.is_empty() && report.checked == ReceiptChecked::PromiseAndProof {
        return Ok(());
    }
    Err(format!("the receipt of entry {entry} does not hold: {report:?}"))
}
