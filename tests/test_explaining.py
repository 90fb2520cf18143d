from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tamesu import workflow
from tamesu.artifacts.explanation import digest_answers, read_explanation
from tamesu.artifacts.run import Run
from tamesu.errors import Fault, InputError
from tamesu.explaining import explain
from tamesu.messages.diagnosis import STEP_AUDIT
from tamesu.results.finding import Finding
from tamesu.results.next_steps import Step
from tests.report.checker import check
from tests.tiny import LABELS, write_competition


class Hearer:
    """Keeps what a reporter is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        self.lines.append(text)

    def track(self, _name: str, _total: float):  # type: ignore[no-untyped-def]
        from contextlib import nullcontext

        return nullcontext(lambda _position, _note: None)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run at a hundred thousandth of its learning rate."""
    folder = write_competition(tmp_path_factory.mktemp("explain"), optimizer={"adamw": {"lr": 3e-8}})
    workflow.train("base", folder=folder)
    return folder


def test_a_standing_still_run_is_named_with_a_page_and_a_twin(trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAMESU_LANG", "ja")
    hearer = Hearer()
    found = explain(folder=trained, pictures=6, reporter=hearer)
    assert found[0].code == "RUN_RATE_LOW"
    assert {"RUN_MEMORISES", "RUN_CANNOT_MEMORISE"} & {one.code for one in found}
    text = "\n".join(hearer.lines)
    assert "学習率が低すぎる" in text
    assert "rate_10_larger: {optimizer.adamw.lr: 3e-7}" in text
    (page,) = (trained / "reports").glob("explain-*.html")
    checker = check(page)
    assert "学習率が低すぎる" in checker.text
    told = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    assert [one["code"] for one in told["findings"]] == [one.code for one in found]
    assert told["findings"][0]["ideas"]["rate_1000_larger"] == {"optimizer.adamw.lr": pytest.approx(3e-5)}
    assert (told["run"], told["recipe"]) == (page.stem.removeprefix("explain-"), "base")
    assert told["answers"] == digest_answers(Run(trained / "runs" / told["run"]))
    # Every class that was told has its mean, drawn as a JPEG, and the nearest of a mistake are training images.
    assert 1 <= len(told["heat"]) <= 3
    assert all(base64.b64decode(one["jpeg"]).startswith(b"\xff\xd8") and one["label"] in LABELS for one in told["heat"])
    ids = {f"{row:03d}" for row in range(36)}
    assert told["nearest"].keys() <= ids
    assert {name for near in told["nearest"].values() for name, _ in near} <= ids
    assert read_explanation(page.with_suffix(".json")).findings[0].ideas == told["findings"][0]["ideas"]
    # The same again gives the same page, but for how long it took.
    again = page.read_text(encoding="utf-8")
    explain(folder=trained, pictures=6)
    assert page.read_text(encoding="utf-8").partition("<footer>")[0] == again.partition("<footer>")[0]


def test_no_network_is_asked_for_words_alone(trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tamesu.explaining.ask_memory", lambda *_words: [])
    monkeypatch.setattr("tamesu.explaining.heat", lambda *_words: pytest.fail("a network was asked"))
    assert explain(folder=trained, pictures=0)[0].code == "RUN_RATE_LOW"


def test_an_unknown_run_is_refused_and_nothing_written(trained: Path) -> None:
    before = sorted(path.name for path in (trained / "reports").iterdir()) if (trained / "reports").is_dir() else []
    with pytest.raises(InputError) as caught:
        explain("nonsense", folder=trained)
    assert caught.value.codes == ("RUN_UNKNOWN",)
    assert before == (sorted(path.name for path in (trained / "reports").iterdir()) if (trained / "reports").is_dir() else [])


def test_pictures_are_the_most_wrong_and_every_class(trained: Path) -> None:
    from tamesu.artifacts.run import Run, find_runs
    from tamesu.explaining import choose_pictures, look
    from tamesu.progress import Silent

    found = look(Run(next(path for path in find_runs(trained) if not Run(path).spec.quick)), (), Silent(), "en")
    evidence = found.evidence
    chosen = choose_pictures(evidence, found.data, 8)
    assert len(set(chosen.tolist())) == 8
    place = {row: number for number, row in enumerate(evidence.rows.tolist())}
    chance = evidence.output[np.arange(len(evidence.truth)), evidence.truth]
    wrong = np.flatnonzero(evidence.told != evidence.truth)
    worst = evidence.rows[wrong[np.argsort(chance[wrong], kind="stable")][:4]]
    assert set(worst.tolist()) == set(chosen[:4].tolist())
    assert {int(evidence.truth[place[row]]) for row in chosen[4:].tolist()} == {0, 1, 2}


def test_what_other_judges_say_to_try_is_kept(trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finding = Finding("RUN_MEMORISES", "note", {"count": 4, "loss": 0.1})
    said = {"RUN_MEMORISES": (Step(STEP_AUDIT, "tamesu audit --adopt"),), "OTHER": (Step(STEP_AUDIT, "tamesu doctor"),)}
    monkeypatch.setattr("tamesu.explaining.judge", lambda _found: ([finding], said))
    hearer = Hearer()
    explain(folder=trained, pictures=0, reporter=hearer)
    text = "\n".join(hearer.lines)
    assert "tamesu audit --adopt" in text
    assert "tamesu doctor" not in text


def test_the_runs_own_recipe_is_asked_to_memorise(trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = sorted(path.name for path in (trained / "runs").iterdir())
    asked = []

    def memorise(material, *_words):  # type: ignore[no-untyped-def]
        asked.append(material.run.name)
        raise InputError(Fault("RUN_NONE", "refuse"))

    monkeypatch.setattr("tamesu.training.memorise", memorise)
    explain(folder=trained, pictures=0)
    assert asked == [next(name for name in before if name.startswith("base-"))]
    # No run is made for it.
    assert sorted(path.name for path in (trained / "runs").iterdir()) == before


@pytest.mark.parametrize(
    ("wish", "code"), [({"device": "foo"}, "DEVICE_UNKNOWN"), ({"accept": ["nonsense"]}, "ACCEPT_UNKNOWN")]
)
def test_what_nobody_can_mean_is_refused_before_anything_is_read(
    trained: Path, wish: dict[str, Any], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tamesu.explaining.look", lambda *_words: pytest.fail("something was read"))
    with pytest.raises(InputError) as caught:
        explain(folder=trained, **wish)
    assert caught.value.codes == (code,)
