"""The serve loop of the Python SDK, in process and as a real child process."""

import hashlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
import unittest
from pathlib import Path

from pyref import sdk

ROOT = Path(__file__).resolve().parents[2]
TRANSCRIPT = ROOT / "harness" / "protocol" / "testdata" / "transcript.txt"


class Demo:
    """The demo that the transcript was made with: a chain of hashes over name and nonce."""

    def __init__(self, name, size):
        if size < 1:
            raise sdk.InvalidParam(f"size {size}: must be at least 1")
        self.name, self.size = name, size
        self.sum = b""

    def once(self, data):
        for _ in range(100 * self.size):
            data = hashlib.sha256(data).digest()
        self.sum = data

    def batch(self, nonce, iterations):
        data = (f"{self.name}#{nonce}" if nonce else self.name).encode()

        def run():
            for _ in range(iterations):
                self.once(data)

        return run

    def outcome(self):
        return sdk.Outcome(self.sum.hex(), {"items": self.size})

    def verify(self, nonce, want_result):
        self.batch(nonce, 1)()
        digest = self.sum.hex()
        result = f'{{"hash":"{digest}","size":{self.size}}}' if want_result else None
        return sdk.Verification(digest, {"items": self.size}, {"state": digest}, result=result)

    def close(self):
        pass


def demo():
    def benchmark(name):
        return sdk.Benchmark(name, {"size": 1}, lambda p: Demo(name, p["size"]), "a chain of 100 hashes per item")

    return sdk.Implementation("1.0", True, [benchmark("demo/a"), benchmark("demo/b")])


class Fake:
    """A case that notes what is asked of it."""

    def __init__(self, timed=lambda: None, in_batch=lambda: None, on_close=lambda: None):
        self.batches, self.ran, self.closed, self.knobs = [], 0, 0, None
        self.timed, self.in_batch, self.on_close = timed, in_batch, on_close

    def batch(self, nonce, iterations):
        self.batches.append((nonce, iterations))
        self.in_batch()

        def run():
            self.ran += 1
            self.timed()

        return run

    def outcome(self):
        return sdk.Outcome(None, {"ran": self.ran})

    def verify(self, nonce, want_result):
        self.batches.append(("verify", nonce))
        return sdk.Verification(None, {}, error=sdk.WorkError("limit", path=["a", "b"], count=25))

    def close(self):
        self.closed += 1
        self.on_close()


def offer(case, nonce=True, params=None):
    def prepare(knobs):
        case.knobs = knobs
        return case

    return sdk.Implementation("1", nonce, [sdk.Benchmark("x", params or {}, prepare)])


def ask(implementation, *requests):
    """Serve (method, params) requests; return each answer without what is always the same."""
    lines = [
        json.dumps({"jsonrpc": "2.0", "id": i, "method": method, "params": params})
        for i, (method, params) in enumerate(requests, 1)
    ]
    out = io.BytesIO()
    sdk.serve(implementation, io.BytesIO("".join(line + "\n" for line in lines).encode()), out)
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [a["id"] for a in answers] == list(range(1, len(lines) + 1)), answers
    return [a.get("result", a.get("error")) for a in answers]


PREPARE = ("prepare", {"benchmark": "x"})


def run(m=1, k=1, nonce="0"):
    return ("run", {"iterations": k, "samples": m, "nonce": nonce})


class TestTranscript(unittest.TestCase):
    """The golden transcript is shared with the Go SDK: the same answers to the byte."""

    VOLATILE = [
        (r'"language":"[^"]*","runtime":"[^"]*","build":\{[^}]*\},"settings":\{[^}]*\}', '"language":*'),
        (r'"clock":\{"name":"[^"]+","resolution_ns":\d+,"call_ns":\d+\}', '"clock":*'),
        (r'"(cpu_ns|outside_ns)":\d+', r'"\1":*'),
    ]

    def normalise(self, line):
        for pattern, with_ in self.VOLATILE:
            line = re.sub(pattern, with_, line)
        return re.sub(r'"samples_ns":\[[\d,]*\]', lambda m: re.sub(r"\d+", "*", m[0]), line)

    def test_transcript(self):
        if not TRANSCRIPT.exists():
            self.skipTest("the transcript is in the repository only")
        lines = TRANSCRIPT.read_text().splitlines()
        requests = "".join(line[4:] + "\n" for line in lines if line.startswith("--> "))
        want = [line[4:] for line in lines if line.startswith("<-- ")]
        out = io.BytesIO()
        sdk.serve(demo(), io.BytesIO(requests.encode()), out)
        got = out.getvalue().decode().splitlines()
        self.assertEqual(len(got), len(want))
        for g, w in zip(got, want):
            self.assertEqual(self.normalise(g), self.normalise(w))


class TestMeasuring(unittest.TestCase):
    def test_samples_work_on_their_own_input(self):
        last = (1 << 64) - 1
        for nonce, start, want in [
            (True, 7, [(7, 5), (8, 5), (9, 5), ("verify", 7)]),
            (True, last, [(last, 5), (0, 5), (1, 5), ("verify", last)]),
            (False, 7, [(0, 5), (0, 5), (0, 5), ("verify", 0)]),
        ]:
            fake = Fake()
            _, ran, verified = ask(offer(fake, nonce), PREPARE, run(3, 5, str(start)), ("verify", {"nonce": str(start)}))
            self.assertEqual(fake.batches, want)
            self.assertEqual((ran["digest"], ran["counters"]), (None, {"ran": 3}))
            error = {"kind": "limit", "path": ["a", "b"], "count": 25}
            self.assertEqual(verified, {"digest": None, "counters": {}, "error": error})
            self.assertEqual(fake.closed, 1)

    def test_only_the_returned_function_is_timed(self):
        fake = Fake(timed=lambda: time.sleep(0.01), in_batch=lambda: time.sleep(0.03))
        _, ran = ask(offer(fake), PREPARE, run(2))
        self.assertEqual(len(ran["samples_ns"]), 2)
        for ns in ran["samples_ns"]:
            self.assertGreaterEqual(ns, 10_000_000)
        self.assertGreaterEqual(ran["outside_ns"], 60_000_000)
        self.assertLess(ran["cpu_ns"], 20_000_000, "sleeping costs no processor time")

    def test_processor_time_follows_work(self):
        def work():
            start = time.process_time_ns()
            while time.process_time_ns() - start < 20_000_000:
                pass

        _, ran = ask(offer(Fake(timed=work)), PREPARE, run())
        self.assertGreaterEqual(ran["cpu_ns"], 19_000_000)

    def test_result_goes_out_as_it_is(self):
        class Exact(Fake):
            def verify(self, nonce, want_result):
                return sdk.Verification("d", {}, result='{"big":1e22,"small":1E-7,"z":1.0,"a":"\u00e9"}')

        out = io.BytesIO()
        lines = '{"jsonrpc":"2.0","id":1,"method":"prepare","params":{"benchmark":"x"}}\n'
        lines += '{"jsonrpc":"2.0","id":2,"method":"verify","params":{"nonce":"0","want_result":true}}\n'
        sdk.serve(offer(Exact()), io.BytesIO(lines.encode()), out)
        self.assertIn(',"result":{"big":1e22,"small":1E-7,"z":1.0,"a":"é"}}}\n', out.getvalue().decode())


class TestParams(unittest.TestCase):
    KNOBS = {"size": 1, "rate": 0.5, "mode": "fast", "deep": False, "items": [], "extra": {}, "must": None}

    def prepare(self, given):
        fake = Fake()
        (answer,) = ask(offer(fake, params=self.KNOBS), ("prepare", {"benchmark": "x", "params": given}))
        return fake.knobs, answer

    def test_defaults_are_overlaid(self):
        knobs, _ = self.prepare({"must": [1], "rate": 2})
        self.assertEqual(knobs, self.KNOBS | {"must": [1], "rate": 2.0})
        self.assertIsInstance(knobs["rate"], float)
        self.assertEqual(list(knobs), list(self.KNOBS))

    def test_what_does_not_fit_is_refused(self):
        for given, message in [
            ({}, 'parameter "must" must be given: it has no default'),
            ({"must": None}, 'parameter "must" must be given: it has no default'),
            ({"must": 1, "sise": 2}, 'unknown parameter "sise" (did you mean "size"?)'),
            ({"must": 1, "zzzzzz": 2}, 'unknown parameter "zzzzzz"; it has size, rate, mode, deep, items, extra, must'),
            ({"must": 1, "size": 1.5}, 'parameter "size" must be an integer (default 1), not 1.5'),
            ({"must": 1, "size": True}, 'parameter "size" must be an integer (default 1), not true'),
            ({"must": 1, "size": None}, 'parameter "size" must be an integer (default 1), not null'),
            ({"must": 1, "size": 1 << 63}, 'parameter "size" is out of range: 9223372036854775808'),
            ({"must": 1, "deep": 0}, 'parameter "deep" must be true or false (default false), not 0'),
            ({"must": 1, "rate": "1"}, 'parameter "rate" must be a number (default 0.5), not "1"'),
            ({"must": 1, "items": {}}, 'parameter "items" must be a list (default []), not {}'),
        ]:
            knobs, answer = self.prepare(given)
            self.assertIsNone(knobs)
            self.assertEqual(answer, {"code": -32602, "message": "prepare x: " + message})


class TestFailures(unittest.TestCase):
    def check(self, fake, request, code, message, kind=None):
        _, answer, after = ask(offer(fake), PREPARE, request, PREPARE)
        self.assertEqual((answer["code"], answer["message"]), (code, message))
        self.assertEqual(after, {})
        if kind:
            self.assertEqual(answer["data"]["type"], kind)
            self.assertIn("test_sdk.py", answer["data"]["trace"])

    def test_failures_are_answers(self):
        def fail(error):
            def timed():
                raise error

            return Fake(timed=timed)

        self.check(fail(KeyError("boom")), run(), 2, "run x: KeyError: 'boom'", "KeyError")
        self.check(fail(MemoryError()), run(), 2, "run x: MemoryError", "MemoryError")
        self.check(fail(SystemExit(3)), run(), 2, "run x: SystemExit: 3", "SystemExit")
        both = "both must be at least 1, samples at most 500000"
        self.check(Fake(), run(1, 0), -32602, "run x: 1 samples of 0 iterations: " + both)
        self.check(Fake(), run(500_001), -32602, "run x: 500001 samples of 1 iterations: " + both)
        self.check(Fake(), run(nonce="-1"), -32602, 'run x: nonce "-1" is not an unsigned 64-bit decimal')
        self.check(Fake(), run(nonce=str(1 << 64)), -32602, f'run x: nonce "{1 << 64}" is not an unsigned 64-bit decimal')
        self.check(Fake(), run(k="1"), -32602, 'params: iterations must be an integer, not "1"')
        self.check(Fake(), run(k=True), -32602, "params: iterations must be an integer, not true")

    def test_prepare_may_refuse(self):
        def refuse(error):
            def prepare(knobs):
                raise error

            impl = sdk.Implementation("1", True, [sdk.Benchmark("x", {}, prepare)], {"y": "not ported yet"})
            return ask(impl, PREPARE, ("prepare", {"benchmark": "y"}), ("initialize", {"protocol": 2}), ("initialize", {"protocol": 1}))

        invalid, unsupported, newer, info = refuse(sdk.InvalidParam('mode "slow": fast and faster exist'))
        self.assertEqual(invalid, {"code": -32602, "message": 'prepare x: mode "slow": fast and faster exist'})
        self.assertEqual(unsupported, {"code": 1, "message": "not ported yet"})
        self.assertEqual(newer, {"code": -32602, "message": "protocol 2 was asked for, this worker speaks 1"})
        self.assertEqual(info["unsupported"], [{"name": "y", "reason": "not ported yet"}])
        self.assertEqual(info["implementation"]["language"], "python")
        self.assertEqual(refuse(sdk.NotSupported("no fork here"))[0], {"code": 1, "message": "prepare x: no fork here"})

    def test_bad_lines(self):
        last = b'{"jsonrpc":"2.0","id":9,"method":"shutdown","later":{}}\n'
        bye = b'{"jsonrpc":"2.0","id":9,"result":{}}\n'
        for line, code in [
            (b'{"a":"\xff"}\n', -32700),
            (b"hello\n", -32700),
            (b"[1]\n", -32700),
            (b'{"jsonrpc":"2.0","id":1,"method":"run","params":{"x":NaN}}\n', -32700),
            (b"[" * 100_000 + b"\n", -32700),
            (b'{"jsonrpc":"2.0","id":1.5,"method":"run"}\n', -32600),
            (b'{"jsonrpc":"2.0","id":true,"method":"run"}\n', -32600),
            (b'{"id":1,"method":"run"}\n', -32600),
        ]:
            out = io.BytesIO()
            sdk.serve(demo(), io.BytesIO(line + last + b"not read any more"), out)
            first, rest = out.getvalue().split(b"\n", 1)
            self.assertEqual((json.loads(first)["id"], json.loads(first)["error"]["code"]), (None, code), line[:80])
            self.assertEqual(rest, bye)
        with self.assertRaisesRegex(Exception, "a request is longer than 16777216 bytes"):
            sdk.serve(demo(), io.BytesIO(b"x" * (sdk.MAX_LINE + 1)), io.BytesIO())

    def test_close_fails(self):
        def on_close():
            raise OSError("directory not empty")

        _, answer = ask(offer(Fake(on_close=on_close)), PREPARE, ("shutdown", {}))
        self.assertEqual((answer["code"], answer["message"]), (2, "close x: OSError: directory not empty"))

    def test_answers_that_do_not_fit(self):
        class Big(Fake):
            def verify(self, nonce, want_result):
                return sdk.Verification("d", {}, result='"' + "x" * sdk.MAX_LINE + '"')

        _, answer = ask(offer(Big()), PREPARE, ("verify", {"nonce": "0"}))
        self.assertEqual(answer["code"], 2)
        self.assertRegex(answer["message"], r"^the answer is 16777\d{3} bytes long, the limit is 16777216$")


class TestSettings(unittest.TestCase):
    """An interpreter says how it runs, so that two that run differently are not taken for alike."""

    def settings(self, *flags, code="", **environment):
        script = code + "\nimport json\nfrom pyref import sdk\nprint(json.dumps(sdk._describe('1')))"
        clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        out = subprocess.run(
            [sys.executable, *flags, "-c", script], cwd=ROOT, env=clean | environment, check=True, capture_output=True
        )
        described = json.loads(out.stdout)
        return described["build"]["mode"], described["settings"]

    def test_defaults(self):
        mode, settings = self.settings()
        self.assertEqual(mode, "release")
        self.assertRegex(settings["gc"], r"^thresholds \d+(,\d+)*$")
        self.assertEqual((settings["checks"], settings["assertions"], settings["hash"]), ("none", "on", "random"))
        self.assertIn(settings["start_method"], ("fork", "spawn", "forkserver"))
        self.assertIn("GIL", settings["threads"])
        self.assertIn(settings["pgo"], ("yes", "no", "unknown"))

    def test_what_is_switched(self):
        configured = "import sys, sysconfig; sysconfig.get_config_vars()['CONFIG_ARGS'] = '{}'; sys.base_prefix = '{}'"
        for flags, code, environment, mode, name, want in [
            (["-X", "dev"], "", {}, "debug", "checks", "-X dev"),
            ([], "", {"PYTHONDEVMODE": "1"}, "debug", "checks", "-X dev"),
            ([], "", {"PYTHONMALLOC": "debug"}, "debug", "checks", "PYTHONMALLOC=debug"),
            ([], "", {"PYTHONMALLOC": "malloc"}, "release", "malloc", "malloc"),
            (["-E"], "", {"PYTHONMALLOC": "debug"}, "release", "checks", "none"),
            ([], "import sys; sys.setprofile(lambda *a: None)", {}, "debug", "checks", "traced"),
            (["-O"], "", {}, "release", "assertions", "off"),
            ([], configured.format("--enable-optimizations", "/opt"), {}, "release", "pgo", "yes"),
            ([], configured.format("--enable-shared", "/opt"), {}, "release", "pgo", "no"),
            ([], configured.format("--enable-shared", "/usr"), {}, "release", "pgo", "unknown"),
            ([], configured.format("", "/opt"), {}, "release", "pgo", "unknown"),
            ([], "import gc; gc.disable()", {}, "release", "gc", "off"),
            ([], "import gc; gc.set_threshold(5000, 20, 20)", {}, "release", "gc", "thresholds 5000,20,20"),
            ([], "", {"PYTHONHASHSEED": "0"}, "release", "hash", "PYTHONHASHSEED=0"),
            ([], "", {"PYTHONHASHSEED": "7"}, "release", "hash", "PYTHONHASHSEED=7"),
            ([], "import multiprocessing as m; m.set_start_method('spawn')", {}, "release", "start_method", "spawn"),
        ]:
            with self.subTest(flags=flags, code=code, environment=environment):
                got, settings = self.settings(*flags, code=code, **environment)
                self.assertEqual((got, settings[name]), (mode, want))

    def test_asking_loads_nothing(self):
        code = "import sys\nfrom pyref import sdk\nsdk._describe('1')\nassert 'multiprocessing' not in sys.modules"
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


class TestProcess(unittest.TestCase):
    """``main`` in a process of its own, where it owns the file descriptors."""

    WORKER = """
        import os, subprocess, sys
        from pyref import sdk

        class Case:
            def batch(self, nonce, iterations):
                def run():
                    print("a stray print")
                    os.write(1, b"a stray write\\n")
                    subprocess.run([sys.executable, "-c", "import sys; print('a child read', repr(sys.stdin.read()))"])
                return run
            def outcome(self):
                return sdk.Outcome(None, {})
            def verify(self, nonce, want_result):
                if nonce == 1:
                    ready, tell = os.pipe()
                    pid = os.fork()  # a child of the code under test, ended by SIGTERM as usual
                    if pid == 0:
                        import time
                        os.write(tell, b"!")
                        time.sleep(60)
                    os.read(ready, 1)  # Python drops signals that arrive while it forks
                    os.kill(pid, 15)
                    return sdk.Verification(None, {"signal": os.waitpid(pid, 0)[1]})
                sys.stderr.write("verifying\\n")
                sys.stderr.flush()
                import time
                time.sleep(60)
            def close(self):
                sys.stderr.write("closed\\n")

        sys.exit(sdk.main(sdk.Implementation("1", True, [sdk.Benchmark("x", {}, lambda p: Case())])))
    """

    def start(self):
        worker = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(self.WORKER)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        self.addCleanup(worker.wait)
        self.addCleanup(worker.kill)
        for stream in (worker.stdin, worker.stdout, worker.stderr):
            self.addCleanup(stream.close)
        return worker

    def send(self, worker, *requests):
        for i, (method, params) in enumerate(requests, 1):
            request = {"jsonrpc": "2.0", "id": i, "method": method, "params": params}
            worker.stdin.write(json.dumps(request).encode() + b"\n")
        worker.stdin.flush()

    def test_the_stream_stays_clean(self):
        worker = self.start()
        self.send(worker, PREPARE, run(), ("shutdown", {}))
        out, err = worker.communicate(timeout=60)
        self.assertEqual([json.loads(line)["id"] for line in out.splitlines()], [1, 2, 3])
        self.assertEqual(err.decode().splitlines(), ["a stray print", "a stray write", "a child read ''", "closed"])
        self.assertEqual(worker.returncode, 0)

    def test_end_of_input_means_shut_down(self):
        worker = self.start()
        self.send(worker, PREPARE)
        _, err = worker.communicate(timeout=60)
        self.assertEqual((worker.returncode, err), (0, b"closed\n"))

    @unittest.skipUnless(hasattr(os, "fork"), "signals as on Unix")
    def test_sigterm_closes_the_case(self):
        for busy in (False, True):
            worker = self.start()
            self.send(worker, PREPARE)
            worker.stdout.readline()
            if busy:
                self.send(worker, ("verify", {"nonce": "0"}))
                self.assertEqual(worker.stderr.readline(), b"verifying\n")
            worker.send_signal(signal.SIGTERM)
            out, err = worker.communicate(timeout=60)
            self.assertEqual((worker.returncode, out, err), (143, b"", b"closed\n"))

    @unittest.skipUnless(hasattr(os, "fork"), "signals as on Unix")
    def test_forked_children_die_of_sigterm(self):
        worker = self.start()
        self.send(worker, PREPARE, ("verify", {"nonce": "1"}))
        out, err = worker.communicate(timeout=60)
        self.assertEqual(json.loads(out.splitlines()[1])["result"]["counters"], {"signal": 15})
        self.assertEqual(err, b"closed\n")


if __name__ == "__main__":
    unittest.main()
