"""Bars whose angle decides the label in a way that is hard to see: a helper that knows the angle, but whose numbers are ten
thousand times too large, is named and dropped, and is kept once it is learnt in units of its own spread."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import yaml

from tamesu.artifacts.dataset import load_train
from tamesu.artifacts.loading import load_competition
from tamesu.lookup import find_run
from tamesu.results.guarding import judge_guards
from tamesu.trying import try_ideas

pytestmark = pytest.mark.slow

ROWS, SIZE_PX, BANDS, NOISE = 600, 32, 10, 40.0
HUGE = 1e4
RECIPE = {
    "image": {"size": SIZE_PX},
    "backbone": {"test_resnet": {"weights": "none"}},
    "heads": {"band": {"loss": "cross_entropy"}},
    "optimizer": {"adamw": {"lr": 4e-3, "weight_decay": 0.05}},
    "schedule": "one_cycle",
    "epochs": 12,
    "batch_size": 32,
    "precision": "fp32",
}
IDEAS = {
    "huge_raw": {"heads.huge": {"loss": "mse", "scaling": "none"}},
    "huge": {"heads.huge": {"loss": "mse"}},
}


def draw_bar(rng: np.random.Generator, degrees: float) -> np.ndarray:
    """A bright bar through the middle of a dark picture, in noise."""
    big = np.full((4 * SIZE_PX, 4 * SIZE_PX, 3), rng.integers(60, 120), np.uint8)
    middle = 2 * SIZE_PX + rng.uniform(-12, 12, 2)
    along = np.array([np.cos(np.deg2rad(degrees)), -np.sin(np.deg2rad(degrees))]) * SIZE_PX * 1.5
    ends = [tuple(int(value) for value in middle + sign * along) for sign in (-1, 1)]
    cv2.line(big, ends[0], ends[1], tuple(int(value) for value in rng.integers(140, 255, 3)), SIZE_PX // 3)
    small = cv2.resize(big, (SIZE_PX, SIZE_PX), interpolation=cv2.INTER_AREA).astype(float)
    return np.asarray(np.clip(small + rng.normal(0, NOISE, small.shape), 0, 255), np.uint8)


@pytest.fixture
def bars(tmp_path: Path) -> Path:
    folder = tmp_path / "bars"
    (folder / "data").mkdir(parents=True)
    rng, lines = np.random.default_rng(0), ["id,band,c,s"]
    for index in range(ROWS):
        degrees = rng.uniform(0, 180)
        cv2.imwrite(str(folder / "data" / f"{index:03d}.png"), draw_bar(rng, degrees))
        # The label changes ten times over half a turn; the doubled angle says where one is.
        band = "even" if int(degrees // (180 / BANDS)) % 2 == 0 else "odd"
        c, s = np.cos(np.deg2rad(2 * degrees)), np.sin(np.deg2rad(2 * degrees))
        lines.append(f"{index:03d},{band},{HUGE * c:.0f},{HUGE * s:.0f}")
    (folder / "train.csv").write_text("\n".join(lines) + "\n")
    (folder / "recipes").mkdir()
    competition = {
        "name": "bars",
        "train": {"table": "train.csv", "image": "data/{id}.png"},
        "targets": {
            "band": {"kind": "class", "column": "band"},
            "huge": {"kind": "value", "columns": ["c", "s"], "known_in": "train"},
        },
        "main": "band",
        "metric": "accuracy",
        "folds": {"n_splits": 5},
        "symmetries": {"horizontal_flip": "forbidden"},
    }
    for name, plain in (("competition", competition), ("recipes/base", RECIPE), ("ideas", IDEAS)):
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(plain), encoding="utf-8")
    return folder


def test_a_helper_is_named_when_it_outweighs_and_kept_in_units_of_its_spread(bars: Path) -> None:
    """One test, so that two test processes do not both train for it."""
    verdicts = {verdict.idea: verdict for verdict in try_ideas("base", folder=bars, stack=False)}
    assert verdicts["huge_raw"].word == "drop"
    run = find_run(bars, verdicts["huge_raw"].idea_run)
    codes = {advice.fault.code: advice for advice in judge_guards(run, load_train(bars, load_competition(bars)))}
    assert "GUARD_OUTWEIGHS" in codes
    assert any("scaling=standard" in (step.command or "") for step in codes["GUARD_OUTWEIGHS"].steps)

    assert verdicts["huge"].word == "keep"
