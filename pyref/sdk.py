"""Make a Python program an implementation that xbench can measure.

Describe each benchmark with a ``Benchmark``, pass them to ``main``, done: this
module speaks the protocol on standard input and output, keeps stray prints out
of it, and does the timing. One file, standard library only, Python 3.10 or
newer, so that it can be copied into any project.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import signal
import sys
import sysconfig
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO, Protocol

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]

PROTOCOL_VERSION = 1
MAX_LINE = 16 << 20  # bytes, either way
MAX_SAMPLES = 500_000  # of one run call; keeps an answer well below MAX_LINE

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
UNSUPPORTED = 1
FAILED = 2


class InvalidParam(ValueError):
    """Raised by ``prepare`` for a knob whose value has the right type but makes no sense."""


class NotSupported(Exception):
    """Raised by ``prepare`` for what this program or machine cannot do; the text is the reason."""


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


def main(implementation: Implementation) -> int:
    """Serve on standard input and output until shutdown, end of input or SIGTERM; return the exit status.

    It should be the first thing a program does: from here on whatever is
    printed to standard output, by Python, C or a child process, goes to
    standard error instead. Standard input reads as empty, so that a child
    process cannot eat a request.
    """
    sys.stdout.flush()
    reader, writer = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    previous = signal.signal(signal.SIGTERM, _terminate_only(os.getpid()))
    try:
        serve(implementation, reader, writer)
    except _Terminated:
        return 128 + signal.SIGTERM
    except (OSError, _ServeError, _Failure) as error:
        print(f"worker: {error}", file=sys.stderr)
        return 1
    finally:
        signal.signal(signal.SIGTERM, previous)
        sys.stderr.flush()
    return 0


def serve(implementation: Implementation, reader: BinaryIO, writer: BinaryIO) -> None:
    """Speak the protocol until ``reader`` ends or a shutdown is asked for.

    Failures of the benchmarks are answers, not exceptions.
    """
    server = _Server(implementation)
    try:
        while line := reader.readline(MAX_LINE + 1):
            if len(line) > MAX_LINE:
                raise _ServeError(f"a request is longer than {MAX_LINE} bytes")
            answer, done = server.answer(line)
            _write_all(writer, answer)
            if done:
                return
    finally:
        server.close()


def _write_all(writer: BinaryIO, data: bytes) -> None:
    # An unbuffered file may take less than it was given.
    view = memoryview(data)
    while view:
        view = view[writer.write(view) or 0 :]
    writer.flush()


class _ServeError(Exception):
    """The conversation cannot go on."""


class _Terminated(BaseException):
    """SIGTERM arrived. Not an Exception: the code under test must not swallow it."""


def _terminate_only(owner: int) -> Callable[[int, Any], None]:
    """A SIGTERM handler for the process ``owner``; processes forked from it die as usual."""

    def handler(number: int, frame: Any) -> None:
        if os.getpid() == owner:
            signal.signal(number, signal.SIG_IGN)  # once is enough: the case is being closed
            raise _Terminated
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    return handler


class _Failure(Exception):
    """An error answer."""

    def __init__(self, code: int, message: str, data: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.body: dict[str, Any] = {"code": code, "message": message}
        if data is not None:
            self.body["data"] = data


class _Server:
    def __init__(self, implementation: Implementation) -> None:
        self.impl = implementation
        self.name = ""  # of the prepared benchmark
        self.case: Case | None = None
        self.methods: dict[str, Callable[[Mapping[str, Any]], str]] = {
            "initialize": self.initialize,
            "prepare": self.prepare,
            "verify": self.verify,
            "run": self.run,
            "shutdown": self.shutdown,
        }

    def answer(self, line: bytes) -> tuple[bytes, bool]:
        """Work on one request; return the response line and whether it was the last."""
        id: int | None = None
        try:
            request = _parse(line)
            id = request["id"]
            body = f'"result":{self.dispatch(request)}'
        except _Failure as failure:
            body = f'"error":{_dumps(failure.body)}'
        answer = _line(id, body)
        if len(answer) > MAX_LINE:
            message = f"the answer is {len(answer)} bytes long, the limit is {MAX_LINE}"
            answer = _line(id, '"error":' + _dumps({"code": FAILED, "message": message}))
        return answer, id is not None and request["method"] == "shutdown"

    def dispatch(self, request: Mapping[str, Any]) -> str:
        name = request["method"]
        method = self.methods.get(name) if isinstance(name, str) else None
        if method is None:
            raise _Failure(METHOD_NOT_FOUND, f"no method {_dumps(name)}{_suggest(name, self.methods)}")
        params = request.get("params", {})
        if not isinstance(params, dict):
            raise _Failure(INVALID_PARAMS, "params: must be an object")
        return method(params)

    def initialize(self, params: Mapping[str, Any]) -> str:
        asked = _member(params, "protocol", int)
        if not 1 <= asked <= PROTOCOL_VERSION:
            raise _Failure(INVALID_PARAMS, f"protocol {asked} was asked for, this worker speaks {PROTOCOL_VERSION}")
        benchmarks = []
        for b in self.impl.benchmarks:
            entry: dict[str, Any] = {"name": b.name, "params": dict(b.params)}
            if b.description:
                entry["description"] = b.description
            benchmarks.append(entry)
        info = {
            "protocol": PROTOCOL_VERSION,
            "implementation": _describe(self.impl.version),
            "clock": _measure_clock(),
            "nonce": self.impl.nonce,
            "benchmarks": benchmarks,
        }
        if self.impl.unsupported:
            info["unsupported"] = [{"name": n, "reason": r} for n, r in self.impl.unsupported.items()]
        return _dumps(info)

    def prepare(self, params: Mapping[str, Any]) -> str:
        self.close()
        benchmark = self.find(_member(params, "benchmark", str))
        given = params.get("params") or {}
        if not isinstance(given, dict):
            raise _Failure(INVALID_PARAMS, f"prepare {benchmark.name}: params must be an object")
        try:
            knobs = _resolve(benchmark.params, given)
        except InvalidParam as error:
            raise _Failure(INVALID_PARAMS, f"prepare {benchmark.name}: {error}") from None
        self.name = benchmark.name
        self.case = self.protect("prepare", lambda: benchmark.prepare(knobs))
        return "{}"

    def find(self, name: str) -> Benchmark:
        for benchmark in self.impl.benchmarks:
            if benchmark.name == name:
                return benchmark
        if name in self.impl.unsupported:
            raise _Failure(UNSUPPORTED, self.impl.unsupported[name])
        names = [b.name for b in self.impl.benchmarks]
        raise _Failure(UNSUPPORTED, f"no benchmark {_dumps(name)}{_suggest(name, names)}")

    def verify(self, params: Mapping[str, Any]) -> str:
        case, nonce = self.ready("verify", params)
        want = params.get("want_result") is True
        return self.protect("verify", lambda: _verification(case.verify(nonce, want)))

    def run(self, params: Mapping[str, Any]) -> str:
        case, nonce = self.ready("run", params)
        k, m = _member(params, "iterations", int), _member(params, "samples", int)
        if k < 1 or not 1 <= m <= MAX_SAMPLES:
            raise _Failure(
                INVALID_PARAMS,
                f"run {self.name}: {m} samples of {k} iterations: both must be at least 1, samples at most {MAX_SAMPLES}",
            )
        return self.protect("run", lambda: _dumps(self.measure(case, nonce, k, m)))

    def ready(self, method: str, params: Mapping[str, Any]) -> tuple[Case, int]:
        """The prepared case and the nonce, which is 0 for a program that takes none."""
        if self.case is None:
            raise _Failure(INVALID_REQUEST, f"{method}: no benchmark is prepared")
        text = _member(params, "nonce", str)
        if not (text.isascii() and text.isdigit() and int(text) < 1 << 64):
            raise _Failure(INVALID_PARAMS, f"{method} {self.name}: nonce {_dumps(text)} is not an unsigned 64-bit decimal")
        return self.case, int(text) if self.impl.nonce else 0

    def measure(self, case: Case, nonce: int, k: int, m: int) -> dict[str, Any]:
        """Take m samples of k iterations each.

        One garbage collection is forced before the first sample, so that what
        prepare, verify or an earlier call left behind is not charged to it;
        between samples the collector is left alone, because its work is part
        of what the program costs. The processor time is read around each
        sample, outside its clock; that of child processes counts once they
        have been waited for.
        """
        now = time.perf_counter_ns
        began = now()
        samples: list[int] = []
        cpu = 0
        gc.collect()
        for i in range(m):
            batch = case.batch((nonce + i) % (1 << 64) if self.impl.nonce else 0, k)
            cpu_before = _cpu_ns()
            start = now()
            batch()
            samples.append(now() - start)
            cpu += _cpu_ns() - cpu_before
        outcome = case.outcome()
        return {
            "samples_ns": samples,
            "digest": outcome.digest,
            "counters": dict(outcome.counters),
            "cpu_ns": cpu,
            "outside_ns": now() - began - sum(samples),
        }

    def shutdown(self, params: Mapping[str, Any]) -> str:
        self.close()
        return "{}"

    def close(self) -> None:
        case, self.case = self.case, None
        if case is not None:
            self.protect("close", case.close)

    def protect(self, doing: str, f: Callable[[], Any]) -> Any:
        """Call the code under test and turn what it raises into an answer."""
        try:
            return f()
        except InvalidParam as error:
            raise _Failure(INVALID_PARAMS, f"{doing} {self.name}: {error}") from None
        except NotSupported as error:
            raise _Failure(UNSUPPORTED, f"{doing} {self.name}: {error}") from None
        except (Exception, SystemExit) as error:
            kind = type(error).__name__
            text = f"{kind}: {error}" if str(error) else kind
            data = {"type": kind, "trace": traceback.format_exc()}
            raise _Failure(FAILED, f"{doing} {self.name}: {text}", data) from None


def _parse(line: bytes) -> dict[str, Any]:
    try:
        request = json.loads(line.decode("utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise _Failure(PARSE_ERROR, "the request is not valid UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise _Failure(PARSE_ERROR, f"the request is not JSON: {error}") from None
    if not isinstance(request, dict):
        raise _Failure(PARSE_ERROR, "the request is not a JSON object")
    id = request.get("id")
    if request.get("jsonrpc") != "2.0" or not isinstance(id, int) or isinstance(id, bool):
        raise _Failure(INVALID_REQUEST, 'a request needs "jsonrpc":"2.0" and an integer id')
    return {"method": None} | request


def _no_constant(text: str) -> None:
    raise ValueError(f"{text} is not JSON")


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _line(id: int | None, body: str) -> bytes:
    # A lone surrogate can be in a str but not in UTF-8.
    return f'{{"jsonrpc":"2.0","id":{_dumps(id)},{body}}}\n'.encode("utf-8", "replace")


def _member(params: Mapping[str, Any], name: str, kind: type) -> Any:
    value = params.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        what = {int: "an integer", str: "a string"}[kind]
        raise _Failure(INVALID_PARAMS, f"params: {name} must be {what}, not {_dumps(value)}")
    return value


def _verification(v: Verification) -> str:
    out: dict[str, Any] = {"digest": v.digest}
    if v.digests:
        out["digests"] = dict(v.digests)
    out["counters"] = dict(v.counters)
    out["error"] = None
    if v.error is not None:
        out["error"] = {name: value for name, value in asdict(v.error).items() if value is not None}
    text = _dumps(out)
    if v.result is None:
        return text
    # The canonical text goes out as it is: decoding and encoding it again
    # could change how its numbers are written.
    if "\n" in v.result:
        raise ValueError("the result is not on one line")
    return f'{text[:-1]},"result":{v.result}}}'


def _resolve(defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Overlay the defaults with what was given."""
    out = {}
    for name, default in defaults.items():
        try:
            out[name] = _fit(given.get(name, default), default)
        except InvalidParam as error:
            raise InvalidParam(f"parameter {_dumps(name)} {error}") from None
    unknown = sorted(set(given) - set(out))
    if not unknown:
        return out
    if not out:
        raise InvalidParam(f"unknown parameter {_dumps(unknown[0])}: it has none")
    hint = _suggest(unknown[0], out) or "; it has " + ", ".join(out)
    raise InvalidParam(f"unknown parameter {_dumps(unknown[0])}{hint}")


def _fit(value: Any, like: Any) -> Any:
    """Check a value against the type of the knob's default; one without a default takes any but null."""
    _check_range(value)
    if like is None:
        if value is None:
            raise InvalidParam("must be given: it has no default")
        return value
    if isinstance(like, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if _type_name(value) != _type_name(like):
        raise InvalidParam(f"must be {_type_name(like)} (default {_dumps(like)}), not {_dumps(value)}")
    return value


def _check_range(value: Any) -> None:
    """Refuse integers that other languages could not hold."""
    if isinstance(value, int) and not -(1 << 63) <= value < 1 << 63:
        raise InvalidParam(f"is out of range: {value}")
    if isinstance(value, list):
        for item in value:
            _check_range(item)
    if isinstance(value, dict):
        for item in value.values():
            _check_range(item)


def _type_name(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    names = {int: "an integer", float: "a number", str: "a string", dict: "an object"}
    return names.get(type(value), "a list")


def _suggest(name: Any, known: Any) -> str:
    """Find the name that was probably meant, or nothing when none is close."""
    best, distance = "", len(str(name)) // 3 + 1
    for k in known:
        d = _edit_distance(str(name), k)
        if d <= distance and d < max(len(str(name)), len(k)) and (not best or d < distance):
            best, distance = k, d
    return f" (did you mean {_dumps(best)}?)" if best else ""


def _edit_distance(a: str, b: str) -> int:
    """Levenshtein's distance; names that differ in case only are the same."""
    if a.lower() == b.lower():
        return 0
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        diagonal, row[0] = row[0], i + 1
        for j, y in enumerate(b):
            cost = diagonal if x == y else 1 + min(diagonal, row[j], row[j + 1])
            diagonal, row[j + 1] = row[j + 1], cost
    return row[-1]


def _cpu_ns() -> int:
    """Processor time of this process and of the children it has waited for."""
    if resource is None:
        return time.process_time_ns()
    total = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        usage = resource.getrusage(who)
        total += usage.ru_utime + usage.ru_stime
    return round(total * 1e9)


def _describe(version: str) -> dict[str, Any]:
    return {
        "version": version,
        "language": "python",
        "runtime": f"{platform.python_implementation()} {platform.python_version()}",
        "build": _describe_build(),
        "settings": _describe_settings(),
    }


def _describe_build() -> dict[str, Any]:
    """How the interpreter was built and which of its settings are not at their defaults."""
    configured = sysconfig.get_config_var("CONFIG_ARGS") or ""
    flags = [f for f in ("--enable-optimizations", "--with-lto", "--with-pydebug", "--disable-gil") if f in configured]
    if sys.flags.optimize:
        flags.append("-" + "O" * sys.flags.optimize)
    if not gc.isenabled():
        flags.append("gc disabled")
    checks = _checks()
    return {"mode": "debug" if checks else "release", "flags": flags + checks}


def _checks() -> list[str]:
    """What makes this interpreter slower than the one people run."""
    checks = []
    if sysconfig.get_config_var("Py_DEBUG"):
        checks.append("debug interpreter")
    if sys.flags.dev_mode:
        checks.append("-X dev")
    malloc = "" if sys.flags.ignore_environment else os.environ.get("PYTHONMALLOC", "")
    if malloc.endswith("debug"):
        checks.append(f"PYTHONMALLOC={malloc}")
    if sys.gettrace() is not None or sys.getprofile() is not None:
        checks.append("traced")
    return checks


def _describe_settings() -> dict[str, str]:
    """How the program runs. What is in force counts, not what was asked for."""
    environment: Mapping[str, str] = {} if sys.flags.ignore_environment else os.environ
    thresholds = getattr(gc, "get_threshold", tuple)()  # not every interpreter has them
    has_gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    settings = {
        "gc": " ".join(["thresholds", ",".join(map(str, thresholds))]) if gc.isenabled() else "off",
        "threads": "one at a time (GIL)" if has_gil else "in parallel (no GIL)",
        "checks": ", ".join(_checks()) or "none",
        "assertions": "off" if sys.flags.optimize else "on",
        "pgo": _profile_guided(),
        "hash": _hashing(environment),
        "start_method": _start_method(),
    }
    if malloc := environment.get("PYTHONMALLOC"):
        settings["malloc"] = malloc
    jit = getattr(sys, "_jit", None)
    if jit is not None:
        settings["jit"] = "on" if jit.is_enabled() else "off"
    return settings


def _profile_guided() -> str:
    """Whether the interpreter was compiled along a profile: "yes", "no" or "unknown".

    Without, CPython is a tenth to a third slower, and who builds his own (pyenv
    does, unless told otherwise) seldom knows. Distributions compile along a
    profile by rules of their own, which the interpreter does not tell.
    """
    configured = sysconfig.get_config_var("CONFIG_ARGS")
    if configured and "--enable-optimizations" in configured:
        return "yes"
    if not configured or sys.base_prefix == "/usr" or sys.implementation.name != "cpython":
        return "unknown"
    return "no"


def _hashing(environment: Mapping[str, str]) -> str:
    seed = environment.get("PYTHONHASHSEED", "random")
    if not sys.flags.hash_randomization:
        seed = "0"
    return "random" if seed in ("", "random") else f"PYTHONHASHSEED={seed}"


def _start_method() -> str:
    """How multiprocessing starts children unless told otherwise.

    Asked of the module only if the program has loaded it: loading it here
    would add to the start-up that xbench shows.
    """
    module = sys.modules.get("multiprocessing")
    if module is not None:
        chosen = module.get_start_method(allow_none=True)
        if chosen is not None:
            return str(chosen)
    if sys.platform in ("win32", "darwin"):
        return "spawn"
    return "fork" if sys.version_info < (3, 14) else "forkserver"


def _measure_clock() -> dict[str, Any]:
    """The smallest step that the clock shows and what reading it costs."""
    calls = 1000
    begin = time.perf_counter_ns()
    readings = [time.perf_counter_ns() for _ in range(calls)]
    steps = [b - a for a, b in zip(readings, readings[1:]) if b > a]
    return {
        "name": "time.perf_counter_ns",
        "resolution_ns": min(steps, default=0),
        "call_ns": (readings[-1] - begin) // calls,
    }
