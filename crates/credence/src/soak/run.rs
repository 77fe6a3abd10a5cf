//! Rounds, one after the other: load, hurt, kill, start again, check.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde::Serialize;
use serde_json::json;
use store::Store;
use tokio::runtime::Runtime;

use super::check;
use super::city::{City, Ground};
use super::fault::{Fault, between, during, pause};
use super::load::{Acknowledged, Batch, Brought, Connection, Shared, Speaker};
use super::machine::Machine;
use super::server::{Server, SetClock, Start};
use crate::arguments::SoakEngine;
use crate::context::store_failure;
use crate::demo::draw::{Draw, Stream};
use crate::edge::Stopwatch;
use crate::exit::Failure;

/// A city lives so many rounds; then another one is founded, so that checking stays as quick as at the beginning.
const ROUNDS_OF_A_CITY: u32 = 5;
/// How long there is load before and after a fault, from and up to, in milliseconds.
const LOAD: (u64, u64) = (100, 700);
/// Answers after a fault that show that the program serves again, and how long they are waited for.
const SERVES_AGAIN: u64 = 10;
const SERVES_WITHIN: Duration = Duration::from_secs(90);
/// How long the program may take after its start until it answers an inquiry.
const ANSWERS_WITHIN: Duration = Duration::from_secs(60);
/// How often it is asked.
const ASK_EVERY: Duration = Duration::from_millis(20);
/// Answers that should not be are listed up to so many a round.
const WRONG_LISTED: usize = 10;

/// What is to be done.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The engine.
    pub engine: SoakEngine,
    /// How many rounds.
    pub rounds: u32,
    /// Decides what is asked, what is done to the program, and when.
    pub seed: u64,
    /// How many connections ask at once.
    pub connections: u64,
    /// The faults to choose from; all where none is named.
    pub faults: Vec<Fault>,
}

/// A fault that was not tried, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct NotRun {
    /// The engine.
    pub engine: SoakEngine,
    /// The fault; every one of them where none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
    /// What it needs and the machine does not give.
    pub needs: &'static str,
}

/// What became of a round.
#[derive(Debug, Clone, Serialize)]
pub struct Round {
    /// Its number, from 1.
    pub round: u32,
    /// The engine.
    pub engine: SoakEngine,
    /// What was done to the program, besides killing it at the end.
    pub fault: Fault,
    /// Requests sent.
    pub requests: u64,
    /// Answers that name an entry, each of which was looked up in the journal.
    pub acknowledged: u64,
    /// Answers of the law that refuse.
    pub refused: u64,
    /// Answers that say to ask again later.
    pub unavailable: u64,
    /// Requests that got no answer.
    pub lost: u64,
    /// Entries in the journal when the round was checked.
    pub entries: u64,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
    /// What was wrong; empty when nothing was.
    pub findings: Vec<String>,
}

/// Runs the rounds of one engine, tells each, and says what was not tried.
///
/// # Errors
/// When the harness itself cannot go on: a database server that does not come up again, a disk that cannot be mounted.
pub fn run(
    plan: &Plan,
    folder: &Path,
    tell: &mut dyn FnMut(&Round) -> Result<(), Failure>,
) -> Result<Vec<NotRun>, Failure> {
    let machine = Machine::look();
    let engine = plan.engine;
    if engine == SoakEngine::Postgres && machine.postgres.is_none() {
        return Ok(vec![NotRun {
            engine,
            fault: None,
            needs: "PostgreSQL's programs (`initdb`, `postgres`, `psql`)",
        }]);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(format!("the runtime cannot be started: {error}")))?;
    let wanted =
        |fault: &Fault| fault.concerns(engine) && (plan.faults.is_empty() || plan.faults.contains(fault));
    let wanted: Vec<Fault> = Fault::ALL.into_iter().filter(wanted).collect();
    let small = if wanted.iter().any(|fault| fault.on_small_disk()) {
        Ground::on_small_disk(&runtime, &machine, engine, folder)?
    } else {
        None
    };
    let lacks = |fault: Fault| fault.lacks(&machine, small.is_some());
    let not_run =
        wanted.iter().filter_map(|fault| Some(NotRun { engine, fault: Some(*fault), needs: lacks(*fault)? }));
    let not_run: Vec<NotRun> = not_run.collect();
    let (on_small, on_disk): (Vec<Fault>, Vec<Fault>) =
        wanted.into_iter().filter(|fault| lacks(*fault).is_none()).partition(|fault| fault.on_small_disk());

    let mut grounds = Vec::new();
    if !on_disk.is_empty() {
        grounds.push((Ground::on_disk(&runtime, &machine, engine, folder)?, on_disk));
    }
    if let Some(small) = small.filter(|_| !on_small.is_empty()) {
        grounds.push((small, on_small));
    }
    if grounds.is_empty() {
        return Ok(not_run);
    }
    let mut soak = Soak { plan, runtime, machine, folder };
    let (mut round, mut city) = (0, 0);
    while round < plan.rounds {
        let count = grounds.len();
        let Some((ground, faults)) = grounds.get_mut(city as usize % count) else { break };
        let rounds = ROUNDS_OF_A_CITY.min(plan.rounds - round);
        soak.city(ground, faults, city, round, rounds, tell)?;
        round += rounds;
        city += 1;
    }
    Ok(not_run)
}

struct Soak<'a> {
    plan: &'a Plan,
    runtime: Runtime,
    machine: Machine,
    folder: &'a Path,
}

/// What all connections brought back together.
#[derive(Default)]
struct Loaded {
    acknowledged: Vec<Acknowledged>,
    batches: Vec<Batch>,
    findings: Vec<String>,
}

impl Soak<'_> {
    /// The life of a city.
    fn city(
        &mut self,
        ground: &mut Ground,
        faults: &[Fault],
        number: u32,
        first: u32,
        rounds: u32,
        tell: &mut dyn FnMut(&Round) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let seed = self.plan.seed.wrapping_add(u64::from(number));
        let mut city = City::found(&self.runtime, ground, number, seed, self.plan.connections)?;
        let mut draw = Draw::new(seed, Stream::Fault, u64::from(number));
        // Each fault in turn, from a drawn one on; a round without any of its own is a mere kill.
        let from = usize::try_from(draw.below(faults.len() as u64)).unwrap_or_default();
        let order: Vec<Fault> = faults.iter().cycle().skip(from).take(rounds as usize).copied().collect();
        let mut start = self.start_for(order.first().copied())?;
        let mut server = start.start(&city)?;
        for (place, fault) in order.iter().enumerate() {
            let round = first + u32::try_from(place).unwrap_or_default() + 1;
            let next = order.get(place + 1).copied();
            let (told, running) =
                self.round(ground, &mut city, server, &start, *fault, next, round, &mut draw)?;
            tell(&told)?;
            server = running;
            start = self.start_for(next)?;
        }
        server.kill();
        city.remove(ground)
    }

    fn start_for(&self, fault: Option<Fault>) -> Result<Start, Failure> {
        let temporary = self.folder.join("temporary");
        std::fs::create_dir_all(&temporary).map_err(|error| Failure::file(&temporary, &error))?;
        let set = self.machine.clock.clone().filter(|_| fault == Some(Fault::ClockSet));
        let clock = set.map(|library| SetClock { library, offset: self.folder.join("offset") });
        if let Some(clock) = &clock {
            std::fs::write(&clock.offset, "+0\n").map_err(|error| Failure::file(&clock.offset, &error))?;
        }
        Ok(Start { log: self.folder.join("program.log"), temporary, clock })
    }

    #[expect(clippy::too_many_arguments, reason = "one round's whole scene")]
    fn round(
        &self,
        ground: &mut Ground,
        city: &mut City,
        mut server: Server,
        start: &Start,
        fault: Fault,
        next: Option<Fault>,
        round: u32,
        draw: &mut Draw,
    ) -> Result<(Round, Server), Failure> {
        let watch = Stopwatch::start();
        // A fault that sets the clock does so while the connections read the city.
        city.clock_was_set |= fault == Fault::ClockSet;
        let shared = Shared::default();
        let mut recovered = true;
        let (brought, done) = std::thread::scope(|scope| {
            let city: &City = city;
            let address = server.address.clone();
            let connections: Vec<_> = (0..city.organisations.len())
                .map(|place| {
                    let connection = Connection::new(city, &shared, &address, self.plan.seed, round, place);
                    scope.spawn(move || connection.run())
                })
                .collect();
            pause(draw, LOAD);
            let done = during(fault, ground, start, &server, &shared, draw);
            if done.is_ok() {
                recovered = serves_again(&shared);
                pause(draw, LOAD);
            }
            let ended = server.has_ended();
            server.kill();
            shared.over.store(true, Ordering::SeqCst);
            let brought: Vec<Brought> =
                connections.into_iter().map(|connection| connection.join().unwrap_or_default()).collect();
            (brought, done.map(|()| ended))
        });
        let ended = done?;
        let mut told = Round {
            round,
            engine: self.plan.engine,
            fault,
            requests: 0,
            acknowledged: 0,
            refused: 0,
            unavailable: 0,
            lost: 0,
            entries: 0,
            milliseconds: 0,
            findings: Vec::new(),
        };
        let loaded = gather(brought, &mut told);
        told.findings.extend(loaded.findings);
        if ended {
            told.findings.push("the program ended by itself".to_owned());
        }
        if !recovered {
            told.findings.push("the program did not serve again after the fault".to_owned());
        }
        told.findings.extend(between(fault, ground, start, city)?);

        let server = self.start_for(next)?.start(city)?;
        let speaker = Speaker::new(&server.address);
        told.findings.extend(answers(&speaker, city).err());
        let filer = city.offices.first().map(|office| office.token.clone()).unwrap_or_default();
        told.findings.extend(check::batches(&speaker, &filer, &loaded.batches));
        let public = self.runtime.block_on(public_key(city))?;
        told.findings.extend(check::proofs(&speaker, &public, &loaded.acknowledged));
        let (entries, found) = self.runtime.block_on(check::journal(city, &loaded.acknowledged))?;
        told.findings.extend(found);
        told.findings.extend(broken(&start.log));
        told.entries = entries;
        told.milliseconds = u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok((told, server))
    }
}

fn gather(brought: Vec<Brought>, told: &mut Round) -> Loaded {
    let mut loaded = Loaded::default();
    let mut unserved = 0;
    for brought in brought {
        unserved += brought.unserved;
        told.requests += brought.requests;
        told.refused += brought.refused;
        told.unavailable += brought.unavailable;
        told.lost += brought.lost;
        loaded.acknowledged.extend(brought.acknowledged);
        loaded.batches.extend(brought.batches);
        let room = WRONG_LISTED.saturating_sub(loaded.findings.len());
        loaded.findings.extend(brought.wrong.into_iter().take(room));
    }
    if unserved > 0 && !told.fault.hurts_the_store() {
        loaded.findings.push(format!("{unserved} answers said to ask again, and nothing was the matter"));
    }
    told.acknowledged = loaded.acknowledged.len() as u64;
    loaded
}

/// Waits until the program has answered some more: what was the matter is over.
fn serves_again(shared: &Shared) -> bool {
    let watch = Stopwatch::start();
    let before = shared.answered.load(Ordering::SeqCst);
    while watch.elapsed() < SERVES_WITHIN {
        if shared.answered.load(Ordering::SeqCst) >= before + SERVES_AGAIN {
            return true;
        }
        std::thread::sleep(ASK_EVERY);
    }
    false
}

/// Waits until the program, started again, answers an inquiry.
fn answers(speaker: &Speaker, city: &City) -> Result<(), String> {
    let (Some(office), Some(about)) = (city.offices.first(), city.organisations.first()) else {
        return Ok(());
    };
    let body = json!({"identifier": about.name, "purpose": {"for": "duty", "duty": 1, "matter": "2026-1"}});
    let watch = Stopwatch::start();
    loop {
        match speaker.post("/api/v1/inquiries", &office.token, &body) {
            Some((200, _)) => return Ok(()),
            other if watch.elapsed() > ANSWERS_WITHIN => {
                return Err(format!("the program does not answer after its start: {other:?}"));
            }
            _ => std::thread::sleep(ASK_EVERY),
        }
    }
}

async fn public_key(city: &City) -> Result<journal::Verifier, Failure> {
    let store = Store::open_to_verify(city.store_options()).await.map_err(|error| store_failure(&error))?;
    let public = store.verifier().cloned();
    store.close().await;
    public.map_err(|error| store_failure(&error))
}

/// What the program's log says of panics and of requests that broke inside. It is emptied, so that each is told once.
fn broken(log: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let is_broken = |line: &&str| line.contains("panicked") || line.contains("a request failed");
    let found = text.lines().filter(is_broken).take(WRONG_LISTED).map(str::to_owned).collect();
    let _ = std::fs::File::options().write(true).truncate(true).open(log);
    found
}
