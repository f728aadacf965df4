"""Prints the table of scripts/hyperfine.sh from the files that it left.

Of each pair: the means that both tools report, their ratios, and whether
hyperfine's lies in xbench's interval. What a launch costs is what the tool
says a program took that is busy for a known time, less that time, and what
passes between launches: the whole wall time, less what was timed.
"""

import json
import math
import re
import sys
from pathlib import Path


def times(path):
    return [r["times"] for r in json.loads(path.read_text())["results"]]


def mean(xs):
    return sum(xs) / len(xs)


def deviation(xs):
    m = mean(xs)
    return math.sqrt(sum((x - m) ** 2 for x in xs) / (len(xs) - 1))


def known(command):
    """The time that a command line asks for, in seconds, or None."""
    found = re.search(r"spin (\d+)ms$", command)
    if found:
        return int(found.group(1)) / 1000
    return 0.0 if command == "true" else None


def show(seconds):
    return f"{seconds * 1000:.2f} ms"


def main(work, runs):
    print("| pair | tool | mean A | mean B | A / B | overhead per run | between runs |")
    print("|:-----|:-----|-------:|-------:|------:|-----------------:|-------------:|")
    verdicts = []
    for n, line in enumerate((work / "walls").read_text().splitlines(), 1):
        name, wall_h, wall_x = line.split("\t")
        files = {"hyperfine": work / f"hyperfine-{n}.json", "xbench": work / f"xbench-{n}.json"}
        commands = [r["command"] for r in json.loads(files["hyperfine"].read_text())["results"]]
        speedup = json.loads((work / f"summary-{n}.json").read_text())["rows"][0]["results"][0]["speedup"]
        for tool, wall in (("hyperfine", int(wall_h)), ("xbench", int(wall_x))):
            a, b = times(files[tool])
            if tool == "hyperfine":
                # Errors are propagated as hyperfine does it for "times faster".
                ratio = mean(a) / mean(b)
                err = ratio * math.hypot(deviation(a) / mean(a), deviation(b) / mean(b))
                text, theirs = f"{ratio:.3f} ± {err:.3f}", ratio
            else:
                lo, hi = speedup["lo"], speedup["hi"]
                text = f"{speedup['ratio']:.3f} ({lo:.3f} - {hi:.3f})"
            extra = [mean(xs) - known(c) for xs, c in zip((a, b), commands) if known(c) is not None]
            overhead = show(mean(extra)) if extra else ""
            launches = len(a) + len(b) + 6  # and three to warm up, of either
            between = (wall / 1e9 - (mean(a) + mean(b)) * launches / 2) / launches
            print(f"| {name} | {tool} | {show(mean(a))} | {show(mean(b))} | {text} | {overhead} | {show(between)} |")
        verdicts.append(f"- {name}: hyperfine's ratio {theirs:.3f} is {'in' if lo <= theirs <= hi else 'NOT IN'} xbench's interval")
    print()
    print("\n".join(verdicts))


main(Path(sys.argv[1]), int(sys.argv[2]))
