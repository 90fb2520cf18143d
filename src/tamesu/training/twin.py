"""A run that would train the very same network: one that differs in how predictions are made, and in nothing before.

Test-time augmentation changes no weight. So trying it on a trained recipe costs the predictions alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tamesu.artifacts.run import Job, Run
from tamesu.augmentations.part import PolicyPart
from tamesu.augmentations.table import AUGMENTATIONS
from tamesu.errors import DamagedError


def find_twin(run: Run, job: Job) -> tuple[Run, Job] | None:
    """A finished job of another run whose network is the one this job would train; None when there is none.

    Args:
        run: the run the job belongs to.
        job: fold and seed.
    """
    wanted = training_facts(run)
    for path in sorted(run.path.parent.glob("*/run.json")):
        if path.parent == run.path:
            continue
        try:
            other = Run(path.parent)
            twin = replace(job, run=other.name)
            if training_facts(other) == wanted and other.state(twin) == "done":
                other.read_file(twin, "weights.safetensors")
                return other, twin
        except DamagedError:
            continue
    return None


def training_facts(run: Run) -> dict[str, Any]:
    """What decides the weights of a run's networks, as plain values."""
    recipe = run.recipe.written()
    for key in ("name", "question", "seeds", "tta"):
        del recipe[key]
    spec = run.spec.model_dump(mode="json")
    for key in ("recipe_digest", "metric", "folds", "format", "labels_digests"):
        del spec[key]
    used = set(symmetries_of(run))
    spec["symmetries"] = {name: moves for name, moves in spec["symmetries"].items() if name in used}
    return {"recipe": recipe, "spec": spec}


def symmetries_of(run: Run) -> Iterator[str]:
    """The symmetries that the augmentations of training use."""
    for part in run.recipe.augmentations:
        built = AUGMENTATIONS.build(part.name, part.options, folder=run.folder)
        names = [choice.name for choice in built.choices()] if isinstance(built, PolicyPart) else [part.name]
        yield from (symmetry for name in names if (symmetry := getattr(AUGMENTATIONS[name], "symmetry", None)) is not None)
