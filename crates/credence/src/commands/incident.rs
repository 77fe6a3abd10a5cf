//! `credence incident`: the register of incidents (Article 19).

use register::acts::accountability::incident::{HandleIncident, RegisterIncident, TellSubjects};
use register::authority::AuthorityCode;
use register::caller::{Caller, KeyNumber};
use register::incident::{IncidentLine, IncidentNumber, Scope, Step};
use register::record::{BatchNumber, RecordNumber};
use register::rules::deadlines::{Due, StepStanding, StepState};
use register::subject::EntryNumber;
use serde_json::json;
use service::Platform;
use service::incidents::{IncidentFilter, IncidentView, Resolving};

use crate::arguments::{Actor, IncidentCommand, NamedActor, RegisterArguments, TellArguments};
use crate::context::{Context, caller, failure};
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::progress::{Progress, Unit};

/// How many incidents are read at once.
const INCIDENTS_AT_ONCE: usize = 50;

/// Does something about incidents, or shows them.
///
/// # Errors
/// When the law refuses, or the store fails.
pub fn run(context: &Context, command: &IncidentCommand) -> Result<Exit, Failure> {
    let output = context.output;
    context.with_platform(async |platform| match command {
        IncidentCommand::Register(asked) => register(&platform, &output, asked).await,
        IncidentCommand::Tell(asked) => tell(&platform, &output, asked).await,
        IncidentCommand::List { open, overdue, actor } => {
            let filter = match (open, overdue) {
                (_, true) => IncidentFilter::Overdue,
                (true, false) => IncidentFilter::Open,
                (false, false) => IncidentFilter::All,
            };
            list(&platform, &output, filter, actor).await
        }
        IncidentCommand::Show { incident, actor } => {
            let by = staff(&platform, actor).await?;
            let view = platform.incident(IncidentNumber(*incident), &by).await;
            let view = view.map_err(|error| failure(&error))?;
            output.either(&view, || page(&output, &view))?;
            Ok(Exit::Done)
        }
        IncidentCommand::Classify { incident, severity, kind, reason, actor } => {
            let kind = kind.map(Into::into);
            let ask = HandleIncident::Classify { severity: *severity, kind, reason: reason.clone() };
            handle(&platform, &output, *incident, ask, actor).await
        }
        IncidentCommand::Contain { incident, measure, acts, actor } => {
            let acts = acts.iter().copied().map(EntryNumber).collect();
            let ask = HandleIncident::Contain { measure: measure.clone(), acts };
            handle(&platform, &output, *incident, ask, actor).await
        }
        IncidentCommand::Notify { incident, department, document, actor } => {
            let department = AuthorityCode(department.clone());
            let ask = HandleIncident::Notify { department, document_number: document.clone() };
            handle(&platform, &output, *incident, ask, actor).await
        }
        IncidentCommand::Close { incident, outcome, actor } => {
            let ask = HandleIncident::Close { outcome: outcome.clone() };
            handle(&platform, &output, *incident, ask, actor).await
        }
    })
}

/// Who acts: the holder of a key, the operator claiming an office, or the operator itself.
async fn staff(platform: &Platform, actor: &Actor) -> Result<Caller, Failure> {
    match (actor.key.as_deref(), actor.office.as_deref()) {
        (None, None) => Ok(Caller::Operator),
        (key, office) => caller(platform, key, office).await,
    }
}

async fn register(platform: &Platform, output: &Output, asked: &RegisterArguments) -> Result<Exit, Failure> {
    let by = staff(platform, &asked.actor.actor).await?;
    let ask = RegisterIncident {
        kind: asked.kind.into(),
        noticed: asked.noticed.unwrap_or_else(|| platform.now()),
        office: asked.office.clone().map(AuthorityCode),
        place: asked.place.clone(),
        happened: asked.happened.clone(),
        responsible: Some(asked.actor.responsible.clone()),
    };
    let registered = platform.register_incident(ask, &by).await.map_err(|error| failure(&error))?;
    let (number, entry) = (registered.incident.0, registered.done.entry.0);
    output.either(&registered, || {
        output.pick(
            &format!("安全事件 {number}，存证号 {entry}；下一步：`credence incident classify {number}`"),
            &format!("incident {number}: entry {entry}; next: `credence incident classify {number}`"),
        )
    })?;
    Ok(Exit::Done)
}

async fn handle(
    platform: &Platform,
    output: &Output,
    incident: u64,
    ask: HandleIncident,
    actor: &NamedActor,
) -> Result<Exit, Failure> {
    let by = staff(platform, &actor.actor).await?;
    let done = platform
        .handle_incident(IncidentNumber(incident), ask, Some(&actor.responsible), &by)
        .await
        .map_err(|error| failure(&error))?;
    output.either(&done, || {
        output.pick(&format!("已办理，存证号 {}", done.entry.0), &format!("done: entry {}", done.entry.0))
    })?;
    Ok(Exit::Done)
}

async fn tell(platform: &Platform, output: &Output, asked: &TellArguments) -> Result<Exit, Failure> {
    if let (Some(ground), Some(reason)) = (asked.not_told, &asked.reason) {
        let ask = HandleIncident::DispenseWithTelling { ground: ground.into(), reason: reason.clone() };
        return handle(platform, output, asked.incident, ask, &asked.actor).await;
    }
    let ask = TellSubjects {
        scope: scope(asked)?,
        notice: asked.notice.clone().unwrap_or_default(),
        contact: asked.contact.clone().unwrap_or_default(),
        responsible: Some(asked.actor.responsible.clone()),
    };
    let by = staff(platform, &asked.actor.actor).await?;
    let bars: [std::sync::OnceLock<Progress>; 2] = Default::default();
    let [reading, telling] = &bars;
    let progress = |step: Resolving| {
        let (bar, label, done, total) = match step {
            Resolving::Reading { done, total } => (reading, "reading", done, total),
            Resolving::Telling { done, total } => (telling, "telling", done, total),
        };
        bar.get_or_init(|| Progress::new(label, total, Unit::Things, !output.json)).set(done);
    };
    let told = platform
        .tell_subjects(IncidentNumber(asked.incident), ask, &by, &progress)
        .await
        .map_err(|error| failure(&error))?;
    drop(bars);
    output.either(&told, || {
        output.pick(
            &format!(
                "涉及 {} 个信用主体，本次告知 {} 个，存证号 {}",
                told.subjects, told.told, told.done.entry.0
            ),
            &format!(
                "{} subjects are concerned, {} of them were told now: entry {}",
                told.subjects, told.told, told.done.entry.0
            ),
        )
    })?;
    Ok(Exit::Done)
}

fn scope(asked: &TellArguments) -> Result<Scope, Failure> {
    match (asked.looks_of_key, asked.from, asked.to, asked.batch) {
        (Some(key), Some(from), Some(to), None) => {
            Ok(Scope::LooksOfKey { key: KeyNumber(key), from: EntryNumber(from), to: EntryNumber(to) })
        }
        (None, None, None, Some(batch)) => Ok(Scope::Batch { batch: BatchNumber(batch) }),
        (None, None, None, None) if !asked.records.is_empty() => {
            Ok(Scope::Records { records: asked.records.iter().copied().map(RecordNumber).collect() })
        }
        (None, None, None, None) if !asked.entries.is_empty() => {
            Ok(Scope::Entries { entries: asked.entries.iter().copied().map(EntryNumber).collect() })
        }
        _ => Err(Failure::usage("name whom it concerns in one way")
            .next("`--looks-of-key N --from ENTRY --to ENTRY`, `--record N`, `--entry N` or `--batch N`")),
    }
}

async fn list(
    platform: &Platform,
    output: &Output,
    filter: IncidentFilter,
    actor: &Actor,
) -> Result<Exit, Failure> {
    let by = staff(platform, actor).await?;
    let mut before = None;
    loop {
        let views = platform.incidents(filter, before, INCIDENTS_AT_ONCE, &by).await;
        let views = views.map_err(|error| failure(&error))?;
        for view in &views {
            output.either(view, || line(output, view))?;
        }
        before = views.last().map(|view| view.incident.incident);
        if views.len() < INCIDENTS_AT_ONCE {
            return Ok(Exit::Done);
        }
    }
}

fn line(output: &Output, view: &IncidentView) -> String {
    let incident = &view.incident;
    let severity = incident.severity.map_or_else(
        || output.pick("未定级", "not classified"),
        |severity| output.pick(severity.in_chinese(), severity.word()),
    );
    let open = view.steps.iter().filter(|step| step.entry.is_none());
    let state = if incident.is_closed() {
        output.pick("已结案", "closed")
    } else {
        open.map(|step| standing(output, step)).collect::<Vec<_>>().join("; ")
    };
    format!(
        "{:>4}  {}  {}  {severity}  {state}",
        incident.incident.0,
        incident.noticed,
        output.say(&incident.kind.title())
    )
}

fn standing(output: &Output, step: &StepStanding<Step>) -> String {
    let due = match step.due {
        Due::Day { last_day } => last_day.to_string(),
        Due::Hour { until } => until.to_string(),
        Due::Unknown { year, reminder } => output.pick(
            &format!("{year} 年工作日未公布，{reminder} 提醒"),
            &format!("unknown, the working days of {year} are not published: reminder {reminder}"),
        ),
    };
    let state = match step.state {
        StepState::Pending => output.pick("待办", "pending"),
        StepState::Overdue => output.pick("逾期", "OVERDUE"),
        StepState::DueUnknown => output.pick("期限未知", "due day unknown"),
        StepState::Taken => output.pick("已办", "done"),
        StepState::TakenLate => output.pick("逾期办理", "done late"),
    };
    format!("{}: {state} ({due})", output.say(&step.step.title()))
}

fn page(output: &Output, view: &IncidentView) -> String {
    let incident = &view.incident;
    let mut text = line(output, view);
    text.push_str(&format!("\n  {}: {}", output.pick("地点", "place"), incident.place));
    if let Some(office) = &incident.office {
        text.push_str(&format!("\n  {}: {office}", output.pick("单位", "office")));
    }
    for step in &view.steps {
        text.push_str(&format!("\n  {} [{}]", standing(output, step), step.article));
    }
    text.push_str(&format!("\n  {}: {}", output.pick("已告知主体数", "subjects told"), view.subjects_told));
    for entered in &incident.history {
        text.push_str(&format!("\n{}", history_line(entered)));
    }
    text
}

fn history_line(entered: &IncidentLine) -> String {
    let handling = json!(entered.handling);
    let mut text = format!(
        "  #{} {} {} {} ({}): {}",
        entered.entry.0,
        entered.at,
        handling.as_str().unwrap_or_default(),
        entered.by,
        entered.responsible,
        entered.words
    );
    if let (Some(department), Some(document)) = (&entered.department, &entered.document_number) {
        text.push_str(&format!("{department}, {document}"));
    }
    if let (Some(scope), Some(subjects)) = (&entered.scope, entered.subjects) {
        text.push_str(&format!(" [{} {subjects}]", json!(scope)));
    }
    for act in &entered.acts {
        text.push_str(&format!(" #{}", act.0));
    }
    text
}
