"""One text for one value, whatever the language, so that equal results have equal digests.

Keys are sorted by code point and nothing is between them; texts are UTF-8, of
which only what JSON demands is escaped; integers are written in full and floats
with the fewest digits that read back, as JavaScript does: 4, 0.1, 1e-7.
Nothing here needs to change.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any


class NotJSON(ValueError):
    """A result holds what other languages have no equal of; says where."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.path = ""

    def __str__(self) -> str:
        return f"the result at ${self.path} {self.problem}"


def canonical(value: Any) -> str:
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([_at(f"[{i}]", canonical, v) for i, v in enumerate(value)]) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(_members(value)) + "}"
    raise NotJSON(f"is of type {type(value).__name__}: make it of dict, list, str, int, float, bool and None")


def _members(value: dict[Any, Any]) -> list[str]:
    named = {_at(f".{key}", _key, key): item for key, item in value.items()}
    if len(named) < len(value):
        raise NotJSON("has a number and a text that make the same key")
    return [f"{_text(key)}:{_at(f'.{key}', canonical, named[key])}" for key in sorted(named)]


def _key(key: Any) -> str:
    """JSON's keys are texts, and every language makes texts of integers alike."""
    if isinstance(key, str):
        _text(key)
        return key
    if isinstance(key, int) and not isinstance(key, bool):
        return int.__repr__(key)
    raise NotJSON(f"has a key of type {type(key).__name__}: make a text of it")


def _at(step: str, write: Callable[[Any], str], value: Any) -> str:
    try:
        return write(value)
    except NotJSON as error:
        error.path = step + error.path
        raise


def _text(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise NotJSON("has half a surrogate pair, which is no character") from None
    return json.dumps(value, ensure_ascii=False)


def _float(value: float) -> str:
    if not math.isfinite(value):
        raise NotJSON(f"is {float.__repr__(value)}, which JSON has no number for: give None or a text")
    if value == 0:
        return "0"  # also minus zero
    mantissa, _, exponent = float.__repr__(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    # The value is 0.DIGITS times ten to the power of point.
    point = int(exponent or 0) + len(digits) - len(fraction)
    return ("-" if value < 0 else "") + _place(digits.rstrip("0"), point)


def _place(digits: str, point: int) -> str:
    if not -6 < point <= 21:
        fraction = "." + digits[1:] if len(digits) > 1 else ""
        return f"{digits[0]}{fraction}e{point - 1:+d}"
    if point <= 0:
        return "0." + "0" * -point + digits
    if point >= len(digits):
        return digits.ljust(point, "0")
    return digits[:point] + "." + digits[point:]
