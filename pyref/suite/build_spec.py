"""A build that comes whole as params, so that random cases run everywhere alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyref import sdk
from pyref.build.dag import Definition
from pyref.build.engine import Options
from pyref.suite.build_case import BuildCase, Work

_FIELDS = ("kind", "params", "deps", "rounds")


def prepare(params: Mapping[str, Any]) -> BuildCase:
    """Prepare ``conformance/build_spec``."""
    try:
        definitions = _definitions(params["tasks"])
        options = Options(
            params["executor"], params["workers"], params["fail_mode"], params["discover"]
        )
        root = _text("root", params["root"])
        complete = _texts("complete", params["complete"])
    except ValueError as error:
        raise sdk.InvalidParam(str(error)) from None
    return BuildCase(
        Work(lambda _: definitions, root, options, complete=complete, conformance=True)
    )


def _definitions(tasks: Any) -> dict[str, Definition]:
    fields = _map("tasks", tasks)
    return {key: _definition(f"tasks.{key}", value) for key, value in fields.items()}


def _definition(where: str, value: Any) -> Definition:
    fields = _map(where, value)
    for name in fields:
        if name not in _FIELDS:
            raise ValueError(f"{where}.{name}: unknown field (known: {', '.join(_FIELDS)})")
    rounds = _list(f"{where}.rounds", fields.get("rounds", []))
    return Definition(
        _text(f"{where}.kind", fields.get("kind")),
        _map(f"{where}.params", fields.get("params", {})),
        _texts(f"{where}.deps", fields.get("deps", [])),
        [_texts(f"{where}.rounds[{i}]", asked) for i, asked in enumerate(rounds)],
    )


def _map(where: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{where} is {value!r}, want a map")
    return value


def _list(where: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{where} is {value!r}, want a list")
    return value


def _text(where: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{where} is {value!r}, want text")
    return value


def _texts(where: str, value: Any) -> list[str]:
    return [_text(f"{where}[{i}]", item) for i, item in enumerate(_list(where, value))]
