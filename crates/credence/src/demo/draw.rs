//! The draws of the demo city: the same seed, stream and place always give the same, in any order of asking.

/// What a draw is for; streams never meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub enum Stream {
    /// Who a subject is.
    Identity = 1,
    /// What a subject is called.
    Name = 2,
    /// Whom a record is about.
    Choice = 3,
    /// What a record says.
    Content = 4,
    /// What a connection of the soak test asks.
    Load = 5,
    /// What is done to the program in a round of the soak test, and when.
    Fault = 6,
    /// What anyone does in a simulation.
    Simulation = 7,
}

/// A sequence of numbers that looks like chance (SplitMix64): it decides what invented people are called, and nothing
/// that anyone's security rests on.
#[derive(Debug, Clone)]
pub struct Draw(u64);

impl Draw {
    /// The sequence of one place of a stream.
    #[must_use]
    pub const fn new(seed: u64, stream: Stream, place: u64) -> Self {
        Self(mix(seed ^ mix(stream as u64) ^ mix(place.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(1))))
    }

    /// The next 64 bits.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// A number below a limit; 0 for a limit of 0.
    pub const fn below(&mut self, limit: u64) -> u64 {
        // The high half of the product: as even as the 64 bits are.
        ((self.next() as u128 * limit as u128) >> 64) as u64
    }

    /// Whether something of this many in a hundred happens.
    pub const fn chance(&mut self, in_a_hundred: u64) -> bool {
        self.below(100) < in_a_hundred
    }

    /// One of a list; the default of an empty one.
    pub fn pick<T: Copy + Default>(&mut self, list: &[T]) -> T {
        let place = usize::try_from(self.below(list.len() as u64)).unwrap_or_default();
        list.get(place).copied().unwrap_or_default()
    }
}

const fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_place_gives_the_same_and_others_differ() {
        let first = |seed, stream, place| Draw::new(seed, stream, place).next();
        assert_eq!(first(7, Stream::Name, 3), first(7, Stream::Name, 3));
        assert_ne!(first(7, Stream::Name, 3), first(7, Stream::Name, 4));
        assert_ne!(first(7, Stream::Name, 3), first(8, Stream::Name, 3));
        assert_ne!(first(7, Stream::Name, 3), first(7, Stream::Identity, 3));
    }

    #[test]
    fn numbers_stay_below_their_limit_and_reach_all_of_it() {
        let mut draw = Draw::new(7, Stream::Content, 0);
        let mut seen = [0; 10];
        for _ in 0..1000 {
            seen[usize::try_from(draw.below(10)).unwrap()] += 1;
        }
        assert!(seen.iter().all(|count| *count > 50), "{seen:?}");
        assert_eq!(draw.below(0), 0);
        assert_eq!(draw.pick::<u8>(&[]), 0);
    }
}
