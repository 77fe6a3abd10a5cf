//! What processes used: read from `/proc`, so that a figure does not depend on what else the machine is doing.

use std::path::PathBuf;
use std::time::Duration;

/// Ticks of processor time a second, as Linux shows them to programs on every architecture.
const TICKS_A_SECOND: u64 = 100;

/// A process, or a family of processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Processes {
    /// One process.
    One(u32),
    /// A process and its children, those that ended too: a PostgreSQL server.
    Family(u32),
}

impl Processes {
    /// This program itself.
    #[must_use]
    pub fn own() -> Self {
        Self::One(std::process::id())
    }

    /// The processor time used so far; nothing where the process cannot be seen (a server on another machine).
    #[must_use]
    pub fn processor_time(&self) -> Duration {
        match *self {
            Self::One(process) => times(process).map_or(Duration::ZERO, |times| times.own),
            Self::Family(parent) => {
                let ended = times(parent).map_or(Duration::ZERO, |times| times.own + times.ended_children);
                children(parent)
                    .into_iter()
                    .filter_map(times)
                    .fold(ended, |sum, times| sum + times.own + times.ended_children)
            }
        }
    }

    /// The most memory that the process ever held at once, in bytes.
    #[must_use]
    pub fn memory_max(&self) -> u64 {
        let (Self::One(process) | Self::Family(process)) = *self;
        status(process, "VmHWM:").unwrap_or_default() * 1024
    }
}

/// Forgets the most memory that this process held, so that what is measured next is measured by itself.
pub fn forget_memory_max() {
    // Where it cannot be forgotten the figure is larger than it should be, never smaller.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// The processor time of all of these.
#[must_use]
pub fn processor_time(processes: &[Option<Processes>]) -> Duration {
    processes.iter().flatten().map(Processes::processor_time).sum()
}

struct Times {
    own: Duration,
    ended_children: Duration,
}

/// The fields of `/proc/N/stat` after the name, which may hold spaces and brackets; the first of them is the third field.
fn stat(process: u32) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(PathBuf::from(format!("/proc/{process}/stat"))).ok()?;
    let (_, fields) = text.rsplit_once(')')?;
    Some(fields.split_whitespace().map(str::to_owned).collect())
}

fn times(process: u32) -> Option<Times> {
    let fields = stat(process)?;
    let ticks =
        |field: usize| fields.get(field - 3).and_then(|text| text.parse::<u64>().ok()).unwrap_or_default();
    let time = |ticks: u64| Duration::from_millis(ticks * 1000 / TICKS_A_SECOND);
    Some(Times { own: time(ticks(14) + ticks(15)), ended_children: time(ticks(16) + ticks(17)) })
}

/// The parent of a process.
#[must_use]
pub fn parent(process: u32) -> Option<u32> {
    stat(process)?.get(1)?.parse().ok()
}

fn children(of: u32) -> Vec<u32> {
    let Ok(folder) = std::fs::read_dir("/proc") else { return Vec::new() };
    folder
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|process| parent(*process) == Some(of))
        .collect()
}

fn status(process: u32, field: &str) -> Option<u64> {
    let text = std::fs::read_to_string(PathBuf::from(format!("/proc/{process}/status"))).ok()?;
    let line = text.lines().find(|line| line.starts_with(field))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_a_parent_and_holds_memory() {
        let own = Processes::own();
        assert!(own.memory_max() > 1 << 20);
        assert!(parent(std::process::id()).is_some());
        assert_eq!(Processes::One(u32::MAX).processor_time(), Duration::ZERO);
    }

    #[test]
    fn a_family_counts_its_children() {
        let mut child = std::process::Command::new("sleep").arg("5").spawn().unwrap();
        assert!(children(std::process::id()).contains(&child.id()));
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
