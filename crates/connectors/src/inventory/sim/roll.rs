//! Deterministic dice: the same key always rolls the same numbers, on every machine.
//!
//! SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014). Integers only: a rounding
//! difference between platforms must not make two estates out of one seed.

const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

#[derive(Clone, Copy)]
pub struct Roll(u64);

impl Roll {
    pub fn new(seed: u64) -> Self {
        Self(mix(seed))
    }

    /// Dice of their own for one part of the estate; its siblings do not change when this one rolls more often.
    pub fn part(self, key: u64) -> Self {
        Self(mix(self.0 ^ mix(key.wrapping_add(GAMMA))))
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GAMMA);
        mix(self.0)
    }

    /// Less than `bound`, which is small enough here that the bias of the remainder does not show.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }
}

/// A bijection of 64 bits: distinct keys give distinct ids.
pub fn mix(key: u64) -> u64 {
    let mut z = key;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The id of the `index`-th thing under `seed`: unique, because an odd factor and [`mix`] are both bijections.
pub fn unique(seed: u64, index: u64) -> u64 {
    mix(mix(seed).wrapping_add(index.wrapping_mul(GAMMA)))
}
