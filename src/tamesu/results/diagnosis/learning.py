"""How the learning went, told from the curves: steps too large or too small, nothing learnt, too little, by heart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tamesu.results.diagnosis.evidence import Evidence
from tamesu.results.diagnosis.skill import Skill, measure_skill
from tamesu.results.finding import Finding
from tamesu.results.overfitting import harms_by_rising, is_by_heart, measure_gap

LEAST_EPOCHS = 3
# A first epoch's loss above this many times that of knowing nothing: steps threw the network far away.
THROWN = 1.25
# Validation losses of the first third this many times the loss to begin with; on digits at a hundredfold rate 4,300 for 2.3.
BLOWN = 3.0
# A training loss that has moved by less than this share in all its epochs has stood still.
STILL = 0.1
# ... and a validation loss that rose by this share meanwhile: something was learnt, by heart.
ROSE = 0.02
# A training loss that has this much left, with a validation loss as low, has not been learnt.
UNLEARNT, TOGETHER = 0.6, 1.15
# A fall over the last third of the epochs, as a share of the loss, that promises more.
FALLS = 0.08
# Metric of single epochs: so much wiggle in the later half is worth a word.
WIGGLE = 0.03


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """The middle course of the jobs: medians over jobs, so that one odd fold does not speak for all.

    Attributes:
        train, val: losses, float64 (epochs,).
        start: the loss to begin with: of knowing nothing where that is known, else the first epoch's.
    """

    train: NDArray[np.float64]
    val: NDArray[np.float64]
    start: float


def take_course(evidence: Evidence) -> Course | None:
    """The middle course of the jobs that reached the last epoch any has reached; None with too few epochs."""
    curves = evidence.curves
    whole = np.isfinite(curves.train_loss).all(axis=1) & np.isfinite(curves.val_loss).all(axis=1)
    if curves.train_loss.shape[1] < LEAST_EPOCHS or not whole.any():
        return None
    train, val = np.median(curves.train_loss[whole], axis=0), np.median(curves.val_loss[whole], axis=0)
    blank = evidence.blank_loss
    return Course(train, val, float(train[0]) if blank is None else blank)


def judge_learning(evidence: Evidence) -> list[Finding]:
    """What the curves say of the learning; the first that is found, since each explains what comes after it.

    Args:
        evidence: of a run; its jobs need not be complete.

    Returns:
        One of RUN_DIVERGED, RUN_RATE_HIGH, RUN_RATE_LOW, RUN_NO_SIGNAL, RUN_OVERFITS, RUN_UNDERFITS; and beside it
        RUN_STILL_IMPROVING and RUN_WIGGLES. Empty where nothing is wrong.
    """
    if evidence.diverged:
        first = min(evidence.diverged.values())
        values = {"jobs": ", ".join(sorted(evidence.diverged)), "count": len(evidence.diverged), "epoch": first}
        return [Finding("RUN_DIVERGED", "severe", values, worth=10.0)]
    course = take_course(evidence)
    skill = measure_skill(evidence)
    if course is None:
        return [] if skill is None or not skill.is_chance else [say_no_signal(skill)]
    judges: tuple[Callable[[Course, Skill | None], Finding | None], ...] = (
        find_low_rate,
        find_high_rate,
        find_no_signal,
        find_overfitting,
        find_underfitting,
    )
    found = next((one for judge in judges if (one := judge(course, skill)) is not None), None)
    beside = [one for one in (find_more_to_gain(course, evidence), find_wiggle(evidence)) if one is not None]
    if found is None or found.code in ("RUN_OVERFITS", "RUN_UNDERFITS"):
        return ([found] if found is not None else []) + beside
    return [found]


def find_high_rate(course: Course, _skill: Skill | None) -> Finding | None:
    """RUN_RATE_HIGH: the first steps threw the network far from where it began."""
    early = max(1, len(course.val) // 3)
    worst = float(course.val[:early].max())
    if course.train[0] <= THROWN * course.start and worst <= BLOWN * max(course.start, float(course.train[:early].max())):
        return None
    values = {"first": float(course.train[0]), "worst": worst, "start": course.start}
    return Finding("RUN_RATE_HIGH", "severe", values, worth=9.0)


def find_low_rate(course: Course, skill: Skill | None) -> Finding | None:
    """RUN_RATE_LOW: the training loss has stood still, and nothing was learnt by heart either."""
    moved = 1 - float(course.train[-1]) / float(course.train[0]) if course.train[0] else 0.0
    knows = skill is not None and not skill.is_chance and skill.part > 0.5
    if abs(moved) >= STILL or knows or course.val[-1] > (1 + ROSE) * max(float(course.val[0]), course.start):
        return None
    return Finding("RUN_RATE_LOW", "severe", {"first": float(course.train[0]), "last": float(course.train[-1])}, worth=8.0)


def find_no_signal(_course: Course, skill: Skill | None) -> Finding | None:
    """RUN_NO_SIGNAL: the training loss moved, and out-of-fold predictions know nothing."""
    return None if skill is None or not skill.is_chance else say_no_signal(skill)


def say_no_signal(skill: Skill) -> Finding:
    """The finding for predictions that are no better than chance."""
    return Finding("RUN_NO_SIGNAL", "severe", {"part": skill.part}, worth=7.0)


def find_overfitting(course: Course, _skill: Skill | None) -> Finding | None:
    """RUN_OVERFITS: the validation loss rises while the training loss falls, or has stayed far above what is left of it."""
    curves = (course.train, course.val, course.start)
    if not is_by_heart(*curves) and not harms_by_rising(*curves):
        return None
    lowest, gap = int(course.val.argmin()), measure_gap(*curves)
    values = {"train": float(course.train[-1]), "val": float(course.val[-1]), "lowest": float(course.val[lowest])}
    return Finding("RUN_OVERFITS", "warning", values | {"epoch": lowest + 1}, worth=3.0 + gap)


def find_underfitting(course: Course, _skill: Skill | None) -> Finding | None:
    """RUN_UNDERFITS: much of the training loss is left, and the validation loss is as low."""
    left = float(course.train[-1]) / course.start if course.start > 0 else 0.0
    if left <= UNLEARNT or course.val[-1] > TOGETHER * course.train[-1]:
        return None
    values = {"train": float(course.train[-1]), "val": float(course.val[-1]), "start": course.start}
    return Finding("RUN_UNDERFITS", "warning", values | {"left": left}, worth=3.0 + left)


def find_more_to_gain(course: Course, evidence: Evidence) -> Finding | None:
    """RUN_STILL_IMPROVING: the validation loss still falls at the end."""
    back = max(1, len(course.val) // 3)
    before, last = float(course.val[-1 - back]), float(course.val[-1])
    if last > course.val.min() or before <= 0 or 1 - last / before < FALLS:
        return None
    # A rate that has come to rest promises nothing: what still fell did so before.
    if 1 - last / float(course.val[-2]) < FALLS / 2:
        return None
    return Finding("RUN_STILL_IMPROVING", "note", {"before": before, "last": last, "back": back, "epochs": evidence.epochs})


def find_wiggle(evidence: Evidence) -> Finding | None:
    """RUN_WIGGLES: from one late epoch to the next the metric moves by more than epochs can differ."""
    scores = evidence.curves.val_score
    half = scores[:, scores.shape[1] // 2 :]
    if half.shape[1] < LEAST_EPOCHS or not np.isfinite(half).all():
        return None
    steps = np.diff(half, axis=1)
    wiggle = float(np.median(np.std(steps, axis=1)) / np.sqrt(2))
    scale = float(np.median(np.abs(scores[:, -1])))
    if wiggle < WIGGLE * max(scale, 1e-12):
        return None
    return Finding("RUN_WIGGLES", "note", {"wiggle": wiggle, "rows": len(evidence.rows)})
