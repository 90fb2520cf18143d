"""Frames and the matrices between them: crops, fits, and what moves points and boxes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tamesu.augmentations.part import Array, Fit


def crop_matrices(boxes: Array, sizes: Array) -> Array:
    """Matrices that make each box the whole of a new frame.

    Args:
        boxes: x0, y0, x1, y1 in the current frame, shape (batch, 4); a box may reach beyond the frame.
        sizes: height and width of the new frames, shape (batch, 2).

    Returns:
        Shape (batch, 3, 3).

    Examples:
        >>> crop_matrices(np.array([[10.0, 0.0, 30.0, 20.0]]), np.array([[40.0, 40.0]]))[0].tolist()
        [[2.0, 0.0, -20.0], [0.0, 2.0, 0.0], [0.0, 0.0, 1.0]]
    """
    matrices = np.zeros((len(boxes), 3, 3))
    scale = sizes[:, ::-1] / (boxes[:, 2:] - boxes[:, :2])
    matrices[:, 0, 0], matrices[:, 1, 1], matrices[:, 2, 2] = scale[:, 0], scale[:, 1], 1.0
    matrices[:, :2, 2] = -boxes[:, :2] * scale + 0.0
    return matrices


def whole(sizes: Array) -> Array:
    """Boxes (x0, y0, x1, y1) that hold the whole of each frame, shape (batch, 4)."""
    boxes = np.zeros((len(sizes), 4))
    boxes[:, 2:] = sizes[:, ::-1]
    return boxes


def partial_crop(boxes: Array, new_sizes: Array, sizes: Array, strength: float) -> tuple[Array, Array]:
    """A crop carried out to a share: the edges move from the frame's own (0) to the box's (1), and so does the size.

    Args:
        boxes: x0, y0, x1, y1 in the current frame, shape (batch, 4).
        new_sizes: height and width the box gets at strength 1, shape (batch, 2).
        sizes: height and width of the current frames, shape (batch, 2).
        strength: from 0 (matrices are the identity, sizes stay) to 1.

    Returns:
        Matrices, shape (batch, 3, 3), and the new frames' sizes, shape (batch, 2).
    """
    if strength < 1.0:
        boxes = (1.0 - strength) * whole(sizes) + strength * boxes
        new_sizes = (1.0 - strength) * sizes + strength * new_sizes
    return crop_matrices(boxes, new_sizes), new_sizes


def fit_boxes(fit: Fit, sizes: Array) -> Array:
    """The part of each frame that becomes the square input.

    Args:
        fit: `crop` the middle square, `stretch` the whole, or `pad` to the square around it.
        sizes: height and width of the frames, shape (batch, 2).

    Returns:
        x0, y0, x1, y1, shape (batch, 4). Where the margins are uneven, the left or upper one is a pixel narrower, so that
        an image of whole pixels is cut between pixels.
    """
    boxes = whole(sizes)
    if fit == "stretch":
        return boxes
    side = sizes.min(axis=1, keepdims=True) if fit == "crop" else sizes.max(axis=1, keepdims=True)
    boxes[:, :2] = np.trunc((sizes[:, ::-1] - side) / 2)
    boxes[:, 2:] = boxes[:, :2] + side
    return boxes


def pixel_centres(inverse: Array) -> Array:
    """Matrices for OpenCV, whose coordinate 0 is the middle of the first pixel and not its edge.

    Args:
        inverse: matrices in continuous coordinates, shape (batch, 3, 3).

    Returns:
        The same mappings between pixel indices, shape (batch, 3, 3).
    """
    return np.asarray(TO_INDEX @ inverse @ TO_EDGE)


TO_EDGE = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]])
TO_INDEX = np.array([[1.0, 0.0, -0.5], [0.0, 1.0, -0.5], [0.0, 0.0, 1.0]])


def move_points(matrix: Array, points: ArrayLike) -> Array:
    """Points after an augmentation.

    Args:
        matrix: shape (3, 3), e.g. `drawn.forward[i]`.
        points: x, y in continuous coordinates (a pixel's middle is its index + 0.5), shape (points, 2).

    Returns:
        float64, shape (points, 2); points that left the picture are not removed.

    Examples:
        >>> flip = np.array([[-1.0, 0.0, 100.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
        >>> move_points(flip, [[10.0, 20.0]]).tolist()
        [[90.0, 20.0]]
    """
    given = np.asarray(points, np.float64).reshape(-1, 2)
    moved = given @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(moved[:, :2] / moved[:, 2:])


def move_boxes(matrix: Array, boxes: ArrayLike) -> Array:
    """The upright boxes around moved boxes.

    Args:
        matrix: shape (3, 3), e.g. `drawn.forward[i]`.
        boxes: x0, y0, x1, y1 in continuous coordinates, shape (boxes, 4).

    Returns:
        float64, shape (boxes, 4), each the smallest upright box that holds the four moved corners; not clipped.

    Examples:
        >>> turn = np.array([[0.0, -1.0, 50.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
        >>> move_boxes(turn, [[0.0, 0.0, 10.0, 20.0]]).tolist()
        [[30.0, 0.0, 50.0, 10.0]]
    """
    given = np.asarray(boxes, np.float64).reshape(-1, 4)
    corners = move_points(matrix, given[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 2)).reshape(-1, 4, 2)
    return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)
