from __future__ import annotations

import csv
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tamesu import workflow
from tamesu.artifacts.competition import Part
from tamesu.artifacts.files import read_sealed
from tamesu.artifacts.locks import hold_lock
from tamesu.artifacts.verdict import Verdict, write_verdict
from tamesu.errors import BusyError, DamagedError, InputError
from tamesu.plugins import load_plugins
from tamesu.report.matrix import read_script
from tests.tiny import LABELS, write_competition


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_competition(tmp_path_factory.mktemp("w") / "コンペ", broken=(1, 40))
    workflow.train("base", folder=folder, device="cpu")
    return folder


def test_scores_are_those_of_scikit_learn_over_the_oof_file(trained: Path) -> None:
    from sklearn.metrics import accuracy_score

    run = workflow.find_run(trained)
    rows = list(csv.DictReader(lines_of(run.path / "oof.csv")))
    assert sorted(row["id"] for row in rows) == [f"{i:03d}" for i in range(36)]
    read = [row for row in rows if row["unreadable"] == "0"]
    said = [max(LABELS, key=lambda label, row=row: float(row[f"kind:{label}"])) for row in read]
    scores = read_sealed(run.path / "scores.json")
    assert scores["cv"] == pytest.approx(accuracy_score([row["kind"] for row in read], said))
    assert (scores["rows"], scores["unreadable"]) == (35, 1)
    by_fold = [
        accuracy_score(*zip(*[(r["kind"], s) for r, s in zip(read, said, strict=True) if r["fold"] == str(k)], strict=True))
        for k in range(3)
    ]
    assert [job["score"] for job in scores["folds"]] == pytest.approx(by_fold)
    assert scores["spread"] == pytest.approx(np.std(by_fold, ddof=1))


def test_train_twice_does_nothing(trained: Path) -> None:
    run = workflow.find_run(trained)
    before = {path: path.stat().st_mtime_ns for path in run.path.rglob("*") if path.is_file() and path.name != "run.lock"}
    assert workflow.train("base", folder=trained).name == run.name
    after = {path: path.stat().st_mtime_ns for path in run.path.rglob("*") if path.is_file() and path.name != "run.lock"}
    assert after == before


def test_run_keeps_recipe_digests_versions_and_hardware(trained: Path) -> None:
    run = workflow.find_run(trained)
    environment = json.loads((run.path / "environment.json").read_text())
    assert environment["packages"]["torch"]
    assert environment["processor"]
    assert len(run.spec.data_digest) == len(run.spec.folds_digest) == 64
    assert run.recipe.optimizer.options["betas"] == (0.9, 0.999) or run.recipe.optimizer.options["betas"] == [0.9, 0.999]


def test_submission_has_the_samples_ids_order_and_columns(trained: Path) -> None:
    path = workflow.submit(folder=trained)
    sample = list(csv.reader(lines_of(trained / "data" / "sample_submission.csv")))
    written = list(csv.reader(lines_of(path)))
    assert written[0] == sample[0]
    assert [row[0] for row in written] == [row[0] for row in sample]
    run = workflow.find_run(trained)
    test = run.test()
    expected = [LABELS_SORTED[int(np.argmax(probs))] for probs in test.outputs["kind"]]
    assert [row[1] for row in written[1:]] == expected
    about = json.loads(path.with_suffix(".json").read_text())
    assert about["run_digest"] == run.spec.digest()
    assert about["unreadable_rows"] == 1
    assert about["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert workflow.check_submission_file(path, folder=trained) is not None


def test_a_submission_told_by_a_rule_says_so(trained: Path) -> None:
    run = workflow.find_run(trained)
    plain, told = workflow.submit(folder=trained), workflow.submit(folder=trained, name="決", decide="oof")
    about = json.loads(told.with_suffix(".json").read_text(encoding="utf-8"))
    rule = about["decide"]
    assert (rule["form"], rule["fitted_on"], rule["labels"]) == ("factors", "oof", list(LABELS_SORTED))
    factors, test = np.array(rule["values"]), run.test()
    expected = [LABELS_SORTED[int(np.argmax(probs * factors))] for probs in test.outputs["kind"]]
    assert [row[1] for row in list(csv.reader(lines_of(told)))[1:]] == expected
    assert "decide" not in json.loads(plain.with_suffix(".json").read_text(encoding="utf-8"))
    told.unlink()
    told.with_suffix(".json").unlink()


LABELS_SORTED = tuple(sorted(LABELS))


def test_report_is_one_file_without_foreign_requests(trained: Path) -> None:
    page = workflow.report(folder=trained).read_text(encoding="utf-8")
    assert "鳥" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    # The one of the confusion matrix, and no other.
    assert page.count("<script") == 1 and f"<script>{read_script()}</script>" in page
    # Small pictures of the rows stand in the page.
    assert page.count('<img src="data:image/jpeg;base64,') > 10


def test_a_report_shows_the_verdicts_on_its_own_run_and_no_others(trained: Path) -> None:
    run = workflow.find_run(trained)
    plain = {
        **dict.fromkeys(("recipe", "baseline_digest", "idea_digest", "folds"), "x"),
        **dict.fromkeys(("rope", "gain", "low", "high", "better", "same", "worse"), 0.0),
        **dict.fromkeys(("noise", "cv_baseline", "cv_idea"), None),
        "changes": {},
        "rows": 36,
        "metric": Part(name="accuracy"),
        "greater_is_better": True,
        "level": 0.95,
        "pairs": [],
        "word": "keep",
        "because": "hand",
        "time": "2026-10-03T00:00:00+00:00",
    }
    files = [
        write_verdict(trained, Verdict(idea="平滑化", baseline_run=run.name, idea_run="a", **plain)),
        write_verdict(trained, Verdict(idea="mixup", baseline_run="b", idea_run=run.name, **plain)),
        write_verdict(trained, Verdict(idea="elsewhere", baseline_run="b", idea_run="a", **plain)),
    ]
    page = workflow.report(folder=trained).read_text(encoding="utf-8")
    for file in files:
        file.unlink()
    assert "平滑化" in page and "mixup" in page and "elsewhere" not in page
    assert 'id="verdicts"' not in workflow.report(folder=trained).read_text(encoding="utf-8")


def test_predict_writes_every_test_row(trained: Path) -> None:
    path = workflow.predict(folder=trained)
    rows = list(csv.DictReader(lines_of(path)))
    assert [row["id"] for row in rows] == [f"{i:03d}" for i in range(36, 48)]
    for row in rows:
        assert sum(float(row[f"kind:{label}"]) for label in LABELS) == pytest.approx(1, abs=1e-5)


def test_runs_are_found_by_the_beginning_of_their_name(trained: Path) -> None:
    run = workflow.find_run(trained)
    assert workflow.find_run(trained, run.name[:9]).name == run.name
    assert workflow.find_run(trained, str(run.path)).name == run.name
    with pytest.raises(InputError, match="RUN_UNKNOWN"):
        workflow.find_run(trained, "bse-1234")
    with pytest.raises(InputError, match="RUN_NONE"):
        workflow.find_run(trained / "data")


def test_changed_data_make_a_new_run_and_leave_the_old(trained: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(trained, folder)
    image = folder / "data" / "train" / "005.png"
    image.write_bytes((folder / "data" / "train" / "008.png").read_bytes())
    run = workflow.train("base", ["epochs=1"], folder=folder)
    same = workflow.train("base", ["epochs=1"], folder=trained)
    assert run.name != same.name


def test_a_second_process_is_told_who_works(trained: Path) -> None:
    run = workflow.train("base", folder=trained)
    with hold_lock(run.path / "run.lock"), pytest.raises(BusyError, match="process"):
        workflow.train("base", folder=trained)


def test_a_damaged_job_is_named_repaired_and_trained_again_to_the_same_bytes(trained: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(trained, folder)
    run = workflow.train("base", folder=folder)
    victim = run.path / "jobs" / "r0-f1-s0" / "oof.npz"
    whole = victim.read_bytes()
    victim.unlink()
    with pytest.raises(DamagedError, match="r0-f1-s0"):
        workflow.train("base", folder=folder)
    workflow.doctor(folder, repair=True)
    workflow.train("base", folder=folder)
    assert victim.read_bytes() == whole


def test_split_writes_the_table_that_train_uses(trained: Path) -> None:
    assert workflow.split(trained).name == workflow.find_run(trained).spec.folds


def test_check_says_nothing_of_a_healthy_folder(trained: Path) -> None:
    assert [fault for fault in workflow.check(trained) if fault.outcome in ("refuse", "ask")] == []


def test_more_seeds_reuse_what_is_done(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c", epochs=1)
    first = workflow.train("base", folder=folder)
    marks = {path: path.stat().st_mtime_ns for path in first.path.rglob("oof.npz")}
    run = workflow.train("base", folder=folder, seeds=[0, 1])
    assert run.name == first.name
    assert run.complete_seeds() == [0, 1]
    assert all(path.stat().st_mtime_ns == mark for path, mark in marks.items())
    assert len(read_sealed(run.path / "scores.json")["oof"]) == 2


def test_overfit_passes_on_a_sound_recipe(tmp_path: Path) -> None:
    assert workflow.overfit("base", folder=write_competition(tmp_path / "c"), count=1)


def test_another_metric_costs_a_scoring_and_no_training(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c", epochs=1)
    first = workflow.train("base", folder=folder)
    marks = {path: path.stat().st_mtime_ns for path in first.path.rglob("oof.npz")}
    path = folder / "competition.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("metric: accuracy", "metric: log_loss"), encoding="utf-8")
    run = workflow.train("base", folder=folder)
    assert run.name == first.name
    assert read_sealed(run.path / "scores.json")["metric"] == "log_loss"
    assert all(path.stat().st_mtime_ns == mark for path, mark in marks.items())


def test_a_run_is_not_judged_by_other_labels(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c", epochs=1)
    run = workflow.train("base", folder=folder)
    before = (run.path / "scores.json").read_bytes()
    table = folder / "data" / "train.csv"
    for old, new in ((LABELS[0], "zebra"), ("001,", "999,")):
        whole = table.read_text(encoding="utf-8")
        table.write_text(whole.replace(old, new), encoding="utf-8")
        with pytest.raises(InputError, match="RUN_OTHER_DATA"):
            workflow.score(run.name, folder=folder)
        table.write_text(whole, encoding="utf-8")
    assert (run.path / "scores.json").read_bytes() == before


def test_lost_or_stale_scores_are_made_again(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c", epochs=1)
    run = workflow.train("base", folder=folder)
    for name in ("scores.json", "oof.csv", "../runs.csv"):
        whole = (run.path / name).read_bytes()
        (run.path / name).unlink()
        workflow.train("base", folder=folder)
        assert (run.path / name).read_bytes() == whole
    (run.path / "scores.json").write_text("{")
    (run.path / ".oof.npz.99.tmp").write_bytes(b"half")
    workflow.train("base", folder=folder)
    assert read_sealed(run.path / "scores.json")["seeds"] == [0]
    assert not (run.path / ".oof.npz.99.tmp").exists()


def test_parts_of_the_users_own_work_in_every_verb(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c", epochs=1)
    (folder / "plugins").mkdir()
    (folder / "plugins" / "mine.py").write_text(
        "from tamesu.metrics import METRICS\n\n\n@METRICS.register('always_half')\nclass Half:\n"
        "    kinds = frozenset({'class'})\n    greater_is_better = True\n    reads = 'preds'\n    best = 1.0\n\n"
        "    def score(self, y_true, y_pred, labels):\n        return 0.5\n"
    )
    path = folder / "competition.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("metric: accuracy", "metric: always_half"), encoding="utf-8")
    workflow.train("base", folder=folder)
    for verb in ("submit", "report"):
        program = f"import sys\nfrom tamesu import workflow\nworkflow.{verb}(folder=sys.argv[1])"
        done = subprocess.run([sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    # A folder without plugins takes this one's out of the tables again.
    load_plugins(tmp_path)
