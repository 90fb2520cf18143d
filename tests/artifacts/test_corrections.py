"""Corrections: a person's labels over the host's, by id; and every mistake in the file with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tamesu.artifacts.competition import Competition, Target
from tamesu.artifacts.corrections import can_be_corrected, sum_hours, unguard
from tamesu.artifacts.dataset import Dataset, load_train
from tamesu.artifacts.loading import load_competition
from tamesu.errors import Fault, InputError

TABLE = "id,label,n,tags\n" + "".join(
    f"i{k:02d},{'cat' if k % 2 else 'dog'},{k}.5,{'a' if k % 3 else 'a|b'}\n" for k in range(12)
)
CLASS = {"kind": "class", "column": "label"}


def write(folder: Path, corrections: str | bytes | None, table: str = TABLE, image: str = "train/{id}.jpg") -> Path:
    (folder / "data/train").mkdir(parents=True)
    (folder / "data/train.csv").write_text(table, encoding="utf-8")
    for line in table.splitlines()[1:]:
        name, label = line.split(",")[:2]
        path = folder / "data" / image.format(id=name, label=label)
        path.parent.mkdir(exist_ok=True)
        path.touch()
    if corrections is not None:
        (folder / "relabel").mkdir()
        content = corrections.encode() if isinstance(corrections, str) else corrections
        (folder / "relabel/label.csv").write_bytes(content)
    return folder


def load(folder: Path, target: dict[str, Any] = CLASS, image: str = "train/{id}.jpg", **more: Any) -> Dataset:
    facts = {
        "name": "pets",
        "data": "data",
        "train": {"table": "train.csv", "image": image},
        "targets": {"label": {**target, "corrections": "relabel/label.csv"}},
        "main": "label",
        "metric": "accuracy",
        **more,
    }
    return load_train(folder, Competition.model_validate(facts))


def labels_of(dataset: Dataset) -> dict[str, str]:
    target = dataset.targets["label"]
    return {name: target.labels[code] if code >= 0 else "" for name, code in zip(dataset.ids, target.values, strict=True)}


def refused(folder: Path, *given: Any, **more: Any) -> list[Fault]:
    with pytest.raises(InputError) as caught:
        load(folder, *given, **more)
    assert caught.value.exit_code == 2
    for fault in caught.value.faults:
        assert fault.text("en") and fault.text("ja")
    return list(caught.value.faults)


def test_labels_are_corrected_by_id_and_the_table_stays(tmp_path: Path) -> None:
    write(tmp_path, "id,label,new_label,seconds\ni03,cat,dog,4\ni00,dog,,9\ni05,cat,?,1\ni07,cat,cat,1\n")
    before = (tmp_path / "data/train.csv").read_bytes()
    dataset = load(tmp_path)
    expected = {f"i{k:02d}": "cat" if k % 2 else "dog" for k in range(12)} | {"i03": "dog", "i05": ""}
    assert labels_of(dataset) == expected
    assert (tmp_path / "data/train.csv").read_bytes() == before
    assert dataset.columns["label"][3] == "cat"
    (note,) = [fault for fault in dataset.faults if fault.code == "CORRECTIONS_APPLIED"]
    assert (note.values["count"], note.values["changed"], note.values["unknown"]) == (3, 2, 1)
    # A person has said that it is not known: nothing is asked.
    assert {f.outcome for f in dataset.faults if f.code == "TABLE_LABEL_MISSING"} == {"note"}


def test_the_digest_tells_corrected_data_apart(tmp_path: Path) -> None:
    one, other = (write(tmp_path / name, f"id,new_label\ni03,{label}\n") for name, label in (("a", "dog"), ("b", "cat")))
    assert load(one).digest() != load(other).digest()


def test_missing_cells_of_the_table_are_still_asked_about(tmp_path: Path) -> None:
    write(tmp_path, "id,new_label\ni05,?\n", TABLE.replace("i04,dog", "i04,"))
    dataset = load(tmp_path)
    assert labels_of(dataset)["i04"] == labels_of(dataset)["i05"] == ""
    (fault,) = [fault for fault in dataset.faults if fault.code == "TABLE_LABEL_MISSING"]
    assert (fault.outcome, fault.values["count"]) == ("ask", 2)


def test_a_missing_label_is_filled_in(tmp_path: Path) -> None:
    write(tmp_path, "id,new_label\ni04,cat\n", TABLE.replace("i04,dog", "i04,"))
    dataset = load(tmp_path)
    assert labels_of(dataset)["i04"] == "cat"
    assert "TABLE_LABEL_MISSING" not in {fault.code for fault in dataset.faults}


def test_the_targets_own_words_for_not_known(tmp_path: Path) -> None:
    write(tmp_path, "id,new_label\ni05,unclear\ni03,?\n")
    names = labels_of(load(tmp_path, CLASS | {"missing": ["", "unclear"]}))
    assert names["i05"] == names["i03"] == ""


def test_contested_rows_are_settled(tmp_path: Path) -> None:
    write(tmp_path, "id,new_label\ni03,cat\n", TABLE + "i03,dog,3.5,a\n")
    dataset = load(tmp_path, accept=["TABLE_DUPLICATE_ID"])
    assert labels_of(dataset)["i03"] == "cat"
    assert {f.code for f in dataset.faults} & {"TABLE_CONFLICTING_LABEL", "TABLE_DUPLICATE_ID"} == {"TABLE_DUPLICATE_ID"}


def test_folders_named_by_the_label_keep_their_images(tmp_path: Path) -> None:
    write(tmp_path, "id,new_label\ni03,dog\n", image="{label}/{id}.jpg")
    dataset = load(tmp_path, image="{label}/{id}.jpg")
    assert labels_of(dataset)["i03"] == "dog"
    assert dataset.paths[3] == "cat/i03.jpg"


def test_worksheets_as_spreadsheets_write_them(tmp_path: Path) -> None:
    table = "id,label\n-1,猫\n-2,犬\n3,猫\n4,犬\n"
    write(tmp_path, "\ufeffid;new_label\r\n'-1;犬\r\n-2;犬\r\n".encode("utf-8"), table)
    assert labels_of(load(tmp_path)) == {"-1": "犬", "-2": "犬", "3": "猫", "4": "犬"}


def test_shift_jis(tmp_path: Path) -> None:
    write(tmp_path, "id,new_label\ni1,犬\n".encode("cp932"), "id,label\ni1,猫\ni2,犬\ni3,猫\n")
    assert labels_of(load(tmp_path))["i1"] == "犬"


@pytest.mark.parametrize(
    ("content", "code", "place", "words"),
    [
        ("id,label\ni03,dog\n", "CORRECTIONS_COLUMN", "relabel/label.csv:1", "'new_label'"),
        ("row,new_label\ni03,dog\n", "CORRECTIONS_COLUMN", "relabel/label.csv:1", "'id'"),
        ("id,new_label\ni03,\n", "CORRECTIONS_EMPTY", "relabel/label.csv", "correct nothing"),
        ("id,new_label\ni03,dog\ni99,dog\n", "CORRECTIONS_UNKNOWN_ID", "relabel/label.csv:3", "'i99'"),
        ("id,new_label\ni03,dgo\n", "CORRECTIONS_UNKNOWN_LABEL", "relabel/label.csv:2", "did you mean 'dog'?"),
        ("id,new_label\ni03,dog\ni04,cat\ni03,cat\n", "CORRECTIONS_TWICE", "relabel/label.csv:2", "lines 2, 4"),
        ("id,new_label\n", "TABLE_EMPTY", "relabel/label.csv", ""),
        ("", "TABLE_EMPTY", "relabel/label.csv", ""),
        ("id,new_label\ni03,dog,x\n", "TABLE_RAGGED", "relabel/label.csv:2", ""),
    ],
)
def test_mistakes_are_refused_with_their_line(tmp_path: Path, content: str, code: str, place: str, words: str) -> None:
    faults = [fault for fault in refused(write(tmp_path, content)) if fault.outcome == "refuse"]
    assert [fault.code for fault in faults] == [code]
    assert str(faults[0].where) == place
    assert words in faults[0].text("en")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert [fault.code for fault in refused(write(tmp_path, None))] == ["TABLE_MISSING"]


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    faults = refused(write(tmp_path, "id,new_label\nx,dog\ni01,bird\ni02,cat\ni02,dog\n"))
    assert {fault.code for fault in faults} == {"CORRECTIONS_UNKNOWN_ID", "CORRECTIONS_UNKNOWN_LABEL", "CORRECTIONS_TWICE"}


def test_the_same_label_twice_is_no_mistake(tmp_path: Path) -> None:
    assert labels_of(load(write(tmp_path, "id,new_label\ni03,dog\ni03,dog\n")))["i03"] == "dog"


def test_a_new_label_needs_the_list(tmp_path: Path) -> None:
    write(tmp_path, "id,new_label\ni03,fox\n")
    assert [fault.code for fault in refused(tmp_path)] == ["CORRECTIONS_UNKNOWN_LABEL"]
    assert labels_of(load(tmp_path, CLASS | {"labels": ["cat", "dog", "fox"]}))["i03"] == "fox"


def test_a_class_that_is_merged_away_is_gone(tmp_path: Path) -> None:
    table = TABLE.replace("i01,cat", "i01,kitten").replace("i05,cat", "i05,kitten")
    dataset = load(write(tmp_path, "id,new_label\ni01,cat\ni05,cat\n", table))
    assert dataset.targets["label"].labels == ("cat", "dog")


def test_numbers(tmp_path: Path) -> None:
    write(tmp_path, "id,new_label\ni03, 8\ni04,?\n")
    values = load(tmp_path, {"kind": "value", "column": "n"}).targets["label"].values
    assert values[3] == 8 and np.isnan(values[4]) and values[5] == 5.5
    (tmp_path / "relabel/label.csv").write_text("id,new_label\ni03,many\n")
    assert [fault.code for fault in refused(tmp_path, {"kind": "value", "column": "n"})] == ["CORRECTIONS_NUMBER"]


@pytest.mark.parametrize("missing", [{}, {"missing": [""]}])
def test_sets_of_labels(tmp_path: Path, missing: dict[str, Any]) -> None:
    write(tmp_path, "id,new_label\ni01,a | b\ni03,b\ni05,?\n")
    target = {"kind": "multilabel", "column": "tags", "separator": "|", **missing}
    found = load(tmp_path, target).targets["label"]
    assert found.labels == ("a", "b")
    assert found.values[[1, 3, 2]].tolist() == [[1, 1], [0, 1], [1, 0]]
    assert np.isnan(found.values[5]).all()
    (tmp_path / "relabel/label.csv").write_text("id,new_label\ni01,a|c\n")
    (fault,) = [f for f in refused(tmp_path, target) if f.outcome == "refuse"]
    assert (fault.code, fault.values["examples"]) == ("CORRECTIONS_UNKNOWN_LABEL", "'c'")


def test_orders_and_identities(tmp_path: Path) -> None:
    for number, kind in enumerate(("ordinal", "identity")):
        folder = write(tmp_path / str(number), "id,new_label\ni03,dog\n")
        extra = {"labels": ["cat", "dog"]} if kind == "ordinal" else {}
        assert labels_of(load(folder, {"kind": kind, "column": "label", **extra}))["i03"] == "dog"


def test_which_targets_can_be_corrected() -> None:
    assert can_be_corrected(Target(kind="multilabel", column="tags", separator=" "))
    for target in (
        Target(kind="multilabel", column="tags"),
        Target(kind="class", columns=["a", "b"]),
        Target(kind="soft", columns=["a", "b"]),
        Target(kind="mask", mask="{id}.png"),
        Target(kind="points", columns=["x", "y"]),
    ):
        assert not can_be_corrected(target)


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("{kind: soft, columns: [a, b], corrections: relabel/x.csv}", "CONFIG_TARGET"),
        ("{kind: multilabel, column: t, corrections: relabel/x.csv}", "CONFIG_TARGET"),
        ("{kind: class, column: t, corrections: ../x.csv}", "CONFIG_OUTSIDE_FOLDER"),
        ("{kind: class, column: t, corrections: 3}", "CONFIG_TYPE"),
        ("{kind: class, column: t, correction: a.csv}", "CONFIG_UNKNOWN_KEY"),
    ],
)
def test_the_key_is_checked(tmp_path: Path, target: str, code: str) -> None:
    text = f'name: x\ntrain: {{table: t.csv, image: "{{id}}.jpg"}}\nmain: t\nmetric: accuracy\ntargets:\n  t: {target}\n'
    (tmp_path / "competition.yaml").write_text(text)
    with pytest.raises(InputError) as caught:
        load_competition(tmp_path)
    assert caught.value.codes[0] == code
    assert caught.value.faults[0].where.line == 6


def test_hours(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,new_label,seconds\na,x,3600\nb,,\nc,y,1800.5\n")
    assert sum_hours(path) == pytest.approx(5400.5 / 3600)
    path.write_text("id,new_label\na,x\n")
    assert sum_hours(path) == 0
    path.write_text("id,seconds\na,5 min\nb,-3\n")
    with pytest.raises(InputError) as caught:
        sum_hours(path)
    assert caught.value.codes == ("CORRECTIONS_SECONDS",)
    assert caught.value.faults[0].values["lines"] == "2, 3"


def test_apostrophes() -> None:
    assert [unguard(cell) for cell in ("'=1", "'+1", "'-1", "'@x", "''=1", "'s", "'", "")] == [
        *("=1", "+1", "-1", "@x", "'=1", "'s", "'", "")
    ]
