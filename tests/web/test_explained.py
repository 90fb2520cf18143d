"""What `explain` found, on the page of its run: words in both languages, ideas to paste, pictures by number, and its age."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from tests.results.runs import rewrite_oof
from tests.web.answered import FOLDS, HOSTILE, ROWS, write_answered
from tests.web.guarded import Pages
from tests.web.many import write_many

from tamesu.artifacts.explanation import (
    ClassPicture,
    ExplainedFinding,
    ExplainedStep,
    Explanation,
    digest_answers,
    explanation_path,
    write_explanation,
)
from tamesu.artifacts.run import Run
from tamesu.messages import CATALOGUE


def encode(pixels: np.ndarray, tail: bytes = b"") -> str:
    return base64.b64encode(cv2.imencode(".jpg", pixels)[1].tobytes() + tail).decode()


def explain(folder: Path, run: Run, **changes: Any) -> Explanation:
    """A file as the verb writes it."""
    (folder / "reports").mkdir(exist_ok=True)
    values = {"rows": 3, "wiggle": 0.25}
    step = ExplainedStep(command="tamesu lr base", en="find the rate", ja="学習率を探す")
    finding = ExplainedFinding(
        code="RUN_WIGGLES",
        weight="warning",
        values=values,
        ids=("n005", HOSTILE[0], "gone"),
        ideas={HOSTILE[0]: {"ema": 0.99}},
        cards=("ema",),
        commands=("tamesu lr base",),
        steps=(step,),
    )
    pictures = (
        ClassPicture(label=HOSTILE[0], count=7, jpeg=encode(np.full((20, 20, 3), 90, np.uint8), b"<script>secret</script>")),
        ClassPicture(label="b", count=1, jpeg=base64.b64encode(b"<svg onload=alert(1)>").decode()),
        ClassPicture(label="c", count=1, jpeg="not base64"),
    )
    explanation = Explanation(
        run=run.name,
        recipe="base",
        time="2026-08-01T09:00:00+00:00",
        answers=digest_answers(run),
        findings=(finding,),
        heat=pictures,
    ).model_copy(update=changes)
    write_explanation(folder, explanation)
    return explanation


@pytest.fixture
def folder(tmp_path: Path) -> tuple[Path, Run, Pages]:
    [run], _, _ = write_answered(tmp_path / "c", ids=HOSTILE)
    return tmp_path / "c", run, Pages(tmp_path / "c")


def ask(pages: Pages, run: Run) -> dict[str, Any]:
    return dict(json.loads(pages.ask(f"/runs/{run.name}.json").body)["explained"])


def test_without_one_the_page_says_which_command_makes_it(folder: tuple[Path, Run, Pages]) -> None:
    _, run, pages = folder
    text = pages.ask(f"/runs/{run.name}").text
    assert f"<code>tamesu explain {run.name}</code>" in text
    assert ask(pages, run)["made"] is False
    assert json.loads(pages.ask("/competition.json").body)["first_finding"] is None


def test_findings_have_their_words_their_images_and_ideas_to_paste(folder: tuple[Path, Run, Pages]) -> None:
    place, run, pages = folder
    explain(place, run)
    [finding] = ask(pages, run)["findings"]
    assert [one["number"] for one in finding["images"]] == [5, 0]
    assert finding["ideas"].endswith(": {ema: 0.99}")
    assert finding["command"].startswith("tamesu try base ")
    assert [one["why"] for one in finding["steps"]] == ["find the rate"]
    text = pages.ask(f"/runs/{run.name}").text
    assert HOSTILE[0] not in text
    assert '<a href="/ideas#card-ema">' in text
    for wanted in ('src="/thumbnails/5"', "0.250", "tamesu lr base", "&lt;img src=x onerror=alert(1)&gt;"):
        assert wanted in text, wanted
    japanese = pages.ask(f"/runs/{run.name}?lang=ja").text
    assert CATALOGUE["RUN_WIGGLES"].what_ja[:6] in japanese
    assert "学習率を探す" in japanese


def test_it_is_said_when_the_run_has_changed_since(folder: tuple[Path, Run, Pages]) -> None:
    place, run, pages = folder
    explain(place, run)
    assert ask(pages, run)["changed"] is False
    assert "has changed since" not in pages.ask(f"/runs/{run.name}").text
    rows = range(0, ROWS, FOLDS)
    names = [HOSTILE[row] if row < len(HOSTILE) else f"n{row:03d}" for row in rows]
    rewrite_oof(run, (0, 0, 0), names, np.full((len(names), 3), [0.2, 0.5, 0.3]))
    assert ask(pages, run)["changed"] is True
    assert "has changed since" in pages.ask(f"/runs/{run.name}").text


def test_an_older_file_is_shown_with_the_time_of_its_writing(folder: tuple[Path, Run, Pages]) -> None:
    place, run, pages = folder
    (place / "reports").mkdir()
    old = {"run": run.name, "findings": [{"code": "RUN_WIGGLES", "weight": "note", "values": {"rows": 3, "wiggle": 0.5}}]}
    explanation_path(place, run.name).write_text(json.dumps(old))
    found = ask(pages, run)
    assert (found["made"], found["changed"], len(found["findings"])) == (True, None, 1)
    assert found["time"].startswith("20")


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"run": "x", "findings": [{"code": "RUN_LONG_GONE", "weight": "note"}]}', '{"run": 1}']
)
def test_a_damaged_file_and_one_of_another_version_leave_the_report(folder: tuple[Path, Run, Pages], content: str) -> None:
    place, run, pages = folder
    (place / "reports").mkdir()
    explanation_path(place, run.name).write_text(content)
    answer = pages.ask(f"/runs/{run.name}")
    assert answer.status == 200
    assert ask(pages, run)["problem"]
    assert f"<code>tamesu explain {run.name}</code>" in answer.text
    assert 'id="recipe"' in answer.text
    assert pages.ask("/competition").status == 200
    assert pages.ask("/errors").status == 200


def test_heat_goes_out_by_number_and_made_anew(folder: tuple[Path, Run, Pages]) -> None:
    place, run, pages = folder
    explain(place, run)
    whole = pages.ask(f"/heat/{run.name}/0")
    assert (whole.status, whole.header("content-type")) == (200, "image/jpeg")
    assert whole.body.startswith(b"\xff\xd8\xff")
    assert b"secret" not in whole.body
    assert abs(float(cv2.imdecode(np.frombuffer(whole.body, np.uint8), cv2.IMREAD_COLOR).mean()) - 90) < 3
    for path in (f"{run.name}/1", f"{run.name}/2", f"{run.name}/3", f"{run.name}/-1", "nobody/0", "..%2freports/0"):
        assert pages.ask(f"/heat/{path}").status == 404, path
    assert f'src="/heat/{run.name}/0"' in pages.ask(f"/runs/{run.name}").text


def test_the_first_finding_of_the_best_run_stands_on_the_page_of_the_competition(folder: tuple[Path, Run, Pages]) -> None:
    place, run, pages = folder
    explain(place, run)
    found = json.loads(pages.ask("/competition.json").body)["first_finding"]
    assert (found["run"], found["code"], found["weight"]) == (run.name, "RUN_WIGGLES", "warning")
    text = pages.ask("/competition").text
    assert f'href="/runs/{run.name}#explained"' in text
    assert found["head"] in text


def test_the_page_of_the_competition_reads_no_predictions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_many(tmp_path / "many", 3)
    monkeypatch.setattr(Run, "read_file", lambda *_words: pytest.fail("predictions were read"))
    assert Pages(tmp_path / "many").ask("/competition").status == 200
