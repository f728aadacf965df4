"""Print the primes below n, by trial division."""

import sys


def primes(limit: int) -> list[int]:
    found: list[int] = []
    for n in range(2, limit):
        for p in found:
            if p * p > n:
                found.append(n)
                break
            if n % p == 0:
                break
        else:
            found.append(n)
    return found


print("\n".join(map(str, primes(int(sys.argv[1])))))
