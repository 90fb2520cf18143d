"""Images decoded at each reading, for few readings of files that a scan has found whole: nothing is kept on the disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tamesu.images.facts import Facts
from tamesu.images.faults import UnreadableImageError
from tamesu.images.read import read_image_file
from tamesu.images.shrink import encode_small, kept_size, load_kept


class DirectImages:
    """Decoded images in the order of `relatives`, as `tamesu.images.Images` gives them. Reading is safe from several threads.

    Args:
        root: the data folder.
        relatives: paths under it.
        facts: of the same images; only those found readable may be read, since a helper process has survived them.
        short_px: short side of the pixels; see `shrink.kept_size`.

    Attributes:
        readable: bool (n,).
        sizes: int32 (n, 2), height and width of the pixels; 0 for an unreadable image.
        means: float32 (n, 3), mean red, green and blue, 0 to 255.
    """

    def __init__(self, root: Path, relatives: Sequence[str], facts: Facts, short_px: int) -> None:
        self.readable: NDArray[np.bool_] = facts.readable
        self.means: NDArray[np.float32] = facts.colours
        sizes = [
            kept_size(height, width, short_px) if height and width else (0, 0)
            for height, width in zip(facts.heights.tolist(), facts.widths.tolist(), strict=True)
        ]
        self.sizes: NDArray[np.int32] = np.array(sizes, np.int32).reshape(-1, 2)
        self._root, self._relatives, self._short_px = root, relatives, short_px

    def pixels(self, i: int) -> NDArray[np.uint8]:
        """The pixels of image `i`, uint8 (h, w, 3) RGB.

        Raises:
            UnreadableImageError: the file is gone or has changed for the worse since it was scanned.
        """
        return load_kept(read_image_file(self._root, self._relatives[i]), self._short_px)[0]

    def thumbnail(self, i: int, long_px: int = 128, quality: int = 80) -> bytes | None:
        """A small JPEG of image `i`; None where it cannot be read.

        Args:
            i: its number.
            long_px: its long side at most.
            quality: of the JPEG, 0 to 100.
        """
        try:
            pixels = self.pixels(i) if self.readable[i] else None
        except UnreadableImageError:  # gone or cut short since the scan: no reason to lose a page
            pixels = None
        return None if pixels is None else encode_small(pixels, long_px, quality)
