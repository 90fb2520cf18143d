"""The contract of augmentations: what every entry of the table, and every plugin, must keep.

In a test:

    @pytest.mark.parametrize("name", sorted(AUGMENTATIONS))
    class TestEveryAugmentation(AugmentationContract): ...
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from tamesu.augmentations.drawn import Drawn, net_of_points
from tamesu.augmentations.frames import move_points
from tamesu.augmentations.plan import Plan
from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.random import make_key, sample_keys, uniforms
from tamesu.augmentations.table import AUGMENTATIONS

SIZE_PX = 64
SPOTS = 90
MOVING = ("geometry", "distortion", "tiles")
KINDS = ("geometry", "distortion", "tiles", "colour", "pixels", "mixing", "policy")
HEIGHTS_WIDTHS = ((64, 64), (64, 91), (130, 64), (75, 113), (33, 47), (200, 150))


class AugmentationContract:
    """Test methods over one part by name; they need no pytest, and fail by AssertionError.

    Attributes:
        options: options to test a part with, by name, where its defaults are not enough or some have none.
    """

    options: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "copy_paste": {"target": "object"},
        "one_of": {"of": ["rotate", [{"color_jitter": {"p": 0.5}}, "horizontal_flip"]]},
        "background_swap": {"target": "object"},
        "paste_object": {"objects": "objects"},
        "torchvision": {"transform": "ColorJitter", "brightness": 0.4, "hue": 0.2},
        "albumentations": {"transform": "RandomSunFlare", "src_radius": 40},
    }

    def broken(self, name: str) -> list[str]:
        """The rules that a part breaks, one line each; empty when it keeps them all.

        Args:
            name: an entry of AUGMENTATIONS.
        """
        lines = []
        for rule in sorted(rule for rule in dir(self) if rule.startswith("test_")):
            try:
                getattr(self, rule)(name)
            except AssertionError as error:
                lines.append(f"{rule.removeprefix('test_')}: {error}")
            # A part of the user's can fail in any way; that breaks the rule too.
            except Exception as error:
                lines.append(f"{rule.removeprefix('test_')}: {type(error).__name__}: {error}")
        return lines

    def part(self, name: str, **changes: Any) -> Any:
        """The part itself, with the options under test and `changes` to them."""
        return AUGMENTATIONS.build(name, {**self.options.get(name, {}), **changes})

    def plan(self, name: str, **changes: Any) -> Plan:
        """A plan of the part alone."""
        return make_plan([(name, {**self.options.get(name, {}), **changes})], size_px=SIZE_PX, fit="crop")

    def test_says_what_it_is(self, name: str) -> None:
        """Kind, draws, symmetry, labels, strength and zoom are declared and make sense."""
        part = self.part(name)
        assert part.kind in KINDS, f"kind is {part.kind!r}"
        assert isinstance(part.draws, int) and part.draws >= 0, f"draws is {part.draws!r}"
        assert part.symmetry is None or isinstance(part.symmetry, str), f"symmetry is {part.symmetry!r}"
        assert isinstance(part.may_change_labels, bool), f"may_change_labels is {part.may_change_labels!r}"
        assert part.symmetry is None or part.may_change_labels, "a flip or turn can change labels, and must say so"
        assert part.strength == 1.0, f"strength is {part.strength!r} by default and must be 1"
        assert part.zoom >= 1.0, f"zoom is {part.zoom!r}, below 1"

    def test_identity_at_strength_0(self, name: str) -> None:
        """At strength 0 nothing moves, no colour changes, and the input is that of a plan without the part."""
        part, images = self.part(name, strength=0.0), make_images()
        numbers = uniforms(3, make_samples(), part.draws)
        if part.kind == "geometry" and part.chance > 0:
            matrices, sizes = part.matrices(numbers, make_sizes(), SIZE_PX)
            assert np.allclose(matrices, np.eye(3), atol=1e-9), "points move"
            assert np.allclose(sizes, make_sizes()), "the frame changes its size"
        if part.kind == "colour" and part.chance > 0:
            assert np.allclose(part.colours(numbers, make_means(images)), np.eye(3, 4), atol=1e-9), "colours change"
        without = apply_all(make_plan([], size_px=SIZE_PX, fit="crop"), 0, images)
        assert (apply_all(self.plan(name, strength=0.0), 0, images) == without).all(), "the input's bytes change"
        assert abs(part.zoom - 1.0) < 1e-9, f"zoom is {part.zoom}"

    def test_same_numbers_same_result(self, name: str) -> None:
        """A function of its arguments: called again it gives the same, and it does not write into them."""
        part, means, sizes = self.part(name), make_means(make_images()), make_sizes()
        numbers = uniforms(5, make_samples(), part.draws)
        copies = numbers.copy(), sizes.copy(), means.copy()
        results = [ask(part, numbers, sizes, means) for _ in range(2)]
        assert all((a == b).all() for a, b in zip(*results, strict=True)), "the second call gives something else"
        assert all((a == b).all() for a, b in zip(copies, (numbers, sizes, means), strict=True)), "its arguments were changed"
        batch, shapes = len(HEIGHTS_WIDTHS), [array.shape for array in results[0]]
        expected = {
            "geometry": [(batch, 3, 3), (batch, 2), (batch,)],
            "colour": [(batch, 3, 4)],
            "distortion": [(batch, getattr(part, "nodes", 0), getattr(part, "nodes", 0), 2)],
            "tiles": [(batch, getattr(part, "grid", 0) ** 2)],
        }.get(part.kind, shapes)
        assert shapes == expected, f"shapes are {shapes} and must be {expected}"
        assert all(np.isfinite(array).all() for array in results[0]), "not all numbers are finite"

    def test_sample_does_not_depend_on_its_batch(self, name: str) -> None:
        """What a sample gets is the same alone, and in any batch."""
        plan, images = self.plan(name), make_images()
        together = apply_all(plan, 11, images)
        for i, image in enumerate(images):
            alone = draw(plan, 11, [image], slice(i, i + 1))
            out = np.empty((SIZE_PX, SIZE_PX, 3), np.uint8)
            plan.apply(image, alone, 0, out)
            assert (out == together[i]).all(), f"sample {i} differs when it is drawn alone"

    def test_input_is_whole(self, name: str) -> None:
        """Every byte of the input is written, and the image itself is left as it was."""
        plan, images = self.plan(name), make_images()
        before = [image.copy() for image in images]
        drawn = draw(plan, 13, images)
        for i, image in enumerate(images):
            black, white = (np.full((SIZE_PX, SIZE_PX, 3), value, np.uint8) for value in (0, 255))
            plan.apply(image, drawn, i, black)
            plan.apply(image, drawn, i, white)
            assert (black == white).all(), "some pixels of the input were not written"
        assert all((a == b).all() for a, b in zip(before, images, strict=True)), "the image was written into"

    def test_image_points_boxes_and_masks_move_together(self, name: str) -> None:
        """A drawn spot lies under its moved point within a pixel, in the image and in the mask, and in its moved box."""
        part = self.part(name)
        if part.kind not in MOVING:
            return
        spots = [make_spot_image(turn) for turn in range(SPOTS)]
        plan = self.plan(name)
        drawn = plan.draw(7, spot_samples(), np.array([mask.shape for mask, *_ in spots]), np.full((SPOTS, 3), 20.0))
        seen, out = 0, np.empty((SIZE_PX, SIZE_PX, 3), np.uint8)
        for i, (mask, x, y, radius) in enumerate(spots):
            place = net_of_points(x - radius, y - radius, x + radius, y + radius)
            net = drawn.move_points(i, place)
            moved, reach = drawn.move_points(i, [[x, y]])[0], 3 + float(np.ptp(net, axis=0).max()) / 2
            if not (reach < moved.min() and moved.max() < SIZE_PX - reach) or is_torn(drawn, i, place, net):
                continue
            seen += 1
            plan.apply(np.repeat(mask[:, :, None], 3, axis=2), drawn, i, out)
            box = drawn.move_boxes(i, [[x - radius, y - radius, x + radius, y + radius]])[0]
            # A spot's middle is the middle of its moved disc, which perspective and distortion shift against its moved point.
            disc = net[np.hypot(*(net_of_points(-1, -1, 1, 1)).T) <= 1]
            for what, picture in (("image", out[:, :, 0]), ("mask", drawn.move_mask(i, mask))):
                found = spot_centre(picture, moved, reach)
                assert np.abs(found - moved).max() < 1.0 + np.abs(disc.mean(axis=0) - moved).max(), (
                    f"{what}: the spot is at {found}, its point at {moved}"
                )
                assert (box[:2] < found).all() and (found < box[2:]).all(), f"{what}: the spot left its box"
        assert seen >= 5, "no spot stayed in the picture, so nothing was compared"

    def test_zoom_is_a_bound(self, name: str) -> None:
        """No draw enlarges more than `zoom` says, against the image with its shorter side fitted."""
        plan = self.plan(name)
        sizes = np.array([[64, 64], [200, 100], [90, 300], [50, 49]] * 64)
        drawn = plan.draw(17, sample_keys([str(i) for i in range(len(sizes))]), sizes, np.full((len(sizes), 3), 120.0))
        largest = float((largest_stretch(drawn.forward, sizes) * sizes.min(axis=1) / SIZE_PX).max())
        assert largest <= plan.zoom + 1e-6, f"a draw enlarges {largest:.3f} times, zoom says {plan.zoom:.3f}"


def largest_stretch(forward: NDArray[np.float64], sizes: NDArray[Any]) -> NDArray[np.float64]:
    """How much longer a short line becomes at most, anywhere in the image and in any direction.

    Args:
        forward: image → input, shape (batch, 3, 3); projective ones stretch differently from place to place.
        sizes: heights and widths of the images, shape (batch, 2).

    Returns:
        Pixels of the input per pixel of the image, shape (batch,).

    Examples:
        >>> largest_stretch(np.array([np.diag([2.0, 3.0, 1.0])]), np.array([[10, 10]])).round(9).tolist()
        [3.0]
    """
    shares = np.stack(np.meshgrid(np.linspace(0, 1, 9), np.linspace(0, 1, 9)), axis=-1).reshape(-1, 2)
    places = shares[None] * sizes[:, None, ::-1]
    moved = places @ forward[:, :, :2].transpose(0, 2, 1) + forward[:, None, :, 2]
    depth = moved[:, :, 2:, None]
    slopes = (forward[:, None, :2, :2] - (moved[:, :, :2] / moved[:, :, 2:])[..., None] * forward[:, None, 2:, :2]) / depth
    return np.asarray(np.linalg.norm(slopes, ord=2, axis=(2, 3)).max(axis=1))


def ask(part: Any, u: NDArray[np.float64], sizes: NDArray[np.float64], means: NDArray[np.float64]) -> list[NDArray[Any]]:
    """All a part says about samples, as arrays; pixel and mixing parts are asked through images."""
    if part.kind == "geometry":
        return [*(np.array(array) for array in part.matrices(u, sizes, SIZE_PX)), part.amounts(u)]
    if part.kind == "colour":
        return [part.colours(u, means)]
    if part.kind == "distortion":
        return [part.fields(u)]
    if part.kind == "tiles":
        return [part.orders(u)]
    images = np.stack([image[:33, :33] for image in make_images()])
    if part.kind == "pixels":
        operation = part.operation(u, 33)
        for number, image in enumerate(images):
            operation.apply(number, image)
        return [images]
    if part.kind == "mixing":
        masks = images[:, :, :, 0] > 128
        return [part.mix(u, np.roll(np.arange(len(u)), 1), 33).apply(images, masks), images]
    return [np.array([[choice.slot, choice.low, choice.high] for choice in part.choices()], np.float64)]


def make_spot_image(turn: int) -> tuple[NDArray[np.uint8], float, float, float]:
    """A disc on black away from the edges (so that no reflection of it comes near), its middle and radius."""
    height, width = HEIGHTS_WIDTHS[turn % len(HEIGHTS_WIDTHS)]
    radius, edge = 0.06 * min(height, width), 0.25 * min(height, width)
    u = uniforms(make_key("spot", turn), make_samples()[:1], 2)[0]
    x, y = edge + u * (np.array([width, height]) - 2 * edge)
    return make_spot(height, width, x, y, radius), float(x), float(y), radius


def spot_samples() -> NDArray[np.uint64]:
    """Keys of the images with spots, shape (SPOTS,)."""
    return sample_keys([f"spot {turn}" for turn in range(SPOTS)])


def is_torn(drawn: Drawn, index: int, place: NDArray[np.float64], net: NDArray[np.float64]) -> bool:
    """Whether a spot lies across an edge between two tiles, so that its parts are in different places.

    Args:
        drawn: of the spots.
        index: which of them.
        place: points of its box in the image.
        net: the same points in the input.
    """
    whole = move_points(drawn.forward[index], place)
    return bool(drawn.tiles[index]) and bool((np.ptp(net, axis=0) > np.ptp(whole, axis=0) + 1.0).any())


def make_samples() -> NDArray[np.uint64]:
    """Keys of the contract's samples, shape (6,)."""
    return sample_keys([f"sample {i}" for i in range(len(HEIGHTS_WIDTHS))])


def make_sizes() -> NDArray[np.float64]:
    """Heights and widths of the contract's images, shape (6, 2)."""
    return np.array(HEIGHTS_WIDTHS, np.float64)


def make_images() -> list[NDArray[np.uint8]]:
    """Six images of different shapes: random blocks of eight pixels, so that they have both edges and areas."""
    images = []
    for i, (height, width) in enumerate(HEIGHTS_WIDTHS):
        count = (height // 8 + 1) * (width // 8 + 1) * 3
        blocks = (uniforms(i, make_samples()[:1], count) * 256).astype(np.uint8).reshape(height // 8 + 1, width // 8 + 1, 3)
        images.append(np.ascontiguousarray(blocks.repeat(8, axis=0).repeat(8, axis=1)[:height, :width]))
    return images


def make_means(images: list[NDArray[np.uint8]]) -> NDArray[np.float64]:
    """Mean colours, shape (images, 3)."""
    return np.stack([image.reshape(-1, 3).mean(axis=0) for image in images])


def make_spot(height: int, width: int, x: float, y: float, radius: float) -> NDArray[np.uint8]:
    """A white disc with a soft edge of a pixel on black, shape (height, width)."""
    away = np.hypot(np.arange(width)[None, :] + 0.5 - x, np.arange(height)[:, None] + 0.5 - y)
    return np.asarray(255 * np.clip(radius + 0.5 - away, 0, 1), np.uint8)


def spot_centre(picture: NDArray[np.uint8], near: NDArray[np.float64], reach: float) -> NDArray[np.float64]:
    """The centre of what is brighter than half the brightest within `reach` of a point, as x and y, shape (2,)."""
    away = [np.abs(np.arange(SIZE_PX) + 0.5 - near[1]), np.abs(np.arange(SIZE_PX) + 0.5 - near[0])]
    values = picture.astype(np.float64) * np.outer(away[0] <= reach, away[1] <= reach)
    values = np.where(values > values.max() / 2, values, 0.0)
    places = np.arange(SIZE_PX) + 0.5
    sums = np.array([(values.sum(axis=0) * places).sum(), (values.sum(axis=1) * places).sum()])
    return np.asarray(sums / max(values.sum(), 1e-9))


def draw(plan: Plan, key: int, images: list[NDArray[np.uint8]], samples: slice | None = None) -> Drawn:
    """A plan's draw for images, whose samples are the contract's first ones, or those of a slice."""
    sizes = np.array([image.shape[:2] for image in images])
    return plan.draw(key, make_samples()[samples or slice(0, len(images))], sizes, make_means(images))


def apply_all(plan: Plan, key: int, images: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """The inputs a plan makes of images, shape (images, size_px, size_px, 3)."""
    drawn = draw(plan, key, images)
    out = np.empty((len(images), plan.size_px, plan.size_px, 3), np.uint8)
    for i, image in enumerate(images):
        plan.apply(image, drawn, i, out[i])
    return out
