"""The relabelling page: what is in it, that nothing in it runs or fetches but its own script, and what the script writes."""

from __future__ import annotations

import base64
import csv
import hashlib
import html
import io
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest

from tamesu.artifacts.worksheet import COLUMNS, guard_cell
from tamesu.report.relabel_page import embed, make_relabel_page

HOSTILE = ("<script>alert(1)</script>", "=1+1", "</script><img src=x onerror=alert(1)>", "猫 & 犬", "\ud800", '"')
PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SCRIPT = files("tamesu.report").joinpath("relabel.js").read_text(encoding="utf-8")


class Elements(HTMLParser):
    """Every element of a page with its attributes, as a browser would see them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))


def row(name: str, **cells: str) -> dict[str, str]:
    return dict.fromkeys(COLUMNS, "") | {"id": name, "image": f"{name}.jpg", "label": "cat", "proposed": "dog"} | cells


def data_of(page: str) -> dict:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def node(code: str, *arguments: str) -> str:
    program = shutil.which("node")
    if program is None:
        pytest.skip("needs node to run the page's script")
    found = subprocess.run([program, "-e", code, *arguments], capture_output=True, text=True, check=True, timeout=60)
    return found.stdout


def test_rows_labels_and_pictures_are_there() -> None:
    rows = [row("a"), row("b", new_label="fox", seconds="7")]
    page = make_relabel_page("theme", ["cat", "dog", "fox"], rows, {"a": PIXEL}, guideline="A cat has whiskers.", language="en")
    data = data_of(page)
    assert data["rows"] == rows and data["labels"] == ["cat", "dog", "fox"] and data["file"] == "theme.csv"
    assert data["words"]["progress"] == "{done} of {total} decided, {time} spent"
    assert page.count(PIXEL) == 1 and "A cat has whiskers." in page and "cannot be seen in this picture" in page
    assert 'lang="en"' in page
    japanese = make_relabel_page("theme", ["cat"], rows, {}, language="ja")
    assert "この画像では分からない" in japanese and "relabel/theme.md" in japanese


def test_nothing_runs_but_the_script_and_nothing_is_fetched() -> None:
    rows = [row(name, label=name, proposed=name, note=name) for name in HOSTILE]
    page = make_relabel_page("the<b>me", HOSTILE, rows, {HOSTILE[0]: PIXEL}, guideline="\n".join(HOSTILE), language="en")
    page.encode("utf-8")
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL)
    assert [attributes for attributes, _ in scripts] == [' type="application/json" id="data"', ""]
    assert scripts[1][1] == SCRIPT
    policy = html.unescape(re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1])  # type: ignore[index]
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in policy and "default-src 'none'" in policy
    seen = Elements()
    seen.feed(page)
    assert len(seen.found) > 50
    assert not [name for _, attributes in seen.found for name, _ in attributes if name.startswith("on")]
    links = [value for _, attributes in seen.found for name, value in attributes if name in ("src", "href", "action")]
    assert links and all(str(value).startswith("data:") for value in links)
    assert {tag for tag, _ in seen.found}.isdisjoint({"iframe", "object", "embed", "form", "base"})
    assert "http" not in page.replace("http-equiv", "")
    assert not re.search(r"\b(fetch|XMLHttpRequest|import|eval|innerHTML)\b", SCRIPT)
    assert [one["label"] for one in data_of(page)["rows"]] == list(HOSTILE)


def test_the_guideline_is_shown_as_a_text_and_not_as_its_marks() -> None:
    page = make_relabel_page("theme", ["cat"], [row("a")], {}, guideline="# Cats\n\n- **Bengal**: <spots>\n", language="en")
    assert "<h3>Cats</h3><ul><li><strong>Bengal</strong>: &lt;spots&gt;</li></ul>" in page
    assert "white-space:pre-wrap;max-height" not in page


def test_pictures_from_elsewhere_are_refused() -> None:
    with pytest.raises(ValueError, match="fetches nothing"):
        make_relabel_page("theme", [], [row("a")], {"a": "https://example.org/a.png"}, language="en")


def test_data_holds_no_markup() -> None:
    assert "<" not in embed(HOSTILE) and ">" not in embed(HOSTILE) and "&" not in embed(HOSTILE)
    assert json.loads(embed(HOSTILE)) == list(HOSTILE)


def test_the_script_writes_what_python_would() -> None:
    cells = ["a,b", 'say "x"', "two\nlines", "=1", "'=1", "''=", "+", "-1", "@x", "\tt", "猫", "", "plain", "'tis"]
    code = f"{SCRIPT}\nprocess.stdout.write(module.exports.writeTable(['id', 'note'], JSON.parse(process.argv[1])));"
    written = node(code, json.dumps([{"id": str(number), "note": cell} for number, cell in enumerate(cells)]))
    assert written.startswith("\ufeffid,note\n")
    read = list(csv.DictReader(io.StringIO(written[1:], newline="")))
    assert [line["note"] for line in read] == [guard_cell(cell) for cell in cells]


def test_the_script_toggles_labels_and_tells_time() -> None:
    code = (
        f"{SCRIPT}\n"
        "console.log(JSON.stringify([toggleLabel('a|b', 'a', '|'), toggleLabel('a', 'c', '|'), toggleLabel('?', 'c', '|'),"
        "toggleLabel('', 'c', ' '), showTime(0), showTime(3725)]));"
    )
    assert json.loads(node(code)) == ["b", "a|c", "c", "c", "0:00:00", "1:02:05"]


@pytest.mark.slow
def test_a_browser_can_work_through_the_page_by_keyboard(tmp_path: Path) -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("needs a browser")
    rows = [row(name) for name in "abcde"]
    page = str(make_relabel_page("theme", ["cat", "dog", "fox"], rows, {}, language="en"))
    # The driver is a script of its own, which the page's policy rightly refuses.
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    driver = """<script>
    const press = (key) => document.body.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
    URL.createObjectURL = (blob) => { blob.text().then((text) => { document.title = text; }); return "data:,"; };
    for (const key of ["Enter", "k", "u", "3", "3", "z"]) press(key);
    document.getElementById("download").click();
    </script></body>"""
    path = tmp_path / "page.html"
    path.write_text(page.replace("</body>", driver), encoding="utf-8")
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    found = subprocess.run(
        [*command, "--virtual-time-budget=3000", "--dump-dom", path.as_uri()], capture_output=True, text=True, timeout=120
    )
    title = html.unescape(re.search(r"<title>(.*?)</title>", found.stdout, re.DOTALL)[1])  # type: ignore[index]
    read = list(csv.DictReader(io.StringIO(title.lstrip("\ufeff"), newline="")))
    assert [line["new_label"] for line in read] == ["dog", "cat", "?", "fox", ""]
