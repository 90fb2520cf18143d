"""What is known of image files after each was looked at once: plain arrays, one row an image."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

# Features of the likeness: a square of so many pixels a side.
LIKENESS_PX = 32


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """Facts of images, in the order in which the files were asked for; 0 and empty where an image is not readable.

    Attributes:
        readable: bool (n,).
        codes: per image, what `faults` says of it: notes, questions, or the reason why it is unreadable.
        sizes_bytes: int64 (n,), of the files.
        heights, widths: int32 (n,), of the whole image, upright.
        formats: str (n,): JPEG, PNG, ... by content.
        modes: str (n,), what the file stores: RGB, L, P, CMYK, ...
        taken: str (n,), when the camera took it (EXIF DateTimeOriginal), as `2026-11-28 14:50:41`; empty when not told.
        cameras: str (n,), make and model (EXIF); empty when not told.
        brightness: float32 (n,), mean of the grey pixels, 0 to 255.
        contrast: float32 (n,), standard deviation of the grey pixels.
        sharpness: float32 (n,), variance of the Laplacian at a short side of 256 px or less.
        saturation: float32 (n,), mean of largest minus smallest channel, 0 to 255; 0 for a grey image.
        colours: float32 (n, 3), mean red, green and blue, 0 to 255.
        borders: float32 (n, 3), mean red, green and blue of the outermost sixteenth.
        likeness: int8 (n, 1024): the grey image, 32 × 32 row by row, after local contrast normalisation, centred, in units of
            its standard deviation times 32 and clipped to ±127; the cosine of two rows tells how alike the pictures are. All 0
            for one without structure.
        hashes: uint64 (n,): 64-bit perceptual hash (sign of the low DCT coefficients).
        landmarks: uint64 (n, 64): hashes of patches around corners, see `landmarks`; 0 where there is none. May be (0, 64).
        landmark_places: uint8 (n, 64, 2): their x and y, in 255ths of width and height. May be (0, 64, 2).
    """

    readable: NDArray[np.bool_]
    codes: tuple[tuple[str, ...], ...]
    sizes_bytes: NDArray[np.int64]
    heights: NDArray[np.int32]
    widths: NDArray[np.int32]
    formats: NDArray[np.str_]
    modes: NDArray[np.str_]
    taken: NDArray[np.str_]
    cameras: NDArray[np.str_]
    brightness: NDArray[np.float32]
    contrast: NDArray[np.float32]
    sharpness: NDArray[np.float32]
    saturation: NDArray[np.float32]
    colours: NDArray[np.float32]
    borders: NDArray[np.float32]
    likeness: NDArray[np.int8]
    hashes: NDArray[np.uint64]
    landmarks: NDArray[np.uint64] = field(default_factory=lambda: np.zeros((0, 64), np.uint64))
    landmark_places: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((0, 64, 2), np.uint8))

    def __len__(self) -> int:
        return len(self.readable)
