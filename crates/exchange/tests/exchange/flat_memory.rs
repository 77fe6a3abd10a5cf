//! Files that are larger than any memory.

use std::io::Read;

use exchange::{Layout, Limits, read_lines};

use crate::fixture::{GOOD, REQUIRED, outcomes, penalty_format};

/// A source of a beginning, many equal bytes, and an end; it never holds them.
struct Huge {
    beginning: std::io::Cursor<Vec<u8>>,
    filler: std::io::Take<std::io::Repeat>,
    end: std::io::Cursor<Vec<u8>>,
}

impl Huge {
    fn new(beginning: &str, filler: u8, length: u64, end: &str) -> Self {
        Self {
            beginning: std::io::Cursor::new(beginning.as_bytes().to_vec()),
            filler: std::io::repeat(filler).take(length),
            end: std::io::Cursor::new(end.as_bytes().to_vec()),
        }
    }
}

impl Read for Huge {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        for source in [&mut self.beginning as &mut dyn Read, &mut self.filler, &mut self.end] {
            let read = source.read(buffer)?;
            if read > 0 {
                return Ok(read);
            }
        }
        Ok(0)
    }
}

/// Most memory that this process has held, in kilobytes.
#[cfg(target_os = "linux")]
fn peak_kilobytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn a_line_of_two_gigabytes_is_refused_by_number_in_flat_memory() {
    let format = penalty_format();
    let source = Huge::new(&format!("{REQUIRED}\n{GOOD}\n"), b'x', 2 << 30, &format!("\n{GOOD}\n"));
    let lines = read_lines(source, Layout::detect(&format), Limits::default()).unwrap();
    let lines: Vec<_> = lines.map(Result::unwrap).collect();
    assert_eq!(outcomes(&lines), [(2, vec![]), (3, vec!["line_too_long".to_owned()]), (4, vec![])]);
    let peak = peak_kilobytes();
    assert!(peak < 256 * 1024, "{peak} kB");
}

#[test]
fn an_unclosed_quote_does_not_swallow_the_file() {
    let format = penalty_format();
    let row = format!("{GOOD}\n");
    let open = GOOD.replace("无证经营", "\"无证经营");
    let file = format!("{REQUIRED}\n{open}\n{}", row.repeat(20_000));
    let lines = read_lines(file.as_bytes(), Layout::detect(&format), Limits::default()).unwrap();
    let (mut good, mut bad) = (0, 0);
    for line in lines {
        match line.unwrap().outcome {
            Ok(_) => good += 1,
            Err(_) => bad += 1,
        }
    }
    assert_eq!((good, bad), (20_000, 1));
}
