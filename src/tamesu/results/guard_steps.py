"""What to try with a head, or another term of the loss, that does not do what it is for: commands to paste."""

from __future__ import annotations

from tamesu.artifacts.competition import DENSE
from tamesu.artifacts.head_sweep import leave_out
from tamesu.artifacts.run import Run
from tamesu.artifacts.spelling import number_text, shell_line
from tamesu.messages import guards as say
from tamesu.results.next_steps import Step, say_try

# The share of the gradient that a head which outweighs is brought to, and one that does nothing.
HELPS, FELT = 0.25, 0.1
# Learning rates and weights move in thirds on a log scale.
THIRD = 3.0
# With fewer terms there is little to balance.
LEAST_BALANCED = 3


def suggest_for_head(run: Run, head: str, code: str, share: float) -> tuple[Step, ...]:
    """What to try with an auxiliary head, in order.

    Args:
        run: the run.
        head: of its recipe.
        code: what was found.
        share: of the gradient that is its own; NaN when it is not known.
    """
    spec = run.recipe.heads[head]
    sweep = Step(say.STEP_SWEEP, shell_line("tamesu", "try", run.recipe.name, "--sweep", f"heads.{head}.weight"))
    off = Step(say.STEP_OFF, say_try(run, leave_out(run.recipe, head)))
    if code == "GUARD_IDLE":
        heavier = Step(say.STEP_HEAVIER, say_try(run, {f"heads.{head}.weight": bring_to(spec.weight, share, FELT)}))
        return heavier, off
    steps = []
    if code == "GUARD_OUTWEIGHS":
        if getattr(spec, "scaling", "standard") == "none":
            steps.append(Step(say.STEP_SCALING, say_try(run, {f"heads.{head}.scaling": "standard"})))
        steps.append(Step(say.STEP_LIGHTER, say_try(run, {f"heads.{head}.weight": bring_to(spec.weight, share, HELPS)})))
        if spec.loss.name == "mse":
            steps.append(Step(say.STEP_HUBER, say_try(run, {f"heads.{head}.loss": "huber"})))
        if run.recipe.balance.name == "fixed" and len(run.recipe.heads) >= LEAST_BALANCED:
            steps.append(Step(say.STEP_BALANCE, say_try(run, {"balance": "uncertainty"})))
        return (*steps, sweep)
    steps.append(sweep)
    if is_pooled(run, head):
        if not spec.branch:
            steps.append(Step(say.STEP_BRANCH, say_try(run, {f"heads.{head}.branch": 1})))
        if spec.tap == "last":
            steps.append(Step(say.STEP_TAP, say_try(run, {f"heads.{head}.tap": -2})))
    return (*steps, off)


def suggest_for_term(run: Run, term: str, code: str, times: float) -> tuple[Step, ...]:
    """What to try with a penalty, or with what a pooling adds to the loss.

    Args:
        run: the run.
        term: as the journal calls it.
        code: what was found.
        times: how many times the main loss it is, where it outweighs.
    """
    recipe, head = run.recipe, term.removesuffix(".pooling")
    off: dict[str, object]
    if head != term and head in recipe.heads:
        own = recipe.heads[head].pooling
        part = own or recipe.pooling
        key = f"{f'heads.{head}.' if own else ''}pooling.{part.name}.diversity"
        weight, off = float(part.options.get("diversity", 1.0)), {key: 0.0}
    else:
        name = term if any(part.name == term for part in recipe.penalties) else term.rpartition(" ")[0]
        key, off = f"penalties.{name}.weight", {"penalties-": name}
        weight = next((float(part.options.get("weight", 1.0)) for part in recipe.penalties if part.name == name), 1.0)
    if code == "GUARD_TERM_OUTWEIGHS":
        lighter = [float(f"{weight / factor:.1g}") for factor in (times, times * THIRD * THIRD)]
    else:
        lighter = [float(f"{weight * factor:.2g}") for factor in (THIRD, 1 / THIRD)]
    values = ",".join(map(number_text, lighter))
    why = say.STEP_LESS if code == "GUARD_TERM_OUTWEIGHS" else say.STEP_MORE
    return Step(why, shell_line("tamesu", "try", recipe.name, f"{key}={values}")), Step(say.STEP_OFF, say_try(run, off))


def suggest_for_main(run: Run, strongest: str | None) -> tuple[Step, ...]:
    """What to try where the main loss rises: the strongest auxiliary head weaker, and smaller steps."""
    steps = [] if strongest is None else list(suggest_for_head(run, strongest, "GUARD_PULLS", float("nan")))
    return (*steps, Step(say.STEP_RANGE_TEST, shell_line("tamesu", "lr", run.recipe.name)))


def bring_to(weight: float, share: float, wanted: float) -> float:
    """The weight at which a head has another share of the gradient, with one digit; ten or a hundredth of it at the extremes.

    Examples:
        >>> bring_to(1.0, 0.99, 0.25), bring_to(0.1, 1e-4, 0.1), bring_to(1.0, 1.0, 0.25), bring_to(0.3, 0.0, 0.1)
        (0.003, 100.0, 0.0001, 30.0)
    """
    if not 0 < share < 1:
        factor = 1e-4 if share >= 1 else 100.0
    else:
        factor = wanted / (1 - wanted) * (1 - share) / share
    return float(f"{weight * factor:.1g}")


def is_pooled(run: Run, head: str) -> bool:
    """Whether a head reads pooled features, and not the maps themselves."""
    spec = run.spec.targets.get(run.recipe.heads[head].target or head)
    return spec is None or spec.kind not in DENSE
