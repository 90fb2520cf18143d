from __future__ import annotations

import csv
import os
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from tests.intake.hosts import Host

from tamesu.artifacts.competition import Competition
from tamesu.artifacts.dataset import Dataset, load_test, load_train
from tamesu.artifacts.ideas import load_ideas
from tamesu.artifacts.loading import load_competition, load_recipe
from tamesu.artifacts.recipe import Recipe
from tamesu.errors import InputError, QuestionError, raise_faults
from tamesu.intake import Proposal, propose, write_proposal

GARMENTS = ("dress", "hat", "shirt")


@dataclass
class Made:
    """A competition that was proposed, written, and read back by the strict loaders."""

    folder: Path
    proposal: Proposal
    competition: Competition
    recipe: Recipe
    train: Dataset
    test: Dataset | None

    def why(self, what: str) -> str:
        return " | ".join(guess.why for guess in self.proposal.guesses if guess.what == what)


def make(folder: Path, data: Path | None = None, *, accept: tuple[str, ...] = (), **wishes: Any) -> Made:
    """Propose, write, load with the real loaders, and look whether every image is there."""
    before = {path: path.stat().st_mtime_ns for path in data.rglob("*")} if data else {}
    proposal = propose(folder, data, **wishes)
    written = write_proposal(proposal, folder)
    assert [path.relative_to(folder).as_posix() for path in written] == list(proposal.files)
    if data and data != folder:
        assert {path: path.stat().st_mtime_ns for path in data.rglob("*")} == before, "the data folder was touched"
    competition, recipe = load_competition(folder), load_recipe(folder, "base")
    # PyYAML, a reader that is not ours, sees the same file.
    assert Competition.model_validate(yaml.safe_load((folder / "competition.yaml").read_text())) == competition
    assert competition == proposal.competition
    assert recipe.written() | {"name": ""} == proposal.recipe.written() | {"name": ""}
    for idea in load_ideas(folder).values():
        assert recipe.vary(idea.changes).digest() != recipe.digest()
    train, test = load_train(folder, competition), load_test(folder, competition)
    for rows in (train, test):
        if rows is not None:
            raise_faults(rows.faults, accept)
            assert all((competition.data_folder(folder) / path).is_file() for path in rows.paths)
    return Made(folder, proposal, competition, recipe, train, test)


def garments(host: Host, *, ending: str = ".jpg", written: str = "", rows: int = 18, folder: str = "train") -> list[list[str]]:
    """Train images 0001, 0002, ... and their table's rows."""
    ids = [f"{number:04d}" for number in range(rows)]
    host.images(*(f"{folder}/{name}{ending}" for name in ids))
    return [[name + written, GARMENTS[index % 3]] for index, name in enumerate(ids)]


def labels_by_id(made: Made, target: str = "label") -> dict[str, str]:
    values = made.train.targets[target]
    return {name: values.labels[int(code)] for name, code in zip(made.train.ids, values.values, strict=True)}


def codes(error: pytest.ExceptionInfo[InputError]) -> list[str]:
    return list(error.value.codes)


# tables


def test_table_with_test_and_sample(host: Host, tmp_path: Path) -> None:
    rows = garments(host)
    host.table("train.csv", [["id", "label"], *rows])
    host.images("test/9000.jpg", "test/0001.jpg")
    host.table("test.csv", [["id"], ["9000"], ["0001"]])
    host.table("sample_submission.csv", [["id", "label"], ["9000", "hat"], ["0001", "hat"]])
    made = make(tmp_path / "comp", host.root)
    facts = made.competition
    assert facts.data == "../host"
    assert (facts.id, facts.main, facts.metric.name) == ("id", "label", "accuracy")
    assert facts.train.model_dump() == {"table": "train.csv", "image": "train/{id}.jpg"}
    assert facts.test is not None and facts.test.model_dump() == {"table": "test.csv", "image": "test/{id}.jpg"}
    assert facts.folds.splitter.name == "stratified_kfold" and facts.folds.n_splits == 5
    assert facts.submission is not None and facts.submission.sample == "sample_submission.csv"
    # Ids keep their zeros, and each row its own label.
    assert labels_by_id(made) == dict(rows)
    assert made.test is not None and made.test.paths == ("test/9000.jpg", "test/0001.jpg")
    assert list(made.proposal.files) == ["recipes/base.yaml", "ideas.yaml", "competition.yaml"]


def test_data_inside_the_folder_needs_no_data_key(here: Host) -> None:
    here.table("train.csv", [["image", "label"], *garments(here, written=".jpg", folder="images")])
    made = make(here.root.parent)
    assert made.competition.data == "."
    assert made.competition.train.model_dump() == {"table": "data/train.csv", "image": "data/images/{image}"}
    assert made.competition.name == "comp"


def test_images_beside_the_table_and_the_competition_among_them(tmp_path: Path) -> None:
    host = Host(tmp_path / "comp")
    host.root.mkdir()
    rows = garments(host, written=".jpg", folder=".")
    host.table("labels.csv", [["filename", "class"], *rows])
    made = make(host.root)
    assert made.competition.train.model_dump() == {"table": "labels.csv", "image": "{filename}"}
    assert made.competition.main == "class"


@pytest.mark.parametrize("name", ["train.tsv", "train.parquet"])
def test_other_tables(host: Host, tmp_path: Path, name: str) -> None:
    rows = garments(host)
    if name.endswith(".parquet"):
        arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
        parquet.write_table(arrow.table({"id": [r[0] for r in rows], "label": [r[1] for r in rows]}), host.root / name)
    else:
        host.table(name, [["id", "label"], *rows])
    made = make(tmp_path / "comp", host.root)
    assert made.competition.train.table == name
    assert labels_by_id(made) == dict(rows)


def test_japanese_columns_labels_folders_and_nfd_files(tmp_path: Path) -> None:
    host = Host(tmp_path / "衣料コンペ" / "データ")
    host.root.mkdir(parents=True)
    names = [unicodedata.normalize("NFD", f"ガーメント{number:03d}") for number in range(12)]
    host.images(*(f"学習画像/{name}.jpg" for name in names))
    labels = ["帽子", "ドレス"] * 6
    rows = [[unicodedata.normalize("NFC", name) + ".jpg", label] for name, label in zip(names, labels, strict=True)]
    host.table("学習.csv", [["画像ファイル", "正解ラベル"], *rows])
    made = make(host.root.parent, host.root)
    facts = made.competition
    assert facts.name == "衣料コンペ"
    assert facts.train.model_dump() == {"table": "データ/学習.csv", "image": "データ/学習画像/{画像ファイル}"}
    assert facts.main == "正解ラベル" and facts.targets[facts.main].column == "正解ラベル"
    assert made.train.targets["正解ラベル"].labels == ("ドレス", "帽子")


def test_one_hot_columns(host: Host, tmp_path: Path) -> None:
    rows = [[name, *(int(label == garment) for garment in GARMENTS)] for name, label in garments(host)]
    host.table("train.csv", [["id", *GARMENTS], *rows])
    made = make(tmp_path / "comp", host.root)
    target = made.competition.targets["label"]
    assert (target.kind, target.columns, made.competition.metric.name) == ("class", list(GARMENTS), "accuracy")
    assert Counter(labels_by_id(made).values()) == Counter(dict.fromkeys(GARMENTS, 6))


def test_one_hot_form_of_probabilities_asks_for_log_loss(host: Host, tmp_path: Path) -> None:
    host.table("train.csv", [["id", "label"], *garments(host)])
    host.images("test/9.jpg")
    host.table("sample_submission.csv", [["id", *GARMENTS], ["9", "0.33", "0.33", "0.34"]])
    made = make(tmp_path / "comp", host.root)
    assert (made.competition.main, made.competition.metric.name) == ("label", "log_loss")
    assert made.competition.test is not None and made.competition.test.table == "sample_submission.csv"
    assert made.test is not None and made.test.ids == ("9",)


def test_columns_of_any_number_of_labels(host: Host, tmp_path: Path) -> None:
    rows = [[name, index % 2, int(index % 3 == 0), int(index > 8)] for index, (name, _) in enumerate(garments(host))]
    host.table("train.csv", [["id", "cat", "dog", "bird"], *rows])
    made = make(tmp_path / "comp", host.root)
    target = made.competition.targets["labels"]
    assert (target.kind, target.columns, made.competition.metric.name) == ("multilabel", ["cat", "dog", "bird"], "f1_macro")
    assert made.competition.folds.splitter.name == "multilabel_stratified_kfold"
    np.testing.assert_array_equal(made.train.targets["labels"].values, [row[1:] for row in rows])


@pytest.mark.parametrize("separator", [" ", ",", ", ", "|", ";"])
def test_several_labels_in_one_cell(host: Host, tmp_path: Path, separator: str) -> None:
    sets = [("haze",), ("clear",), ("road",), ("clear", "road"), ("haze", "road"), ("clear", "haze"), ("clear", "haze", "road")]
    rows = [[name, separator.join(sets[index % 7])] for index, (name, _) in enumerate(garments(host, rows=21))]
    host.table("train.csv", [["id", "tags"], *rows])
    made = make(tmp_path / "comp", host.root)
    target = made.competition.targets["tags"]
    assert (target.kind, target.separator) == ("multilabel", separator)
    assert made.train.targets["tags"].labels == ("clear", "haze", "road")
    assert made.train.targets["tags"].values[3].tolist() == [1, 0, 1]


def test_number_as_target(host: Host, tmp_path: Path) -> None:
    rows = [[name, f"{index * 1.5:.2f}"] for index, (name, _) in enumerate(garments(host))]
    host.table("train.csv", [["id", "price"], *rows])
    made = make(tmp_path / "comp", host.root)
    assert made.competition.targets["price"].kind == "value"
    assert (made.competition.metric.name, made.competition.folds.splitter.name) == ("rmse", "kfold")
    assert made.recipe.heads["price"].loss.name == "smooth_l1"
    assert made.train.targets["price"].values[2] == 3.0


def test_two_readings_of_whole_numbers_are_asked_and_settled(host: Host, tmp_path: Path) -> None:
    rows = [[name, index % 5] for index, (name, _) in enumerate(garments(host, rows=25))]
    host.table("train.csv", [["id", "severity"], *rows])
    with pytest.raises(QuestionError) as error:
        propose(tmp_path / "comp", host.root)
    assert codes(error) == ["INTAKE_WHICH_KIND"]
    assert "--target severity --kind ordinal" in str(error.value)
    assert "--target severity --kind class" in str(error.value) and "--target severity --kind value" in str(error.value)
    assert not (tmp_path / "comp").exists()
    as_class = make(tmp_path / "a", host.root, kind="class")
    assert as_class.train.targets["severity"].labels == ("0", "1", "2", "3", "4")
    as_value = make(tmp_path / "b", host.root, kind="value")
    assert as_value.train.targets["severity"].values.tolist()[:5] == [0, 1, 2, 3, 4]


def test_two_tables_that_both_could_be_train_are_asked(host: Host, tmp_path: Path) -> None:
    rows = garments(host)
    host.table("labels_a.csv", [["id", "label"], *rows])
    host.table("labels_b.csv", [["id", "label"], *rows])
    with pytest.raises(QuestionError) as error:
        propose(tmp_path / "comp", host.root)
    assert codes(error) == ["INTAKE_WHICH_TRAIN"]
    assert "`--train labels_a.csv`, `--train labels_b.csv`" in str(error.value)
    made = make(tmp_path / "comp", host.root, train="labels_b.csv")
    assert made.competition.train.table == "labels_b.csv"
    # A path from the current folder is understood too.
    again = propose(tmp_path / "again", host.root, train=str(host.root / "labels_a.csv"))
    assert again.competition.train.table == "labels_a.csv"


def test_two_columns_that_both_could_be_the_target_are_asked(host: Host, tmp_path: Path) -> None:
    rows = [[name, label, "red" if index % 2 else "blue"] for index, (name, label) in enumerate(garments(host))]
    host.table("train.csv", [["id", "garment", "colour"], *rows])
    with pytest.raises(QuestionError) as error:
        propose(tmp_path / "comp", host.root)
    assert codes(error) == ["INTAKE_WHICH_TARGET"] and "`--target garment`, `--target colour`" in str(error.value)
    made = make(tmp_path / "comp", host.root, target="colour")
    assert made.competition.main == "colour" and made.competition.targets["garment"].known_in == "train"


def test_columns_that_test_lacks_become_auxiliary_targets_and_ideas_but_no_heads(host: Host, tmp_path: Path) -> None:
    rows = [[name, label, index, index * 0.5, index % 2] for index, (name, label) in enumerate(garments(host))]
    host.table("train.csv", [["id", "label", "shelf", "price", "used_id"], *rows])
    host.images("test/1.jpg")
    host.table("test.csv", [["id", "shelf"], ["1", "3"]])
    made = make(tmp_path / "comp", host.root)
    assert list(made.competition.targets) == ["label", "price"] and list(made.recipe.heads) == ["label"]
    assert made.competition.targets["price"].model_dump(exclude_defaults=True) == {
        "kind": "value",
        "column": "price",
        "known_in": "train",
    }
    assert load_ideas(made.folder)["aux_price"].changes == {"heads.price": {"loss": "smooth_l1", "weight": 0.3}}
    assert made.train.targets["price"].values[3] == 1.5
    # What is no kind and no amount is named all the same.
    assert [g.value for g in made.proposal.guesses if g.what == "targets"] == ["used_id"]
    assert "# price: an auxiliary target" in made.proposal.files["competition.yaml"]


def test_groups_by_name(host: Host, tmp_path: Path) -> None:
    rows = [[name, label, f"p{index // 3}"] for index, (name, label) in enumerate(garments(host, rows=36))]
    host.table("train.csv", [["id", "label", "patient_id"], *rows])
    made = make(tmp_path / "comp", host.root)
    assert made.competition.groups == "patient_id"
    assert made.competition.folds.splitter.name == "stratified_group_kfold"
    assert "12 groups" in made.why("groups")
    assert make(tmp_path / "none", host.root, groups="none").competition.groups is None


def test_images_in_two_folders_get_a_table_of_ours(host: Host, tmp_path: Path) -> None:
    names = [f"{number:02d}" for number in range(12)]
    host.images(*(f"part_1/{name}.jpg" for name in names[:6]), *(f"part_2/{name}.png" for name in names[6:]))
    host.table("train.csv", [["image_id", "dx"], *([name, GARMENTS[i % 3]] for i, name in enumerate(names))])
    made = make(tmp_path / "comp", host.root)
    assert made.competition.id == "image_id"
    # Nothing in competition.yaml may climb out of `data:`, so that names the folder above both.
    assert made.competition.data == ".."
    assert made.competition.train.model_dump() == {"table": "comp/train_with_files.csv", "image": "host/{image_file}"}
    assert made.train.paths[5:7] == ("host/part_1/05.jpg", "host/part_2/06.png")


def test_same_names_in_two_sizes_are_asked(host: Host, tmp_path: Path) -> None:
    rows = garments(host)
    host.images(*(f"small/{name}.jpg" for name, _ in rows))
    host.table("labels.csv", [["id", "label"], *rows])
    host.images(*(f"large/{name}.jpg" for name, _ in rows))
    # `train/` says the role by its name, so with it there would be no question.
    for path in (host.root / "train").iterdir():
        path.unlink()
    with pytest.raises(QuestionError) as error:
        propose(tmp_path / "comp", host.root)
    assert codes(error) == ["INTAKE_WHICH_IMAGE"] and '`--image "large/{id}.jpg"`' in str(error.value)
    made = make(tmp_path / "comp", host.root, image="small/{id}.jpg")
    assert made.competition.train.image == "small/{id}.jpg"


def test_numbers_used_again_in_train_and_test(host: Host, tmp_path: Path) -> None:
    rows = garments(host)
    host.images(*(f"test/{name}.jpg" for name, _ in rows[:5]))
    host.table("train.csv", [["id", "label"], *rows])
    host.table("sample_submission.csv", [["id", "label"], *([name, "hat"] for name, _ in rows[:5])])
    made = make(tmp_path / "comp", host.root)
    assert made.train.paths[0] == "train/0000.jpg"
    assert made.test is not None and made.test.paths[0] == "test/0000.jpg"


def test_masks_are_no_images(host: Host, tmp_path: Path) -> None:
    rows = garments(host, folder="images", written=".jpg")
    host.images(*(f"masks/{name[:-4]}.png" for name, _ in rows))
    host.table("train.csv", [["image", "label", "mask"], *([name, label, name[:-4] + ".png"] for name, label in rows)])
    made = make(tmp_path / "comp", host.root)
    assert (made.competition.id, made.competition.train.image) == ("image", "images/{image}")
    assert list(made.competition.targets) == ["label"]


def test_sample_without_a_header(host: Host, tmp_path: Path) -> None:
    host.table("train.tsv", [["file_name", "label"], *garments(host, written=".jpg")])
    host.images("test/test_00.jpg", "test/test_01.jpg")
    host.table("sample_submit.csv", [["test_00.jpg", "hat"], ["test_01.jpg", "dress"]])
    made = make(tmp_path / "comp", host.root)
    assert made.test is not None and made.test.ids == ("test_00.jpg", "test_01.jpg")
    assert made.competition.id == "file_name"
    submission = made.competition.submission
    assert submission is not None and submission.platform.written() == {"signate": {"header": False}}
    assert submission.sample == "host/sample_submit.csv"


def test_test_images_without_any_table(here: Host) -> None:
    here.table("train.csv", [["id", "label"], *garments(here)])
    here.images("test/a.jpg", "test/b.jpg")
    made = make(here.root.parent)
    assert made.test is not None and made.test.ids == ("a", "b")
    assert made.competition.test is not None and made.competition.test.model_dump() == {
        "table": "test.csv",
        "image": "data/test/{id}.jpg",
    }


def test_id_of_another_name_in_test(host: Host, tmp_path: Path) -> None:
    host.table("train.csv", [["image", "label"], *garments(host, written=".jpg")])
    host.images("test/x.jpg", "test/y.jpg")
    host.table("test.csv", [["file", "shelf"], ["x.jpg", "1"], ["y.jpg", "2"]])
    made = make(tmp_path / "comp", host.root)
    assert made.test is not None and made.test.ids == ("x.jpg", "y.jpg")


def test_a_row_number_beside_the_image_column(host: Host, tmp_path: Path) -> None:
    rows = garments(host, written=".jpg")
    doubled = [[index, name, label] for index, (name, label) in enumerate([*rows, *rows[:3]])]
    host.table("train.csv", [["id", "image", "label"], *doubled])
    made = make(tmp_path / "comp", host.root)
    assert (made.competition.id, made.competition.train.image) == ("id", "train/{image}")
    assert made.competition.groups == "image", "one image in two rows must not be on both sides of a fold"


def test_missing_images_are_counted(host: Host, tmp_path: Path) -> None:
    rows = garments(host)
    host.table("train.csv", [["id", "label"], *rows, ["lost", "hat"]])
    proposal = propose(tmp_path / "comp", host.root)
    assert "18 of 19 rows" in next(g.why for g in proposal.guesses if g.what == "train.image")


# class folders


def test_class_folders(here: Host) -> None:
    here.images(*(f"{label}/{n:02d}.jpg" for label in ("犬", "猫", "鳥 (小)") for n in range(6)))
    made = make(here.root.parent)
    assert made.competition.train.model_dump() == {"table": "train.csv", "image": "data/{id}"}
    assert labels_by_id(made)["鳥 (小)/05.jpg"] == "鳥 (小)"
    assert made.train.paths[0] == "data/犬/00.jpg"
    assert list(made.proposal.files) == ["train.csv", "recipes/base.yaml", "ideas.yaml", "competition.yaml"]
    assert "3 class folders: 18 images" in made.why("train.table")


def test_class_folders_elsewhere(host: Host, tmp_path: Path) -> None:
    host.images(*(f"{label}/{n}.jpg" for label in GARMENTS for n in range(5)))
    made = make(tmp_path / "work" / "my comp", host.root)
    assert made.competition.data == "../.."
    assert made.competition.train.model_dump() == {"table": "work/my comp/train.csv", "image": "host/{id}"}
    assert labels_by_id(made)["hat/0.jpg"] == "hat"
    assert "moving this folder" in made.why("data")


def test_class_folders_with_train_val_and_test(here: Host) -> None:
    here.images(*(f"train/{label}/{n}.jpg" for label in GARMENTS for n in range(5)))
    here.images(*(f"val/{label}/{n}.jpg" for label in GARMENTS for n in range(2)))
    here.images("test/0.jpg", "test/1.jpg", "readme.png")
    made = make(here.root.parent)
    assert len(made.train) == 21
    with open(made.folder / "train.csv", encoding="utf-8", newline="") as file:
        splits = Counter(row["split"] for row in csv.DictReader(file))
    assert splits == {"train": 15, "val": 6}
    assert "6 validation images" in made.why("train.table") and "readme.png" in made.why("train.table")
    assert made.test is not None and made.test.ids == ("test/0.jpg", "test/1.jpg")


def test_class_folders_with_labelled_test(here: Host) -> None:
    here.images(*(f"{part}/{label}/{n}.jpg" for part in ("train", "test") for label in GARMENTS for n in range(5)))
    made = make(here.root.parent)
    assert len(made.train) == 15 and made.test is not None and len(made.test) == 15
    assert made.test.columns["label"][0] == "dress"


def test_class_folders_take_the_names_of_the_form(here: Host) -> None:
    here.images(*(f"train/{label}/{n}.png" for label in GARMENTS for n in range(5)), "test/x.png")
    here.table("sample_submission.csv", [["file", "species"], ["x.png", "hat"]])
    made = make(here.root.parent)
    assert (made.competition.id, made.competition.main) == ("file", "species")
    assert made.test is not None and made.test.ids == ("x.png",) and made.test.paths == ("data/test/x.png",)


def test_class_folders_are_not_taken_for_labels_when_a_table_tells_them(host: Host, tmp_path: Path) -> None:
    host.images(*(f"images/{batch}/{n}{batch}.jpg" for batch in ("a", "b") for n in range(6)))
    rows = [[f"{n}{batch}.jpg", GARMENTS[n % 3]] for batch in ("a", "b") for n in range(6)]
    host.table("labels.csv", [["image", "label"], *rows])
    made = make(tmp_path / "comp", host.root)
    assert made.train.targets["label"].labels == GARMENTS


def test_a_table_of_measurements_beside_class_folders_is_no_train_table(here: Host) -> None:
    names = here.images(*(f"{label}/{label}{n}.jpg" for label in GARMENTS for n in range(5)))
    here.table("sizes.csv", [["file", "width", "bytes"], *([name, 12, index] for index, name in enumerate(names))])
    made = make(here.root.parent)
    assert made.competition.train.table == "train.csv" and len(made.train.targets["label"].labels) == 3


# what is refused


def test_an_existing_competition_is_left_alone(here: Host) -> None:
    here.table("train.csv", [["id", "label"], *garments(here)])
    folder = here.root.parent
    (folder / "competition.yaml").write_text("name: mine\n")
    (folder / "recipes").mkdir()
    (folder / "recipes" / "base.yaml").write_text("epochs: 1\n")
    with pytest.raises(InputError) as error:
        propose(folder)
    assert codes(error) == ["INTAKE_EXISTS"]
    assert "competition.yaml, recipes/base.yaml" in str(error.value)
    assert (folder / "competition.yaml").read_text() == "name: mine\n"
    assert not (folder / "ideas.yaml").exists()


def test_nothing_is_written_when_one_file_stands_there(here: Host) -> None:
    here.table("train.csv", [["id", "label"], *garments(here)])
    folder = here.root.parent
    proposal = propose(folder)
    (folder / "ideas.yaml").write_text("mine: {epochs: 2}\n")
    with pytest.raises(InputError) as error:
        write_proposal(proposal, folder)
    assert codes(error) == ["INTAKE_EXISTS"] and "ideas.yaml" in str(error.value)
    assert sorted(path.name for path in folder.iterdir()) == ["data", "ideas.yaml"]


def test_the_hosts_own_train_table_is_not_overwritten(tmp_path: Path) -> None:
    host = Host(tmp_path)
    host.images(*(f"{label}/{n}.jpg" for label in GARMENTS for n in range(5)))
    before = host.table("train.csv", [["camera", "lens"], ["a", "b"], ["c", "d"]]).read_bytes()
    proposal = propose(tmp_path)
    with pytest.raises(InputError, match=r"train\.csv"):
        write_proposal(proposal, tmp_path)
    assert (tmp_path / "train.csv").read_bytes() == before


def test_a_killed_init_can_be_run_again(here: Host) -> None:
    here.table("train.csv", [["id", "label"], *garments(here)])
    folder = here.root.parent
    proposal = propose(folder)
    write_proposal(proposal, folder)
    (folder / "competition.yaml").unlink()  # written last
    write_proposal(propose(folder), folder)
    assert (folder / "competition.yaml").read_text() == proposal.files["competition.yaml"]


def test_a_folder_nobody_may_write_to(host: Host) -> None:
    host.table("train.csv", [["id", "label"], *garments(host)])
    os.chmod(host.root, 0o555)
    try:
        with pytest.raises(InputError) as error:
            propose(host.root)
    finally:
        os.chmod(host.root, 0o755)
    assert codes(error) == ["INTAKE_READ_ONLY"]
    assert f"tamesu init my-folder --data {host.root}" in str(error.value)


def test_images_without_labels_and_no_images(host: Host, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        propose(tmp_path / "comp", host.root)
    assert codes(error) == ["INTAKE_NO_IMAGES"]
    host.images("a.jpg", "b.jpg")
    with pytest.raises(InputError) as error:
        propose(tmp_path / "comp", host.root)
    assert codes(error) == ["INTAKE_NOTHING_FOUND"]
    host.table("train.csv", [["id", "label"], ["x", "hat"], ["y", "cap"]])
    with pytest.raises(InputError) as error:
        propose(tmp_path / "comp", host.root)
    assert codes(error) == ["INTAKE_NO_ID"] and "x, y" in str(error.value)


def test_a_broken_train_table_is_told_in_the_readers_words(host: Host, tmp_path: Path) -> None:
    garments(host)
    (host.root / "train.csv").write_text("id,label\n0001,hat\n0002\n")
    with pytest.raises(InputError) as error:
        propose(tmp_path / "comp", host.root)
    assert codes(error) == ["TABLE_RAGGED"]


def test_a_broken_table_without_a_role_is_left_out(host: Host, tmp_path: Path) -> None:
    host.table("train.csv", [["id", "label"], *garments(host)])
    (host.root / "notes.csv").write_text("a,b\n1\n")
    assert "notes.csv" in make(tmp_path / "comp", host.root).why("train.table")


def test_unknown_column_and_kind_are_both_told(host: Host, tmp_path: Path) -> None:
    host.table("train.csv", [["id", "label"], *garments(host)])
    with pytest.raises(InputError) as error:
        propose(tmp_path / "comp", host.root, target="lable", kind="klass")  # type: ignore[arg-type]
    assert codes(error) == ["INTAKE_NO_COLUMN", "INTAKE_UNKNOWN_KIND"]
    assert "did you mean 'label'?" in str(error.value) and "did you mean 'class'?" in str(error.value)


def test_questions_of_different_steps_are_told_together(host: Host, tmp_path: Path) -> None:
    host.table("train.csv", [["id", "severity"], *([name, index % 5] for index, (name, _) in enumerate(garments(host)))])
    with pytest.raises(InputError) as error:
        propose(tmp_path / "comp", host.root, weights=str(tmp_path / "lost.safetensors"))
    assert codes(error) == ["INTAKE_NO_WEIGHTS", "INTAKE_WHICH_KIND"]


def test_a_file_our_reader_would_refuse_is_not_proposed(host: Host, tmp_path: Path) -> None:
    host.table("train.csv", [["id", "la\x07bel"], *garments(host)])
    with pytest.raises(InputError) as error:
        propose(tmp_path / "comp", host.root)
    assert codes(error) == ["CONFIG_SYNTAX"]


def test_train_table_without_a_header_is_asked(host: Host, tmp_path: Path) -> None:
    host.table("train.csv", garments(host, written=".jpg"))
    with pytest.raises(QuestionError) as error:
        propose(tmp_path / "comp", host.root)
    assert codes(error) == ["TABLE_NO_HEADER"]


# languages, real data


def test_reasons_and_comments_in_japanese(host: Host, tmp_path: Path) -> None:
    host.table("train.csv", [["id", "label"], *garments(host)])
    proposal = propose(tmp_path / "comp", host.root, language="ja")
    assert all(any("\u3040" <= c <= "\u9fff" for c in guess.why) for guess in proposal.guesses)
    assert "推測の理由" in proposal.files["competition.yaml"]
    english = propose(tmp_path / "comp", host.root, language="en")
    assert proposal.competition == english.competition
    assert proposal.recipe.digest() == english.recipe.digest()


def test_clothing_needs_no_edit(shared: Path, tmp_path: Path) -> None:
    weights = shared / "weights" / "mobilenetv2_100.safetensors"
    made = make(tmp_path / "clothing", shared / "data" / "clothing10", weights=str(weights), size_px=160)
    facts = made.competition
    assert (len(made.train), len(made.test or ())) == (3409, 372)
    assert (facts.id, facts.main, facts.metric.name, facts.groups) == ("id", "label", "accuracy", None)
    assert facts.train.model_dump() == {"table": "train.csv", "image": "train/{id}.jpg"}
    assert facts.submission is not None and facts.submission.sample == "sample_submission.csv"
    assert len(made.train.targets["label"].labels) == 10
    options = made.recipe.backbone.options
    assert made.recipe.backbone.name == "mobilenetv2_100"
    assert (options["mean"], options["std"], options["pad_type"]) == ([0.5] * 3, [0.5] * 3, "same")
    assert (made.folder / options["weights"]).resolve() == weights.resolve()
    assert made.recipe.image.size == 160


def test_the_shared_folder_itself_is_refused(shared: Path) -> None:
    with pytest.raises(InputError) as error:
        propose(shared / "data" / "clothing10")
    assert codes(error) == ["INTAKE_READ_ONLY"]


@pytest.mark.parametrize(("name", "rows", "classes"), [("pets37", 370, 37), ("pets3", 600, 3), ("magtile", 1344, 6)])
def test_other_real_folders(shared: Path, tmp_path: Path, name: str, rows: int, classes: int) -> None:
    made = make(tmp_path / name, shared / "data" / name)
    assert (len(made.train), len(made.train.targets["label"].labels)) == (rows, classes)
    assert (made.competition.id, made.competition.train.image) == ("image", "images/{image}")
