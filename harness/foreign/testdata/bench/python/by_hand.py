"""Times by hand, and writes the two shapes that such scripts usually write."""
import json
import statistics
import sys
import time

from squares import sum_squares


def cubes(n):
    total = 0
    for i in range(n):
        total += i * i * i
    return total


def timed(f, n, repeat=15):
    times = []
    for _ in range(repeat):
        begin = time.perf_counter()
        f(n)
        times.append(time.perf_counter() - begin)
    return times


listed, scenarios = [], []
for n in (100, 10_000):
    times = timed(sum_squares, n)
    ms = [t * 1e3 for t in times]
    listed.append({"name": f"sum_squares/{n}", "mean_ms": statistics.mean(ms), "median_ms": statistics.median(ms),
                   "std_ms": statistics.stdev(ms), "min_ms": min(ms), "max_ms": max(ms), "iterations": len(ms)})
    for name, f in (("squares", sum_squares), ("cubes", cubes)):
        times = timed(f, n)
        scenarios.append({"scenario": f"powers/n={n}", "implementation": name, "duration": statistics.mean(times),
                          "times": times, "success": True, "error": None})

with open(sys.argv[1] + "/mean_ms.json", "w") as out:
    json.dump({"timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "benchmarks": listed}, out, indent=1)
with open(sys.argv[1] + "/scenarios.json", "w") as out:
    json.dump([{k: v for k, v in s.items() if k != "times"} for s in scenarios], out, indent=1)
with open(sys.argv[1] + "/samples.json", "w") as out:
    json.dump({"results": [{"scenario": s["scenario"], "implementation": s["implementation"], "mean_s": s["duration"],
                            "times": s["times"]} for s in scenarios]}, out, indent=1)
