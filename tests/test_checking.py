"""`tamesu check`: typos in every kind of file, each with its code, line and the nearest name; and all of them at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tamesu.artifacts.documents import parse_document
from tamesu.artifacts.ideas import load_ideas
from tamesu.artifacts.loading import load_competition, load_recipe, read_recipe
from tamesu.artifacts.queue import expand_words
from tamesu.checking import add_line, check_folder, check_queue, check_recipe, resolve_recipe
from tamesu.errors import Fault, Where
from tests.tiny import write_competition

COMPETITION = """\
name: paintings
train: {table: data/train.csv, image: "data/train/{id}.png"}
test: {table: data/test.csv, image: "data/test/{id}.png"}
targets:
  theme: {kind: class, column: theme}
  century: {kind: value, column: century, known_in: train}
main: theme
groups: painter
metric: accuracy
folds: {splitter: stratified_group_kfold, n_splits: 2, seed: 0}
symmetries:
  vertical_flip: forbidden
submission: {sample: data/sample.csv, platform: kaggle, slug: paintings}
"""
BASE = """\
question: What does a plain network reach?
image: {size: 64, channels: [rgb]}
backbone: {resnet18: {weights: none}}
pooling: average
heads:
  theme:
    loss:
      cross_entropy:
        label_smoothing: 0.1
augmentations:
  - random_resized_crop:
      scale: [0.6, 1.0]
  - horizontal_flip
optimizer: {adamw: {lr: 3e-4, weight_decay: 0.05}}
schedule: {cosine: {warmup_epochs: 1}}
epochs: 2
"""
IDEAS = """\
smoothing: {heads.theme.loss: {cross_entropy: {label_smoothing: 0.2}}}
century: {heads.century: {loss: smooth_l1, weight: 0.3}}
turns: {augmentations+: {rotate: {degrees: 10}}, augmentations-: horizontal_flip}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small competition without a fault."""
    for part in ("train", "test"):
        (tmp_path / "data" / part).mkdir(parents=True)
    rows = [(f"{part}{i:02d}", i) for part in ("train", "test") for i in range(12)]
    for name, i in rows:
        Image.new("RGB", (8, 8), (i * 20, 0, 0)).save(tmp_path / "data" / name[:-2] / f"{name}.png")
    train = "".join(f"{name},{'sea' if i % 2 else 'sky'},{1500 + i},p{i}\n" for name, i in rows[:12])
    (tmp_path / "data" / "train.csv").write_text("id,theme,century,painter\n" + train)
    (tmp_path / "data" / "test.csv").write_text("id\n" + "".join(f"{name}\n" for name, _ in rows[12:]))
    (tmp_path / "data" / "sample.csv").write_text("id,theme\n" + "".join(f"{name},sea\n" for name, _ in rows[12:]))
    (tmp_path / "competition.yaml").write_text(COMPETITION)
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "base.yaml").write_text(BASE)
    (tmp_path / "ideas.yaml").write_text(IDEAS)
    return tmp_path


def stopping(faults: list[Fault]) -> list[Fault]:
    return [fault for fault in faults if fault.outcome in ("refuse", "ask")]


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_a_good_folder_has_no_faults(folder: Path) -> None:
    assert [fault.text("en") for fault in stopping(check_folder(folder))] == []


C, R, I = "competition.yaml", "recipes/base.yaml", "ideas.yaml"  # noqa: E741
# File, what is replaced by what, code, place, nearest.
TYPOS: list[tuple[str, str, str, str, str, str | None]] = [
    # keys
    (C, "metric:", "metrik:", "CONFIG_UNKNOWN_KEY", f"{C}:9 metrik", "metric"),
    (C, "column: theme", "colum: theme", "CONFIG_UNKNOWN_KEY", f"{C}:5 targets.theme.colum", "column"),
    (C, "n_splits", "n_split", "CONFIG_UNKNOWN_KEY", f"{C}:10 folds.n_split", "n_splits"),
    (C, "kind: class", "kind: clas", "CONFIG_TYPE", f"{C}:5 targets.theme.kind", "class"),
    (R, "epochs: 2", "epoch: 2", "CONFIG_UNKNOWN_KEY", f"{R}:16 epoch", "epochs"),
    (R, "size: 64", "sise: 64", "CONFIG_UNKNOWN_KEY", f"{R}:2 image.sise", "size"),
    # parts
    (R, "resnet18", "resnett18", "CONFIG_UNKNOWN_PART", f"{R}:3 backbone.resnett18", "resnet18"),
    (R, "pooling: average", "pooling: averag", "CONFIG_UNKNOWN_PART", f"{R}:4 pooling.averag", "average"),
    (R, "cross_entropy", "cross_entrpy", "CONFIG_UNKNOWN_PART", f"{R}:8 heads.theme.loss.cross_entrpy", "cross_entropy"),
    (R, "horizontal_flip", "horizontl_flip", "CONFIG_UNKNOWN_PART", f"{R}:13 augmentations.horizontl_flip", "horizontal_flip"),
    (R, "adamw", "adamww", "CONFIG_UNKNOWN_PART", f"{R}:14 optimizer.adamww", "adamw"),
    (R, "cosine", "cosin", "CONFIG_UNKNOWN_PART", f"{R}:15 schedule.cosin", "cosine"),
    (R, "[rgb]", "[rbg]", "CONFIG_UNKNOWN_PART", f"{R}:2 image.channels.rbg", "rgb"),
    (
        C,
        "stratified_group_kfold",
        "stratified_group_fold",
        "CONFIG_UNKNOWN_PART",
        f"{C}:10 folds.splitter.stratified_group_fold",
        "stratified_group_kfold",
    ),
    (C, "platform: kaggle", "platform: kagle", "CONFIG_UNKNOWN_PART", f"{C}:13 submission.platform.kagle", "kaggle"),
    # metric
    (C, "metric: accuracy", "metric: acuracy", "CONFIG_UNKNOWN_PART", f"{C}:9 metric.acuracy", "accuracy"),
    (C, "metric: accuracy", "metric: rmse", "METRIC_KIND", f"{C}:9 metric.rmse", None),
    # options
    (
        R,
        "label_smoothing",
        "label_smooting",
        "CONFIG_UNKNOWN_OPTION",
        f"{R}:9 heads.theme.loss.cross_entropy.label_smooting",
        "label_smoothing",
    ),
    (R, "scale: [0.6", "scal: [0.6", "CONFIG_UNKNOWN_OPTION", f"{R}:12 augmentations.random_resized_crop.scal", "scale"),
    (R, "warmup_epochs", "warmup_epoch", "CONFIG_UNKNOWN_OPTION", f"{R}:15 schedule.cosine.warmup_epoch", "warmup_epochs"),
    (R, "weight_decay", "weigth_decay", "CONFIG_UNKNOWN_OPTION", f"{R}:14 optimizer.adamw.weigth_decay", "weight_decay"),
    (R, "weights: none", "weight: none", "CONFIG_UNKNOWN_OPTION", f"{R}:3 backbone.resnet18.weight", "weights"),
    # values of options
    (R, "3e-4", "-3e-4", "CONFIG_RANGE", f"{R}:14 optimizer.adamw.lr", None),
    (
        R,
        "label_smoothing: 0.1",
        "label_smoothing: much",
        "CONFIG_TYPE",
        f"{R}:9 heads.theme.loss.cross_entropy.label_smoothing",
        None,
    ),
    (R, "weights: none", "weights: nothere.safetensors", "WEIGHTS_NO_FILE", f"{R}:3 backbone.resnet18.weights", None),
    # columns and names of things
    (C, "column: theme", "column: them", "TABLE_NO_COLUMN", f"{C}:5 targets.theme.column", "theme"),
    (C, "groups: painter", "groups: paintr", "TABLE_NO_COLUMN", f"{C}:8 groups", "painter"),
    (C, "train/{id}.png", "train/{ids}.png", "TABLE_NO_COLUMN", f"{C}:2 train.image", "id"),
    (C, "main: theme", "main: them", "CONFIG_UNKNOWN_TARGET", f"{C}:7 main", "theme"),
    (C, "vertical_flip", "vertica_flip", "CONFIG_UNKNOWN_SYMMETRY", f"{C}:12 symmetries.vertica_flip", "vertical_flip"),
    (C, "data/sample.csv", "data/sampel.csv", "CONFIG_NO_FILE", f"{C}:13 submission.sample", "sample.csv"),
    (C, "data/train.csv", "data/trian.csv", "TABLE_MISSING", "data/trian.csv", "train.csv"),
    (R, "  theme:\n", "  them:\n", "CONFIG_UNKNOWN_TARGET", f"{R}:6 heads.them", "theme"),
    (R, "cross_entropy:\n        label_smoothing: 0.1", "mse:", "CONFIG_LOSS_KIND", f"{R}:8 heads.theme.loss.mse", None),
    (R, "  theme:\n", "  century:\n", "CONFIG_NO_MAIN_HEAD", f"{R}:5 heads", None),
    # ideas
    (I, "heads.theme.loss:", "heads.them.loss:", "CONFIG_UNKNOWN_KEY", f"{I}:1 heads.them.loss", "heads.theme"),
    (
        I,
        "label_smoothing",
        "label_smoting",
        "CONFIG_UNKNOWN_OPTION",
        f"{I}:1 heads.theme.loss.cross_entropy.label_smoting",
        "label_smoothing",
    ),
    (I, "smooth_l1", "smooth_l2", "CONFIG_UNKNOWN_PART", f"{I}:2 heads.century.loss.smooth_l2", "smooth_l1"),
    (I, "heads.century", "heads.centuri", "CONFIG_UNKNOWN_TARGET", f"{I}:2 heads.centuri", "century"),
    (
        I,
        "augmentations-: horizontal_flip",
        "augmentations-: horizontal_flop",
        "CONFIG_NOT_IN_LIST",
        f"{I}:3 augmentations",
        "horizontal_flip",
    ),
    (I, "degrees", "degree", "CONFIG_UNKNOWN_OPTION", f"{I}:3 augmentations.rotate.degree", "degrees"),
]


@pytest.mark.parametrize(("file", "old", "new", "code", "place", "near"), TYPOS, ids=[f"{t[2]}" for t in TYPOS])
def test_a_typo_is_found_with_its_line(
    file: str, old: str, new: str, code: str, place: str, near: str | None, folder: Path
) -> None:
    replace(folder / file, old, new)
    found = [(fault.code, str(fault.where), fault.near) for fault in stopping(check_folder(folder))]
    assert (code, place, near) in found
    if file != C:
        # Ideas stand on the recipe; what is wrong with it alone is said once.
        assert all(other[0] in (code, "CONFIG_LOSS_KIND") or other[1].startswith(I) for other in found), found


def test_everything_at_once(folder: Path) -> None:
    replace(folder / C, "metric: accuracy", "metric: acuracy")
    replace(folder / R, "epochs: 2", "epoch: 2")
    replace(folder / I, "smooth_l1", "smooth_l2")
    (folder / "recipes" / "other.yaml").write_text("from: base\nfreeze: -1\n")
    (folder / "plugins").mkdir()
    (folder / "plugins" / "mine.py").write_text("1 / 0\n")
    (folder / "data" / "test" / "test03.png").unlink()
    faults = check_folder(folder)
    assert {"PLUGIN_FAILED", "CONFIG_UNKNOWN_PART", "CONFIG_UNKNOWN_KEY", "CONFIG_RANGE"} <= {fault.code for fault in faults}
    assert [fault.code for fault in faults].count("CONFIG_UNKNOWN_KEY") == 1, "the child repeats no fault of its parent"
    assert any("test03" in fault.text("en") for fault in faults)
    assert all(fault.text("ja") for fault in faults)


def test_one_fault_hides_no_other(folder: Path) -> None:
    replace(folder / C, "name: paintings", "name: a/b")
    replace(folder / C, "kind: class", "kind: clas")
    replace(folder / C, "metric: accuracy", "metrik: acuracy")
    replace(folder / C, "n_splits: 2", "n_splits: 1")
    replace(folder / C, "groups: painter", "groups: paintr")
    replace(folder / R, "epochs: 2", "epochs: ten")
    replace(folder / R, "optimizer: {adamw: {lr: 3e-4", "optimiser: {adamw: {lr: -1")
    replace(folder / R, "label_smoothing", "label_smooting")
    replace(folder / I, "smooth_l1", "smooth_l2")
    found = {(fault.code, str(fault.where)) for fault in stopping(check_folder(folder))}
    assert found == {
        ("CONFIG_NAME", f"{C}:1 name"),
        ("CONFIG_TYPE", f"{C}:5 targets.theme.kind"),
        ("CONFIG_UNKNOWN_KEY", f"{C}:9 metrik"),
        ("CONFIG_UNKNOWN_PART", f"{C}:9 metric.acuracy"),
        ("CONFIG_RANGE", f"{C}:10 folds.n_splits"),
        ("TABLE_NO_COLUMN", f"{C}:8 groups"),
        ("CONFIG_TYPE", f"{R}:16 epochs"),
        ("CONFIG_UNKNOWN_KEY", f"{R}:14 optimiser"),
        ("CONFIG_RANGE", f"{R}:14 optimizer.adamw.lr"),
        ("CONFIG_UNKNOWN_OPTION", f"{R}:9 heads.theme.loss.cross_entropy.label_smooting"),
        ("CONFIG_UNKNOWN_PART", f"{I}:2 heads.century.loss.smooth_l2"),
    }


def test_an_empty_folder_is_one_fault(tmp_path: Path) -> None:
    assert [fault.code for fault in check_folder(tmp_path)] == ["FOLDER_NO_COMPETITION"]


def test_a_forbidden_flip_is_refused(folder: Path) -> None:
    replace(folder / R, "  - horizontal_flip", "  - vertical_flip")
    found = [(fault.code, fault.outcome, str(fault.where)) for fault in check_folder(folder) if fault.code.startswith("SYM")]
    assert found == [("SYMMETRY_FORBIDDEN", "refuse", f"{R}:13 augmentations.vertical_flip")]


@pytest.mark.parametrize("word", ["keep_left", "右折"])
def test_a_flip_beside_a_side_name_asks_until_it_is_declared(word: str, folder: Path) -> None:
    table = folder / "data" / "train.csv"
    table.write_text(table.read_text().replace("sea", word))
    found = [fault for fault in check_folder(folder) if fault.code.startswith("SYM")]
    # The idea that adds `rotate` is not asked about: a turn makes no left hand of a right one.
    assert [(fault.outcome, str(fault.where)) for fault in found] == [("ask", f"{R}:13 augmentations.horizontal_flip")]
    assert word in found[0].text("en") and "symmetries: {horizontal_flip: forbidden}" in found[0].text("en")
    replace(folder / C, "vertical_flip: forbidden", "horizontal_flip: allowed\n  rotate: allowed")
    assert stopping(check_folder(folder)) == []


def test_lines_are_known_of_changes_and_unknown_of_command_lines(folder: Path) -> None:
    competition = load_competition(folder)
    recipe, document, _ = read_recipe(folder, "base", ["optimizer.adamw.lr=-1"])
    assert recipe is not None
    assert [str(fault.where) for fault in check_recipe(recipe, competition, folder, document)] == ["optimizer.adamw.lr"]
    assert [str(fault.where) for fault in check_recipe(recipe, competition, folder)] == ["optimizer.adamw.lr"]


def test_writing_a_default_changes_no_digest(folder: Path) -> None:
    plain = resolve_recipe(load_recipe(folder, "base"))
    written = resolve_recipe(
        load_recipe(folder, "base", {"augmentations.horizontal_flip.p": 0.5, "heads.theme.weight": 1, "ema": 0})
    )
    assert plain.digest() == written.digest()
    assert plain.optimizer.options["betas"] == [0.9, 0.999]
    assert resolve_recipe(plain) == plain
    other = resolve_recipe(load_recipe(folder, "base", {"optimizer.adamw.lr": 1e-3}))
    assert other.digest() != plain.digest()


def test_faults_get_the_line_of_their_key() -> None:
    document = parse_document("a:\n  b: 1\n", "competition.yaml")
    fault = Fault("CONFIG_EMPTY", "refuse", Where("competition.yaml", None, "a.b"))
    assert str(add_line(fault, document).where) == "competition.yaml:2 a.b"
    for where in (Where("data/train.csv", None, "a.b"), Where("competition.yaml", 9, "a.b"), Where("competition.yaml")):
        other = Fault("CONFIG_EMPTY", "refuse", where)
        assert add_line(other, document) == other


def test_reading_a_recipe_needs_no_torch() -> None:
    code = (
        "import sys, tamesu.artifacts.loading, tamesu.artifacts.ideas, tamesu.plugins, tamesu.checking\n"
        "sys.exit(bool({'torch', 'timm', 'torchvision'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# A change on the spot, code, place, nearest.
ON_THE_SPOT: list[tuple[str, str, str, str | None]] = [
    ("optimizr.adamw.lr=1e-3", "CONFIG_UNKNOWN_KEY", "optimizr.adamw.lr", "optimizer"),
    ("optimizer.adamw.lrr=1e-3", "CONFIG_UNKNOWN_OPTION", "optimizer.adamw.lrr", "lr"),
    ("optimizer.adamw.lr=fast", "CONFIG_TYPE", "optimizer.adamw.lr", None),
    ("optimizer.adamw.lr=lin:-1:-0.1:2", "CONFIG_RANGE", "optimizer.adamw.lr", None),
    ("epochs=1.5", "CONFIG_TYPE", "epochs", None),
    ("backbone=resnett18", "CONFIG_UNKNOWN_PART", "backbone.resnett18", "resnet18"),
    ("heads.them={loss: bce}", "CONFIG_UNKNOWN_TARGET", "heads.them", "theme"),
    ("heads.century.weight=0.1", "CONFIG_UNKNOWN_KEY", "heads.century.weight", None),
    ("augmentations-=rotat", "CONFIG_NOT_IN_LIST", "augmentations", None),
    ("augmentations+=vertical_flip", "SYMMETRY_FORBIDDEN", "augmentations.vertical_flip", None),
]


@pytest.mark.parametrize(("word", "code", "place", "near"), ON_THE_SPOT, ids=[case[0] for case in ON_THE_SPOT])
def test_a_change_on_the_spot_is_checked_before_anything_is_trained(
    folder: Path, word: str, code: str, place: str, near: str | None
) -> None:
    faults = check_queue(folder, "base", expand_words([word], {}, coupled=False), load_competition(folder))
    assert {(fault.code, str(fault.where), fault.near) for fault in faults} == {(code, place, near)}


def test_the_faults_of_a_queue_come_at_once_with_their_lines_and_without_those_of_the_baseline(folder: Path) -> None:
    competition = load_competition(folder)
    replace(folder / I, "label_smoothing", "label_smoting")
    replace(folder / R, "weight_decay", "weigth_decay")
    queue = expand_words(["smoothing", "turns", "epochs=x,y", "epochs=3", "ema=2,2.0"], load_ideas(folder), coupled=False)
    faults = check_queue(folder, "base", queue, competition)
    assert [(fault.code, str(fault.where)) for fault in faults] == [
        ("CONFIG_UNKNOWN_OPTION", f"{I}:1 heads.theme.loss.cross_entropy.label_smoting"),
        ("CONFIG_TYPE", "epochs"),
        ("CONFIG_TYPE", "epochs"),
        ("CONFIG_RANGE", "ema"),
        ("CONFIG_RANGE", "ema"),
    ]
    assert ["'x'" in fault.text("en") for fault in faults] == [False, True, False, False, False]


def test_a_queue_without_ideas_yaml_or_competition(folder: Path) -> None:
    (folder / I).unlink()
    queue = expand_words(["epochs=3", "backbone=resnett18", "epoch=3"], {}, coupled=False)
    assert [fault.code for fault in check_queue(folder, "base", queue, None)] == ["CONFIG_UNKNOWN_KEY"]


@pytest.mark.parametrize(
    ("tta", "codes"),
    [(["rotate90", "horizontal_flip"], []), (["rotate"], ["TTA_NO_VIEWS"]), (["rotat"], ["CONFIG_UNKNOWN_PART"])],
)
def test_only_parts_with_views_stand_under_tta(tmp_path: Path, tta: list[str], codes: list[str]) -> None:
    from tests.tiny import write_competition

    faults = check_folder(write_competition(tmp_path / "comp", tta=tta))
    assert [fault.code for fault in faults if fault.outcome == "refuse"] == codes
    if codes == ["TTA_NO_VIEWS"]:
        assert "rotate90" in faults[0].text("en") and faults[0].where.key == "tta.rotate"


def test_a_target_of_extreme_scale_is_noted_with_its_line(tmp_path: Path) -> None:
    heads = {"kind": {"loss": "cross_entropy"}, "size": {"loss": "mse", "scaling": "none"}}
    folder = write_competition(tmp_path / "tiny", heads=heads)
    (note,) = [fault for fault in check_folder(folder) if fault.code == "SCALE_RAW"]
    assert note.outcome == "note" and note.where.line is not None
    line = (folder / "recipes" / "base.yaml").read_text(encoding="utf-8").splitlines()[note.where.line - 1]
    assert line.strip() == "scaling: none"
    assert [fault.code for fault in check_folder(write_competition(tmp_path / "usual")) if fault.code.startswith("SCALE")] == []
    # Where the table cannot be read its own faults are enough.
    (folder / "data" / "train.csv").unlink()
    assert [fault.code for fault in check_folder(folder) if fault.code.startswith("SCALE")] == []
