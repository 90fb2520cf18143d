"""Messages about files written by hand: every code RELIABILITY.md names for configs has its words."""

from __future__ import annotations

from tests.messages.raised import list_unraised

from tamesu.messages.config import MESSAGES

FROM_RELIABILITY = {
    "CONFIG_UNSAFE_TAG",
    "CONFIG_ALIASES",
    "CONFIG_DUPLICATE_KEY",
    "CONFIG_UNKNOWN_KEY",
    "CONFIG_AMBIGUOUS_NUMBER",
    "CONFIG_RANGE",
    "CONFIG_TYPE",
    "CONFIG_DUPLICATE_SEED",
    "CONFIG_TOO_DEEP",
    "CONFIG_SYNTAX",
    "CONFIG_EMPTY",
    "CONFIG_ENCODING",
    "CONFIG_NAME",
    "CONFIG_SECRET",
}


def test_the_codes_of_the_table_are_there() -> None:
    assert MESSAGES.keys() >= FROM_RELIABILITY


def test_every_code_here_is_raised_somewhere() -> None:
    assert list_unraised(MESSAGES) == []
