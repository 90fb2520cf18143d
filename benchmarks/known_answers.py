"""Part 3 of the verdicts' benchmark: ideas whose answer is known, on real images.

    python benchmarks/known_answers.py FOLDER [--shared ../shared]

digits    a mirrored digit is another sign or none          → drop
pets37    ImageNet weights against random ones              → keep
pets37    mobilenetv2_100 against 035, frozen              → keep
pets37    a setting written in another way                  → same, and nothing is trained for it
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import yaml

from tamesu import workflow
from tamesu.intake.digits import write_digits
from tamesu.progress import Lines
from tamesu.trying import try_ideas

SIZE_PX, EPOCHS, BATCH = 96, 10, 16
# The backbones are compared frozen, as features: 37 classes of 8 training images say little about fine-tuning.
FROZEN_PX = 128


def make_digits(folder: Path) -> Path:
    """The demo's competition."""
    path = folder / "digits"
    if not (path / "competition.yaml").exists():
        path.mkdir(parents=True)
        write_digits(path, 300)
        workflow.init(path, backbone="test_resnet", weights="none", size_px=32, epochs=12)
        # Scores of the test rows are not asked for here, and predicting them would take as long as training.
        keep_train_only(path)
    return path


def keep_train_only(path: Path) -> None:
    plain = yaml.safe_load((path / "competition.yaml").read_text(encoding="utf-8"))
    for key in ("test", "submission"):
        plain.pop(key, None)
    (path / "competition.yaml").write_text(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False), encoding="utf-8")


def make_pets(folder: Path, shared: Path) -> Path:
    """pets37 as `init` writes it, small; one recipe without weights, one that trains the head only."""
    path, weights = folder / "pets37", shared / "weights"
    if not (path / "competition.yaml").exists():
        workflow.init(
            path,
            data=shared / "data" / "pets37",
            backbone="mobilenetv2_035",
            weights=str(weights / "mobilenetv2_035.safetensors"),
            size_px=SIZE_PX,
            epochs=EPOCHS,
        )
        base = yaml.safe_load((path / "recipes" / "base.yaml").read_text(encoding="utf-8"))
        base["batch_size"] = BATCH
        (path / "recipes" / "base.yaml").write_text(yaml.safe_dump(base, sort_keys=False), encoding="utf-8")
        (path / "recipes" / "random.yaml").write_text(
            "from: base\nbackbone: {mobilenetv2_035: {weights: none}}\n", encoding="utf-8"
        )
        frozen = {"from": "base", "freeze": 8, "image": {"size": FROZEN_PX}, "optimizer": {"adamw": {"lr": 5e-3}}}
        (path / "recipes" / "frozen.yaml").write_text(yaml.safe_dump(frozen, sort_keys=False), encoding="utf-8")
        options = base["backbone"]["mobilenetv2_035"]
        small = options["weights"]
        ideas = {
            "imagenet": {"backbone.mobilenetv2_035.weights": small},
            "larger_backbone": {
                "backbone": {"mobilenetv2_100": options | {"weights": small.replace("mobilenetv2_035", "mobilenetv2_100")}}
            },
            "renamed": {"batch_size": BATCH},
        }
        (path / "ideas.yaml").write_text(yaml.safe_dump(ideas, sort_keys=False), encoding="utf-8")
    return path


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    options = parser.parse_args(argv)
    reporter = Lines(60.0)
    questions = [(make_digits(options.folder), "base", "flip", "drop")]
    pets = make_pets(options.folder, options.shared)
    questions += [
        (pets, "random", "imagenet", "keep"),
        (pets, "frozen", "larger_backbone", "keep"),
        (pets, "base", "renamed", "same"),
    ]
    right, lines = 0, []
    for folder, recipe, idea, answer in questions:
        started = time.monotonic()
        (verdict,) = try_ideas(recipe, [idea], folder=folder, reporter=reporter)
        right += verdict.word == answer
        lines.append(
            f"{folder.name} {recipe} {idea}: {verdict.word} (expected {answer}); gain {verdict.gain:+.4f} "
            f"[{verdict.low:+.4f}, {verdict.high:+.4f}], better {verdict.better:.4f}, {len(verdict.pairs)} pairs, noise "
            f"{verdict.noise}, {time.monotonic() - started:.0f} s"
        )
    print("\n".join(lines))
    print(f"{right} of {len(questions)} answers as known")
    return 0 if right == len(questions) else 1


if __name__ == "__main__":
    sys.exit(main())
