"""Guards, judged: a head that pulls against the main task, outweighs it or does nothing, and a term that rises.

The numbers are those of the journals; see `tamesu.training.guards` for how they are measured. Each head is named once, for
the worst that is found of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.run import Run
from tamesu.errors import Fault, Where
from tamesu.messages import guards as say
from tamesu.messages.message import Phrase, fill_both
from tamesu.results.collapse import Advice
from tamesu.results.guard_steps import suggest_for_head, suggest_for_main, suggest_for_term
from tamesu.results.target_scale import measure_scale
from tamesu.results.term_curves import TermCurves, read_term_curves

# A mean cosine below this is a conflict; gradients of tasks that have nothing to do with one another stay near 0.
AGAINST = -0.1
# A head with a smaller share of the gradient harms nothing, whatever its direction.
LEAST_SHARE = 0.05
# More than this share of the gradient leaves the main head nothing; less than this is nothing itself.
OUTWEIGHS, IDLE = 0.9, 0.001
# A weighted term without gradients of its own in the journal outweighs from so many times the main loss on.
TIMES = 10.0
# A rise counts from this share of the mean loss on.
NOTICEABLE = 0.05
LEAST_EPOCHS = 3
SHOWN_TERMS = 3
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Level:
    """A number that each job has its own of.

    Attributes:
        mean: over jobs. `spread`: standard deviation over jobs; NaN for a single one.
        low, high: 95 % interval of the mean, by Student's t over the jobs; the mean itself for a single one.
        jobs: how many know it.
    """

    mean: float
    spread: float
    low: float
    high: float
    jobs: int

    def say(self, *, percent: bool = False) -> Phrase:
        """Its spread in words; of a share as per cent."""
        if self.jobs < 2:
            return say.ONE_JOB
        spread = f"{100 * self.spread:.1f} %" if percent else f"{self.spread:.2f}"
        return fill_both(say.SPREAD, jobs=self.jobs, spread=spread)


def find_level(values: Float[np.ndarray, "jobs epochs"]) -> Level | None:
    """The mean over epochs of each job, and over jobs; None where nothing is known.

    Examples:
        >>> level = find_level(np.array([[0.1, 0.3], [0.4, 0.4], [np.nan, np.nan]]))
        >>> round(level.mean, 3), round(level.spread, 3), level.jobs
        (0.3, 0.141, 2)
    """
    from scipy.special import stdtrit

    known = np.isfinite(values).any(axis=1)
    if not known.any():
        return None
    each = np.nanmean(values[known], axis=1)
    mean = float(each.mean())
    if len(each) == 1:
        return Level(mean, float("nan"), mean, mean, 1)
    spread = float(each.std(ddof=1))
    half = float(stdtrit(len(each) - 1, 0.5 + CONFIDENCE / 2)) * spread / len(each) ** 0.5
    return Level(mean, spread, mean - half, mean + half, len(each))


def later(values: Float[np.ndarray, "jobs epochs"]) -> Float[np.ndarray, "jobs rest"]:
    """The second half of the epochs, the middle one included: what is measured before features settle says little."""
    return values[:, values.shape[1] // 2 :]


def pulls_against(cosine: Level, share: Level) -> bool:
    """Whether a head works against the main one.

    A single job has no spread; its cosine has to be twice as far from 0.

    Examples:
        >>> strong = Level(0.3, 0.0, 0.3, 0.3, 3)
        >>> [pulls_against(Level(-0.2, 0.05, low, high, 3), strong) for low, high in ((-0.32, -0.08), (-0.5, 0.1))]
        [True, False]
    """
    if share.mean < LEAST_SHARE:
        return False
    return cosine.mean < 2 * AGAINST if cosine.jobs < 2 else cosine.mean < AGAINST and cosine.high < 0


@dataclass(frozen=True, slots=True)
class Rise:
    """A training loss that rises: since which epoch (from 1), from what to what, over the jobs."""

    epoch: int
    before: float
    after: float


def find_rise(loss: Float[np.ndarray, "jobs epochs"]) -> Rise | None:
    """Whether a training loss rises again at the end, over the jobs that reached it.

    A rise counts when it is more than 5 % of the mean loss, lies wholly above 0 in the 95 % interval over jobs, and began at
    least two epochs before the end.

    Examples:
        >>> find_rise(np.array([[3.0, 1.0, 1.5, 2.0], [3.0, 1.2, 1.6, 2.2]]))
        Rise(epoch=2, before=1.1, after=2.1)
        >>> find_rise(np.array([[3.0, 2.0, 1.5, 1.6]])) is None
        True
    """
    whole = np.isfinite(loss).all(axis=1)
    if loss.shape[1] < LEAST_EPOCHS or not whole.any():
        return None
    loss = loss[whole]
    mean = loss.mean(axis=0)
    lowest = int(np.argmin(mean))
    level = find_level((loss[:, -1] - loss[:, lowest])[:, None])
    if lowest > loss.shape[1] - 1 - 2 or level is None or level.low <= 0:
        return None
    if level.mean <= NOTICEABLE * float(np.abs(mean).mean()):
        return None
    return Rise(lowest + 1, float(mean[lowest]), float(mean[-1]))


def judge_guards(run: Run, train: Dataset | None = None) -> list[Advice]:
    """What the terms of a run's loss do to one another, the worst first; nothing for a run with one term.

    Args:
        run: trained as far as it is.
        train: the training rows, for the scale of a target that is learnt in its own unit.
    """
    curves = read_term_curves(run, run.jobs(sorted({*run.recipe.seeds, *run.trained_seeds()})))
    if len(curves.train_loss) < 2 or curves.main not in curves.train_loss:
        return []
    found: dict[str, Advice] = {}
    for look in (find_outweighing, find_heavy_terms, find_pulling, find_rising, find_idle):
        for advice in look(run, curves, train):
            found.setdefault(advice.fault.where.key or "", advice)
    return list(found.values())


def find_outweighing(run: Run, curves: TermCurves, train: Dataset | None) -> Iterator[Advice]:
    """GUARD_OUTWEIGHS for each auxiliary head that leaves the main one less than a tenth of the gradient."""
    for head in curves.shares:
        share = find_level(curves.shares[head])
        # Once the main task is learnt its gradient is small, whatever the others do.
        early = find_level(curves.shares[head][:, : max(1, curves.shares[head].shape[1] // 2)])
        if share is None or early is None or min(share.mean, early.mean) <= OUTWEIGHS:
            continue
        values = {"share": say_share(share.mean), "spread": share.say(percent=True), "times": say_times(curves, head)}
        reason = find_reason(run, curves, head, train)
        yield finish(run, curves, "GUARD_OUTWEIGHS", head, values | {"reason": reason}, share.mean)


def find_heavy_terms(run: Run, curves: TermCurves, train: Dataset | None) -> Iterator[Advice]:  # noqa: ARG001
    """GUARD_TERM_OUTWEIGHS for each penalty, or what a pooling adds, that is many times the main loss."""
    for term in curves.train_loss:
        times = count_times(curves, term)
        if term in run.recipe.heads or times is None or times.mean <= TIMES:
            continue
        values: dict[str, object] = {"times": f"{times.mean:.3g}", "spread": times.say()}
        yield finish(run, curves, "GUARD_TERM_OUTWEIGHS", term, values, times.mean)


def find_pulling(run: Run, curves: TermCurves, train: Dataset | None) -> Iterator[Advice]:  # noqa: ARG001
    """GUARD_PULLS for each auxiliary head whose gradient points against the main one's in the later epochs."""
    for head in curves.cosines:
        cosine, share = find_level(later(curves.cosines[head])), find_level(later(curves.shares[head]))
        if cosine is not None and share is not None and pulls_against(cosine, share):
            values = {"cosine": f"{cosine.mean:+.2f}", "spread": cosine.say(), "share": say_share(share.mean)}
            yield finish(run, curves, "GUARD_PULLS", head, values, share.mean)


def find_rising(run: Run, curves: TermCurves, train: Dataset | None) -> Iterator[Advice]:  # noqa: ARG001
    """GUARD_RISES, or GUARD_MAIN_RISES, for each term that rises while others fall."""
    for term, loss in curves.train_loss.items():
        rise = find_rise(loss)
        others = [other for other in curves.train_loss if other != term and falls_since(curves.train_loss[other], rise)]
        # That an auxiliary term rises is said where the main one falls: else all of training is at fault.
        if rise is None or not others or (term != curves.main and curves.main not in others):
            continue
        others.sort(key=lambda other: other != curves.main)
        shown = ", ".join(map(repr, others[:SHOWN_TERMS])) + (", …" if len(others) > SHOWN_TERMS else "")
        values: dict[str, object] = {"epoch": rise.epoch, "falls": shown}
        values |= {"before": f"{rise.before:.3g}", "after": f"{rise.after:.3g}"}
        level = find_level(curves.shares[term]) if term in curves.shares else None
        code = "GUARD_MAIN_RISES" if term == curves.main else "GUARD_RISES"
        yield finish(run, curves, code, term, values, level.mean if level else float("nan"))


def find_idle(run: Run, curves: TermCurves, train: Dataset | None) -> Iterator[Advice]:  # noqa: ARG001
    """GUARD_IDLE for each auxiliary head whose gradient is nearly nothing; one whose weight is 0 is meant to be off."""
    for head, shares in curves.shares.items():
        level = find_level(shares)
        if level is not None and level.mean < IDLE and curves.weights.get(head, 1.0) > 0:
            yield finish(run, curves, "GUARD_IDLE", head, {"share": say_share(level.mean)}, level.mean)


def falls_since(loss: Float[np.ndarray, "jobs epochs"], rise: Rise | None) -> bool:
    """Whether a training loss falls noticeably from the epoch on at which another begins to rise."""
    if rise is None:
        return False
    whole = loss[np.isfinite(loss).all(axis=1)]
    if not len(whole):
        return False
    mean = whole.mean(axis=0)
    return bool(mean[rise.epoch - 1] - mean[-1] > NOTICEABLE * abs(float(mean[rise.epoch - 1])))


def count_times(curves: TermCurves, term: str) -> Level | None:
    """How many times the main loss a term is, weights and factors included; None where the main one is 0."""
    main = np.abs(curves.weighted(curves.main))
    with np.errstate(divide="ignore", invalid="ignore"):
        times = np.nanmean(np.abs(curves.weighted(term)), axis=1) / np.nanmean(main, axis=1)
    return find_level(times[:, None])


def say_times(curves: TermCurves, term: str) -> str:
    """`count_times` with three digits."""
    times = count_times(curves, term)
    return "-" if times is None else f"{times.mean:.3g}"


def say_share(share: float) -> str:
    """A share as per cent, with the digits that a very small one needs.

    Examples:
        >>> say_share(0.987), say_share(0.0004), say_share(0.0)
        ('98.7 %', '0.04 %', '0 %')
    """
    return f"{100 * share:.1f} %" if share >= 0.01 else f"{100 * share:.1g} %"


def find_reason(run: Run, curves: TermCurves, head: str, train: Dataset | None) -> Phrase:
    """The likely reason why a head outweighs the main one."""
    spec = run.recipe.heads[head]
    target = spec.target or head
    scale = spec.loss.options.get("scale")
    if getattr(spec, "scaling", "standard") == "none":
        return fill_both(say.REASON_UNSCALED, size=say_size(train, target))
    if isinstance(scale, int | float) and scale > 1:
        return fill_both(say.REASON_LOGITS, loss=spec.loss.name, scale=f"{scale:g}")
    factor = find_level(curves.factors[head]) if head in curves.factors else None
    if factor is not None and factor.mean > 2:
        return fill_both(say.REASON_FACTOR, factor=f"{factor.mean:.2g}")
    return fill_both(say.REASON_WEIGHT, weight=f"{spec.weight:g}")


def say_size(train: Dataset | None, target: str) -> str:
    """How large the numbers of a target are, the largest of several columns; "?" where it is not known."""
    if train is None or target not in train.targets or train.targets[target].values.dtype.kind not in "fiu":
        return "?"
    columns = train.targets[target].values.reshape(len(train), -1).T
    sizes = [scale.size for column in columns if (scale := measure_scale(column)) is not None]
    return f"{max(sizes):.3g}" if sizes else "?"


def finish(run: Run, curves: TermCurves, code: str, term: str, values: dict[str, object], share: float) -> Advice:
    """The advice with its steps, and the first of them in the fault's own words."""
    if term == curves.main:
        levels = {head: find_level(shares) for head, shares in curves.shares.items()}
        strongest = max(levels, key=lambda head: level.mean if (level := levels[head]) else 0.0, default=None)
        steps = suggest_for_main(run, strongest)
    elif term in run.recipe.heads:
        steps = suggest_for_head(run, term, code, share)
    else:
        steps = suggest_for_term(run, term, code, share)
    said = values | {"head": term, "main": curves.main, "command": steps[0].command}
    return Advice(Fault(code, "note", Where(run.name, key=term), said), steps)
