"""Random numbers that are the same in every language: SplitMix64.

https://prng.di.unimi.it/splitmix64.c
"""

MASK = (1 << 64) - 1


class SplitMix:
    """A stream of random numbers; equal seeds give equal streams."""

    def __init__(self, seed: int) -> None:
        self.state = seed

    def below(self, n: int) -> int:
        """The next number, from 0 to n-1."""
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
        return (z ^ (z >> 31)) % n
