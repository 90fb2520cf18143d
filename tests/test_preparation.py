from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml
from PIL import Image

from tamesu.artifacts import subset
from tamesu.artifacts.dataset import digest_target
from tamesu.artifacts.files import digest_of
from tamesu.artifacts.symmetry import LabelMove
from tamesu.errors import InputError
from tamesu.images.fingerprint import ABSENT, FileMark
from tamesu.preparation import count_workers, digest_data, prepare, prepare_recipe, survey
from tests.road.test_heads import write_everything
from tests.tiny import write_competition


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def name_of(folder: Path, *changes: str) -> str:
    return prepare(folder, "base", changes).spec.digest()


def test_what_decides_a_result_changes_the_name_and_nothing_else_does(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c")
    first = name_of(folder)
    assert name_of(folder) == first
    # Spelling a default, the question, the seeds, another recipe name: the same run.
    assert name_of(folder, "batch_size=8", "accumulate=1") == first
    assert name_of(folder, "question=why") == first
    assert prepare(folder, "base", seeds=[0, 1]).spec.digest() == first
    (folder / "recipes" / "twin.yaml").write_text("from: base\n")
    assert prepare(folder, "twin").spec.digest() == first
    # The order of the table's rows.
    table = folder / "data" / "train.csv"
    header, *rows = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join([header, *rows[::-1]]) + "\n", encoding="utf-8")
    assert name_of(folder) == first
    # One option, one label, one pixel, one plugin, the folds' seed.
    changed = {name_of(folder, "optimizer.adamw.lr=1e-3")}
    rewrite(table, "003,猫", "003,犬")
    changed.add(name_of(folder))
    image = folder / "data" / "train" / "007.png"
    image.write_bytes((folder / "data" / "train" / "008.png").read_bytes())
    changed.add(name_of(folder))
    (folder / "plugins").mkdir()
    (folder / "plugins" / "mine.py").write_text("x = 1\n")
    changed.add(name_of(folder))
    rewrite(folder / "competition.yaml", "n_splits: 3", "n_splits: 3\n  seed: 5")
    changed.add(name_of(folder))
    assert len(changed | {first}) == 6


@pytest.mark.parametrize(
    "written", ["{paste_object: {objects: things}}", "{one_of: {of: [{paste_object: {objects: things}}]}}"]
)
def test_objects_that_are_pasted_name_the_run(tmp_path: Path, written: str) -> None:
    folder = write_competition(tmp_path / "c")
    (folder / "things").mkdir()
    Image.new("RGBA", (4, 4), (9, 9, 9, 128)).save(folder / "things" / "a.png")
    plain, first = name_of(folder), name_of(folder, f"augmentations+={written}")
    assert first != plain
    Image.new("RGBA", (4, 4), (200, 9, 9, 128)).save(folder / "things" / "b.PNG")
    assert name_of(folder) == plain
    assert name_of(folder, f"augmentations+={written}") not in (plain, first)


def test_masks_are_part_of_the_digest_and_without_them_it_is_what_it_was(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c")
    found = survey(folder)
    (train, marks), (test, test_marks) = found.train, found.test or found.train
    pairs = [
        sorted([row, m.sha256] for row, m in zip(d.ids, ms, strict=True)) for d, ms in ((train, marks), (test, test_marks))
    ]
    targets = {name: digest_target(train, name, train.ids) for name in ("kind", "size")}
    # As it was before there were masks.
    assert found.data_digest == digest_of([pairs[0], targets, pairs[1]])
    assert digest_data(train, marks, test, test_marks, {}) == found.data_digest
    some = FileMark(1, 1, "ab")
    digests = {digest_data(train, marks, test, test_marks, {"形": [mark] * 36}) for mark in (some, ABSENT)}
    assert len(digests | {found.data_digest}) == 3


def test_one_pixel_of_a_mask_or_a_map_is_another_set_of_data(tmp_path: Path) -> None:
    heads = {"kind": {"loss": "cross_entropy"}, "heat": {"loss": "mse"}}
    folder = write_everything(tmp_path / "c", heads=heads, penalties=[])
    names = [name_of(folder)]
    for part in ("mask", "depth"):
        path = folder / "data" / part / "003.png"
        pixels = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        pixels[10, 10] = 2 if pixels[10, 10] == 1 else 1
        cv2.imwrite(str(path), pixels)
        names.append(name_of(folder))
    assert len(set(names)) == 3


def test_labels_that_move_under_a_flip_of_the_recipe_name_the_run(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c")
    facts, path = (folder / "competition.yaml").read_text(encoding="utf-8"), folder / "competition.yaml"
    flip = "augmentations+=horizontal_flip"
    plain, flipped = name_of(folder), name_of(folder, flip)
    path.write_text(facts + "symmetries: {horizontal_flip: allowed, vertical_flip: forbidden}\n", encoding="utf-8")
    assert (name_of(folder), name_of(folder, flip)) == (plain, flipped)
    declared = "symmetries: {horizontal_flip: {swap: [[猫, 犬]]}, rotate: {angle: [size]}}\n"
    path.write_text(facts + declared, encoding="utf-8")
    # A declaration counts where the recipe makes use of it, and of the targets that it learns.
    assert name_of(folder) == plain
    spec = prepare(folder, "base", [flip]).spec
    assert spec.digest() not in (plain, flipped)
    # The labels in order: 犬, 猫, 鳥.
    assert spec.symmetries == {"horizontal_flip": {"kind": LabelMove(permutation=(1, 0, 2))}}
    turned = prepare(folder, "base", ["augmentations+=rotate"]).spec
    assert turned.symmetries == {"rotate": {"size": LabelMove(angle="angle")}}
    assert prepare(folder, "base", ["tta+=horizontal_flip"]).spec.symmetries == spec.symmetries
    recipe = yaml.safe_load((folder / "recipes" / "base.yaml").read_text(encoding="utf-8"))
    del recipe["heads"]["size"]
    (folder / "recipes" / "alone.yaml").write_text(yaml.safe_dump(recipe), encoding="utf-8")
    assert prepare(folder, "alone", ["augmentations+=rotate"]).spec.symmetries == {}
    path.write_text(facts + "symmetries: {horizontal_flip: {swap: [[猫, 狐]]}}\n", encoding="utf-8")
    with pytest.raises(InputError, match="SYMMETRY_UNKNOWN_NAME"):
        prepare(folder, "base", [flip])


def test_what_force_overrides_is_noted_and_labels_move_only_as_declared(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c")
    rewrite(folder / "data" / "train.csv", "猫", "左")
    path = folder / "competition.yaml"
    facts = path.read_text(encoding="utf-8")
    flips = ["augmentations+=[horizontal_flip, vertical_flip]"]
    path.write_text(facts + "symmetries: {vertical_flip: forbidden}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        prepare(folder, "base", flips)
    assert caught.value.codes == ("SYMMETRY_FORBIDDEN", "SYMMETRY_UNDECLARED")
    forced = prepare(folder, "base", flips, force=True)
    assert forced.forced == ("horizontal_flip", "vertical_flip")
    assert [note.code for note in forced.notes].count("SYMMETRY_FORCED") == 2
    assert forced.spec.symmetries == {}
    found = survey(folder, force=True)
    assert prepare_recipe(found, "base", flips).forced == forced.forced
    assert prepare_recipe(found, "base").forced == ()
    # The same run as where the flips are allowed: the same training.
    path.write_text(facts + "symmetries: {vertical_flip: allowed, horizontal_flip: allowed}\n", encoding="utf-8")
    assert prepare(folder, "base", flips).spec.digest() == forced.spec.digest()
    # What is declared to move moves with force too.
    path.write_text(facts + "symmetries: {horizontal_flip: {swap: [[左, 犬]]}}\n", encoding="utf-8")
    moved = prepare(folder, "base", flips, force=True)
    assert (moved.forced, set(moved.spec.symmetries)) == (("vertical_flip",), {"horizontal_flip"})


def test_folds_once_made_stay_though_a_library_would_split_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_competition(tmp_path / "c")
    first = prepare(folder, "base").spec.folds
    import tamesu.splitters

    monkeypatch.setattr(tamesu.splitters, "split_rows", lambda *_words, **_options: pytest.fail("split again"))
    assert prepare(folder, "base").spec.folds == first


def test_second_time_without_torch_and_without_sklearn(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c")
    prepare(folder, "base")
    program = (
        "import sys\nfrom pathlib import Path\nfrom tamesu.preparation import prepare\nprepare(Path(sys.argv[1]), 'base')\n"
        "assert not {'torch', 'timm', 'sklearn', 'matplotlib'} & sys.modules.keys(), 'heavy imports'"
    )
    subprocess.run([sys.executable, "-c", program, str(folder)], check=True)


def test_a_fault_is_told_with_its_line_also_the_second_time(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c")
    path = folder / "recipes" / "base.yaml"
    rewrite(path, "lr: 0.003", "lrr: 0.003")
    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if "lrr" in text)
    for _ in range(2):
        with pytest.raises(InputError) as caught:
            prepare(folder, "base")
        assert "CONFIG_UNKNOWN_OPTION" in caught.value.codes
        assert f"recipes/base.yaml:{line} optimizer.adamw.lrr" in str(caught.value)


def test_a_quick_look_has_few_epochs_and_no_test_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_competition(tmp_path / "c")
    monkeypatch.setattr(subset, "QUICK_ROWS", 12)
    quick = prepare(folder, "base", quick=True)
    assert (len(quick.train[0]), quick.recipe.epochs, quick.test, quick.spec.quick) == (12, 2, None, True)


def test_workers_follow_the_cores_unless_told() -> None:
    assert count_workers(0) == 0
    assert 1 <= count_workers(None) <= 16


def test_saved_recipe_spells_out_every_default(tmp_path: Path) -> None:
    recipe = prepare(write_competition(tmp_path / "c"), "base").recipe
    written = yaml.safe_load(yaml.safe_dump(recipe.written()))
    assert written["optimizer"]["adamw"]["betas"] == [0.9, 0.999]
    assert written["heads"]["kind"]["loss"]["cross_entropy"]["label_smoothing"] == 0.0
    assert written["schedule"]["cosine"]["warmup_epochs"] == 1


@pytest.mark.parametrize(
    "change",
    [{"values": [0, 2]}, {"unknown": [255]}, {"derive": {"area": {"of": "形", "labels": ["体"]}}}],
)
def test_how_a_picture_is_read_is_part_of_the_name_of_a_run_that_learns_it(tmp_path: Path, change: dict[str, Any]) -> None:
    folder = write_competition(tmp_path / "c")
    (folder / "data" / "形").mkdir()
    for number in range(36):
        cv2.imencode(".png", np.full((20, 24), number % 2, np.uint8))[1].tofile(folder / "data" / "形" / f"{number:03d}.png")
    facts = yaml.safe_load((folder / "competition.yaml").read_text(encoding="utf-8"))
    facts["targets"]["形"] = {"kind": "mask", "mask": "data/形/{id}.png", "labels": ["地", "体"], "known_in": "train"}
    facts["targets"]["広さ"] = {"kind": "value", "derive": {"area": {"of": "形"}}, "known_in": "train"}

    def names() -> list[str]:
        (folder / "competition.yaml").write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
        changes = [{}, {"heads.広さ": {"loss": "mse"}}, {"heads.形": {"loss": "cross_entropy"}}]
        return [prepare(folder, "base", one).spec.digest() for one in changes]

    before = names()
    facts["targets"]["広さ" if "derive" in change else "形"] |= change
    after = names()
    # Nothing changes for who does not learn it; an area is made of the mask.
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, "derive" in change]
