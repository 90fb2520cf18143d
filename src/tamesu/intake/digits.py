"""The demo's data: the 1,797 handwritten digits inside scikit-learn, written out as a host would hand them over."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from tamesu.artifacts.files import write_bytes, write_text

# The digits are 8 x 8; at 32 px they are pleasant to look at and large enough for four stages of a network.
SIZE_PX = 32


@dataclass(frozen=True, slots=True)
class DigitFiles:
    """What was written.

    Attributes:
        data: the folder with `train.csv`, `test.csv`, `sample_submission.csv` and the images.
        private: the CSV with the test rows' true labels, which no verb of the road reads; None without test rows.
    """

    data: Path
    private: Path | None


def write_digits(folder: Path, train_rows: int) -> DigitFiles:
    """Write the digits as images and tables; the same rows every time.

    Args:
        folder: gets `data/`, and `private/labels.csv` when there are test rows.
        train_rows: how many digits have their label shown; the rest become test rows. 60 to 1797.

    Source: E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI repository, 1998 (through
        scikit-learn's `load_digits`).
    """
    from sklearn.datasets import load_digits

    digits = load_digits()
    order = np.random.default_rng(0).permutation(len(digits.target))
    data = folder / "data"
    rows = {"train": order[:train_rows], "test": order[train_rows:]}
    for part, indices in rows.items():
        if len(indices):
            (data / part).mkdir(parents=True, exist_ok=True)
        for index in indices:
            path = data / part / f"{index:04d}.png"
            if not path.exists():
                write_digit(path, digits.images[index])
    labels = {part: [(f"{index:04d}", str(digits.target[index])) for index in indices] for part, indices in rows.items()}
    write_text(data / "train.csv", format_csv(["id", "label"], labels["train"]))
    if not labels["test"]:
        return DigitFiles(data, None)
    write_text(data / "test.csv", format_csv(["id"], [(row,) for row, _ in labels["test"]]))
    write_text(data / "sample_submission.csv", format_csv(["id", "label"], [(row, "0") for row, _ in labels["test"]]))
    (folder / "private").mkdir(exist_ok=True)
    write_text(folder / "private" / "labels.csv", format_csv(["id", "label"], labels["test"]))
    return DigitFiles(data, folder / "private" / "labels.csv")


def write_digit(path: Path, image: np.ndarray) -> None:
    """One digit, float (8, 8) of 0 to 16, as a grey PNG of 32 x 32."""
    large = cv2.resize(image.astype(np.float32), (SIZE_PX, SIZE_PX), interpolation=cv2.INTER_CUBIC)
    grey = np.clip(np.rint(large * (255 / 16)), 0, 255).astype(np.uint8)
    write_bytes(path, bytes(cv2.imencode(".png", grey)[1]))


def format_csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows as CSV text."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue()
