import pyperf
from squares import sum_squares

runner = pyperf.Runner()
for n in (100, 10_000):
    runner.bench_func(f"sum_squares/{n}", sum_squares, n)
