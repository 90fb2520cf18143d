"""The queue of `tamesu try`: words of a command line → ideas.

smoothing                                        the idea of this name in ideas.yaml
optimizer.adamw.lr=1e-3,3e-4                     one idea a value; a comma in brackets, braces or quotes parts nothing
optimizer.adamw.lr=log:1e-4:1e-2:5               five ideas, evenly spread on the log scale; `lin:` on the linear one
epochs=20,30 optimizer.adamw.lr=1e-3 --coupled   two ideas, each of which changes both keys
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tamesu.artifacts.changes import SIGNS, merge_changes, parse_change
from tamesu.artifacts.files import digest_of
from tamesu.artifacts.ideas import Idea
from tamesu.artifacts.sweeps import is_range, split_values, spread_range
from tamesu.artifacts.verdict import count_keys
from tamesu.errors import Fault, InputError, Where, nearest, raise_faults

MOST_KEYS = 2
MANY_COMBINATIONS = 12
MOST_IDEAS = 1000

# Keys that only tune what is there; a change of any other key is about data, input, network or loss.
PARAMETERS = frozenset(
    {"optimizer", "schedule", "epochs", "batch_size", "accumulate", "clip_grad_norm", "ema"}
    | {"freeze", "layer_decay", "precision", "seeds"}
)
HEAD_PARAMETERS = frozenset({"weight", "dropout"})


@dataclass(frozen=True, slots=True)
class Change:
    """One change as typed: its key with its sign, its value, and `key=value`."""

    key: str
    value: Any
    text: str


def expand_words(words: Sequence[str], ideas: Mapping[str, Idea], *, coupled: bool, recipes: Sequence[str] = ()) -> list[Idea]:
    """The ideas that the words after the recipe ask for, in the order typed; the same idea twice is one.

    Args:
        words: names of ideas, and changes `key=value`, `key=value,value`, `key=log:1e-4:1e-2:5`. No words give no ideas.
        ideas: those of ideas.yaml, by name.
        coupled: make all changes of the command line together: one idea, or every combination where a key has several
            values. Named ideas stay what they are.
        recipes: names that the first word may have been meant for.

    Raises:
        InputError: every fault of every word: IDEA_UNKNOWN, IDEA_EMPTY_VALUE, IDEA_RANGE, IDEA_TOO_MANY, IDEA_KEY_TWICE,
            IDEA_CLASH, and what `parse_change` finds.

    Examples:
        >>> queue = expand_words(["longer", "ema=0.9,0.99"], {"longer": Idea("longer", {"epochs": 30})}, coupled=False)
        >>> [(idea.name, idea.changes) for idea in queue]
        [('longer', {'epochs': 30}), ('ema=0.9', {'ema': 0.9}), ('ema=0.99', {'ema': 0.99})]
        >>> [idea.name for idea in expand_words(["epochs=20,30", "ema=0.9"], {}, coupled=True)]
        ['epochs=20 ema=0.9', 'epochs=30 ema=0.9']
    """
    queue: list[Idea] = []
    sweeps: list[list[Change]] = []
    faults: list[Fault] = []
    for place, word in enumerate(words):
        try:
            if "=" in word:
                sweeps.append(read_sweep(word))
                queue += [] if coupled else [couple([change]) for change in sweeps[-1]]
            else:
                queue.append(find_idea(word, ideas, recipes if place == 0 else ()))
        except InputError as error:
            faults += error.faults
    if coupled and sweeps:
        found = check_combinations(sweeps)
        faults += found
        queue += [] if found else [couple(combination) for combination in itertools.product(*sweeps)]
    if len(queue) > MOST_IDEAS:
        faults.append(Fault("IDEA_TOO_MANY", "refuse", Where(), {"count": len(queue), "limit": MOST_IDEAS}))
    settled, clashes = settle_names(queue)
    raise_faults([*faults, *clashes])
    return settled


def read_sweep(word: str) -> list[Change]:
    """The changes of one word `key=values`, one a value.

    Raises:
        InputError: IDEA_EMPTY_VALUE, IDEA_RANGE, and what `parse_change` finds in each value.
    """
    key, _, values = word.partition("=")
    key, pieces = key.strip(), split_values(values)
    if len(pieces) > 1 and "" in pieces:
        raise InputError(Fault("IDEA_EMPTY_VALUE", "refuse", Where(key=key), {"text": values, "key": key}))
    changes: list[Change] = []
    faults: list[Fault] = []
    for piece in pieces:
        try:
            for text in spread_range(piece, key) if is_range(piece) else [piece]:
                changes.append(Change(*parse_change(f"{key}={text}"), f"{key}={text}"))
        except InputError as error:
            faults += error.faults
    raise_faults(faults)
    return changes


def find_idea(name: str, ideas: Mapping[str, Idea], recipes: Sequence[str] = ()) -> Idea:
    """An idea of ideas.yaml by name; the nearest name may be a recipe's, where one may stand.

    Raises:
        InputError: IDEA_UNKNOWN, with the nearest name.
    """
    if name not in ideas:
        values = {"name": name, "known": ", ".join(ideas) or "-"}
        raise InputError(Fault("IDEA_UNKNOWN", "refuse", Where(), values, nearest(name, [*ideas, *recipes])))
    return ideas[name]


def couple(changes: Sequence[Change]) -> Idea:
    """One idea that makes several changes, named as they were typed; what is added to one list, or taken from it, is joined."""
    joined = merge_changes([{change.key: change.value} for change in changes])
    return Idea(" ".join(change.text for change in changes), joined)


def check_combinations(sweeps: Sequence[Sequence[Change]]) -> list[Fault]:
    """Why changes cannot be made together: a key that is set twice, or more combinations than anybody could mean."""
    keys = [sweep[0].key for sweep in sweeps]
    twice = [key for key in dict.fromkeys(keys) if keys.count(key) > 1 and key[-1] not in SIGNS]
    faults = [Fault("IDEA_KEY_TWICE", "refuse", Where(), {"key": key, "count": keys.count(key)}) for key in twice]
    count = math.prod(map(len, sweeps))
    if count > MOST_IDEAS:
        faults.append(Fault("IDEA_TOO_MANY", "refuse", Where(), {"count": count, "limit": MOST_IDEAS}))
    return faults


def check_grid(words: Sequence[str], *, coupled: bool) -> list[Fault]:
    """The note IDEA_GRID when coupled words make more than a dozen combinations.

    Args:
        words: as for `expand_words`, which found no fault in them.
        coupled: as for `expand_words`.

    Examples:
        >>> [fault.code for fault in check_grid(["ema=lin:0:0.9:5", "epochs=10,20,30"], coupled=True)]
        ['IDEA_GRID']
    """
    sizes = [len(read_sweep(word)) for word in words if "=" in word] if coupled else []
    count = math.prod(sizes)
    if count <= MANY_COMBINATIONS:
        return []
    values = {"sizes": " × ".join(map(str, sizes)), "count": count, "single": sum(sizes)}
    return [Fault("IDEA_GRID", "note", Where(), values)]


def check_coupling(idea: Idea, coupled: bool, where: Where | None = None) -> list[Fault]:
    """IDEA_TOO_MANY_KEYS when an idea changes more than two keys and nobody said that they belong together.

    Args:
        idea: any idea.
        coupled: the user said so.
        where: file and line of the idea, when it stands in one.

    Examples:
        >>> [fault.code for fault in check_coupling(Idea("big", {"epochs": 9, "ema": 0.9, "freeze": 1}), False)]
        ['IDEA_TOO_MANY_KEYS']
    """
    count = count_keys(idea.changes)
    if coupled or count <= MOST_KEYS:
        return []
    keys = ", ".join(dict.fromkeys(key.rstrip(SIGNS) for key in idea.changes))
    return [Fault("IDEA_TOO_MANY_KEYS", "refuse", where or Where(), {"name": idea.name, "count": count, "keys": keys})]


def settle_names(ideas: Iterable[Idea]) -> tuple[list[Idea], list[Fault]]:
    """Each idea once, and IDEA_CLASH for each name that means two.

    A change on the spot that says the same as an idea before it, named or not, is that idea; two named ones that say the same
    both stay, since the user wrote both down.

    Examples:
        >>> [idea.name for idea in settle_names([Idea("ema=0.9", {"ema": 0.9}), Idea("ema=0.90", {"ema": 0.9})])[0]]
        ['ema=0.9']
    """
    ideas = list(ideas)
    named = {idea.name: idea.changes for idea in reversed(ideas) if not is_typed(idea)}
    said = {digest_of(changes) for changes in named.values()}
    settled: list[Idea] = []
    clashes: dict[str, Fault] = {}
    for idea in ideas:
        digest = digest_of(idea.changes)
        same = [other for other in settled if other.name == idea.name]
        if same and digest_of(same[0].changes) != digest:
            clashes[idea.name] = Fault("IDEA_CLASH", "refuse", Where(), {"name": idea.name})
        elif not same and not (is_typed(idea) and digest in said):
            settled.append(idea)
            said.add(digest)
    return settled, list(clashes.values())


def is_typed(idea: Idea) -> bool:
    """Whether an idea is a change given on the spot: no name in ideas.yaml holds an equals sign."""
    return "=" in idea.name


def is_essential(idea: Idea) -> bool:
    """Whether an idea changes data, input, network or loss, and not only parameters of the training.

    Examples:
        >>> is_essential(Idea("a", {"augmentations+": "rotate"})), is_essential(Idea("b", {"optimizer.adamw.lr": 1e-3}))
        (True, False)
    """
    return any(not is_parameter(key.rstrip(SIGNS).split(".")) for key in idea.changes)


def is_parameter(steps: Sequence[str]) -> bool:
    """Whether a path ends in a parameter of the training: the optimizer's, the schedule's, a head's weight or dropout."""
    return steps[0] in PARAMETERS or (steps[0] == "heads" and len(steps) > 2 and steps[-1] in HEAD_PARAMETERS)


def essential_first(ideas: Iterable[Idea]) -> list[Idea]:
    """The ideas in the order worth trying: changes of substance before searches over parameters, each in the order written.

    Examples:
        >>> [idea.name for idea in essential_first([Idea("lr", {"optimizer.adamw.lr": 1}), Idea("net", {"backbone": "x"})])]
        ['net', 'lr']
    """
    return sorted(ideas, key=lambda idea: not is_essential(idea))
