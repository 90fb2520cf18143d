"""Small pictures of training rows inside a page, as many as the page can carry."""

from __future__ import annotations

from pathlib import Path

from tamesu.artifacts.dataset import Dataset
from tamesu.report.audit_sets import Picture, read_picture

# For all pictures of a page together, as they stand in it; a picture of 96 px is 3 to 5 kB there.
PAGE_BYTES, LONG_PX, QUALITY = 900_000, 96, 72


class RowPictures:
    """Thumbnails by id, each made once, until the page is full.

    A file is decoded in this very process, so only rows may be asked for whose image a run has read.

    Args:
        root: the data folder; None where nothing is to be shown.
        train: whose images lie under it.
        page_bytes: for all pictures together.
    """

    def __init__(self, root: Path | None, train: Dataset, page_bytes: int = PAGE_BYTES) -> None:
        self.root = root
        self.paths = dict(zip(train.ids, train.paths, strict=True))
        self.room = page_bytes
        self.made: dict[str, Picture | None] = {}

    def take(self, name: str) -> Picture | None:
        """The picture of a row; None where its file cannot be read, or the page is full."""
        if self.root is None or self.room <= 0 or name not in self.paths:
            return None
        if name not in self.made:
            content = shrink_image(self.root, self.paths[name])
            self.made[name] = None if content is None else read_picture(content)
        picture = self.made[name]
        if picture is None or len(picture.uri) > self.room:
            return None
        self.room -= len(picture.uri)
        return picture


def shrink_image(root: Path, relative: str) -> bytes | None:
    """A small JPEG of an image; None where it cannot be read.

    Args:
        root: the data folder.
        relative: path under it.
    """
    from tamesu.images.faults import UnreadableImageError
    from tamesu.images.read import read_image_file
    from tamesu.images.shrink import encode_small, load_kept

    try:
        pixels = load_kept(read_image_file(root, relative), LONG_PX)[0]
    except UnreadableImageError:  # gone or cut short since the run: no reason to lose a page
        return None
    return encode_small(pixels, LONG_PX, QUALITY)
