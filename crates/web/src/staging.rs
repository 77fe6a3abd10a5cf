//! Files that an officer sent to have them looked at before they are filed.
//!
//! Each lies in the spool under an unguessable word that only its sender's session opens, and goes when it is filed, when a newer one
//! takes its place, or after half an hour. What was judged and what is being filed is kept beside it, so that a page without a script
//! shows how far it has come. All of it is this process's own: where several serve one city, a sender's requests go to the same one.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use register::authority::AuthorityCode;
use register::caller::SessionNumber;
use register::catalogue::ItemCode;
use service::filing::{FileRequest, FilingPreview, FilingProgress, FilingReport};
use service::sessions::Session;
use tempfile::NamedTempFile;
use tokio::sync::watch;

use crate::problem::{Problem, ProblemKind};

/// How long a file is kept that is not filed.
const KEPT_MAX: Duration = Duration::from_secs(1800);
/// How many files one person may have here; of more, the oldest goes.
const OF_PERSON_MAX: usize = 3;
/// How many files are kept at all.
const FILES_MAX: usize = 100;

/// How far a file has come.
#[derive(Debug, Clone)]
pub(crate) enum Stage {
    /// It is being judged.
    Judging(FilingProgress),
    /// It was judged and waits for its sender's word.
    Judged(Arc<FilingPreview>),
    /// It is being filed.
    Filing(FilingProgress),
    /// It was filed.
    Filed(Arc<FilingReport>),
    /// It was refused as a whole, or the platform failed before anything was filed.
    Failed(Problem),
    /// The filing was broken off: what was filed until then is filed.
    BrokenOff(Problem),
}

impl Stage {
    /// Whether it is being worked on.
    pub(crate) const fn is_busy(&self) -> bool {
        matches!(self, Self::Judging(_) | Self::Filing(_))
    }
}

/// A file that was sent.
#[derive(Debug)]
pub(crate) struct Staged {
    /// The word by which its sender finds it again.
    pub(crate) word: String,
    /// The name that its sender gave it.
    pub(crate) name: String,
    /// The catalogue item.
    pub(crate) item: ItemCode,
    /// Whether all lines are filed or none.
    pub(crate) all_or_nothing: bool,
    session: SessionNumber,
    /// Who sent it, and for which office: by them it is counted, however often they sign in.
    account: String,
    office: Option<AuthorityCode>,
    stage: watch::Sender<Stage>,
    file: Mutex<Option<NamedTempFile>>,
    returned: Mutex<Option<Returned>>,
}

/// The refused lines of a file, as they go back to its sender.
#[derive(Debug)]
pub(crate) struct Returned {
    /// The file.
    pub(crate) file: NamedTempFile,
    /// The extension that its name needs.
    pub(crate) extension: &'static str,
}

impl Staged {
    pub(crate) fn new(
        word: String,
        session: &Session,
        name: String,
        item: ItemCode,
        all_or_nothing: bool,
        file: NamedTempFile,
    ) -> Self {
        let (stage, _) = watch::channel(Stage::Judging(FilingProgress::default()));
        Self {
            word,
            name,
            item,
            all_or_nothing,
            session: session.number,
            account: session.person.account.clone(),
            office: session.caller().office().cloned(),
            stage,
            file: Mutex::new(Some(file)),
            returned: Mutex::default(),
        }
    }

    /// How far it has come.
    pub(crate) fn stage(&self) -> Stage {
        self.stage.borrow().clone()
    }

    /// How far it has come, after a short while in which most files are done.
    pub(crate) async fn stage_soon(&self) -> Stage {
        let mut watching = self.stage.subscribe();
        // When the while is over it is shown how far the work has come.
        let _ =
            tokio::time::timeout(Duration::from_millis(1500), watching.wait_for(|stage| !stage.is_busy()))
                .await;
        self.stage()
    }

    /// What the platform is asked to look at or to file; nothing once the file is gone.
    pub(crate) fn request(&self) -> Option<FileRequest> {
        let path = self.file().as_ref().map(|file| file.path().to_owned())?;
        Some(FileRequest {
            path,
            name: Some(self.name.clone()),
            item: self.item.clone(),
            // The content tells; the name only helps where it does not.
            kind: Default::default(),
            all_or_nothing: self.all_or_nothing,
            idempotency_key: None,
        })
    }

    /// Notes how far the work has come.
    pub(crate) fn progress(&self, now: FilingProgress) {
        self.stage.send_modify(|stage| match stage {
            Stage::Judging(progress) | Stage::Filing(progress) => *progress = now,
            Stage::Judged(_) | Stage::Filed(_) | Stage::Failed(_) | Stage::BrokenOff(_) => {}
        });
    }

    /// Begins to file what was judged; not when it is filed already, by a second press of the button, say.
    pub(crate) fn begin_filing(&self) -> bool {
        self.stage.send_if_modified(|stage| {
            let is_judged = matches!(stage, Stage::Judged(_));
            if is_judged {
                *stage = Stage::Filing(FilingProgress::default());
            }
            is_judged
        })
    }

    /// The work ended so. The file goes unless its sender may still file it.
    pub(crate) fn end(&self, stage: Stage) {
        if !matches!(stage, Stage::Judged(_)) {
            self.file().take();
        }
        self.stage.send_replace(stage);
    }

    /// Keeps what goes back to the sender, in the place of what was kept before.
    pub(crate) fn give_back(&self, returned: Option<Returned>) {
        *self.returned.lock().unwrap_or_else(PoisonError::into_inner) = returned;
    }

    /// What goes back to the sender, opened, and the extension of its name.
    pub(crate) fn returned(&self) -> Option<(std::io::Result<std::fs::File>, &'static str)> {
        let returned = self.returned.lock().unwrap_or_else(PoisonError::into_inner);
        returned.as_ref().map(|returned| (returned.file.reopen(), returned.extension))
    }

    fn file(&self) -> MutexGuard<'_, Option<NamedTempFile>> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The files that are kept.
#[derive(Debug, Default)]
pub(crate) struct Staging {
    kept: Mutex<Vec<Arc<Staged>>>,
}

impl Staging {
    fn kept(&self) -> MutexGuard<'_, Vec<Arc<Staged>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a file for a while.
    pub(crate) fn keep(self: &Arc<Self>, staged: Staged) -> Result<Arc<Staged>, Problem> {
        let staged = Arc::new(staged);
        {
            let mut kept = self.kept();
            let of_person = |known: &Arc<Staged>| known.account == staged.account;
            while kept.iter().filter(|known| of_person(known)).count() >= OF_PERSON_MAX {
                let Some(oldest) = kept.iter().position(of_person) else { break };
                kept.remove(oldest);
            }
            if kept.len() >= FILES_MAX {
                let Some(place) = to_give_up(&kept) else {
                    return Err(Problem::new(ProblemKind::Overloaded)
                        .detail("等待报送的文件过多", "too many files are waiting to be filed"));
                };
                kept.remove(place);
            }
            kept.push(Arc::clone(&staged));
        }
        let (staging, word) = (Arc::downgrade(self), staged.word.clone());
        tokio::spawn(forget_later(staging, word, KEPT_MAX));
        Ok(staged)
    }

    /// Forgets the files of a session that has ended.
    pub(crate) fn forget(&self, session: SessionNumber) {
        self.kept().retain(|known| known.session != session || known.stage.borrow().is_busy());
    }

    /// The file that a session sent, by its word.
    pub(crate) fn find(&self, word: &str, session: SessionNumber) -> Option<Arc<Staged>> {
        self.kept().iter().find(|known| known.word == word && known.session == session).cloned()
    }
}

/// The file that makes room for another: the oldest that is not being worked on, of the office that has most of them here. So no
/// office keeps another from filing.
fn to_give_up(kept: &[Arc<Staged>]) -> Option<usize> {
    let of_office =
        |office: &Option<AuthorityCode>| kept.iter().filter(|known| known.office == *office).count();
    let idle = kept.iter().enumerate().filter(|(_, known)| !known.stage.borrow().is_busy());
    // Of equals the last one is taken: turned around, that is the oldest.
    idle.rev().max_by_key(|(_, known)| of_office(&known.office)).map(|(place, _)| place)
}

async fn forget_later(staging: Weak<Staging>, word: String, after: Duration) {
    tokio::time::sleep(after).await;
    if let Some(staging) = staging.upgrade() {
        staging.kept().retain(|known| known.word != word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples;

    fn staged(folder: &std::path::Path, word: &str, number: u64) -> Staged {
        of(folder, word, number, &format!("staff:{number}"))
    }

    fn of(folder: &std::path::Path, word: &str, number: u64, account: &str) -> Staged {
        let file = tempfile::Builder::new().tempfile_in(folder).unwrap();
        let item = ItemCode("administrative-penalty".to_owned());
        let mut session = samples::session(samples::office(), None);
        session.number = SessionNumber(number);
        session.person.account = account.to_owned();
        Staged::new(word.to_owned(), &session, "a.csv".to_owned(), item, false, file)
    }

    fn judged(staged: &Staged) {
        staged.end(Stage::Judged(Arc::new(preview())));
    }

    fn preview() -> FilingPreview {
        FilingPreview {
            file_digest: String::new(),
            lines: 0,
            filed: 0,
            unchanged: 0,
            refused: 0,
            dropped_columns: Vec::new(),
            first: Vec::new(),
            errors: Vec::new(),
            before: None,
        }
    }

    #[tokio::test]
    async fn a_file_is_its_sessions_own_and_goes_after_a_while() {
        let folder = tempfile::tempdir().unwrap();
        let staging: Arc<Staging> = Arc::default();
        staging.keep(staged(folder.path(), "a", 1)).unwrap();
        assert!(staging.find("a", SessionNumber(1)).is_some());
        assert!(staging.find("a", SessionNumber(2)).is_none());
        assert!(staging.find("b", SessionNumber(1)).is_none());
        forget_later(Arc::downgrade(&staging), "a".to_owned(), Duration::ZERO).await;
        assert!(staging.find("a", SessionNumber(1)).is_none());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn a_person_keeps_their_newest_files_and_no_more_however_often_they_sign_in() {
        let folder = tempfile::tempdir().unwrap();
        let staging: Arc<Staging> = Arc::default();
        for (word, session) in [("a", 1), ("b", 2), ("c", 3), ("d", 4)] {
            staging.keep(of(folder.path(), word, session, "staff:1")).unwrap();
        }
        assert!(staging.find("a", SessionNumber(1)).is_none());
        assert!(staging.find("d", SessionNumber(4)).is_some());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), OF_PERSON_MAX);
        staging.forget(SessionNumber(4));
        assert!(staging.find("d", SessionNumber(4)).is_some(), "it is being judged");
        judged(&staging.find("d", SessionNumber(4)).unwrap());
        staging.forget(SessionNumber(4));
        assert!(staging.find("d", SessionNumber(4)).is_none());
    }

    #[tokio::test]
    async fn what_waits_makes_room_and_what_is_worked_on_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let staging: Arc<Staging> = Arc::default();
        for session in 1..=FILES_MAX as u64 {
            staging.keep(staged(folder.path(), "x", session)).unwrap();
        }
        assert!(staging.keep(staged(folder.path(), "y", 500)).is_err(), "all are being judged");
        judged(&staging.find("x", SessionNumber(7)).unwrap());
        staging.keep(staged(folder.path(), "y", 500)).unwrap();
        assert!(
            staging.find("x", SessionNumber(7)).is_none() && staging.find("x", SessionNumber(1)).is_some()
        );
    }

    #[tokio::test]
    async fn what_was_judged_is_filed_once_and_its_file_goes() {
        let folder = tempfile::tempdir().unwrap();
        let staged = staged(folder.path(), "a", 1);
        assert!(!staged.begin_filing());
        staged.end(Stage::Judged(Arc::new(preview())));
        assert!(staged.request().is_some());
        assert!(staged.begin_filing() && !staged.begin_filing());
        staged.progress(FilingProgress { lines: 7, ..FilingProgress::default() });
        assert!(matches!(staged.stage(), Stage::Filing(FilingProgress { lines: 7, .. })));
        staged.end(Stage::Failed(Problem::new(ProblemKind::Internal)));
        assert!(staged.request().is_none());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
