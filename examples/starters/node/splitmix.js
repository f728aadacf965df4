/** Random numbers that are the same in every language: https://prng.di.unimi.it/splitmix64.c */
export class SplitMix {
  /** @param {bigint} seed equal seeds give equal streams */
  constructor(seed) {
    this.state = seed
  }

  /** The next number, from 0 to n-1. */
  below(n) {
    this.state = BigInt.asUintN(64, this.state + 0x9e3779b97f4a7c15n)
    let z = this.state
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n)
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn)
    return Number((z ^ (z >> 31n)) % BigInt(n))
  }
}
