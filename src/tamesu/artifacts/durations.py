"""Durations as people type them."""

from __future__ import annotations

import math
import re

from tamesu.errors import Fault, InputError, Where

UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400}
PIECE = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|m|h|d)\s*")


def parse_duration(text: str) -> float:
    """Seconds of a duration such as `90m`, `3h`, `1d12h`, `1.5h`.

    Raises:
        InputError: CONFIG_DURATION.

    Examples:
        >>> parse_duration("3h"), parse_duration("1d12h"), parse_duration("1.5m")
        (10800.0, 129600.0, 90.0)
    """
    plain = text.strip().lower()
    pieces = list(PIECE.finditer(plain))
    seconds = sum(float(piece[1]) * UNITS[piece[2]] for piece in pieces)
    if "".join(piece[0] for piece in pieces) != plain or not 0 < seconds < math.inf:
        raise InputError(Fault("CONFIG_DURATION", "refuse", Where(key="--budget"), {"text": text}))
    return seconds
