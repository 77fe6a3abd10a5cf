//! Readings that wait are done together.
//!
//! An inquiry reads outside the pen, and at a city's load many ask at once. Each statement costs the engine far more than
//! the rows of one subject: on PostgreSQL the statement for one takes about 0.2 ms of processor time, each further subject in it
//! about 0.03 ms. So what is asked for while an earlier statement runs is read by the next one; nobody waits for others to
//! come.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use register::subject::SubjectIdentifier;
use tokio::sync::{mpsc, oneshot};

use crate::error::StoreError;
use crate::read::about::{About, Digests, Found, Question, STANDING, SubjectStanding, WHOLE, digests, find};
use crate::sql::{Connection, Role};
use crate::statements::SIZE_MAX;
use crate::store::{Shared, Store};
use crate::writer::Limits;

/// How many read at the same time: one computes while the other's rows are on their way.
const ASKERS: usize = 2;

/// Someone who waits for what is held about a subject.
struct Asked {
    digests: Digests,
    asker: oneshot::Sender<Result<Found, StoreError>>,
}

type Queue = Arc<tokio::sync::Mutex<mpsc::Receiver<Asked>>>;

/// Speaks to the tasks that read: one queue for all that is held, one for how subjects stand.
#[derive(Clone)]
pub(crate) struct AskingHandle {
    waiting: Duration,
    queues: Arc<Mutex<Option<Queues>>>,
}

struct Queues {
    whole: mpsc::Sender<Asked>,
    standing: mpsc::Sender<Asked>,
}

impl AskingHandle {
    /// Starts the tasks; each connects when it is first asked.
    pub(crate) fn start(shared: &Arc<Shared>, limits: Limits) -> Self {
        let start = |question: &'static Question| {
            let (sender, queue) = mpsc::channel(limits.waiting_max.max(1));
            let queue: Queue = Arc::new(tokio::sync::Mutex::new(queue));
            for _ in 0..ASKERS {
                tokio::spawn(read_together(Arc::clone(shared), question, Arc::clone(&queue)));
            }
            sender
        };
        let queues = Queues { whole: start(&WHOLE), standing: start(&STANDING) };
        let waiting = Duration::from_millis(limits.waiting_milliseconds_max);
        Self { waiting, queues: Arc::new(Mutex::new(Some(queues))) }
    }

    /// Takes no more; the tasks end when those that wait are answered.
    pub(crate) fn stop(&self) {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    fn put(
        &self,
        digests: Digests,
        choose: fn(&Queues) -> &mpsc::Sender<Asked>,
    ) -> Result<oneshot::Receiver<Result<Found, StoreError>>, StoreError> {
        let (asker, answer) = oneshot::channel();
        let queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = choose(queues.as_ref().ok_or(StoreError::Closed)?);
        sender.try_send(Asked { digests, asker }).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => StoreError::Overloaded,
            mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
        })?;
        Ok(answer)
    }

    /// What is found, unless it has to be waited for too long.
    async fn found(
        &self,
        digests: Digests,
        choose: fn(&Queues) -> &mpsc::Sender<Asked>,
    ) -> Result<Found, StoreError> {
        let answer = self.put(digests, choose)?;
        let found = tokio::time::timeout(self.waiting, answer).await.map_err(|_| StoreError::Overloaded)?;
        found.unwrap_or(Err(StoreError::Closed))
    }
}

async fn read_together(shared: Arc<Shared>, question: &'static Question, queue: Queue) {
    let mut connection: Option<Connection> = None;
    loop {
        let mut waiting = Vec::new();
        {
            let mut queue = queue.lock().await;
            let Some(first) = queue.recv().await else { break };
            waiting.push(first);
            while waiting.len() < SIZE_MAX
                && let Ok(next) = queue.try_recv()
            {
                waiting.push(next);
            }
        }
        match read(&shared, &mut connection, question, &waiting).await {
            Ok(found) => {
                for (asked, found) in waiting.into_iter().zip(found) {
                    // Whoever asked may have gone away.
                    let _ = asked.asker.send(Ok(found));
                }
            }
            Err(error) => waiting.into_iter().for_each(|asked| {
                let _ = asked.asker.send(Err(error.clone()));
            }),
        }
    }
    if let Some(connection) = connection {
        connection.close().await;
    }
}

async fn read(
    shared: &Shared,
    connection: &mut Option<Connection>,
    question: &Question,
    waiting: &[Asked],
) -> Result<Vec<Found>, StoreError> {
    let asked: Vec<&Digests> = waiting.iter().map(|asked| &asked.digests).collect();
    // An idle connection may have been cut since its last use: then a fresh one is tried. One whose statement failed is not
    // used again.
    if let Some(mut used) = connection.take() {
        match find(&mut used, question, &asked).await {
            Ok(found) => {
                *connection = Some(used);
                return Ok(found);
            }
            Err(StoreError::Unreachable(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let mut fresh = Connection::open(&shared.target, Role::Asker).await?;
    let found = find(&mut fresh, question, &asked).await?;
    *connection = Some(fresh);
    Ok(found)
}

impl Store {
    /// What is held about the subject with an identifier, as of one state of the store.
    ///
    /// # Errors
    /// When the database fails, the key ring is not at hand, or a payload does not open; [`StoreError::Overloaded`] when too
    /// many wait, or for too long.
    pub async fn about(&self, identifier: &SubjectIdentifier) -> Result<About, StoreError> {
        let Some(asking) = &self.asking else { return self.snapshot().await?.about(identifier).await };
        let ring = &self.shared.ring;
        let mut used = ring.now()?;
        let mut found = asking.found(digests(&used, identifier)?, |queues| &queues.whole).await?;
        while found.is_nobody() && ring.renewed_since(&used)? {
            used = ring.now()?;
            found = asking.found(digests(&used, identifier)?, |queues| &queues.whole).await?;
        }
        ring.using(|ring| found.open(ring))
    }

    /// How the subject with an identifier stands, if it is known: cheaper than reading what is held.
    ///
    /// # Errors
    /// See [`Store::about`].
    pub async fn standing(
        &self,
        identifier: &SubjectIdentifier,
    ) -> Result<Option<SubjectStanding>, StoreError> {
        let asking = self.asking.as_ref().ok_or(StoreError::Closed)?;
        let ring = &self.shared.ring;
        let mut used = ring.now()?;
        let mut found = asking.found(digests(&used, identifier)?, |queues| &queues.standing).await?;
        while found.is_nobody() && ring.renewed_since(&used)? {
            used = ring.now()?;
            found = asking.found(digests(&used, identifier)?, |queues| &queues.standing).await?;
        }
        found.standing()
    }
}
