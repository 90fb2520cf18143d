"""What is said about verdicts wherever they are shown: their order, the digits of their gains, the sentences beside them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from tamesu.artifacts.verdict import Verdict
from tamesu.report.numbers import count_decimals, format_chance, format_gain
from tamesu.report.words import Words

# What to look at first.
ORDER = ("keep", "undecided", "same", "drop")

# More decimals than this are powers of ten; a whole table is not written so for the sake of one line.
MOST_DECIMALS = 6


def order_verdicts(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Kept, undecided, same, dropped; within them the largest gain first, those without one last."""

    def rank(verdict: Verdict) -> tuple[int, float, str]:
        return ORDER.index(verdict.word), -verdict.gain if is_measured(verdict) else math.inf, verdict.idea

    return sorted(verdicts, key=rank)


def group_by_metric(verdicts: Iterable[Verdict]) -> list[list[Verdict]]:
    """Verdicts whose gains can stand on one axis, each group in its order, the groups in the order they appear."""
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(repr((verdict.metric.written(), verdict.greater_is_better)), []).append(verdict)
    return [order_verdicts(group) for group in groups.values()]


def is_measured(verdict: Verdict) -> bool:
    """Whether its pairs gave a gain: with fewer than two folds there is no posterior, and its probabilities are all 0."""
    known = verdict.better + verdict.same + verdict.worse > 0.5
    return bool(verdict.pairs) and known and math.isfinite(verdict.gain)


def has_interval(verdict: Verdict) -> bool:
    """Whether there is an interval and probabilities."""
    return is_measured(verdict) and math.isfinite(verdict.low) and math.isfinite(verdict.high)


def find_decimals(verdict: Verdict) -> int:
    """The decimals that its gain and interval need."""
    if has_interval(verdict) and verdict.high > verdict.low:
        return count_decimals((verdict.high - verdict.low) / 2)
    return count_decimals(abs(verdict.gain) if is_measured(verdict) and verdict.gain else verdict.rope)


def share_decimals(verdicts: Sequence[Verdict]) -> dict[int, int]:
    """The decimals of each verdict by its place: the same for all but those that need powers of ten.

    Args:
        verdicts: on one metric.
    """
    needed = [find_decimals(verdict) for verdict in verdicts]
    common = max((count for count in needed if count <= MOST_DECIMALS), default=4)
    return {place: count if count > MOST_DECIMALS else common for place, count in enumerate(needed)}


def say_gain(verdict: Verdict, decimals: int) -> str:
    """Its gain with its sign; empty when there is none."""
    return format_gain(verdict.gain, decimals) if is_measured(verdict) else ""


def say_interval(low: float | None, high: float | None, decimals: int) -> str:
    """An interval; empty when an end of it is None or not finite.

    Examples:
        >>> say_interval(-0.001, 0.0123, 4), say_interval(0.1, None, 4)
        ('[-0.0010, +0.0123]', '')
    """
    ends = format_gain(low, decimals), format_gain(high, decimals)
    return f"[{ends[0]}, {ends[1]}]" if all(ends) else ""


def say_own_interval(verdict: Verdict, decimals: int) -> str:
    """Its 95 % interval; empty when there is none."""
    return say_interval(verdict.low, verdict.high, decimals) if has_interval(verdict) else ""


def say_better(verdict: Verdict) -> str:
    """The probability of a gain above rope; empty when there is none."""
    return format_chance(verdict.better) if has_interval(verdict) else ""


def disagrees(verdict: Verdict) -> bool:
    """Whether the bootstrap over images speaks against the verdict.

    A keep that is not clearly better over images drawn anew; a drop that is clearly better there; a `same` that is clearly
    something else there. Nothing contradicts an undecided one.
    """
    other = verdict.bootstrap
    if other is None or verdict.because == "identical":
        return False
    if verdict.because == "hand":
        return (verdict.word == "keep" and other.high < 0) or (verdict.word == "drop" and other.low > 0)
    if verdict.word == "keep":
        return other.low <= 0
    if verdict.word == "drop":
        return other.low > verdict.rope
    return verdict.word == "same" and (other.low > verdict.rope or other.high < -verdict.rope)


def say_scales(verdicts: Sequence[Verdict], words: Words, name: Callable[[str], str] = str) -> list[str]:
    """What a gain means here, which gains count as the same, and how large the seed noise is; one metric's verdicts.

    Args:
        verdicts: at least one; where their baselines differ, each has its own line.
        words: the language.
        name: how a name is shown.
    """
    first = verdicts[0]
    said = [words("say_direction" if first.greater_is_better else "say_loss", metric=name(first.metric.name))]
    scales: dict[tuple[float, float | None], list[str]] = {}
    for verdict in verdicts:
        runs = scales.setdefault((verdict.rope, verdict.noise), [])
        if verdict.baseline_run not in runs:
            runs.append(verdict.baseline_run)
    for (rope, noise), runs in scales.items():
        quarter = noise is not None and math.isclose(rope, noise / 4, rel_tol=1e-6)
        lines = [words("say_rope_quarter" if quarter else "say_rope", rope=say_size(rope))] if rope > 0 else []
        lines += [words("say_noise", noise=say_size(noise))] if noise else []
        where = f"{words.list([name(run) for run in runs], 2)}: " if len(scales) > 1 else ""
        said += [where + one for one in lines]
    return said


def say_size(value: float) -> str:
    """A size without a sign, with the decimals it needs."""
    return format_gain(value, count_decimals(value)).lstrip("+")


def say_notes(verdict: Verdict, words: Words, name: Callable[[str], str] = str) -> list[str]:
    """What is to be known about one verdict besides its figures; often nothing.

    Args:
        verdict: any.
        words: the language.
        name: how a name is shown.
    """
    idea, said = name(verdict.idea), []
    if verdict.because == "identical":
        said.append(words("say_identical", idea=idea))
    if verdict.twin:
        said.append(words("say_twin", idea=idea, twin=name(verdict.twin)))
    if verdict.because == "hand":
        said.append(words("say_hand", idea=idea))
    if verdict.because == "hopeless":
        chance = format_chance(verdict.chance)
        said.append(words("say_hopeless", idea=idea, chance=chance) if chance else words("say_stopped", idea=idea))
    if verdict.word == "undecided" and verdict.because in ("plan", "budget", "hopeless"):
        if verdict.more_pairs:
            said.append(words("say_more", idea=idea, count=f"{verdict.more_pairs:,}"))
        else:
            said.append(words("say_no_more" if is_measured(verdict) else "say_budget", idea=idea))
    return said + say_doubts(verdict, words, name)


def say_doubts(verdict: Verdict, words: Words, name: Callable[[str], str] = str) -> list[str]:
    """What speaks against a verdict though its pairs do not show it: force, failed jobs, and a bootstrap that disagrees.

    Args:
        verdict: any.
        words: the language.
        name: how a name is shown.
    """
    idea, said = name(verdict.idea), []
    if verdict.forced:
        said.append(words("say_forced", idea=idea, symmetries=words.list(verdict.forced, 5)))
    if verdict.failed:
        jobs = words.list([name(job) for job in verdict.failed], 3)
        said.append(words("say_failed", idea=idea, jobs=jobs))
    if verdict.bootstrap is not None and disagrees(verdict):
        interval = say_interval(verdict.bootstrap.low, verdict.bootstrap.high, find_decimals(verdict))
        said.append(words("say_second", idea=idea, interval=interval or words("undefined")))
    return said


def say_false_keeps(verdicts: Iterable[Verdict], false_keeps: float | None, words: Words) -> str:
    """How many of the kept ideas are expected to be no better; empty when none was kept by its pairs, or it is unknown."""
    kept = sum(verdict.word == "keep" and verdict.because != "hand" for verdict in verdicts)
    if not kept or false_keeps is None or not math.isfinite(false_keeps):
        return ""
    return words("say_false_keeps", count=kept, false=say_expected(false_keeps))


def say_expected(value: float) -> str:
    """An expected count with two figures.

    Examples:
        >>> say_expected(0.2), say_expected(0.043), say_expected(1.26)
        ('0.2', '0.043', '1.3')
    """
    return f"{value:.2g}" if value < 100 else f"{value:.0f}"
