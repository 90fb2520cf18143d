"""Which column of a table names the image files, and how a file's path is made from it."""

from __future__ import annotations

import os
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tamesu.images.listing import ENDINGS as IMAGE_ENDINGS
from tamesu.intake.scan import Listing, spread
from tamesu.intake.words import MASK, TEST, TRAIN, says

# A column names the images when at least half of its cells do: some images may be missing, yet most must be there.
ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a cell to make a path: folder before, ending after."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Match:
    """A column whose cells name image files.

    Attributes:
        column: its name.
        frame: the one frame that fits best.
        found: how many rows have a file under that frame.
        rows: how many rows there are.
        distinct: how many different cells there are.
        rivals: other frames that fit most of the same rows.
        paths: one path per row, "" where there is none, when only several frames together find all files; else empty.
    """

    column: str
    frame: Frame
    found: int
    rows: int
    distinct: int
    rivals: tuple[Frame, ...] = ()
    paths: tuple[str, ...] = field(default=(), repr=False)

    @property
    def unique(self) -> bool:
        """Whether every row has its own image."""
        return self.distinct == self.rows

    @property
    def is_mask(self) -> bool:
        """Whether names say that these are masks, not images."""
        return says(self.column, MASK) or says(self.frame.before, MASK)


class ImageIndex:
    """Image files by name and by name without ending; Japanese names are found in either Unicode form.

    Examples:
        >>> index = ImageIndex(Listing(("train/001.jpg", "masks/001.png"), ()))
        >>> index.frames("001.jpg"), len(index.frames("001")), index.frames("1")
        ([Frame(before='train/', after='')], 2, [])
    """

    def __init__(self, listing: Listing) -> None:
        self.paths = frozenset(listing.images)
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for path in listing.images:
            name = nfc(path.rpartition("/")[2])
            self._by_name[name].append(path)
            stem, ending = os.path.splitext(name)
            if ending.lower() in IMAGE_ENDINGS:
                self._by_name[stem].append(path)

    def frames(self, cell: str) -> list[Frame]:
        """Every frame that makes this cell the path of an image."""
        found = []
        wanted = nfc(cell)
        for path in self._by_name.get(wanted.rpartition("/")[2], ()):
            parts = path.split("/")
            keep = wanted.count("/") + 1
            tail = nfc("/".join(parts[-keep:]))
            if len(parts) >= keep and tail.startswith(wanted):
                before = "/".join(parts[:-keep])
                found.append(Frame(before + "/" if before else "", tail[len(wanted) :]))
        return found


def nfc(text: str) -> str:
    """The composed Unicode form, in which ガ is one character."""
    return unicodedata.normalize("NFC", text)


def find_matches(columns: Mapping[str, Sequence[str]], index: ImageIndex, role: frozenset[str] = TRAIN) -> list[Match]:
    """The columns that name image files.

    Args:
        columns: column name → one cell per row.
        index: the images.
        role: `TRAIN` or `TEST`: between two folders that fit alike, the one whose name says so is taken.

    Returns:
        One match per column of which at least half of the cells are images, in the order of the table.
    """
    found = []
    for name, cells in columns.items():
        probe = spread(tuple(cells), 200)
        if any(index.frames(cell) for cell in probe) and (match := match_column(name, cells, index, role)):
            found.append(match)
    return found


def match_column(name: str, cells: Sequence[str], index: ImageIndex, role: frozenset[str] = TRAIN) -> Match | None:
    """How the cells of one column become image paths; None when fewer than half of them do."""
    frames = {cell: index.frames(cell) for cell in set(cells)}
    other = TEST if role == TRAIN else TRAIN
    counts = Counter(frame for cell in cells for frame in frames[cell])
    if not counts:
        return None
    for words, unless in ((MASK, frozenset[str]()), (other, role)):
        kept = {f: n for f, n in counts.items() if not says(f.before, words) or says(f.before, unless)}
        counts = Counter(kept) if kept else counts
    best = max(counts, key=lambda frame: (counts[frame], says(frame.before, role)))
    # A second folder that holds most of the same names (another size, thumbnails) is another reading; parts are not.
    shared = Counter(frame for cell in cells if best in frames[cell] for frame in frames[cell])
    alike = [frame for frame in counts if shared[frame] >= ENOUGH * counts[best]]
    named = [frame for frame in alike if says(frame.before, role)]
    best = named[0] if len(named) == 1 else best
    rivals = () if len(named) == 1 else tuple(frame for frame in alike if frame != best)
    rows, most = len(cells), counts[best]
    paths = () if most == rows or rivals else join_frames(cells, frames, counts)
    found = sum(map(bool, paths)) if paths else most
    if found < ENOUGH * rows:
        return None
    return Match(name, best, found, rows, len(frames), rivals, paths)


def join_frames(cells: Sequence[str], frames: Mapping[str, Sequence[Frame]], counts: Mapping[Frame, int]) -> tuple[str, ...]:
    """One path per row when several frames together find more files than the best one alone; else empty.

    A cell that fits several frames takes the commonest of them.
    """
    order = sorted(counts, key=lambda frame: (-counts[frame], frame.before, frame.after))
    chosen = {cell: next((frame for frame in order if frame in set(options)), None) for cell, options in frames.items()}
    paths = tuple("" if (frame := chosen[cell]) is None else frame.before + cell + frame.after for cell in cells)
    return paths if sum(map(bool, paths)) > max(counts.values()) else ()
