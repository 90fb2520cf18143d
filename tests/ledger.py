"""Verdicts made by hand, for tests of what reads the ledger."""

from __future__ import annotations

from typing import Any

from tamesu.artifacts.competition import Part
from tamesu.artifacts.files import digest_of
from tamesu.artifacts.verdict import Pair, Verdict, Word

PROBABILITIES: dict[Word, tuple[float, float, float]] = {
    "keep": (0.98, 0.01, 0.01),
    "drop": (0.01, 0.04, 0.95),
    "same": (0.02, 0.96, 0.02),
    "undecided": (0.6, 0.2, 0.2),
}
GAINS: dict[Word, float] = {"keep": 0.02, "drop": -0.02, "same": 0.0, "undecided": 0.005}


def verdict_of(idea: str, changes: dict[str, Any], word: Word = "keep", *, day: int = 1, **fields: Any) -> Verdict:
    """A verdict that its word and its gain fit; `day` of August 2026 is when it was reached."""
    better, same, worse = PROBABILITIES[word]
    gain = fields.pop("gain", GAINS[word])
    pairs = [Pair(repeat=0, fold=fold, seed=0, baseline=0.8, idea=0.8 + gain, gain=gain) for fold in range(3)]
    filled: dict[str, Any] = {
        "recipe": "base",
        "baseline_run": "base-00000001",
        "idea_run": f"base-{digest_of(changes)[:8]}",
        "baseline_digest": "b1",
        "idea_digest": digest_of(changes),
        "folds": "f1",
        "rows": 36,
        "metric": Part(name="accuracy"),
        "greater_is_better": True,
        "level": 0.95,
        "rope": 0.001,
        "noise": 0.004,
        "pairs": pairs,
        "gain": gain,
        "low": gain - 0.01,
        "high": gain + 0.01,
        "better": better,
        "same": same,
        "worse": worse,
        "word": word,
        "because": "plan" if word == "undecided" else "decided",
        "cv_baseline": 0.8,
        "cv_idea": 0.8 + gain,
        "time": f"2026-08-{day:02d}T09:00:00Z",
    }
    return Verdict(idea=idea, changes=changes, **(filled | fields))
