"""Test-time augmentation: views against NumPy flips, predictions brought back, points found again."""

from __future__ import annotations

import numpy as np
import pytest

from tamesu.artifacts.competition import Part
from tamesu.artifacts.run import RunSpec, TargetSpec
from tamesu.artifacts.symmetry import LabelMove
from tamesu.augmentations.labels import move_labels
from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.random import sample_keys
from tamesu.training.views import average_views, bring_back, join_views, make_views

FLIPS = [Part(name="horizontal_flip"), Part(name="vertical_flip", options={"p": 0.1})]


def look(view, image):
    drawn = view.draw(0, np.zeros(1, np.uint64), np.array([image.shape[:2]]), np.zeros((1, 3)))
    out = np.empty((16, 16, 3), np.uint8)
    drawn.apply(0, image, out)
    return out


def test_two_flips_are_four_views():
    image = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    seen = [look(view, image) for view in make_views(FLIPS, size_px=16, fit="crop")]
    expected = [image, image[::-1], image[:, ::-1], image[::-1, ::-1]]
    assert all((a == b).all() for a, b in zip(seen, expected, strict=True))


def test_probs_are_brought_back_by_the_declared_swap():
    moves = {"horizontal_flip": {"hand": LabelMove(permutation=(1, 0))}}
    spec = RunSpec.model_construct(targets={"hand": TargetSpec(kind="class", labels=["左手", "右手"])}, symmetries=moves)
    views = make_views(FLIPS[:1], size_px=16, fit="crop")
    said = [{"hand": np.array([[0.9, 0.1]], np.float32)}, {"hand": np.array([[0.3, 0.7]], np.float32)}]
    assert join_views(said, views, spec, {})["hand"].tolist() == [pytest.approx([0.8, 0.2])]
    # Without the declaration labels stay, and the mean is of what was said.
    bare = spec.model_copy(update={"symmetries": {}})
    assert join_views(said, views, bare, {})["hand"].tolist() == [pytest.approx([0.6, 0.4])]


def test_a_negated_value_and_a_direction_come_back():
    moves = {"horizontal_flip": {"steer": LabelMove(negate=True), "to": LabelMove(angle="angle")}}
    view = make_views(FLIPS[:1], size_px=16, fit="crop")[1]
    said = {"steer": np.array([[2.0]]), "to": np.array([[170.0]])}
    back = bring_back(said, {"steer": "value", "to": "value"}, moves, view, {})
    assert back["steer"].tolist() == [[-2.0]] and back["to"].tolist() == [[10.0]]


def test_directions_are_averaged_round_the_circle():
    views = [{"to": np.array([[-170.0]])}, {"to": np.array([[170.0]])}, {"to": np.array([[180.0]])}]
    assert average_views(views, frozenset({"to"}), {"to": -180.0})["to"].tolist() == [pytest.approx([-180.0])]


def test_points_come_back_from_flip_rotation_and_views():
    """Two dots are found by their brightness in the turned picture and brought back to where they were drawn."""
    size, count = 64, 60
    rng = np.random.default_rng(0)
    plan = make_plan([("horizontal_flip", {}), ("rotate", {"degrees": 20})], size_px=size, fit="crop")
    moves = {"horizontal_flip": {"eyes": LabelMove(permutation=(1, 0))}}
    views = make_views(FLIPS, size_px=size, fit="crop")
    one = (sample_keys(["a"]), np.full((1, 2), size), np.zeros((1, 3)))
    draws = {"plan": lambda n: plan.draw(n, *one), "view": lambda n: views[n % 4].draw(0, *one)}
    for name, draw in draws.items():
        for n in range(count):
            points = rng.uniform(24, 40, (2, 2))
            while np.abs(points[0] - points[1]).max() < 8:
                points = rng.uniform(24, 40, (2, 2))
            y, x = np.mgrid[:size, :size] + 0.5
            image = np.zeros((size, size, 3), np.uint8)
            for channel, (px, py) in enumerate(points):
                image[:, :, channel] = 255 * np.exp(-((x - px) ** 2 + (y - py) ** 2) / 8)
            drawn = draw(n)
            out = np.empty_like(image)
            drawn.apply(0, image, out)
            # What a perfect network would say: the left eye is the one that is left now, when a flip swaps their names.
            flipped = sum(len(turn.rows) for turn in drawn.turns if turn.symmetry == "horizontal_flip") % 2
            channels = (1, 0) if flipped else (0, 1)
            weights = [out[:, :, channel] / out[:, :, channel].sum() for channel in channels]
            found = [[(weight * x).sum(), (weight * y).sum()] for weight in weights]
            moved = drawn.move_points_back(0, found)[None]
            back = move_labels({"eyes": moved}, {"eyes": "points"}, moves, drawn.turns, back=True)["eyes"][0]
            assert np.abs(back - points).max() < 0.6, name
