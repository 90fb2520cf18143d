"""The house keeps its own rules: tests mirror the package, files stay small, torch stays in its rooms, nothing unsafe."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "tamesu"
# Whole-road tests, and helpers that make inputs, mirror no single file.
FREE = {"road", "conftest.py", "test_house.py"}
# Reviewed: plugins are the user's own code, run because the user put it there.
REVIEWED = {"plugins.py"}


def sources() -> list[Path]:
    return [path for path in sorted(SOURCE.rglob("*.py")) if path.name not in ("__init__.py", "__main__.py")]


def does_something(path: Path) -> bool:
    """Whether a module holds a function or a class; messages are data, and `messages/test_message.py` reads all of them."""
    return any(isinstance(node, (ast.FunctionDef, ast.ClassDef)) for node in ast.walk(ast.parse(path.read_text())))


def test_every_module_has_its_test_file_and_the_other_way_round() -> None:
    mirrored = {path.relative_to(SOURCE).with_name(f"test_{path.name}") for path in sources()}
    wanted = {path.relative_to(SOURCE).with_name(f"test_{path.name}") for path in sources() if does_something(path)}
    there = {path.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")}
    there = {path for path in there if path.parts[0] not in FREE}
    assert sorted(map(str, there - mirrored)) == [], "tests of modules that are not there"
    assert sorted(map(str, wanted - there)) == [], "modules without a test file"


def test_no_file_is_longer_than_400_lines() -> None:
    long = {str(path.relative_to(ROOT)): n for path in sources() if (n := len(path.read_text().splitlines())) > 400}
    assert long == {}


def test_no_junk_drawers() -> None:
    names = {path.stem for path in sources()} | {path.parent.name for path in sources()}
    assert not names & {"utils", "common", "helpers", "misc"}


def test_nothing_unsafe_is_called() -> None:
    unsafe = re.compile(
        r"\bpickle\b|joblib\.load|allow_pickle=True|weights_only=False|\beval\(|\bexec\(|yaml\.load\(|shell=True|torch\.load\("
    )
    found = []
    for path in sources():
        if path.name in REVIEWED:
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            code = line.split("#")[0]
            # A docstring may name what is avoided; a call never stands in one.
            if unsafe.search(code) and not code.strip().startswith(('"', "'")) and re.search(r"[(=]", code):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    allowed = [line for line in found if "network.eval()" in line or ".eval()" in line]
    assert sorted(set(found) - set(allowed)) == []


@pytest.mark.parametrize(
    "module", ["tamesu", "tamesu.artifacts", "tamesu.results", "tamesu.metrics", "tamesu.report", "tamesu.execution"]
)
def test_import_leaves_torch_out(module: str) -> None:
    program = f"""
import importlib, pkgutil, sys
package = importlib.import_module({module!r})
if {module!r} != "tamesu":
    for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(info.name)
bad = [name for name in ("torch", "torchvision", "timm", "sklearn", "matplotlib", "pandas") if name in sys.modules]
assert not bad, bad
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_help_needs_little_processor_time() -> None:
    program = "import os, sys\nfrom tamesu.cli import main\nmain(['--help'])\nprint(sum(os.times()[:2]), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    # Not a speed test: half a second of processor time is what importing torch alone would exceed three times over.
    assert float(done.stderr) < 0.5
    assert "torch" not in done.stderr


def test_import_contracts_hold() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
