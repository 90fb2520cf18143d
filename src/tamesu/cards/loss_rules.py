"""Whether a card about losses or samplers fits a competition, why, and the changes to paste: one function a card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tamesu.artifacts.competition import CODED
from tamesu.cards.head_rules import SHOWN, not_kind, numbers
from tamesu.cards.learning import IMBALANCED_TIMES, MANY_CLASSES, Judged, Learning, count_far, imbalance
from tamesu.messages import learning_cards as say
from tamesu.messages.message import Phrase, fill_both

# Metrics that count every class the same, and those that square errors.
CLASS_METRICS = frozenset({"balanced_accuracy", "f1_macro", "average_precision", "roc_auc", "mcc", "quadratic_kappa"})
ROW_METRICS = frozenset({"accuracy", "f1_micro", "log_loss", "top_k_accuracy", "map_at_k", "cohen_kappa"})
SQUARES = frozenset({"rmse", "rmsle", "r2"})
LABELLED = (*sorted(CODED), "multilabel")
COMPARED = ("class", "identity")


def main_loss(facts: Learning, value: Any) -> dict[str, Any]:
    """The change of the main head's loss."""
    return {f"heads.{facts.head}.loss": value}


def take_loss(facts: Learning, name: str, value: Any, reasons: Sequence[Phrase], suits: bool | None) -> Judged:
    """A loss of the main head: to try, or in use."""
    if facts.loss == name:
        used = fill_both(say.LOSS_USED, head=facts.head)
        return Judged((used, *reasons), {}, suits, used=True)
    return Judged(tuple(reasons), {name: main_loss(facts, value)}, suits)


def label_smoothing(facts: Learning) -> Judged:
    """Cross-entropy without smoothing; with it, other strengths."""
    if facts.kind not in CODED:
        return not_kind(facts, *sorted(CODED))
    key = f"heads.{facts.head}.loss.cross_entropy.label_smoothing"
    head = facts.recipe.heads.get(facts.head)
    there = head.loss.options.get("label_smoothing", 0.0) if head is not None and facts.loss == "cross_entropy" else 0.0
    if there:
        ideas = {"smoothing_more": {key: min(0.4, 2 * there)}, "without_smoothing": {key: 0.0}}
        return Judged((fill_both(say.LOSS_USED, head=facts.head),), ideas, used=True)
    if facts.loss == "cross_entropy":
        return Judged((), {"smoothing": {key: 0.1}, "smoothing_strong": {key: 0.2}})
    return Judged((), {"smoothing": main_loss(facts, {"cross_entropy": {"label_smoothing": 0.1}})})


def tell_imbalance(facts: Learning) -> tuple[list[Phrase], bool | None]:
    """How uneven the classes are, what the metric makes of it, and whether balance is worth a try."""
    found = imbalance(facts.counts(facts.main))
    if found is None:
        return [], None
    rare, count, most = found
    if most < IMBALANCED_TIMES * count:
        return [fill_both(say.EVEN, count=count, most=most)], False
    reasons = [fill_both(say.RARE, label=rare, count=count, most=most)]
    if facts.metric in CLASS_METRICS:
        reasons.append(fill_both(say.METRIC_CLASSES, metric=facts.metric))
    if facts.metric in ROW_METRICS:
        reasons.append(fill_both(say.METRIC_ROWS, metric=facts.metric))
    return reasons, None if facts.metric in ROW_METRICS else True


def balancing_loss(name: str, value: Any, kinds: tuple[str, ...] = tuple(sorted(CODED))) -> Callable[[Learning], Judged]:
    """The rule of a loss for uneven classes."""

    def rule(facts: Learning) -> Judged:
        if facts.kind not in kinds:
            return not_kind(facts, *kinds)
        return take_loss(facts, name, value, *tell_imbalance(facts))

    return rule


def class_weights(facts: Learning) -> Judged:
    """Weights by class in cross-entropy."""
    if facts.kind not in CODED:
        return not_kind(facts, *sorted(CODED))
    reasons, suits = tell_imbalance(facts)
    head = facts.recipe.heads.get(facts.head)
    weighted = head is not None and head.loss.options.get("class_weights", "none") != "none"
    value = {"cross_entropy": {"class_weights": "none" if weighted else "balanced"}}
    return Judged(
        tuple(reasons),
        {"without_class_weights" if weighted else "class_weights": main_loss(facts, value)},
        suits,
        used=weighted,
    )


def sampled(name: str) -> Callable[[Learning], Judged]:
    """The rule of a sampler."""

    def rule(facts: Learning) -> Judged:
        if facts.kind not in (*LABELLED, "soft"):
            return not_kind(facts, *LABELLED)
        reasons, suits = tell_imbalance(facts)
        if facts.recipe.sampler.name == name:
            return Judged(tuple(reasons), {f"without_{name}": {"sampler": "all"}}, suits, used=True)
        return Judged(tuple(reasons), {f"sampler_{name}": {"sampler": name}}, suits)

    return rule


def for_heads(facts: Learning, name: str, kinds: frozenset[str], why: Phrase | None) -> Judged:
    """A loss for every head whose target is of some kinds; `why` speaks of the target."""
    heads = [head for head in facts.recipe.heads if facts.targets[facts.target_of(head)].kind in kinds]
    if not heads:
        return not_kind(facts, *sorted(kinds))
    used = [head for head in heads if facts.recipe.heads[head].loss.name == name]
    reasons = [fill_both(why, target=facts.target_of(head)) for head in heads] if why is not None else []
    reasons += [fill_both(say.LOSS_USED, head=head) for head in used]
    ideas = {f"{name}_{head}": {f"heads.{head}.loss": name} for head in heads if head not in used}
    return Judged(tuple(reasons), ideas, True if ideas else None, used=bool(used))


def kl_divergence(facts: Learning) -> Judged:
    """Soft targets."""
    return for_heads(facts, "kl_divergence", frozenset({"soft"}), say.SOFT)


def bce(facts: Learning) -> Judged:
    """Soft and multilabel targets; for one label a row it is another way to ask."""
    soft = for_heads(facts, "bce", frozenset({"soft", "multilabel"}), None)
    if soft.suits is False:
        return take_loss(facts, "bce", "bce", (), None) if facts.kind in CODED else soft
    several = [name for name in map(facts.target_of, facts.recipe.heads) if facts.targets[name].kind == "multilabel"]
    reasons = [fill_both(say.SEVERAL, target=name) for name in dict.fromkeys(several)]
    return Judged((*reasons, *soft.reasons), soft.ideas, soft.suits, soft.used)


def doubting(name: str, value: Any) -> Callable[[Learning], Judged]:
    """The rule of a loss for wrong labels."""

    def rule(facts: Learning) -> Judged:
        if facts.kind not in CODED:
            return not_kind(facts, *sorted(CODED))
        return take_loss(facts, name, value, (), None)

    return rule


def compared(name: str, head: str, weight: float) -> Callable[[Learning], Judged]:
    """The rule of a loss over distances or angles, in a head of its own beside the main one."""

    def rule(facts: Learning) -> Judged:
        if facts.kind not in COMPARED:
            return not_kind(facts, *COMPARED)
        heads = facts.recipe.heads_of(facts.main)
        used = [each for each in heads if facts.recipe.heads[each].loss.name == name]
        if used:
            weaker: dict[str, Any] = {f"heads.{used[0]}.weight": float(f"{facts.recipe.heads[used[0]].weight / 3:.2g}")}
            # The head that tells the main target can be neither weakened against others nor left out.
            ideas = {f"{name}_weaker": weaker, f"without_{name}": {"heads-": used[0]}} if used[0] != facts.head else {}
            return Judged((fill_both(say.LOSS_USED, head=used[0]),), ideas, used=True)
        classes = facts.classes()
        many = facts.kind == "identity" or classes >= MANY_CLASSES
        reasons = []
        if classes and facts.rows:
            words = {"classes": classes, "each": max(1, facts.rows // classes)}
            reasons.append(fill_both(say.EACH_FEW if many else say.FEW_CLASSES, **words))
        free = head if head not in facts.targets and head not in facts.recipe.heads else f"{head}_{facts.main}"
        change = {f"heads.{free}": {"target": facts.main, "loss": name, "weight": weight}}
        return Judged(tuple(reasons), {name: change}, many or None)

    return rule


def graded(name: str, value: str) -> Callable[[Learning], Judged]:
    """The rule of a loss for labels in order."""

    def rule(facts: Learning) -> Judged:
        judged = for_heads(facts, value, frozenset({"ordinal"}), None)
        ideas = {key.replace(value, name, 1): change for key, change in judged.ideas.items()}
        return Judged(judged.reasons, ideas, judged.suits, judged.used)

    return rule


def huber(facts: Learning) -> Judged:
    """Values with outliers."""
    heads = [head for head in facts.recipe.heads if facts.target_of(head) in numbers(facts)]
    if not heads:
        return Judged((say.NO_VALUE,), suits=False)
    far = {head: count_far(facts.values(facts.target_of(head))) for head in heads}
    reasons = [
        fill_both(say.FAR_VALUES if count else say.NO_FAR_VALUES, target=facts.target_of(head), count=count)
        for head, count in far.items()
    ]
    if facts.metric in SQUARES and far.get(facts.head):
        reasons.append(fill_both(say.METRIC_SQUARES, metric=facts.metric))
    used = [head for head in heads if facts.recipe.heads[head].loss.name == "huber"]
    ideas = {f"huber_{head}": {f"heads.{head}.loss": "huber"} for head in [head for head in heads if head not in used][:SHOWN]}
    return Judged(tuple(reasons), ideas, any(far.values()) or None, used=bool(used))


def wing(facts: Learning) -> Judged:
    """Places in the picture, and exact values."""
    points = for_heads(facts, "wing", frozenset({"points"}), say.EXACT)
    if points.suits is not False:
        return points
    values = for_heads(facts, "wing", frozenset({"value"}), None)
    return values if values.suits is False else Judged(values.reasons, values.ideas, None, values.used)


RULES: dict[str, Callable[[Learning], Judged]] = {
    "label_smoothing": label_smoothing,
    "focal": balancing_loss("focal", "focal", LABELLED),
    "class_weights": class_weights,
    "balanced": sampled("balanced"),
    "square_root": sampled("square_root"),
    "repeat_factor": sampled("repeat_factor"),
    "logit_adjustment": balancing_loss("logit_adjustment", "logit_adjustment"),
    "ldam": balancing_loss("ldam", "ldam"),
    "kl_divergence": kl_divergence,
    "bce": bce,
    "symmetric_cross_entropy": doubting("symmetric_cross_entropy", "symmetric_cross_entropy"),
    "gce": doubting("gce", {"gce": {"q": 0.5}}),
    "triplet": compared("triplet", "near", 0.1),
    "center": compared("center", "centre", 0.01),
    "arcface": compared("arcface", "angles", 0.1),
    "coral": graded("coral", "coral"),
    "as_number": graded("as_number", "mse"),
    "huber": huber,
    "wing": wing,
}
