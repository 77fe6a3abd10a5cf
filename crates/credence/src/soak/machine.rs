//! What the machine has, and what each fault needs of it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::exit::Failure;

/// What the machine has.
#[derive(Debug, Clone)]
pub struct Machine {
    /// Whether we are root, and so may mount and set owners.
    pub root: bool,
    /// The folder of PostgreSQL's programs, the newest version's.
    pub postgres: Option<PathBuf>,
    /// The library that sets the clock of one process.
    pub clock: Option<PathBuf>,
}

impl Machine {
    /// Looks around.
    #[must_use]
    pub fn look() -> Self {
        let root = said("id", &["-u"]).is_some_and(|said| said == "0");
        Self { root, postgres: postgres_programs(), clock: clock_library() }
    }
}

/// What a program says on standard output, if it does what it is asked.
#[must_use]
pub fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Sends a signal to a process that we started.
///
/// # Errors
/// When there is no such process.
pub fn signal(process: u32, name: &str) -> Result<(), Failure> {
    said("kill", &[&format!("-{name}"), &process.to_string()])
        .map(|_| ())
        .ok_or_else(|| Failure::failed(format!("process {process} cannot be sent {name}")))
}

fn postgres_programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok();
    let mut found: Vec<(u32, PathBuf)> = versions
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| folder.join("initdb").is_file())
        .collect();
    found.sort();
    let elsewhere = || {
        let folders = std::env::var_os("PATH")?;
        std::env::split_paths(&folders)
            .map(|folder| folder.join("initdb"))
            .find_map(|file| std::fs::canonicalize(file).ok()?.parent().map(Path::to_path_buf))
    };
    found.pop().map(|(_, folder)| folder).or_else(elsewhere)
}

fn clock_library() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").ok()?;
    let found = folders.flatten().map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"));
    found
        .filter(|file| file.is_file())
        .chain([PathBuf::from("/usr/lib/faketime/libfaketimeMT.so.1")])
        .find(|file| file.is_file())
}

/// A file system of a few megabytes in memory, which is unmounted when it is let go.
#[derive(Debug)]
pub struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    /// Mounts one of so many megabytes over a new folder. None where the machine does not let us.
    #[must_use]
    pub fn mount(folder: PathBuf, megabytes: u64) -> Option<Self> {
        std::fs::create_dir(&folder).ok()?;
        let size = format!("size={megabytes}m");
        said("mount", &["-t", "tmpfs", "-o", &size, "credence-soak", folder.to_str()?])?;
        Some(Self { folder })
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes it read-only, or writable again.
    ///
    /// # Errors
    /// When somebody writes to it just now.
    pub fn writable(&self, writable: bool) -> Result<(), Failure> {
        let mode = if writable { "remount,rw" } else { "remount,ro" };
        said("mount", &["-o", mode, &self.folder.display().to_string()]).map(|_| ()).ok_or_else(|| {
            Failure::failed(format!("`{}` cannot be mounted with {mode}", self.folder.display()))
        })
    }

    fn filling(&self) -> PathBuf {
        self.folder.join("filling")
    }

    /// Fills it to the last byte.
    ///
    /// # Errors
    /// When the file cannot be made at all.
    pub fn fill(&self) -> Result<(), Failure> {
        let file = self.filling();
        let mut open = std::fs::File::create(&file).map_err(|error| Failure::file(&file, &error))?;
        for size in [1 << 20, 1 << 12, 1] {
            let part = vec![0x5A; size];
            // Ends with the error of a full disk: that is what is wanted.
            while std::io::Write::write_all(&mut open, &part).is_ok() {}
        }
        Ok(())
    }

    /// Gives back what was filled.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn free(&self) -> Result<(), Failure> {
        let file = self.filling();
        std::fs::remove_file(&file).map_err(|error| Failure::file(&file, &error))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: whatever still holds a file there lets it go with its process.
        let _ = said("umount", &["-l", &self.folder.display().to_string()]);
    }
}
