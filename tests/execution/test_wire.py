from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from tamesu.errors import (
    BusyError,
    DamagedError,
    Fault,
    FolderGoneError,
    InputError,
    QuestionError,
    TamesuError,
    Where,
)
from tamesu.execution import wire
from tamesu.images.faults import UnreadableImageError
from tamesu.messages.message import Phrase

FAULTS = [
    Fault(
        "CONFIG_TYPE", "refuse", Where(Path("recipes/base.yaml"), 7, "epochs"), {"value": "'x'", "expected": Phrase("n", "数")}
    ),
    Fault(
        "CONFIG_EMPTY", "note", Where(), {"count": np.int64(3), "share": np.float32(0.5), "name": Path("a b"), "no": None}, "x"
    ),
]
ERRORS = [
    InputError(FAULTS),
    QuestionError(FAULTS[:1]),
    BusyError("held by 猫"),
    DamagedError("a: b"),
    FolderGoneError("gone"),
    TamesuError("plain"),
    UnreadableImageError("IMG_TOO_LARGE", "30000 x 30000"),
    UnreadableImageError("IMG_CHANGED"),
]


def cross(error: Exception) -> Exception:
    """Through the very bytes that cross the pipe."""
    return wire.unpack_error(json.loads(json.dumps(wire.pack_error(error))))


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_arrives_as_the_same_class_with_the_same_words_and_exit_code(error: TamesuError) -> None:
    arrived = cross(error)
    assert type(arrived) is type(error)
    assert str(arrived) == str(error)
    assert isinstance(arrived, TamesuError)
    assert arrived.exit_code == error.exit_code
    if isinstance(error, InputError):
        assert isinstance(arrived, InputError)
        for language in ("en", "ja"):
            assert [fault.text(language) for fault in arrived.faults] == [fault.text(language) for fault in error.faults]
        assert [fault.outcome for fault in arrived.faults] == [fault.outcome for fault in error.faults]


def test_every_class_of_the_tree_that_a_job_may_raise_has_its_way_back() -> None:
    def below(kind: type[TamesuError]) -> set[str]:
        return {kind.__name__}.union(*(below(child) for child in kind.__subclasses__()))

    # A stop is an answer of its own, not an error.
    ours = {name for name in below(TamesuError) if name != "StoppedRunError"}
    assert ours <= wire.ERRORS.keys()


def test_numbers_keep_their_formats() -> None:
    packed = json.loads(json.dumps(wire.pack_fault(FAULTS[1])))
    arrived = wire.unpack_fault(packed)
    assert "{count:d} {share:g} {name!r}".format(**arrived.values) == "3 0.5 'a b'"


def test_a_full_disk_stays_a_full_disk(tmp_path: Path) -> None:
    arrived = cross(OSError(28, "No space left on device", tmp_path / "x"))
    assert isinstance(arrived, OSError)
    assert (arrived.errno, arrived.strerror, arrived.filename) == (28, "No space left on device", str(tmp_path / "x"))
    assert isinstance(cross(FileNotFoundError(2, "No such file", "y")), FileNotFoundError)


def test_an_unforeseen_error_brings_its_traceback() -> None:
    try:
        raise ZeroDivisionError("by zero")
    except ZeroDivisionError as error:
        arrived = cross(error)
    assert isinstance(arrived, RuntimeError)
    assert str(arrived) == "ZeroDivisionError: by zero"
    assert "test_an_unforeseen_error_brings_its_traceback" in "".join(arrived.__notes__)


def test_lines_are_whole_however_they_arrive() -> None:
    reading, writing = os.pipe()
    values = ["ready", {"at": 0.25, "note": "猫\n犬"}, {"error": {}}]
    for value in values:
        wire.write_line(writing, value)
    os.close(writing)
    found, rest = [], b""
    while said := os.read(reading, 5):
        lines, rest = wire.split_lines(rest, said)
        found += lines
    os.close(reading)
    assert (found, rest) == (values, b"")
