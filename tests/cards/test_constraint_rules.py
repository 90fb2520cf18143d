from __future__ import annotations

import numpy as np
import pytest
from tests.cards.facts import KIND, learn
from tests.cards.test_head_rules import SEG, SIZE, TWO, said, value

from tamesu.cards.constraint_rules import RULES
from tamesu.cards.learning import Judged, Learning


def judge(name: str, facts: Learning) -> Judged:
    """A card's judgement, whose ideas the recipe takes."""
    judged = RULES[name](facts)
    for change in judged.ideas.values():
        facts.recipe.vary(change)
    return judged


@pytest.mark.parametrize(
    ("values", "bounds"),
    [
        (np.linspace(0, 1, 11), (0.0, 1.0)),
        (np.linspace(3, 98, 20), (0.0, 100.0)),
        (np.linspace(-0.95, 0.9, 20), (-1.0, 1.0)),
        (np.linspace(20, 40, 20), None),
        (np.linspace(-5, 2000, 20), None),
    ],
)
def test_values_within_bounds_of_people_may_be_a_rule(values: np.ndarray, bounds: tuple[float, float] | None) -> None:
    judged = judge("box", learn(value("y", "y"), {"y": values.tolist()}))
    if bounds is None:
        assert judged.suits is False and judged.ideas == {}
    else:
        low, high = bounds
        assert judged.ideas == {"box_y": {"heads.y.constraint": {"box": {"low": low, "high": high}}}}


def test_a_circle_is_told_from_a_square_and_from_a_cloud() -> None:
    rng = np.random.default_rng(0)
    square, cloud = rng.uniform(-1, 1, (400, 2)), rng.normal(0, 0.3, (400, 2))
    circle = square[np.hypot(*square.T) <= 1]
    for points, found in ((circle, True), (square, False), (cloud, False)):
        judged = judge("disc", learn(value("xy", "x", "y"), {"x": points[:, 0].tolist(), "y": points[:, 1].tolist()}))
        assert bool(judged.ideas) == found
        if found:
            assert judged.ideas["disc_xy"]["heads.xy.constraint"] == {"disc": {"radius": 1.0}}


def test_columns_that_add_up_are_shares() -> None:
    shares = np.random.default_rng(0).dirichlet([1, 1, 1], 30) * 100
    cells = {name: shares[:, place].round(4).tolist() for place, name in enumerate("abc")}
    judged = judge("simplex", learn(value("y", "a", "b", "c"), cells))
    assert judged.ideas == {"simplex_y": {"heads.y.constraint": {"simplex": {"total": 100.0}}}}
    cells["c"] = (shares[:, 2] + 5 * np.arange(30)).tolist()
    assert judge("simplex", learn(value("y", "a", "b", "c"), cells)).suits is False


def test_a_whole_turn_is_an_angle_by_name_and_range() -> None:
    turns = np.linspace(0, 355, 40).tolist()
    assert judge("angle", learn(value("heading", "heading"), {"heading": turns})).ideas == {
        "angle_heading": {"heads.heading.constraint": {"angle": {"low": 0}}}
    }
    signed = {"方位": (np.array(turns) - 180).tolist()}
    assert judge("angle", learn(value("方位", "方位"), signed)).ideas["angle_方位"] == {
        "heads.方位.constraint": {"angle": {"low": -180}}
    }
    assert judge("angle", learn(value("price", "price"), {"price": turns})).suits is False
    assert judge("angle", learn(value("angle", "angle"), {"angle": [1, 2, 10]})).suits is False


def test_a_law_without_its_fields_is_dropped_with_the_reason() -> None:
    cells = TWO | {"id": [1, 2, 3], "inflow": [0.5, 0.1, 7.0], "outflow": [1.5, 0.25, 3.0], "place": list("xyz")}
    heads = {"kind": {"loss": "cross_entropy"}, "size": {"loss": "mse"}}
    there = judge("conservation", learn(KIND | SIZE, cells, heads))
    assert "heads 'size'; columns 'inflow', 'outflow'" in said(there) and there.suits is None
    bare = judge("conservation", learn(KIND | SIZE, TWO | {"id": [1, 2, 3]}, heads))
    assert bare.suits is False and "dropped here" in said(bare) and "1 value heads and 0 spare" in said(bare)
    law = {"penalties": [{"conservation": {"expression": "size**2"}}]}
    assert judge("conservation", learn(KIND | SIZE, cells, heads, **law)).used


def test_few_events_among_many_places_are_a_rule() -> None:
    columns = [f"hour{hour}" for hour in range(12)]
    targets = {"onset": {"kind": "multilabel", "columns": columns}}
    marks = np.zeros((20, 12), int)
    marks[np.arange(20), np.arange(20) % 12] = 1
    marks[3, 7] = 1
    heads = {"onset": {"loss": "bce"}}
    cells = {name: marks[:, place].tolist() for place, name in enumerate(columns)}
    judged = judge("at_most", learn(targets, cells, heads))
    assert "no row of 'onset' has more than 2 of its 12 labels" in said(judged)
    assert judged.ideas == {"at_most_onset": {"heads.onset.constraint": {"at_most": {"n": 2}}}}
    cells = {name: [1] * 20 for name in columns}
    assert judge("at_most", learn(targets, cells, heads)).suits is False
    assert judge("at_most", learn(KIND)).suits is False


def test_maps_may_be_smoothed_where_the_picture_is() -> None:
    depth = {"depth": {"kind": "map", "mask": "{id}.png"}}
    heads = {"kind": {"loss": "cross_entropy"}, "depth": {"loss": "smooth_l1"}}
    judged = judge("edge_smoothness", learn(KIND | depth, heads=heads))
    assert judged.ideas == {"smooth_depth": {"penalties+": {"edge_smoothness": {"of": "depth", "weight": 0.1}}}}
    assert judge("edge_smoothness", learn(KIND)).suits is False
    used = learn(KIND | depth, heads=heads, penalties=[{"edge_smoothness": {"of": "depth"}}])
    assert judge("edge_smoothness", used).used


@pytest.mark.parametrize("name", RULES)
def test_every_rule_speaks_of_the_barest_competition(name: str) -> None:
    for facts in (learn(KIND), learn(value("y", "y")), learn(SEG | KIND, heads={"seg": {"loss": "dice"}})):
        judged = judge(name, facts)
        assert all(reason.en and reason.ja for reason in judged.reasons)
