"""The terms of the loss over epochs, as the jobs' journals tell them: losses, the guards' numbers, the balance's factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float

from tamesu.artifacts.journal import read_journal
from tamesu.artifacts.run import Job, Run

Curves = Mapping[str, Float[np.ndarray, "jobs epochs"]]


@dataclass(frozen=True, slots=True, eq=False)
class TermCurves:
    """What the journals of some jobs say of each term; every array is float64 (jobs, epochs), NaN where nothing is known.

    Attributes:
        main: the head that tells the main target: the one that the guards hold the others against.
        jobs: names of the jobs that have finished an epoch.
        train_loss: by term: heads by name, `<head>.pooling`, penalties by name; not weighted.
        weights: by term, as in the recipe.
        factors: by term, what the balance gives it beside its weight; empty where all stay 1.
        shares: by auxiliary head, its gradient's norm at the last shared map as a share of its own and the main head's.
        cosines: by auxiliary head, between both gradients, -1 to 1.
    """

    main: str
    jobs: tuple[str, ...]
    train_loss: Curves
    weights: Mapping[str, float] = field(default_factory=dict)
    factors: Curves = field(default_factory=dict)
    shares: Curves = field(default_factory=dict)
    cosines: Curves = field(default_factory=dict)

    def weighted(self, term: str) -> Float[np.ndarray, "jobs epochs"]:
        """A term's loss as it stands in the total."""
        loss = self.train_loss[term] * self.weights.get(term, 1.0)
        return loss * self.factors[term] if term in self.factors else loss


def read_records(run: Run, jobs: Sequence[Job]) -> tuple[dict[str, dict[int, dict[str, Any]]], list[str]]:
    """The journals' records by job and epoch, for jobs that have finished one, and the jobs whose journal is damaged."""
    found: dict[str, dict[int, dict[str, Any]]] = {}
    damaged = []
    for job in jobs:
        content = read_journal(run.job_path(job) / "journal.jsonl")
        if content.bad_lines:
            damaged.append(job.name)
        records: dict[int, dict[str, Any]] = {}
        for record in content.records:
            records.setdefault(int(record["epoch"]), record)
        if records:
            found[job.name] = records
    return found, damaged


def tabulate(found: Mapping[str, Mapping[int, Mapping[str, Any]]], *keys: str) -> Float[np.ndarray, "jobs epochs"]:
    """One number of each record as a table, NaN where a record has none.

    Args:
        found: records by job and epoch, as `read_records` gives them.
        *keys: the way into a record.

    Examples:
        >>> tabulate({"r0-f0-s0": {1: {"loss": {"a": 2.0}}, 3: {"loss": None}}}, "loss", "a").tolist()
        [[2.0, nan, nan]]
    """
    values = np.full((len(found), max((max(records) for records in found.values()), default=0)), np.nan)
    for row, records in enumerate(found.values()):
        for epoch, record in records.items():
            value: Any = record
            for key in keys:
                value = value.get(key) if isinstance(value, Mapping) else None
            if value is not None:
                values[row, epoch - 1] = value
    return values


def read_term_curves(run: Run, jobs: Sequence[Job]) -> TermCurves:
    """The terms over epochs, of the jobs that have finished at least one. Nothing on disk changes.

    Args:
        run: the run.
        jobs: of the run; those that are not begun are passed over.
    """
    found, _ = read_records(run, jobs)
    terms, guarded = list_names(found, "train_loss"), list_names(found, "guards")
    order = order_terms(run, terms)
    heads = [name for name in run.recipe.heads if name not in guarded]
    tells = [name for name in run.recipe.heads_of(run.spec.main) if name in heads]
    return TermCurves(
        main=(tells or run.recipe.heads_of(run.spec.main) or heads)[0],
        jobs=tuple(found),
        train_loss={name: tabulate(found, "train_loss", name) for name in order},
        weights=weigh_terms(run, order),
        factors={name: tabulate(found, "balance", name) for name in order if name in list_names(found, "balance")},
        shares={name: tabulate(found, "guards", name, "share") for name in order if name in guarded},
        cosines={name: tabulate(found, "guards", name, "cosine") for name in order if name in guarded},
    )


def list_names(found: Mapping[str, Mapping[int, Mapping[str, Any]]], key: str) -> set[str]:
    """The names that any record has under a key."""
    return {name for records in found.values() for record in records.values() for name in record.get(key) or {}}


def order_terms(run: Run, terms: set[str]) -> list[str]:
    """Terms in the recipe's order: heads, what their poolings add, penalties."""
    heads = list(run.recipe.heads)
    rest = sorted(terms - set(heads))
    pooled = [f"{name}.pooling" for name in heads if f"{name}.pooling" in rest]
    return [*(name for name in heads if name in terms), *pooled, *(name for name in rest if name not in pooled)]


def weigh_terms(run: Run, terms: Sequence[str]) -> dict[str, float]:
    """Each term's weight: the head's, the penalty's, 1 for what a pooling adds."""
    recipe = run.recipe
    laws: dict[str, float] = {}
    for part in recipe.penalties:
        # A second penalty of one name is told apart by its place, as training does.
        laws[part.name if part.name not in laws else f"{part.name} {len(laws) + 1}"] = float(part.options.get("weight", 1.0))
    return {name: recipe.heads[name].weight if name in recipe.heads else laws.get(name, 1.0) for name in terms}
