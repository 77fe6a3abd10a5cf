//! What is done to the program while it is loaded.

use std::sync::atomic::Ordering;
use std::time::Duration;

use clap::ValueEnum;
use serde::Serialize;
use store::Cut;

use super::city::{City, Ground};
use super::load::Shared;
use super::machine::Machine;
use super::server::{Server, SetClock, Start};
use crate::arguments::SoakEngine;
use crate::demo::draw::Draw;
use crate::exit::Failure;

/// What is done. Each round ends with a kill besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The program is killed (SIGKILL) at a random moment
    Kill,
    /// The program is stopped for a while and goes on (SIGSTOP, SIGCONT)
    Pause,
    /// PostgreSQL is killed (SIGKILL) and started again
    DatabaseKilled,
    /// Connections to PostgreSQL are cut: at random bytes, before a commit arrives, after it was done
    ConnectionsCut,
    /// The clock of the program is set back and forth by days
    ClockSet,
    /// The disk is full for a while
    FullDisk,
    /// The store is read-only for a while
    ReadOnly,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Kill,
        Self::Pause,
        Self::DatabaseKilled,
        Self::ConnectionsCut,
        Self::ClockSet,
        Self::FullDisk,
        Self::ReadOnly,
    ];

    /// Whether it means anything on an engine.
    #[must_use]
    pub fn concerns(self, engine: SoakEngine) -> bool {
        match self {
            Self::DatabaseKilled | Self::ConnectionsCut => engine == SoakEngine::Postgres,
            _ => true,
        }
    }

    /// Whether it needs the small file system as its ground.
    #[must_use]
    pub const fn on_small_disk(self) -> bool {
        matches!(self, Self::FullDisk | Self::ReadOnly)
    }

    /// What it needs and the machine does not give; nothing where it can be done.
    #[must_use]
    pub fn lacks(self, machine: &Machine, small_disk: bool) -> Option<&'static str> {
        match self {
            Self::ClockSet if machine.clock.is_none() => Some("the library libfaketime (Debian: faketime)"),
            Self::FullDisk | Self::ReadOnly if !small_disk => {
                Some("the right to mount a small file system (root, CAP_SYS_ADMIN)")
            }
            _ => None,
        }
    }

    /// Whether the program may say meanwhile that it cannot serve.
    #[must_use]
    pub const fn hurts_the_store(self) -> bool {
        matches!(self, Self::DatabaseKilled | Self::ConnectionsCut | Self::FullDisk | Self::ReadOnly)
    }
}

/// How many connections are cut in a round.
const CUTS: u64 = 6;
/// The longest that is waited for one of them to be cut.
const CUT_WITHIN: Duration = Duration::from_millis(1000);
/// The longest that is waited until a full disk is felt.
const FELT_WITHIN: Duration = Duration::from_secs(5);
/// How often it is looked whether it was.
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// A fault lasts so long, from and up to, in milliseconds.
const LASTS: (u64, u64) = (100, 600);

/// Sleeps for a drawn time between two numbers of milliseconds.
pub fn pause(draw: &mut Draw, (from, to): (u64, u64)) {
    std::thread::sleep(Duration::from_millis(from + draw.below(to - from)));
}

/// Does it while the program is loaded, and takes it back.
///
/// # Errors
/// When the harness itself cannot do what it is to do.
pub fn during(
    fault: Fault,
    ground: &mut Ground,
    start: &Start,
    server: &Server,
    shared: &Shared,
    draw: &mut Draw,
) -> Result<(), Failure> {
    match (fault, &mut ground.cluster) {
        (Fault::Pause, _) => {
            server.pause(true)?;
            pause(draw, LASTS);
            server.pause(false)
        }
        (Fault::DatabaseKilled, Some(cluster)) => cluster.kill(),
        (Fault::ConnectionsCut, _) => {
            cut_connections(ground, draw);
            Ok(())
        }
        (Fault::ClockSet, _) => {
            let Some(clock) = &start.clock else { return Ok(()) };
            for _ in 0..4 {
                set_clock(clock, draw)?;
                pause(draw, LASTS);
            }
            Ok(())
        }
        (Fault::FullDisk, cluster) => {
            let Some(small) = &ground.small else { return Ok(()) };
            small.fill()?;
            // What was allotted before the disk was full may last for some more entries.
            wait_until(FELT_WITHIN, || shared.unserved.load(Ordering::SeqCst) > 0);
            pause(draw, LASTS);
            small.free()?;
            // A database that gave up with its disk full is started by whoever runs it.
            cluster.as_mut().map_or(Ok(()), super::cluster::Cluster::start)
        }
        (Fault::ReadOnly, Some(cluster)) => {
            cluster.writable(false)?;
            pause(draw, LASTS);
            cluster.writable(true)
        }
        // A file system on which somebody writes cannot be made read-only: see `between`.
        (Fault::ReadOnly | Fault::Kill | Fault::DatabaseKilled, _) => Ok(()),
    }
}

/// Does what is done between the kill and the next start, and says what was wrong.
///
/// # Errors
/// See [`during`].
pub fn between(fault: Fault, ground: &Ground, start: &Start, city: &City) -> Result<Vec<String>, Failure> {
    let (Fault::ReadOnly, None, Some(small)) = (fault, &ground.cluster, &ground.small) else {
        return Ok(Vec::new());
    };
    small.writable(false)?;
    let ended = start.must_refuse(city);
    small.writable(true)?;
    let refused = i32::from(crate::exit::Exit::Failed.code());
    Ok(match ended? {
        Some(code) if code == refused => Vec::new(),
        code => vec![format!("on a read-only disk the program ended with {code:?}, not with {refused}")],
    })
}

fn wait_until(within: Duration, happened: impl Fn() -> bool) {
    let mut waited = Duration::ZERO;
    while !happened() && waited < within {
        std::thread::sleep(LOOK_EVERY);
        waited += LOOK_EVERY;
    }
}

fn cut_connections(ground: &Ground, draw: &mut Draw) {
    let Some(proxy) = &ground.proxy else { return };
    for number in 0..CUTS {
        let cut = match number % 3 {
            0 => Cut::BeforeCommit,
            1 => Cut::AfterCommit,
            _ => Cut::AfterBytes(draw.below(20_000)),
        };
        let before = proxy.cuts();
        proxy.cut(cut);
        wait_until(CUT_WITHIN, || proxy.cuts() > before);
        pause(draw, (1, 60));
    }
    proxy.spare();
}

/// Sets the program's clock by up to three days back or forth.
///
/// # Errors
/// When the file that says how far cannot be written.
pub fn set_clock(clock: &SetClock, draw: &mut Draw) -> Result<(), Failure> {
    let seconds = draw.below(6 * 86_400);
    let (sign, seconds) = if seconds > 3 * 86_400 { ('+', seconds - 3 * 86_400) } else { ('-', seconds) };
    std::fs::write(&clock.offset, format!("{sign}{seconds}\n"))
        .map_err(|error| Failure::file(&clock.offset, &error))
}
