//! The work that the benchmarks of all tools here do: small, and the same.

pub fn sum_squares(n: u64) -> u64 {
    let mut sum = 0u64;
    for i in 0..n {
        sum = sum.wrapping_mul(31).wrapping_add(i * i);
    }
    sum
}
