"""Ideas: the queue of `ideas.yaml`, one named change each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tamesu.artifacts.competition import check_name
from tamesu.artifacts.documents import Document, read_document
from tamesu.artifacts.recipe import AUXILIARY_WEIGHT, USUAL_LOSSES
from tamesu.artifacts.schema import say_value
from tamesu.errors import Fault, InputError, raise_faults
from tamesu.messages.expected import A_CHANGE, A_TEXT

IDEAS = "ideas.yaml"
NOTES = ("why", "expected")
LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Idea:
    """One change to a recipe, worth trying.

    Attributes:
        name: its key in `ideas.yaml`.
        changes: dotted key → value, as `Recipe.vary` takes them.
        why: the reason, in the user's words; may be empty.
        expected: what the user expects of it; may be empty.
    """

    name: str
    changes: dict[str, Any]
    why: str = ""
    expected: str = ""


def load_ideas(folder: Path) -> dict[str, Idea]:
    """The ideas of `folder/ideas.yaml` in the order written; none when the file is not there or holds comments only.

    Args:
        folder: the competition's folder.

    Raises:
        InputError: every fault of the file. Whether a change fits a recipe is seen when it is applied.
    """
    ideas, _, faults = read_ideas(folder)
    raise_faults(faults)
    return ideas


def read_ideas(folder: Path) -> tuple[dict[str, Idea], Document | None, list[Fault]]:
    """`load_ideas` without raising: the ideas that are well written, the document or None, and every fault."""
    if not (folder / IDEAS).exists():
        return {}, None, []
    try:
        document = read_document(folder / IDEAS, IDEAS)
    except InputError as error:
        return {}, None, [fault for fault in error.faults if fault.code != "CONFIG_EMPTY"]
    ideas: dict[str, Idea] = {}
    faults = list(document.faults)
    for name, written in document.value.items():
        found = check_idea(name, written, document)
        faults += found
        if not found:
            changes = {key: value for key, value in written.items() if key not in NOTES}
            ideas[name] = Idea(name, changes, written.get("why", ""), written.get("expected", ""))
    return ideas, document, faults


def make_auxiliary_idea(target: str, kind: str, why: str = "") -> Idea:
    """The idea of learning one more target on the side, with the usual loss and a small weight.

    Examples:
        >>> make_auxiliary_idea("century", "value").changes
        {'heads.century': {'loss': 'smooth_l1', 'weight': 0.3}}
    """
    return Idea(
        f"aux_{target}"[:LONGEST_NAME], {f"heads.{target}": {"loss": USUAL_LOSSES[kind], "weight": AUXILIARY_WEIGHT}}, why
    )


def check_idea(name: str, written: Any, document: Document) -> list[Fault]:
    """The faults of one idea: its name, and that it is a mapping with at least one change."""
    faults = []
    try:
        check_name(name)
    except ValueError:
        faults.append(Fault("CONFIG_NAME", "refuse", document.where((name,)), {"name": say_value(name)}))
    if not isinstance(written, dict) or not written.keys() - set(NOTES):
        values = {"value": say_value(written), "expected": A_CHANGE}
        return [*faults, Fault("CONFIG_TYPE", "refuse", document.where((name,)), values)]
    for note in NOTES:
        if not isinstance(written.get(note, ""), str):
            values = {"value": say_value(written[note]), "expected": A_TEXT}
            faults.append(Fault("CONFIG_TYPE", "refuse", document.where((name, note)), values))
    return faults
