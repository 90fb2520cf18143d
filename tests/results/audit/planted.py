"""A competition folder made of real photos with copies planted into it, so that recall and precision are known."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tamesu.images.fingerprint import fingerprint_images
from tamesu.images.scan import scan_images
from tamesu.images.shrink import load_kept
from tamesu.results.audit.data import AuditData

KINDS = ("saved", "cut", "mirrored", "mirrored, cut, saved", "resized", "toned")


@dataclass(frozen=True)
class Planted:
    """The folder and the truth.

    Attributes:
        root: holds `train.csv`, `test.csv` (`id`, `label`) and the images `train/ID.jpg`, `test/ID.jpg`.
        train: id → label.
        test: ids.
        equal: id of a planted file → id of the photo that it equals byte by byte.
        altered: id of a planted file → id of the photo that it was made of, and how.
    """

    root: Path
    train: dict[str, str]
    test: list[str]
    equal: dict[str, str]
    altered: dict[str, tuple[str, str]]


def plant_copies(
    source: Path, root: Path, seed: int, *, sample: int | None = None, equal: int = 20, altered: int = 20
) -> Planted:
    """Copy a competition such as clothing10 and plant copies of its training photos, with the labels of the originals.

    Args:
        source: holds `train.csv` and `test.csv` with an id and a label, and folders `train` and `test` with `ID.jpg`.
        root: a new folder.
        seed: chooses photos, names and what is done to them.
        sample: training photos that are taken, and a tenth of it of test; None: all.
        equal: files under other names.
        altered: copies in all `KINDS`, equally many of each as far as it goes; each of another photo.
    """
    random = np.random.default_rng(seed)
    with (source / "train.csv").open(newline="") as file:
        train = dict(list(csv.reader(file))[1:])
    with (source / "test.csv").open(newline="") as file:
        test = [row[0] for row in list(csv.reader(file))[1:]]
    if sample is not None:
        train = {name: train[name] for name in sorted(random.choice(list(train), sample, replace=False).tolist())}
        test = sorted(random.choice(test, max(sample // 10, 1), replace=False).tolist())
    for part, names in (("train", list(train)), ("test", test)):
        (root / part).mkdir(parents=True)
        for name in names:
            shutil.copyfile(source / part / f"{name}.jpg", root / part / f"{name}.jpg")
    chosen = random.choice(list(train), equal + altered, replace=False).tolist()
    new = [f"{number:016x}" for number in random.integers(2**62, size=equal + altered)]
    same, other = {}, {}
    for place, (name, copy) in enumerate(zip(chosen, new, strict=True)):
        original, target = root / "train" / f"{name}.jpg", root / "train" / f"{copy}.jpg"
        if place < equal:
            shutil.copyfile(original, target)
            same[copy] = name
        else:
            kind = KINDS[place % len(KINDS)]
            target.write_bytes(alter_photo(original.read_bytes(), kind, random))
            other[copy] = (name, kind)
        train[copy] = train[name]
    for part, rows in (("train", [("id", "label"), *train.items()]), ("test", [("id",), *((name,) for name in test)])):
        with (root / f"{part}.csv").open("w", newline="") as file:
            csv.writer(file).writerows(rows)
    return Planted(root, train, test, same, other)


def alter_photo(content: bytes, kind: str, random: np.random.Generator) -> bytes:
    """A photo as people and hosts alter it: as JPEG of quality 95, or 30 to 70 where it is `saved`.

    Args:
        content: the file.
        kind: of `KINDS`: `cut` takes 5 to 15 % off each side, `resized` makes it 0.5 to 0.9 or 1.1 to 1.5 as large, `toned`
            makes it brighter or darker by a fifth.
        random: of the strengths.
    """
    pixels = np.asarray(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR))
    if "mirrored" in kind:
        pixels = np.ascontiguousarray(pixels[:, ::-1])
    if "cut" in kind:
        height, width = pixels.shape[:2]
        left, top, right, bottom = random.uniform(0.05, 0.15, 4)
        pixels = pixels[int(top * height) : height - int(bottom * height), int(left * width) : width - int(right * width)]
    if kind == "resized":
        factor = float(random.choice([random.uniform(0.5, 0.9), random.uniform(1.1, 1.5)]))
        how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
        pixels = np.asarray(cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=how))
    if kind == "toned":
        pixels = np.clip(pixels * float(random.choice([0.8, 1.2])), 0, 255).astype(np.uint8)
    quality = int(random.integers(30, 71)) if "saved" in kind else 95
    return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def read_folder(
    root: Path, train: dict[str, str], test: list[str], memory: Path, *, folds: int = 5, seed: int = 0
) -> tuple[AuditData, Callable[[int], NDArray[np.uint8]]]:
    """Rows, facts and pixels of `train/ID.jpg` and `test/ID.jpg`, as an audit reads them; folds are drawn at random.

    Args:
        root: the folder.
        train: id → label.
        test: ids.
        memory: a folder for what the scan remembers.
        folds: how many.
        seed: of the folds.
    """
    paths = [f"{part}/{name}.jpg" for part, names in (("train", list(train)), ("test", test)) for name in names]
    marks = fingerprint_images(root, paths, memory / "marks.json")
    facts = scan_images(root, paths, marks, folder=memory / "facts")
    labels, codes = np.unique(list(train.values()), return_inverse=True)
    data = AuditData(
        ids=(*train, *test),
        paths=tuple(paths),
        train_rows=len(train),
        sha256=tuple(mark.sha256 for mark in marks),
        facts=facts,
        kind="class",
        target="label",
        codes=codes.astype(np.int64),
        labels=tuple(labels.tolist()),
        values=np.array(list(train.values())),
        folds=np.random.default_rng(seed).integers(0, folds, (1, len(train))),
    )
    return data, lambda row: load_kept((root / paths[row]).read_bytes(), 256)[0]
