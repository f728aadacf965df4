"""Encodings of a state: canonical JSON, and a packed binary form without names.

JSON is written for any value of the model by cj.dumpb, or by functions that
know the state's type. Packed binary is little-endian, with the fields in declared order: numbers in
fixed width, texts, lists, maps and byte blocks after their length or count as
64 bits, maps sorted by their keys' bytes.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Callable, Collection, Iterable
from itertools import repeat
from json.encoder import encode_basestring as quote
from struct import Struct, pack
from typing import Any

from pyref import cj, sdk

from .graph_cases import counters


class EncodeCase:
    """Encode a state to a new bytes object, whose digest is that of the case."""

    def __init__(
        self,
        make_input: Callable[[int], dict[str, Any]],
        encode: Callable[[dict[str, Any]], bytes],
        is_text: bool,
    ) -> None:
        self._make_input = make_input
        self._encode = encode
        self._is_text = is_text
        self._last: bytes | None = None

    def batch(self, nonce: int, iterations: int) -> Callable[[], None]:
        given = self._make_input(nonce)
        encode = self._encode
        self._last = None

        def run() -> None:
            made: bytes
            for _ in repeat(None, iterations):
                made = encode(given)
            self._last = made

        return run

    def outcome(self) -> sdk.Outcome:
        if self._last is None:
            raise RuntimeError("outcome: nothing has run")
        return sdk.Outcome(_sha256(self._last), _size(self._last))

    def verify(self, nonce: int, want_result: bool) -> sdk.Verification:
        made = self._encode(self._make_input(nonce))
        text = None
        if want_result:  # what is not JSON is shown in hexadecimal digits
            text = made.decode() if self._is_text else f'"{made.hex()}"'
        return sdk.Verification(_sha256(made), _size(made), result=text)

    def close(self) -> None:
        pass


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _size(data: bytes) -> dict[str, int]:
    return counters(None) | {"bytes": len(data)}


# ---- canonical JSON, written for the type -------------------------------------


def json_small(state: dict[str, Any]) -> bytes:
    """Encode a Small state."""
    counter, value = state["counter"], state["value"]
    # An integral float has no point; few others are written as repr does.
    number = int(value) if value.is_integer() and abs(value) < 1e16 else cj.dumps(value)
    return f'{{"counter":{counter},"status":{quote(state["status"])},"value":{number}}}'.encode()


def json_medium(state: dict[str, Any]) -> bytes:
    """Encode a Medium state."""
    return (
        f'{{"counters":[{",".join(map(str, state["counters"]))}]'
        f',"data":{json_texts(state["data"])}'
        f',"metadata":{json_map(state["metadata"])}}}'
    ).encode()


def json_large(state: dict[str, Any]) -> bytes:
    """Encode a Large state."""
    blocks = ",".join(map(json_block, state["data_blocks"]))
    return (
        f'{{"data_blocks":[{blocks}]'
        f',"messages":{json_texts(state["messages"])}'
        f',"metadata":{json_map(state["metadata"])}}}'
    ).encode()


# The json module's encoder is no faster on a list or a map of texts than its
# quoting of one text is in these loops.


def json_texts(texts: Collection[str]) -> str:
    """Write a list of texts."""
    return f"[{','.join(map(quote, texts))}]"


def json_map(texts: dict[str, str]) -> str:
    """Write a map of texts; code points sort as their UTF-8 does."""
    return "{" + ",".join([f"{quote(key)}:{quote(texts[key])}" for key in sorted(texts)]) + "}"


_NUMBERS = {byte: f"{byte}," for byte in range(256)}


def json_block(block: bytearray) -> str:
    """Write a byte block as a list of numbers: charmap_decode looks them all up in C."""
    return f"[{codecs.charmap_decode(block, 'strict', _NUMBERS)[0][:-1]}]"


# ---- packed binary -----------------------------------------------------------

_u64 = Struct("<Q").pack


def pack_small(state: dict[str, Any]) -> bytes:
    """Pack a Small state: u32, text, f64."""
    status = state["status"].encode()
    size = len(status)
    return pack(f"<IQ{size}sd", state["counter"], size, status, state["value"])


def pack_medium(state: dict[str, Any]) -> bytes:
    """Pack a Medium state: texts, a map of texts, u32s."""
    numbers = state["counters"]
    count = len(numbers)
    return b"".join(
        (
            pack_texts(state["data"]),
            pack_map(state["metadata"]),
            pack(f"<Q{count}I", count, *numbers),
        )
    )


def pack_large(state: dict[str, Any]) -> bytes:
    """Pack a Large state: texts, a map of texts, byte blocks."""
    blocks = state["data_blocks"]
    parts = [pack_texts(state["messages"]), pack_map(state["metadata"]), _u64(len(blocks))]
    for block in blocks:
        parts += (_u64(len(block)), block)
    return b"".join(parts)


def pack_texts(texts: Collection[str]) -> bytes:
    """Pack a list of texts."""
    return _u64(len(texts)) + _texts(texts)


def pack_map(texts: dict[str, str]) -> bytes:
    """Pack a map of texts; code points sort as their UTF-8 does."""
    ordered: list[str] = []
    for key in sorted(texts):
        ordered += (key, texts[key])
    return _u64(len(texts)) + _texts(ordered)


# The length of a short ASCII text is itself eight ASCII characters. So a list
# of such texts is joined as text and encoded once, in half the time that
# encoding, measuring and joining the bytes of each takes. (Also tried, and
# slower than either: one struct.pack of all lengths, cut up again; map and
# zip over struct.pack; a struct format made from the lengths.)
_LENGTHS = [_u64(n).decode() for n in range(128)]


def _texts(texts: Iterable[str]) -> bytes:
    try:
        joined = "".join([_LENGTHS[len(text)] + text for text in texts])
        if joined.isascii():
            return joined.encode()
    except IndexError:  # a longer one
        pass
    parts: list[bytes] = []
    for text in texts:
        data = text.encode()
        parts.append(_u64(len(data)))
        parts.append(data)
    return b"".join(parts)
