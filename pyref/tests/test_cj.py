"""Canonical JSON: vectors, round trips, errors, and what it costs."""

from __future__ import annotations

import decimal
import json
import math
import random
import struct
import time
import unittest
from typing import Any

from pyref import cj

FLOATS = [
    (0.0, "0"),
    (-0.0, "0"),
    (4.0, "4"),
    (4.5, "4.5"),
    (-2.5, "-2.5"),
    (0.1, "0.1"),
    (1e15, "1000000000000000"),
    (1e16, "10000000000000000"),
    (1.2345678901234567e16, "12345678901234568"),
    (-1.2345e17, "-123450000000000000"),
    (1e20, "100000000000000000000"),
    (1.2345678901234567e20, "123456789012345670000"),
    (1e21, "1e+21"),
    (-3.25e30, "-3.25e+30"),
    (1e-4, "0.0001"),
    (1e-5, "0.00001"),
    (-1.5e-5, "-0.000015"),
    (1e-6, "0.000001"),
    (1e-7, "1e-7"),
    (1.5e-10, "1.5e-10"),
    (5e-324, "5e-324"),
    (1.7976931348623157e308, "1.7976931348623157e+308"),
]


class Vectors(unittest.TestCase):
    def check(self, value: Any, want: str) -> None:
        self.assertEqual(cj.dumps(value), want)
        self.assertEqual(cj.dumpb(value), want.encode())

    def test_floats(self) -> None:
        for value, want in FLOATS:
            with self.subTest(value=value):
                self.check(value, want)
                self.check([value, 1], f"[{want},1]")
                self.check({"a": {"b": [value]}, "c": "x"}, f'{{"a":{{"b":[{want}]}},"c":"x"}}')

    def test_integers_and_floats_of_equal_value_encode_alike(self) -> None:
        for number in (0, 1, -7, 2**53, 10**20):
            self.assertEqual(cj.dumps(number), cj.dumps(float(number)))

    def test_integers_keep_all_digits(self) -> None:
        self.check(
            [2**63 - 1, -(2**63), 2**53 + 1],
            "[9223372036854775807,-9223372036854775808,9007199254740993]",
        )

    def test_text_that_looks_like_numbers_stays_text(self) -> None:
        self.check(["4.0,", "1e-5]", "1e+16", "x 2.0"], '["4.0,","1e-5]","1e+16","x 2.0"]')
        self.check({"1": 4.0, "true": "4.0}", "null": None}, '{"1":4,"null":null,"true":"4.0}"}')

    def test_strings(self) -> None:
        self.check('"\\/<>&', '"\\"\\\\/<>&"')
        self.check("\b\t\n\f\r\x00\x1f\x7f", '"\\b\\t\\n\\f\\r\\u0000\\u001f\x7f"')
        self.check("é\u2028\u2029\U0001f600", '"é\u2028\u2029\U0001f600"')
        self.check("e\u0301", '"e\u0301"')  # not normalised

    def test_keys_are_sorted_by_code_point(self) -> None:
        # UTF-16 would put the astral character before U+FFFD.
        self.check(
            {"\U0001f600": 1, "\ufffd": 2, "a": 3, "B": 4},
            '{"B":4,"a":3,"\ufffd":2,"\U0001f600":1}',
        )
        self.check(
            {"\U0001f600": 1.0, "\ufffd": 2, "b": 3, "a": 4},
            '{"a":4,"b":3,"\ufffd":2,"\U0001f600":1}',
        )

    def test_containers(self) -> None:
        self.check([], "[]")
        self.check({}, "{}")
        self.check((1, (2,)), "[1,[2]]")
        self.check({"a": [{}, [], None, True, False, ""]}, '{"a":[{},[],null,true,false,""]}')
        self.check([2.0, {}, []], "[2,{},[]]")

    def test_byte_blocks_are_lists_of_integers(self) -> None:
        self.check(bytearray(), "[]")
        self.check(b"\x00\x7f\xff", "[0,127,255]")
        every = bytes(range(256))
        self.assertEqual(cj.dumps({"b": [bytearray(every)]}), cj.dumps({"b": [list(every)]}))

    def test_digest(self) -> None:
        want = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
        self.assertEqual(cj.digest({}), want)


class LongTexts(unittest.TestCase):
    """Long texts are judged by the value where it is small, else like short ones."""

    def test_whatever_the_value_is_made_of(self) -> None:
        many = [{"n": i, "of": [i, str(i)]} for i in range(2000)]
        long = "x.0,e-7]" * 2000
        again = {"role": "human", "text": long}
        for rest in (
            many,
            {"long": long},
            [again] * 50,
            {"same": [again, [again, again]], "more": (again, {"k": [again]})},
            [long, *range(50)],
            [*many, long],
        ):
            for odd in ([], 4.0, [4.0, -0.0], {"deep": [1e16, 1e-5, 2.5]}, {"7": "1.0"}):
                value = {"a": rest, "b": odd, "c": [odd, rest]}
                self.assertEqual(cj.dumps(value), _slow(value))
                self.assertEqual(cj.dumpb(value).decode(), _slow(value))

    def test_floats_of_a_type_of_their_own(self) -> None:
        class Metres(float):
            pass

        long = "x" * 10_000
        self.assertEqual(cj.dumps([long, Metres(4)]), f'["{long}",4]')
        self.assertEqual(cj.dumps([long, {"a": Metres(1e16)}]), f'["{long}",{{"a":1{"0" * 16}}}]')

    def test_keys_that_are_not_strings(self) -> None:
        shared = {"text": "x" * 500}
        for rest in ([shared] * 100, ["x"] * 10_000, [{"n": i} for i in range(2000)]):
            for value, where in (
                ({"a": rest, "b": {1: 2}}, "$['b']: map key 1 is int"),
                ([rest, [rest, {"c": [{None: rest}]}]], "$[1][1]['c'][0]: map key None"),
                ([rest, {2.5: "1.0"}], "$[1]: map key 2.5"),
            ):
                with self.assertRaises(cj.EncodeError) as caught:
                    cj.dumps(value)
                self.assertIn(where, str(caught.exception))

    def test_what_is_shared_is_looked_at_once(self) -> None:
        value: list[Any] = ["x" * 5000, {"1": 2}]
        for _ in range(12):
            value = [value, value]  # 4096 times the same, in 14 containers
        self.assertEqual(cj._survey(value, 200), cj._CLEAN)
        self.assertEqual(cj._survey([value, 1.5], 200), cj._FLOATS)
        self.assertEqual(cj._survey([{1: 2}, value], 200), cj._ODD_KEY)
        self.assertEqual(cj._survey([value, [0] * 100], 200), cj._UNKNOWN)


class Errors(unittest.TestCase):
    def check(self, value: Any, *parts: str) -> None:
        for function in (cj.dumps, cj.dumpb, cj.digest):
            with self.assertRaises(cj.EncodeError) as caught:
                function(value)
            for part in parts:
                self.assertIn(part, str(caught.exception))

    def test_floats_without_a_form(self) -> None:
        self.check(math.nan, "nan")
        self.check({"a": [1, {"b": math.inf}]}, "$['a'][1]['b']", "inf")
        self.check([-math.inf], "$[0]", "-inf")

    def test_lone_surrogates(self) -> None:
        self.check("\ud800", "U+D800")
        self.check({"x": ["a", "\udc01"]}, "$['x'][1]", "U+DC01")
        self.check({"\udfff": 1}, "U+DFFF")

    def test_keys_that_are_not_strings(self) -> None:
        for key in (1, -1, 2.5, 1e-7, True, None, (1, 2)):
            with self.subTest(key=key):
                self.check({key: 1}, "$: map key", repr(key))
                self.check({"a": {key: 1}}, "$['a']", repr(key))
                self.check({"a": [[{"b": 1}, {key: 1}]]}, "$['a'][0][1]", repr(key))
                self.check([{"{": "1}"}, {key: 1.5}], "$[1]", repr(key))

    def test_numeric_text_does_not_hide_a_numeric_key(self) -> None:
        self.check({"1": {"x": [{2: 0}]}}, "$['1']['x'][0]")

    def test_values_outside_the_model(self) -> None:
        self.check({"a": {1, 2}}, "$['a']", "set")
        self.check([decimal.Decimal(1)], "$[0]", "Decimal")


class Properties(unittest.TestCase):
    SEED = 20260117

    def value(self, rng: random.Random, depth: int) -> Any:
        kind = rng.randrange(9 if depth else 6)
        if kind == 0:
            return rng.choice([None, True, False])
        if kind == 1:
            return rng.randrange(-(2 ** rng.randrange(1, 64)), 2 ** rng.randrange(1, 63))
        if kind == 2:
            number = self.float(rng)
            # Plain digits that stand for a float beyond 2**53 read back as
            # another integer; test_floats_are_shortest has those.
            return 0.5 if 2**53 <= abs(number) < 1e21 else number
        if kind <= 4:
            return self.text(rng)
        if kind == 5:
            return rng.randrange(10)
        if kind == 6:
            return [self.value(rng, depth - 1) for _ in range(rng.randrange(5))]
        return {self.text(rng): self.value(rng, depth - 1) for _ in range(rng.randrange(5))}

    def float(self, rng: random.Random) -> float:
        if rng.random() < 0.3:
            return float(rng.randrange(-1000, 1000))
        while True:
            (number,) = struct.unpack("<d", rng.randbytes(8))
            if math.isfinite(number):
                return number if rng.random() < 0.5 else round(rng.uniform(-1e3, 1e3), 3)

    def text(self, rng: random.Random) -> str:
        alphabet = '.0-+e1":,{}[]\\/\n\x01aé\u2028\ufffd\U0001f600'
        return "".join(rng.choice(alphabet) for _ in range(rng.randrange(8)))

    def test_round_trip(self) -> None:
        rng = random.Random(self.SEED)
        for case in range(3000):
            value = self.value(rng, 4)
            text = cj.dumps(value)
            with self.subTest(seed=self.SEED, case=case):
                back = json.loads(text)
                self.assertEqual(back, value)
                self.assertEqual(cj.dumps(back), text)
                self.assertEqual(cj.dumpb(value).decode(), text)

    def test_against_a_slow_encoder(self) -> None:
        """One that knows no C and looks at every value by itself."""
        rng = random.Random(self.SEED + 1)
        tricky = [
            "1.0,",
            '"-0.0]',
            "\\",
            '\\"4.0,',
            'a\\\\"',
            "\x7f\0\1\2 2.0}",
            "1e+16]",
            'e-07,"',
        ]
        for case in range(3000):
            number = rng.choice([0.0, -0.0, 4.0, -1e-5, 1e16, 1e21, 2.5, self.float(rng)])
            value = {
                "v": self.value(rng, 3),
                rng.choice(tricky): [number, rng.choice(tricky), number],
            }
            with self.subTest(seed=self.SEED, case=case):
                self.assertEqual(cj.dumps(value), _slow(value))

    def test_floats_are_shortest(self) -> None:
        rng = random.Random(self.SEED)
        for _ in range(5000):
            number = self.float(rng)
            text = cj.dumps(number)
            self.assertEqual(float(text), number, (self.SEED, text))
            want = decimal.Decimal(repr(number)).normalize()
            got = decimal.Decimal(text).normalize()
            self.assertEqual(got.as_tuple().digits, want.as_tuple().digits, (self.SEED, text))


def _slow(value: Any) -> str:
    if isinstance(value, float):
        return _slow_float(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_slow, value)) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{_slow(key)}:{_slow(value[key])}" for key in sorted(value)) + "}"
    return (
        {None: "null", True: "true", False: "false"}.get(value)
        if isinstance(value, (bool, type(None)))
        else str(value)
    )


def _slow_float(value: float) -> str:
    if 1e-6 <= abs(value) < 1e21 or value == 0:
        text = f"{decimal.Decimal(repr(value)):f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return "0" if text == "-0" else text
    sign, digits, exponent = decimal.Decimal(repr(value)).normalize().as_tuple()
    first, *rest = map(str, digits)
    assert isinstance(exponent, int)
    mantissa = first + ("." + "".join(rest) if rest else "")
    return f"{'-' * sign}{mantissa}e{exponent + len(rest):+d}"


class Cost(unittest.TestCase):
    def ratio(self, value: Any) -> float:
        """Return how many times as long as the json module it takes, at best."""

        def library() -> str:
            return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

        ours = theirs = math.inf
        for _ in range(100):  # in turns, so that noise meets both
            ours = min(ours, _time(lambda: cj.dumps(value)))
            theirs = min(theirs, _time(library))
        return ours / theirs

    def test_common_values_cost_about_what_json_dumps_does(self) -> None:
        """At most 1.4 times on an idle machine; a loaded one gets 3."""
        state = {
            "messages": ["Initial message", *(f"Node {i} completed" for i in range(1, 6))],
            "metadata": {f"node{i}_item{j}": "value" for i in range(1, 6) for j in range(10)},
            "counter": 5,
            "status": "initialized",
            "next": "",
        }
        for value in (
            {
                "data": [f"Item {i}" for i in range(100)],
                "metadata": {f"key{i}": f"value{i}" for i in range(50)},
                "counters": list(range(100)),
            },
            {
                "id": "t0/00000005",
                "next": [],
                "parent": "t0/00000004",
                "state": state,
                "step": 5,
                "thread": "t0",
                "v": 1,
            },
            {"counter": 0, "status": "ready", "value": 0.0},
            {"scores": [i / 7 for i in range(50)], "name": "é"},
            {
                "turns": [
                    {"role": "ai", "calls": [{"id": f"call-{i}", "args": {"q": "x" * 50}}]}
                    for i in range(20)
                ]
            },
        ):
            self.assertLess(self.ratio(value), 3)


def _time(function: Any) -> float:
    start = time.perf_counter()
    for _ in range(5):
        function()
    return time.perf_counter() - start


if __name__ == "__main__":
    unittest.main()
