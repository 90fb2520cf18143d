"""Labels after flips and turns: hand-worked cases for every layout, there and back, and directions against drawn arrows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tamesu.artifacts.symmetry import LabelMove
from tamesu.augmentations.drawn import Turn
from tamesu.augmentations.frames import move_points
from tamesu.augmentations.labels import LAYOUTS, move_labels, reorder
from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.random import sample_keys

SWAP = np.array([1, 0, 2])


def turn(name, amounts, rows=None):
    amounts = np.asarray(amounts, float)
    return Turn(name, np.arange(len(amounts)) if rows is None else np.asarray(rows), amounts)


def test_a_swap_moves_every_layout_by_hand():
    moves = {"horizontal_flip": {name: LabelMove(permutation=(1, 0, 2)) for name in ("theme", "marks", "spots", "organs")}}
    values = {
        "theme": np.array([0, 1, 2, -1, 0]),
        "marks": np.array([[1.0, 0, 0], [0, 1, 1], [1, 1, 0], [np.nan] * 3, [1, 0, 0]]),
        "spots": np.arange(30.0).reshape(5, 3, 2),
        "organs": np.tile(np.array([[0, 1], [2, 255]]), (5, 1, 1)),
    }
    layouts = {"theme": "codes", "marks": "columns", "spots": "points", "organs": "codes"}
    moved = move_labels(values, layouts, moves, [turn("horizontal_flip", [1] * 4, [0, 1, 2, 3])])
    assert moved["theme"].tolist() == [1, 0, 2, -1, 0]
    assert moved["marks"][:3].tolist() == [[0, 1, 0], [1, 0, 1], [1, 1, 0]]
    assert np.isnan(moved["marks"][3]).all() and moved["marks"][4].tolist() == [1, 0, 0]
    assert moved["spots"][0].tolist() == [[2, 3], [0, 1], [4, 5]]
    assert moved["spots"][4].tolist() == values["spots"][4].tolist()
    assert moved["organs"][0].tolist() == [[1, 0], [2, 255]]
    assert values["theme"].tolist() == [0, 1, 2, -1, 0]


def test_values_trade_places_and_signs():
    moves = {
        "horizontal_flip": {
            "left_deg": LabelMove(trades_with="right_deg"),
            "right_deg": LabelMove(trades_with="left_deg"),
            "steer": LabelMove(negate=True),
        }
    }
    values = {"left_deg": np.array([1.0, 1.0]), "right_deg": np.array([np.nan, 5.0]), "steer": np.array([2.0, -3.0])}
    layouts = dict.fromkeys(values, "value")
    turns = [turn("horizontal_flip", [1, 1])]
    moved = move_labels(values, layouts, moves, turns)
    assert np.isnan(moved["left_deg"][0]) and moved["left_deg"][1] == 5.0
    assert moved["right_deg"].tolist() == [1.0, 1.0] and moved["steer"].tolist() == [-2.0, 3.0]
    back = move_labels(moved, layouts, moves, turns, back=True)
    assert all(np.array_equal(back[name], values[name], equal_nan=True) for name in values)


def test_quarter_turns_cycle_once_per_turn():
    moves = {"rotate90": {"way": LabelMove(quarter=(1, 2, 3, 0))}}
    turned = move_labels({"way": np.zeros(4, int)}, {"way": "codes"}, moves, [turn("rotate90", [0, 1, 2, 3])])
    assert turned["way"].tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("name", ["horizontal_flip", "vertical_flip", "rotate", "rotate90", "transpose"])
@pytest.mark.parametrize("word", ["angle", "compass"])
def test_a_direction_turns_as_a_drawn_arrow_does(name, word):
    """The arrow's two ends are moved by the matrix the plan itself draws."""
    pytest.importorskip("tamesu.augmentations.table").AUGMENTATIONS.get(name) or pytest.skip(f"{name} is not in the table")
    plan = make_plan([(name, {})], size_px=50, fit="crop")
    count = 200
    drawn = plan.draw(1, sample_keys([str(i) for i in range(count)]), np.full((count, 2), 50), np.zeros((count, 3)))
    labels = np.random.default_rng(0).uniform(0, 360, count)
    moved = move_labels({"to": labels}, {"to": "value"}, {name: {"to": LabelMove(angle=word)}}, drawn.turns)["to"]
    assert ((moved >= 0) & (moved < 360)).all()
    changed = 0
    for i in range(count):
        angle = np.deg2rad(labels[i] if word == "angle" else 90 - labels[i])
        ends = move_points(drawn.forward[i], [[25, 25], [25 + 10 * np.cos(angle), 25 - 10 * np.sin(angle)]])
        seen = np.rad2deg(np.arctan2(-(ends[1, 1] - ends[0, 1]), ends[1, 0] - ends[0, 0]))
        seen = seen if word == "angle" else 90 - seen
        assert np.cos(np.deg2rad(seen - moved[i])) > 1 - 1e-6
        changed += abs(moved[i] - labels[i]) > 1e-6
    assert changed > 20


def test_a_range_of_directions_is_kept():
    turns, moves = [turn("rotate", [30.0])], {"rotate": {"to": LabelMove(angle="angle")}}
    assert move_labels({"to": np.array([170.0])}, {"to": "value"}, moves, turns, lows={"to": -180.0})["to"] == [-160.0]
    assert move_labels({"to": np.array([350.0])}, {"to": "value"}, moves, turns)["to"] == pytest.approx([20.0])


@given(
    st.permutations(range(4)),
    st.lists(st.tuples(st.sampled_from(["horizontal_flip", "rotate90", "rotate"]), st.integers(0, 3)), max_size=5),
)
@settings(max_examples=60, deadline=None)
def test_back_undoes_any_chain(order, chain):
    moves = {
        "horizontal_flip": {
            "a": LabelMove(permutation=tuple(order)),
            "b": LabelMove(permutation=tuple(order)),
            "c": LabelMove(trades_with="d", negate=True),
            "d": LabelMove(trades_with="c"),
            "to": LabelMove(angle="angle"),
        },
        "rotate90": {"a": LabelMove(quarter=tuple(order)), "to": LabelMove(angle="angle")},
        "rotate": {"to": LabelMove(angle="compass")},
    }
    rng = np.random.default_rng(0)
    values = {
        "a": np.array([0, 1, 2, 3]),
        "b": rng.uniform(size=(4, 4)),
        "c": rng.uniform(size=4),
        "d": rng.uniform(size=4),
        "to": rng.uniform(0, 360, 4),
    }
    layouts = {"a": "codes", "b": "columns", "c": "value", "d": "value", "to": "value"}
    turns = [turn(name, [amount] * 3 if name == "rotate90" else [1 + amount] * 3, [0, 1, 3]) for name, amount in chain]
    there = move_labels(values, layouts, moves, turns)
    back = move_labels(there, layouts, moves, turns, back=True)
    for name in ("a", "b", "c", "d"):
        assert np.array_equal(back[name], values[name]), name
    assert np.allclose(np.cos(np.deg2rad(back["to"] - values["to"])), 1.0)


def test_reorder_of_probs_follows_the_codes():
    order = np.array([2, 0, 1])
    codes = np.array([0, 1, 2])
    probs = np.eye(3)[codes] * 0.8 + 0.05
    assert (reorder(probs, order, "columns", False).argmax(axis=1) == reorder(codes, order, "codes", False)).all()
    assert (reorder(reorder(probs, order, "columns", False), order, "columns", True) == probs).all()


def test_every_kind_of_the_design_has_a_layout():
    assert {"class", "multilabel", "soft", "value", "ordinal", "identity", "mask", "map", "points"} == set(LAYOUTS)
