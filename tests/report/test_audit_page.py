from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.report.checker import Checker
from tests.report.checker import check as checker_of_page

from tamesu.messages import CATALOGUE
from tamesu.messages.message import Message
from tamesu.report.audit_page import MOST_IDS, mark_code, write_audit_page
from tamesu.results.audit.view import AuditView
from tamesu.results.finding import Chart, Finding, in_order

HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\x1b[31mred", "\u202egpj.tac", "=1+1", "שלום/1.png")
CLASSES = ("長袖シャツ（襟付き・ボタンダウン）", "帽子", "靴", "上着・ジャケット・コートなどのアウター", "<b>bold</b>")
COMMAND = "tamesu folds --groups {name}"


def check(path: Path) -> Checker:
    """The page, checked; every picture has words in its place, and no address stands anywhere."""
    checker = checker_of_page(path)
    assert all(picture.get("alt") for picture in checker.pictures)
    assert not re.search(r"https?://", path.read_text(encoding="utf-8"))
    return checker


@pytest.fixture(autouse=True)
def messages(monkeypatch) -> None:
    leak = Message("folds leak: {rows} rows", f"run `{COMMAND}`", "fold がリーク: {rows} 行", f"`{COMMAND}` を実行")
    monkeypatch.setitem(CATALOGUE, "AUDIT_LEAK", leak)
    named = Message("{name} is odd", "look at `{name}`", "{name} が変です", "`{name}` を見てください")
    monkeypatch.setitem(CATALOGUE, "AUDIT_ODD", named)


def draw(row: int) -> bytes | None:
    if row % 17 == 3:
        return None
    pixels = np.random.default_rng(row).integers(0, 255, (32, 32, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return buffer.getvalue()


def make_findings(rows: int, name: str) -> list[Finding]:
    rng = np.random.default_rng(0)
    values = rng.normal(size=rows).tolist()
    charts = (
        Chart("histogram", "brightness", {"train": values, "test": values[: rows // 3]}),
        Chart("histogram", name, dict.fromkeys(CLASSES, values)),
        Chart("bars", "counts", {"rows": [1.0, 2.0, 3.0, 4.0, 5.0]}, CLASSES),
        Chart("matrix", "confusion", {one: [0.5] * len(CLASSES) for one in CLASSES}, CLASSES),
    )
    pairs = tuple((k, (k + 1) % rows) for k in range(min(30, rows)))
    return in_order(
        [
            Finding("AUDIT_ODD", "note", {"name": name}, charts=charts),
            Finding("AUDIT_LEAK", "severe", {"rows": rows, "name": name}, tuple(range(rows)), pairs, (name, "0.99")),
            Finding("AUDIT_ODD", "warning", {"name": name}, (3,)),
        ]
    )


def make_view(rows: int, name: str, findings: list[Finding] | None = None) -> AuditView:
    ids = tuple(f"{HOSTILE[row % len(HOSTILE)]}-{row}" for row in range(rows))
    labels = tuple(CLASSES[row % len(CLASSES)] for row in range(rows - rows // 4))
    found = make_findings(rows, name) if findings is None else findings
    folds = tuple(str(row % 5) for row in range(rows))
    return AuditView(name, tuple(found), ids, len(labels), draw, labels, folds, 5, 12.34, {"tamesu": "1.2", "NumPy": "2.0"})


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("name", ["芸術", *HOSTILE])
def test_a_whole_page_whatever_things_are_called(language, name: str, tmp_path: Path) -> None:
    path = tmp_path / "reports" / "audit.html"
    assert write_audit_page(make_view(80, name), path, language) == path
    checker = check(path)
    assert checker.tags[0] == "html" and checker.attributes[0] == ("lang", language)
    assert checker.tags.count("section") == 3 and checker.tags.count("details") == 2
    assert checker.text.count("\x1b") == 0 and checker.text.count(CLASSES[3]) > 10
    assert "12.3" in checker.text and "NumPy 2.0" in checker.text
    assert path.stat().st_size < 1_000_000


def test_the_worst_stands_first_and_what_to_do_can_be_copied(tmp_path: Path) -> None:
    text = write_audit_page(make_view(80, "pets"), tmp_path / "a.html").read_text()
    assert 'class="main-score severe"' in text and "First to look at: Folds leak" in text
    assert re.findall(r'href="#finding-\d+">([^<]+)</a>', text) == ["Folds leak", "pets is odd", "pets is odd"]
    assert "<pre><code>tamesu folds --groups pets</code></pre>" in text
    # A bare name is code in its sentence, but nothing to paste.
    assert "<code>pets</code>" in text and "<pre><code>pets" not in text
    assert re.findall(r"<dd>([\d,–]+)</dd>", text) == ["60", "20", "5", "1", "1", "1"]
    assert "24 of 30 are shown" in text


def test_no_findings_have_a_page_too(tmp_path: Path) -> None:
    for language, sentence in (("en", "Nothing was found that makes a score false"), ("ja", "見つかりませんでした")):
        view = AuditView("x", (), ("a", "b"), 2, draw)
        checker = check(write_audit_page(view, tmp_path / "a.html", language))
        assert sentence in checker.text and "section" not in checker.tags and "–" in checker.text


def test_warnings_alone_make_no_score_false(tmp_path: Path) -> None:
    view = make_view(20, "x", [Finding("AUDIT_ODD", "warning", {"name": "y"})])
    assert "Nothing was found that makes a score false" in check(write_audit_page(view, tmp_path / "a.html")).text


def test_many_rows_stay_small_and_their_ids_end_in_audit_json(tmp_path: Path) -> None:
    path = write_audit_page(make_view(5000, "x"), tmp_path / "a.html")
    checker = check(path)
    assert f"{5000 - MOST_IDS:,} more in audit.json" in checker.text
    assert checker.tags.count("bdi") < 3000 and path.stat().st_size < 2_000_000


def test_the_largest_audit_is_below_its_limit(tmp_path: Path) -> None:
    rows = 100_000
    picture = np.random.default_rng(0).bytes(20_000)
    buffer = io.BytesIO()
    Image.new("RGB", (128, 128)).save(buffer, format="JPEG")
    ids = tuple(f"{'とても長い' * 40}/{row}.png" for row in range(rows))
    sets = tuple(tuple(range(k, k + 12)) for k in range(50))
    values = np.random.default_rng(0).normal(size=rows).tolist()
    chart = Chart("histogram", "brightness", {"train": values})
    findings = [
        Finding(
            "AUDIT_LEAK", "severe", {"rows": rows, "name": "x"}, tuple(range(rows)), sets, ("注" * 5000,) * 50, 0.0, (chart,)
        )
    ] * 25
    view = AuditView("x", tuple(findings), ids, rows, lambda row: buffer.getvalue() + picture, ("猫" * 500,) * rows)
    assert write_audit_page(view, tmp_path / "a.html").stat().st_size < 15_000_000


def test_equal_audits_give_equal_bytes(tmp_path: Path) -> None:
    pages = [write_audit_page(make_view(60, "x"), tmp_path / name).read_bytes() for name in ("a", "b")]
    assert pages[0] == pages[1]


def test_code_between_backticks_is_code() -> None:
    assert mark_code("a `b` c `<d>`") == "a <code>b</code> c <code>&lt;d&gt;</code>"
    assert mark_code("one ` alone") == "one ` alone"
