//! Random numbers that are the same in every language: SplitMix64,
//! <https://prng.di.unimi.it/splitmix64.c>.

pub struct SplitMix(u64);

impl SplitMix {
    /// Equal seeds give equal streams.
    pub fn new(seed: u64) -> Self {
        SplitMix(seed)
    }

    /// The next number, from 0 to n-1.
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}
