"""Make a Python program an implementation that xbench can measure.

One file, standard library only, so that it can be copied into any project.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class WorkError:
    """An error that is part of the expected outcome."""

    kind: str
    field: str | None = None
    node: str | None = None
    key: str | None = None
    path: Sequence[str] | None = None
    count: int | None = None
    message: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What a timed iteration produced; ``digest`` is None when there is nothing to digest."""

    digest: str | None
    counters: Mapping[str, int]


@dataclass(frozen=True)
class Verification:
    """What an untimed execution produced."""

    digest: str | None
    counters: Mapping[str, int]
    digests: Mapping[str, str] = field(default_factory=dict)
    error: WorkError | None = None
    result: str | None = None  # canonical JSON, when asked for


class Case(Protocol):
    """A prepared benchmark."""

    def batch(self, nonce: int, iterations: int) -> Callable[[], object]:
        """Make ready for ``iterations`` executions; only the returned function is timed."""

    def outcome(self) -> Outcome:
        """Describe the last iteration of the last batch that ran (outside the clock)."""

    def verify(self, nonce: int, want_result: bool) -> Verification:
        """Execute once, untimed, and look at everything."""

    def close(self) -> None:
        """Release threads, directories and children."""


@dataclass(frozen=True)
class Benchmark:
    """One piece of work. ``params`` maps knobs, in naming order, to defaults; None = must be given."""

    name: str
    params: Mapping[str, Any]
    prepare: Callable[[Mapping[str, Any]], Case]
    description: str = ""


@dataclass(frozen=True)
class Implementation:
    """Everything a worker offers."""

    version: str
    nonce: bool
    benchmarks: Sequence[Benchmark]
    unsupported: Mapping[str, str] = field(default_factory=dict)
