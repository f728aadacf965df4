import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import logs  # noqa: E402


@pytest.mark.parametrize("lines", [100, 5000], ids=["small", "large"])
def test_parse(benchmark, lines):
    records = benchmark(logs.parse, logs.text(lines))
    assert len(records) == lines


def test_busiest(benchmark):
    records = logs.parse(logs.text(5000))
    assert len(benchmark(logs.busiest, records)) == 10


def test_no_benchmark():
    assert logs.parse("1 info h bytes=2 path=/x") == [(1, "info", "h", 2, "/x")]
