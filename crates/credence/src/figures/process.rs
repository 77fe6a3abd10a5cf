//! Figures of the process itself, as the system keeps them.

use rustix::process::{Resource, getrlimit};

/// Processor seconds, memory in bytes, open files, and how many are allowed; what the system does not tell is left out.
pub(super) fn figures() -> Vec<(&'static str, f64)> {
    let mut figures = Vec::new();
    let mut tell = |name, value: Option<f64>| figures.extend(value.map(|value| (name, value)));
    tell("process_cpu_seconds_total", cpu_seconds());
    tell("process_resident_memory_bytes", memory_bytes());
    tell("process_open_fds", std::fs::read_dir("/proc/self/fd").ok().map(|open| open.count() as f64));
    tell("process_max_fds", getrlimit(Resource::Nofile).current.map(|most| most as f64));
    figures
}

fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The program's name, in brackets, may hold anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let (user, system) = (fields.next()?.parse::<f64>().ok()?, fields.next()?.parse::<f64>().ok()?);
    Some((user + system) / rustix::param::clock_ticks_per_second() as f64)
}

fn memory_bytes() -> Option<f64> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages = pages.split_whitespace().nth(1)?.parse::<f64>().ok()?;
    Some(pages * rustix::param::page_size() as f64)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_system_tells_what_the_process_takes() {
        for (name, value) in super::figures() {
            assert!(value > 0.0 || name == "process_cpu_seconds_total", "{name} {value}");
        }
    }
}
