"""Left hands and right hands, drawn: a flip without a word about labels is stopped, with the swap declared it is kept,
forced without it it is dropped."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import yaml

from tamesu.errors import InputError, TamesuError
from tamesu.trying import try_ideas

pytestmark = pytest.mark.slow

SIZE_PX, ROWS, NOISE = 32, 400, 100.0
# Right hands are few: mirrored left hands are what the network lacks.
LEFT = 0.86
RECIPE = {
    "image": {"size": SIZE_PX},
    "backbone": {"test_resnet": {"weights": "none"}},
    "heads": {"hand": {"loss": "cross_entropy"}},
    "augmentations": [{"random_resized_crop": {"scale": [0.85, 1.0]}}],
    "optimizer": {"adamw": {"lr": 4e-3, "weight_decay": 0.05}},
    "schedule": "one_cycle",
    "epochs": 12,
    "batch_size": 32,
    "precision": "fp32",
}


def draw_hand(rng: np.random.Generator, left: bool) -> np.ndarray:
    """A hand with its thumb on the right (left hand, seen from its back) or on the left, turned, in noise."""
    size = 4 * SIZE_PX
    middle = size / 2
    ground = tuple(int(value) for value in rng.integers(0, 110, 3))
    skin = tuple(int(value) for value in rng.integers(120, 255, 3))
    image = np.full((size, size, 3), ground, np.uint8)
    cv2.ellipse(image, (int(middle), int(middle + size * 0.12)), (int(size * 0.14), int(size * 0.17)), 0, 0, 360, skin, -1)

    def finger(degrees: float, x: float, y: float, length: float, width: float) -> None:
        angle = np.deg2rad(degrees)
        end = (int(x + np.sin(angle) * length), int(y - np.cos(angle) * length))
        cv2.line(image, (int(x), int(y)), end, skin, int(size * width))

    for degrees in (-24, -8, 8, 24):
        turned = degrees + rng.normal(0, 4)
        side = np.sin(np.deg2rad(turned)) * size * 0.1
        finger(turned, middle + side, middle + size * 0.03, size * (0.26 + rng.uniform(-0.05, 0.05)), 0.055)
    hand = 1 if left else -1
    thumb = size * (0.18 + rng.uniform(-0.05, 0.05))
    finger(hand * (62 + rng.normal(0, 10)), middle + hand * size * 0.1, middle + size * 0.16, thumb, 0.06)
    matrix = cv2.getRotationMatrix2D((middle, middle), rng.uniform(-12, 12), rng.uniform(0.9, 1.15))
    matrix[:, 2] += rng.uniform(-0.04, 0.04, 2) * size
    image = cv2.warpAffine(image, matrix, (size, size), borderValue=ground)
    small = cv2.resize(image, (SIZE_PX, SIZE_PX), interpolation=cv2.INTER_AREA).astype(float)
    return np.asarray(np.clip(small + rng.normal(0, NOISE, small.shape), 0, 255), np.uint8)


@pytest.fixture(scope="module")
def hands(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hands")
    (folder / "data" / "train").mkdir(parents=True)
    rng, rows = np.random.default_rng(0), []
    for index in range(ROWS):
        left = bool(rng.random() < LEFT)
        cv2.imwrite(str(folder / "data" / "train" / f"{index:03d}.png"), draw_hand(rng, left)[:, :, ::-1])
        rows.append(f"{index:03d},{'左手' if left else '右手'}\n")
    (folder / "data" / "train.csv").write_text("id,hand\n" + "".join(rows), encoding="utf-8")
    (folder / "recipes").mkdir()
    (folder / "recipes" / "base.yaml").write_text(yaml.safe_dump(RECIPE), encoding="utf-8")
    (folder / "ideas.yaml").write_text("flip: {augmentations+: horizontal_flip}\n", encoding="utf-8")
    declare(folder, None)
    return folder


def declare(folder: Path, symmetries: dict[str, object] | None) -> None:
    competition = {
        "name": "hands",
        "train": {"table": "data/train.csv", "image": "data/train/{id}.png"},
        "targets": {"hand": {"kind": "class", "column": "hand"}},
        "main": "hand",
        "metric": "balanced_accuracy",
        "folds": {"n_splits": 5},
    }
    if symmetries is not None:
        competition["symmetries"] = symmetries
    (folder / "competition.yaml").write_text(yaml.safe_dump(competition, allow_unicode=True), encoding="utf-8")


def test_a_flip_is_asked_about_dropped_when_forced_and_kept_when_labels_move(hands: Path) -> None:
    with pytest.raises(TamesuError) as caught:
        try_ideas("base", ["flip"], folder=hands)
    assert isinstance(caught.value, InputError) and caught.value.codes == ("SYMMETRY_UNDECLARED",)
    assert "swap: [[" in str(caught.value) and "左手" in str(caught.value)
    assert not (hands / "runs").exists()

    (forced,) = try_ideas("base", ["flip"], folder=hands, force=True)
    assert forced.word == "drop" and forced.forced

    declare(hands, {"horizontal_flip": {"swap": [["左手", "右手"]]}})
    (declared,) = try_ideas("base", ["flip"], folder=hands)
    assert declared.word == "keep" and not declared.forced
    assert declared.idea_run != forced.idea_run
