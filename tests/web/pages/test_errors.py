"""The page of errors: the rows that a loop over truth and answers finds, whatever the kind; hostile names are text."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import numpy as np
import pytest
from tests.web.answered import FOLDS, HOSTILE, ROWS, write_answered
from tests.web.guarded import Pages
from tests.web.many import write_many
from tests.web.trained import write_trained

from tamesu.artifacts.explanation import Explanation, write_explanation
from tamesu.web.pages import errors


def ask(pages: Pages, **query: Any) -> dict[str, Any]:
    return dict(json.loads(pages.ask(f"/errors.json?{urlencode(query)}").body))


def rows(pages: Pages, **query: Any) -> list[dict[str, Any]]:
    answer = pages.ask(f"/errors/rows.json?{urlencode(query)}")
    assert answer.status == 200
    return list(json.loads(answer.body)["rows"])


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pages, np.ndarray, np.ndarray]:
    folder = tmp_path_factory.mktemp("errors") / "classes"
    _, train, said = write_answered(folder, runs=1)
    return Pages(folder), train.targets["y"].values, said[0]


def test_the_wrong_ones_come_first_with_truth_answer_probabilities_and_fold(
    classes: tuple[Pages, np.ndarray, np.ndarray],
) -> None:
    pages, truth, probs = classes
    wrong = [row for row in range(ROWS) if probs[row].argmax() != truth[row]]
    found = rows(pages)
    assert [one["number"] for one in found] == sorted(wrong, key=lambda row: probs[row, truth[row]])
    for one in found:
        row = one["number"]
        assert (one["id"], one["truth"], one["told"]) == (f"n{row:03d}", "abc"[truth[row]], "abc"[probs[row].argmax()])
        assert one["chances"] == pytest.approx([probs[row, truth[row]], probs[row].max()], abs=1e-6)
        assert (one["fold"], one["right"]) == (str(row % FOLDS), False)
    data = ask(pages)
    assert (data["total"], data["counts"]["wrong"], data["rows"]) == (len(wrong), len(wrong), ROWS)
    assert data["looks"] == {
        "wrong": len(wrong), "unsure": ROWS, "sure": ROWS - len(wrong), "mistakes": len(wrong), "all": ROWS,
    }  # fmt: skip
    assert f"{len(wrong)} of {ROWS} images are told wrong" in pages.ask("/errors").text


def test_filters_hold_together_and_a_cell_leads_to_its_rows(classes: tuple[Pages, np.ndarray, np.ndarray]) -> None:
    pages, truth, probs = classes
    told = probs.argmax(axis=1)
    for one in range(3):
        for other in range(3):
            wanted = [row for row in range(ROWS) if truth[row] == one and told[row] == other]
            query = {"truth": "abc"[one], "told": "abc"[other]}
            assert sorted(card["number"] for card in rows(pages, **query)) == wanted
            assert ask(pages, **query)["total"] == len(wanted)
    found = rows(pages, look="all", fold=1, q="N01")
    assert sorted(card["number"] for card in found) == [row for row in range(10, 20) if row % FOLDS == 1]
    assert rows(pages, truth="nobody") == []
    assert [card["number"] for card in rows(pages, look="all", order="table")] == list(range(ROWS))


def test_from_image_to_image_along_the_list(classes: tuple[Pages, np.ndarray, np.ndarray]) -> None:
    pages = classes[0]
    name, query = ask(pages)["run"], {"look": "unsure", "fold": 2}
    wanted = [one["id"] for one in rows(pages, **query)]
    walked, path = [], f"/image?id={wanted[0]}&at=0&run={name}&look=unsure&fold=2"
    while path:
        text = pages.ask(path).text
        walked.append(parse_qs(urlsplit(path).query)["id"][0])
        assert f'<h1><bdi class="name">{walked[-1]}</bdi></h1>' in text
        assert f'href="/errors?run={name}&amp;look=unsure&amp;fold=2"' in text
        found = re.search(r'rel="next" href="([^"]+)"', text)
        path = html.unescape(found[1]) if found else ""
    assert walked == wanted
    assert f"id={wanted[-2]}&amp;at={len(wanted) - 2}" in text
    # Of no list, or of one that is not there, the order is that of the table.
    for more in ("", "&at=0", "&at=x&run=nobody", f"&at=99999&run=../{name}"):
        assert 'rel="next" href="/image?id=n006"' in pages.ask(f"/image?id=n005{more}").text


def test_of_thousands_of_classes_one_is_typed(
    classes: tuple[Pages, np.ndarray, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert '<select name="truth"' in classes[0].ask("/errors?truth=a").text
    monkeypatch.setattr(errors, "MOST_OPTIONS", 2)
    text = classes[0].ask("/errors?truth=a").text
    assert '<select name="truth"' not in text
    assert '<input name="truth" value="a"' in text


def test_what_an_address_cannot_mean_is_as_if_it_were_not_there(classes: tuple[Pages, np.ndarray, np.ndarray]) -> None:
    pages, truth, probs = classes
    wrong = int((probs.argmax(axis=1) != truth).sum())
    for query in ("look=nonsense", "order=nonsense", "least=x", "least=nan", "least=-1", "target=nonsense"):
        assert json.loads(pages.ask(f"/errors.json?{query}").body)["total"] == wrong, query
        assert pages.ask(f"/errors?{query}").status == 200
    for query in ("fold=x", "fold=" + "9" * 50, "fold=-1"):
        assert json.loads(pages.ask(f"/errors.json?{query}").body)["total"] == 0, query
    assert pages.ask("/errors?run=../x").status == 404
    assert json.loads(pages.ask("/errors/rows.json?run=../x").body)["rows"] == []


def test_rows_come_in_stretches_and_never_more_than_a_browser_needs(tmp_path: Path) -> None:
    write_answered(tmp_path / "c", rows=700)
    pages = Pages(tmp_path / "c")
    assert len(rows(pages, look="all", count=10**6)) == 500
    parts = [rows(pages, look="all", **{"from": first, "count": 200}) for first in (0, 200, 400, 600)]
    assert [len(part) for part in parts] == [200, 200, 200, 100]
    assert len({card["number"] for part in parts for card in part}) == 700


def test_answers_are_averaged_over_seeds_and_it_is_said(tmp_path: Path) -> None:
    write_answered(tmp_path / "c", seeds=(0, 1))
    pages = Pages(tmp_path / "c")
    data = ask(pages)
    assert (data["votes"], data["rows"], data["done"], data["jobs"]) == ([2, 2], ROWS, 6, 6)
    assert "averaged over 2 prediction" in pages.ask("/errors").text


def test_values_go_by_size_and_sign(tmp_path: Path) -> None:
    _, train, said = write_answered(tmp_path / "c", "value")
    pages = Pages(tmp_path / "c")
    residual = said[0][:, 0] - train.targets["y"].values
    assert [one["number"] for one in rows(pages)] == sorted(range(ROWS), key=lambda row: -abs(residual[row]))
    above = [one["number"] for one in rows(pages, look="above", least=0.5)]
    assert above == sorted(np.flatnonzero(residual >= 0.5).tolist(), key=lambda row: -residual[row])
    assert sorted(one["number"] for one in rows(pages, look="below")) == np.flatnonzero(residual < 0).tolist()
    text = pages.ask("/errors?look=below").text
    assert f"{(residual > 0).sum()} of {ROWS} images are told too high" in text
    assert 'name="least"' in text


def test_ordered_labels_go_by_steps(tmp_path: Path) -> None:
    _, train, said = write_answered(tmp_path / "c", "ordinal")
    pages = Pages(tmp_path / "c")
    steps = said[0].argmax(axis=1) - train.targets["y"].values
    assert sorted(one["number"] for one in rows(pages, look="above", least=2)) == np.flatnonzero(steps >= 2).tolist()
    assert sorted(one["number"] for one in rows(pages, look="below")) == np.flatnonzero(steps < 0).tolist()


def test_several_labels_go_by_label(tmp_path: Path) -> None:
    _, train, said = write_answered(tmp_path / "c", "multilabel")
    pages = Pages(tmp_path / "c")
    there, told = train.targets["y"].values > 0.5, said[0] >= 0.5
    assert sorted(one["number"] for one in rows(pages)) == np.flatnonzero((there != told).any(axis=1)).tolist()
    missed = rows(pages, look="missed", label="b")
    assert sorted(one["number"] for one in missed) == np.flatnonzero(there[:, 1] & ~told[:, 1]).tolist()
    assert {one["lines"][0][0]["text"] for one in missed} == {"has it, not told"}
    one = rows(pages)[0]
    assert one["truth"] == [label for label, is_there in zip("abc", there[one["number"]], strict=True) if is_there]


def test_shares_go_by_distance(tmp_path: Path) -> None:
    _, train, said = write_answered(tmp_path / "c", "soft")
    pages = Pages(tmp_path / "c")
    far = np.abs(said[0] - train.targets["y"].values).sum(axis=1)
    assert [one["number"] for one in rows(pages)] == np.argsort(-far, kind="stable").tolist()
    assert pages.ask("/errors").status == 200


def test_the_best_run_is_shown_where_none_is_named(tmp_path: Path) -> None:
    runs, _, _ = write_answered(tmp_path / "c", runs=3)
    pages = Pages(tmp_path / "c")
    scores = {run.name: json.loads((run.path / "scores.json").read_text())["content"]["cv"] for run in runs}
    assert ask(pages)["run"] == max(scores, key=lambda name: scores[name])
    for name in scores:
        assert ask(pages, run=name)["run"] == name
        assert f'<option value="{name}"' in pages.ask("/errors").text


def test_a_job_that_answers_anew_is_read_anew(tmp_path: Path) -> None:
    [run], _, _ = write_answered(tmp_path / "c")
    pages = Pages(tmp_path / "c")
    assert ask(pages)["rows"] == ROWS
    (run.job_path(run.jobs()[0]) / "result.json").unlink()
    data = ask(pages)
    assert (data["rows"], data["done"], data["jobs"]) == (ROWS - ROWS // FOLDS, FOLDS - 1, FOLDS)
    assert "2 of 3 jobs are done" in pages.ask("/errors").text


def test_nothing_told_yet_and_no_run_at_all_say_which_command_helps(tmp_path: Path) -> None:
    write_many(tmp_path / "some", 2)
    write_many(tmp_path / "none", 0)
    for name in ("some", "none"):
        answer = Pages(tmp_path / name).ask("/errors")
        assert answer.status == 200
        assert "tamesu train base" in answer.text


def test_damaged_predictions_and_other_labels_are_said(tmp_path: Path) -> None:
    [run], _, _ = write_answered(tmp_path / "c")
    (run.job_path(run.jobs()[0]) / "oof.npz").write_bytes(b"not what was written")
    pages = Pages(tmp_path / "c")
    answer = pages.ask("/errors")
    assert answer.status == 200
    assert "oof.npz" in answer.text
    found = json.loads(pages.ask("/errors/rows.json").body)
    assert found["rows"] == []
    assert "oof.npz" in found["problem"]


def test_a_run_of_several_targets_shows_each_and_says_when_the_table_is_another(tmp_path: Path) -> None:
    first, _ = write_trained(tmp_path / "tiny")
    pages = Pages(tmp_path / "tiny")
    data = ask(pages, run=first.name)
    assert (data["targets"], data["target"], data["kind"], data["rows"]) == (["kind", "size"], "kind", "class", 36)
    data = ask(pages, run=first.name, target="size")
    assert (data["target"], data["kind"], data["rows"]) == ("size", "value", 36)
    assert '<option value="size" selected>' in pages.ask(f"/errors?run={first.name}&target=size").text
    table = tmp_path / "tiny" / "data" / "train.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("猫", "虎"), encoding="utf-8")
    answer = pages.ask(f"/errors?run={first.name}")
    assert answer.status == 200
    assert "RUN_OTHER_DATA" in answer.text


def test_hostile_names_are_text_and_the_nearest_images_go_by_number(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    [run], train, said = write_answered(folder, labels=HOSTILE[:3], ids=HOSTILE)
    (folder / "reports").mkdir()
    wrong = int(np.flatnonzero(said[0].argmax(axis=1) != train.targets["y"].values)[0])
    near = ((train.ids[0], 0.9), (train.ids[1], 0.8), ("gone", 0.7), (train.ids[2], 0.6))
    write_explanation(folder, Explanation(run=run.name, nearest={train.ids[wrong]: near}))
    pages = Pages(folder)
    text = pages.ask(f"/errors?truth={quote(HOSTILE[0])}&look=all").text
    for name in HOSTILE[:2]:
        assert name not in text
    assert "&lt;img src=x onerror=alert(1)&gt;" in text
    card = next(one for one in rows(pages) if one["number"] == wrong)
    truth, told = int(train.targets["y"].values[wrong]), int(said[0][wrong].argmax())
    assert [one["number"] for one in card["near"]] == [0, 1, 2]
    assert [one["kind"] for one in card["near"]] == [
        "right" if n % 3 == truth else "told" if n % 3 == told else "" for n in range(3)
    ]
    assert {piece["name"] for line in card["lines"] for piece in line if "name" in piece} >= {
        HOSTILE[truth].replace("\u202e", "")
    }
    assert "nearest training images" in pages.ask("/errors").text
