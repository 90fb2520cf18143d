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
    1: {
        "plain": [0.3234, 0.3753, 0.3013, 0.363, 0.3319, 0.3051, 0.3297, 0.3519, 0.3185, 0.2969, 0.4122, 0.2909],
        "full": [0.3284, 0.3298, 0.3418, 0.3336, 0.3315, 0.3349, 0.3311, 0.3426, 0.3264, 0.3324, 0.3341, 0.3335],
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
