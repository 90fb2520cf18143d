"""tamesu: the workbench for image competitions. Same folds, same seeds, baseline and idea side by side, a true verdict.

The verbs of the road are functions here, loaded when first used, so that `import tamesu` stays quick and free of torch:

    import tamesu
    tamesu.init("my-competition", data="downloads/paintings")
    run = tamesu.train("base", folder="my-competition")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

VERBS = ("check", "demo", "doctor", "init", "predict", "report", "split", "submit", "train")

if TYPE_CHECKING:
    from tamesu.demonstration import demo
    from tamesu.workflow import check, doctor, init, predict, report, split, submit, train

__all__ = ["__version__", "check", "demo", "doctor", "init", "predict", "report", "split", "submit", "train"]


def __getattr__(name: str) -> Any:
    if name == "demo":
        from tamesu.demonstration import demo

        return demo
    if name in VERBS:
        from tamesu import workflow

        return getattr(workflow, name)
    raise AttributeError(f"module 'tamesu' has no attribute {name!r}")
