"""Attention, more tasks, distances: each an idea beside the same baseline, on two small sets of real photos.

    python benchmarks/heads_story.py FOLDER [--shared ../shared] [--budget 50m] [--only pets37]

pets37: 370 photos of 37 breeds, with species, a box around the animal, and a small table of coats and ears per breed
(pets_attributes.csv). pets3: 600 photos of 3 breeds, with a trimap for each and a box around the head for 296. What came of it
is in docs/heads-ideas.md.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from tamesu.artifacts.durations import parse_duration
from tamesu.progress import Lines
from tamesu.trying import try_ideas

ATTRIBUTES = Path(__file__).with_name("pets_attributes.csv")
COATS, EARS = ["short", "medium", "long", "bare"], ["upright", "folded", "half"]
BOX = ["x0", "y0", "x1", "y1"]


def make_recipe(weights: Path, size_px: int, epochs: int, **changes: Any) -> dict[str, Any]:
    """A small network, fine-tuned; as a whole unless changes say otherwise."""
    return {
        "question": "What does a plain fine-tuned MobileNetV2 (0.35) tell?",
        "image": {"size": size_px},
        "backbone": {"mobilenetv2_035": {"weights": str(weights), "mean": [0.5] * 3, "std": [0.5] * 3, "pad_type": "same"}},
        "heads": {"label": {"loss": "cross_entropy"}},
        "augmentations": [{"random_resized_crop": {"scale": [0.6, 1.0]}}, "horizontal_flip"],
        "optimizer": {"adamw": {"lr": 5e-4, "weight_decay": 0.05}},
        "schedule": {"cosine": {"warmup_epochs": 1}},
        "epochs": epochs,
        "batch_size": 16,
        "seeds": [0],
    } | changes


SHARED_IDEAS: dict[str, dict[str, Any]] = {
    "attention": {"pooling": "attention"},
    "attention_heads": {"pooling": {"multi_head_attention": {"heads": 4, "diversity": 0.1}}},
    "smoothing": {"heads.label.loss": {"cross_entropy": {"label_smoothing": 0.1}}},
    "triplet": {"heads.close": {"target": "label", "loss": "triplet", "weight": 0.3}},
    "center": {"heads.centre": {"target": "label", "loss": "center", "weight": 0.003}},
    "arcface": {"heads.label.loss": {"arcface": {"scale": 16.0, "margin": 0.2}}},
}


def make_pets37(folder: Path, shared: Path) -> Path:
    """pets37 with its targets; everything but the breed is known in training only."""
    path = folder / "pets37"
    if (path / "competition.yaml").exists():
        return path
    train_only = {"known_in": "train"}
    made_from = {"of": "label", "table": "attributes.csv", "key": "breed"}
    targets = {
        "label": {"kind": "class", "column": "label"},
        "species": {"kind": "class", "column": "species"} | train_only,
        "box": {"kind": "points", "columns": BOX, "unit": "fraction", "box": True} | train_only,
        "coat": {"kind": "soft", "derive": {"attributes": made_from | {"columns": COATS}}} | train_only,
        "ears": {"kind": "soft", "derive": {"attributes": made_from | {"columns": EARS}}} | train_only,
    }
    write_competition(path, shared / "data" / "pets37", targets)
    shutil.copy(ATTRIBUTES, path / "attributes.csv")
    species, box = {"loss": "cross_entropy", "weight": 0.3}, {"loss": "smooth_l1", "weight": 0.3}
    soft = {name: {"loss": "kl_divergence", "weight": 0.3} for name in ("coat", "ears")}
    ideas = SHARED_IDEAS | {
        "species": {"heads.species": species},
        "box": {"heads.box": box},
        "attributes_kl": {f"heads.{name}": head for name, head in soft.items()},
        "attributes_bce": {f"heads.{name}": head | {"loss": "bce"} for name, head in soft.items()},
        "tasks": {"heads.species": species, "heads.box": box} | {f"heads.{name}": head for name, head in soft.items()},
        "story": {"pooling": "attention", "heads.species": species, "heads.box": box}
        | {f"heads.{name}": head for name, head in soft.items()}
        | SHARED_IDEAS["triplet"],
    }
    # Eight images a breed: trained as a whole the network learns them by heart.
    kept = {"freeze": 3, "optimizer": {"adamw": {"lr": 1e-3, "weight_decay": 0.05}}}
    recipe = make_recipe(shared / "weights" / "mobilenetv2_035.safetensors", 128, 8, **kept)
    write_plain(path / "recipes" / "base.yaml", recipe)
    write_plain(path / "ideas.yaml", ideas)
    return path


def make_pets3(folder: Path, shared: Path) -> Path:
    """pets3 with trimaps and boxes around heads; half of the boxes are missing."""
    path = folder / "pets3"
    if (path / "competition.yaml").exists():
        return path
    train_only = {"known_in": "train"}
    trimap = {"kind": "mask", "mask": "masks/{mask}", "labels": ["background", "body", "border"], "values": [2, 1, 3]}
    targets = {
        "label": {"kind": "class", "column": "label"},
        "trimap": trimap | train_only,
        "box": {"kind": "points", "columns": BOX, "unit": "fraction", "box": True} | train_only,
        "body": {"kind": "value", "derive": {"area": {"of": "trimap", "labels": ["body"]}}} | train_only,
    }
    write_competition(path, shared / "data" / "pets3", targets)
    coarse, fine = {"loss": "cross_entropy", "weight": 0.3}, {"unet": {"widths": [64, 32, 32], "stride": 4}}
    ideas = SHARED_IDEAS | {
        "trimap": {"heads.trimap": coarse},
        "trimap_unet": {"heads.trimap": coarse | {"decoder": fine}},
        "box": {"heads.box": {"loss": "smooth_l1", "weight": 0.3}},
        "body": {"heads.body": {"loss": "smooth_l1", "weight": 0.1}},
        "story": {"pooling": "attention", "heads.trimap": coarse} | SHARED_IDEAS["triplet"],
    }
    write_plain(path / "recipes" / "base.yaml", make_recipe(shared / "weights" / "mobilenetv2_035.safetensors", 96, 5))
    write_plain(path / "ideas.yaml", ideas)
    return path


def write_competition(path: Path, data: Path, targets: dict[str, Any]) -> None:
    """competition.yaml: five folds; corners are named after no side, so that a mirror image changes no name."""
    (path / "recipes").mkdir(parents=True)
    write_plain(
        path / "competition.yaml",
        {
            "name": path.name,
            "data": str(data),
            "id": "image",
            "train": {"table": "train.csv", "image": "images/{image}"},
            "targets": targets,
            "main": "label",
            "metric": "accuracy",
            "folds": {"splitter": "stratified_kfold", "n_splits": 5, "repeats": 1, "seed": 0},
            "symmetries": {"horizontal_flip": "allowed"},
            "accept": ["TABLE_LABEL_MISSING"],
        },
    )


def write_plain(path: Path, plain: Any) -> None:
    """A file as one would write it by hand."""
    path.write_text(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False), encoding="utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    """Try the queues; the ledgers are in FOLDER/*/verdicts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--budget", default="50m")
    parser.add_argument("--only", choices=["pets37", "pets3"])
    options = parser.parse_args(argv)
    makers = {"pets37": make_pets37, "pets3": make_pets3}
    for name in [options.only] if options.only else list(makers):
        path = makers[name](options.folder, options.shared.resolve())
        try_ideas("base", folder=path, budget_s=parse_duration(options.budget), stack=False, coupled=True, reporter=Lines())
    return 0


if __name__ == "__main__":
    sys.exit(main())
