"""tamesu: the workbench for image competitions. Same folds, same seeds, baseline and idea side by side, a true verdict.

The verbs of the road are functions here, loaded when first used, so that `import tamesu` stays quick and free of torch:

    import tamesu
    tamesu.init("my-competition", data="downloads/paintings")
    run = tamesu.train("base", folder="my-competition")
    verdicts = tamesu.try_ideas("base", ["smoothing"], folder="my-competition")
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

VERBS = (
    *(
        "audit",
        "augment",
        "check",
        "compare",
        "demo",
        "doctor",
        "explain",
        "find_batch_size",
        "find_lr",
        "history",
        "init",
        "list_cards",
        "list_ideas",
        "predict",
        "report",
        "split",
        "submit",
        "train",
    ),
    *("try_ideas", "tune_augmentations"),
)
# `try` is a word of Python's own, so its function is `try_ideas`; those that do not stand in `workflow`:
ELSEWHERE = {
    "audit": "auditing",
    "augment": "augmenting",
    "compare": "showing",
    "demo": "demonstration",
    "explain": "explaining",
    "find_batch_size": "sizing",
    "find_lr": "probing",
    "history": "showing",
    "list_cards": "drawer",
    "list_ideas": "queueing",
    "try_ideas": "trying",
    "tune_augmentations": "tuning",
}

if TYPE_CHECKING:
    from tamesu.auditing import audit
    from tamesu.augmenting import augment
    from tamesu.demonstration import demo
    from tamesu.drawer import list_cards
    from tamesu.explaining import explain
    from tamesu.probing import find_lr
    from tamesu.queueing import list_ideas
    from tamesu.showing import compare, history
    from tamesu.sizing import find_batch_size
    from tamesu.trying import try_ideas
    from tamesu.tuning import tune_augmentations
    from tamesu.workflow import check, doctor, init, predict, report, split, submit, train

__all__ = [
    "__version__",
    "audit",
    "augment",
    "check",
    "compare",
    "demo",
    "doctor",
    "explain",
    "find_batch_size",
    "find_lr",
    "history",
    "init",
    "list_cards",
    "list_ideas",
    "predict",
    "report",
    "split",
    "submit",
    "train",
    "try_ideas",
    "tune_augmentations",
]


def __getattr__(name: str) -> Any:
    if name in VERBS:
        return getattr(importlib.import_module(f"tamesu.{ELSEWHERE.get(name, 'workflow')}"), name)
    raise AttributeError(f"module 'tamesu' has no attribute {name!r}")
