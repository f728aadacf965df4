"""The work that the benchmarks of all tools here do: small, and the same."""
import sys


def sum_squares(n):
    total = 0
    for i in range(n):
        total = (total * 31 + i * i) & 0xFFFFFFFFFFFFFFFF
    return total


if __name__ == "__main__":
    print(sum_squares(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
