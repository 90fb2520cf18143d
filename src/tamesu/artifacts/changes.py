"""Dotted changes: `optimizer.adamw.lr: 1e-3`, `backbone: resnet18`, `augmentations+: sepia`, `augmentations-: rotate`.

A path walks the plain values of a recipe beside the model that describes them, so it knows which steps are keys, which
are parts and which are list entries. Part names may hold dots (`resnet50.a1_in1k`).
"""

from __future__ import annotations

import copy
import json
import typing
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from tamesu.artifacts.assembly import Loc, dotted
from tamesu.artifacts.competition import Part
from tamesu.artifacts.documents import parse_value
from tamesu.artifacts.schema import bare, is_model, say_value
from tamesu.artifacts.secrets import looks_secret
from tamesu.errors import Fault, InputError, Where, nearest
from tamesu.messages.expected import A_FINITE_NUMBER, A_LIST, A_MAPPING, A_PART, A_PLAIN_VALUE

SIGNS = "+-"


def parse_change(text: str) -> tuple[str, Any]:
    """A change as typed on the command line: `key=value`, `key+=value` or `key-=value`.

    Args:
        text: the argument; its value is read as YAML 1.2.

    Returns:
        The key, with its sign if any, and the value.

    Raises:
        InputError: CONFIG_CHANGE when there is no `key=`; what `parse_value` raises for the value.

    Examples:
        >>> parse_change("epochs=3"), parse_change("augmentations+=horizontal_flip")
        (('epochs', 3), ('augmentations+', 'horizontal_flip'))
    """
    key, equals, value = text.partition("=")
    key = key.strip()
    if not equals or not key.rstrip(SIGNS):
        raise InputError(Fault("CONFIG_CHANGE", "refuse", Where(), {"text": key}))
    parsed = parse_value(value, key)
    if looks_secret(key, parsed):
        raise InputError(Fault("CONFIG_SECRET", "refuse", Where(None, None, key)))
    return key, parsed


def parse_changes(texts: Iterable[str]) -> dict[str, Any]:
    """`parse_change` over several arguments; the last one of a key counts.

    Raises:
        InputError: carries the faults of all arguments.
    """
    changes: dict[str, Any] = {}
    faults: list[Fault] = []
    for text in texts:
        try:
            key, value = parse_change(text)
        except InputError as error:
            faults += error.faults
        else:
            changes.pop(key, None)
            changes[key] = value
    if faults:
        raise InputError(faults)
    return changes


def apply_changes(plain: Mapping[str, Any], changes: Mapping[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """Plain values with changes applied in order; what was given stays as it is.

    Args:
        plain: the recipe as written; defaults may be left out.
        changes: dotted key (with `+` to append, `-` to remove) → value.
        model: what the values describe: `Recipe`.

    Returns:
        The new values. They are not validated: `Recipe.vary` and `load_recipe` do that.

    Raises:
        InputError: every change that does not fit: CONFIG_UNKNOWN_KEY, CONFIG_OTHER_PART, CONFIG_SKIPPED_PART,
            CONFIG_AMBIGUOUS_KEY, CONFIG_NOT_A_LIST, CONFIG_NOT_IN_LIST, CONFIG_TYPE, CONFIG_RANGE.

    Examples:
        >>> from tamesu.artifacts.recipe import Recipe
        >>> base = {"optimizer": "adamw", "augmentations": ["rotate"]}
        >>> apply_changes(base, {"optimizer.adamw.lr": 1e-3, "augmentations-": "rotate"}, Recipe)
        {'optimizer': {'adamw': {'lr': 0.001}}, 'augmentations': []}
    """
    changed, _, faults = try_changes(plain, changes, model)
    if faults:
        raise InputError(faults)
    return changed


def try_changes(
    plain: Mapping[str, Any], changes: Mapping[str, Any], model: type[BaseModel]
) -> tuple[dict[str, Any], dict[str, Loc], list[Fault]]:
    """`apply_changes` without raising: the values, the path that each change set, and the faults of the others."""
    changed = copy.deepcopy(dict(plain))
    locs: dict[str, Loc] = {}
    faults: list[Fault] = []
    for key, value in changes.items():
        walk = Walk(changed, key, model)
        try:
            locs[key] = walk.apply(check_plain(value, key))
        except InputError as error:
            faults += error.faults
    return changed, locs, faults


def merge_changes(several: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Changes one after the other as one mapping; what is appended to, or removed from, one list is put together.

    Examples:
        >>> merge_changes([{"augmentations+": "sepia", "epochs": 9}, {"augmentations+": {"rotate": {}}, "epochs": 12}])
        {'augmentations+': ['sepia', {'rotate': {}}], 'epochs': 12}
    """
    merged: dict[str, Any] = {}
    for changes in several:
        for key, value in changes.items():
            if key[-1] in SIGNS and key in merged:
                merged[key] = [*as_list(merged[key]), *as_list(value)]
            else:
                # A later change of the same key comes last, where it counts.
                merged.pop(key, None)
                merged[key] = value
    return merged


def as_list(value: Any) -> list[Any]:
    """A value as a list of entries."""
    return value if isinstance(value, list) else [value]


def check_plain(value: Any, key: str) -> Any:
    """The value as JSON would hold it; what JSON cannot hold is refused."""
    where = Where(None, None, key.rstrip(SIGNS))
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except ValueError:
        raise InputError(Fault("CONFIG_RANGE", "refuse", where, {"value": repr(value), "expected": A_FINITE_NUMBER})) from None
    except TypeError:
        values = {"value": type(value).__name__, "expected": A_PLAIN_VALUE}
        raise InputError(Fault("CONFIG_TYPE", "refuse", where, values)) from None


def split_part(value: Any) -> tuple[str, dict[str, Any]] | None:
    """Name and options of a part as written, or None when it is none.

    Examples:
        >>> split_part("adamw"), split_part({"adamw": {"lr": 0.1}}), split_part(3)
        (('adamw', {}), ('adamw', {'lr': 0.1}), None)
    """
    if isinstance(value, str):
        return value, {}
    if isinstance(value, dict) and len(value) == 1:
        ((name, options),) = value.items()
        return (name, {} if options is None else options) if isinstance(options, dict | None) else None
    return None


class Walk:
    """One change on its way from the root to the place it names; changes `root` in place.

    Args:
        root: the plain values.
        key: the dotted key, sign included.
        model: what the root describes.
    """

    def __init__(self, root: dict[str, Any], key: str, model: type[BaseModel]) -> None:
        self.root, self.model = root, model
        self.sign = key[-1] if key[-1:] and key[-1] in SIGNS else ""
        self.key = key[: len(key) - len(self.sign)]
        self.steps = self.key.split(".")

    def apply(self, value: Any) -> Loc:
        """Set, append or remove, and tell at which path."""
        return self.into_model(self.root, self.model, (), 0, value)

    def into_model(self, here: Any, model: type[BaseModel], loc: Loc, done: int, value: Any) -> Loc:
        """A step into a mapping whose keys the model lists."""
        step = self.steps[done]
        if not isinstance(here, dict):
            raise self.fault("CONFIG_TYPE", {"value": say_value(here), "expected": A_MAPPING})
        if step not in model.model_fields:
            raise self.unknown(step, model.model_fields, loc)
        field = model.model_fields[step]
        if step not in here and (done + 1 < len(self.steps) or self.sign):
            default = None if field.is_required() else field.get_default(call_default_factory=True)
            here[step] = write_default(default, bare(field.annotation))
        return self.into_entry(here, step, bare(field.annotation), loc, done + 1, value)

    def into_mapping(self, here: Any, inner: Any, loc: Loc, done: int, value: Any) -> Loc:
        """A step into a mapping with keys of the user's own, such as `heads`; the longest key that fits is taken."""
        if not isinstance(here, dict):
            raise self.fault("CONFIG_TYPE", {"value": say_value(here), "expected": A_MAPPING})
        for end in range(len(self.steps), done, -1):
            if (name := ".".join(self.steps[done:end])) in here:
                return self.into_entry(here, name, inner, loc, end, value)
        if done + 1 < len(self.steps):
            raise self.unknown(self.steps[done], here, loc)
        return self.into_entry(here, self.steps[done], inner, loc, done + 1, value)

    def into_entry(self, parent: dict[str, Any], name: str, annotation: Any, loc: Loc, done: int, value: Any) -> Loc:
        """Arrive at one entry of a mapping: act on it if the path ends, else go on into it."""
        loc = (*loc, name)
        if done == len(self.steps):
            return self.act(parent, name, annotation, loc, value)
        here = parent.get(name)
        if annotation is Part:
            return self.into_part(parent, name, loc, done, value)
        if is_model(annotation):
            return self.into_model(here, annotation, loc, done, value)
        if typing.get_origin(annotation) is dict:
            return self.into_mapping(here, bare(typing.get_args(annotation)[1]), loc, done, value)
        if typing.get_origin(annotation) is list and bare(typing.get_args(annotation)[0]) is Part:
            return self.into_parts(here, loc, done, value)
        raise self.unknown(self.steps[done], (), loc)

    def into_parts(self, here: Any, loc: Loc, done: int, value: Any) -> Loc:
        """A step into a list of parts: the entry goes by its name."""
        if not isinstance(here, list):
            raise self.fault("CONFIG_TYPE", {"value": say_value(here), "expected": A_LIST})
        names = [part[0] for entry in here if (part := split_part(entry))]
        found = [name for name in names if starts_with(self.steps[done:], name)]
        if not found:
            raise self.unknown(self.steps[done], names, loc)
        name = max(found, key=len)
        if names.count(name) > 1:
            raise self.fault("CONFIG_AMBIGUOUS_KEY", {"key": name, "count": names.count(name)})
        index = next(i for i, entry in enumerate(here) if (split_part(entry) or ("", {}))[0] == name)
        return self.into_part(here, index, (*loc, index), done, value)

    def into_part(self, parent: Any, at: Any, loc: Loc, done: int, value: Any) -> Loc:
        """A step through a part: its name must be the one that is there, or nothing is there yet."""
        rest, part = self.steps[done:], split_part(parent[at])
        if part is None and parent[at] is not None:
            raise self.fault("CONFIG_TYPE", {"value": say_value(parent[at]), "expected": A_PART})
        name, options = part or (rest[0], {})
        if not starts_with(rest, name):
            raise self.wrong_part(name, loc, rest, value)
        inside = rest[len(name.split(".")) :]
        options = dict(options)
        parent[at] = {name: options}
        if inside:
            return self.into_options(options, (*loc, name), inside, value)
        if self.sign or not (isinstance(value, dict) or value is None):
            raise self.fault("CONFIG_TYPE", {"value": say_value(value), "expected": A_MAPPING})
        parent[at] = {name: value or {}}
        return (*loc, name)

    def into_options(self, options: dict[str, Any], loc: Loc, inside: list[str], value: Any) -> Loc:
        """An option of a part; which there are is known to the part's own constructor, and checked there."""
        here: Any = options
        for count, step in enumerate(inside[:-1]):
            if not isinstance(here.get(step), dict):
                raise self.unknown(inside[count + 1], (), (*loc, *inside[: count + 1]))
            here[step] = here = dict(here[step])
        return self.act(here, inside[-1], list if isinstance(here.get(inside[-1]), list) else Any, (*loc, *inside), value)

    def act(self, parent: dict[str, Any], name: str, annotation: Any, loc: Loc, value: Any) -> Loc:
        """Set, append or remove at the end of the path."""
        if not self.sign:
            parent[name] = value
            return loc
        is_list = annotation is list or typing.get_origin(annotation) is list
        is_mapping = typing.get_origin(annotation) is dict and self.sign == "-"
        there = parent.get(name)
        if not (is_list or is_mapping) or not isinstance(there, list if is_list else dict):
            raise self.fault("CONFIG_NOT_A_LIST", {"key": self.key})
        entries = value if isinstance(value, list) else [value]
        if isinstance(there, list) and self.sign == "+":
            parent[name] = [*there, *entries]
            return (*loc, len(parent[name]) - 1) if len(entries) == 1 else loc
        parent[name] = self.without(there, entries)
        return loc

    def without(self, there: Any, entries: list[Any]) -> Any:
        """A list or mapping without some entries; parts go by their name, other entries by their value or key."""
        for entry in entries:
            name = name_of(entry)
            names = [name_of(old) for old in there]
            if name not in names:
                raise self.not_there(name, names)
            if isinstance(there, dict):
                there = {key: inner for key, inner in there.items() if key != name}
            else:
                there = [old for old, its_name in zip(there, names, strict=True) if its_name != name]
        return there

    def fault(self, code: str, values: Mapping[str, object], near: str | None = None) -> InputError:
        """The error about this change."""
        return InputError(Fault(code, "refuse", Where(None, None, self.key), values, near))

    def not_there(self, name: Any, known: list[Any]) -> InputError:
        """Something to be removed is not there."""
        values = {"name": say_value(name), "key": self.key, "known": ", ".join(map(str, known)) or "-"}
        return self.fault("CONFIG_NOT_IN_LIST", values, nearest(str(name), map(str, known)))

    def unknown(self, step: str, known: Iterable[str], loc: Loc) -> InputError:
        """A step that leads nowhere; the nearest name is told as the whole path."""
        known = list(known)
        near = nearest(step, known)
        full = None if near is None else ".".join(filter(None, (dotted(loc, self.root), near)))
        return self.fault("CONFIG_UNKNOWN_KEY", {"key": step, "known": ", ".join(known) or "-"}, full)

    def wrong_part(self, there: str, loc: Loc, rest: list[str], value: Any) -> InputError:
        """The path leaves out the part's name, or gives another's."""
        place = dotted(loc[:-1] if isinstance(loc[-1], int) else loc, self.root)
        if len(rest) == 1 and not isinstance(value, dict):
            full = f"{place}.{there}.{rest[0]}"
            return self.fault("CONFIG_SKIPPED_PART", {"key": self.key, "full": full}, full)
        values = {"key": self.key, "named": rest[0], "there": there, "part": place}
        return self.fault("CONFIG_OTHER_PART", values, nearest(rest[0], [there]))


def starts_with(steps: list[str], name: str) -> bool:
    """Whether a path begins with a name, which may itself hold dots."""
    words = name.split(".")
    return steps[: len(words)] == words


def name_of(entry: Any) -> Any:
    """A part's name, or the entry itself."""
    part = split_part(entry)
    return entry if part is None else part[0]


def write_default(default: Any, annotation: Any) -> Any:
    """A default as a user would have written it, for a path that goes through a key left out."""
    if isinstance(default, Part):
        return default.written()
    if isinstance(default, list):
        return [write_default(entry, None) for entry in default]
    if isinstance(default, BaseModel) or (is_model(annotation) and annotation is not Part):
        return {}
    return {} if default is None and typing.get_origin(annotation) is dict else copy.deepcopy(default)
