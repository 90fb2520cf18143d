from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.report.checker import Checker
from tests.report.checker import check as checker_of_page

from tamesu.report.progress_chart import HistoryPoint
from tamesu.report.verdict_page import show_counts, show_kept, write_verdict_page
from tamesu.report.words import Words

EN = Words("en")
POINTS = [
    HistoryPoint("2026-10-01T00:00:00Z", 0.82, 0.8, "keep", "平滑化", True),
    HistoryPoint("2026-10-02T00:00:00Z", 0.81, 0.82, "drop", "sgd"),
]


def check(path: Path) -> Checker:
    """The page, checked; its pictures are drawn, none is a file."""
    return checker_of_page(path, also=("img",))


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_whole_page(ledger, tmp_path: Path, language) -> None:
    path = tmp_path / "reports" / "verdicts.html"
    assert write_verdict_page(ledger, POINTS, path, language, title="芸術", false_keeps=0.2, remarks={"sgd": ["!?"]}) == path
    checker = check(path)
    for expected in (*(verdict.idea for verdict in ledger), "芸術", "平滑化", "0.2", "!?"):
        assert expected in checker.text
    assert ("lang", language) in checker.attributes
    assert "nan" not in re.sub(r"[a-z]nan|nan[a-z]", "", checker.text)
    assert path.stat().st_size < 300_000


def test_hundreds_of_ideas_stay_small(make_verdict, tmp_path: Path) -> None:
    verdicts = [make_verdict(f"idea {n}", [0.001 * (n % 7), 0.002, 0.003] * 12) for n in range(100)]
    path = write_verdict_page(verdicts, POINTS, tmp_path / "v.html", title="x")
    check(path)
    assert path.stat().st_size < 3_000_000


def test_what_a_user_named_is_never_markup(make_verdict, tmp_path: Path) -> None:
    bad = '"></title><script>alert(1)</script><img src=x onerror=1>'
    verdicts = [make_verdict(bad, why=bad, note=bad, changes={bad: bad}, per_class={bad: 0.1}, metric=bad, recipe=bad)]
    points = [HistoryPoint(bad, 0.5, 0.4, "keep", bad, True)]
    checker = check(write_verdict_page(verdicts, points, tmp_path / "v.html", title=bad, remarks={bad: [bad]}))
    assert checker.text.count(bad) > 8


def test_equal_verdicts_give_equal_bytes(ledger, tmp_path: Path) -> None:
    pages = [write_verdict_page(ledger, POINTS, tmp_path / name, title="x").read_bytes() for name in ("a", "b")]
    assert pages[0] == pages[1]


def test_the_headline_counts(ledger) -> None:
    assert re.sub("<.*?>", "", show_kept(ledger, EN, 0.2)).startswith("kept4 / 10Of 3 kept by their pairs")
    tiles = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", show_counts(ledger, EN, 0.2)))
    pairs = sum(len(verdict.pairs) for verdict in ledger)
    assert tiles == {
        "dropped": "3",
        "the same": "2",
        "undecided": "1",
        "ideas tried": "10",
        "pairs": str(pairs),
        "expected false keeps": "at most 0.2",
    }
    assert "unknown" in show_counts(ledger, EN, None)
    assert "<dd>0</dd>" in show_counts([one for one in ledger if one.word == "drop"], EN, 0.0)


def test_an_empty_ledger_has_a_page_too(tmp_path: Path) -> None:
    assert "No verdict yet" in check(write_verdict_page([], [], tmp_path / "v.html", title="x")).text
