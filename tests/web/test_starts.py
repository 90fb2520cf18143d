"""Tries that a page begins: one at a time, once a key, found again by who holds the lock, stopped as Ctrl-C stops them."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from tests.web.many import write_many

from tamesu.errors import FolderGoneError, InputError
from tamesu.web.starts import Starts, read_end

# Stands in for `python -m tamesu`: says its words, and waits until it is asked to end.
PROGRAM = """
import json, os, signal, sys, time
signal.signal(signal.SIGINT, lambda *_: sys.exit(130))
print(json.dumps([sys.argv[1:], os.environ["TAMESU_LANG"]]), flush=True)
time.sleep(0 if "quick" in sys.argv else 30)
"""
IDEAS = {"longer": {"epochs": 6}, "quick": {"epochs": 2}, "平滑": {"epochs": 7}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_many(tmp_path / "a b;c", 0)
    folder = tmp_path / "a b;c"
    (folder / "ideas.yaml").write_text(yaml.safe_dump(IDEAS, allow_unicode=True), encoding="utf-8")
    (folder / "recipes" / "base.yaml").write_text("epochs: 3\n")
    return folder


@pytest.fixture
def starts(folder: Path) -> Iterator[Starts]:
    made = Starts(folder, (sys.executable, "-c", PROGRAM))
    yield made
    if made.is_running():
        made.stop("end-of-the-test")
        wait(made)


def wait(starts: Starts) -> None:
    """Until the process has ended."""
    ends = time.monotonic() + 20
    while starts.is_running():
        assert time.monotonic() < ends, "it never ended"
        time.sleep(0.02)


def read_words(folder: Path) -> list[object]:
    """What the process said of itself."""
    ends, log = time.monotonic() + 20, folder / ".cache" / "ui" / "try.log"
    while not log.read_text().endswith("\n"):
        assert time.monotonic() < ends, "it never spoke"
        time.sleep(0.02)
    return list(json.loads(log.read_text()))


def test_the_words_are_whole_and_no_shell_sees_them(folder: Path, starts: Starts) -> None:
    assert starts.start("key-0001", "平滑", language="ja") == {"idea": "平滑", "recipe": "base"}
    assert read_words(folder) == [["try", "--folder", str(folder), "--", "base", "平滑"], "ja"]


def test_the_same_key_starts_one_and_another_key_none_beside_it(folder: Path, starts: Starts) -> None:
    first = starts.start("key-0001", "longer")
    pid = json.loads((folder / ".cache" / "ui" / "try.json").read_text())["pid"]
    assert starts.start("key-0001", "longer") == first
    with pytest.raises(InputError) as caught:
        starts.start("key-0002", "quick")
    assert caught.value.codes == ("PAGE_BUSY",)
    assert json.loads((folder / ".cache" / "ui" / "try.json").read_text())["pid"] == pid


def test_it_is_stopped_by_sigint_and_then_another_may_start(folder: Path, starts: Starts) -> None:
    starts.start("key-0001", "longer")
    read_words(folder)
    assert starts.stop("key-0002") == {"idea": "longer"}
    wait(starts)
    found = starts.look()
    assert found is not None
    assert (found.running, found.exit_code) == (False, 130)
    starts.start("key-0003", "quick")
    wait(starts)
    found = starts.look()
    assert found is not None
    assert (found.idea, found.exit_code) == ("quick", 0)


def test_a_restarted_server_finds_it_and_can_stop_it(folder: Path, starts: Starts) -> None:
    starts.start("key-0001", "longer")
    read_words(folder)
    other = Starts(folder)
    found = other.look()
    assert found is not None
    assert (found.running, found.idea) == (True, "longer")
    with pytest.raises(InputError):
        other.start("key-0009", "quick")
    other.stop("key-0002")
    wait(starts)
    assert other.is_running() is False


def test_an_old_record_is_no_reason_to_end_a_stranger(folder: Path) -> None:
    place = folder / ".cache" / "ui"
    place.mkdir(parents=True)
    (place / "try.json").write_text(json.dumps({"idea": "x", "pid": os.getpid()}))
    with pytest.raises(InputError) as caught:
        Starts(folder).stop("key-0001")
    assert caught.value.codes == ("PAGE_NOTHING_RUNS",)


@pytest.mark.parametrize("idea", ["", "--noise", "longer; rm", "epochs=3", "../longer", "Longer"])
def test_only_ideas_of_the_file_are_tried(folder: Path, starts: Starts, idea: str) -> None:
    with pytest.raises(InputError) as caught:
        starts.start("key-0001", idea)
    assert caught.value.codes == ("PAGE_NO_IDEA",)
    assert not (folder / ".cache").exists()


@pytest.mark.parametrize("recipe", ["../base", "base.yaml", "--help", "other"])
def test_only_recipes_of_the_folder_are_changed(starts: Starts, recipe: str) -> None:
    with pytest.raises(InputError) as caught:
        starts.start("key-0001", "longer", recipe)
    assert caught.value.codes == ("PAGE_NO_RECIPE",)


def test_where_nothing_can_be_written_nothing_starts(folder: Path, starts: Starts) -> None:
    (folder / ".cache").write_text("a file stands in its place")
    with pytest.raises(FolderGoneError):
        starts.start("key-0001", "longer")
    assert starts.look() is None


def test_of_a_long_log_the_last_whole_lines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("".join(f"line {number}\n" for number in range(1000)))
    assert read_end(path, 30).splitlines() == ["line 997", "line 998", "line 999"]
    (tmp_path / "link").symlink_to(path)
    assert read_end(tmp_path / "link") == ""
    assert read_end(tmp_path / "none") == ""
