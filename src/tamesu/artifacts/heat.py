"""Heat: which parts of pictures networks went by, as maps of the pictures' size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Maps = NDArray[np.float32]
# In the order in which they are shown.
METHODS = ("grad_cam", "attention", "integrated_gradients", "occlusion")


@dataclass(frozen=True, slots=True, eq=False)
class Heat:
    """Heat maps of n pictures as the networks saw them, of `size` px a side.

    A map is 0 where nothing speaks for the class and 1 at its strongest place; a picture without one has NaN everywhere: it
    was not asked for, or nothing in it speaks for the class.

    Attributes:
        rows: int64 (n,), numbers of the pictures in the order of the caller's ids.
        told: int64 (n,), code of the class that was told and that the maps are of; -1 where no network was asked, and for a
            target without classes.
        probs: float64 (n,), how probable the class was; NaN where `told` is -1.
        images: uint8 (n, size, size, 3), RGB.
        maps: float32 (n, size, size), by method.
        truth: float32 (n, size, size), Grad-CAM of the true class where another one was told; None where it was not asked for.
        objects: bool (n, size, size), where the object is; all False where no mask and no box tells; None where nothing does.
        scrambled: float32 (k, size, size), by method: of the first k pictures, by networks with weights drawn anew, for the
            same classes. Empty where they were not asked.
        cells: a side, of which Grad-CAM was interpolated; 0 where that is not known.
    """

    rows: NDArray[np.int64]
    told: NDArray[np.int64]
    probs: NDArray[np.float64]
    images: NDArray[np.uint8]
    maps: Mapping[str, Maps]
    truth: Maps | None = None
    objects: NDArray[np.bool_] | None = None
    scrambled: Mapping[str, Maps] = field(default_factory=dict)
    cells: int = 0

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def main(self) -> Maps:
        """The maps that were made of every picture: Grad-CAM, else of the first method that there is, else none of any."""
        if "grad_cam" in self.maps:
            return self.maps["grad_cam"]
        return next(iter(self.maps.values()), np.full(self.images.shape[:3], np.nan, np.float32))
