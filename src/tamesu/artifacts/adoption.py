"""Adopting what an audit proposes: keys of competition.yaml changed where they stand, all the rest untouched."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tamesu.artifacts.competition import Competition
from tamesu.artifacts.files import write_text
from tamesu.artifacts.loading import COMPETITION, load_competition
from tamesu.errors import Fault, InputError, Where


def adopt(folder: Path, changes: Mapping[str, str | int]) -> list[str]:
    """Set keys of `competition.yaml`, and check that nothing else became different.

    Args:
        folder: the competition's folder.
        changes: `groups`, `folds.splitter` or `folds.n_splits` → a plain text or a number.

    Returns:
        The lines as a person would write them, `key: value` each.

    Raises:
        InputError: ADOPT_BY_HAND with the lines to write, where the file's form leaves no safe place; the file stays as it is.
    """
    path = folder / COMPETITION
    before = load_competition(folder)
    old = path.read_text(encoding="utf-8")
    lines = [f"{key}: {value}" for key, value in changes.items()]
    try:
        text = old
        for key, value in changes.items():
            text = set_key(text, key.split("."), value)
        after = Competition.model_validate(yaml.safe_load(text))
        wanted = expect(before, changes)
    except (ValueError, yaml.YAMLError) as error:
        raise by_hand(lines) from error
    if after != wanted:
        raise by_hand(lines)
    if text != old:
        write_text(path, text)
    return lines


def by_hand(lines: list[str]) -> InputError:
    """The error that asks for a hand."""
    return InputError(Fault("ADOPT_BY_HAND", "refuse", Where(COMPETITION), {"lines": "; ".join(lines)}))


def expect(before: Competition, changes: Mapping[str, str | int]) -> Competition:
    """The competition as it is to be."""
    plain: dict[str, Any] = before.model_dump(mode="json")
    for key, value in changes.items():
        *outer, last = key.split(".")
        place = plain
        for name in outer:
            place = place[name]
        place[last] = value
    return Competition.model_validate_json(yaml_json(plain))


def yaml_json(plain: Mapping[str, Any]) -> str:
    """A plain value as JSON text."""
    import json

    return json.dumps(plain)


def set_key(text: str, key: list[str], value: str | int) -> str:
    """A YAML text with one key of one or two levels set; the key is added where it is not there.

    Args:
        text: a mapping in block style.
        key: its names, outermost first.
        value: a plain text or a number.

    Raises:
        ValueError: there is no safe place.

    Examples:
        >>> set_key("main: a  # why\\nfolds: {seed: 0}\\n", ["folds", "splitter"], "group_kfold")
        'main: a  # why\\nfolds: {splitter: group_kfold, seed: 0}\\n'
    """
    written = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True).splitlines()[0]
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    for depth, name in enumerate(key):
        if not isinstance(node, yaml.MappingNode) or not node.value:
            raise ValueError("not a mapping with keys")
        found = next((inner for outer, inner in node.value if outer.value == name), None)
        if found is None:
            rest = key[depth:]
            line = f"{rest[0]}: {written}" if len(rest) == 1 else f"{rest[0]}: {{{rest[1]}: {written}}}"
            return insert(text, node, line)
        node = found
    assert node is not None, "a key was walked"
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        # A block ends where the next key begins.
        end = start + len(text[start:end].rstrip())
    return text[:start] + written + text[end:]


def insert(text: str, node: yaml.MappingNode, line: str) -> str:
    """A mapping with one more key, first in it when it is in braces, last when it is a block."""
    first = node.value[0][0].start_mark
    if node.flow_style:
        return text[: first.index] + f"{line}, " + text[first.index :]
    if node.start_mark.column == 0:
        return text.rstrip("\n") + f"\n{line}\n"
    return text[: first.index] + f"{line}\n{' ' * first.column}" + text[first.index :]
