"""Plans: composition, streams of their own, faults."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tamesu.augmentations.frames import crop_matrices, fit_boxes, move_points
from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.random import counters, make_key, sample_keys, uniforms_at
from tamesu.augmentations.table import AUGMENTATIONS
from tamesu.errors import InputError
from tamesu.testing.augmentations import make_spot, spot_centre

FULL = [
    ("random_resized_crop", {"scale": [0.4, 1.0]}),
    ("horizontal_flip", {}),
    ("rotate", {"degrees": 25.0, "p": 0.7}),
    ("color_jitter", {"p": 0.8}),
    ("vertical_flip", {"p": 0.3}),
    ("color_jitter", {"hue": 0.3}),
]
KEYS = sample_keys([f"image {i}" for i in range(40)])
SIZES = np.random.default_rng(0).integers(30, 300, (40, 2))
MEANS = np.random.default_rng(1).uniform(0, 255, (40, 3))


def colours_of(drawn):
    """The colour matrix of each sample, the identity where there is none."""
    return np.stack([steps[0][0].matrices[steps[0][1]] if steps else np.eye(3, 4) for steps in drawn.steps])


@given(st.lists(st.integers(0, 39), min_size=1, max_size=9), st.integers(0, 2**64 - 1))
@settings(max_examples=40, deadline=None)
def test_a_draw_does_not_depend_on_the_batch(rows, key):
    plan = make_plan(FULL, size_px=64, fit="crop")
    everything = plan.draw(key, KEYS, SIZES, MEANS)
    some = plan.draw(key, KEYS[rows], SIZES[rows], MEANS[rows])
    assert (some.forward == everything.forward[rows]).all()
    assert (some.sampling.inverse == everything.sampling.inverse[rows]).all()
    assert (colours_of(some) == colours_of(everything)[rows]).all()
    assert some.sampling.ways == [everything.sampling.ways[row] for row in rows]
    assert (some.sampling.reading == everything.sampling.reading[rows]).all()


def test_another_key_is_another_draw():
    plan = make_plan(FULL, size_px=64, fit="crop")
    first, second = (plan.draw(make_key("epoch", epoch), KEYS, SIZES, MEANS) for epoch in (0, 1))
    assert (first.forward != second.forward).any(axis=(1, 2)).mean() > 0.9
    assert (plan.draw(make_key("epoch", 0), KEYS, SIZES, MEANS).forward == first.forward).all()


@pytest.mark.parametrize("fit", ["crop", "stretch", "pad"])
def test_the_parts_compose_in_order_and_the_fit_closes(fit):
    """Each part by itself, applied to points one after another, with its stream written out by hand."""
    parts = [
        ("rotate", {"degrees": 40.0}),
        ("center_crop", {"share": 0.7}),
        ("rotate", {"degrees": 10.0}),
        ("vertical_flip", {}),
    ]
    drawn = make_plan(parts, size_px=64, fit=fit).draw(9, KEYS[:5], SIZES[:5], MEANS[:5])
    points = np.array([[0.0, 0.0], [10.0, 20.0], [25.0, 3.0]])
    for i in range(5):
        moved, frame = points, SIZES[i : i + 1].astype(float)
        for (name, options), nth in zip(parts, (0, 0, 1, 0), strict=True):
            part = AUGMENTATIONS.build(name, options)
            gate = uniforms_at(9, KEYS[i : i + 1], counters(make_key("gate", name, nth), 1))[0, 0]
            if gate >= part.p:
                continue
            u = uniforms_at(9, KEYS[i : i + 1], counters(make_key("augmentation", name, nth), part.draws))
            matrices, frame = part.matrices(u, frame, 64)
            moved = move_points(matrices[0], moved)
        moved = move_points(crop_matrices(fit_boxes(fit, frame), np.full((1, 2), 64.0))[0], moved)
        assert np.allclose(move_points(drawn.forward[i], points), moved, atol=1e-5)


def test_a_new_part_leaves_the_draws_of_the_others():
    short = make_plan([("horizontal_flip", {}), ("rotate", {})], size_px=64, fit="crop")
    long = make_plan(
        [("vertical_flip", {"p": 0.0}), ("horizontal_flip", {}), ("color_jitter", {}), ("rotate", {}), ("rotate", {"p": 0.0})],
        size_px=64,
        fit="crop",
    )
    assert (short.draw(3, KEYS, SIZES, MEANS).forward == long.draw(3, KEYS, SIZES, MEANS).forward).all()


def test_equal_parts_draw_apart():
    twice = make_plan([("rotate", {"degrees": 45.0})] * 2, size_px=64, fit="crop")
    forward = twice.draw(0, KEYS, np.full((40, 2), 64), MEANS).forward
    angles = np.arctan2(forward[:, 0, 1], forward[:, 0, 0])
    once = make_plan([("rotate", {"degrees": 45.0})], size_px=64, fit="crop").draw(0, KEYS, np.full((40, 2), 64), MEANS).forward
    assert not np.allclose(angles, 2 * np.arctan2(once[:, 0, 1], once[:, 0, 0]), atol=0.1)


def test_a_spot_stays_under_its_point_through_the_whole_plan():
    plan = make_plan(FULL[:3] + FULL[4:5], size_px=64, fit="crop")
    rng = np.random.default_rng(2)
    seen = 0
    for key in range(150):
        height, width = rng.integers(60, 400, 2)
        radius, edge = 0.05 * min(height, width), 0.25 * min(height, width)
        x, y = rng.uniform(edge, width - edge), rng.uniform(edge, height - edge)
        image = np.repeat(make_spot(height, width, x, y, radius)[:, :, None], 3, axis=2)
        drawn = plan.draw(key, KEYS[:1], np.array([[height, width]]), MEANS[:1])
        moved = move_points(drawn.forward[0], [[x, y]])[0]
        if not (moved.min() > 9 and moved.max() < 55):
            continue
        seen += 1
        out = np.empty((64, 64, 3), np.uint8)
        plan.apply(image, drawn, 0, out)
        assert np.abs(spot_centre(out[:, :, 0], moved, 9) - moved).max() < 1.0
    assert seen > 60


def test_no_colour_part_no_colours():
    assert not any(make_plan(FULL[:3], size_px=64, fit="crop").draw(0, KEYS, SIZES, MEANS).steps)
    gated = make_plan([("color_jitter", {"p": 0.5})], size_px=64, fit="crop").draw(0, KEYS, SIZES, MEANS)
    assert 5 < sum(len(steps) for steps in gated.steps) < 35


def test_zoom_is_the_product():
    plan = make_plan(
        [("center_crop", {"share": 0.5}), ("random_crop", {"share": 0.8}), ("color_jitter", {})], size_px=64, fit="crop"
    )
    assert plan.zoom == pytest.approx(2.5)
    assert make_plan([], size_px=64, fit="crop").zoom == 1.0


def test_every_fault_at_once():
    with pytest.raises(InputError) as caught:
        make_plan([("rotat", {}), ("rotate", {"degrees": -1}), ("color_jitter", {"hues": 1})], size_px=64, fit="crop")
    assert caught.value.codes == ("CONFIG_UNKNOWN_PART", "CONFIG_RANGE", "CONFIG_UNKNOWN_OPTION")
    assert [fault.where.key for fault in caught.value.faults] == [
        "augmentations.0.rotat",
        "augmentations.1.rotate.degrees",
        "augmentations.2.color_jitter.hues",
    ]


def test_colours_around_a_pixel_part_of_other_samples_are_still_one_matrix():
    """Painting rounds; so what is painted, and when, hangs on the sample's own parts alone."""
    parts = [
        ("brightness", {"amount": 0.5}),
        ("posterize", {"bits": 3, "p": 0.5, "fixed": True}),
        ("contrast", {"amount": 0.5}),
    ]
    plan = make_plan(parts, size_px=8, fit="stretch")
    image = np.random.default_rng(5).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    size, mean = np.array([[8, 8]]), image.reshape(-1, 3).mean(axis=0)[None]
    together = plan.draw(1, KEYS, size.repeat(40, 0), mean.repeat(40, 0))
    lengths = set()
    for row in range(40):
        one, other = np.empty((2, 8, 8, 3), np.uint8)
        plan.apply(image, together, row, one)
        plan.apply(image, plan.draw(1, KEYS[row : row + 1], size, mean), 0, other)
        assert (one == other).all()
        lengths.add(len(together.steps[row]))
    # One matrix, or a matrix on either side of the fewer values.
    assert lengths == {1, 3}
