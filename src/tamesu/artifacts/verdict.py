"""Verdict: what pairs of jobs say about one idea against its baseline, and the ledger that keeps it.

verdicts/
├── smoothing-3f2a9c1d.json     one file a verdict, sealed, never rewritten; named by its evidence
└── smoothing-90be12aa.json     the same idea with more pairs: a later line of the ledger, not a correction of the first

A ledger is merged with a teammate's by copying files: equal evidence has an equal name.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field

from tamesu.artifacts.competition import STRICT, Part
from tamesu.artifacts.files import digest_of, write_sealed
from tamesu.artifacts.models import read_model
from tamesu.errors import DamagedError

FORMAT = 1
FOLDER = "verdicts"

Word = Literal["keep", "drop", "same", "undecided"]
Because = Literal["decided", "hopeless", "failed", "plan", "budget", "identical", "hand"]

# What only says when, where, how and at what price a verdict was reached; two ledgers agree when the rest does.
CIRCUMSTANCES = ("time", "commit", "clean", "seconds", "baseline_seconds", "note", "forced")


class Pair(BaseModel):
    """One job of the baseline beside the same (repeat, fold, seed) of the idea.

    Attributes:
        baseline, idea: the metric on the validation rows of the fold.
        gain: idea over baseline, turned so that larger is better.
    """

    model_config = STRICT
    repeat: int
    fold: int
    seed: int
    baseline: float
    idea: float
    gain: float


class Bootstrap(BaseModel):
    """The second opinion: images (or groups) drawn anew, the trained networks as they are.

    Attributes:
        low, high: 95 % interval of the gain.
        better: share of the draws with a gain above 0.
        draws: how many. `units`: images or groups drawn from.
    """

    model_config = STRICT
    low: float
    high: float
    better: float
    draws: int
    units: int


class Verdict(BaseModel):
    """One line of the ledger. Gains are in the metric's own unit, turned so that larger is better.

    Attributes:
        idea: its name in `ideas.yaml`, the change as typed, or the name of a stack (`a+b`).
        recipe: the recipe it changes.
        changes: dotted key → value.
        why, expected: the user's words.
        baseline_run, idea_run: folder names of the two runs.
        baseline_digest, idea_digest: what decides their results.
        folds: the fold table's digest. `rows`: rows it divides.
        level: the probability at which a verdict is reached.
        rope: half-width of the region of practical equivalence: gains within ±rope are the same for all practical purposes.
        noise: how much the baseline's CV score moves when nothing but the seed changes; None when not measured.
        pairs: the evidence.
        failed: jobs of the idea that diverged or have no score: evidence against it that has no gain.
        gain: the posterior's mean. `low`, `high`: its central 95 % interval.
        better, same, worse: probabilities of a gain above rope, within ±rope, below -rope.
        word: the verdict.
        because: `decided`: by the posterior; `failed`: a job of it diverged; `hopeless`: a race stopped it, `chance` says why
            (dropped when it is more likely no better, else undecided); `plan`, `budget`: the pairs planned, or the budget,
            ended first; `identical`: both are one run; `hand`: the user said so.
        chance: the probability that the whole plan would have kept it, when a race stopped it.
        more_pairs: how many more pairs would decide, at the gain seen so far; None when decided or when no number would.
        bootstrap: the second opinion; None when there is no whole OOF to draw from.
        per_class: gain in recall (`class`) or average precision (`multilabel`) by label; None where undefined.
        cv_baseline, cv_idea: mean of the pairs' scores.
        seconds, baseline_seconds: mean training time of a job; None when unknown.
        twin: another idea of the queue that is the same run; empty when there is none.
        forced: flips and turns that the idea's run used with --force, against competition.yaml.
        note: the user's words afterwards.
        time: when it was reached, UTC, ISO 8601.
        commit, clean: of the user's folder.
    """

    model_config = STRICT
    format: int = FORMAT
    idea: str
    recipe: str
    changes: dict[str, Any]
    why: str = ""
    expected: str = ""
    baseline_run: str
    idea_run: str
    baseline_digest: str
    idea_digest: str
    folds: str
    rows: int
    metric: Part
    greater_is_better: bool
    level: float
    rope: float
    noise: float | None
    pairs: list[Pair]
    failed: list[str] = Field(default_factory=list)
    gain: float
    low: float
    high: float
    better: float
    same: float
    worse: float
    word: Word
    because: Because
    chance: float | None = None
    more_pairs: int | None = None
    bootstrap: Bootstrap | None = None
    per_class: dict[str, float | None] = Field(default_factory=dict)
    cv_baseline: float | None
    cv_idea: float | None
    seconds: float | None = None
    baseline_seconds: float | None = None
    twin: str = ""
    forced: list[str] = Field(default_factory=list)
    note: str = ""
    time: str
    commit: str = ""
    clean: bool | None = None

    @property
    def cost(self) -> float | None:
        """Training time of an idea's job over the baseline's; None when unknown."""
        if not self.seconds or not self.baseline_seconds:
            return None
        return self.seconds / self.baseline_seconds

    @property
    def drowned(self) -> bool:
        """Whether the gain is smaller than what the seed alone does to the baseline's CV score."""
        return self.noise is not None and abs(self.gain) < self.noise

    def digest(self) -> str:
        """SHA-256 of the evidence and what follows from it; not of when and at what price."""
        plain = self.model_dump(mode="json")
        for key in CIRCUMSTANCES:
            # Of a verdict by hand the words are the evidence.
            if key != "note" or self.because != "hand":
                del plain[key]
        return digest_of(plain)


def verdict_name(idea: str, digest: str) -> str:
    """The file's name without ending: the idea's name where it is plain, and eight hex digits.

    Examples:
        >>> verdict_name("smoothing", "3f2a9c1d77"), verdict_name("optimizer.adamw.lr=1e-3", "3f2a9c1d77")
        ('smoothing-3f2a9c1d', 'optimizer.adamw.lr_1e-3-3f2a9c1d')
        >>> verdict_name("../平滑", "3f2a9c1d77")
        'idea-3f2a9c1d'
    """
    plain = re.sub(r"[^A-Za-z0-9._+-]+", "_", idea).strip("._-+")[:60]
    return f"{plain or 'idea'}-{digest[:8]}"


def write_verdict(folder: Path, verdict: Verdict) -> Path:
    """Add a verdict to the ledger of a competition; one that says the same is already there and stays as it is.

    What is damaged and stands in the file's place is moved aside first.

    Returns:
        Its file.
    """
    path = folder / FOLDER / f"{verdict_name(verdict.idea, verdict.digest())}.json"
    path.parent.mkdir(exist_ok=True)
    try:
        read_verdict(path)
    except DamagedError:
        set_aside(path)
        write_sealed(path, verdict.model_dump(mode="json"))
    return path


def set_aside(path: Path) -> None:
    """Rename what stands in a file's place to the first free `<name>.damaged-<n>`, whatever it is; nothing when it is free."""
    if not os.path.lexists(path):
        return
    number = 1
    while os.path.lexists(aside := path.with_name(f"{path.name}.damaged-{number}")):
        number += 1
    os.replace(path, aside)


def read_verdict(path: Path) -> Verdict:
    """The verdict in a file.

    Raises:
        DamagedError: missing, not what was written, or of another version.
    """
    return read_model(path, Verdict)


def read_ledger(folder: str | Path) -> tuple[list[Verdict], list[Path]]:
    """Every verdict of a competition in the order reached, and the files that are damaged.

    Args:
        folder: the competition's folder.
    """
    verdicts, damaged = [], []
    for path in sorted((Path(folder) / FOLDER).glob("*.json")):
        try:
            verdicts.append(read_verdict(path))
        except DamagedError:
            damaged.append(path)
    return sorted(verdicts, key=lambda verdict: (verdict.time, verdict.idea, verdict.digest())), damaged


def newest(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """The last verdict on each (baseline, idea), in the order reached."""
    last = {(verdict.baseline_digest, verdict.idea_digest, verdict.idea): verdict for verdict in verdicts}
    return sorted(last.values(), key=lambda verdict: (verdict.time, verdict.idea))


def count_keys(changes: dict[str, Any] | Sequence[str]) -> int:
    """How many keys an idea changes; `key+` and `key-` of one list are one key.

    Examples:
        >>> count_keys({"epochs": 3, "augmentations+": "sepia", "augmentations-": "rotate"})
        2
    """
    return len({key.rstrip("+-") for key in changes})
