"""Reads a web log: what each line says, and which hosts sent most."""

import sys

LEVELS = ("debug", "info", "warn", "error")


def text(lines):
    """A log of so many lines, the same in every language."""
    out = []
    for i in range(lines):
        out.append(f"{1700000000 + i} {LEVELS[i % 4]} host{i * 7 % 113}.example bytes={i * i % 10007} path=/item/{i * 31 % 977}")
    return "\n".join(out)


def parse(log):
    """One (time, level, host, bytes, path) for each line."""
    records = []
    for line in log.split("\n"):
        time, level, host, size, path = line.split(" ")
        records.append((int(time), level, host, int(size.removeprefix("bytes=")), path.removeprefix("path=")))
    return records


def busiest(records, most=10):
    """The hosts that sent most, with their bytes, the most first."""
    total = {}
    for _, _, host, size, _ in records:
        total[host] = total.get(host, 0) + size
    return sorted(total.items(), key=lambda item: (-item[1], item[0]))[:most]


def main(benchmark):
    """Prints the result of a benchmark, to be compared with the other side's."""
    if benchmark == "busiest/large":
        for host, size in busiest(parse(text(5000))):
            print(host, size)
        return
    lines = {"parse/small": 100, "parse/large": 5000}[benchmark]
    for record in parse(text(lines)):
        print(*record)


if __name__ == "__main__":
    main(sys.argv[1])
