"""What `explain` calls runs in which one thing is wrong, and clean ones: a table of planted kinds against names.

    python benchmarks/diagnoses.py FOLDER [--shared ../shared] [--seeds 4] [--pet-seeds 2]

FOLDER gets one competition a run; what is trained already is only looked at again. A run's name is its first finding that is
severe or a warning; `clean` where there is none. Digits: eight kinds but the marked corner, which their 32 px leave no map for;
pets37 (cats and dogs, mobilenetv2_100 with its first five stages frozen): seven kinds but the huge network.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.road.planted_runs import CASES, NAMES, make_digits, make_pets

from tamesu import workflow
from tamesu.allocation import keep_memory
from tamesu.explaining import explain
from tamesu.threads import wait_politely

# Whose networks are asked where they look; for the other kinds words are enough, and quicker.
ASKED = ("clean", "corner")


def name_run(folder: Path, kind: str) -> str:
    """Train where it is not trained, explain, and give the name."""
    run = workflow.train("base", folder=folder)
    found = explain(run.name, folder=folder, pictures=64 if kind in ASKED else 0)
    return next((one.code for one in found if one.weight != "note"), "clean")


def main() -> None:
    """Make, train and name all runs, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--pet-seeds", type=int, default=2)
    words = parser.parse_args()
    wait_politely()
    keep_memory()
    wanted = [("digits", kind, seed) for seed in range(words.seeds) for kind in CASES if kind != "corner"]
    wanted += [("pets", kind, seed) for seed in range(words.pet_seeds) for kind in CASES if kind != "overfits"]
    table: Counter[tuple[str, str]] = Counter()
    for data, kind, seed in wanted:
        folder = words.folder / f"{kind}-{seed}" if data == "digits" else words.folder / f"pets-{kind}-{seed}"
        if not (folder / "competition.yaml").exists():
            if data == "digits":
                make_digits(folder, kind, seed)
            else:
                make_pets(folder, kind, seed, words.shared)
        told = name_run(folder, kind)
        table[kind, told] += 1
        print(f"{data} {kind} {seed}: {told}", file=sys.stderr, flush=True)
    names = sorted({told for _, told in table})
    print("| planted | " + " | ".join(names) + " |\n|---|" + "---|" * len(names))
    for kind in CASES:
        print(f"| {kind} | " + " | ".join(str(table[kind, told] or "") for told in names) + " |")
    right = sum(count for (kind, told), count in table.items() if told == NAMES[kind])
    print(f"\n{right} of {len(wanted)} runs have their right name ({right / len(wanted):.1%})")


if __name__ == "__main__":
    main()
