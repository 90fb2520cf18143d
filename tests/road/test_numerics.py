"""Notices a change of ours that changes results: then `NUMERICS` in artifacts/run.py has to be raised.

The stored figures are what these tiny runs gave when NUMERICS was last raised. They are compared loosely enough for another
processor and tightly enough for any change of meaning.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.tiny import write_competition

from tamesu import workflow
from tamesu.artifacts.run import NUMERICS

# The first four OOF rows' probs after three epochs, by NUMERICS, for a plain recipe and for one that uses most options.
STORED: dict[int, dict[str, list[float]]] = {
    2: {
        "plain": [0.3240, 0.3633, 0.3126, 0.3866, 0.3111, 0.3023, 0.3256, 0.3472, 0.3272, 0.2920, 0.3946, 0.3134],
        "full": [0.3267, 0.3305, 0.3428, 0.3342, 0.3317, 0.3341, 0.3313, 0.3413, 0.3274, 0.3325, 0.3346, 0.3329],
    }
}

OPTIONS = {
    "plain": {},
    "full": {
        "ema": 0.8,
        "accumulate": 2,
        "clip_grad_norm": 0.5,
        "layer_decay": 0.8,
        "pooling": "gem",
        "schedule": "one_cycle",
        "optimizer": {"sgd": {"lr": 0.05, "momentum": 0.9}},
        "augmentations": [{"rotate": {"degrees": 20}}, "horizontal_flip", {"random_resized_crop": {"scale": [0.3, 1.0]}}],
    },
}


@pytest.mark.parametrize("name", OPTIONS)
def test_unchanged_recipes_give_unchanged_results(tmp_path: Path, name: str) -> None:
    folder = write_competition(tmp_path / "c", epochs=3, **OPTIONS[name])
    run = workflow.train("base", folder=folder, workers=0)
    probs = run.oof(0, 0).outputs["kind"][:4].ravel()
    assert NUMERICS in STORED, f"store {np.round(probs, 5).tolist()} for {name}"
    np.testing.assert_allclose(probs, STORED[NUMERICS][name], atol=2e-3)
