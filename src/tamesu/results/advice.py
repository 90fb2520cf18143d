"""Advice: what the ledger shows that a single verdict does not, each with its reason and the next step.

Every function looks at one thing and returns notes, most often none; words stand in `tamesu.messages.advice`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tamesu.artifacts.ideas import Idea
from tamesu.artifacts.queue import is_essential
from tamesu.artifacts.recipe import AUXILIARY_WEIGHT
from tamesu.artifacts.spelling import change_words, number_text, shell_line
from tamesu.artifacts.verdict import Verdict, newest
from tamesu.errors import Fault, Where
from tamesu.messages.advice import HURTS, WORKS
from tamesu.results.standing import Standing, is_climbed

# From so many ideas on, the best of them is likely lucky as well as good.
MANY_LOOKS = 20
# Below this, one row moves an accuracy by a tenth of a per cent and more.
FEW_ROWS = 1000
# What to try after a weight that was too strong: these parts of it; and how much weaker has been tried enough.
WEAKER = (1 / 3, 1 / 10)
WEAK_ENOUGH = 0.4
SHOWN_NAMES = 8
# Values over more than this factor were meant as a log scale.
LOG_FACTOR = 5.0

HEAD = re.compile(r"heads\.(?P<target>.+?)(?:\.(?P<field>loss|weight|dropout)(?:\..*)?)?")


def note(code: str, key: str | None, values: Mapping[str, object]) -> Fault:
    """A note about an idea or a key; nowhere when it is about the whole."""
    return Fault(code, "note", Where(key=key), values)


def advise_auxiliary(verdicts: Iterable[Verdict], main: str) -> list[Fault]:
    """ADVICE_AUX_DRAGS where an idea about one auxiliary head was dropped; ADVICE_AUX_GIVE_UP where weaker weights fail too.

    Args:
        verdicts: the ledger.
        main: the target that is scored.
    """
    groups: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in newest(verdicts):
        target = auxiliary_target(verdict, main)
        if target is not None:
            groups.setdefault((verdict.recipe, target), []).append(verdict)
    found: list[Fault] = []
    for (_, target), group in groups.items():
        dropped = [verdict for verdict in group if verdict.word == "drop" and verdict.because != "hand"]
        if not dropped or group[-1].because == "hand" or any(verdict.word == "keep" for verdict in group):
            continue
        weights = {weight: verdict for verdict in group if (weight := head_weight(verdict)) is not None}
        weakest = weights[min(weights)] if weights else dropped[-1]
        if weights and min(weights) <= WEAK_ENOUGH * max(weights) and weakest.word in ("drop", "same"):
            tried = ", ".join(f"{weight:g}" for weight in sorted(weights, reverse=True))
            values = {"target": target, "weights": tried, "name": shell_line(weakest.idea)}
            found.append(note("ADVICE_AUX_GIVE_UP", weakest.idea, values))
        elif weakest.word == "drop":
            command = weaken(weakest, target, min(weights, default=AUXILIARY_WEIGHT))
            found.append(note("ADVICE_AUX_DRAGS", weakest.idea, {"target": target, "main": main, "command": command}))
    return found


def auxiliary_target(verdict: Verdict, main: str) -> str | None:
    """The auxiliary target whose head is all that an idea changes; None for any other idea."""
    if len(verdict.changes) != 1 or is_climbed(verdict):
        return None
    match = HEAD.fullmatch(next(iter(verdict.changes)))
    return match["target"] if match and match["target"] != main else None


def head_weight(verdict: Verdict) -> float | None:
    """The weight that an idea about one head gives it; None when it leaves the weight alone.

    Examples:
        >>> from types import SimpleNamespace
        >>> head_weight(SimpleNamespace(changes={"heads.size": {"loss": "mse", "weight": 0.3}}))
        0.3
    """
    key, value = next(iter(verdict.changes.items()))
    if key.endswith(".weight"):
        return as_number(value)
    return as_number(value.get("weight", 1.0)) if HEAD.fullmatch(key) and isinstance(value, dict) and "loss" in value else None


def as_number(value: Any) -> float | None:
    """The value as a number; None when it is none."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def weaken(verdict: Verdict, target: str, weight: float) -> str:
    """The command that tries the head of a dropped idea with a third and a tenth of its weight."""
    key, value = next(iter(verdict.changes.items()))
    weaker = [float(f"{weight * part:.1g}") for part in WEAKER]
    if isinstance(value, dict) and "loss" in value:
        # The recipe has no such head: the whole of it has to be said.
        values = [word.partition("=")[2] for each in weaker for word in change_words({key: value | {"weight": each}})]
    else:
        key, values = f"heads.{target}.weight", [number_text(each) for each in weaker]
    return shell_line("tamesu", "try", verdict.recipe, f"{key}={','.join(values)}")


def advise_surprises(standings: Iterable[Standing]) -> list[Fault]:
    """ADVICE_UNEXPECTED_CUES for each augmentation whose verdict goes against what was expected of it."""
    return [
        note(
            "ADVICE_UNEXPECTED_CUES",
            standing.idea.name,
            {"surprise": WORKS if standing.surprise == "works" else HURTS, "run": standing.verdict.idea_run},
        )
        for standing in standings
        if standing.surprise is not None
        and standing.verdict is not None
        and any(key.startswith("augmentations") for key in standing.idea.changes)
    ]


def advise_order(queue: Sequence[Idea], tried: Iterable[Idea]) -> list[Fault]:
    """ADVICE_ESSENTIAL_FIRST when only parameter searches wait, and nothing of substance was ever tried.

    Args:
        queue: the ideas that wait.
        tried: the ideas that have a verdict.
    """
    if len(queue) < 2 or any(map(is_essential, queue)) or any(map(is_essential, tried)):
        return []
    return [note("ADVICE_ESSENTIAL_FIRST", None, {"count": len(queue)})]


def advise_looks(verdicts: Iterable[Verdict]) -> list[Fault]:
    """ADVICE_MANY_LOOKS for each fold table on which many different ideas were judged."""
    seen: dict[str, set[str]] = {}
    for verdict in verdicts:
        if verdict.pairs:
            seen.setdefault(verdict.folds, set()).add(verdict.idea_digest)
    return [note("ADVICE_MANY_LOOKS", None, {"count": len(ideas)}) for ideas in seen.values() if len(ideas) >= MANY_LOOKS]


def advise_small_data(rows: int, gain: float | None) -> list[Fault]:
    """ADVICE_SMALL_DATA for few rows.

    Args:
        rows: that the folds divide.
        gain: the smallest gain that the plan keeps half of the time; None when it is not known.
    """
    if gain is None or rows > FEW_ROWS:
        return []
    return [note("ADVICE_SMALL_DATA", None, {"rows": rows, "gain": f"{gain:.2g}"})]


def advise_leaderboard(verdicts: Iterable[Verdict], public: Mapping[str, float]) -> list[Fault]:
    """ADVICE_LB_LOWER for each idea kept on CV whose public score is worse than its baseline's.

    Args:
        verdicts: the ledger.
        public: run → public score.
    """
    found = []
    for verdict in newest(verdicts):
        idea, baseline = public.get(verdict.idea_run), public.get(verdict.baseline_run)
        if verdict.word != "keep" or idea is None or baseline is None:
            continue
        if (idea - baseline) * (1 if verdict.greater_is_better else -1) < 0:
            values = {"idea": f"{idea:g}", "baseline": f"{baseline:g}", "pairs": len(verdict.pairs)}
            found.append(note("ADVICE_LB_LOWER", verdict.idea, values))
    return found


def advise_edges(verdicts: Iterable[Verdict], recipes: Mapping[str, Mapping[str, Any]]) -> list[Fault]:
    """ADVICE_EDGE for each key whose best value is the smallest or largest one tried.

    Args:
        verdicts: the ledger.
        recipes: baseline run → its recipe as plain values with every default; the value a sweep started from counts as tried.
    """
    sweeps: dict[tuple[str, str, str], dict[float, Verdict]] = {}
    for verdict in newest(verdicts):
        if len(verdict.changes) != 1 or not verdict.pairs or is_climbed(verdict):
            continue
        key, value = next(iter(verdict.changes.items()))
        if (number := as_number(value)) is not None:
            sweeps.setdefault((verdict.recipe, verdict.baseline_run, key), {})[number] = verdict
    found = []
    for (recipe, run, key), tried in sweeps.items():
        start = as_number(find_value(recipes.get(run, {}), key))
        gains = {value: verdict.gain for value, verdict in tried.items()} | ({} if start is None else {start: 0.0})
        best = max(gains, key=lambda value: gains[value])
        if len(gains) < 3 or gains[best] <= 0 or best not in (min(gains), max(gains)):
            continue
        whole = all(isinstance(next(iter(verdict.changes.values())), int) for verdict in tried.values())
        beyond = go_beyond(sorted(gains), best, whole=whole)
        if beyond is not None:
            command = shell_line("tamesu", "try", recipe, f"{key}={beyond}")
            values = {"value": f"{best:g}", "values": f"{min(gains):g} – {max(gains):g}", "command": command}
            found.append(note("ADVICE_EDGE", key, values))
    return found


def go_beyond(values: Sequence[float], best: float, *, whole: bool) -> str | None:
    """The next value after the best one, which stands at an end of the ascending values; None where a share cannot go on.

    Examples:
        >>> go_beyond([1e-4, 1e-3, 1e-2], 1e-2, whole=False), go_beyond([0.1, 0.2, 0.3], 0.1, whole=False)
        ('0.1', '0.05')
        >>> go_beyond([10, 20, 30], 30, whole=True), go_beyond([0.0, 0.5, 1.0], 1.0, whole=False)
        ('40', None)
    """
    other = values[1] if best == values[0] else values[-2]
    on_log_scale = values[0] > 0 and values[-1] / values[0] >= LOG_FACTOR
    beyond = best * best / other if on_log_scale else 2 * best - other
    if beyond <= 0 < values[0]:
        beyond = best / 2
    # What lies between 0 and 1 may well be a share or a probability.
    if beyond < 0 <= values[0] or beyond > 1 >= values[-1] or beyond == best:
        return None
    if whole:
        return None if round(beyond) in (0, best) else str(round(beyond))
    return number_text(float(f"{beyond:.2g}"))


def find_value(plain: Any, key: str) -> Any:
    """What stands under a dotted key of plain values; names may hold dots. None where nothing does.

    Examples:
        >>> recipe = {"optimizer": {"adamw": {"lr": 1e-3}}, "heads": {"a.b": {"weight": 0.3}}, "epochs": 3}
        >>> find_value(recipe, "optimizer.adamw.lr"), find_value(recipe, "heads.a.b.weight"), find_value(recipe, "epoch")
        (0.001, 0.3, None)
    """
    if not isinstance(plain, Mapping):
        return None
    if key in plain:
        return plain[key]
    starts = [name for name in plain if key.startswith(f"{name}.")]
    found = (find_value(plain[name], key.removeprefix(f"{name}.")) for name in sorted(starts, key=len, reverse=True))
    return next((value for value in found if value is not None), None)


def advise_budget(left: Sequence[str], command: str) -> list[Fault]:
    """ADVICE_BUDGET when a budget ended before every idea was decided.

    Args:
        left: names of the ideas that would have gone on.
        command: the command that goes on.
    """
    if not left:
        return []
    names = ", ".join(left[:SHOWN_NAMES]) + (", …" if len(left) > SHOWN_NAMES else "")
    return [note("ADVICE_BUDGET", None, {"count": len(left), "names": names, "command": command})]
