from __future__ import annotations

import json
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import cv2
import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from tamesu.artifacts.dataset import Dataset
from tamesu.report import write_report
from tamesu.report.confusion import count_pairs
from tamesu.report.html import Html
from tamesu.report.matrix import MOST_CELLS, MOST_PICTURES, find_cells, read_script, show_matrix
from tamesu.report.outcomes import Outcome, join_outcome, read_oof
from tamesu.report.plots import shade
from tamesu.report.row_pictures import RowPictures
from tamesu.report.words import Words

EN = Words("en")


def make_outcome(truth: np.ndarray, probs: np.ndarray, labels: tuple[str, ...]) -> Outcome:
    ids = np.array([str(row) for row in range(len(truth))])
    return Outcome("y", "class", labels, ids, truth, probs, np.zeros(len(truth), np.int64), ("r0-f0-s0",), 0, 0)


def show(outcome: Outcome, pictures: RowPictures | None = None) -> Html:
    return show_matrix(outcome, count_pairs(outcome.truth, outcome.output), "t", EN, pictures)


def read_table(body: str) -> list[list[str]]:
    """The cells' elements, line by line."""
    table = body.split("<tbody>")[1].split("</tbody>")[0]
    return [re.findall(r"<td.*?</td>", row) for row in re.findall(r"<tr.*?</tr>", table)]


def test_counts_and_shares_are_those_of_scikit_learn(paintings) -> None:
    outcome = join_outcome(paintings.run, paintings.train, "theme", read_oof(paintings.run, [0]))
    lines = read_table(show(outcome))
    told = outcome.output.argmax(axis=1)
    expected = confusion_matrix(outcome.truth, told)
    found = [[int(re.sub("<.*?>", "", cell) or 0) for cell in line] for line in lines]
    assert found == expected.tolist()
    for kind, norm in (("rows", "true"), ("columns", "pred")):
        shares = confusion_matrix(outcome.truth, told, normalize=norm)
        for i, j in np.argwhere(expected > 0).tolist():
            told_share = re.search(rf'data-{kind}="([\d.]+)"', lines[i][j])
            assert told_share is not None and float(told_share[1]) == pytest.approx(shares[i, j], abs=5.1e-5)


def test_every_link_has_its_images_and_they_are_the_rows_of_the_cell() -> None:
    probs = np.array([[0.9, 0.1], [0.3, 0.7], [0.4, 0.6], [0.6, 0.4], [0.2, 0.8]])
    outcome = make_outcome(np.array([0, 0, 0, 1, 1]), probs, ("a", "b"))
    body = show(outcome)
    links = dict(re.findall(r'href="#([^"]+)">(\d+)<', body))
    assert links == {"t-cell-0-0": "1", "t-cell-0-1": "2", "t-cell-1-0": "1", "t-cell-1-1": "1"}
    assert all(body.count(f'id="{name}"') == 1 for name in links)
    assert body.index('id="t-cell-0-1"') < body.index('id="t-cell-1-0"') < body.index('id="t-cell-0-0"')
    wrong = body.split('id="t-cell-0-1"')[1].split("</details>")[0]
    # The error told with more certainty comes first.
    assert re.findall(r'<b title="(\d)">', wrong) == ["1", "2"] and "0.700" in wrong
    assert "told rightly" in body and body.count("<img") == 0


def test_a_row_of_several_seeds_is_shown_once_and_the_many_are_counted() -> None:
    outcome = make_outcome(np.zeros(40, np.int64), np.tile([[0.2, 0.8]], (40, 1)), ("a", "b"))
    outcome.ids[20:] = outcome.ids[:20]
    assert find_cells(outcome, [0, 1])[0].rows == tuple(range(40))
    body = show(outcome)
    assert "(40)" in body and body.count('class="picture"') == MOST_PICTURES and f"and {20 - MOST_PICTURES} more" in body


def test_images_that_stand_elsewhere_are_led_to_from_every_cell() -> None:
    rng = np.random.default_rng(0)
    truth, labels = rng.integers(0, 12, 3000), (*(f"c{i}" for i in range(11)), "<b>'\"")
    outcome = make_outcome(truth, rng.dirichlet(np.ones(12), 3000), labels)
    confusion = count_pairs(outcome.truth, outcome.output)
    body = show_matrix(outcome, confusion, "t", EN, None, lambda target, one, other: f"/{target}?{one}&{other}")
    found = re.findall(r'<a href="([^"]+)">(\d+)<', body)
    assert len(found) == len(confusion.count) > MOST_CELLS
    assert ("/y?c0&amp;c1", str(confusion.matrix([0, 1])[0, 1])) in found
    assert "/y?c0&amp;&lt;b&gt;&#x27;&quot;" in dict(found)
    # None of them is folded away below.
    assert "<details" not in body and "#t-cell" not in body


def test_many_classes_have_few_cells_and_it_is_said() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 40, 3000)
    body = show(make_outcome(truth, rng.dirichlet(np.ones(40), 3000), tuple(f"c{i}" for i in range(40))))
    assert "Only the 25 most confused of 40" in body and f"Images of the {MOST_CELLS} fullest" in body
    assert body.count("<details>") == MOST_CELLS
    assert len(set(re.findall(r'href="#([^"]+)"', body))) == MOST_CELLS


def test_pictures_stand_beside_the_ids(tmp_path: Path) -> None:
    for name in ("0", "1"):
        cv2.imwrite(str(tmp_path / f"{name}.png"), np.full((40, 30, 3), 90, np.uint8))
    train = Dataset(("0", "1"), ("0.png", "1.png"), {}, None, {}, (2, 3))
    outcome = make_outcome(np.array([0, 1]), np.array([[0.1, 0.9], [0.8, 0.2]]), ("<b>", "عربي"))
    body = show(outcome, RowPictures(tmp_path, train))
    assert body.count('<img src="data:image/jpeg;base64,') == 2
    assert "<b>" not in body.replace('<b title="', "") and "&lt;b&gt;" in body


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not there")
def test_the_script_shades_as_the_page_does_and_sorts_by_errors() -> None:
    path = files("tamesu.report").joinpath("matrix.js")
    program = f"""
const {{ arrange, shade }} = require({str(path)!r});
console.log(JSON.stringify([[0, 0.1, 0.5, 1].map(shade), arrange([1, 5, 3, 5], "error"), arrange([1, 5, 3], "class")]));
"""
    done = subprocess.run(["node", "-e", program], capture_output=True, text=True, check=True)
    shades, errors, classes = json.loads(done.stdout)
    assert shades == pytest.approx([shade(share) for share in (0, 0.1, 0.5, 1)])
    assert errors == [1, 3, 2, 0] and classes == [0, 1, 2]


def test_the_script_asks_no_network_and_builds_no_markup() -> None:
    script = read_script()
    assert not re.search(r"innerHTML|outerHTML|fetch\(|XMLHttp|import\(|eval|document\.write|https?:", script)
    assert "</" not in script


@pytest.mark.slow
def test_a_browser_switches_sorts_and_opens_the_images_of_a_cell(paintings, tmp_path: Path) -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    playwright = pytest.importorskip("playwright.sync_api")
    if browser is None:
        pytest.skip("needs a browser")
    path = write_report(paintings.run, paintings.train, None, paintings.scores, tmp_path / "r.html")
    outcome = join_outcome(paintings.run, paintings.train, "theme", read_oof(paintings.run, [0]))
    expected = confusion_matrix(outcome.truth, outcome.output.argmax(axis=1))
    wrong = expected.sum(axis=0) + expected.sum(axis=1) - 2 * expected.diagonal()
    order = sorted(range(13), key=lambda code: -wrong[code])
    read = "rows => rows.map(row => [...row.querySelectorAll('td')].map(cell => cell.textContent))"
    with playwright.sync_playwright() as driver:
        page = driver.chromium.launch(executable_path=browser, args=["--no-sandbox"]).new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda one: said.append(one.url) if not one.url.startswith(("file:", "data:")) else None)
        page.goto(path.as_uri())
        page.select_option("select[data-switch=order]", "error")
        shown = page.eval_on_selector_all("table[data-matrix] tbody tr", read)
        assert [[int(cell or 0) for cell in row] for row in shown] == expected[order][:, order].tolist()
        page.select_option("select[data-switch=mode]", "columns")
        shown = page.eval_on_selector_all("table[data-matrix] tbody tr", read)
        shares = np.round(100 * expected / expected.sum(axis=0))[order][:, order]
        assert np.abs(np.array([[int(cell or 0) for cell in row] for row in shown]) - shares).max() <= 1
        link = page.locator("table[data-matrix] td.wrong a").first
        name = (link.get_attribute("href") or "")[1:]
        assert not page.locator(f"#{name}").is_visible()
        link.click()
        assert page.locator(f"#{name}").is_visible() and said == []
