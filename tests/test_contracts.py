"""Plugins that break the contract are told with file, line and rule, and the guide's keep it; what building shows is told."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tamesu.artifacts.documents import Document, parse_document
from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.schema import validate
from tamesu.augmentations import AUGMENTATIONS, make_plan
from tamesu.augmentations.random import sample_keys
from tamesu.checking import check_folder
from tamesu.contracts import check_builds, check_plugins
from tamesu.plugins import PREFIX, forget, load_plugins

GUIDE = Path(__file__).resolve().parents[1] / "docs" / "guide.md"
SHAKY = """\
import numpy as np

from tamesu.augmentations import AUGMENTATIONS, PixelPart

GENERATOR = np.random.default_rng()


@AUGMENTATIONS.register("shaky")
class Shaky(PixelPart):
    draws = 1

    def __init__(self, *, p: float = 1.0, strength: float = 1.0) -> None:
        self.p, self.strength = p, strength

    def change(self, image, u):
        image += GENERATOR.integers(0, 9, image.shape, dtype=np.uint8)
        return image
"""
NEEDY = """\
from tamesu.augmentations import AUGMENTATIONS, PixelPart


@AUGMENTATIONS.register("needy")
class Needy(PixelPart):
    {example}

    def __init__(self, *, shade: int, p: float = 0.5, strength: float = 1.0) -> None:
        self.shade, self.p, self.strength = shade, p, strength

    def change(self, image, u):
        image[:2] = self.shade
        return image
"""
PLAIN = """\
from tamesu.augmentations import AUGMENTATIONS, PixelPart


@AUGMENTATIONS.register("plain")
class Plain(PixelPart):
    def __init__(self, *, p: float = 0.5) -> None:
        self.p = p

    def change(self, image, u):
        return image[:, :5]
"""
METRIC = """\
from tamesu.metrics import METRICS


@METRICS.register("unrelated")
class Unrelated:
    pass
"""


@pytest.fixture(autouse=True)
def clean():
    """No plugin outlives its test."""
    yield
    for name in [name for name in sys.modules if name.startswith(PREFIX)]:
        forget(name)


def write(folder: Path, **plugins: str) -> None:
    (folder / "plugins").mkdir(exist_ok=True)
    for name, text in plugins.items():
        (folder / "plugins" / f"{name}.py").write_text(text)
    load_plugins(folder)


def test_the_guides_examples_keep_the_contract_and_change_pictures(tmp_path: Path) -> None:
    section = GUIDE.read_text(encoding="utf-8").split("## Your own augmentation")[1].split("\n## ")[0]
    blocks = re.findall(r"```python\n(# plugins/(\w+)\.py.*?)```", section, re.DOTALL)
    assert len(blocks) == 2
    write(tmp_path, **{name: text for text, name in blocks})
    assert check_plugins() == []
    image = np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    names = {"squeeze", "scan_lines"}
    assert names <= set(AUGMENTATIONS)
    for name in sorted(names):
        plan = make_plan([(name, {"p": 1.0})], size_px=32, fit="crop")
        plain = make_plan([], size_px=32, fit="crop")
        outs = [np.empty((32, 32, 3), np.uint8) for _ in range(2)]
        for one, out in zip((plan, plain), outs, strict=True):
            one.apply(image, one.draw(1, sample_keys(["a"]), np.array([[40, 50]]), np.full((1, 3), 128.0)), 0, out)
        assert (outs[0] != outs[1]).any()


def test_a_generator_of_its_own_is_found_with_file_and_line(tmp_path: Path) -> None:
    write(tmp_path, shaky=SHAKY)
    faults = check_plugins()
    assert {fault.code for fault in faults} == {"PLUGIN_CONTRACT"}
    assert {str(fault.where) for fault in faults} == {"plugins/shaky.py:8"}
    assert any("same_numbers_same_result" in fault.text("en") for fault in faults)
    assert all("shaky" in fault.text("ja") for fault in faults)


def test_check_reports_them(tmp_path: Path) -> None:
    write(tmp_path, shaky=SHAKY)
    assert "PLUGIN_CONTRACT" in {fault.code for fault in check_folder(tmp_path)}


def test_an_option_without_a_default_needs_an_example(tmp_path: Path) -> None:
    write(tmp_path, needy=NEEDY.format(example="draws = 1"))
    (fault,) = check_plugins()
    assert "example" in fault.text("en") and "shade" in fault.text("en")
    write(tmp_path, needy=NEEDY.format(example='example = {"shade": "dark"}'))
    (fault,) = check_plugins()
    assert "shade" in fault.text("en")
    write(tmp_path, needy=NEEDY.format(example='draws, example = 1, {"shade": 3}'))
    assert check_plugins() == []


def test_p_and_strength_are_every_augmentations(tmp_path: Path) -> None:
    write(tmp_path, plain=PLAIN)
    (fault,) = check_plugins()
    assert "strength" in fault.text("en")
    write(tmp_path, plain=PLAIN.replace("p: float = 0.5", "p: float = 0.5, strength: float = 1.0"))
    rules = [str(fault.values["rule"]) for fault in check_plugins()]
    assert any("ValueError" in rule for rule in rules), "an image of another shape breaks rules, and the check goes on"


def test_a_plugin_without_augmentations_loads_no_contract(tmp_path: Path) -> None:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "metric.py").write_text(METRIC)
    code = (
        "import sys; from pathlib import Path; from tamesu.plugins import load_plugins\n"
        "from tamesu.contracts import check_plugins\n"
        f"load_plugins(Path({str(tmp_path)!r})); print(check_plugins())\n"
        "print([m for m in ('torch', 'tamesu.testing.augmentations') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", "[]"]


RECIPE = """\
question: What does a plain network reach?
image: {size: 64}
backbone: {resnet18: {weights: none}}
pooling: average
heads: {theme: {loss: cross_entropy}}
augmentations:
  - horizontal_flip
  - AUGMENTATION
optimizer: {adamw: {lr: 3e-4}}
schedule: {cosine: {}}
epochs: 2
"""


@pytest.mark.parametrize(
    ("written", "code", "key"),
    [
        ("paste_object: {objects: elephants}", "AUGMENT_OBJECTS_FOLDER", "paste_object.objects"),
        ("torchvision: {transform: RandomRotation, degrees: 10}", "AUGMENT_MOVES_PIXELS", "torchvision.transform"),
        ("torchvision: {transform: ColorJitter, hue: 3.0}", "AUGMENT_TRANSFORM_OPTIONS", "torchvision.hue"),
        ("one_of: {of: [{torchvision: {transform: Colour}}, sepia]}", "AUGMENT_UNKNOWN_TRANSFORM", "one_of.transform"),
        ("paste_object: {objects: things}", "", ""),
        ("rotate: {degrees: 5, only: [Skirt]}", "", ""),
    ],
)
def test_what_shows_when_a_part_is_built_is_told_with_its_line(tmp_path: Path, written: str, code: str, key: str) -> None:
    (tmp_path / "things").mkdir()
    Image.fromarray(np.array([[[9, 9, 9, 255], [0, 0, 0, 0]]], np.uint8)).save(tmp_path / "things" / "a.png")
    document: Document = parse_document(RECIPE.replace("AUGMENTATION", written), "recipes/base.yaml")
    faults = check_builds(validate(Recipe, document.value), tmp_path, document)
    found = [(fault.code, str(fault.where)) for fault in faults]
    assert found == ([(code, f"recipes/base.yaml:8 augmentations.{key}")] if code else [])
