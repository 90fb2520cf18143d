"""Hidden groups: which field of the names or the table says which images were taken of one thing, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tamesu.results.audit.alike import Alike
from tamesu.results.audit.name_fields import Field
from tamesu.results.audit.steps import Step, find_step, measure_likelihood

# Natural logarithms: e^10 times likelier than chance; the number of questions asked is paid for on top.
LEAST_EVIDENCE = 10.0
LEAST_NEAR = 0.3
TIMES_FAR = 3.0
FURTHER_EVIDENCE = 5.0
# Fewer values than this part rows (male and female, colour and grey) and make no groups.
LEAST_GROUPS = 3
LEAST_SEQUENCE = 40


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """Groups that a field makes.

    Attributes:
        field: where they come from.
        groups: int64 per row; rows of which the field says nothing are alone.
        rule: what makes a group: `text`, equal texts; `gap`, a counter without a large gap; `scene`, a sequence without a cut.
        threshold: the largest gap inside a group; None where equal texts or scenes make a group.
        near: share of alike pairs inside groups, of pairs of neighbours.
        far: share of alike pairs between groups.
        evidence: natural logarithm of how much likelier two rates make them than one.
        level: of `Alike.levels`, at which these rates say most.
        convincing: whether the pixels leave no doubt.
        inside: rows of different texts of this field are in different groups, as the counter begins anew in each; or None.
    """

    field: Field
    groups: NDArray[np.int64]
    rule: Literal["text", "gap", "scene"]
    threshold: float | None
    near: float
    far: float
    evidence: float
    level: float
    convincing: bool = False
    inside: Field | None = None

    @property
    def count(self) -> int:
        """How many groups hold two rows or more."""
        return int((np.bincount(self.groups) > 1).sum())

    @property
    def rows(self) -> NDArray[np.int64]:
        """The rows that are not alone in their group."""
        return np.flatnonzero(np.bincount(self.groups)[self.groups] > 1)


def propose_groups(fields: Sequence[Field], alike: Alike, seed: int = 0) -> list[Proposal]:
    """What the fields propose: the convincing first, by evidence; then those that only have the form of groups.

    Args:
        fields: of names, folders, columns, EXIF.
        alike: which rows look alike.
        seed: of the pairs that are drawn.
    """
    words = [field for field in fields if field.numbers is None]
    found: list[Proposal] = []
    for field in fields:
        made = [compare_texts(field, alike, seed)]
        if field.numbers is not None:
            made += [follow_counter(field, None, alike)]
            # Counters that begin anew in every folder.
            made += [follow_counter(field, word, alike) for word in words if word.source in ("folder", "name")]
            made += [follow_sequence(field, alike)]
        found += [one for one in made if one is not None]
    questions = max(1, len(found)) * len(alike.levels)
    judged = [judge(one, questions) for one in found]
    # A counter with gaps says where a thing ends; what merely follows each other does not.
    gapped = {one.field.name for one in judged if one.convincing and one.threshold is not None}
    judged = [one for one in judged if one.field.name not in gapped or one.rule == "gap"]
    if any(one.convincing and one.field.source != "order" for one in judged):
        # What names tell, the order of rows only repeats.
        judged = [one for one in judged if one.field.source != "order"]
    judged = [one for one in judged if one.convincing or one.field.source != "order"]
    return sorted(judged, key=lambda one: (not one.convincing, -one.evidence))


def judge(proposal: Proposal, questions: int) -> Proposal:
    """A proposal with the answer whether chance is out of the question, and the likeness large enough to leak."""
    enough = proposal.evidence > LEAST_EVIDENCE + np.log(questions)
    return replace(proposal, convincing=bool(enough and rank(proposal.near, proposal.far, proposal.evidence)[0]))


def rank(near: float, far: float, evidence: float) -> tuple[bool, float]:
    """By which the rates at several levels are compared: whether the difference is large, then how sure it is."""
    return near >= LEAST_NEAR and near >= TIMES_FAR * far, evidence


def follow_counter(field: Field, inside: Field | None, alike: Alike) -> Proposal | None:
    """Runs of a counter without a gap beyond which neighbours look like strangers.

    Args:
        field: with numbers.
        inside: rows of different texts of this field are never neighbours; None for one order of all rows.
        alike: which rows look alike.
    """
    assert field.numbers is not None
    outer = np.zeros(len(field.texts), np.int64)
    if inside is not None:
        outer = code_outer(inside)
    order = np.lexsort((field.numbers, outer))
    order = order[field.told[order]]
    gaps = np.diff(field.numbers[order]).astype(np.float64)
    together = outer[order[1:]] == outer[order[:-1]]
    a, b = order[:-1][together], order[1:][together]
    likeness = alike.measure(a, b)
    steps = [(follow_steps(gaps[together], alike(a, b, level, likeness)), level) for level in alike.levels]
    found = [(step, level) for step, level in steps if step is not None]
    if not found:
        return None
    best, level = max(found, key=lambda one: rank(one[0].near, one[0].far, one[0].evidence))
    apart = ~together | (gaps > best.threshold)
    groups = number_runs(order, apart, len(field.texts))
    return Proposal(field, groups, "gap", best.threshold, best.near, best.far, best.evidence, level, inside=inside)


def follow_sequence(field: Field, alike: Alike) -> Proposal | None:
    """Scenes of a sequence whose counter has no gaps, as frames of films have none: cut where nothing looks alike across."""
    assert field.numbers is not None
    order = np.argsort(field.numbers, kind="stable")
    order = order[field.told[order]]
    if len(order) < LEAST_SEQUENCE or len(np.unique(field.numbers[order])) < 0.9 * len(order):
        return None
    half = len(order) // 2
    best, level = compare_rates((order[:-1], order[1:]), (order[:-half], order[half:]), alike)
    if best[0] <= best[1]:
        return None
    next_to = alike(order[:-1], order[1:], level)
    across = next_to.copy()
    # A single odd frame ends no scene.
    across[:-1] |= alike(order[:-2], order[2:], level)
    across[1:] |= alike(order[:-2], order[2:], level)
    groups = number_runs(order, ~across, len(field.texts))
    return Proposal(field, groups, "scene", None, *best, level)


def compare_rates(
    inner: tuple[NDArray[np.int64], NDArray[np.int64]], outer: tuple[NDArray[np.int64], NDArray[np.int64]], alike: Alike
) -> tuple[tuple[float, float, float], float]:
    """Rates at which pairs in groups and pairs between them look alike, the evidence that these are two, and the level.

    Args:
        inner: rows of pairs that may belong together.
        outer: rows of pairs that do not.
        alike: which rows look alike; the level that says most is taken.
    """
    best, at = (0.0, 0.0, 0.0), alike.levels[-1]
    likeness = [alike.measure(*pairs) for pairs in (inner, outer)]
    for level in alike.levels:
        told = [alike(*pairs, level, found) for pairs, found in zip((inner, outer), likeness, strict=True)]
        hits, pairs = np.array([one.sum() for one in told]), np.array([len(one) for one in told])
        one_rate = measure_likelihood(hits.sum(keepdims=True), pairs.sum(keepdims=True))[0]
        evidence = float(measure_likelihood(hits, pairs).sum() - one_rate)
        near, far = (hits / pairs).tolist()
        if near > far and rank(near, far, evidence) > rank(*best):
            best, at = (near, far, evidence), level
    return best, at


def number_runs(order: NDArray[np.int64], apart: NDArray[np.bool_], count: int) -> NDArray[np.int64]:
    """Runs of rows → one number each; rows that are in none have their own.

    Args:
        order: the rows, one run after the other.
        apart: whether a new run begins between a row and the next, (len(order) - 1,).
        count: how many rows there are.

    Examples:
        >>> number_runs(np.array([3, 0, 2]), np.array([False, True]), 4).tolist()
        [0, 2, 1, 0]
    """
    groups = np.full(count, -1, np.int64)
    groups[order] = np.concatenate([[0], np.cumsum(apart)])
    alone = np.flatnonzero(groups < 0)
    groups[alone] = groups.max(initial=-1) + 1 + np.arange(len(alone))
    return groups


def follow_steps(gaps: NDArray[np.float64], alike: NDArray[np.bool_]) -> Step | None:
    """The last gap at which likeness falls: what lies beyond the first step may fall again, as from neighbours to one scene.

    A group too large costs little, one too small leaks; so further steps are followed while chance is out of the question.
    """
    step = find_step(gaps, alike)
    while step is not None:
        beyond = gaps > step.threshold
        further = find_step(gaps[beyond], alike[beyond])
        if further is None or further.evidence < FURTHER_EVIDENCE or further.near < TIMES_FAR * further.far:
            return step
        inside = gaps <= further.threshold
        near = float(alike[inside].mean())
        step = Step(further.threshold, near, further.far, int(inside.sum()), step.evidence + further.evidence)
    return None


def compare_texts(field: Field, alike: Alike, seed: int, draws: int = 20_000) -> Proposal | None:
    """Rows with the same text, against rows of the same class with another text; None for a field that makes no groups."""
    groups = code_texts(field.texts)
    sizes = np.bincount(groups)
    if (sizes > 1).sum() < LEAST_GROUPS or (sizes > 1).sum() + (sizes == 1).sum() > 0.9 * len(groups):
        return None
    if repeats_classes(groups[field.told], alike.classes[field.told]):
        return None
    random = np.random.default_rng(seed)
    # Within classes: rows of one class are alike anyway.
    a, b = draw_pairs(alike.classes, random, draws)
    inner = draw_pairs(groups * (alike.classes.max() + 2) + alike.classes + 1, random, draws)
    apart = groups[a] != groups[b]
    if not len(inner[0]) or not apart.any():
        return None
    best, level = compare_rates(inner, (a[apart], b[apart]), alike)
    return Proposal(field, groups, "text", None, *best, level)


def code_texts(texts: Sequence[str]) -> NDArray[np.int64]:
    """Equal texts → one number; rows with empty texts each have their own.

    Examples:
        >>> code_texts(["a", "", "b", "a", ""]).tolist()
        [0, 2, 1, 0, 3]
    """
    known = {text: number for number, text in enumerate(dict.fromkeys(text for text in texts if text))}
    blank = iter(range(len(known), len(known) + len(texts)))
    return np.array([known[text] if text else next(blank) for text in texts], np.int64)


def code_outer(inside: Field) -> NDArray[np.int64]:
    """Where a counter begins anew: one number for each text. No folder is a folder too; no word is nothing in common."""
    if inside.source == "folder":
        return np.unique(np.array(inside.texts), return_inverse=True)[1].astype(np.int64)
    return code_texts(inside.texts)


def repeats_classes(groups: NDArray[np.int64], classes: NDArray[np.int64]) -> bool:
    """Whether groups are hardly more than the classes by another name: most classes lie in a single group.

    Args:
        groups: of the rows that have one.
        classes: of the same rows.

    Examples:
        >>> (
        ...     repeats_classes(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0])),
        ...     repeats_classes(np.arange(4) // 2, np.zeros(4, int)),
        ... )
        (True, False)
    """
    pairs = np.unique(np.stack([classes, groups]), axis=1)
    spread = np.bincount(pairs[0] - pairs[0].min())
    spread = spread[spread > 0]
    return bool(len(spread) > 1 and (spread == 1).mean() > 0.5)


def draw_pairs(keys: NDArray[np.int64], random: np.random.Generator, draws: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of different rows with the same key.

    All neighbours in a shuffled order within the key: every row is in two pairs at most, and pairs are nearly independent.
    """
    shuffled = random.permutation(len(keys))
    order = shuffled[np.argsort(keys[shuffled], kind="stable")]
    same = keys[order[:-1]] == keys[order[1:]]
    a, b = order[:-1][same], order[1:][same]
    kept = random.permutation(len(a))[:draws]
    return a[kept], b[kept]
