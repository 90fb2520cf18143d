"""FoldTable: which row is validated in which fold, as a CSV that can be read, compared and copied."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tamesu.artifacts.files import digest_of, read_sealed, write_sealed, write_text
from tamesu.errors import DamagedError


@dataclass(frozen=True, slots=True, eq=False)
class FoldTable:
    """Folds of every row, for every repeat.

    Attributes:
        ids: the rows.
        folds: int32 (rows, repeats); the fold in which a row is validated, -1 when it is only ever trained on.
        n_splits: folds per repeat.
        ordered: True when fold k is trained on earlier folds only (splits in time).
    """

    ids: tuple[str, ...]
    folds: np.ndarray
    n_splits: int
    ordered: bool = False

    @property
    def repeats(self) -> int:
        """How many times the rows were split."""
        return int(self.folds.shape[1])

    def digest(self) -> str:
        """SHA-256 over the assignment by id: row order does not matter."""
        order = np.argsort(np.array(self.ids, dtype=np.str_), kind="stable")
        rows = [[self.ids[i], self.folds[i].tolist()] for i in order]
        return digest_of({"rows": rows, "n_splits": self.n_splits, "ordered": self.ordered})

    def val_rows(self, repeat: int, fold: int) -> np.ndarray:
        """Indices of the rows validated in this fold, int64."""
        return np.flatnonzero(self.folds[:, repeat] == fold)

    def train_rows(self, repeat: int, fold: int) -> np.ndarray:
        """Indices of the rows trained on in this fold, int64.

        Examples:
            >>> table = FoldTable(("a", "b", "c"), np.array([[-1], [0], [1]]), n_splits=2, ordered=True)
            >>> table.train_rows(0, 0).tolist(), table.train_rows(0, 1).tolist()
            ([0], [0, 1])
        """
        folds = self.folds[:, repeat]
        return np.flatnonzero(folds < fold) if self.ordered else np.flatnonzero(folds != fold)

    def write(self, folder: Path, request: str = "") -> Path:
        """Write `<digest>.csv` and its `.json` into `folder`; returns the CSV's path. Equal tables share one file.

        Args:
            folder: the competition's `folds` folder; made when it is not there.
            request: digest of what was asked for (splitter, seed, rows), by which `find_folds` finds it again.
        """
        path = folder / f"{self.digest()[:12]}.csv"
        folder.mkdir(parents=True, exist_ok=True)
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(["id", *(f"repeat_{r}" for r in range(self.repeats))])
        writer.writerows([row, *folds.tolist()] for row, folds in zip(self.ids, self.folds, strict=True))
        write_text(path, buffer.getvalue())
        about = {"digest": self.digest(), "n_splits": self.n_splits, "ordered": self.ordered, "request": request}
        write_sealed(path.with_suffix(".json"), about)
        return path


def read_folds(path: Path) -> FoldTable:
    """The FoldTable that `FoldTable.write` wrote.

    Raises:
        DamagedError: a file is missing or its content is not what was written.
    """
    about = read_sealed(path.with_suffix(".json"))
    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))[1:]
        folds = np.array([[int(cell) for cell in row[1:]] for row in rows], dtype=np.int32)
        table = FoldTable(tuple(row[0] for row in rows), folds, about["n_splits"], about["ordered"])
    except (OSError, ValueError, IndexError, KeyError, UnicodeDecodeError) as error:
        raise DamagedError(f"{path}: {error}") from error
    if table.digest() != about["digest"]:
        raise DamagedError(f"{path}: the folds are not what was written")
    return table


def find_folds(folder: Path, request: str) -> Path | None:
    """The CSV of the folds that were once made for `request`; None when there is none, or it is damaged.

    So a newer library that splits otherwise never changes folds that runs have been trained on.
    """
    for path in sorted(folder.glob("*.json")):
        try:
            if read_sealed(path).get("request") == request and path.with_suffix(".csv").is_file():
                return path.with_suffix(".csv")
        except DamagedError:
            continue
    return None
