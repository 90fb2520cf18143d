"""The images of a competition by number: which there are, what is known of each, and their pictures, made anew as JPEG."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tamesu.artifacts.competition import CODED, Competition
from tamesu.artifacts.dataset import Dataset, load_test, load_train
from tamesu.artifacts.folds import read_folds
from tamesu.artifacts.targets import TargetValues
from tamesu.errors import DamagedError, InputError
from tamesu.images.faults import UnreadableImageError
from tamesu.images.read import read_image_file
from tamesu.images.shrink import encode_small, load_kept
from tamesu.results.scores import say_truth
from tamesu.web.memory import Memory
from tamesu.web.tables import list_tables, read_competition

THUMBNAIL_PX, PICTURE_PX = 128, 1024
QUALITY = 82
# Larger files and pictures stay out of a page: a thumbnail must not take the machine's memory.
MOST_BYTES, MOST_PX = 100_000_000, 100_000_000
SAID_KINDS = frozenset({*CODED, "multilabel", "soft", "value"})


@dataclass(frozen=True, slots=True, eq=False)
class Gallery:
    """All images, those to train on first.

    Attributes:
        root: the data folder.
        ids: the rows' names, in the order of the tables.
        paths: under `root`, with `/`. They never leave the server.
        labels: of the main target, as text; empty where there is none.
        folds: the fold in which a row is validated, in the newest fold table; empty where there is none.
        train_rows: how many of the images are to train on.
        places: id → numbers, train before test.
        values: target → its text for each training row.
    """

    root: Path
    ids: tuple[str, ...]
    paths: tuple[str, ...]
    labels: tuple[str, ...]
    folds: tuple[str, ...]
    train_rows: int
    places: Mapping[str, tuple[int, ...]]
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def part(self, number: int) -> str:
        """`train` or `test`."""
        return "train" if number < self.train_rows else "test"

    def describe(self, number: int) -> dict[str, str | int]:
        """What is known of an image, as its card shows it."""
        label = self.labels[number] if number < len(self.labels) else ""
        fold = self.folds[number] if number < len(self.folds) else ""
        return {"number": number, "id": self.ids[number], "label": label, "fold": fold, "part": self.part(number)}

    def find(self, ids: Iterable[str]) -> list[dict[str, str | int]]:
        """What is known of the images of some rows, of two with one id the first; those that the tables lack are left out."""
        return [self.describe(self.places[row][0]) for row in ids if row in self.places]


def open_gallery(folder: Path, memory: Memory) -> Gallery:
    """The images of a competition, read again when a table, `competition.yaml` or the folds change.

    Args:
        folder: the competition's folder.
        memory: keeps what files said.

    Raises:
        InputError: competition.yaml or a table is at fault.
    """
    competition = read_competition(folder, memory)
    newest = find_folds(folder)
    files = list_tables(folder, competition) + ([newest] if newest is not None else [])
    return memory.read_all("gallery", files, lambda: make_gallery(folder, competition, newest))


def find_folds(folder: Path) -> Path | None:
    """The newest fold table; None when there is none."""
    paths = sorted((folder / "folds").glob("*.csv"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    return paths[-1] if paths else None


def make_gallery(folder: Path, competition: Competition, newest: Path | None) -> Gallery:
    """The images, read from the tables."""
    train, test = load_train(folder, competition), load_test(folder, competition)
    values = {name: say_target(target) for name, target in train.targets.items() if target.kind in SAID_KINDS}
    ids = train.ids + (test.ids if test is not None else ())
    places: dict[str, tuple[int, ...]] = {}
    for number, row in enumerate(ids):
        places[row] = (*places.get(row, ()), number)
    return Gallery(
        root=competition.data_folder(folder),
        ids=ids,
        paths=train.paths + (test.paths if test is not None else ()),
        labels=values.get(competition.main, ()),
        folds=say_folds(train, newest),
        train_rows=len(train),
        places=places,
        values=values,
    )


def say_target(target: TargetValues) -> tuple[str, ...]:
    """A target's value of each row as text."""
    return tuple(say_truth(target, row) for row in range(len(target.values)))


def say_folds(train: Dataset, path: Path | None) -> tuple[str, ...]:
    """The fold of each training row as text (`3`, or `3, 0` of two repeats); none where no table tells."""
    if path is None:
        return ()
    try:
        table = read_folds(path)
    except (DamagedError, InputError):
        return ()
    rows = zip(table.ids, table.folds.tolist(), strict=True)
    found = {row: ", ".join(str(fold) for fold in folds if fold >= 0) for row, folds in rows}
    return tuple(found.get(row, "") for row in train.ids)


def find_images(gallery: Gallery, text: str = "", label: str | None = None, part: str = "", fold: str = "") -> Sequence[int]:
    """The numbers of the images that fit, in order.

    Args:
        gallery: all images.
        text: is in the id.
        label: of the main target, whole; any when None.
        part: `train`, `test`, or both when empty.
        fold: whole; any when empty.
    """
    if not text and label is None and not part and not fold:
        return range(len(gallery))
    first = gallery.train_rows if part == "test" else 0
    last = gallery.train_rows if part == "train" or label is not None or fold else len(gallery)
    wanted = text.casefold()
    return [
        number
        for number in range(first, last)
        if (not wanted or wanted in gallery.ids[number].casefold())
        and (label is None or (number < len(gallery.labels) and gallery.labels[number] == label))
        and (not fold or (number < len(gallery.folds) and gallery.folds[number] == fold))
    ]


def make_picture(gallery: Gallery, number: int, long_px: int) -> bytes | None:
    """An image as a JPEG of ours; None where it cannot be read. Never the bytes of the file itself.

    Args:
        gallery: all images.
        number: of the image.
        long_px: its long side at most.
    """
    try:
        content = read_image_file(gallery.root, gallery.paths[number], limit_bytes=MOST_BYTES)
        pixels = load_kept(content, long_px, MOST_PX)[0]
    except UnreadableImageError:
        return None
    return encode_small(pixels, long_px, QUALITY)
