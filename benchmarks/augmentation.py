"""Augmentation beside what people use: images per second, and how true a turned and shrunk picture is.

Each engine has a process of its own: tamesu in this environment, the others in .venv-peers-aug (how to make it stands in
augmentation-requirements.txt). Rounds are interleaved, one engine at a time, so that a noisy machine disturbs all alike.

    python benchmarks/augmentation.py speed                        one thread and two, four recipes
    python benchmarks/augmentation.py speed --device cuda          a GPU batch beside the two-core pipelines
    python benchmarks/augmentation.py quality                      PSNR beside a supersampled reference
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from augmentation_engines import BATCH, RECIPES, find_versions
from augmentation_quality import DEGREES, FACTORS, REFERENCES, compared_pixels, psnr, supersample
from tamesu.artifacts.environment import describe_environment

HERE = Path(__file__).resolve().parent
PEERS = ("albumentations", "torchvision v2, tensor", "torchvision v2, PIL", "timm, PIL", "kornia, batch")
ON_DEVICE = ("tamesu, cuda", "kornia, cuda")
SIDE = 256


class Worker:
    """One engine in a process of its own.

    Args:
        engine: its name in augmentation_engines.py.
        python: the interpreter of its environment.
        photos: the file of photos.
    """

    def __init__(self, engine: str, python: Path, photos: Path) -> None:
        self.engine = engine
        words = [str(python), "-W", "ignore", str(HERE / "augmentation_engines.py"), engine, str(photos)]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def send(self, **request: Any) -> None:
        """Give it something to do."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        """Its answer; waits for it."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.engine} ended with exit code {self.process.wait()}; its error stands above")
        reply: dict[str, Any] = json.loads(line)
        return reply

    def close(self) -> None:
        """End it."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def read_photos(folder: Path, count: int) -> list[np.ndarray]:
    """The first photos of a folder by name whose shorter side is at least 256 px (fewer pixels only if there are too few)."""
    found: list[np.ndarray] = []
    smaller: list[np.ndarray] = []
    for path in sorted(folder.rglob("*.jpg")):
        image = cv2.imread(str(path), cv2.IMREAD_COLOR)
        if image is None:
            continue
        (found if min(image.shape[:2]) >= SIDE else smaller).append(np.ascontiguousarray(image[:, :, ::-1]))
        if len(found) == count:
            return found
    return (found + smaller)[:count]


def square(photo: np.ndarray) -> np.ndarray:
    """The shorter side at 256 px, the middle 256 x 256 pixels."""
    scale = SIDE / min(photo.shape[:2])
    if scale != 1.0:
        size = [max(SIDE, round(length * scale)) for length in photo.shape[1::-1]]
        photo = cv2.resize(photo, size, interpolation=cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR)
    y, x = (photo.shape[0] - SIDE) // 2, (photo.shape[1] - SIDE) // 2
    return photo[y : y + SIDE, x : x + SIDE]


def make_round(workers: Sequence[Worker], recipe: str, output: str, threads: int, seconds: float) -> dict[str, float] | str:
    """One engine's round, in all given processes at once: images per second by the clock and by the processor's time.

    Returns:
        `clock` and `processor`, or why the engine cannot do it.
    """
    for worker in workers:
        worker.send(do="speed", recipe=recipe, output=output, threads=threads, seconds=seconds)
    replies = [worker.receive() for worker in workers]
    if "unsupported" in replies[0]:
        return str(replies[0]["unsupported"])
    clock = sum(reply["images"] / reply["wall"] for reply in replies)
    return {"clock": clock, "processor": sum(r["images"] for r in replies) / sum(r["cpu"] for r in replies)}


def measure_table(teams: dict[str, list[Worker]], recipe: str, output: str, cores: int, options: Any) -> list[dict[str, Any]]:
    """All engines on one recipe; with two cores each works in two threads and in two processes, and the better counts.

    Two processes are counted without handing their batches over, which a data loader has to do as well. tamesu works in
    threads, as it trains.
    """
    rates: dict[tuple[str, str], list[dict[str, float]]] = {}
    for _ in range(options.rounds):
        for engine, team in teams.items():
            ways = {"one thread": (team[:1], 1)} if cores == 1 else {"two threads": (team[:1], 2)}
            if cores == 2 and len(team) == 2:
                ways["two processes"] = (team, 1)
            for way, (workers, threads) in ways.items():
                rate = make_round(workers, recipe, output, threads, options.seconds)
                if isinstance(rate, str):
                    if not any(engine == known for known, _ in rates):
                        print(f"  {engine}: {rate}", flush=True)
                    rates[engine, way] = []
                else:
                    rates.setdefault((engine, way), []).append(rate)
    best: dict[str, str] = {}
    for (engine, way), found in rates.items():
        if found and (engine not in best or median(found, "clock") > median(rates[engine, best[engine]], "clock")):
            best[engine] = way
    ours = rates.get(("tamesu", best.get("tamesu", "")), [])
    rows = []
    for engine, way in best.items():
        found = rates[engine, way]
        row: dict[str, Any] = {"recipe": recipe, "output": output, "cores": cores, "engine": engine, "way": way}
        row["images_per_second"] = [rate["clock"] for rate in found]
        row["images_per_processor_second"] = [rate["processor"] for rate in found]
        for kind in ("clock", "processor"):
            row[f"ours_over_it_by_{kind}"] = [mine[kind] / its[kind] for mine, its in zip(ours, found, strict=False)]
        row["other_ways"] = {w: median(f, "clock") for (e, w), f in rates.items() if e == engine and w != way and f}
        rows.append(row)
    return rows


def median(rates: list[dict[str, float]], kind: str) -> float:
    """The median of rounds."""
    return statistics.median(rate[kind] for rate in rates)


def spread(values: Sequence[float], digits: int) -> str:
    """Median, smallest and largest."""
    low, high = min(values), max(values)
    return f"{statistics.median(values):.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def print_speed(rows: list[dict[str, Any]], device: str) -> None:
    """One table in Markdown."""
    first = rows[0]
    where = "one core" if first["cores"] == 1 else "two cores"
    print(f"\n{first['recipe']}, {first['output']} out, {where}{', and a GPU' if device == 'cuda' else ''}\n")
    print("| engine | way | img/s | tamesu is faster, times | the same by processor time |\n|---|---|---|---|---|")
    for row in rows:
        ratios = [row["ours_over_it_by_clock"], row["ours_over_it_by_processor"]]
        told = ["1" if row["engine"] == "tamesu" else spread(ratio, 2) if ratio else "" for ratio in ratios]
        print(f"| {row['engine']} | {row['way']} | {spread(row['images_per_second'], 0)} | {told[0]} | {told[1]} |", flush=True)


def measure_speed(options: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    """Every recipe, output and number of cores, one table each."""
    photos = scratch / "photos.npy"
    chosen = read_photos(options.data, options.photos or 256)
    np.save(photos, np.stack([square(photo) for photo in chosen]))
    print(f"{len(chosen)} photos of {SIDE} px, batches of {BATCH}, {options.rounds} rounds of {options.seconds:g} s each")
    engines = ["tamesu", *options.engines, *(ON_DEVICE if options.device == "cuda" else ())]
    teams: dict[str, list[Worker]] = {}
    for engine in engines:
        python = Path(sys.executable) if engine.startswith("tamesu") else options.peers_python
        pairs = 2 if engine in PEERS and 2 in options.cores else 1
        teams[engine] = [Worker(engine, python, photos) for _ in range(pairs)]
    versions = find_versions()
    rows: list[dict[str, Any]] = []
    try:
        for team in teams.values():
            for worker in team:
                worker.send(do="versions")
                versions = worker.receive() | versions
        for output in options.outputs:
            for recipe in options.recipes:
                for cores in options.cores:
                    fresh = measure_table(teams, recipe, output, cores, options)
                    if fresh:
                        print_speed(fresh, options.device)
                    rows += fresh
    finally:
        for team in teams.values():
            for worker in team:
                worker.close()
    return {"versions": versions, "rows": rows}


def measure_quality(options: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    """PSNR of every engine, way of working, shrink factor and reference, photo by photo."""
    photos = []
    for number, photo in enumerate(read_photos(options.data, options.photos or 50)):
        # Even sides, so that the middle of the photo lies between pixels for everyone.
        height, width = (length // 2 * 2 for length in photo.shape[:2])
        photos.append(np.ascontiguousarray(photo[:height, :width]))
        np.save(scratch / f"{number}.npy", photos[-1])
    scores: dict[tuple[str, str, str], dict[float, list[float]]] = {}
    workers = {}
    for engine in ["tamesu", *(name for name in options.engines if name != "timm, PIL")]:
        python = Path(sys.executable) if engine == "tamesu" else options.peers_python
        workers[engine] = Worker(engine, python, scratch / "0.npy")
    versions = find_versions()
    try:
        for worker in workers.values():
            worker.send(do="versions")
            versions = worker.receive() | versions
        for number, photo in enumerate(photos):
            references = {factor: supersample(photo, factor, DEGREES) for factor in FACTORS}
            for engine, worker in workers.items():
                out = scratch / "pictures.npz"
                given = {"photo": str(scratch / f"{number}.npy"), "factors": FACTORS, "degrees": DEGREES, "out": str(out)}
                worker.send(do="quality", **given)
                worker.receive()
                with np.load(out) as pictures:
                    for key in pictures.files:
                        factor, way = float(key.partition("|")[0]), key.partition("|")[2]
                        compared = compared_pixels(factor, DEGREES)
                        for kind in REFERENCES:
                            score = psnr(pictures[key], references[factor][kind], compared)
                            scores.setdefault((kind, engine, way), {}).setdefault(factor, []).append(score)
    finally:
        for worker in workers.values():
            worker.close()
    for kind in REFERENCES:
        print(f"\nPSNR in dB, mean (smallest to largest) over {len(photos)} photos, {kind} reference\n")
        print(f"| engine | {' | '.join(f'shrunk {factor:g}' for factor in FACTORS)} |\n|---|{'---|' * len(FACTORS)}")
        for (its_kind, engine, way), by_factor in scores.items():
            if its_kind == kind:
                cells = [f"{np.mean(v):.2f} ({min(v):.1f} to {max(v):.1f})" for v in by_factor.values()]
                print(f"| {engine}{f': {way}' if way else ''} | {' | '.join(cells)} |")
        print_distance({key[1:]: means for key, means in average(scores).items() if key[0] == kind})
    rows = [
        {"reference": kind, "engine": engine, "way": way, "factor": factor, "psnr": values}
        for (kind, engine, way), by_factor in scores.items()
        for factor, values in by_factor.items()
    ]
    return {"versions": versions, "rows": rows}


def average(scores: dict[tuple[str, str, str], dict[float, list[float]]]) -> dict[tuple[str, str, str], list[float]]:
    """The mean over the photos at each factor."""
    return {key: [float(np.mean(values)) for values in by_factor.values()] for key, by_factor in scores.items()}


def print_distance(means: dict[tuple[str, str], list[float]]) -> None:
    """tamesu's mean beside the best peer's, cropping first and in any order."""
    for told, wanted in (("that crops first", "crop, rotate"), ("in any order", "")):
        peers = [values for (engine, way), values in means.items() if engine != "tamesu" and way.endswith(wanted)]
        if peers:
            best = np.max(peers, axis=0)
            gains = [f"{gain:+.2f}" for gain in np.array(means["tamesu", ""]) - best]
            print(f"| tamesu minus the best peer {told} | {' | '.join(gains)} |")


def build_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=("speed", "quality"))
    parser.add_argument("--peers-python", type=Path, default=HERE.parent / ".venv-peers-aug" / "bin" / "python")
    parser.add_argument("--data", type=Path, default=HERE.parents[1] / "shared" / "data" / "pets3" / "images")
    parser.add_argument("--photos", type=int, help="how many: 256 for speed, 50 for quality")
    parser.add_argument("--engines", nargs="*", choices=PEERS, default=PEERS, metavar="PEER", help=", ".join(PEERS))
    parser.add_argument("--recipes", nargs="+", choices=RECIPES, default=RECIPES)
    parser.add_argument("--outputs", nargs="+", choices=("uint8", "float32"), default=("uint8", "float32"))
    parser.add_argument("--cores", nargs="+", type=int, choices=(1, 2), default=(1, 2))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.5, help="of each engine in each round, at least one batch")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--json", type=Path)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print the tables, write the file."""
    options = build_parser().parse_args(argv)
    # The virtual environment is found by the path of its interpreter: no resolving of links.
    options.peers_python = options.peers_python.absolute()
    if not options.peers_python.exists():
        print(f"{options.peers_python} is not there; augmentation-requirements.txt says how to make it", file=sys.stderr)
        return 1
    load = [os.getloadavg()[0]]
    with tempfile.TemporaryDirectory() as scratch:
        measure = measure_speed if options.mode == "speed" else measure_quality
        found = measure(options, Path(scratch))
    load.append(os.getloadavg()[0])
    print("\n" + ", ".join(f"{name} {number}" for name, number in sorted(found["versions"].items())))
    print(f"load over one minute: {load[0]:.1f} before, {load[1]:.1f} after (this run's own included)")
    if options.json:
        found |= {"mode": options.mode, "environment": describe_environment(), "rounds": options.rounds, "load": load}
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
