"""Print the primes below n, by the sieve of Eratosthenes."""

import sys


def primes(limit: int) -> list[int]:
    prime = bytearray([1]) * limit
    prime[:2] = b"\0\0"[:limit]
    for n in range(2, int(limit**0.5) + 1):
        if prime[n]:
            prime[n * n :: n] = bytes(len(range(n * n, limit, n)))
    return [n for n, is_prime in enumerate(prime) if is_prime]


print("\n".join(map(str, primes(int(sys.argv[1])))))
