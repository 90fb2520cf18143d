from __future__ import annotations

from pathlib import Path

import pytest
from tests.report.checker import check

from tamesu.report import write_report
from tamesu.report.matrix import read_script
from tamesu.results.scores import score_run


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_whole_report(paintings, tmp_path: Path, language) -> None:
    path = tmp_path / "reports" / f"{paintings.run.name}.html"
    assert write_report(paintings.run, paintings.train, paintings.train, paintings.scores, path, language) == path
    checker = check(path, script=read_script())
    assert all(name in checker.text for name in paintings.run.spec.targets["theme"].labels)
    assert f"{paintings.scores.cv:.4f}" in checker.text
    assert ("lang", language) in checker.attributes
    policy = [value for name, value in checker.attributes if name == "content" and "default-src" in value]
    assert policy and policy[0].count("script-src") == 1 and "default-src 'none'" in policy[0]
    assert path.stat().st_size < 2_000_000


@pytest.fixture(scope="module")
def plain_page(paintings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In English, without verdicts."""
    path = tmp_path_factory.mktemp("plain") / "r.html"
    return write_report(paintings.run, paintings.train, None, paintings.scores, path)


@pytest.fixture(scope="module")
def hostile_page(hostile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(hostile.run, hostile.train, None, hostile.scores, tmp_path_factory.mktemp("hostile-page") / "a.html")


def test_the_order_is_that_in_which_a_competitor_reads(plain_page: Path) -> None:
    text = plain_page.read_text(encoding="utf-8")
    order = ["<header>", *(f'<section id="{name}"' for name in ("folds", "curves", "target-0", "target-1", "inputs", "recipe"))]
    order += ['<section id="environment"', '<section id="reproduce"']
    places = [text.index(mark) for mark in order]
    assert places == sorted(places)


def test_verdicts_of_the_run_stand_after_the_folds_and_only_when_there_are_any(
    paintings, ledger, plain_page: Path, tmp_path: Path
) -> None:
    made = paintings.run, paintings.train, None, paintings.scores
    text = write_report(*made, tmp_path / "r.html", "ja", ledger).read_text(encoding="utf-8")
    places = [text.index(f'<section id="{name}"') for name in ("folds", "verdicts", "curves")]
    assert places == sorted(places)
    checker = check(tmp_path / "r.html", script=read_script())
    assert all(verdict.idea in checker.text for verdict in ledger)
    assert 'id="verdicts"' not in plain_page.read_text(encoding="utf-8")


def test_what_the_user_named_is_never_markup(hostile, hostile_page: Path) -> None:
    checker = check(hostile_page, script=read_script())
    assert all(name in checker.text for name in hostile.run.spec.targets["theme"].labels)
    assert "<b>bold</b> & </p><script>1</script>" in checker.text


def test_equal_runs_give_equal_bytes(hostile, hostile_page: Path, tmp_path: Path) -> None:
    again = write_report(hostile.run, hostile.train, None, hostile.scores, tmp_path / "b.html")
    assert again.read_bytes() == hostile_page.read_bytes()


def test_a_run_that_is_not_done_has_a_report_too(tmp_path: Path, make_synthetic) -> None:
    made = make_synthetic(
        tmp_path, {"y": ("class", ("a", "b"))}, rows=40, n_splits=3, epochs=3, skip=("r0-f0-s0",), diverged=("r0-f1-s0",)
    )
    assert made.scores.seeds == []
    checker = check(write_report(made.run, made.train, None, score_run(made.run, made.train), tmp_path / "r.html"))
    for words in ("no CV score", "1 of 3 jobs are not done", "diverged at epoch 3, step 12", "once a seed has all its folds"):
        assert words in checker.text


def test_the_style_knows_phones_dark_and_paper() -> None:
    from importlib.resources import files

    style = files("tamesu.report").joinpath("style.css").read_text(encoding="utf-8")
    assert "prefers-color-scheme: dark" in style and "@media print" in style and "max-width: 520px" in style
    assert style.count("{") == style.count("}")
    assert "</" not in style
