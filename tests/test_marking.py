"""Masks and points against their files, and the road from there: check, train with objects pasted, the contact sheet."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from PIL import Image

from tamesu.artifacts.competition import Competition
from tamesu.artifacts.dataset import load_train
from tamesu.artifacts.documents import parse_document
from tamesu.artifacts.loading import load_competition, load_recipe
from tamesu.artifacts.run import Run
from tamesu.artifacts.schema import validate
from tamesu.augmentations.planning import plan_of
from tamesu.augmenting import augment, open_shown
from tamesu.checking import check_competition, check_folder
from tamesu.contracts import check_builds
from tamesu.errors import Fault, InputError, QuestionError
from tamesu.images.masks import read_upright_size
from tamesu.marking import check_marks, check_needs, find_needs
from tamesu.preparation import prepare
from tamesu.sheets import see, see_plain
from tamesu.workflow import report, submit, train
from tests.tiny import write_competition

PASTES: list[Any] = [{"copy_paste": {"target": "形", "p": 1.0}}, {"background_swap": {"target": "箱", "p": 1.0}}]
MASK = {"kind": "mask", "mask": "data/形/{id}.png", "labels": ["地", "体", "縁"], "values": [2, 1, 3]}
BOX = {"kind": "points", "columns": ["x0", "y0", "x1", "y1"], "labels": ["左上", "右下"]}


def make_mask(size: tuple[int, int] = (20, 24)) -> np.ndarray:
    mask = np.full(size, 2, np.uint8)
    mask[5:12, 4:14] = 1
    mask[5, 4:14] = 3
    return mask


def write_marked(
    folder: Path,
    augmentations: Any = PASTES,
    mask_of: Callable[[int], np.ndarray | None] = lambda row: make_mask(),
    cells: str = "4,5,14,12",
    **targets: Any,
) -> Path:
    """The tiny competition with a mask and a box for each of its 36 rows, 24 x 20."""
    write_competition(folder, augmentations=augmentations)
    facts = yaml.safe_load((folder / "competition.yaml").read_text(encoding="utf-8"))
    facts["targets"] |= {"形": MASK, "箱": BOX} | targets
    (folder / "competition.yaml").write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
    table = folder / "data" / "train.csv"
    header, *lines = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join([f"{header},x0,y0,x1,y1", *(f"{line},{cells}" for line in lines)]) + "\n", encoding="utf-8")
    (folder / "data" / "形").mkdir()
    for row in range(36):
        if (mask := mask_of(row)) is not None:
            Image.fromarray(mask).save(folder / "data" / "形" / f"{row:03d}.png")
    return folder


def marks_of(folder: Path) -> list[Fault]:
    competition = load_competition(folder)
    return check_marks(competition, folder, load_train(folder, competition))


def test_good_masks_and_points_have_no_faults(tmp_path: Path) -> None:
    folder = write_marked(tmp_path / "c")
    assert marks_of(folder) == []
    assert check_folder(folder) == []


def test_without_such_targets_no_image_is_opened(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c")
    for path in (folder / "data" / "train").iterdir():
        path.chmod(0)
        path.write_bytes(b"") if path.stat().st_mode & 0o200 else None
    assert marks_of(folder) == []


def test_masks_of_another_size_are_told_with_both_sizes(tmp_path: Path) -> None:
    folder = write_marked(tmp_path / "c", mask_of=lambda row: make_mask((24, 20) if row in (3, 30) else (20, 24)))
    (fault,) = marks_of(folder)
    assert (fault.code, fault.outcome, fault.values["count"]) == ("MASK_SIZE", "refuse", 2)
    assert "data/形/003.png (20 x 24, image 24 x 20), data/形/030.png (20 x 24, image 24 x 20)" in fault.text("en")
    # `check` says it, and whoever trains is stopped before the first step.
    assert [fault.code for fault in check_folder(folder)] == ["MASK_SIZE"]
    with pytest.raises(InputError) as caught:
        train(folder=folder)
    assert caught.value.codes == ("MASK_SIZE",)


def test_a_mask_that_is_none_is_told(tmp_path: Path) -> None:
    folder = write_marked(tmp_path / "c")
    (folder / "data" / "形" / "004.png").write_bytes(b"no picture at all, but long enough")
    Image.new("RGB", (24, 20), (1, 2, 3)).save(folder / "data" / "形" / "005.png")
    faults = marks_of(folder)
    assert [(fault.code, str(fault.where)) for fault in faults] == [
        ("MASK_UNREADABLE", "data/形/004.png"),
        ("MASK_UNREADABLE", "data/形/005.png"),
    ]
    assert faults[1].values["reason"] == "IMG_NOT_A_MASK: RGB"


def test_values_that_are_not_listed_are_asked_about(tmp_path: Path) -> None:
    folder = write_marked(tmp_path / "c", mask_of=lambda row: make_mask() + (5 if row == 8 else 0))
    (fault,) = marks_of(folder)
    assert (fault.code, fault.outcome) == ("MASK_VALUES", "ask")
    assert (fault.values["found"], fault.values["known"]) == ("6, 7, 8", "2, 1, 3")
    assert fault.values["examples"] == "'data/形/008.png'" and str(fault.where) == "competition.yaml targets.形.values"
    with pytest.raises(QuestionError):
        train(folder=folder)
    path = folder / "competition.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "accept: [MASK_VALUES]\n", encoding="utf-8")
    train(folder=folder, changes=["epochs=1"])


def test_a_mask_without_labels_may_hold_anything(tmp_path: Path) -> None:
    plain = {"kind": "mask", "mask": "data/形/{id}.png"}
    assert marks_of(write_marked(tmp_path / "c", mask_of=lambda row: make_mask() * 80, 形=plain)) == []


@pytest.mark.parametrize(
    ("cells", "told"),
    [("0,0,24,20", []), ("4,5,24.5,12", ["POINTS_OUTSIDE"]), ("-1,5,14,12", ["POINTS_OUTSIDE"]), (",,5,5", [])],
)
def test_points_off_the_picture_are_asked_about(tmp_path: Path, cells: str, told: list[str]) -> None:
    faults = marks_of(write_marked(tmp_path / "c", cells=cells))
    assert [fault.code for fault in faults] == told
    if told:
        assert faults[0].outcome == "ask" and faults[0].values["count"] == 36
        point = {"4,5,24.5,12": "(24.5, 12)", "-1,5,14,12": "(-1, 5)"}[cells]
        assert f"'000 {point}'" in faults[0].text("en") and "箱" in faults[0].text("ja")


@pytest.mark.parametrize("named", ["kind", "bok", "one"])
def test_parts_that_paste_need_a_target_that_knows_where(tmp_path: Path, named: str) -> None:
    one = {"kind": "points", "columns": ["x0", "y0"]}
    folder = write_marked(tmp_path / "c", [{"copy_paste": {"target": named}}, "mixup"], one=one, box=BOX)
    competition, recipe = load_competition(folder), load_recipe(folder, "base")
    assert list(find_needs(recipe)) == [(0, "copy_paste", named)]
    text = (folder / "recipes" / "base.yaml").read_text(encoding="utf-8")
    (fault,) = check_needs(recipe, competition, parse_document(text, "recipes/base.yaml"))
    assert fault.code == "AUGMENT_NO_OBJECTS" and str(fault.where).endswith(":3 augmentations.copy_paste.target")
    assert fault.values == {"name": "copy_paste", "target": named, "known": "box, 形, 箱"}
    assert fault.near == ("box" if named == "bok" else None)
    assert [fault.code for fault in check_folder(folder)] == ["AUGMENT_NO_OBJECTS"]


@pytest.mark.parametrize("name", ["形", "箱"])
def test_they_are_never_the_main_target(tmp_path: Path, name: str) -> None:
    folder = write_marked(tmp_path / "c", [])
    facts = yaml.safe_load((folder / "competition.yaml").read_text(encoding="utf-8")) | {"main": name}
    (folder / "competition.yaml").write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
    codes = [fault.code for fault in check_folder(folder)]
    assert codes[0] == "CONFIG_MAIN_KIND" and "CONFIG_NO_MAIN_HEAD" in codes
    with pytest.raises(InputError):
        prepare(folder, "base")


def test_points_may_trade_names_and_a_mask_without_labels_does_not_matter(tmp_path: Path) -> None:
    folder = write_marked(tmp_path / "c", ["horizontal_flip"], 形={"kind": "mask", "mask": "data/形/{id}.png"})
    facts = yaml.safe_load((folder / "competition.yaml").read_text(encoding="utf-8"))
    facts["symmetries"] = {"horizontal_flip": {"swap": [["左上", "右下"]]}}
    assert check_competition(validate(Competition, facts), folder) == []
    facts["symmetries"] = {"horizontal_flip": {"swap": [["左上", "みぎ下"]]}}
    assert [fault.code for fault in check_competition(validate(Competition, facts), folder)] == ["SYMMETRY_UNKNOWN_NAME"]


def test_the_bytes_of_masks_name_the_run(tmp_path: Path) -> None:
    folder = write_marked(tmp_path / "c")
    first = prepare(folder, "base").spec
    assert prepare(folder, "base").spec == first
    Image.fromarray(np.roll(make_mask(), 1, axis=0)).save(folder / "data" / "形" / "009.png")
    assert prepare(folder, "base").spec.data_digest != first.data_digest
    assert sorted(first.targets) == ["kind", "size"]


@pytest.mark.slow
def test_objects_are_pasted_in_training_and_in_worker_processes_alike(tmp_path: Path) -> None:
    folder = write_marked(tmp_path / "c", mask_of=lambda row: make_mask() if row % 3 else None)
    here = train(folder=folder, changes=["epochs=1"], parallel=1)
    other = write_marked(tmp_path / "d", mask_of=lambda row: make_mask() if row % 3 else None)
    beside = train(folder=other, changes=["epochs=1"], parallel=2)
    assert here.name == beside.name
    files = [sorted(path.read_bytes() for path in run.path.glob("jobs/*/oof.npz")) for run in (here, beside)]
    assert files[0] == files[1] and len(files[0]) == 3


def test_the_road_goes_on_to_report_and_submission(tmp_path: Path) -> None:
    folder = write_marked(tmp_path / "c", mask_of=lambda row: make_mask() if row else None, cells=",,,")
    train(folder=folder, changes=["epochs=1"])
    page = report(folder=folder).read_text(encoding="utf-8")
    assert "mask, 3 labels, 1 rows without a value" in page and "points, 2 labels, 36 rows without a value" in page
    assert submit(folder=folder).exists()


def test_the_sheet_shows_mask_and_points_where_they_have_moved(tmp_path: Path) -> None:
    turned = [{"horizontal_flip": {"p": 1.0}}, {"rotate": {"degrees": 20}}]
    folder = write_marked(tmp_path / "c", turned)
    shown = open_shown(folder, "base", [], 4, [])
    plan = plan_of(shown.recipe, folder, None)
    drawn = shown.make_inputs(plan, 3).drawn
    for place, tile in enumerate(see(shown, plan, 3)):
        height, width = shown.images.sizes[place].tolist()
        scale = np.array([width / 24, height / 20])
        corners = np.array([[4.0, 5.0], [14.0, 12.0]]) * scale
        np.testing.assert_allclose(np.asarray(tile.points), drawn.move_points(place, corners))
        assert tile.mask is not None and set(np.unique(tile.mask)) <= {0, 1, 2} and (tile.mask == 1).any()
        # The body's middle, on the flipped and turned picture.
        y, x = np.nonzero(tile.mask)
        middle = drawn.move_points(place, [np.array([9.0, 8.5]) * scale])[0]
        assert abs(x.mean() + 0.5 - middle[0]) < 0.7 and abs(y.mean() + 0.5 - middle[1]) < 0.7
    assert augment(folder=folder).exists()


def test_a_shown_row_may_have_neither(tmp_path: Path) -> None:
    folder = write_marked(tmp_path / "c", mask_of=lambda row: make_mask() if row > 5 else None, cells=",,,")
    shown = open_shown(folder, "base", [], 2, [])
    seen = see_plain(shown)[0]
    assert seen.mask is None and seen.points is not None and seen.points.shape == (2, 2) and np.isnan(seen.points).all()
    assert augment(folder=folder, images=2, draws=1).exists()


def test_pets_with_trimaps_and_head_boxes(tmp_path: Path, shared: Path) -> None:
    source = shared / "data" / "pets3"
    text = (source / "train.csv").read_text(encoding="utf-8")
    rows = [row for row in csv.DictReader(text.splitlines()) if row["x0"]]
    rows = [row for breed in sorted({row["label"] for row in rows}) for row in rows if row["label"] == breed][::8][:36]
    folder = write_competition(
        tmp_path / "c", augmentations=[{"copy_paste": {"target": "pet"}}, {"background_swap": {"target": "head"}}]
    )
    for part, key in (("images", "image"), ("masks", "mask")):
        (folder / "data" / part).mkdir()
        for row in rows:
            shutil.copy(source / part / row[key], folder / "data" / part)
    table = ["id,mask_file,kind,x0,y0,x1,y1"]
    for row in rows:
        height, width = read_upright_size(source / "images", row["image"])
        box = [float(row[key]) * side for key, side in zip(("x0", "y0", "x1", "y1"), (width, height) * 2, strict=True)]
        table.append(",".join([row["image"], row["mask"], row["label"], *map(str, box)]))
    (folder / "data" / "pets.csv").write_text("\n".join(table) + "\n")
    facts = {
        "name": "pets",
        "train": {"table": "data/pets.csv", "image": "data/images/{id}"},
        "targets": {
            "kind": {"kind": "class", "column": "kind"},
            "pet": {
                "kind": "mask",
                "mask": "data/masks/{mask_file}",
                "labels": ["ground", "body", "border"],
                "values": [2, 1, 3],
            },
            "head": {"kind": "points", "columns": ["x0", "y0", "x1", "y1"], "known_in": "train"},
        },
        "main": "kind",
        "metric": "accuracy",
        "folds": {"n_splits": 3},
    }
    (folder / "competition.yaml").write_text(yaml.safe_dump(facts), encoding="utf-8")
    recipe = yaml.safe_load((folder / "recipes" / "base.yaml").read_text()) | {"heads": {"kind": {"loss": "cross_entropy"}}}
    recipe |= {"image": {"size": 32}, "epochs": 1}
    (folder / "recipes" / "base.yaml").write_text(yaml.safe_dump(recipe))
    assert [fault for fault in check_folder(folder) if fault.outcome != "note"] == []
    run = train(folder=folder)
    assert isinstance(run, Run) and all(run.state(job) == "done" for job in run.jobs())
    shown = open_shown(folder, "base", [], 6, [])
    for tile in see_plain(shown):
        # The head lies on the animal: its middle is body, border, or a gap of the trimap beside them.
        assert tile.points is not None
        x, y = np.clip(tile.points.mean(axis=0).astype(int), 0, 31)
        assert tile.mask is not None and tile.mask[max(0, y - 2) : y + 3, max(0, x - 2) : x + 3].any()


def test_a_part_is_still_built_without_its_target_being_there(tmp_path: Path) -> None:
    folder = write_marked(tmp_path / "c")
    assert check_builds(load_recipe(folder, "base"), folder, parse_document("a: 1", "x")) == []
