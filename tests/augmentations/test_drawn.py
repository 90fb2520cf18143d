"""What was drawn moves pixels, masks, points and boxes alike, with every kind of geometry composed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from tests.pictures import make_image

from tamesu.augmentations.drawn import count_todo, net_of_points
from tamesu.augmentations.frames import move_points
from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.random import sample_keys
from tamesu.augmentations.sampling import WARP
from tamesu.errors import InputError

SIZE_PX = 96
DRAWS = 1000
COMPOSED = [
    ("rotate", {"degrees": 180}),
    ("shear", {"x_degrees": 20, "y_degrees": 20}),
    ("scale", {"factors": [0.7, 1.4]}),
    ("translate", {"share": 0.15}),
    ("perspective", {"distortion": 0.3, "p": 0.7}),
    ("random_resized_crop", {"scale": [0.3, 1.0]}),
    ("horizontal_flip", {}),
    ("vertical_flip", {}),
    ("transpose", {}),
    ("rotate90", {}),
    ("elastic", {"p": 0.7, "amplitude": 0.25}),
    ("grid_distortion", {"p": 0.3}),
]
SHAPES = [(160, 120), (120, 160), (140, 140), (300, 220)]


def draw_many(parts, count, fit="crop", key=1, smaller=1):
    sizes = np.array([SHAPES[i % len(SHAPES)] for i in range(count)]) // smaller
    plan = make_plan(parts, size_px=SIZE_PX, fit=fit)
    return plan, plan.draw(key, sample_keys([str(i) for i in range(count)]), sizes, np.full((count, 3), 40.0)), sizes


def make_cross(height, width, x, y, arm):
    """A white cross on black whose arms, two pixels wide, meet at a point between pixels."""
    mask = np.zeros((height, width), np.uint8)
    mask[y - 1 : y + 1, x - arm : x + arm] = 255
    mask[y - arm : y + arm, x - 1 : x + 1] = 255
    return mask


def weigh_around(picture, near, reach):
    """The centre of brightness within `reach` of a point, as x and y."""
    places = np.arange(SIZE_PX) + 0.5
    close = np.outer(np.abs(places - near[1]) <= reach, np.abs(places - near[0]) <= reach)
    values = np.where(close, picture, 0).astype(float)
    return np.array([values.sum(axis=0) @ places, values.sum(axis=1) @ places]) / values.sum()


def test_a_cross_stays_under_its_point_in_1000_draws_of_composed_geometry():
    plan, drawn, sizes = draw_many(COMPOSED, DRAWS)
    rng = np.random.default_rng(0)
    arm, seen, out = 4, 0, np.empty((SIZE_PX, SIZE_PX, 3), np.uint8)
    for i, (height, width) in enumerate(sizes):
        # Away from the edges, so that no reflection of the cross comes near.
        x, y = rng.integers([width // 4, height // 4], [3 * width // 4, 3 * height // 4])
        net = np.array([[x, y], [x - arm, y], [x + arm, y], [x, y - arm], [x, y + arm]], float)
        moved = drawn.move_points(i, net)
        reach = np.abs(moved[1:] - moved[0]).max() + 2
        if not (reach < moved[0].min() and moved[0].max() < SIZE_PX - reach):
            continue
        seen += 1
        mask = make_cross(height, width, x, y, arm)
        plan.apply(np.repeat(mask[:, :, None], 3, axis=2), drawn, i, out)
        found = weigh_around(out[:, :, 0], moved[0], reach)
        assert np.abs(found - moved[0]).max() < 1.0, f"draw {i}: the cross is at {found}, its point at {moved[0]}"
    assert seen > DRAWS / 2


def test_masks_are_read_where_points_come_from_in_1000_draws():
    _, drawn, sizes = draw_many(COMPOSED, DRAWS, "pad")
    middles = net_of_middles(SIZE_PX).reshape(SIZE_PX, SIZE_PX, 2)[::4, ::4].reshape(-1, 2)
    for i, (height, width) in enumerate(sizes):
        # Each pixel's value says where it is; whatever arrives is the pixel in which the place lies.
        where = np.arange(height * width, dtype=np.float32).reshape(height, width)
        found = drawn.move_mask(i, where, outside=-1)[::4, ::4].ravel().astype(np.int64)
        read_at = drawn.move_points_back(i, middles)
        beyond = np.maximum(-read_at, read_at - [width, height]).max(axis=1)
        pixel = np.stack([found % width, found // width], axis=1) + 0.5
        assert np.abs(pixel - read_at)[beyond < -0.02].max(initial=0.0) < 0.5 + 0.02, f"draw {i}"
        assert (found[beyond > 0.02] == -1).all(), f"draw {i}"


def net_of_middles(side):
    """The middles of the pixels of a square picture, row by row, shape (side x side, 2)."""
    y, x = np.mgrid[:side, :side] + 0.5
    return np.stack([x.ravel(), y.ravel()], axis=1)


def test_points_come_back():
    _, drawn, sizes = draw_many(COMPOSED, 300)
    rng = np.random.default_rng(0)
    for i, (height, width) in enumerate(sizes):
        points = rng.random((5, 2)) * [width, height]
        assert np.abs(drawn.move_points_back(i, drawn.move_points(i, points)) - points).max() < 1e-4


def test_points_are_a_matrix_where_nothing_bends():
    _, drawn, _ = draw_many(COMPOSED[:10], 20)
    for i in range(20):
        points = np.random.default_rng(i).random((6, 2)) * 100
        homogeneous = np.concatenate([points, np.ones((6, 1))], axis=1) @ drawn.forward[i].T
        assert np.allclose(drawn.move_points(i, points), homogeneous[:, :2] / homogeneous[:, 2:])


def test_pixels_are_read_where_points_come_from():
    """Each pixel of the input against OpenCV's own reading of the image at the place that `move_points_back` names."""
    plan, drawn, sizes = draw_many(COMPOSED, 40, smaller=3)
    middles = net_of_middles(SIZE_PX)
    compared = 0
    for i, (height, width) in enumerate(sizes):
        image, out = make_image(height, width, i), np.empty((SIZE_PX, SIZE_PX, 3), np.uint8)
        plan.apply(image, drawn, i, out)
        read_at = (drawn.move_points_back(i, middles) - 0.5).astype(np.float32).reshape(SIZE_PX, SIZE_PX, 2)
        expected = cv2.remap(image, read_at[:, :, 0], read_at[:, :, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        # Where the image is averaged on the way, the outcome is smoother on purpose.
        if drawn.sampling.ways[i] == WARP:
            compared += 1
            assert np.abs(out.astype(int) - expected).max() <= 4
    assert compared > 15


@pytest.mark.parametrize("parts", [COMPOSED, [*COMPOSED, ("grid_shuffle", {"p": 1.0})]])
def test_boxes_hold_all_their_points(parts):
    _, drawn, sizes = draw_many(parts, 60)
    rng = np.random.default_rng(3)
    for i, (height, width) in enumerate(sizes):
        low = rng.random((3, 2)) * [width / 2, height / 2]
        boxes = np.concatenate([low, low + rng.random((3, 2)) * [width / 2, height / 2]], axis=1)
        found = drawn.move_boxes(i, boxes)
        for box, around in zip(boxes, found, strict=True):
            inside = drawn.move_points(i, box[:2] + rng.random((300, 2)) * (box[2:] - box[:2]))
            # Between the points of the net that stands for a box, an edge can bulge by a little, and a tile's edge lie.
            slack = 0.3 if len(parts) == len(COMPOSED) else 0.5 + (around[2:] - around[:2]).max() / 16
            assert (inside > around[:2] - slack).all() and (inside < around[2:] + slack).all()
            if len(parts) == len(COMPOSED):
                edge = drawn.move_points(i, net_of_points(*box))
                assert np.allclose(around, [*edge.min(axis=0), *edge.max(axis=0)], atol=1e-6)


def test_no_boxes_are_no_boxes():
    for parts in (COMPOSED, COMPOSED[:4], [("grid_shuffle", {"p": 1.0})]):
        assert draw_many(parts, 2)[1].move_boxes(0, np.empty((0, 4))).shape == (0, 4)


def test_net_of_points_has_edges_and_inside():
    whole, edge = net_of_points(1, 2, 5, 10), net_of_points(1, 2, 5, 10, inside=False)
    assert len(whole) == 33**2 and len(edge) == 4 * 32
    on_edge = np.isclose(whole[:, 0], 1) | np.isclose(whole[:, 0], 5) | np.isclose(whole[:, 1], 2) | np.isclose(whole[:, 1], 10)
    assert {tuple(point) for point in edge.tolist()} == {tuple(point) for point in whole[on_edge].tolist()}


def test_coarse_masks_are_the_fine_one_seen_coarsely():
    _, drawn, sizes = draw_many(COMPOSED, 30)
    for i, (height, width) in enumerate(sizes):
        mask = np.zeros((height, width), np.uint8)
        mask[height // 4 : height // 2, width // 4 : width // 2] = 1
        fine, coarse = drawn.move_mask(i, mask), drawn.move_mask(i, mask, SIZE_PX // 4)
        shares = fine.reshape(SIZE_PX // 4, 4, SIZE_PX // 4, 4).mean(axis=(1, 3))
        sure = (shares == 0) | (shares == 1)
        # A thin sliver between the read places of the fine mask may be met by a coarse one.
        assert (coarse == shares)[sure].mean() > 0.995


def test_a_mask_of_another_size_is_refused():
    _, drawn, _ = draw_many(COMPOSED, 1)
    with pytest.raises(InputError) as caught:
        drawn.move_mask(0, np.zeros((20, 30), np.uint8))
    assert caught.value.faults[0].code == "AUGMENT_MASK_SIZE"


def test_turns_name_rows_and_amounts():
    _, drawn, _ = draw_many(COMPOSED, 50)
    names = [turn.symmetry for turn in drawn.turns]
    assert names == ["rotate", "horizontal_flip", "vertical_flip", "transpose", "rotate90"]
    assert all(len(turn.rows) == len(turn.amounts) for turn in drawn.turns)


def test_displacements_add_up():
    image = make_image(SIZE_PX, SIZE_PX)
    two = [("elastic", {"p": 1.0}), ("grid_distortion", {"p": 1.0})]
    plan = make_plan(two, size_px=SIZE_PX, fit="crop")
    drawn = plan.draw(5, sample_keys(["a"]), np.array([image.shape[:2]]), np.zeros((1, 3)))
    alone = [field.at_pixels(number, SIZE_PX) for field, number in drawn.warps[0]]
    assert len(alone) == 2 and np.allclose(drawn.displacement(0), alone[0] + alone[1])
    place = np.array([[30.0, 40.0]])
    shift = sum(field.at_points(number, place, SIZE_PX) for field, number in drawn.warps[0])
    back = move_points(np.linalg.inv(drawn.forward[0]), place + shift)
    assert np.allclose(drawn.move_points_back(0, place), back)


def test_count_todo_by_hand():
    todo = count_todo(3, [("a", np.array([0, 2])), ("b", np.array([2]))])
    assert todo == [[("a", 0)], [], [("a", 1), ("b", 0)]]
