"""A prepared build benchmark: fresh targets outside the clock, builds inside."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyref import cj, sdk
from pyref.build.dag import Dag, Definition, resolve
from pyref.build.engine import Builder, Options, Result, build
from pyref.build.errors import BuildError, Cycle, Deadlock, TaskFailed, UnknownTask
from pyref.build.kinds import Call
from pyref.build.targets import FileTargets, MemoryTargets, NoTargets
from pyref.suite.build_order import check_order
from pyref.suite.build_shapes import nonce_text

if TYPE_CHECKING:
    from pyref.build.targets import Targets


@dataclass(frozen=True)
class Work:
    """What a build benchmark does in one iteration."""

    define: Callable[[str], dict[str, Definition]]  # from the nonce's text
    root: str  # without the nonce
    options: Options
    targets: str = "file"  # or memory, or none
    warm: bool = False  # one executor for all builds, up before the clock starts
    complete: Sequence[str] = ()  # tasks whose targets are written beforehand
    all_complete: bool = False  # all of them are
    times: int = 1  # builds on the same targets; the last one counts
    conformance: bool = False  # ignores the nonce, and its errors are outcomes


class BuildCase:
    """Implements sdk.Case."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._directory: str | None = None  # below which all roots are
        self._roots = 0  # made so far
        self._last: Result | None = None  # None: the definitions were refused
        self._up: Builder | None = None
        if work.warm:
            self._up = Builder(work.options)
            try:
                self._up.warm_up()
            except BaseException:
                self._up.close()  # nobody gets a case to close
                raise

    def batch(self, nonce: int, iterations: int) -> Callable[[], object]:
        """Resolve the DAG and make fresh targets; the function returned builds."""
        self._discard()
        nonce = self._nonce(nonce)
        try:
            dag = self._resolve(nonce)
        except BuildError as error:
            self._refused(error)
            return lambda: None
        stores = [self._fresh_targets(dag) for _ in range(iterations)]

        def run() -> None:
            for targets in stores:
                for _ in range(self._work.times):
                    self._last = self._build(dag, targets, nonce)

        return run

    def outcome(self) -> sdk.Outcome:
        """Describe the last build."""
        if self._last is None:
            return sdk.Outcome(None, _no_counters())
        return sdk.Outcome(self._last.output_digest(), self._last.counters)

    def verify(self, nonce: int, want_result: bool) -> sdk.Verification:
        """Build once; check the order in which bodies started and ended as well."""
        nonce = self._nonce(nonce)
        try:
            dag = self._resolve(nonce)
        except BuildError as error:
            return sdk.Verification(None, _no_counters(), error=self._refused(error))
        targets = self._fresh_targets(dag)
        for _ in range(self._work.times):
            before = {key for key, task in dag.tasks.items() if targets.get(task) is not None}
            result = self._build(dag, targets, nonce)
            check_order(result, before)
        digest = result.output_digest()
        return sdk.Verification(
            digest,
            result.counters,
            {} if digest is None else {"output": digest},
            _work_error(result.error),
            _outputs(result) if want_result and digest is not None else None,
        )

    def close(self) -> None:
        """End the executor that is up, delete all targets."""
        if self._up is not None:
            self._up.close()
            self._up = None
        self._discard()

    def _nonce(self, nonce: int) -> int:
        return 0 if self._work.conformance else nonce

    def _resolve(self, nonce: int) -> Dag:
        suffix = nonce_text(nonce)
        work = self._work
        return resolve(work.define(suffix), work.root + suffix, ids=work.targets != "none")

    def _refused(self, error: BuildError) -> sdk.WorkError:
        known = _work_error(error)
        if not self._work.conformance or known is None:
            raise error
        return known

    def _build(self, dag: Dag, targets: Targets, nonce: int) -> Result:
        """One iteration: from before the executor is made until it is shut down."""
        if self._up is not None:
            result = self._up.build(dag, targets, nonce=nonce)
        else:
            result = build(dag, targets, self._work.options, nonce=nonce)
        if result.error is not None:
            self._refused(result.error)
        return result

    # ---- targets ----------------------------------------------------------------

    def _fresh_targets(self, dag: Dag) -> Targets:
        targets: Targets
        if self._work.targets == "none":
            targets = NoTargets()
        elif self._work.targets == "memory":
            targets = MemoryTargets(cj.dumps)
        else:
            targets = FileTargets(self._fresh_root(), cj.dumps)
        for key in dag.tasks if self._work.all_complete else self._work.complete:
            if key not in dag.tasks:
                raise UnknownTask(key)
            task = dag.tasks[key]
            targets.put(task, task.work(task, Call(targets, 0)))
        return targets

    def _fresh_root(self) -> str:
        if self._directory is None:
            self._directory = tempfile.mkdtemp(prefix="xbench-build-")
        self._roots += 1
        root = os.path.join(self._directory, str(self._roots))
        os.mkdir(root)
        return root

    def _discard(self) -> None:
        self._last = None
        if self._directory is not None:
            shutil.rmtree(self._directory)
            self._directory = None


def _no_counters() -> dict[str, int]:
    return dict.fromkeys(Result.COUNTERS, 0)


def _outputs(result: Result) -> str:
    """Return the records of all complete tasks, which is what the digest is over."""
    records = [record.decode() for record in result.dag.outputs(result.targets)]
    return "[" + ",".join(records) + "]"


def _work_error(error: BuildError | None) -> sdk.WorkError | None:
    """Put an error into the words that implementations share, if it is one of those."""
    if isinstance(error, UnknownTask):
        return sdk.WorkError(error.kind, key=error.key)
    if isinstance(error, Cycle):
        return sdk.WorkError(error.kind, path=error.path)
    if isinstance(error, TaskFailed):
        return sdk.WorkError(error.kind, key=error.key, message=error.message)
    if isinstance(error, Deadlock):
        return sdk.WorkError(error.kind, count=error.count)
    return None
