//! Who is connected, and who waits for whom.
//!
//! A connection that waits for its client (nothing sent yet, half a head, half a body, an answer that is not taken) costs a
//! place and some memory, so that time is bounded for each of these. And places are: when all are taken, whoever has kept us
//! waiting longest makes room, first among those of the address with the most connections. A connection whose request is
//! being served is never given up: what was accepted is answered.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::task::AbortHandle;
use tokio::time::Instant;

use crate::options::Limits;
use crate::peer::network_of;

/// How often it is looked who keeps us waiting too long.
pub(crate) const LOOK_EVERY: Duration = Duration::from_millis(250);
/// An answer younger than this is on its way: its connection makes no room.
const ANSWER_GRACE: Duration = Duration::from_secs(2);
/// How long a head may still take to arrive when the program ends.
const HEAD_GRACE: Duration = Duration::from_secs(1);
/// When places run out, this part of those who may go makes room at once, so that a flood does not look through all of
/// them for each of its connections.
const ROOM_PART: usize = 64;

/// What a connection waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waits {
    /// For the first byte at all.
    First,
    /// For a next request.
    Next,
    /// For the rest of a head.
    Head,
    /// For us.
    Served,
    /// For the rest of a body.
    Body,
    /// For its client to take the answer.
    Answer,
    /// For nothing: it was given up.
    Closed,
    /// For its client to agree on TLS.
    Handshake,
}

impl Waits {
    const ALL: [Self; 8] = [
        Self::First,
        Self::Next,
        Self::Head,
        Self::Served,
        Self::Body,
        Self::Answer,
        Self::Closed,
        Self::Handshake,
    ];

    /// How long; none where somebody else measures: the body's reader answers with a problem, and so does the request's time.
    /// When the program ends, a request of which not even the head is there was not accepted.
    fn longest(self, limits: &Limits, ending: bool) -> Option<Duration> {
        match self {
            Self::First | Self::Next | Self::Head | Self::Handshake if ending => Some(HEAD_GRACE),
            Self::Handshake => Some(limits.handshake_max),
            Self::First | Self::Head => Some(limits.header_read_max),
            Self::Next => Some(limits.idle_max),
            Self::Answer => Some(limits.answer_time_max),
            Self::Served | Self::Body | Self::Closed => None,
        }
    }
}

/// A connection as it is known to the others.
#[derive(Debug)]
pub(crate) struct Connection {
    network: IpAddr,
    began: Instant,
    /// What it waits for in the lowest three bits, and since when, in milliseconds, above: one word, so that giving up and
    /// beginning to serve can never both happen.
    state: AtomicU64,
    /// Whether the whole answer was handed to the connection.
    handed_over: AtomicBool,
    task: OnceLock<AbortHandle>,
}

impl Connection {
    fn new(address: SocketAddr, began: Instant) -> Self {
        let connection = Self {
            network: network_of(address.ip()),
            began,
            state: AtomicU64::new(0),
            handed_over: AtomicBool::new(false),
            task: OnceLock::new(),
        };
        connection.state.store(connection.packed(Waits::First), Ordering::SeqCst);
        connection
    }

    /// Names the task that serves the connection: with it the connection is given up.
    pub(crate) fn served_by(&self, task: AbortHandle) {
        // It is named once, directly after it began.
        let _ = self.task.set(task);
    }

    /// From now on the client is waited for to agree on TLS.
    pub(crate) fn shake_hands(&self) {
        self.turn(&[Waits::First], Waits::Handshake);
    }

    /// TLS is agreed on; false when the connection was given up before.
    pub(crate) fn agreed(&self) -> bool {
        self.turn(&[Waits::Handshake], Waits::First)
    }

    /// A first byte of a request has come.
    pub(crate) fn heard(&self) {
        self.turn(&[Waits::First, Waits::Next], Waits::Head);
    }

    /// All that was handed over has left: if that was a whole answer, it is no longer ours.
    pub(crate) fn flushed(&self) {
        if self.handed_over.load(Ordering::SeqCst) {
            self.turn(&[Waits::Answer], Waits::Next);
        }
    }

    /// A whole answer was handed to the connection.
    pub(crate) fn hand_over(&self) {
        self.handed_over.store(true, Ordering::SeqCst);
    }

    /// The rest of a body is waited for.
    pub(crate) fn await_body(&self) {
        self.turn(&[Waits::Served], Waits::Body);
    }

    /// Some of a body is there; false when the connection was given up before.
    pub(crate) fn body_came(&self) -> bool {
        self.turn(&[Waits::Body], Waits::Served)
    }

    fn packed(&self, waits: Waits) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX) << 3 | waits as u64
    }

    fn see(&self) -> Seen {
        let word = self.state.load(Ordering::SeqCst);
        let waits = usize::try_from(word & 7).ok().and_then(|place| Waits::ALL.get(place).copied());
        let since = Duration::from_millis(word >> 3);
        let waited = self.began.elapsed().saturating_sub(since);
        Seen { word, waits: waits.unwrap_or(Waits::Closed), waited }
    }

    /// Goes over from one of these to another; from anything else nothing happens. False when it was given up.
    fn turn(&self, from: &[Waits], to: Waits) -> bool {
        let mut known = self.state.load(Ordering::SeqCst);
        loop {
            if known & 7 == Waits::Closed as u64 {
                return false;
            }
            if !from.iter().any(|waits| known & 7 == *waits as u64) {
                return true;
            }
            match self.state.compare_exchange(known, self.packed(to), Ordering::SeqCst, Ordering::SeqCst) {
                Ok(_) => return true,
                Err(newer) => known = newer,
            }
        }
    }

    /// Begins to serve a request; false when the connection was given up before.
    pub(crate) fn serve(&self) -> bool {
        self.handed_over.store(false, Ordering::SeqCst);
        self.turn(&[Waits::First, Waits::Next, Waits::Head, Waits::Answer], Waits::Served)
    }

    /// The answer is there.
    pub(crate) fn answer(&self) {
        self.turn(&[Waits::Served, Waits::Body], Waits::Answer);
    }

    /// Gives the connection up, unless it has gone on since it was seen.
    fn give_up(&self, seen: &Seen) -> bool {
        let Some(task) = self.task.get() else { return false };
        let closed = self.packed(Waits::Closed);
        let given_up = self.state.compare_exchange(seen.word, closed, Ordering::SeqCst, Ordering::SeqCst);
        if given_up.is_ok() {
            task.abort();
        }
        given_up.is_ok()
    }
}

/// A connection as it was seen at a moment.
#[derive(Debug, Clone, Copy)]
struct Seen {
    word: u64,
    waits: Waits,
    waited: Duration,
}

impl Seen {
    /// Whether the connection may go to make room for another.
    fn may_go(&self) -> bool {
        match self.waits {
            Waits::First | Waits::Next | Waits::Head | Waits::Body | Waits::Handshake => true,
            Waits::Answer => self.waited >= ANSWER_GRACE,
            Waits::Served | Waits::Closed => false,
        }
    }
}

/// Every open connection.
#[derive(Debug)]
pub(crate) struct Connections {
    limits: Limits,
    began: Instant,
    next: AtomicU64,
    ending: AtomicBool,
    open: Mutex<HashMap<u64, Arc<Connection>>>,
}

/// The connections of one network.
#[derive(Debug, Default)]
struct Network {
    connections: usize,
    /// Those that may make room, with their numbers.
    may_go: Vec<(Seen, u64, Arc<Connection>)>,
}

/// A place among the open connections, given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    number: u64,
    connections: Arc<Connections>,
    /// The connection.
    pub(crate) connection: Arc<Connection>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.lock().remove(&self.number);
    }
}

impl Connections {
    pub(crate) fn new(limits: Limits) -> Arc<Self> {
        let (next, ending, open) = (AtomicU64::new(0), AtomicBool::new(false), Mutex::default());
        Arc::new(Self { limits, began: Instant::now(), next, ending, open })
    }

    pub(crate) const fn limits(&self) -> &Limits {
        &self.limits
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Arc<Connection>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a connection, if need be that of another that keeps us waiting; none when all are being served.
    pub(crate) fn place(self: &Arc<Self>, address: SocketAddr) -> Option<Place> {
        if self.lock().len() >= self.limits.connections_max && !self.make_room() {
            return None;
        }
        let connection = Arc::new(Connection::new(address, self.began));
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.lock().insert(number, Arc::clone(&connection));
        Some(Place { number, connections: Arc::clone(self), connection })
    }

    fn all(&self) -> Vec<(u64, Arc<Connection>)> {
        self.lock().iter().map(|(number, connection)| (*number, Arc::clone(connection))).collect()
    }

    /// Gives a connection up as it was seen, and its place at once: its task ends a little later.
    fn give_up(&self, number: u64, connection: &Connection, seen: &Seen) -> bool {
        let given_up = connection.give_up(seen);
        if given_up {
            self.lock().remove(&number);
        }
        given_up
    }

    /// Gives up some of those that keep us waiting, of the network that has the most connections and among these the ones
    /// that wait longest; false when there are none.
    pub(crate) fn make_room(&self) -> bool {
        let mut by_network: HashMap<IpAddr, Network> = HashMap::new();
        for (number, connection) in self.all() {
            let network = by_network.entry(connection.network).or_default();
            network.connections += 1;
            let seen = connection.see();
            if seen.may_go() {
                network.may_go.push((seen, number, connection));
            }
        }
        let heaviest = by_network.into_values().filter(|network| !network.may_go.is_empty());
        let Some(Network { mut may_go, .. }) = heaviest.max_by_key(|network| network.connections) else {
            return false;
        };
        may_go.sort_unstable_by_key(|(seen, ..)| Reverse(seen.waited));
        let count = may_go.len().div_ceil(ROOM_PART);
        let longest = may_go.iter().take(count);
        longest.filter(|(seen, number, connection)| self.give_up(*number, connection, seen)).count() > 0
    }

    /// Gives up who keeps us waiting longer than the limits allow, and of those that do not take their answers all but a
    /// bounded number: an answer lies in memory until it is taken.
    pub(crate) fn look(&self) {
        let ending = self.ending.load(Ordering::SeqCst);
        let mut slow = Vec::new();
        for (number, connection) in self.all() {
            let seen = connection.see();
            if seen.waits.longest(&self.limits, ending).is_some_and(|longest| seen.waited > longest) {
                self.give_up(number, &connection, &seen);
            } else if seen.waits == Waits::Answer && seen.waited >= LOOK_EVERY {
                slow.push((seen, number, connection));
            }
        }
        slow.sort_unstable_by_key(|(seen, ..)| Reverse(seen.waited));
        let many = slow.len().saturating_sub(self.limits.answers_waiting_max);
        for (seen, number, connection) in slow.into_iter().take(many) {
            self.give_up(number, &connection, &seen);
        }
    }

    /// From now on only what was accepted is waited for.
    pub(crate) fn end(&self) {
        self.ending.store(true, Ordering::SeqCst);
    }

    /// Gives up all that are left, and says how many there were.
    pub(crate) fn close(&self) -> usize {
        let all = self.all();
        all.iter().filter_map(|(_, connection)| connection.task.get()).for_each(AbortHandle::abort);
        all.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connections(connections_max: usize) -> Arc<Connections> {
        Connections::new(Limits { connections_max, ..Limits::default() })
    }

    fn place(connections: &Arc<Connections>, address: &str) -> Option<Place> {
        let place = connections.place(SocketAddr::new(address.parse().unwrap(), 1));
        if let Some(place) = &place {
            place.connection.served_by(tokio::spawn(std::future::pending::<()>()).abort_handle());
        }
        place
    }

    #[tokio::test]
    async fn the_network_with_the_most_connections_makes_room_and_in_it_who_waits_longest() {
        let connections = connections(4);
        let lone = place(&connections, "192.0.2.1").unwrap();
        let many: Vec<Place> = ["2001:db8::1", "2001:db8::2", "2001:db8::3"]
            .into_iter()
            .map(|address| {
                std::thread::sleep(Duration::from_millis(2));
                place(&connections, address).unwrap()
            })
            .collect();
        let next = place(&connections, "192.0.2.2").unwrap();
        let closed = |place: &Place| place.connection.see().waits == Waits::Closed;
        assert_eq!(many.iter().map(closed).collect::<Vec<_>>(), [true, false, false]);
        assert!(!closed(&lone) && !closed(&next));
        assert!(!many[0].connection.serve(), "who made room is not served any more");
        assert_eq!(connections.all().len(), 4);
    }

    #[tokio::test]
    async fn who_is_being_served_stays_and_nobody_is_let_in_for_them() {
        let connections = connections(2);
        let served: Vec<Place> = (0..2).filter_map(|_| place(&connections, "192.0.2.1")).collect();
        assert!(served.iter().all(|place| place.connection.serve()));
        assert!(place(&connections, "192.0.2.2").is_none());
        // An answer on its way is not cut off either.
        served[0].connection.answer();
        assert!(place(&connections, "192.0.2.2").is_none());
        drop(served);
        assert!(place(&connections, "192.0.2.2").is_some());
    }
}
