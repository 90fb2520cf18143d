"""Audits of sets that never were: rows, facts and labels as photos would have them, and what a test plants on top."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tamesu.images.facts import LIKENESS_PX, Facts
from tamesu.images.fingerprint import fingerprint_images
from tamesu.images.scan import scan_images
from tamesu.results.audit.data import AuditData


def make_facts(rows: int, seed: int = 0, **planted: ArrayLike) -> Facts:
    """Facts of photos: JPEGs of a few sizes, colours and sharpness as they vary, no two alike, no EXIF.

    Args:
        rows: how many.
        seed: of all that is drawn.
        planted: fields of `Facts` as they are to be instead; one value is that of every row. `remarks`, per row,
            are its `codes`.
    """
    random = np.random.default_rng(seed)
    sizes = np.array([(480, 640), (640, 480), (600, 600), (500, 375)], np.int32)[random.integers(4, size=rows)]
    colours = np.clip(random.normal(130.0, 30.0, (rows, 1)) + random.normal(0.0, 15.0, (rows, 3)), 1.0, 254.0)
    likeness = random.normal(0.0, 32.0, (rows, LIKENESS_PX**2))
    plain: dict[str, ArrayLike] = {
        "readable": np.ones(rows, bool),
        "sizes_bytes": sizes.prod(1) * random.uniform(0.1, 0.3, rows),
        "heights": sizes[:, 0],
        "widths": sizes[:, 1],
        "formats": "JPEG",
        "modes": "RGB",
        "taken": "",
        "cameras": "",
        "brightness": colours @ [0.299, 0.587, 0.114],
        "contrast": random.uniform(30.0, 70.0, rows),
        "sharpness": random.lognormal(6.0, 0.7, rows),
        "saturation": np.ptp(colours, axis=1) + random.uniform(5.0, 40.0, rows),
        "colours": colours,
        "borders": np.clip(colours + random.normal(0.0, 25.0, (rows, 3)), 0.0, 255.0),
        "likeness": np.clip(np.round(likeness - likeness.mean(1, keepdims=True)), -127, 127),
        "hashes": random.integers(2**64, size=rows, dtype=np.uint64),
    }
    remarks: Any = planted.pop("remarks", ((),) * rows)
    kinds = {
        "readable": np.bool_,
        "sizes_bytes": np.int64,
        "heights": np.int32,
        "widths": np.int32,
        "formats": np.str_,
        "modes": np.str_,
        "taken": np.str_,
        "cameras": np.str_,
        "likeness": np.int8,
        "hashes": np.uint64,
    }
    arrays = {}
    for name, value in (plain | planted).items():
        array = np.array(value, kinds.get(name, np.float32))
        arrays[name] = np.repeat(array[None], rows, axis=0) if array.ndim == 0 else array
    return Facts(codes=tuple(map(tuple, remarks)), **arrays)


def make_data(
    n: int = 300,
    train: int | None = None,
    *,
    labels: Sequence[str] = ("bag", "dress", "shoe"),
    codes: ArrayLike | None = None,
    values: ArrayLike | None = None,
    kind: str = "class",
    names: Sequence[str] | None = None,
    features: NDArray[np.float32] | None = None,
    groups: ArrayLike | None = None,
    columns: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
    folds: ArrayLike | None = None,
    seed: int = 0,
    **planted: ArrayLike,
) -> AuditData:
    """An audit of `n` rows, the first `train` of train (all when None) and the rest of test.

    Args:
        n: rows in all.
        train: rows of train.
        labels: of the classes; an empty one makes a set without classes.
        codes: int (train,); drawn at random when None.
        values: the main target as read; the label of each row when None.
        kind: of the target.
        names: ids of all rows; 12 random hexadecimal digits when None. The file is the id with `.jpg` under the part's folder.
        features: float32 (n, d).
        groups: int (train,).
        columns: cells by part and column.
        folds: int (repeats, train); five at random when None.
        seed: of all that is drawn.
        planted: fields of `Facts`, see `make_facts`.
    """
    random = np.random.default_rng([seed, 1])
    train = n if train is None else train
    rows = random.integers(max(len(labels), 1), size=train) if codes is None else np.array(codes, np.int64)
    ids = tuple(names) if names is not None else tuple(f"{number:012x}" for number in random.integers(16**12, size=n))
    parts = ["train"] * train + ["test"] * (n - train)
    cells = {part: {key: tuple(column) for key, column in (columns or {}).get(part, {}).items()} for part in ("train", "test")}
    texts = [labels[code] if labels and code >= 0 else "" for code in rows]
    return AuditData(
        ids=ids,
        paths=tuple(f"{part}/{row}.jpg" for part, row in zip(parts, ids, strict=True)),
        train_rows=train,
        sha256=tuple(f"{number:064x}" for number in range(n)),
        facts=make_facts(n, seed, **planted),
        kind=kind,
        target="label",
        codes=rows.astype(np.int64),
        labels=tuple(labels),
        values=np.array(texts) if values is None else np.asarray(values),
        folds=random.integers(5, size=(1, train)) if folds is None else np.array(folds, np.int64),
        groups=None if groups is None else np.array(groups, np.int64),
        columns=cells,
        features=features,
    )


def read_pets(folder: Path, memory: Path) -> AuditData:
    """The audit of a real set with `train.csv` (image, label, ...) and `images/`, without test, groups and features.

    Args:
        folder: `shared/data/pets3`, `pets37` or `magtile`.
        memory: where the scan may remember.
    """
    with (folder / "train.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    paths = [f"images/{row['image']}" for row in rows]
    labels = sorted({row["label"] for row in rows})
    return AuditData(
        ids=tuple(row["image"] for row in rows),
        paths=tuple(paths),
        train_rows=len(rows),
        sha256=(None,) * len(rows),
        facts=scan_images(folder, paths, fingerprint_images(folder, paths, memory / "marks"), folder=memory / "facts"),
        kind="class",
        target="label",
        codes=np.array([labels.index(row["label"]) for row in rows], np.int64),
        labels=tuple(labels),
        values=np.array([row["label"] for row in rows]),
        folds=np.random.default_rng(0).integers(5, size=(1, len(rows))),
        columns={"train": {name: tuple(row[name] for row in rows) for name in rows[0]}, "test": {}},
    )
