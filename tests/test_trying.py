"""The verb `try` on a tiny competition, with a trainer that pretends."""

from __future__ import annotations

import contextlib
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tamesu import trying
from tamesu.artifacts.journal import Journal
from tamesu.artifacts.run import Job, Run
from tamesu.artifacts.verdict import read_ledger
from tamesu.errors import InputError, StoppedRunError
from tamesu.report.plots import measure
from tests.pretend import Heard, PretendTrainer, evidence, make_folder, noisy, rule, use, write_ideas


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folder(tmp_path / "tiny")


def test_a_queue_gets_its_verdicts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer, heard = use(monkeypatch, PretendTrainer(rule)), Heard()
    verdicts = trying.try_ideas(folder=folder, reporter=heard)
    words = {verdict.idea: (verdict.word, verdict.because) for verdict in verdicts}
    assert words["longer"] == ("keep", "decided")
    assert words["hot"][0] == "drop"
    assert words["平滑化"][0] in ("drop", "undecided", "same")
    assert words["renamed"] == ("same", "identical")
    twin = next(verdict for verdict in verdicts if verdict.idea == "again")
    assert (twin.word, twin.twin) == ("keep", "longer")
    # Nothing is trained twice, and what is equal to the baseline or another idea not at all.
    assert len(trainer.trained) == len(set(trainer.trained))
    runs = {name.split("/")[0] for name in trainer.trained}
    assert len(runs) == 4
    table = [line for line in heard.lines if line]
    assert max(measure(line) for line in table) <= 100
    assert evidence(folder) == {f"{verdict.idea} {verdict.digest()}" for verdict in verdicts}
    assert (folder / "reports" / "verdicts.html").is_file()


def test_a_forbidden_flip_is_tried_with_force_alone_and_the_verdict_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "competition.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "symmetries: {vertical_flip: forbidden}\n", encoding="utf-8")
    write_ideas(folder, {"over": {"augmentations+": "vertical_flip"}, "longer": {"epochs": 9}})
    trainer, heard = use(monkeypatch, PretendTrainer(rule)), Heard()
    with pytest.raises(InputError, match="SYMMETRY_FORBIDDEN"):
        trying.try_ideas(folder=folder)
    assert trainer.trained == []
    over, longer = trying.try_ideas(folder=folder, force=True, reporter=heard)
    assert (over.forced, longer.forced) == (["vertical_flip"], [])
    text = "\n".join(heard.lines)
    assert "SYMMETRY_FORCED" in text and "over: tried with --force" in text
    assert Run(folder / "runs" / over.idea_run).forced == ["vertical_flip"]


def test_the_pairs_are_those_of_the_jobs_on_the_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, PretendTrainer(rule))
    (verdict,) = trying.try_ideas("base", ["longer"], folder=folder)
    baseline, tried = (Run(folder / "runs" / name) for name in (verdict.baseline_run, verdict.idea_run))
    for pair in verdict.pairs:
        job = Job(str(folder), baseline.name, pair.repeat, pair.fold, pair.seed)
        rows = len(baseline.folds.val_rows(pair.repeat, pair.fold))
        expected = [round(rule(run.recipe, job) * rows) / rows for run in (baseline, tried)]
        assert [pair.baseline, pair.idea] == pytest.approx(expected)
        assert pair.gain == pytest.approx(expected[1] - expected[0])
    assert verdict.cost == pytest.approx(3.0)  # 9 epochs against 3


def test_a_second_call_trains_nothing_and_adds_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, PretendTrainer(rule))
    trying.try_ideas(folder=folder)
    before = evidence(folder)
    trainer, heard = use(monkeypatch, PretendTrainer(rule)), Heard()
    trying.try_ideas(folder=folder, reporter=heard)
    trying.try_ideas("base", ["longer", "hot"], folder=folder)
    assert trainer.trained == []
    assert evidence(folder) == before
    assert any("longer" in line for line in heard.lines)


def test_jobs_of_the_baseline_that_are_done_are_reused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = use(monkeypatch, PretendTrainer(rule))
    trying.try_ideas("base", ["hot"], folder=folder)
    second = use(monkeypatch, PretendTrainer(rule))
    trying.try_ideas("base", ["longer"], folder=folder)
    assert not set(first.trained) & set(second.trained)


@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.slow), 7])
def test_stopped_anywhere_it_ends_in_the_same_ledger(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    use(monkeypatch, PretendTrainer(rule))
    trying.try_ideas(folder=folder)
    trained = 0
    for _ in range(200):
        trainer = use(monkeypatch, PretendTrainer(rule, left=step))
        try:
            trying.try_ideas(folder=other)
        except StoppedRunError:
            trained += len(trainer.trained)
            continue
        trained += len(trainer.trained)
        break
    else:
        raise AssertionError("it never ended")
    assert evidence(other) == evidence(folder)
    assert trained == len(list((folder / "runs").glob("*/jobs/*/result.json")))


def test_a_budget_of_jobs_is_kept_through_stops(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_ideas(folder, {"ema": {"ema": 0.9}, "longer": {"epochs": 9}, "hot": {"optimizer.adamw.lr": 0.5}})
    trained: list[str] = []
    for left in (5, 6, 10**9):
        trainer = use(monkeypatch, PretendTrainer(rule, left=left))
        with contextlib.suppress(StoppedRunError):
            trying.try_ideas(folder=folder, jobs=20)
        trained += trainer.trained
    assert len(trained) == len(set(trained))
    assert 15 <= len(trained) <= 20
    verdicts, _ = read_ledger(folder)
    assert any(verdict.because == "budget" and verdict.word == "undecided" for verdict in verdicts)
    # The next call of the same words has its budget anew, and goes on with the undecided.
    trainer = use(monkeypatch, PretendTrainer(rule))
    trying.try_ideas(folder=folder, jobs=20)
    assert 1 <= len(trainer.trained) <= 20


def test_an_idea_that_diverges_is_dropped_and_a_baseline_that_does_stops(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, PretendTrainer(lambda recipe, job: float("nan") if recipe.epochs == 9 else 0.6 + noisy(recipe, job, 0.02)))
    (verdict,) = trying.try_ideas("base", ["longer"], folder=folder)
    assert (verdict.word, verdict.because) == ("drop", "failed")
    assert verdict.failed == ["r0-f0-s0", "r0-f1-s0"]
    use(monkeypatch, PretendTrainer(lambda recipe, job: float("nan")))
    with pytest.raises(InputError) as caught:
        trying.try_ideas("base", ["ema=0.9"], folder=folder, seeds=9, noise=3)
    assert caught.value.codes == ("TRY_BASELINE_FAILED",)


def test_a_smaller_loss_is_a_gain(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (folder / "competition.yaml").read_text(encoding="utf-8").replace("metric: accuracy", "metric: log_loss")
    (folder / "competition.yaml").write_text(text, encoding="utf-8")
    use(monkeypatch, PretendTrainer(rule))
    verdicts = {verdict.idea: verdict for verdict in trying.try_ideas("base", ["longer", "hot"], folder=folder)}
    assert verdicts["longer"].word == "keep"
    assert verdicts["longer"].gain > 0
    assert all(pair.idea - pair.baseline == pytest.approx(-pair.gain) for pair in verdicts["hot"].pairs)
    assert verdicts["hot"].word == "drop"


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (["smooting"], ("IDEA_UNKNOWN",)),
        (["epoch=3"], ("CONFIG_UNKNOWN_KEY",)),
        (["epochs=ten"], ("CONFIG_TYPE",)),
        (["epochs=0", "ema=7"], ("CONFIG_RANGE", "CONFIG_RANGE")),
        (["optimizer.adamw.learning_rate=1"], ("CONFIG_UNKNOWN_OPTION",)),
        (["backbone=resnet19"], ("CONFIG_UNKNOWN_PART",)),
    ],
)
def test_wrong_words_are_told_before_anything_is_trained(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], codes: tuple[str, ...]
) -> None:
    trainer = use(monkeypatch, PretendTrainer(rule))
    with pytest.raises(InputError) as caught:
        trying.try_ideas("base", words, folder=folder)
    assert caught.value.codes == codes
    assert trainer.trained == []
    assert not (folder / "runs").exists()
    assert not (folder / "verdicts").exists()


def test_more_than_two_keys_need_to_be_coupled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_ideas(folder, {"much": {"epochs": 9, "ema": 0.9, "batch_size": 4}})
    use(monkeypatch, PretendTrainer(rule))
    with pytest.raises(InputError) as caught:
        trying.try_ideas(folder=folder)
    assert caught.value.codes == ("IDEA_TOO_MANY_KEYS",)
    (verdict,) = trying.try_ideas(folder=folder, coupled=True)
    assert verdict.idea == "much"


def test_nothing_to_try_says_what_to_do(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "ideas.yaml").unlink()
    use(monkeypatch, PretendTrainer(rule))
    with pytest.raises(InputError) as caught:
        trying.try_ideas(folder=folder)
    assert caught.value.codes == ("TRY_NOTHING",)
    assert trying.try_ideas(folder=folder, noise=3) == []
    assert list((folder / "runs").glob("*/noise.json"))


def test_the_stop_shows_where_the_race_stands(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, PretendTrainer(rule, left=13))
    heard = Heard()
    with pytest.raises(StoppedRunError):
        trying.try_ideas(folder=folder, reporter=heard)
    assert any(re.search(r"longer +\d+/24", line) for line in heard.lines)


def test_a_sweep_tries_a_heads_ready_queue_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, PretendTrainer(rule))
    verdicts = trying.try_ideas("base", ["heads.size.weight=0.3"], folder=folder, sweep=("heads.size.weight",), stack=False)
    wanted = ["heads.size.weight=0.3", "heads.size.weight=0.033", "heads.size.branch=1", "heads-=size"]
    assert sorted(verdict.idea for verdict in verdicts) == sorted(wanted)


def test_a_head_that_harms_is_named_once_for_all_ideas(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Journal.append

    def append(journal: Journal, record: dict[str, Any]) -> None:
        more = {"train_loss": {"kind": 1.0, "size": 9.0}, "guards": {"size": {"share": 0.98, "cosine": 0.0}}}
        write(journal, record | more)

    monkeypatch.setattr(Journal, "append", append)
    use(monkeypatch, PretendTrainer(rule))
    heard = Heard()
    trying.try_ideas("base", ["longer", "ema=0.9"], folder=folder, reporter=heard, stack=False)
    text = " ".join(" ".join(heard.lines).split())
    assert text.count("the head 'size' outweighs 'kind'") == 1 == text.count("[GUARD_OUTWEIGHS]")
