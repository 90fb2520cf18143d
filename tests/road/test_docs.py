"""The documents keep up with the code: the reference is complete, code blocks run, commands exist, links lead somewhere."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tamesu.cli import cli

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")])


def load_maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_reference_is_what_the_tables_say() -> None:
    written = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    assert written == load_maker().make_reference(), "run `python tools/reference.py`"


def test_the_drawer_is_what_the_cards_say() -> None:
    written = (ROOT / "docs" / "augmentations.md").read_text(encoding="utf-8")
    assert written == load_maker().make_drawer(written), "run `python tools/reference.py`"


def test_the_page_about_heads_is_what_the_cards_say() -> None:
    written = (ROOT / "docs" / "heads.md").read_text(encoding="utf-8")
    assert written == load_maker().make_heads(written), "run `python tools/reference.py`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_code_blocks_run_and_commands_exist(page: Path, tmp_path: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        subprocess.run([sys.executable, "-c", block], cwd=tmp_path, check=True, capture_output=True, timeout=120)
    for line in re.findall(r"^ {4}(tamesu .*)$", text, re.MULTILINE):
        words = shlex.split(line, comments=True)
        assert words[1] in cli.commands, line
        parameters = cli.commands[words[1]].params
        known = {option for parameter in parameters for option in (*parameter.opts, *parameter.secondary_opts)}
        for word in words[2:]:
            assert not word.startswith("--") or word in known, line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_both_readmes_name_the_same_commands() -> None:
    pattern = re.compile(r"^ {4}((?:tamesu|make) .*?)(?: +#.*)?$", re.MULTILINE)
    english, japanese = (
        [match.split("  ")[0].strip() for match in pattern.findall((ROOT / name).read_text(encoding="utf-8"))]
        for name in ("README.md", "README.ja.md")
    )
    assert english == japanese
