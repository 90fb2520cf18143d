"""Where each idea stands: what the ledger says about the queue, and which ideas cost nothing to try."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from tamesu.artifacts.competition import Competition
from tamesu.artifacts.expectations import read_expectation
from tamesu.artifacts.files import digest_of
from tamesu.artifacts.ideas import Idea, make_auxiliary_idea
from tamesu.artifacts.marks import MARKS
from tamesu.artifacts.verdict import Verdict, count_keys
from tamesu.messages.phrases import phrase

State = Literal["untried", "keep", "drop", "same", "undecided", "elsewhere"]
Surprise = Literal["works", "hurts"]


@dataclass(frozen=True, slots=True)
class Standing:
    """One idea and what is known of it.

    Attributes:
        idea: of ideas.yaml, or what the ledger keeps of one that does not stand there.
        state: `untried`, the word of its verdict, or `elsewhere`: its verdicts are on another baseline than the newest.
        verdict: the one that says so; None when untried.
        surprise: `works` although expected not to, `hurts` although expected to help; None when neither.
        keys: how many it changes.
        twin: another idea that is the same run; empty when there is none.
        changed: the ledger knows its name with other changes.
        queued: whether it stands in ideas.yaml.
    """

    idea: Idea
    state: State
    verdict: Verdict | None
    surprise: Surprise | None
    keys: int
    twin: str
    changed: bool
    queued: bool


def tell_standings(
    ideas: Iterable[Idea], verdicts: Sequence[Verdict], baselines: Mapping[str, str] | None = None
) -> list[Standing]:
    """Where each idea stands, those of ideas.yaml first and in its order, then the others of the ledger, oldest first.

    A verdict is about an idea when it is about its changes: a renamed idea keeps its verdict, a rewritten one loses it. Of
    several the newest counts; one against a recipe as it is written goes before one on top of what a climb adopted.

    Args:
        ideas: the queue.
        verdicts: the ledger, in the order reached.
        baselines: recipe → digest of its baseline now; that of the newest verdict on the recipe when None.
    """
    ideas = list(ideas)
    queued = {digest_of(idea.changes) for idea in ideas}
    current = newest_baselines(verdicts, queued) if baselines is None else baselines
    about: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        about.setdefault(digest_of(verdict.changes), []).append(verdict)
    names = {verdict.idea for verdict in verdicts}
    found: dict[str, Standing] = {}
    standings: list[Standing] = []
    for idea in ideas:
        digest = digest_of(idea.changes)
        if digest not in found:
            found[digest] = stand(idea, about.pop(digest, []), current, names, queued=True)
            standings.append(found[digest])
        else:
            standings.append(replace(found[digest], idea=idea, twin=found[digest].idea.name))
    return standings + [stand(remember(known[-1]), known, current, set(), queued=False) for known in about.values()]


def newest_baselines(verdicts: Sequence[Verdict], queued: Collection[str]) -> dict[str, str]:
    """Recipe → digest of the baseline of the newest verdict that `try` reached on it.

    Args:
        verdicts: the ledger, in the order reached.
        queued: digests of the changes that stand in ideas.yaml. Two runs that were merely compared say nothing about today's
            baseline; their verdict is neither queued nor named like a change on the spot.
    """
    return {
        verdict.recipe: verdict.baseline_digest
        for verdict in verdicts
        if verdict.because != "hand" and ("=" in verdict.idea or digest_of(verdict.changes) in queued)
    }


def stand(idea: Idea, known: Sequence[Verdict], current: Mapping[str, str], names: set[str], *, queued: bool) -> Standing:
    """Where one idea stands.

    Args:
        idea: the idea.
        known: the verdicts on its changes, in the order reached.
        current: recipe → digest of its baseline now.
        names: of all ideas in the ledger.
        queued: whether it stands in ideas.yaml.
    """
    keys = count_keys(idea.changes)
    if not known:
        return Standing(idea, "untried", None, None, keys, "", idea.name in names, queued)
    here = [v for v in known if v.because == "hand" or current.get(v.recipe, v.baseline_digest) == v.baseline_digest]
    verdict = max(enumerate(here or known), key=lambda pair: (not is_climbed(pair[1]), pair[0]))[1]
    twin = verdict.twin or (verdict.idea if verdict.idea != idea.name else "")
    return Standing(idea, verdict.word if here else "elsewhere", verdict, find_surprise(verdict), keys, twin, False, queued)


def is_climbed(verdict: Verdict) -> bool:
    """Whether its baseline is a recipe with ideas adopted (`base+a`) and not one of a file."""
    return "+" in verdict.recipe


def remember(verdict: Verdict) -> Idea:
    """The idea that a verdict is about."""
    return Idea(verdict.idea, verdict.changes, verdict.why, verdict.expected)


def find_surprise(verdict: Verdict) -> Surprise | None:
    """Whether a verdict goes against what was expected when it was reached.

    A dropped idea hurts only when it is more likely worse than not: a drop may also mean that nothing is gained.
    """
    expected = read_expectation(verdict.expected)
    if verdict.word == "keep" and expected in ("worse", "same") and verdict.because != "hand":
        return "works"
    if verdict.word == "drop" and expected == "better" and verdict.because == "decided" and verdict.worse > 0.5:
        return "hurts"
    return None


def suggest_ideas(competition: Competition, recipe: Mapping[str, Any], known: Iterable[Idea] = ()) -> list[Idea]:
    """Ideas that cost nothing to think about: an auxiliary head for each target that the recipe does not learn.

    Args:
        competition: the facts.
        recipe: the recipe as plain values; its `heads` are looked at.
        known: ideas that are queued or tried already, which are not suggested again.

    Returns:
        Ideas with a reason in the user's language, in the order of the targets.
    """
    learnt = set(recipe.get("heads") or ())
    learnt |= {target for idea in known for key, value in idea.changes.items() for target in added_heads(key, value)}
    return [
        make_auxiliary_idea(name, target.kind, phrase("suggest_auxiliary", target=name))
        for name, target in competition.targets.items()
        if name not in learnt and name != competition.main and target.kind not in MARKS
    ]


def added_heads(key: str, value: Any) -> list[str]:
    """The targets whose heads a change brings.

    Examples:
        >>> (
        ...     added_heads("heads.size", {"loss": "mse"}),
        ...     added_heads("heads", {"a": {}, "b": {}}),
        ...     added_heads("heads.a.weight", 1),
        ... )
        (['size'], ['a', 'b'], [])
    """
    if not isinstance(value, dict):
        return []
    if key == "heads":
        return list(value)
    return [key.removeprefix("heads.")] if key.startswith("heads.") else []
