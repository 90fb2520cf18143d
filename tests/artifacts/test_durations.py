from __future__ import annotations

from datetime import timedelta

import pytest

from tamesu.artifacts.durations import parse_duration
from tamesu.errors import InputError


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("45s", timedelta(seconds=45)),
        ("90m", timedelta(minutes=90)),
        ("90min", timedelta(minutes=90)),
        ("3h", timedelta(hours=3)),
        ("1d12h", timedelta(days=1, hours=12)),
        ("1.5h", timedelta(hours=1.5)),
        ("0.5d", timedelta(days=0.5)),
        ("1d2h3m4s", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        (" 1H 30Min ", timedelta(hours=1, minutes=30)),
        ("1 h 30 min", timedelta(hours=1, minutes=30)),
        # Full-width digits, as a Japanese keyboard gives them.
        ("３h", timedelta(hours=3)),
        ("0h5m", timedelta(minutes=5)),
    ],
)
def test_durations_mean_what_they_say(text: str, meant: timedelta) -> None:
    assert parse_duration(text) == meant.total_seconds()


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "3",
        "-3h",
        "3x",
        "0h",
        "h",
        "1e3h",
        "1h-2m",
        "3h2",
        "x3h",
        "1..5h",
        "1,5h",
        "inf",
        "nan",
        "3hours",
        "1 5h",
        "9" * 400 + "h",
    ],
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_duration(text)
    (fault,) = caught.value.faults
    assert (fault.code, fault.outcome) == ("CONFIG_DURATION", "refuse")
    assert repr(text) in fault.text("en") and repr(text) in fault.text("ja")
