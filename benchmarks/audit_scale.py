"""How time and memory of the audit grow with the number of images, beside n log n.

    python benchmarks/audit_scale.py [--count 1000 --count 3000 --count 10000] [--workers 2] [--folder FOLDER]

Per count, synthetic photos (96 x 128 px JPEGs of blobs, stripes and noise, from seeds) are made in a temporary folder, and a
fresh process goes through the steps in `STEPS`. Written per step: seconds; processor seconds of all processes, which other work
on the machine disturbs less; these divided by n log2 n, as a ratio to the first count (1: the step grows as n log n; below 1:
slower); and the process's own peak memory. A helper's peak counts what its parent held when it was started.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from tamesu.auditing import audit
from tamesu.images.fingerprint import fingerprint_images
from tamesu.images.scan import scan_images

COUNTS = (1_000, 3_000, 10_000, 30_000, 100_000)
HEIGHT, WIDTH = 96, 128
IMAGES_PER_FOLDER = 1_000


def draw_photo(seed: int) -> np.ndarray:
    """A picture with structure: smooth colours, a few sharp blobs, stripes and noise; uint8 (96, 128, 3)."""
    rng = np.random.default_rng(seed)
    photo: np.ndarray = cv2.resize(
        rng.uniform(0, 255, (4, 5, 3)).astype(np.float32), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC
    )
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    photo += 15 * np.sin(rng.uniform(0.05, 0.5) * x + rng.uniform(0.05, 0.5) * y)[..., None]
    for _ in range(5):
        centre, axes = (
            (int(rng.integers(WIDTH)), int(rng.integers(HEIGHT))),
            (int(rng.integers(4, 30)), int(rng.integers(4, 30))),
        )
        cv2.ellipse(photo, centre, axes, float(rng.uniform(0, 180)), 0, 360, rng.uniform(0, 255, 3).tolist(), -1)
    photo += rng.normal(0, 4, photo.shape).astype(np.float32)
    return photo.clip(0, 255).astype(np.uint8)


def list_photos(count: int) -> list[str]:
    """Paths of the photos; a thousand a folder."""
    return [f"{number // IMAGES_PER_FOLDER:03}/{number:06}.jpg" for number in range(count)]


def make_photos(root: Path, count: int) -> None:
    """Write the photos that are not there yet."""
    for number, relative in enumerate(list_photos(count)):
        path = root / relative
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(cv2.imencode(".jpg", draw_photo(number), [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes())


class Audit:
    """What one step hands to the next."""

    def __init__(self, root: Path, memory: Path, count: int, workers: int) -> None:
        self.root, self.memory, self.workers = root, memory, workers
        self.relatives = list_photos(count)
        self.folder = memory / "competition"
        write_competition(self.folder, root, count)

    def fingerprint(self) -> None:
        """Size, time and SHA-256 of each file."""
        self.marks = fingerprint_images(self.root, self.relatives, self.memory / "marks")

    def scan(self) -> None:
        """The look at every file; from memory when it was looked at before."""
        self.facts = scan_images(self.root, self.relatives, self.marks, folder=self.memory, workers=self.workers)
        if not self.facts.readable.all():
            raise RuntimeError("a photo of ours is not readable")

    def audit(self) -> None:
        """The whole verb, from tables to page; no recipe, so pixel features stand in for those of a network."""
        findings = audit(self.folder)
        if "AUDIT_UNREADABLE" in {finding.code for finding in findings}:
            raise RuntimeError("a photo of ours is not readable")
        if severe := [finding.code for finding in findings if finding.weight == "severe"]:
            raise RuntimeError(f"a false alarm: {severe}")


# In the order in which they run; each a function of `Audit`. The whole verb scans once more, with a memory of its own.
STEPS: dict[str, Callable[[Audit], None]] = {
    "fingerprint": Audit.fingerprint,
    "scan": Audit.scan,
    "fingerprint, again": Audit.fingerprint,
    "scan, again": Audit.scan,
    "audit": Audit.audit,
    "audit, again": Audit.audit,
}


def write_competition(folder: Path, root: Path, count: int) -> None:
    """A competition over the photos: five classes in which every tenth photo is of test."""
    folder.mkdir(parents=True)
    photos = list_photos(count)
    test = photos[::10]
    rng = np.random.default_rng(0)
    rows = [f"{photo},{'abcde'[rng.integers(5)]}" for place, photo in enumerate(photos) if place % 10]
    (root / "train.csv").write_text("image,label\n" + "\n".join(rows) + "\n")
    (root / "test.csv").write_text("image\n" + "\n".join(test) + "\n")
    competition = {
        "name": "scale",
        "id": "image",
        "data": os.path.relpath(root, folder),
        "train": {"table": "train.csv", "image": "{image}"},
        "test": {"table": "test.csv", "image": "{image}"},
        "targets": {"label": {"kind": "class", "column": "label"}},
        "main": "label",
        "metric": "accuracy",
    }
    (folder / "competition.yaml").write_text(json.dumps(competition))


def measure(root: Path, memory: Path, count: int, workers: int) -> dict[str, Any]:
    """Go through the steps in this process.

    Returns:
        `steps`: per step, seconds, processor seconds, and the process's peak memory until then in MB; `helper_mb`: the
        largest helper's.
    """
    audit = Audit(root, memory, count, workers)
    steps = {}
    for name, step in STEPS.items():
        started, busy = time.perf_counter(), sum(os.times()[:4])
        step(audit)
        steps[name] = [time.perf_counter() - started, sum(os.times()[:4]) - busy, find_peak_mb()]
    return {"steps": steps, "helper_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024}


def find_peak_mb() -> float:
    """This process's peak resident memory; not of the process that started it, which `getrusage` would hand down."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found[1]) / 1024 if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, action="append", help=f"images; may repeat; {COUNTS} when not given")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where photos stay for another run; a temporary folder when not given")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    counts = sorted(options.count or COUNTS)
    with tempfile.TemporaryDirectory() as temporary:
        if options.inside is not None:
            print(json.dumps(measure(options.inside, Path(temporary), counts[0], options.workers)))
            return 0
        root = options.folder or Path(temporary) / "photos"
        first: dict[str, float] = {}
        for count in counts:
            make_photos(root, count)
            arguments = [
                sys.executable,
                __file__,
                "--count",
                str(count),
                "--workers",
                str(options.workers),
                "--inside",
                str(root),
            ]
            found = json.loads(subprocess.run(arguments, capture_output=True, check=True, text=True).stdout)
            for name, (seconds, busy, peak_mb) in found["steps"].items():
                unit = max(busy, 0.01) / (count * math.log2(count))
                ratio = unit / first.setdefault(name, unit)
                print(
                    f"{count:7,d}  {name:20s} {seconds:8.2f} s  {busy:8.2f} s busy, ratio {ratio:5.2f}  peak {peak_mb:6.0f} MB"
                )
            print(f"{count:7,d}  the largest helper: {found['helper_mb']:.0f} MB", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
