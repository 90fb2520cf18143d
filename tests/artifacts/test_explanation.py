from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from tests.results.runs import lay_run, make_folds, make_train, rewrite_oof

from tamesu.artifacts.audit_file import write_value
from tamesu.artifacts.dataset import TargetValues
from tamesu.artifacts.explanation import (
    MOST_BYTES,
    ClassPicture,
    ExplainedFinding,
    ExplainedStep,
    Explanation,
    digest_answers,
    explanation_path,
    name_neighbours,
    read_explanation,
    write_explanation,
)
from tamesu.errors import DamagedError
from tamesu.messages.message import Phrase


def make_explanation() -> Explanation:
    values = {"place": write_value(Phrase("top left", "左上")), "share": write_value(math.nan), "label": "<b>"}
    step = ExplainedStep(command="tamesu audit", en="look", ja="見る")
    finding = ExplainedFinding(
        code="RUN_HEAT_PLACE", weight="warning", values=values, ids=("a", "長"), ideas={"ema": {"ema": 0.99}}, steps=(step,)
    )
    picture = ClassPicture(label="猫", count=3, jpeg="aGk=")
    return Explanation(run="base-1", recipe="base", findings=(finding,), nearest={"a": (("b", 0.5),)}, heat=(picture,))


def test_what_was_written_is_read(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    path = write_explanation(tmp_path, make_explanation())
    assert path == explanation_path(tmp_path, "base-1") == tmp_path / "reports" / "explain-base-1.json"
    assert read_explanation(path) == make_explanation()
    found = read_explanation(path).findings[0].revived()
    assert found["place"] == Phrase("top left", "左上")
    assert math.isnan(found["share"])
    assert json.loads(path.read_text(encoding="utf-8"))["findings"][0]["ideas"] == {"ema": {"ema": 0.99}}


def test_an_older_file_has_less_and_a_newer_one_may_have_more(tmp_path: Path) -> None:
    path = tmp_path / "explain-base-1.json"
    path.write_text(json.dumps({"run": "base-1", "findings": [{"code": "A", "weight": "note"}], "later": 1}))
    found = read_explanation(path)
    assert (found.answers, found.heat, found.findings[0].ids) == ("", (), ())


@pytest.mark.parametrize("content", ["", "[]", "{", '{"run": 5}', '{"run": "x", "findings": [{"code": "A", "weight": "bad"}]}'])
def test_what_is_not_ours_is_damaged(tmp_path: Path, content: str) -> None:
    path = tmp_path / "explain-x.json"
    path.write_text(content)
    with pytest.raises(DamagedError):
        read_explanation(path)


def test_links_missing_files_and_huge_ones_are_not_read(tmp_path: Path) -> None:
    whole, link, huge = tmp_path / "whole.json", tmp_path / "link.json", tmp_path / "huge.json"
    whole.write_text('{"run": "x"}')
    link.symlink_to(whole)
    with huge.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    for path in (link, tmp_path / "none.json", huge):
        with pytest.raises(DamagedError):
            read_explanation(path)


def test_a_job_that_answers_anew_gives_another_digest(tmp_path: Path) -> None:
    train = make_train(TargetValues("class", ("a", "b"), np.array([0, 1, 0, 1], dtype=np.int64)))
    run = lay_run(tmp_path, train, make_folds(train, 2), lambda rows, key: np.full((len(rows), 2), 0.5))
    before = digest_answers(run)
    assert digest_answers(run) == before
    rows = make_folds(train, 2).val_rows(0, 0)
    rewrite_oof(run, (0, 0, 0), [train.ids[row] for row in rows], np.full((len(rows), 2), [0.25, 0.75]))
    changed = digest_answers(run)
    assert changed != before
    (run.job_path(run.jobs()[1]) / "result.json").unlink()
    assert digest_answers(run) not in (before, changed)


def test_neighbours_are_named() -> None:
    found = name_neighbours({2: [(0, 0.98765), (1, np.float32(0.5))]}, ["a", "b", "c\udce9"])
    assert found == {"c\\udce9": [("a", 0.9877), ("b", 0.5)]}
