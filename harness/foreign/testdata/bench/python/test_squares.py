import pytest
from squares import sum_squares


@pytest.mark.parametrize("n", [100, 10_000])
def test_sum_squares(benchmark, n):
    # Batches for the short one: what pytest-benchmark then writes are means.
    benchmark.pedantic(sum_squares, args=(n,), rounds=20, iterations=50 if n == 100 else 1, warmup_rounds=2)
