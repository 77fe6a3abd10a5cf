//! A request's way through the program: from which network it came, the place that it holds while it is worked on, and the wait
//! for the rest of its body, during which it holds none.
//!
//! A body that has not come costs nothing but its connection and what arrived of it, so it takes no place from a request that
//! could be answered. How many are waited for is bounded on its own; when there are too many, the oldest of the network with the
//! most makes room, as with connections.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, OwnedSemaphorePermit};

use crate::problem::{Problem, ProblemKind};
use crate::site::Site;

tokio::task_local! {
    /// The request that this task serves.
    static PASSAGE: Passage;
}

/// What the outermost layer knows of the request that is being served.
#[derive(Debug)]
pub(crate) struct Passage {
    network: Option<IpAddr>,
    place: Mutex<Option<OwnedSemaphorePermit>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Passage {
    /// Of a request from this network (none is this machine), with its place, where it needs one.
    pub(crate) fn new(network: Option<IpAddr>, place: Option<OwnedSemaphorePermit>) -> Self {
        Self { network, place: Mutex::new(place) }
    }

    /// Serves the request.
    pub(crate) async fn serve<T>(self, answer: impl Future<Output = T>) -> T {
        PASSAGE.scope(self, answer).await
    }
}

/// The network of the request that is being served; none is this machine.
pub(crate) fn network() -> Option<IpAddr> {
    PASSAGE.try_with(|passage| passage.network).ok().flatten()
}

/// Waits for the rest of a body: the request's place is given back meanwhile, and taken again before it goes on.
///
/// # Errors
/// Too many bodies are waited for and this one has kept us waiting longest, or meanwhile all places were taken.
pub(crate) async fn aside<T>(site: &Site, rest: impl Future<Output = T>) -> Result<T, Problem> {
    let had = PASSAGE.try_with(|passage| lock(&passage.place).take()).ok().flatten().is_some();
    let arrival = site.arrivals.begin(network());
    let came = tokio::select! {
        biased;
        () = arrival.is_given_up() => return Err(Problem::new(ProblemKind::RequestTimeout)),
        came = rest => came,
    };
    drop(arrival);
    if had {
        let place = Arc::clone(&site.requests)
            .try_acquire_owned()
            .map_err(|_| Problem::new(ProblemKind::Overloaded))?;
        // The request that stepped aside is the one that goes on.
        let _ = PASSAGE.try_with(|passage| *lock(&passage.place) = Some(place));
    }
    Ok(came)
}

/// Bodies of which the rest is waited for, oldest first.
#[derive(Debug)]
pub(crate) struct Arrivals {
    most: usize,
    waited_for: Mutex<Vec<(Option<IpAddr>, Arc<Notify>)>>,
}

/// A body of which the rest is waited for, until it is dropped.
#[derive(Debug)]
pub(crate) struct Arrival<'a> {
    arrivals: &'a Arrivals,
    given_up: Arc<Notify>,
}

impl Arrivals {
    /// For so many at a time.
    pub(crate) fn new(most: usize) -> Self {
        Self { most, waited_for: Mutex::default() }
    }

    /// Begins to wait for a body from a network; where there are too many, another makes room.
    pub(crate) fn begin(&self, network: Option<IpAddr>) -> Arrival<'_> {
        let given_up = Arc::new(Notify::new());
        let mut waited_for = lock(&self.waited_for);
        if waited_for.len() >= self.most
            && let Some(place) = who_makes_room(&waited_for)
        {
            let (_, oldest) = waited_for.remove(place);
            oldest.notify_one();
        }
        waited_for.push((network, Arc::clone(&given_up)));
        Arrival { arrivals: self, given_up }
    }
}

impl Arrival<'_> {
    /// Comes when this body has made room for another.
    async fn is_given_up(&self) {
        self.given_up.notified().await;
    }
}

impl Drop for Arrival<'_> {
    fn drop(&mut self) {
        lock(&self.arrivals.waited_for).retain(|(_, other)| !Arc::ptr_eq(other, &self.given_up));
    }
}

/// The oldest of the network that has the most.
fn who_makes_room(waited_for: &[(Option<IpAddr>, Arc<Notify>)]) -> Option<usize> {
    let mut count = HashMap::<_, usize>::new();
    for (network, _) in waited_for {
        *count.entry(network).or_default() += 1;
    }
    let most = count.values().copied().max()?;
    waited_for.iter().position(|(network, _)| count.get(network) == Some(&most))
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn one_body_too_many_is_the_oldest_of_the_network_with_the_most() {
        let arrivals = Arrivals::new(3);
        let of = |address: &str| arrivals.begin(Some(address.parse().unwrap()));
        let given_up = |arrival: &Arrival<'_>| arrival.is_given_up().now_or_never().is_some();
        let other = of("203.0.113.1");
        let many = [of("203.0.113.2"), of("203.0.113.2")];
        let third = of("203.0.113.3");
        assert_eq!([&other, &many[0], &many[1], &third].map(given_up), [false, true, false, false]);
        // Who has all that they sent makes room as well.
        drop((many, third));
        assert_eq!(arrivals.waited_for.lock().unwrap().len(), 1);
        let after = [of("203.0.113.2"), of("203.0.113.2")];
        assert!(!given_up(&other) && !given_up(&after[0]));
    }
}
