"""What an audit looks at: rows in one order, folds by id, what runs have said, what it depends on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tamesu import gathering, workflow
from tamesu.artifacts.files import read_json, write_json
from tamesu.artifacts.folds import read_folds
from tamesu.artifacts.run import Run
from tamesu.gathering import find_subject, gather_data, gather_facts, gather_given
from tests.tiny import LABELS, write_competition


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_competition(tmp_path_factory.mktemp("g") / "c", broken=(1, 40), epochs=1)
    workflow.train("base", folder=folder, device="cpu")
    workflow.submit(folder=folder)
    return folder


def gather(folder: Path) -> tuple[gathering.Subject, gathering.AuditData]:
    subject = find_subject(folder, (), "en")
    return subject, gather_data(subject, gather_facts(subject, lambda _done, _note: None))


def test_rows_stand_train_first_with_labels_folds_and_facts(trained: Path) -> None:
    subject, data = gather(trained)
    assert data.ids == tuple(f"{i:03d}" for i in range(48))
    assert data.train_rows == 36
    assert [data.labels[code] for code in data.codes[:3]] == list(LABELS)
    assert np.flatnonzero(~data.facts.readable).tolist() == [1, 40]
    table = read_folds(trained / "folds" / Run(subject.run.path).spec.folds)
    for row, fold in zip(table.ids, table.folds[:, 0], strict=True):
        assert data.folds[0, data.ids.index(row)] == fold


def test_out_of_fold_probs_are_those_of_the_csv(trained: Path) -> None:
    import csv

    subject, data = gather(trained)
    given = gather_given(subject, data)
    assert given.probs is not None
    with open(subject.run.path / "oof.csv", encoding="utf-8") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    for row in (0, 7, 35):
        said = [float(rows[data.ids[row]][f"kind:{label}"]) for label in data.labels]
        np.testing.assert_allclose(given.probs[row], said, atol=1e-5)
    # An unreadable image was never seen.
    assert np.isnan(given.probs[1]).all()


def test_ids_targets_and_paths_are_no_columns_to_judge(trained: Path) -> None:
    subject, _ = gather(trained)
    assert set(gathering.list_left_out(subject)) == {"id", "kind", "size"}


def test_public_scores_are_paired_with_cv(trained: Path) -> None:
    subject, _ = gather(trained)
    assert gathering.pair_public(subject) == []
    [path] = (trained / "submissions").glob("*.json")
    before = read_json(path)
    write_json(path, before | {"public": 0.75})
    try:
        [(cv, public)] = gathering.pair_public(subject)
        assert public == 0.75
        assert cv == read_json(subject.run.path / "scores.json")["content"]["cv"]
        # A new public score is a reason to look again.
        assert find_subject(trained, (), "en").digest != subject.digest
    finally:
        write_json(path, before)
    assert find_subject(trained, (), "en").digest == subject.digest


def test_what_it_depends_on_changes_its_digest(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c")
    first = find_subject(folder, (), "en").digest
    assert find_subject(folder, (), "ja").digest != first
    table = folder / "data" / "train.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("000,猫", "000,犬"), encoding="utf-8")
    assert find_subject(folder, (), "en").digest != first
    table.write_text(text, encoding="utf-8")
    assert find_subject(folder, (), "en").digest == first
    recipe = folder / "recipes" / "base.yaml"
    recipe.write_text(recipe.read_text().replace("size: 16", "size: 24"))
    assert find_subject(folder, (), "en").digest != first


def test_every_fault_of_the_recipe_is_another_reason_to_look(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c")
    recipe = folder / "recipes" / "base.yaml"
    whole = recipe.read_text(encoding="utf-8")
    first = find_subject(folder, (), "en")
    assert first.recipe is not None and first.recipe_faults == () and first.has_recipe
    ways = {
        "CONFIG_UNKNOWN_KEY": whole + "colour_of_night: 3\n",
        "CONFIG_SYNTAX": whole + "heads: [\n",
        "CONFIG_UNKNOWN_PART": whole.replace("test_resnet", "no_such_network"),
        "WEIGHTS_NO_FILE": whole.replace("weights: none", "weights: folder"),
    }
    digests = {first.digest}
    for code, text in ways.items():
        assert text != whole
        recipe.write_text(text, encoding="utf-8")
        subject = find_subject(folder, (), "en")
        assert subject.recipe is None and subject.has_recipe
        assert any(code in fault.code for fault in subject.recipe_faults), [fault.code for fault in subject.recipe_faults]
        digests.add(subject.digest)
    recipe.unlink()
    subject = find_subject(folder, (), "en")
    assert not subject.has_recipe and subject.recipe_faults == ()
    assert len(digests | {subject.digest}) == len(ways) + 2
    recipe.write_text(whole, encoding="utf-8")
    assert find_subject(folder, (), "en").digest == first.digest


def test_a_run_of_other_labels_says_nothing(trained: Path) -> None:
    subject = find_subject(trained, (), "en")
    assert subject.run is not None
    table = trained / "data" / "train.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("000,猫", "000,犬"), encoding="utf-8")
    try:
        assert find_subject(trained, (), "en").run is None
    finally:
        table.write_text(text, encoding="utf-8")
