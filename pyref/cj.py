"""Canonical JSON: one text for one value, so that a digest names the value.

UTF-8 without white space; map keys sorted by code point; only ``"``, ``\\`` and
U+0000-U+001F escaped; integers in decimal; floats as the shortest digits that
round-trip, plain between 1e-6 and 1e21 and without a point when integral. So
an integer and a float of equal value encode alike. Byte blocks are written as
lists of their bytes. Tuples count as lists.

The json module's C encoder writes all of this rightly except floats (it uses
``repr``: ``4.0``, ``1e-05``), bytes, and map keys that are not strings, which
it turns into strings without a word. So the C encoder always goes first and
its *text* is searched for signs of those cases. Floats are mended in the text;
only bytes and errors take a slower route. A walk through the value would find
the same, but on small states it costs twice what the C encoder does. It pays
where a long text comes of few things, long strings or the same ones again and
again, so it is tried on long texts and given up when there prove to be many.

Integers beyond 64 bits are written in full; keeping to the model's range is
the caller's business.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import json.encoder
import re
import sys
from collections.abc import Collection
from typing import Any, NoReturn

__all__ = ["EncodeError", "digest", "dumpb", "dumps", "quote"]

quote = json.encoder.encode_basestring
"""Return the canonical JSON of a text, without looking for lone surrogates."""


class EncodeError(ValueError):
    """A value has no canonical form; the message locates the offending part."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.steps: list[str] = []  # from the inside out

    def __str__(self) -> str:
        return f"canonical JSON: ${''.join(reversed(self.steps))}: {self.problem}"


def dumps(value: Any) -> str:
    """Return the canonical JSON of ``value``, or raise EncodeError."""
    text = _text(value)
    if not text.isascii():
        _utf8(text, value)  # finds lone surrogates
    return text


def dumpb(value: Any) -> bytes:
    """Return the canonical JSON of ``value`` as UTF-8, or raise EncodeError."""
    return _utf8(_text(value), value)


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical JSON of ``value`` in lower-case hex."""
    return hashlib.sha256(dumpb(value)).hexdigest()


# ---- the fast route ----------------------------------------------------------


def _unusual(value: Any) -> NoReturn:
    raise TypeError(f"{type(value).__name__} needs the slow route")


def _c_encoder() -> Any:
    """Return a function from a value to the tuple of its text's pieces.

    JSONEncoder.encode builds its C encoder anew on every call, a quarter of
    the time a small state takes, so one is built here and kept.
    """
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:  # an interpreter without the accelerator
        encode = json.JSONEncoder(
            ensure_ascii=False, check_circular=False, allow_nan=False,
            sort_keys=True, separators=(",", ":"), default=_unusual,
        ).encode  # fmt: skip
        return lambda value, _level: (encode(value),)
    # In order: markers, default, encoder, indent, key separator, item
    # separator, sort_keys, skipkeys, allow_nan.
    return make(None, _unusual, quote, None, ":", ",", True, False, False)


_pieces = _c_encoder()

# A key that may have been a number, a truth value or None.
_odd_key = re.compile(r'"(?:-?[0-9][0-9.e+-]*|true|false|null)":').search


def _text(value: Any) -> str:
    """Return the canonical text; lone surrogates are still in it."""
    try:
        text = "".join(_pieces(value, 0))
    except (TypeError, ValueError):
        return _strict(value)
    found = _UNKNOWN
    if len(text) > _LONG:
        found = _survey(value, len(text) // 100)
        if found == _CLEAN:
            return text
    if found == _UNKNOWN and not _keys_seen(value, text) and _odd_key(text):
        found = _survey(value, sys.maxsize)
    if found == _ODD_KEY:
        return _strict(value)  # words the error
    # Every float that repr writes differently has one of three characters;
    # looking for a single character is nearly free, for two is not.
    if (
        ("." in text and ".0" in text)
        or ("-" in text and "e-" in text)
        or ("+" in text and "e+" in text)
    ):
        return _mend_floats(text)
    return text


def _keys_seen(value: Any, text: str) -> bool:
    """Tell whether a look at the outer maps shows that all keys are strings.

    A state is mostly maps in maps, so looking at those is often enough: when
    they are as many as the text has braces there are no others.
    """
    braces = text.count("{")
    if not braces:
        return True
    if type(value) is not dict:
        return False
    found = [value]
    missing = braces - 1
    try:
        for item in found:
            "".join(item)  # the cheapest test that every key is a string
            if missing:
                for child in item.values():
                    if type(child) is dict:
                        found.append(child)
                        missing -= 1
    except TypeError:
        return False
    return missing == 0


# What may follow a number, and \0, see below.
_end = r"(?=[,\]}\0]|\Z)"

# A float whose repr is not canonical: 4.0, 1e-05, 1e+16.
_odd_float = re.compile(r"[0-9](?:\.0|e[-+][0-9]+)" + _end).search
_minus_zero = re.compile(r"-0\.0" + _end)
_integral = re.compile(r"\.0" + _end)
_exponent = re.compile(r"-?[0-9.]+e[-+][0-9]+" + _end)


def _mend_floats(text: str) -> str:
    """Rewrite the floats of a text that ``repr`` has written.

    What looks like them inside strings must stay, so strings are set aside:
    cut at its quotes, the text has them in every second place. No control
    character is in it, so these can stand for other things for a while.
    """
    if not _odd_float(text):
        return text
    escapes = "\\" in text
    if escapes:
        text = text.replace("\\\\", "\1").replace('\\"', "\2")
    parts = text.split('"')
    numbers = "\0".join(parts[::2])
    if "-0.0" in numbers:
        numbers = _minus_zero.sub("0", numbers)
    if ".0" in numbers:
        numbers = _integral.sub("", numbers)
    if "e" in numbers:  # that of true, perhaps
        numbers = _exponent.sub(_mend_exponent, numbers)
    parts[::2] = numbers.split("\0")
    text = '"'.join(parts)
    return text.replace("\2", '\\"').replace("\1", "\\\\") if escapes else text


def _mend_exponent(found: re.Match[str]) -> str:
    return _float(float(found[0]))


_LEAVES = frozenset((str, int, float, bool, type(None)))


_LONG = 4096  # characters that are searched in less time than a walk takes to begin

# What a walk may find.
_UNKNOWN, _CLEAN, _FLOATS, _ODD_KEY = range(4)


def _survey(value: Any, budget: int) -> int:
    """Walk through a value, looking at the types of all leaves and keys.

    Each container is looked at once, however often it is there. The answer is
    _UNKNOWN if there are more than ``budget`` things, a leaf being one and a
    container as dear as eight. A thing of the budget takes some 30 ns, in which
    a text of a few dozen characters is searched.
    """
    found = _CLEAN
    seen: set[int] = set()
    todo = [value]
    for item in todo:  # which grows
        children: Collection[Any]
        if isinstance(item, dict):
            try:
                "".join(item)  # the cheapest test that every key is a string
            except TypeError:
                return _ODD_KEY
            children = item.values()
        elif isinstance(item, (list, tuple)):
            children = item
        else:
            if isinstance(item, float):  # of a type of its own, or all there is
                found = _FLOATS
            continue
        budget -= 8 + len(children)
        if budget < 0:
            return _UNKNOWN
        kinds = set(map(type, children))
        if float in kinds:
            found = _FLOATS
        if not kinds <= _LEAVES:
            for child in children:
                if type(child) not in _LEAVES and id(child) not in seen:
                    seen.add(id(child))
                    todo.append(child)
    return found


def _utf8(text: str, value: Any) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        _strict(value)  # words the error
        raise


# ---- the slow route ----------------------------------------------------------


def _strict(value: Any) -> str:
    """Encode by hand what the C encoder refuses, and locate errors."""
    if value is None or isinstance(value, int):
        return _c(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, dict):
        return _map(value)
    if isinstance(value, (list, tuple)):
        return _list(value)
    if isinstance(value, (bytes, bytearray)):
        return _byte_block(value)
    raise EncodeError(f"{type(value).__name__} is not part of the value model")


def _c(value: Any) -> str:
    return "".join(_pieces(value, 0))


def _string(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise EncodeError(f"lone surrogate U+{ord(value[error.start]):04X}") from None
    return _c(value)


def _float(value: float) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        raise EncodeError(f"{float.__repr__(value)} has no canonical form")
    if value == 0:
        return "0"  # also minus zero
    mantissa, _, exponent = float.__repr__(value).partition("e")
    if not exponent:
        return mantissa[:-2] if mantissa.endswith(".0") else mantissa
    sign = "-" if value < 0 else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    power = int(exponent)
    if 1e-6 <= abs(value) < 1e21:
        # repr writes an exponent, so the power is below -4 or at least 16, and
        # there are at most 17 digits: all of them stand on one side of the point.
        digits = whole + (fraction if fraction != "0" else "")
        if power < 0:
            return f"{sign}0.{'0' * (-power - 1)}{digits}"
        return sign + digits.ljust(power + 1, "0")
    point = f".{fraction}" if fraction else ""
    return f"{sign}{whole}{point}e{power:+d}"


def _map(value: dict[Any, Any]) -> str:
    for key in value:
        if not isinstance(key, str):
            raise EncodeError(f"map key {key!r} is {type(key).__name__}, not a string")
    if text := _plain(value, value.values()):
        return text
    parts = []
    for key in sorted(value):
        try:
            parts.append(f"{_string(key)}:{_strict(value[key])}")
        except EncodeError as error:
            error.steps.append(f"[{key!r}]")
            raise
    return "{" + ",".join(parts) + "}"


def _list(value: list[Any] | tuple[Any, ...]) -> str:
    if text := _plain(value, value):
        return text
    parts = []
    for i, item in enumerate(value):
        try:
            parts.append(_strict(item))
        except EncodeError as error:
            error.steps.append(f"[{i}]")
            raise
    return "[" + ",".join(parts) + "]"


def _plain(value: Any, children: Any) -> str | None:
    """Encode a container of leaves with the C encoder, if it can."""
    kinds = set(map(type, children))
    if not kinds <= _LEAVES:
        return None
    try:
        text = _c(value)
        if not text.isascii():
            text.encode()
    except ValueError:  # no such float, or a lone surrogate
        return None  # item by item, to say where
    return _mend_floats(text) if float in kinds else text


# charmap_decode looks every byte up in one C loop: a third of the time that the
# json module takes for a list of the same integers.
_BYTE_TEXT = {byte: f"{byte}," for byte in range(256)}


def _byte_block(value: bytes | bytearray) -> str:
    return f"[{codecs.charmap_decode(value, 'strict', _BYTE_TEXT)[0][:-1]}]"
