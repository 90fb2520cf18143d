"""What a submission is told by, and the record beside it: the run behind it, its seeds, its rule."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from tamesu.artifacts.competition import Part
from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.files import write_json
from tamesu.artifacts.predictions import Predictions
from tamesu.artifacts.run import Run
from tamesu.errors import Fault, InputError, Where
from tamesu.messages.advice import NOT_WORTH_IT, WORTH_IT
from tamesu.platforms import PLATFORMS
from tamesu.results.decision import Decision, apply_rule, decide_run
from tamesu.results.public_scores import keep_public


def decide_outputs(run: Run, train: Dataset, outputs: np.ndarray, platform: Part) -> tuple[np.ndarray, Decision, Fault]:
    """Test predictions told by a rule that is fitted on the run's out-of-fold predictions.

    Args:
        run: at least one seed is complete.
        train: its training rows, with their labels.
        outputs: of the main target, (rows, labels).
        platform: where they go; its threshold tells a label.

    Returns:
        What is to be submitted instead, the decision, and a note on what it is worth.

    Raises:
        InputError: ADVICE_DECIDE_NOTHING, no rule makes a difference here.
    """
    decision = decide_run(run, train, run.complete_seeds())
    if decision is None:
        about = {"metric": run.spec.metric.name, "kind": run.spec.targets[run.spec.main].kind}
        raise InputError(Fault("ADVICE_DECIDE_NOTHING", "refuse", Where(run.name), about))
    threshold = float(PLATFORMS.build(platform.name, platform.options).threshold)
    values: dict[str, object] = {
        "metric": run.spec.metric.name,
        "plain": f"{decision.plain:.4f}",
        "nested": f"{decision.nested:.4f}",
        "gain": f"{decision.gain:+.4f}",
        "spread": f"{decision.spread:.4f}",
        "worth": WORTH_IT if decision.is_worth_it else NOT_WORTH_IT,
    }
    note = Fault("ADVICE_DECIDED", "note", Where(run.name), values)
    return apply_rule(decision.rule, outputs, threshold), decision, note


def describe_submission(path: Path, run: Run, predictions: Predictions, decision: Decision | None = None) -> Path:
    """Write the JSON beside a submission: the run behind it, its seeds, unreadable rows, and the rule when there is one.

    Args:
        path: the submission, written.
        run: whose predictions it holds.
        predictions: of the test rows.
        decision: what told them; None when they are as they were.

    Returns:
        The JSON's path; a score noted for the very same file stays in it.
    """
    about: dict[str, Any] = {
        "run": run.name,
        "run_digest": run.spec.digest(),
        "seeds": run.complete_seeds(),
        "unreadable_rows": int(predictions.flagged.sum()),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    if decision is not None:
        rule = {"form": decision.rule.form, "labels": run.spec.targets[run.spec.main].labels, "values": decision.rule.values}
        worth = {"plain": decision.plain, "nested": decision.nested, "gain": decision.gain, "spread": decision.spread}
        about["decide"] = {"fitted_on": "oof", **rule, **{key: none_if_undefined(value) for key, value in worth.items()}}
    beside = path.with_suffix(".json")
    write_json(beside, keep_public(beside, about))
    return beside


def none_if_undefined(value: float) -> float | None:
    """The number, or None where JSON has none for it.

    Examples:
        >>> none_if_undefined(0.5), none_if_undefined(float("nan"))
        (0.5, None)
    """
    return value if np.isfinite(value) else None
