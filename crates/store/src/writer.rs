//! Group commit: acts that wait are decided and committed together, in order, by one task that holds the one connection
//! for writing.
//!
//! The commit point is in [`Writer::commit_together`]: an act is answered only after the commit that holds its entries. Where a commit
//! fails and it cannot be known at once whether it happened, the journal itself tells: the next holder of the pen looks
//! whether the group's first entry stands there.

use std::collections::VecDeque;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use metrics::{gauge, histogram};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::error::StoreError;
use crate::foreseen::Foreseen;
use crate::pen::{HandedOn, Pen};
use crate::sql::{Connection, Role};
use crate::statements::statements;
use crate::store::{Shared, Store};

statements! {
    #[doc = "The leaf hash of an entry: tells whether a commit whose answer was lost has happened."]
    LEAF_OF = "select leaf from entry where number = $1";
}

/// Bounds on waiting, on groups and on connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many acts may wait; one more is refused with [`StoreError::Overloaded`].
    pub waiting_max: usize,
    /// How long an act may wait until it is begun, and a reading for its connection, in milliseconds; then it is refused
    /// with [`StoreError::Overloaded`], and nothing of it was done.
    pub waiting_milliseconds_max: u64,
    /// How many acts are committed together.
    pub group_max: usize,
    /// How long a group may hold the pen before it is committed, in milliseconds. An act that has begun is finished.
    pub hold_milliseconds_max: u64,
    /// How many snapshots are read at once; further ones wait.
    pub readers_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            waiting_max: 4096,
            waiting_milliseconds_max: 5_000,
            group_max: 256,
            hold_milliseconds_max: 20,
            readers_max: 16,
        }
    }
}

/// What an act becomes: a future on the pen.
pub type Writing<'p, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'p>>;

/// An act that waits, with its answer's type forgotten.
trait Waiting: Send {
    /// Whether the act is still wanted: false when its asker was told already that it waited too long.
    fn begin(&self) -> bool;
    /// What it will ask under the pen.
    fn foreseen(&self) -> Foreseen;
    /// Decides the act; false when it failed and must leave nothing behind.
    fn decide<'s>(&'s mut self, pen: &'s mut Pen) -> Pin<Box<dyn Future<Output = bool> + Send + 's>>;
    /// Answers whoever waits: what the act said, or why it could not be written.
    fn answer(self: Box<Self>, written: Result<(), StoreError>);
}

struct WaitingAct<F, T, E> {
    foreseen: Foreseen,
    act: F,
    said: Option<Result<T, E>>,
    asker: oneshot::Sender<Result<T, E>>,
    /// Set by whoever is first: the writer that begins the act, or the asker that has waited long enough.
    taken: Arc<AtomicBool>,
}

impl<F, T, E> Waiting for WaitingAct<F, T, E>
where
    F: for<'p> Fn(&'p mut Pen) -> Writing<'p, T, E> + Send + Sync,
    T: Send,
    E: From<StoreError> + Send,
{
    fn begin(&self) -> bool {
        !self.taken.swap(true, Ordering::SeqCst)
    }

    fn foreseen(&self) -> Foreseen {
        self.foreseen
    }

    fn decide<'s>(&'s mut self, pen: &'s mut Pen) -> Pin<Box<dyn Future<Output = bool> + Send + 's>> {
        Box::pin(async move {
            let said = (self.act)(pen).await;
            let granted = said.is_ok();
            self.said = Some(said);
            granted
        })
    }

    fn answer(self: Box<Self>, written: Result<(), StoreError>) {
        let said = match (written, self.said) {
            (Ok(()), Some(said)) => said,
            (Ok(()), None) => Err(StoreError::ActFailed.into()),
            // An act that refused by itself wrote nothing: its own words are more to the point.
            (Err(_), Some(Err(refusal))) => Err(refusal),
            (Err(error), _) => Err(error.into()),
        };
        // Whoever asked may have gone away; the act stands all the same.
        let _ = self.asker.send(said);
    }
}

type Queue = mpsc::Receiver<Box<dyn Waiting>>;
type Entrance = mpsc::Sender<Box<dyn Waiting>>;

/// Speaks to the writer's task.
#[derive(Clone)]
pub(crate) struct WriterHandle {
    waiting: Duration,
    queue: Arc<Mutex<Option<Entrance>>>,
    task: Arc<tokio::sync::Mutex<Option<JoinHandle<()>>>>,
}

impl WriterHandle {
    /// Connects and starts the task.
    pub(crate) async fn start(shared: Arc<Shared>, limits: Limits) -> Result<Self, StoreError> {
        let connection = Connection::open(&shared.target, Role::Writer).await?;
        let (sender, queue) = mpsc::channel(limits.waiting_max.max(1));
        let writer =
            Writer { shared, limits, connection: Some(connection), next: VecDeque::new(), handed_on: None };
        let task = tokio::spawn(writer.run(queue));
        Ok(Self {
            waiting: Duration::from_millis(limits.waiting_milliseconds_max),
            queue: Arc::new(Mutex::new(Some(sender))),
            task: Arc::new(tokio::sync::Mutex::new(Some(task))),
        })
    }

    fn put(&self, act: Box<dyn Waiting>) -> Result<(), StoreError> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = queue.as_ref().ok_or(StoreError::Closed)?;
        sender.try_send(act).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => StoreError::Overloaded,
            mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
        })
    }

    /// Takes no more acts and waits until those that wait are written.
    pub(crate) async fn stop(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = self.task.lock().await.take() {
            // The task ends by itself; were it to have panicked there would be nothing more to wait for.
            let _ = task.await;
        }
    }
}

impl Store {
    /// Has an act decided and written under the pen. It may be run more than once, each time from a clean state, and only
    /// the last one counts; when it answers with an error nothing of it is left.
    ///
    /// The answer comes after the commit: what it says is durable. An act whose asker goes away is written all the same.
    ///
    /// # Errors
    /// The act's own, or [`StoreError::Overloaded`] when too many wait, [`StoreError::OutcomeUnknown`] when the database
    /// went away while it committed and did not come back, or what else the database says.
    pub async fn write<T, E, F>(&self, act: F) -> Result<T, E>
    where
        F: for<'p> Fn(&'p mut Pen) -> Writing<'p, T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.write_foreseen(Foreseen::default(), act).await
    }

    /// Like [`Store::write`], for an act that says beforehand what it will ask under the pen: then that is asked for a whole
    /// group at once.
    ///
    /// # Errors
    /// See [`Store::write`].
    pub async fn write_foreseen<T, E, F>(&self, foreseen: Foreseen, act: F) -> Result<T, E>
    where
        F: for<'p> Fn(&'p mut Pen) -> Writing<'p, T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let writer = self.writer.as_ref().ok_or_else(|| {
            E::from(StoreError::NotWritable("it was opened only to be verified".to_owned()))
        })?;
        let (asker, mut answer) = oneshot::channel();
        let taken = Arc::new(AtomicBool::new(false));
        writer.put(Box::new(WaitingAct { foreseen, act, said: None, asker, taken: Arc::clone(&taken) }))?;
        let said = match tokio::time::timeout(writer.waiting, &mut answer).await {
            Ok(said) => said,
            Err(_) if !taken.swap(true, Ordering::SeqCst) => return Err(StoreError::Overloaded.into()),
            // It was begun: now only its own answer is true.
            Err(_) => answer.await,
        };
        said.unwrap_or_else(|_| Err(StoreError::Closed.into()))
    }
}

struct Writer {
    shared: Arc<Shared>,
    limits: Limits,
    connection: Option<Connection>,
    /// Acts that were taken from the queue and are decided next.
    next: VecDeque<Box<dyn Waiting>>,
    /// What is known from the last group.
    handed_on: Option<HandedOn>,
}

/// How a group ended.
enum Ended {
    /// It was committed.
    Committed,
    /// Nothing of it is in the store.
    Failed(StoreError),
    /// It is not known; the first entry's number and leaf hash tell.
    Unknown(StoreError, Option<(u64, journal::Hash)>),
}

/// How often an outcome is asked for, and how long is waited in between.
const ASKS_MAX: u32 = 40;
const ASK_AGAIN: Duration = Duration::from_millis(250);
/// Rough counts of public looks and uses of keys wait about so long while nothing else is written.
const NOTICED_WAIT: Duration = Duration::from_secs(1);
/// And so long while acts are written without a pause.
const NOTICED_WAIT_MAX: Duration = Duration::from_secs(20);

impl Writer {
    async fn run(mut self, mut queue: Queue) {
        let mut noticed_at = tokio::time::Instant::now();
        loop {
            if noticed_at.elapsed() >= NOTICED_WAIT_MAX {
                self.write_noticed().await;
                noticed_at = tokio::time::Instant::now();
            }
            if let Some(first) = next_wanted(&mut self.next) {
                self.group(first, &mut queue).await;
                continue;
            }
            match tokio::time::timeout(NOTICED_WAIT, queue.recv()).await {
                Ok(Some(first)) if first.begin() => self.group(first, &mut queue).await,
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(_) => self.write_noticed().await,
            }
        }
        self.write_noticed().await;
        if let Some(connection) = self.connection.take() {
            connection.close().await;
        }
    }

    async fn connected(&mut self) -> Result<Connection, StoreError> {
        match self.connection.take() {
            Some(connection) => Ok(connection),
            None => Connection::open(&self.shared.target, Role::Writer).await,
        }
    }

    /// Decides and commits the first act and those that wait behind it.
    async fn group(&mut self, first: Box<dyn Waiting>, queue: &mut Queue) {
        let mut acts = vec![first];
        // The scheduler's own clock, for figures.
        let begun = tokio::time::Instant::now();
        let ended = self.commit_together(&mut acts, Some(queue)).await;
        histogram!("credence_pen_held_seconds").record(begun.elapsed());
        histogram!("credence_pen_group_acts")
            .record(f64::from(u32::try_from(acts.len()).unwrap_or(u32::MAX)));
        let waiting = queue.len() + self.next.len();
        gauge!("credence_pen_waiting").set(f64::from(u32::try_from(waiting).unwrap_or(u32::MAX)));
        match self.settle(ended).await {
            Ok(()) => acts.into_iter().for_each(|act| act.answer(Ok(()))),
            Err(StoreError::OutcomeUnknown) => {
                acts.into_iter().for_each(|act| act.answer(Err(StoreError::OutcomeUnknown)));
            }
            Err(error) if acts.len() == 1 => acts.into_iter().for_each(|act| act.answer(Err(error.clone()))),
            Err(_) => {
                // One bad act never fails another.
                let mut gone = None;
                for act in acts {
                    if let Some(error) = &gone {
                        act.answer(Err(Clone::clone(error)));
                        continue;
                    }
                    let mut alone = vec![act];
                    let ended = self.commit_together(&mut alone, None).await;
                    let written = self.settle(ended).await;
                    // With the database gone each would wait for it as long as the first did.
                    gone = written.clone().err().filter(StoreError::is_transient);
                    alone.into_iter().for_each(|act| act.answer(written.clone()));
                }
            }
        }
    }

    async fn commit_together(
        &mut self,
        acts: &mut Vec<Box<dyn Waiting>>,
        queue: Option<&mut Queue>,
    ) -> Ended {
        // An idle connection may have been cut since its last use: then a fresh one is tried.
        let used = self.connection.is_some();
        let taken = match self.connected().await {
            Ok(connection) => Pen::take(Arc::clone(&self.shared), connection).await,
            Err(error) => Err(error),
        };
        let taken = match taken {
            Err(StoreError::Unreachable(_)) if used => match self.connected().await {
                Ok(connection) => Pen::take(Arc::clone(&self.shared), connection).await,
                Err(error) => Err(error),
            },
            taken => taken,
        };
        let mut pen = match taken {
            Ok(pen) => pen,
            Err(error) => return Ended::Failed(error),
        };
        pen.take_over(self.handed_on.take());
        let waiting = queue.map(|queue| (queue, &mut self.next));
        let decided = decide_all(&mut pen, acts, waiting, self.limits).await;
        let finished = match decided {
            Ok(()) => pen.finish().await,
            Err(error) => Err(error),
        };
        let handed_on = pen.hand_on();
        let (connection, first_leaf) = pen.into_parts();
        let Some(mut connection) = connection else { return Ended::Failed(StoreError::Closed) };
        if let Err(error) = finished {
            if connection.roll_back().await.is_ok() {
                self.connection = Some(connection);
            }
            return Ended::Failed(error);
        }
        // From here on the acts may be durable; before it none was.
        match connection.commit().await {
            Ok(()) => {
                self.connection = Some(connection);
                self.handed_on = Some(handed_on);
                Ended::Committed
            }
            Err(error) => Ended::Unknown(error, first_leaf),
        }
    }

    /// Finds out how a group ended where the commit did not say.
    async fn settle(&mut self, ended: Ended) -> Result<(), StoreError> {
        let (error, first_leaf) = match ended {
            Ended::Committed => return Ok(()),
            Ended::Failed(error) => return Err(error),
            Ended::Unknown(error, first_leaf) => (error, first_leaf),
        };
        tracing::warn!(%error, "a commit did not say whether it happened");
        let Some((number, leaf)) = first_leaf else { return Err(error) };
        for _ in 0..ASKS_MAX {
            match self.stands(number, leaf).await {
                Ok(true) => return Ok(()),
                Ok(false) => return Err(error),
                Err(_) => tokio::time::sleep(ASK_AGAIN).await,
            }
        }
        Err(StoreError::OutcomeUnknown)
    }

    /// Whether an entry stands in the journal. On PostgreSQL it is asked with the pen in hand, so that a transaction that
    /// the server is still committing is waited for; on SQLite the transaction ended with its connection, and a full
    /// disk may not let us take the pen.
    async fn stands(&mut self, number: u64, leaf: journal::Hash) -> Result<bool, StoreError> {
        if self.shared.target.is_sqlite() {
            let mut connection = Connection::open(&self.shared.target, Role::Reader).await?;
            let row = connection.row(LEAF_OF, vec![number.into()]).await?;
            return Ok(row.map(|row| row.bytes(0).map(|bytes| bytes == leaf)).transpose()?.unwrap_or(false));
        }
        let connection = self.connected().await?;
        let pen = Pen::take(Arc::clone(&self.shared), connection).await?;
        let (connection, _) = pen.into_parts();
        let mut connection = connection.ok_or(StoreError::Closed)?;
        let row = connection.row(LEAF_OF, vec![number.into()]).await?;
        let stands = row.map(|row| row.bytes(0).map(|bytes| bytes == leaf)).transpose()?.unwrap_or(false);
        connection.roll_back().await?;
        self.connection = Some(connection);
        Ok(stands)
    }

    /// Writes the counts of public looks and when keys were used. They are rough: what cannot be written is dropped.
    async fn write_noticed(&mut self) {
        let noticed = self.shared.noticed.take();
        if noticed.is_empty() {
            return;
        }
        let Ok(mut connection) = self.connected().await else { return };
        let written = async {
            connection.begin_writing().await?;
            crate::operational::write_noticed(&mut connection, noticed).await?;
            connection.commit().await
        };
        match written.await {
            Ok(()) => self.connection = Some(connection),
            Err(error) => tracing::warn!(%error, "counts of public looks and uses of keys were not written"),
        }
    }
}

/// The next act whose asker still waits; it is begun.
fn next_wanted(taken: &mut VecDeque<Box<dyn Waiting>>) -> Option<Box<dyn Waiting>> {
    while let Some(act) = taken.pop_front() {
        if act.begin() {
            return Some(act);
        }
    }
    None
}

async fn decide_all(
    pen: &mut Pen,
    acts: &mut Vec<Box<dyn Waiting>>,
    mut waiting: Option<(&mut Queue, &mut VecDeque<Box<dyn Waiting>>)>,
    limits: Limits,
) -> Result<(), StoreError> {
    // The scheduler's own clock: it bounds the holding of the pen and decides nothing else.
    let begun = tokio::time::Instant::now();
    let hold = Duration::from_millis(limits.hold_milliseconds_max);
    let mut next = 0;
    loop {
        if let Some((queue, taken)) = waiting.as_mut() {
            // Whoever waits by now is foreseen together; who is not decided within this holding is the first of the next.
            let known = taken.len();
            while acts.len() + taken.len() < limits.group_max
                && let Ok(act) = queue.try_recv()
            {
                taken.push_back(act);
            }
            if taken.len() > known || next == 0 {
                let foreseen: Vec<Foreseen> =
                    acts.iter().skip(next).chain(taken.iter()).map(|act| act.foreseen()).collect();
                pen.foresee(&foreseen).await?;
            }
        }
        if acts.len() == next {
            match waiting.as_mut().and_then(|(_, taken)| next_wanted(taken)) {
                Some(act) => acts.push(act),
                None => return Ok(()),
            }
        }
        while let Some(act) = acts.get_mut(next) {
            next += 1;
            let mark = pen.mark();
            match AssertUnwindSafe(act.decide(pen)).catch_unwind().await {
                Ok(_) if pen.is_broken() => {
                    return Err(StoreError::Database("a statement of an act failed".to_owned()));
                }
                Ok(true) => pen.keep().await?,
                Ok(false) => pen.undo(mark).await?,
                Err(_) => {
                    tracing::error!("an act panicked under the pen");
                    return Err(StoreError::ActFailed);
                }
            }
            if begun.elapsed() < hold
                && acts.len() < limits.group_max
                && let Some((_, taken)) = waiting.as_mut()
            {
                acts.extend(next_wanted(taken));
            }
        }
        if acts.len() >= limits.group_max || begun.elapsed() >= hold {
            return Ok(());
        }
    }
}
