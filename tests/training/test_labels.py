"""Targets of a batch: moved by flips, blended where images are mixed, against the formulas in NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from tests.training.test_mark_targets import TARGETS, make_marks

from tamesu.artifacts.symmetry import LabelMove
from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.random import sample_keys
from tamesu.losses import LOSSES
from tamesu.training.labels import Labels, Wanted, as_learned, know, weigh_samples
from tamesu.training.mark_targets import MarkTargets
from tamesu.training.mark_targets import Wanted as WantedMark
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


GAPS = np.array([[1.0, 2.0], [np.nan, 4.0], [5.0, np.nan], [np.nan, np.nan]] * 6)


def several(raw: bool = False, scale: object = (np.array([1.0, 2.0]), np.array([2.0, 4.0]))) -> Labels:
    return Labels({"xy": GAPS}, {"xy": "value"}, {"xy": Wanted("xy", raw=raw)}, {"xy": 2}, {"xy": scale}, {}, {})


def test_a_number_that_is_missing_is_missing_in_its_own_mixtures_alone() -> None:
    drawn = draw([("mixup", {"alpha": 1.0, "p": 0.7})])
    owns = [mix.apply(np.zeros((COUNT, 16, 16, 3), np.uint8)) for mix in drawn.mixes]
    target = several().follow(np.arange(COUNT), drawn, owns, CPU)["xy"]
    weights = weigh_samples(drawn, owns)
    expected = np.zeros((COUNT, 2))
    for sample in range(COUNT):
        for other in np.flatnonzero(weights[sample]):
            expected[sample] += weights[sample, other] * (GAPS[other] - [1, 2]) / [2, 4]
    known = ~np.isnan(expected).all(axis=1)
    # A row of which nothing is known spoils what it is mixed into.
    spoiled = [(weights[sample] > 0) @ np.isnan(GAPS).all(axis=1) > 0 for sample in range(COUNT)]
    assert target.known.tolist() == (known & ~np.array(spoiled)).tolist() and 3 < target.known.sum() < COUNT
    rows = target.known.numpy()
    np.testing.assert_allclose(target.terms[0][1].numpy()[rows], expected[rows], atol=1e-5)
    assert np.isnan(expected[rows]).any()


def test_a_head_in_its_own_unit_beside_one_that_is_standardised() -> None:
    labels = Labels(
        {"xy": GAPS},
        {"xy": "value"},
        {"xy": Wanted("xy"), "own": Wanted("xy", raw=True)},
        {"xy": 2},
        {"xy": (np.array([1.0, 2.0]), np.array([2.0, 4.0]))},
        {"horizontal_flip": {"xy": LabelMove(negate=True)}},
        {},
    )
    made = labels.follow(np.arange(COUNT), draw([("horizontal_flip", {"p": 1.0})]), (), CPU)
    known = made["xy"].known.numpy()
    np.testing.assert_allclose(made["own"].terms[0][1].numpy()[known], -GAPS[known])
    np.testing.assert_allclose(made["xy"].terms[0][1].numpy()[known], (-GAPS[known] - [1, 2]) / [2, 4], rtol=1e-6)


def test_ordinal_labels_and_identities_are_codes_too() -> None:
    kinds = {"a": "ordinal", "b": "identity"}
    wanted = {name: Wanted(name) for name in kinds}
    moves = {"horizontal_flip": {"a": LabelMove(permutation=(2, 1, 0))}}
    labels = Labels(dict.fromkeys(kinds, CODES), kinds, wanted, {"a": 3, "b": 3}, {}, moves, {})
    made = labels.follow(np.arange(COUNT), draw([("horizontal_flip", {"p": 1.0})]), (), CPU)
    known = CODES >= 0
    assert made["a"].terms[0][1].dtype == torch.int64
    assert made["a"].terms[0][1].numpy()[known].tolist() == (2 - CODES[known]).tolist()
    assert made["b"].terms[0][1].numpy()[known].tolist() == CODES[known].tolist()


def test_marks_are_not_known_of_mixed_images() -> None:
    marks = make_marks()
    wanted = {"m": WantedMark("seg", 4), "a": WantedMark("area", 0), "own": WantedMark("area", 0, raw=True)}
    made = MarkTargets(marks, TARGETS, wanted, {}, {"area": (0.5, 0.25)})
    labels = Labels({}, {}, {}, {}, {"area": (0.5, 0.25)}, {}, {}, made)
    plan = make_plan([("mixup", {"alpha": 1.0, "p": 0.5})], size_px=16, fit="pad")
    rows = np.arange(len(marks.masks))
    drawn = plan.draw(5, sample_keys([str(i) for i in rows]), np.full((len(rows), 2), 16), np.zeros((len(rows), 3)))
    owns = [mix.apply(np.zeros((len(rows), 16, 16, 3), np.uint8)) for mix in drawn.mixes]
    mixed = weigh_samples(drawn, owns).diagonal() < 1
    assert 0 < mixed.sum() < len(rows)
    targets = labels.follow(rows, drawn, owns, CPU)
    # Row 3 has no mask at all.
    expected = ~mixed & (rows != 3)
    assert targets["m"].known.tolist() == targets["a"].known.tolist() == expected.tolist()
    assert targets["m"].terms[0][1].shape == (len(rows), 4, 4)
    area = np.array([np.mean(mask[mask < 255] > 0) for mask in marks.masks])
    np.testing.assert_allclose(targets["own"].terms[0][1].numpy()[expected, 0], area[expected], atol=1e-6)
    np.testing.assert_allclose(targets["a"].terms[0][1].numpy()[expected, 0], (area[expected] - 0.5) / 0.25, atol=1e-5)


def test_marks_alone_are_made_anew_for_every_batch() -> None:
    marks = make_marks()
    made = MarkTargets(marks, TARGETS, {"m": WantedMark("seg", 4)}, {}, {})
    labels = Labels({"hand": CODES[:12]}, {"hand": "class"}, {"hand": Wanted("hand")}, {"hand": 3}, {}, {}, {}, made)
    plan = make_plan([], size_px=16, fit="pad")
    drawn = plan.draw(5, np.zeros(12, np.uint64), np.full((12, 2), 16), np.zeros((12, 3)))
    targets = labels.follow(np.arange(12), drawn, (), CPU)
    assert targets is not None and set(targets) == {"hand", "m"}
    assert targets["hand"].known.tolist() == (CODES[:12] >= 0).tolist()


def test_as_learned_by_hand():
    codes = as_learned(np.array([2, -1]), np.array([True, False]), "ordinal", (0.0, 1.0))
    assert codes.tolist() == [2, 0] and codes.dtype == np.int64
    columns = as_learned(np.array([3.0, np.nan]), np.array([True, False]), "value", (1.0, 2.0))
    assert columns.tolist() == [[1.0], [0.0]] and columns.dtype == np.float32
    columns = as_learned(np.array([[3.0, np.nan]]), np.array([True]), "value", (np.array([1.0, 0.0]), np.array([2.0, 1.0])))
    assert columns[0, 0] == 1.0 and np.isnan(columns[0, 1])
