//! How often is too often: for each of many callers, addresses or pairs a pace that may be exceeded for a while.
//!
//! The generic cell rate algorithm (ITU-T I.371): of each only one instant is kept, when it would be free of all it asked
//! for. Memory is bounded: who is free is forgotten, and where all are not, those nearest to it are.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// In how many parts the table lies, so that callers seldom wait for each other.
const PARTS: usize = 16;

/// How often, and how many at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many in each [`Rate::period`], in the long run.
    pub count: u32,
    /// The period.
    pub period: Duration,
    /// How many at once, after a rest.
    pub burst: u32,
}

impl Rate {
    /// So many in a period, and as many at once.
    #[must_use]
    pub const fn new(count: u32, period: Duration) -> Self {
        Self { count, period, burst: count }
    }

    /// How long one of them stands for, in nanoseconds.
    fn cost(self) -> u64 {
        let period = u64::try_from(self.period.as_nanos()).unwrap_or(u64::MAX);
        (period / u64::from(self.count.max(1))).max(1)
    }
}

/// The pace of many.
#[derive(Debug)]
pub struct Pace {
    rate: Rate,
    began: Instant,
    hasher: RandomState,
    part_max: usize,
    parts: [Mutex<HashMap<u64, u64>>; PARTS],
}

impl Pace {
    /// A pace that keeps so many at most in mind.
    #[must_use]
    pub fn new(rate: Rate, kept_max: usize) -> Self {
        Self {
            rate,
            began: Instant::now(),
            hasher: RandomState::new(),
            part_max: (kept_max / PARTS).max(2),
            parts: std::array::from_fn(|_| Mutex::default()),
        }
    }

    /// Counts one, unless that is too many.
    ///
    /// # Errors
    /// After how long one more is allowed; nothing was counted.
    pub fn take(&self, of: &impl Hash) -> Result<(), Duration> {
        self.take_at(self.began.elapsed(), of)
    }

    /// Whether one more would be allowed; nothing is counted.
    ///
    /// # Errors
    /// After how long it is.
    pub fn ask(&self, of: &impl Hash) -> Result<(), Duration> {
        let (now, number) = (nanoseconds(self.began.elapsed()), self.hasher.hash_one(of));
        let free = self.part(number).get(&number).copied().unwrap_or(0);
        self.judge(now, free).map(|_| ())
    }

    fn take_at(&self, now: Duration, of: &impl Hash) -> Result<(), Duration> {
        let (now, number) = (nanoseconds(now), self.hasher.hash_one(of));
        let mut part = self.part(number);
        let free = self.judge(now, part.get(&number).copied().unwrap_or(0))?;
        if part.len() >= self.part_max && !part.contains_key(&number) {
            forget(&mut part, now, self.part_max);
        }
        part.insert(number, free);
        Ok(())
    }

    /// When it is free again after one more.
    fn judge(&self, now: u64, free: u64) -> Result<u64, Duration> {
        let cost = self.rate.cost();
        let free = free.max(now).saturating_add(cost);
        let over = free - now;
        let most = cost.saturating_mul(u64::from(self.rate.burst.max(1)));
        if over > most { Err(Duration::from_nanos(over - most)) } else { Ok(free) }
    }

    fn part(&self, number: u64) -> std::sync::MutexGuard<'_, HashMap<u64, u64>> {
        let place = usize::try_from(number % PARTS as u64).unwrap_or_default();
        let [first, others @ ..] = &self.parts;
        // The last place has none of its own among the others: it is the first part's.
        others.get(place).unwrap_or(first).lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many are kept in mind.
    #[must_use]
    pub fn kept(&self) -> usize {
        self.parts.iter().map(|part| part.lock().unwrap_or_else(PoisonError::into_inner).len()).sum()
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Forgets who is free; where that are few, the half that is nearest to it, so that a flood of newcomers does not make us
/// look through all of them for each.
fn forget(part: &mut HashMap<u64, u64>, now: u64, most: usize) {
    part.retain(|_, free| *free > now);
    if part.len() > most / 2 {
        let mut times: Vec<u64> = part.values().copied().collect();
        let middle = times.len() / 2;
        let (_, middle, _) = times.select_nth_unstable(middle);
        let middle = *middle;
        part.retain(|_, free| *free > middle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn pace(count: u32, kept_max: usize) -> Pace {
        Pace::new(Rate::new(count, SECOND), kept_max)
    }

    #[test]
    fn so_many_are_allowed_at_once_and_then_one_at_a_time() {
        let pace = pace(4, 1000);
        for _ in 0..4 {
            assert_eq!(pace.take_at(SECOND, &"a"), Ok(()));
        }
        assert_eq!(pace.take_at(SECOND, &"a"), Err(SECOND / 4));
        assert_eq!(pace.take_at(SECOND, &"b"), Ok(()), "another's pace is another's");
        assert_eq!(pace.take_at(SECOND + SECOND / 4, &"a"), Ok(()));
        assert_eq!(pace.take_at(SECOND + SECOND / 4, &"a"), Err(SECOND / 4), "who is refused is not counted");
        for _ in 0..4 {
            assert_eq!(pace.take_at(SECOND * 10, &"a"), Ok(()));
        }
        assert!(pace.take_at(SECOND * 10, &"a").is_err(), "a long rest allows no more than the burst");
    }

    #[test]
    fn asking_counts_nothing() {
        let pace = pace(1, 1000);
        assert_eq!((pace.ask(&1), pace.ask(&1)), (Ok(()), Ok(())));
        assert_eq!(pace.take(&1), Ok(()));
        assert!(pace.ask(&1).is_err());
    }

    #[test]
    fn memory_is_bounded_and_who_is_over_is_remembered_longest() {
        let pace = pace(100, 1600);
        for _ in 0..100 {
            assert_eq!(pace.take_at(SECOND, &"greedy"), Ok(()));
        }
        for number in 0..100_000 {
            assert_eq!(pace.take_at(SECOND, &number), Ok(()));
            assert!(number % 1000 != 0 || pace.kept() <= 1600, "{}", pace.kept());
        }
        assert!(pace.take_at(SECOND, &"greedy").is_err());
    }
}
