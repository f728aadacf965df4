"""The JSON lines between a build and its worker processes, read and written lean.

A worker process lives for milliseconds, and importing the json package (for
the regular expressions of its pure Python half) would take as long as
starting the interpreter does. Its C half is all that is needed here. What
that cannot write canonically is a float, so the first float to be read, which
is rare, brings in the full encoder.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class _ReadOptions:
    """What the C scanner wants to know."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_int = int
    parse_constant = None
    memo: dict[str, str] = {}

    @staticmethod
    def parse_float(text: str) -> float:
        global _encode
        from pyref import cj

        _encode = cj.dumps
        return float(text)


def _codec() -> tuple[Callable[[str], Any], Callable[[Any], str], Callable[[str], str]]:
    try:
        from _json import encode_basestring, make_encoder, make_scanner
    except ImportError:  # an interpreter without the accelerator
        import json

        from pyref import cj

        return json.loads, cj.dumps, cj.dumps
    scan = make_scanner(_ReadOptions)
    # In order: markers, default, encoder, indent, key separator, item
    # separator, sort_keys, skipkeys, allow_nan.
    pieces = make_encoder(None, _refuse, encode_basestring, None, ":", ",", True, False, False)
    decode, encode = lambda text: scan(text, 0)[0], lambda value: "".join(pieces(value, 0))
    return decode, encode, encode_basestring


def _refuse(value: object) -> None:
    raise TypeError(f"{type(value).__name__} has no place in a line")


_decode, _encode, quote = _codec()  # quote: the canonical JSON of a text


def loads(text: str) -> Any:
    """Return the value of one line."""
    return _decode(text)


def dumps(value: Any) -> str:
    """Return the canonical JSON of a value made of what ``loads`` returned."""
    return _encode(value)
