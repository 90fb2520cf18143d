"""YAML 1.2 scalars against the tables of the specification, and against PyYAML wherever 1.1 and 1.2 agree."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from tamesu.artifacts.scalars import resolve_scalar, shorten
from tamesu.errors import Where

# YAML 1.2.2, chapter 10.3.2, and the spellings that people meet.
CORE = [
    ("null", None),
    ("~", None),
    ("", None),
    ("true", True),
    ("False", False),
    ("yes", "yes"),
    ("no", "no"),
    ("on", "on"),
    ("off", "off"),
    ("y", "y"),
    ("0", 0),
    ("-12", -12),
    ("+7", 7),
    ("0o14", 12),
    ("0xC", 12),
    ("1e-3", 0.001),
    ("3e-4", 0.0003),
    ("12e03", 12000.0),
    ("-2E+05", -200000.0),
    (".5", 0.5),
    ("1.", 1.0),
    ("0.", 0.0),
    ("2024-01-02", "2024-01-02"),
    ("1.2.3", "1.2.3"),
    ("1e", "1e"),
    ("e3", "e3"),
    ("0x", "0x"),
    ("nan", "nan"),
    ("NA", "NA"),
    ("=", "="),
    ("<<", "<<"),
]


@pytest.mark.parametrize(("text", "value"), CORE)
def test_reads_the_core_schema(text: str, value: object) -> None:
    found, fault = resolve_scalar(text, Where())
    assert (found, type(found), fault) == (value, type(value), None)


@pytest.mark.parametrize("text", ["010", "-010", "00", "08", "12:30", "1:2:3", "190:20:30.15", "1_000", "0b101", "0x_1"])
def test_refuses_what_two_versions_of_yaml_read_differently(text: str) -> None:
    value, fault = resolve_scalar(text, Where("a.yaml", 3, "epochs"))
    assert value == text
    assert fault is not None and (fault.code, fault.where.line) == ("CONFIG_AMBIGUOUS_NUMBER", 3)


@pytest.mark.parametrize("text", ["9" * 5000, "-" + "9" * 30, str(2**63), "0x" + "f" * 17, ".nan", "-.inf", ".INF", "1e999"])
def test_refuses_numbers_that_are_none(text: str) -> None:
    _, fault = resolve_scalar(text, Where())
    assert fault is not None and fault.code == "CONFIG_RANGE"
    assert len(fault.text("en")) < 300


def test_keeps_the_largest_numbers() -> None:
    assert resolve_scalar(str(2**63 - 1), Where()) == (2**63 - 1, None)
    assert resolve_scalar(str(-(2**63) + 1), Where()) == (-(2**63) + 1, None)


@given(st.integers(-(2**62), 2**62) | st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back(number: float) -> None:
    assert resolve_scalar(repr(number), Where()) == (number, None)


@given(st.from_regex(r"[-+.0-9a-zA-Z_:]{1,8}", fullmatch=True))
def test_agrees_with_pyyaml_or_says_so(text: str) -> None:
    value, fault = resolve_scalar(text, Where())
    try:
        theirs = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        assume(False)
    if fault is None and not isinstance(value, str) and isinstance(theirs, int | float) and not isinstance(theirs, bool):
        assert value == theirs
    if isinstance(theirs, int | float) and not isinstance(theirs, bool) and fault is None:
        assert not isinstance(value, str), "a number of YAML 1.1 must not silently become text"


def test_shortens_in_the_middle() -> None:
    assert shorten("abc") == "abc"
    assert shorten("x" * 100, 10) == "xxxxx...xx (100 characters)"
