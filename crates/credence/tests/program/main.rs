//! The program as scripts and people use it: the real binary, its contracts and its exit codes.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests: helpers outside the test functions fail as tests do"
)]

mod edge;
mod fire;
mod identifiers;
mod incidents;
mod leaks;
mod looking;
mod mischief;
mod proposals;
mod rotating;
mod server;
mod servers;
mod serving;
mod soaking;
mod stores;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

/// What a run of the program left behind.
pub struct Run {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Run {
    /// The objects on standard output, one a line.
    pub fn objects(&self) -> Vec<Value> {
        let read = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.out.lines().map(read).collect()
    }

    /// The only object on standard output.
    pub fn object(&self) -> Value {
        let mut objects = self.objects();
        assert_eq!(objects.len(), 1, "{} {}", self.out, self.err);
        objects.remove(0)
    }
}

/// The program, without the environment of whoever runs the tests.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_credence"));
    command.current_dir(folder);
    for variable in
        ["STORE", "KEYS", "CONFIG", "LANGUAGE", "API_KEY", "OPERATOR_KEY", "LISTEN", "LOG", "KEY_RING"]
    {
        command.env_remove(format!("CREDENCE_{variable}"));
    }
    command
}

/// Runs the program in a folder with this on standard input.
pub fn run_in(folder: &Path, arguments: &[&str], input: &[u8]) -> Run {
    let mut command = program(folder);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs the program.
pub fn run(arguments: &[&str]) -> Run {
    run_in(&std::env::temp_dir(), arguments, b"")
}

/// The names of an object's members, sorted.
pub fn names(object: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}
