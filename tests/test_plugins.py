"""Plugins: run once, known by their bytes, taken out when they change, and told in one line when they fail."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

import pytest

from tamesu.artifacts.files import digest_files
from tamesu.errors import InputError
from tamesu.metrics import METRICS
from tamesu.plugins import PREFIX, find_plugins, forget, load_plugins

GOOD = """\
from __future__ import annotations

from tamesu.metrics import METRICS

RUNS = []


@METRICS.register("{name}")
class Mine:
    def __init__(self, *, p: float = {p}) -> None:
        self.p = p
"""


@pytest.fixture(autouse=True)
def clean():
    """No plugin outlives its test."""
    yield
    for name in [name for name in sys.modules if name.startswith(PREFIX)]:
        forget(name)
    assert not [name for name, part in METRICS.items() if part.__module__.startswith(PREFIX)]


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / "plugins" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_no_folder_is_no_plugins(tmp_path: Path) -> None:
    plugins = load_plugins(tmp_path)
    assert (plugins.files, plugins.names) == ({}, ())
    assert plugins.digest == digest_files(tmp_path / "plugins")


def test_registers_once_whatever_is_loaded_how_often(tmp_path: Path) -> None:
    write(tmp_path, "mine.py", GOOD.format(name="mine", p=1.0))
    write(tmp_path, "写真-2.py", GOOD.format(name="yours", p=2.0))
    first, second = load_plugins(tmp_path), load_plugins(tmp_path)
    assert first == second
    assert first.names == ("metric mine", "metric yours")
    assert first.digest == digest_files(tmp_path / "plugins")
    assert METRICS.build("mine", {}).p == 1.0
    assert METRICS.check("mine", {"p": "x"})[0].code == "CONFIG_TYPE"


def test_the_same_file_in_a_copied_folder_is_the_same_plugin(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write(tmp_path / folder, "mine.py", GOOD.format(name="mine", p=1.0))
    assert load_plugins(tmp_path / "a") == load_plugins(tmp_path / "b")


def test_a_changed_file_replaces_what_it_had_registered(tmp_path: Path) -> None:
    write(tmp_path, "mine.py", GOOD.format(name="mine", p=1.0))
    before = load_plugins(tmp_path)
    write(tmp_path, "mine.py", GOOD.format(name="mine", p=3.0))
    after = load_plugins(tmp_path)
    assert METRICS.build("mine", {}).p == 3.0
    assert before.digest != after.digest


def test_another_folders_plugins_are_taken_out(tmp_path: Path) -> None:
    write(tmp_path / "a", "mine.py", GOOD.format(name="mine", p=1.0))
    write(tmp_path / "b", "other.py", GOOD.format(name="mine", p=2.0))
    load_plugins(tmp_path / "a")
    assert load_plugins(tmp_path / "b").names == ("metric mine",)
    assert METRICS.build("mine", {}).p == 2.0
    load_plugins(tmp_path / "c")
    assert "mine" not in METRICS


def test_its_classes_pickle_and_leave_no_compiled_file(tmp_path: Path) -> None:
    write(tmp_path, "mine.py", GOOD.format(name="mine", p=1.0))
    load_plugins(tmp_path)
    assert pickle.loads(pickle.dumps(METRICS.build("mine", {"p": 5.0}))).p == 5.0
    assert [path.name for path in (tmp_path / "plugins").iterdir()] == ["mine.py"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("import os\nraise RuntimeError('no\\nluck')\n", 2, "RuntimeError: no luck"),
        ("x = 1\ny = (\n", 2, "SyntaxError: '(' was never closed"),
        ("def f():\n    return 1 / 0\n\nf()\n", 2, "ZeroDivisionError: division by zero"),
        ("import sys\nsys.exit('bye')\n", 2, "SystemExit: bye"),
        ("import no_such_module_here\n", 1, "ModuleNotFoundError"),
        ("from tamesu.metrics import METRICS\n\n@METRICS.register('accuracy')\nclass A: ...\n", 3, "there is a metric called"),
        ("# -*- coding: nonsense -*-\n", None, "SyntaxError"),
    ],
)
def test_a_failing_plugin_is_one_line(text: str, line: int | None, words: str, tmp_path: Path) -> None:
    write(tmp_path, "bad.py", text)
    with pytest.raises(InputError) as caught:
        load_plugins(tmp_path)
    fault = caught.value.faults[0]
    assert (fault.code, str(fault.where.file), fault.where.line) == ("PLUGIN_FAILED", "plugins/bad.py", line)
    assert words in fault.text("en") and "\n" not in fault.text("en") and "Traceback" not in fault.text("ja")


def test_nothing_of_a_failed_plugin_stays(tmp_path: Path) -> None:
    write(tmp_path, "mine.py", GOOD.format(name="mine", p=1.0) + "\nraise ValueError('late')\n")
    for _ in range(2):
        with pytest.raises(InputError) as caught:
            load_plugins(tmp_path)
        assert "late" in str(caught.value)
    assert "mine" not in METRICS
    write(tmp_path, "mine.py", GOOD.format(name="mine", p=1.0))
    assert load_plugins(tmp_path).names == ("metric mine",)


def test_all_failures_are_told_and_the_good_ones_run(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "1 / 0\n")
    write(tmp_path, "b.py", GOOD.format(name="mine", p=1.0))
    write(tmp_path, "c.py", "import")
    with pytest.raises(InputError) as caught:
        load_plugins(tmp_path)
    assert [str(fault.where.file) for fault in caught.value.faults] == ["plugins/a.py", "plugins/c.py"]


def test_only_files_of_the_plugins_folder_run(tmp_path: Path) -> None:
    canary = f"open({str(tmp_path / 'CANARY')!r}, 'w')\n"
    for name in ("plugin.py", "conftest.py", "sitecustomize.py", "evil.pth", "__init__.py", "outside.py"):
        (tmp_path / name).write_text(canary)
    write(tmp_path, ".hidden.py", canary)
    write(tmp_path, "sub/deep.py", canary)
    (tmp_path / "plugins" / "link.py").symlink_to(tmp_path / "outside.py")
    with pytest.raises(InputError) as caught:
        load_plugins(tmp_path)
    assert [(fault.code, str(fault.where)) for fault in caught.value.faults] == [("PLUGIN_OUTSIDE", "plugins/link.py")]
    assert not (tmp_path / "CANARY").exists()
    assert [path.name for path in find_plugins(tmp_path)] == ["link.py"]
