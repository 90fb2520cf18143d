"""A thing that has no business in the picture: cut-out objects of the user's, pasted anywhere, the label unchanged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tamesu.augmentations.operations import PixelPart, Pixels
from tamesu.augmentations.part import Array, ShareRange
from tamesu.errors import Fault, InputError, Where
from tamesu.registry import Probability

# Objects are kept at most this long; pasted over four tenths of the largest usual input, 1024 px, they are not enlarged.
LONGEST_PX = 512


class PasteObject(PixelPart):
    """Paste one of the user's cut-out pictures at a random place, size and hand; the label stays ("the elephant in the room").

    Args:
        objects: the folder of PNG files with transparency, relative to the competition's folder; each file is one object.
        size: the object's longer side as a share of the input's side, smallest and largest.
        folder: the competition's folder; given by tamesu.
        p: the probability.
        strength: from 0 (the object is invisible) to 1 (it covers).

    Raises:
        InputError: AUGMENT_OBJECTS_FOLDER when there is no such folder, AUGMENT_OBJECTS_NONE when it has no PNG with
            transparency, AUGMENT_OBJECTS_UNREADABLE for each file that cannot be read.

    Source: Rosenfeld, Zemel and Tsotsos, "The elephant in the room", arXiv 1808.03305, 2018.
    """

    draws = 5

    def __init__(
        self,
        *,
        objects: str,
        size: ShareRange = (0.1, 0.4),
        folder: Path | None = None,
        p: Probability = 0.2,
        strength: Probability = 1.0,
    ) -> None:
        self.objects = read_objects(Path(objects) if folder is None else folder / objects, objects)
        self.size = size
        self.p = p
        self.strength = strength

    def change(self, image: Pixels, u: Array) -> Pixels:
        """See `PixelPart.change`; the numbers are which object, its size, x, y and whether it is mirrored."""
        cutout = self.objects[int(u[0] * len(self.objects))]
        side, longer = image.shape[0], max(cutout.shape[:2])
        wanted = side * (self.size[0] + u[1] * (self.size[1] - self.size[0]))
        height, width = (max(1, round(wanted * length / longer)) for length in cutout.shape[:2])
        smaller = height < cutout.shape[0]
        fitted = cv2.resize(cutout, (width, height), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
        if u[4] < 0.5:
            fitted = fitted[:, ::-1]
        x, y = round(u[2] * (side - width)), round(u[3] * (side - height))
        place = image[y : y + height, x : x + width]
        laid = place * (1.0 - self.strength * fitted[:, :, 3:]) + self.strength * fitted[:, :, :3]
        np.copyto(place, np.clip(np.rint(laid), 0, 255), casting="unsafe")
        return image


def read_objects(path: Path, shown: str) -> list[NDArray[np.float32]]:
    """The objects of a folder, in the order of their file names.

    Args:
        path: the folder.
        shown: what the recipe calls it.

    Returns:
        Per object red, green, blue (0 to 255, multiplied by opacity) and opacity (0 to 1), float32, shape (height, width, 4),
        cut to what is not wholly transparent and at most LONGEST_PX long.

    Raises:
        InputError: see `PasteObject`.
    """
    where = Where(key="objects")
    if not path.is_dir():
        there = sorted(p.name for p in path.parent.iterdir() if p.is_dir()) if path.parent.is_dir() else []
        values = {"folder": shown, "known": ", ".join(there[:20]) or "-"}
        raise InputError(Fault("AUGMENT_OBJECTS_FOLDER", "refuse", where, values))
    objects, faults = [], []
    for file in sorted(p for p in path.iterdir() if p.suffix.lower() == ".png" and not p.name.startswith(".")):
        try:
            pixels = cv2.imdecode(np.fromfile(file, np.uint8), cv2.IMREAD_UNCHANGED)
        except (OSError, cv2.error):
            pixels = None
        if pixels is None:
            values = {"file": f"{shown}/{file.name}"}
            faults.append(Fault("AUGMENT_OBJECTS_UNREADABLE", "refuse", where, values))
            continue
        cutout = cut_out(np.asarray(pixels))
        objects += [] if cutout is None else [cutout]
    if not objects and not faults:
        faults.append(Fault("AUGMENT_OBJECTS_NONE", "refuse", where, {"folder": shown}))
    if faults:
        raise InputError(faults)
    return objects


def cut_out(pixels: NDArray[Any]) -> NDArray[np.float32] | None:
    """A decoded picture as `read_objects` gives it; None when it has no transparency, or nothing but transparency.

    Args:
        pixels: as OpenCV decodes them: blue, green, red, alpha, of 8 or 16 bits.
    """
    if pixels.ndim != 3 or pixels.shape[2] != 4:
        return None
    shares = pixels.astype(np.float32) / np.float32(np.iinfo(pixels.dtype).max)
    opaque = shares[:, :, 3]
    if opaque.min() == 1.0 or opaque.max() == 0.0:
        return None
    rows, columns = np.flatnonzero(opaque.any(axis=1)), np.flatnonzero(opaque.any(axis=0))
    shares = shares[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    # Multiplied by opacity before anything is averaged, or the hidden colour of transparent pixels fringes the edge.
    cutout = np.concatenate([255.0 * shares[:, :, 2::-1] * shares[:, :, 3:], shares[:, :, 3:]], axis=2).astype(np.float32)
    shrink = LONGEST_PX / max(cutout.shape[:2])
    if shrink < 1.0:
        size = tuple(max(1, round(shrink * length)) for length in cutout.shape[1::-1])
        cutout = np.asarray(cv2.resize(cutout, size, interpolation=cv2.INTER_AREA), np.float32)
    return cutout
