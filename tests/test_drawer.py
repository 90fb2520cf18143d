"""`tamesu ideas --cards` in a competition's folder and outside of any; nothing is trained."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import tamesu
from tamesu.artifacts.loading import find_recipes
from tamesu.artifacts.verdict import write_verdict
from tamesu.cards import CARDS, Facts, Told
from tamesu.cli import main
from tamesu.drawer import find_used, list_cards, read_facts
from tests.ledger import verdict_of
from tests.tiny import LABELS, write_competition


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A competition that has kept mixup, forbids vertical flips and learns nothing but `kind`."""
    folder = write_competition(
        tmp_path / "コンペ", fresh=True, heads={"kind": {"loss": "cross_entropy"}}, tta=["horizontal_flip"]
    )
    facts = yaml.safe_load((folder / "competition.yaml").read_text(encoding="utf-8"))
    facts["symmetries"] = {"vertical_flip": "forbidden", "horizontal_flip": {"swap": [["猫", "犬"]]}}
    (folder / "competition.yaml").write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
    write_verdict(folder, verdict_of("mixup", {"augmentations+": {"mixup": {"alpha": 0.2}}}, "keep", day=2))
    return folder


def test_facts_come_from_the_files(folder: Path) -> None:
    facts = read_facts(folder)
    assert [(target.name, target.labels) for target in facts.named] == [("kind", tuple(sorted(LABELS)))]
    assert facts.declared == {"vertical_flip": "forbidden", "horizontal_flip": "moves"}
    assert (facts.rows, facts.counts, facts.size_px) == (36, dict.fromkeys(LABELS, 12), 16)
    assert facts.used == {"random_resized_crop", "color_jitter", "tta"}
    assert facts.where == () and facts.folders == {"data", "recipes", "verdicts"}
    assert facts.told == {"mixup": Told("keep", "2026-08-02", 0.02)}


def test_cards_about_heads_look_at_the_recipe_and_both_tables(folder: Path) -> None:
    learning = read_facts(folder).learning
    assert learning is not None and (learning.kind, learning.head, learning.metric) == ("class", "kind", "accuracy")
    assert learning.unlearned() == ["size"] and learning.spare == () and learning.rows == 36
    (folder / "data" / "train.csv").unlink()
    bare = read_facts(folder).learning
    assert bare is not None and bare.rows == 0 and bare.counts("kind") == {}


def test_outside_of_a_competition_nothing_is_known(tmp_path: Path) -> None:
    assert read_facts(tmp_path) == Facts()
    assert list_cards(folder=tmp_path) == list(CARDS.values())
    assert tamesu.list_cards(["fog"], folder=tmp_path) == [CARDS["fog"]]


def test_a_table_or_recipe_that_cannot_be_read_leaves_the_rest(folder: Path) -> None:
    (folder / "data" / "train.csv").unlink()
    for name in find_recipes(folder):
        (folder / "recipes" / f"{name}.yaml").unlink()
    facts = read_facts(folder)
    assert (facts.rows, facts.counts, facts.used, facts.size_px) == (None, {}, frozenset(), None)
    assert facts.declared["vertical_flip"] == "forbidden"


def test_a_main_target_of_numbers_has_no_classes(folder: Path) -> None:
    facts = yaml.safe_load((folder / "competition.yaml").read_text(encoding="utf-8"))
    facts |= {"main": "size", "metric": "rmse", "symmetries": {}}
    facts["targets"]["size"].pop("known_in")
    (folder / "competition.yaml").write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
    found = read_facts(folder)
    assert (found.rows, found.counts) == (36, {})


def test_used_parts_are_read_as_a_recipe_writes_them() -> None:
    assert find_used({}) == frozenset()
    assert find_used({"augmentations": ["霧", {"rotate": {"degrees": 5}}], "tta": []}) == {"霧", "rotate"}


def test_the_command_lists_the_drawer_with_marks(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ideas", "--cards", "--folder", str(folder)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("heads: what else the network is told, and where it looks\n  auxiliary_head")
    assert "tells the network something else that is known of the picture [fits here]" in out
    assert "geometry: where things stand\n  resize" in out
    assert "a picture without an up: from above, through a microscope [forbidden]" in out
    assert "a double exposure with half of each label [kept]" in out
    assert "looking twice before answering [in the recipe]" in out


def test_the_command_says_whole_cards_in_japanese(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAMESU_LANG", "ja")
    assert main(["ideas", "--cards", "mixup", "vertical_flip", "--folder", str(folder)]) == 0
    out = capsys.readouterr().out
    assert "  このコンペ    2026-08-02 に採用 (改善 +0.0200)" in out
    assert "'vertical_flip' を禁じています" in out
    assert "    vertical_flip: {augmentations+: vertical_flip}" in out


def test_an_unknown_card_ends_with_2_and_the_nearest_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ideas", "--cards", "shadoww", "--folder", str(tmp_path)]) == 2
    assert "did you mean 'shadow'?" in capsys.readouterr().err


def test_names_without_the_flag_say_what_was_meant(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ideas", "shadow", "--folder", str(tmp_path)]) == 2
    assert "tamesu ideas --cards shadow" in capsys.readouterr().err


def test_the_drawer_needs_no_torch(folder: Path) -> None:
    code = f"import sys\nfrom tamesu.cli import main\nassert main(['ideas', '--cards', '--folder', {str(folder)!r}]) == 0\n"
    code += "assert not {'torch', 'torchvision', 'timm', 'matplotlib', 'pandas'} & sys.modules.keys()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
