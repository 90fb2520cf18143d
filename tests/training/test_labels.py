"""Targets of a batch: moved by flips, blended where images are mixed, against the formulas in NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tamesu.artifacts.symmetry import LabelMove
from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.random import sample_keys
from tamesu.losses import LOSSES
from tamesu.training.labels import Labels, Wanted, know, weigh_samples
from tamesu.training.terms import Term

COUNT = 24
RNG = np.random.default_rng(3)
CODES = RNG.integers(-1, 3, COUNT)
STEER = np.where(RNG.uniform(size=COUNT) < 0.2, np.nan, RNG.normal(3, 2, COUNT))
CPU = torch.device("cpu")


def make_labels(soft=True, moves=None):
    return Labels(
        values={"hand": CODES, "steer": STEER},
        kinds={"hand": "class", "steer": "value"},
        wanted={"hand": Wanted("hand", soft), "steer": Wanted("steer")},
        widths={"hand": 3},
        scales={"steer": (3.0, 2.0)},
        moves=moves or {},
        lows={},
    )


def draw(parts):
    plan = make_plan(parts, size_px=16, fit="crop")
    return plan.draw(5, sample_keys([str(i) for i in range(COUNT)]), np.full((COUNT, 2), 16), np.zeros((COUNT, 3)))


def test_nothing_moves_without_a_declaration():
    drawn = draw([("horizontal_flip", {})])
    assert make_labels().follow(np.arange(COUNT), drawn, (), CPU) is None


def test_flipped_samples_get_the_swapped_label():
    moves = {"horizontal_flip": {"hand": LabelMove(permutation=(1, 0, 2)), "steer": LabelMove(negate=True)}}
    drawn = draw([("horizontal_flip", {})])
    flipped = np.zeros(COUNT, bool)
    flipped[drawn.turns[0].rows] = True
    assert 0 < flipped.sum() < COUNT
    targets = make_labels(moves=moves).follow(np.arange(COUNT), drawn, (), CPU)
    expected = np.where(flipped & (CODES >= 0), np.array([1, 0, 2])[CODES], CODES)
    assert targets["hand"].known.tolist() == (CODES >= 0).tolist()
    assert targets["hand"].terms[0][1][CODES >= 0].tolist() == expected[CODES >= 0].tolist()
    steer = (np.where(flipped, -STEER, STEER) - 3) / 2
    assert targets["steer"].known.tolist() == (~np.isnan(STEER)).tolist()
    known = ~np.isnan(STEER)
    assert np.allclose(targets["steer"].terms[0][1].numpy()[known, 0], steer[known], atol=1e-6)


@pytest.mark.parametrize("soft", [True, False])
def test_mixed_labels_give_the_mixture_of_losses(soft):
    """Cross-entropy is linear in its target, so soft targets and mixed losses agree with the sum written out."""
    drawn = draw([("mixup", {"alpha": 1.0, "p": 0.8}), ("cutmix", {"p": 0.5})])
    images = RNG.integers(0, 256, (COUNT, 16, 16, 3), dtype=np.uint8)
    owns = [mix.apply(images) for mix in drawn.mixes]
    weights = weigh_samples(drawn, owns)
    assert np.allclose(weights.sum(axis=1), 1.0) and (weights >= 0).all()
    target = make_labels(soft).follow(np.arange(COUNT), drawn, owns, CPU)["hand"]
    logits = torch.from_numpy(RNG.normal(size=(COUNT, 3)))
    loss = LOSSES.build("cross_entropy", {})
    head = Term("hand", "class", loss, 1.0)
    log_probs = torch.log_softmax(logits, dim=1).numpy()
    known = np.array([(CODES[weights[i] > 0] >= 0).all() for i in range(COUNT)])
    assert target.known.tolist() == known.tolist() and 3 < known.sum() < COUNT
    losses = [-sum(weights[i, j] * log_probs[i, CODES[j]] for j in range(COUNT) if weights[i, j] > 0) for i in range(COUNT)]
    assert float(head.mean_of(logits, target)) == pytest.approx(np.mean(np.array(losses)[known]), rel=1e-5)


def test_mixed_values_are_blended():
    drawn = draw([("mixup", {"alpha": 1.0})])
    images = np.zeros((COUNT, 16, 16, 3), np.uint8)
    owns = [mix.apply(images) for mix in drawn.mixes]
    target = make_labels().follow(np.arange(COUNT), drawn, owns, CPU)["steer"]
    partners, own = drawn.mixes[0].partners, owns[0]
    expected = own * (STEER - 3) / 2 + (1 - own) * (STEER[partners] - 3) / 2
    known = ~np.isnan(expected)
    assert target.known.tolist() == known.tolist()
    assert np.allclose(target.terms[0][1].numpy()[known, 0], expected[known], atol=1e-5)


def test_what_is_known():
    assert know(np.array([0, -1, 2])).tolist() == [True, False, True]
    assert know(np.array([[1.0, np.nan], [np.nan, np.nan]])).tolist() == [True, False]
