"""The benchmark catalogue: binds the engines in build and graph to xbench."""

from __future__ import annotations

from pyref import sdk

VERSION = "1"


def implementation() -> sdk.Implementation:
    """Return everything the Python reference offers."""
    # Imported here, because one half of the catalogue is of use without the other.
    from pyref.suite import build, graph

    return sdk.Implementation(VERSION, True, [*build.BENCHMARKS, *graph.BENCHMARKS])
