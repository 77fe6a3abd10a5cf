//! A real server, and a store for it.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use testkit::engine::Place;

use super::{program, run_in};

/// A server that is stopped when the test is over.
pub struct Server {
    child: Child,
    /// Where it answers.
    pub address: String,
    /// Where it gives figures.
    pub figures: Option<SocketAddr>,
}

impl Server {
    /// Serves in a folder, on a free port.
    pub fn start(folder: &Path, arguments: &[&str]) -> Self {
        Self::of(program(folder), arguments)
    }

    /// Serves with fewer open files than the system has.
    pub fn with_open_files(folder: &Path, count: u32, arguments: &[&str]) -> Self {
        let mut shell = Command::new("sh");
        shell.current_dir(folder).args(["-c", "ulimit -n $0 && exec \"$@\""]);
        shell.arg(count.to_string()).arg(program(folder).get_program());
        Self::of(shell, arguments)
    }

    /// Serves with its log of a level in a file.
    pub fn with_log(folder: &Path, arguments: &[&str], level: &str, log: &Path) -> Self {
        let mut command = program(folder);
        command.env("CREDENCE_LOG", level).stderr(std::fs::File::create(log).unwrap());
        Self::of(command, arguments)
    }

    fn of(mut command: Command, arguments: &[&str]) -> Self {
        command.arg("serve").args(arguments).args(["--listen", "127.0.0.1:0", "--json"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let figures = said["metrics"]
            .as_str()
            .and_then(|address| address.strip_prefix("http://")?.strip_suffix("/metrics")?.parse().ok());
        Self { child, address: said["listening"].as_str().unwrap().to_owned(), figures }
    }

    /// Where it answers, for a connection.
    pub fn socket(&self) -> SocketAddr {
        self.address.split_once("://").unwrap().1.parse().unwrap()
    }

    /// What is at a path.
    pub fn get(&self, path: &str) -> String {
        ureq::get(format!("{}{path}", self.address)).call().unwrap().body_mut().read_to_string().unwrap()
    }

    /// The most memory that it ever held, in MiB.
    pub fn memory_mib_max(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: &str) {
        Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
    }

    /// Ends it as an operator would, and gives back its exit code.
    pub fn stop(mut self) -> i32 {
        self.signal("-TERM");
        self.child.wait().unwrap().code().unwrap_or(-1)
    }

    /// Ends it as a power failure would.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The organisation of the stores made here.
pub const ORGANISATION: &str = "91110108YY000001XL";
/// Its name.
pub const ORGANISATION_NAME: &str = "北京示例云杉餐饮管理有限公司";

/// Limits under which one caller may stand for a whole city.
pub const UNPACED: &str = "looks_per_subject_hour_max = 1000000000\nempty_inquiries_slowed = 1000000000\n\
                           empty_inquiries_refused = 1000000000\n";

/// A real store of either engine with the demo's catalogue and authorities, worked on through the program alone.
pub struct Made {
    pub place: Place,
    store: String,
}

impl Made {
    pub fn new(place: Place) -> Self {
        let store = match place.address.folder() {
            Some(folder) => folder.display().to_string(),
            None => place.address.to_string(),
        };
        let made = Self { place, store };
        let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo");
        let (catalogue, authorities) = (demo.join("catalogue.json"), demo.join("authorities.json"));
        let (catalogue, authorities) = (catalogue.to_str().unwrap(), authorities.to_str().unwrap());
        let origin = ["--origin", "town.example/fire"];
        made.run(&[&["init", "--catalogue", catalogue, "--authorities", authorities], &origin[..]].concat());
        made
    }

    /// The options that name the store.
    pub fn named(&self) -> Vec<&str> {
        vec!["--store", &self.store, "--keys", "keys"]
    }

    pub fn serve(&self) -> Server {
        self.serve_within(UNPACED)
    }

    /// Serves with limits.
    pub fn serve_within(&self, limits: &str) -> Server {
        let path = self.place.folder.path().join("limits.toml");
        std::fs::write(&path, format!("[limits]\n{limits}\n")).unwrap();
        Server::start(
            self.place.folder.path(),
            &[self.named(), vec!["--config", path.to_str().unwrap()]].concat(),
        )
    }

    /// Runs a command that must succeed, and gives its last object.
    pub fn run(&self, arguments: &[&str]) -> Value {
        let run = run_in(self.place.folder.path(), &[arguments, &self.named(), &["--json"]].concat(), b"");
        assert_eq!(run.code, 0, "{arguments:?}: {} {}", run.out, run.err);
        run.objects().pop().unwrap_or_default()
    }

    /// Issues a key: its number and token.
    pub fn key(&self, arguments: &[&str]) -> (u64, String) {
        let issued = self.run(&[&["key", "add", "--label", "fire"], arguments].concat());
        (issued["key"].as_u64().unwrap(), issued["token"].as_str().unwrap().to_owned())
    }

    /// An officer's key.
    pub fn officer(&self) -> (u64, String) {
        self.key(&["--office", "economy-informatization", "--duty", "1"])
    }

    /// Files lines.
    pub fn file(&self, item: &str, office: &str, lines: &[Value]) {
        let path = self.place.folder.path().join(format!("{item}.jsonl"));
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        std::fs::write(&path, text).unwrap();
        self.run(&["import", path.to_str().unwrap(), "--item", item, "--as", office]);
    }

    /// Nothing was changed, lost or left half done; gives the number of entries.
    pub fn is_sound(&self) -> u64 {
        let verified = self.run(&["verify"]);
        assert_eq!(verified["problems"], serde_json::json!([]));
        let compared = self.run(&["rebuild", "--compare"]);
        assert_eq!(compared["differences"], serde_json::json!([]));
        verified["entries"].as_u64().unwrap()
    }
}
