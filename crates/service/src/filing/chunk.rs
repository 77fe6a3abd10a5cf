//! A chunk of judged lines under the pen: set-wise, a handful of statements for some hundred lines.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use register::acts::information::filing::{
    Filed, HeldStatement, Into, JudgedLine, SubjectRegistered, file as file_line,
};
use register::authority::AuthorityCode;
use register::catalogue::ItemCode;
use register::event::Event;
use register::record::{BatchNumber, Content, RecordNumber};
use register::rules::access::Undertaking;
use register::ruling::Ruling;
use register::subject::{SubjectIdentifier, SubjectNumber};
use store::{Reader, StatementAsked};

use super::Filing;
use super::report::LineError;
use crate::error::ServiceError;

/// What became of a chunk.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) filed: u64,
    pub(super) unchanged: u64,
    pub(super) refused: Vec<LineError>,
}

/// What is held already about the lines of a chunk.
struct Held {
    /// The subject of each line, and whether it has a name.
    subjects: Vec<Option<(SubjectNumber, bool)>>,
    statements: Vec<Option<HeldStatement>>,
}

async fn held(
    reader: &mut Reader,
    item: &ItemCode,
    authority: &AuthorityCode,
    lines: &[JudgedLine],
) -> Result<Held, ServiceError> {
    let identifiers: Vec<&SubjectIdentifier> = lines.iter().map(|line| &line.identified.identifier).collect();
    let subjects = reader.named_subjects_of(&identifiers).await?;
    let mut places = Vec::new();
    let mut asked = Vec::new();
    for (place, (line, subject)) in lines.iter().zip(&subjects).enumerate() {
        if let Some((subject, _)) = subject {
            places.push(place);
            asked.push(StatementAsked {
                subject: *subject,
                statement: line.content.identity_text(item, authority, *subject),
                content: &line.content,
            });
        }
    }
    let mut statements = vec![None; lines.len()];
    for (place, found) in places.into_iter().zip(reader.held_statements(&asked).await?) {
        if let Some(slot) = statements.get_mut(place) {
            *slot = found;
        }
    }
    Ok(Held { subjects, statements })
}

/// Asks what would become of a chunk, without writing.
///
/// What is held about a human being is not asked here: it would be a look at them that nobody enters. Whether their line is held
/// already is found when it is filed, by a batch with its entry.
pub(super) async fn look(filing: &Filing, lines: Vec<JudgedLine>) -> Result<Outcome, ServiceError> {
    let mut snapshot = filing.platform.store().snapshot().await?;
    let held = held(&mut snapshot, &filing.request.item, &filing.authority.code, &lines).await?;
    snapshot.end().await?;
    let mut outcome = Outcome::default();
    let Some(facts) = filing.facts() else { return Ok(outcome) };
    let into = into(filing, BatchNumber(0), facts.item.item.class);
    for ((line, subject), statement) in lines.into_iter().zip(held.subjects).zip(held.statements) {
        let number = line.line;
        let is_human = line.identified.kind.is_human();
        let (subject, statement) = if is_human { (None, None) } else { (subject, statement) };
        let subject = subject.map_or(SubjectNumber(0), |(subject, _)| subject);
        match file_line(&into, line, subject, true, false, statement, RecordNumber(0)) {
            Filed::New(_) => outcome.filed += 1,
            Filed::Unchanged(_) => outcome.unchanged += 1,
            Filed::Refused(ground) => {
                outcome.refused.push(LineError { line: number, grounds: vec![*ground] })
            }
        }
    }
    Ok(outcome)
}

fn into(filing: &Filing, batch: BatchNumber, class: law::InformationClass) -> Into<'_> {
    Into {
        batch,
        staged: filing.request.all_or_nothing,
        item: &filing.request.item,
        authority: &filing.authority.code,
        edition: filing.catalogue.number,
        class,
    }
}

/// What a chunk needs under the pen, shared by every try.
struct Waiting {
    lines: Vec<JudgedLine>,
    item: ItemCode,
    authority: AuthorityCode,
    edition: u64,
    class: law::InformationClass,
    names_the_subject: bool,
    staged: bool,
}

/// Files a chunk.
pub(super) async fn file(
    filing: &Filing,
    batch: BatchNumber,
    lines: Vec<JudgedLine>,
) -> Result<Outcome, ServiceError> {
    let Some(facts) = filing.facts() else { return Ok(Outcome::default()) };
    if lines.is_empty() {
        return Ok(Outcome::default());
    }
    let waiting = Arc::new(Waiting {
        lines,
        item: filing.request.item.clone(),
        authority: filing.authority.code.clone(),
        edition: filing.catalogue.number,
        class: facts.item.item.class,
        names_the_subject: facts.item.item.names_the_subject,
        staged: filing.request.all_or_nothing,
    });
    let (_, outcome) = filing
        .platform
        .act(Undertaking::FileBatch, &filing.caller, move |pen, _| {
            let waiting = Arc::clone(&waiting);
            Box::pin(async move {
                let held = held(pen, &waiting.item, &waiting.authority, &waiting.lines).await?;
                let into = Into {
                    batch,
                    staged: waiting.staged,
                    item: &waiting.item,
                    authority: &waiting.authority,
                    edition: waiting.edition,
                    class: waiting.class,
                };
                let mut writing = Chunked {
                    outcome: Outcome::default(),
                    events: Vec::with_capacity(waiting.lines.len() * 2),
                    fresh: HashMap::new(),
                    within: HashMap::new(),
                    named: HashSet::new(),
                };
                for ((line, subject), statement) in
                    waiting.lines.iter().zip(held.subjects).zip(held.statements)
                {
                    let fresh =
                        || writing.fresh.get(&line.identified.identifier).map(|fresh| (*fresh, false));
                    let subject = match subject.or_else(fresh) {
                        Some((subject, named)) => {
                            if named {
                                writing.named.insert(subject);
                            }
                            subject
                        }
                        None => {
                            let subject = pen.next_subject().await?;
                            writing.register(line, subject);
                            subject
                        }
                    };
                    let record = pen.next_record().await?;
                    writing.file(&into, line, subject, waiting.names_the_subject, statement, record);
                }
                Ok((Ruling::Granted { events: writing.events, grounds: Vec::new() }, writing.outcome))
            })
        })
        .await?;
    Ok(outcome)
}

/// The events of a chunk as they gather, with what its own earlier lines already said.
struct Chunked<'l> {
    outcome: Outcome,
    events: Vec<Event>,
    fresh: HashMap<&'l SubjectIdentifier, SubjectNumber>,
    within: HashMap<String, (RecordNumber, &'l Content)>,
    named: HashSet<SubjectNumber>,
}

impl<'l> Chunked<'l> {
    fn register(&mut self, line: &'l JudgedLine, subject: SubjectNumber) {
        self.fresh.insert(&line.identified.identifier, subject);
        self.events.push(Event::SubjectRegistered(SubjectRegistered {
            subject,
            kind: line.identified.kind,
            identifier: line.identified.identifier.clone(),
            flagged: line.identified.flagged,
        }));
    }

    fn file(
        &mut self,
        into: &Into<'_>,
        line: &'l JudgedLine,
        subject: SubjectNumber,
        names_the_subject: bool,
        held: Option<HeldStatement>,
        record: RecordNumber,
    ) {
        let identity = line.content.identity_text(into.item, into.authority, subject);
        let earlier = self.within.get(&identity).map(|(record, said)| HeldStatement {
            record: *record,
            // No batch: a line that repeats an earlier one of its own file is not filed by being repeated.
            batch: BatchNumber(u64::MAX),
            same_content: said.comparison_text() == line.content.comparison_text(),
        });
        match file_line(
            into,
            line.clone(),
            subject,
            self.named.contains(&subject),
            names_the_subject,
            held.or(earlier),
            record,
        ) {
            Filed::New(event) => {
                if event.name.is_some() {
                    self.named.insert(subject);
                }
                self.within.insert(identity, (record, &line.content));
                self.events.push(Event::RecordFiled(*event));
                self.outcome.filed += 1;
            }
            // A batch that was broken off goes on: what it filed itself counts as filed.
            Filed::Unchanged(held) if held.batch == into.batch => self.outcome.filed += 1,
            Filed::Unchanged(_) => self.outcome.unchanged += 1,
            Filed::Refused(ground) => {
                self.outcome.refused.push(LineError { line: line.line, grounds: vec![*ground] });
            }
        }
    }
}
