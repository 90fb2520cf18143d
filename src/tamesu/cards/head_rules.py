"""Whether a card about heads fits a competition, why, and the changes to paste: one function a card."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tamesu.artifacts.head_sweep import leave_out
from tamesu.artifacts.spelling import flow, shell_line
from tamesu.cards.learning import MANY_CLASSES, MARKS, Judged, Learning, add_head, find_order
from tamesu.messages import learning_cards as say
from tamesu.messages.message import Phrase, fill_both

# Fewer rows than this over-fit.
FEW_ROWS = 2000
LEAST_BALANCED = 3
SHOWN = 4


def name_all(names: list[str] | tuple[str, ...]) -> str:
    """The first few names, quoted."""
    return ", ".join(map(repr, names[:SHOWN])) + (", …" if len(names) > SHOWN else "")


def auxiliary_head(facts: Learning) -> Judged:
    """Every target without a head, but for those that lie in the picture or follow from the main one."""
    names = [name for name in facts.unlearned() if facts.targets[name].kind not in MARKS and not facts.is_poorer(name)]
    reasons = [fill_both(say.UNLEARNED, targets=name_all(names))] if names else [say.NO_MORE]
    if facts.spare:
        reasons.append(fill_both(say.SPARE, columns=name_all(facts.spare)))
    ideas = {f"with_{name}": add_head(name, facts.targets[name].kind) for name in names}
    return Judged(tuple(reasons), ideas, bool(names) or None)


def richer_labels(facts: Learning) -> Judged:
    """Targets that lie in the picture."""
    names = [name for name, target in facts.targets.items() if target.kind in MARKS and name != facts.main]
    if not names:
        return Judged((say.NO_MARKS,), suits=False)
    told = [
        fill_both(say.RICHER, target=name, kind=facts.targets[name].kind, main=facts.main)
        for name in names
        if name not in facts.recipe.learned
    ]
    ideas = {f"with_{name}": add_head(name, facts.targets[name].kind) for name in names if name not in facts.recipe.learned}
    return Judged(tuple(told) or (say.NO_MORE,), ideas, bool(told) or None, used=not told)


def poorer_labels(facts: Learning) -> Judged:
    """Targets that follow from the main one; for identities a coarser class is worth it all the same."""
    if facts.kind == "identity":
        return Judged((say.NOTHING_POORER,), suits=False)
    names = [name for name in facts.targets if name != facts.main and facts.is_poorer(name)]
    reasons: list[Phrase] = []
    for name in names:
        reasons.append(fill_both(say.POORER, target=name, main=facts.main))
        derive = facts.targets[name].derive
        if derive is not None and derive.name == "attributes":
            reasons.append(fill_both(say.PER_CLASS, target=name))
    heads = [head for head in facts.helpers if facts.target_of(head) in names]
    ideas = {f"without_{head}": leave_out(facts.recipe, head) for head in heads}
    return Judged(tuple(reasons) or (say.NOTHING_POORER,), ideas, False, used=bool(heads))


def coarser_class(facts: Learning) -> Judged:
    """A class above the individual, or above very many classes."""
    many = facts.classes()
    if facts.kind != "identity" and many < MANY_CLASSES:
        return not_kind(facts, "identity")
    found = {
        name: few
        for name in facts.targets
        if name != facts.main and 1 < (few := len(facts.counts(name))) < max(many, 2) and facts.is_poorer(name)
    }
    if not found:
        return Judged((fill_both(say.NOTHING_COARSER, main=facts.main),), suits=None)
    reasons = tuple(fill_both(say.COARSER, target=name, few=few, many=many, main=facts.main) for name, few in found.items())
    open_ones = [name for name in found if name not in facts.recipe.learned]
    ideas = {f"with_{name}": add_head(name, facts.targets[name].kind) for name in open_ones}
    return Judged(reasons, ideas, True, used=not open_ones)


def not_kind(facts: Learning, *kinds: str) -> Judged:
    """A card for targets of other kinds."""
    return Judged((fill_both(say.NOT_KIND, kinds="/".join(kinds), main=facts.main, kind=facts.kind),), suits=False)


def declare(name: str, target: Mapping[str, Any]) -> Phrase:
    """What to write into competition.yaml before a head can learn it."""
    return fill_both(say.DECLARE, text=f"{name}: {flow(target)}")


def numbers(facts: Learning) -> list[str]:
    """The value targets that stand in columns with numbers in them, the main one first."""
    names = sorted(facts.targets, key=lambda name: name != facts.main)
    return [name for name in names if np.isfinite(facts.values(name)).any()]


def derived_from(facts: Learning, way: str) -> list[str]:
    """The targets made in one way."""
    return [name for name, target in facts.targets.items() if target.derive is not None and target.derive.name == way]


def difference(facts: Learning) -> Judged:
    """The change of a value along an order column."""
    made, values, order = derived_from(facts, "difference"), numbers(facts), find_order(facts)
    if made:
        open_ones = [name for name in made if name not in facts.recipe.learned]
        ideas = {f"with_{name}": add_head(name, "value") for name in open_ones}
        if open_ones:
            return Judged((fill_both(say.UNLEARNED, targets=name_all(open_ones)),), ideas, True)
        options = facts.targets[made[0]].derive.options  # type: ignore[union-attr]
        if any(facts.targets[name].derive.options.get("times", 1) > 1 for name in made):  # type: ignore[union-attr]
            return Judged((say.NO_MORE,), used=True)
        name = f"{options['of']}_acceleration"
        target = {"kind": "value", "derive": {"difference": dict(options) | {"times": 2}}, "known_in": "train"}
        return Judged((declare(name, target),), {f"with_{name}": add_head(name, "value")}, used=True)
    if not values:
        return Judged((say.NO_VALUE,), suits=False)
    if order is None:
        return Judged((say.NO_ORDER,), suits=False)
    name = f"{values[0]}_velocity"
    target = {"kind": "value", "derive": {"difference": {"of": values[0], "order": order}}, "known_in": "train"}
    return Judged((declare(name, target),), {f"with_{name}": add_head(name, "value")}, True)


def bins(facts: Learning) -> Judged:
    """The interval that a value lies in."""
    made, values = derived_from(facts, "bins"), [name for name in numbers(facts) if facts.values(name).shape[1] == 1]
    if made:
        open_ones = [name for name in made if name not in facts.recipe.learned]
        ideas = {f"with_{name}": add_head(name, facts.targets[name].kind) for name in open_ones}
        return Judged((say.NO_MORE,) if not open_ones else (), ideas, bool(open_ones) or None, used=not open_ones)
    if not values:
        return Judged((say.NO_VALUE,), suits=False)
    name = f"{values[0]}_bin"
    target = {"kind": "ordinal", "derive": {"bins": {"of": values[0], "count": 10}}, "known_in": "train"}
    idea = {f"heads.{name}": {"loss": "coral", "weight": 0.3}}
    return Judged((declare(name, target),), {f"with_{name}": idea}, values[0] == facts.main or None)


def neck(facts: Learning) -> Judged:
    """A wider layer that all heads share."""
    if facts.recipe.neck:
        return Judged((), {"without_neck": {"neck": 0}, "neck_double": {"neck": 2 * facts.recipe.neck}}, used=True)
    count = len(facts.recipe.heads)
    reason = fill_both(say.SHARED, count=count) if count > 1 else say.ONE_HEAD
    return Judged((reason,), {"neck": {"neck": 512}}, True if count > 1 else None)


def branch(facts: Learning) -> Judged:
    """Heads whose kind is another than the main one's."""
    heads = [head for head in facts.helpers if facts.targets[facts.target_of(head)].kind not in ("mask", "map")]
    if not heads:
        return Judged((say.ONE_HEAD,), suits=False)
    kinds = {head: facts.targets[facts.target_of(head)].kind for head in heads}
    apart = [head for head in heads if kinds[head] != facts.kind]
    reasons = tuple(
        fill_both(say.APART, head=head, kind=kinds[head], main=facts.main, main_kind=facts.kind) for head in apart[:SHOWN]
    )
    used = [head for head in heads if facts.recipe.heads[head].branch]
    ideas = {
        f"branch_{head}": {f"heads.{head}.branch": 1} for head in [head for head in apart or heads if head not in used][:SHOWN]
    }
    return Judged(reasons, ideas, bool(apart) or None, used=bool(used))


def pooled(name: str, change: Any) -> Callable[[Learning], Judged]:
    """The rule of a pooling that looks at places."""

    def rule(facts: Learning) -> Judged:
        if facts.recipe.pooling.name == name:
            return Judged((), {f"without_{name}": {"pooling": "average"}}, used=True)
        reasons = []
        if (classes := facts.classes()) >= MANY_CLASSES:
            reasons.append(fill_both(say.MANY, classes=classes))
        where = [target for target, spec in facts.targets.items() if spec.kind in ("mask", "points")]
        if where and name != "gem":
            reasons.append(fill_both(say.SAYS_WHERE, target=where[0]))
        return Judged(tuple(reasons), {name: {"pooling": change}}, bool(reasons) or None)

    return rule


def dropout(facts: Learning) -> Judged:
    """Few rows."""
    few = 0 < facts.rows < FEW_ROWS
    reasons = (fill_both(say.FEW_TO_LEARN, rows=facts.rows),) if few else ()
    there = facts.recipe.heads[facts.head].dropout if facts.head in facts.recipe.heads else 0.0
    key = f"heads.{facts.head}.dropout"
    ideas = {"without_dropout": {key: 0.0}} if there else {"dropout": {key: 0.3}}
    return Judged(reasons, ideas, few or None, used=bool(there))


def hidden(facts: Learning) -> Judged:
    """Heads that help, each with a layer of its own."""
    heads = [head for head in facts.helpers if facts.targets[facts.target_of(head)].kind not in ("mask", "map")]
    used = [head for head in heads if facts.recipe.heads[head].hidden]
    heads = heads or [facts.head]
    ideas = {f"hidden_{head}": {f"heads.{head}.hidden": 256} for head in [head for head in heads if head not in used][:SHOWN]}
    return Judged((), ideas, used=bool(used))


def balanced_by(name: str) -> Callable[[Learning], Judged]:
    """The rule of a balance."""

    def rule(facts: Learning) -> Judged:
        if facts.recipe.balance.name == name:
            return Judged((), {f"without_{name}": {"balance": "fixed"}}, used=True)
        count = len(facts.recipe.heads) + len(facts.recipe.penalties)
        if count < LEAST_BALANCED:
            head = facts.helpers[0] if facts.helpers else "…"
            command = shell_line("tamesu", "try", facts.recipe.name, "--sweep", f"heads.{head}.weight")
            reason = fill_both(say.TOO_FEW_HEADS, count=count, command=command) if facts.helpers else say.ONE_HEAD
            return Judged((reason,), {name: {"balance": name}} if facts.helpers else {}, suits=False)
        return Judged((fill_both(say.ENOUGH_HEADS, count=count),), {name: {"balance": name}}, True)

    return rule


RULES: dict[str, Callable[[Learning], Judged]] = {
    "auxiliary_head": auxiliary_head,
    "richer_labels": richer_labels,
    "poorer_labels": poorer_labels,
    "coarser_class": coarser_class,
    "difference": difference,
    "bins": bins,
    "neck": neck,
    "branch": branch,
    "attention": pooled("attention", "attention"),
    "multi_head_attention": pooled("multi_head_attention", {"multi_head_attention": {"heads": 4, "diversity": 0.1}}),
    "gem": pooled("gem", "gem"),
    "dropout": dropout,
    "hidden": hidden,
    "uncertainty": balanced_by("uncertainty"),
    "gradnorm": balanced_by("gradnorm"),
}
