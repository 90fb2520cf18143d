"""Plain values that JSON, UTF-8 and every browser can hold."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from typing import Any

from tamesu.artifacts.files import escape_surrogates


def make_plain(value: Any) -> Any:
    """A value as JSON has it: data classes and models as mappings, numbers that are none as None.

    Examples:
        >>> make_plain({"a": (1, float("nan")), 2: [float("inf"), "b"]})
        {'a': [1, None], '2': [None, 'b']}
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): make_plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [make_plain(one) for one in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: make_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if hasattr(value, "model_dump"):
        return make_plain(value.model_dump(mode="json"))
    return make_plain(value.item()) if hasattr(value, "item") else str(value)


def write_json(value: Any) -> bytes:
    """A value as JSON in UTF-8; lone surrogates, from file names that are no text, become escapes.

    Examples:
        >>> write_json({"犬": [1, float("nan")]}).decode()
        '{"犬": [1, null]}'
    """
    return json.dumps(escape_surrogates(make_plain(value)), ensure_ascii=False, allow_nan=False).encode("utf-8")
