"""The local pages in a real browser: whole, offline, usable on a phone, deaf to hostile names; a try from click to verdict."""

from __future__ import annotations

import csv
import io
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import numpy as np
import pytest
import yaml
from tests.ledger import verdict_of
from tests.tiny import write_competition
from tests.web.answered import write_answered
from tests.web.many import write_many
from tests.web.trained import write_trained

from tamesu.artifacts.audit_file import write_audit
from tamesu.artifacts.audit_rows import AuditRows, DoubtedRow, Near, write_audit_rows
from tamesu.artifacts.corrections import unguard
from tamesu.artifacts.dataset import load_train
from tamesu.artifacts.explanation import Explanation, write_explanation
from tamesu.artifacts.loading import load_competition
from tamesu.artifacts.verdict import read_ledger, write_verdict
from tamesu.results.finding import Finding
from tamesu.web.serve import serve_in_thread

pytestmark = pytest.mark.slow

# Of RELIABILITY 4.2: HTML, quotes, template braces, right-to-left, 250 bytes, outside the BMP, formulas.
NAMES = [
    *("<img src=x onerror=window.hit=1>", '"><script>window.hit=1</script>', "' onmouseover='window.hit=1", "{{7*7}}${7*7}"),
    *("\u202egpj.elif", "長" * 83, "𓂀🐈", "=1+1", "a b", "javascript:window.hit=1", "</title><svg onload=window.hit=1>"),
]

# Enough pictures stand in the part of the wall that is seen, and each of them is loaded.
IN_SIGHT = """(() => {
  const wall = document.getElementById('wall').getBoundingClientRect();
  const seen = [...document.querySelectorAll('#wall .picture')].filter(one => {
    const box = one.getBoundingClientRect();
    return box.bottom > wall.top && box.top < wall.bottom;
  });
  return seen.length > 15 && seen.every(one => one.querySelector('img').naturalWidth > 0);
})()"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser; the tests skip where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright (pip install 'tamesu[dev]')")
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("needs chromium or google-chrome on the PATH")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Visitor:
    """A page of the browser that notes everything that must not happen, and reaches nothing but the pages."""

    def __init__(self, browser: Any, address: str, once: str, scheme: str = "light") -> None:
        self.address, self.troubles, self.foreign = address, [], []
        self.context = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 900})
        self.page = self.context.new_page()
        self.page.route("**/*", self.look_at)
        self.page.on("console", lambda said: said.type in ("error", "warning") and self.troubles.append(said.text))
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.troubles.append(f"dialog {dialog.message}"), dialog.dismiss()))
        self.page.goto(f"{address}/open?token={once}")
        self.page.wait_for_url("**/competition")

    def look_at(self, route: Any) -> None:
        url = route.request.url
        if url.startswith((self.address, "data:")):
            route.continue_()
        else:
            self.foreign.append(url)
            route.abort()

    def visit(self, path: str, width: int = 1280) -> str:
        """Open a page; it must be whole and no wider than the window."""
        self.page.set_viewport_size({"width": width, "height": 900})
        answer = self.page.goto(self.address + path)
        assert answer.status == 200, path
        self.page.wait_for_load_state("networkidle") if "live" in path else self.page.wait_for_timeout(150)
        beyond = self.page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth")
        assert beyond <= 0, f"{path} is {beyond} px wider than a window of {width}"
        assert self.page.evaluate("window.hit") is None
        return str(self.page.inner_text("body"))

    def wait_until(self, expression: str, limit_s: float = 60) -> None:
        """Until an expression holds. Not the browser's own waiting: that needs `eval`, which the pages forbid."""
        ends = time.monotonic() + limit_s
        while not self.page.evaluate(expression):
            assert time.monotonic() < ends, expression
            time.sleep(0.05)

    def close(self) -> None:
        self.context.close()
        assert self.troubles == []
        assert self.foreign == []


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trained competition in which whatever its user may name has a name that means harm."""
    folder = tmp_path_factory.mktemp("hostile") / "tiny"
    write_trained(folder)
    rows = (folder / "data" / "train.csv").read_text(encoding="utf-8").splitlines()
    ids = []
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["id", "kind", "size", "file"])
    for number, row in enumerate(rows[1:]):
        name, _, size = row.split(",")
        ids.append(NAMES[number] if number < len(NAMES) else name)
        writer.writerow([ids[-1], NAMES[number % 3], size, name])
    (folder / "data" / "train.csv").write_text(text.getvalue(), encoding="utf-8")
    facts = yaml.safe_load((folder / "competition.yaml").read_text(encoding="utf-8"))
    facts["train"]["image"] = "data/train/{file}.png"
    (folder / "competition.yaml").write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
    for number, name in enumerate(NAMES):
        write_verdict(folder, verdict_of(name, {"epochs": 20 + number}, "keep", day=3 + number, why=name, note=name))
    found = [Finding("CONFIG_EMPTY", "severe", {}, rows=tuple(range(len(NAMES))), captions=tuple(NAMES))]
    write_audit(folder, found, ids, data_digest="d", seconds=1.0, time="2026-08-01T09:00:00+00:00")
    near = (Near(id=NAMES[1], likeness=0.9), Near(id=ids[20], likeness=0.8))
    doubts = [
        DoubtedRow(id=name, label=NAMES[place % 3], proposed=NAMES[(place + 1) % 3], reason="probs", odds=90.0, near=near)
        for place, name in enumerate(NAMES)
    ]
    sets = {"copies": (tuple(NAMES), (ids[20], ids[21])), "groups": ((ids[22], ids[23], ids[24]),)}
    write_audit_rows(folder, AuditRows(target="kind", time="2026-08-01T09:00:00+00:00", doubts=tuple(doubts), sets=sets))
    return folder


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_whole_offline_and_no_wider_than_a_phone(chromium: Any, hostile: Path, scheme: str) -> None:
    with serve_in_thread(hostile) as (address, keys):
        visitor = Visitor(chromium, address, keys.once, scheme)
        runs = sorted(path.parent.name for path in hostile.glob("runs/*/run.json"))
        paths = ["/competition", "/runs", "/runs?group=recipe", *(f"/runs/{name}" for name in runs)]
        paths += [
            f"/compare?run={runs[0]}&run={runs[1]}",
            "/verdicts",
            "/ideas",
            "/augmentations",
            "/augmentations?part=rotate",
            "/data",
            "/leaderboard",
            "/submissions",
        ]
        paths += ["/ensembles", f"/ensembles?run={runs[0]}&run={runs[1]}", "/relabel", "/groups", "/groups?of=copies&set=0"]
        paths += ["/errors"]
        for path in paths:
            for width in (1280, 390):
                visitor.visit(path, width)
        for name in NAMES:
            assert name.replace("\u202e", "") in visitor.visit(f"/image?id={quote(name)}", 390).replace("\u202e", "")
        shown = visitor.visit("/verdicts")
        assert all(name.replace("\u202e", "") in shown.replace("\u202e", "") for name in NAMES if len(name) < 60)
        shown = visitor.visit("/data")
        assert NAMES[0] in shown
        visitor.wait_until("document.querySelectorAll('#wall img').length > 5")
        visitor.wait_until("[...document.querySelectorAll('#wall img')].every(one => one.naturalWidth > 0)")
        background = visitor.page.evaluate("getComputedStyle(document.body).backgroundColor")
        red = int(re.findall(r"\d+", background)[0])
        assert (red < 60) == (scheme == "dark")
        assert visitor.page.evaluate("[...document.scripts].every(one => one.src.startsWith(location.origin))")
        visitor.close()


def test_keys_and_deep_links_lead_where_they_say(chromium: Any, hostile: Path) -> None:
    with serve_in_thread(hostile) as (address, keys):
        visitor = Visitor(chromium, address, keys.once)
        page = visitor.page
        for key, place in (
            ("r", "/runs"),
            ("v", "/verdicts"),
            ("i", "/ideas"),
            ("e", "/ensembles"),
            ("d", "/data"),
            ("c", "/competition"),
        ):
            page.keyboard.press("g")
            page.keyboard.press(key)
            page.wait_for_url(f"**{place}")
        visitor.visit("/runs")
        page.keyboard.press("j")
        page.keyboard.press("j")
        second = page.locator("tr.at a.go").get_attribute("href")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{second}")
        visitor.visit("/ideas#card-sepia")
        assert page.locator("#card-sepia").get_attribute("open") is not None
        page.fill("input[data-filters]", "sepia")
        assert 1 <= page.locator(".card:visible").count() < 20
        page.click("a.language")
        visitor.wait_until("document.documentElement.lang === 'ja'")
        assert "アイデア" in visitor.visit("/ideas")
        visitor.close()


def test_errors_scroll_like_images_and_hostile_classes_lead_to_their_cells(chromium: Any, tmp_path: Path) -> None:
    folder = tmp_path / "c"
    labels = NAMES[:3]
    [run, other], train, said = write_answered(folder, labels=labels, ids=NAMES, rows=9000, runs=2)
    (folder / "reports").mkdir()
    told = said[0].argmax(axis=1)
    worst = min(np.flatnonzero(told != train.targets["y"].values).tolist(), key=lambda row: said[0][row, row % 3])
    near = tuple((train.ids[row], 0.5) for row in range(4))
    write_explanation(folder, Explanation(run=run.name, nearest={train.ids[worst]: near}))
    with serve_in_thread(folder) as (address, keys):
        visitor = Visitor(chromium, address, keys.once)
        page = visitor.page
        for width in (1280, 390):
            visitor.visit(f"/errors?run={run.name}", width)
            page.wait_for_selector("#wall .picture")
            visitor.wait_until("document.querySelectorAll('#wall .nearest a').length === 4")
            assert page.locator("#wall .picture bdi").first.inner_text().replace("\u202e", "") in {
                name.replace("\u202e", "") for name in labels
            }
        page.set_viewport_size({"width": 1280, "height": 900})
        for share in (0.5, 1.0):
            page.evaluate(
                "share => { const wall = document.getElementById('wall'); wall.scrollTop = share * wall.scrollHeight; }", share
            )
            visitor.wait_until("document.querySelectorAll('#wall .picture').length > 10")
            visitor.wait_until("[...document.querySelectorAll('#wall img')].every(one => one.naturalWidth > 0)")
            assert page.locator("#wall .picture").count() < 150
        for width in (1280, 390):
            visitor.visit(f"/compare?run={run.name}&run={other.name}", width)
            visitor.visit(f"/compare/images?run={run.name}&run={other.name}&state=broke", width)
            visitor.wait_until("document.querySelectorAll('#wall .picture').length > 3")
        # From a cell of the matrix to its images, by a click.
        visitor.visit(f"/runs/{run.name}")
        cell = page.locator(".matrix td.wrong a").first
        count = int(cell.inner_text())
        cell.click()
        page.wait_for_url("**/errors?**")
        assert int(page.locator(".tabs a[aria-current] small").inner_text()) == count
        page.locator("#wall a.picture").first.click()
        page.wait_for_url("**/image?**&at=0&**")
        page.keyboard.press("n")
        page.wait_for_url("**/image?**&at=1&**")
        page.keyboard.press("g")
        page.keyboard.press("m")
        page.wait_for_url("**/errors")
        visitor.close()


def test_labels_are_decided_by_keyboard_and_stand_in_the_worksheet(chromium: Any, hostile: Path, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    shutil.copytree(hostile, folder)
    with serve_in_thread(folder) as (address, keys):
        visitor = Visitor(chromium, address, keys.once)
        page, path = visitor.page, folder / "relabel" / "kind.csv"

        def decided() -> dict[str, tuple[str, str]]:
            with open(path, encoding="utf-8-sig", newline="") as file:
                return {unguard(row["id"]): (unguard(row["new_label"]), row["note"]) for row in csv.DictReader(file)}

        visitor.visit("/relabel")
        assert page.locator("#near img").count() == 2
        page.wait_for_timeout(1300)
        assert not path.exists(), "looking alone wrote something"
        # Take the proposal, keep, cannot be seen, the second label, then that one taken back and noted.
        for key in ("Enter", "k", "u", "2", "ArrowLeft", "z", "n"):
            page.keyboard.press(key)
        page.keyboard.type("a note")
        page.keyboard.press("Enter")
        second = page.locator("#labels button bdi").nth(1).inner_text()
        visitor.wait_until("document.getElementById('kept').textContent === 'written'")
        wanted = [NAMES[1], NAMES[1], "?", ""]
        assert [decided()[name] for name in NAMES[:4]] == [*((label, "") for label in wanted[:3]), ("", "a note")]
        # A key that leads to a page decides nothing on the way.
        for key in ("g", "u", "3"):
            page.keyboard.press(key)
        visitor.wait_until("document.getElementById('kept').textContent === 'written'")
        visitor.visit("/relabel", 390)
        assert page.inner_text("#progress").startswith("4 of 11 decided")
        assert page.input_value("#note") == "", "the first row without a decision is the fifth"
        # A label that is none is refused in words, and is not shown as if it had been kept.
        page.keyboard.press("l")
        page.keyboard.type("no such label")
        page.keyboard.press("Enter")
        visitor.wait_until("document.querySelector('.trouble')?.textContent.includes('RELABEL_NO_LABEL')")
        assert page.input_value("#new_label") == ""
        assert visitor.troubles == ["Failed to load resource: the server responded with a status of 409 (Conflict)"]
        visitor.troubles.clear()
        assert second in NAMES
        text = (folder / "competition.yaml").read_text(encoding="utf-8")
        facts = yaml.safe_load(text)
        facts["targets"]["kind"]["corrections"] = "relabel/kind.csv"
        (folder / "competition.yaml").write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
        train = load_train(folder, load_competition(folder))
        target = train.targets["kind"]
        assert target.labels[target.values[train.ids.index(NAMES[0])]] == NAMES[1]
        assert "is in force" in visitor.visit("/relabel")
        visitor.close()


def test_fifty_thousand_images_scroll_with_few_of_them_there(chromium: Any, tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "tiny", fresh=True)
    lines = [
        "id,kind,size,file",
        *(f"n{number:05d},{'abc'[number % 3]},{number % 7},{number % 36:03d}" for number in range(50_000)),
    ]
    (folder / "data" / "train.csv").write_text("\n".join(lines) + "\n")
    facts = yaml.safe_load((folder / "competition.yaml").read_text(encoding="utf-8"))
    facts["train"]["image"] = "data/train/{file}.png"
    (folder / "competition.yaml").write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
    with serve_in_thread(folder) as (address, keys):
        visitor = Visitor(chromium, address, keys.once)
        visitor.visit("/data")
        page = visitor.page
        page.wait_for_selector("#wall .picture")
        for share in (0.0, 0.31, 0.77, 1.0, 0.5):
            page.evaluate(
                "share => { const wall = document.getElementById('wall'); wall.scrollTop = share * wall.scrollHeight; }", share
            )
            visitor.wait_until(IN_SIGHT)
            assert page.locator("#wall .picture").count() < 150
        page.evaluate("document.getElementById('wall').scrollTop = 1e9")
        page.wait_for_selector("text=047")
        visitor.close()


def test_a_try_is_begun_by_a_click_watched_and_its_verdict_shown(chromium: Any, tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "tiny", epochs=1)
    ideas = {"longer": {"epochs": 2}}
    (folder / "ideas.yaml").write_text(yaml.safe_dump(ideas))
    with serve_in_thread(folder) as (address, keys):
        visitor = Visitor(chromium, address, keys.once)
        visitor.visit("/verdicts")
        page = visitor.page
        page.dblclick("button[data-post='/tries']")
        page.wait_for_selector("#trying[data-running='yes']", timeout=60_000)
        # What trains is seen while it trains, as something begun in a terminal would be.
        page.wait_for_selector("#live .work", timeout=170_000)
        page.wait_for_selector("#trying[data-running='no'] >> text=exit code 0", timeout=170_000)
        verdicts, damaged = read_ledger(folder)
        assert damaged == []
        assert {one.idea for one in verdicts} == {"longer"}
        assert page.locator("#verdicts").inner_text().count("longer") >= 1
        assert page.locator("#queue button").count() == 0
        visitor.close()


def test_a_run_is_deleted_after_a_question_and_lies_in_the_bin(chromium: Any, tmp_path: Path) -> None:
    [name] = write_many(tmp_path, 1)
    with serve_in_thread(tmp_path) as (address, keys):
        visitor = Visitor(chromium, address, keys.once)
        visitor.page.goto(f"{address}/runs/{name}")
        visitor.page.click("button[data-post='/runs/delete']")
        assert (tmp_path / "runs" / name).is_dir(), "the question was answered with no"
        assert len(visitor.troubles) == 1
        assert name in visitor.troubles.pop()
        visitor.page.evaluate("window.confirm = () => true")
        visitor.page.click("button[data-post='/runs/delete']")
        visitor.page.wait_for_url("**/runs")
        assert (tmp_path / ".bin" / "runs" / name / "run.json").is_file()
        assert urlsplit(visitor.page.url).path == "/runs"
        visitor.close()
