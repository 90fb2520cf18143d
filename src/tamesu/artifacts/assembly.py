"""Values put together from a parser's events, with the line of each, under limits that no file can talk its way around."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from tamesu.artifacts.scalars import resolve_scalar, shorten
from tamesu.artifacts.secrets import looks_secret
from tamesu.errors import Fault, InputError, Where
from tamesu.messages.message import Phrase

Loc = tuple[str | int, ...]

MAX_DEPTH = 50
MAX_ALIASES = 100
MAX_REPEATED = 10_000
MAX_NODES = 100_000


def dotted(loc: Loc, root: Any = None) -> str:
    """A path as a user would write it: a part in a list goes by its name, not by its position.

    Examples:
        >>> dotted(("augmentations", 0, "rotate", "degrees"), {"augmentations": [{"rotate": {"degrees": 5}}]})
        'augmentations.rotate.degrees'
        >>> dotted(("seeds", 1), {"seeds": [0, 0]})
        'seeds.1'
    """
    words: list[str] = []
    for index, step in enumerate(loc):
        root = look_up(root, step)
        name = part_name(root) if isinstance(step, int) else None
        if name is None:
            words.append(str(step))
        elif loc[index + 1 : index + 2] != (name,):
            words.append(name)
    return ".".join(words)


def part_name(value: Any) -> str | None:
    """The name of a part as written, `name` or `{name: ...}`, or None when it is neither."""
    if isinstance(value, dict):
        return next(iter(value)) if len(value) == 1 else None
    return value if isinstance(value, str) else None


def look_up(value: Any, step: str | int) -> Any:
    """The entry of a list or mapping, or None when there is none."""
    if isinstance(value, list) and isinstance(step, int):
        return value[step] if 0 <= step < len(value) else None
    return value.get(step) if isinstance(value, dict) else None


def value_at(value: Any, loc: Loc) -> Any:
    """What stands at a path of plain values, or None where nothing does.

    Examples:
        >>> value_at({"seeds": [3, 4]}, ("seeds", 1)), value_at({"seeds": 3}, ("seeds", 1))
        (4, None)
    """
    for step in loc:
        value = look_up(value, step)
    return value


@dataclass(slots=True)
class Open:
    """A list or mapping that is being filled."""

    value: Any
    loc: Loc
    anchor: str | None
    key: str | None = None


class Assembly:
    """Receives `open`, `scalar`, `alias`, `close`; holds `root`, `places` and `faults` afterwards.

    Args:
        shown_as: the file's name in messages; empty for none.
    """

    def __init__(self, shown_as: str) -> None:
        self.file = shown_as or None
        self.root: Any = None
        self.places: dict[Loc, Where] = {}
        self.faults: list[Fault] = []
        self.stack: list[Open] = []
        self.anchors: dict[str, Any] = {}
        self.nodes = self.aliases = self.repeated = 0

    def open(self, value: Any, line: int, anchor: str | None) -> None:
        """A list or mapping begins."""
        if len(self.stack) >= MAX_DEPTH:
            raise self.too_deep(line)
        if self.wants_key():
            raise self.syntax(line, Phrase("a list or mapping as a key", "リストや「キー: 値」はキーになりません"))
        loc = self.put(value, line)
        if anchor is not None:
            self.anchors.pop(anchor, None)  # the name means the new value, and nothing until that is whole
        self.stack.append(Open(value, loc, anchor))

    def close(self) -> None:
        """The innermost list or mapping ends."""
        done = self.stack.pop()
        if done.anchor is not None:
            self.anchors[done.anchor] = done.value

    def scalar(self, text: str, line: int, *, plain: bool, anchor: str | None) -> None:
        """A word or quoted text. A key stays as it is written: `no`, `010` and `1.0` are names there."""
        text = self.check_text(text, line)
        if self.wants_key():
            self.take_key(text, line)
            return
        value: Any = text
        if plain:
            where = Where(self.file, line, dotted(self.next_loc(), self.root) or None)
            value, fault = resolve_scalar(text, where)
            self.faults += [fault] if fault else []
        top = self.stack[-1] if self.stack else None
        if top is not None and top.key is not None and looks_secret(top.key, value):
            self.faults.append(Fault("CONFIG_SECRET", "refuse", Where(self.file, line, dotted(self.next_loc(), self.root))))
        self.put(value, line)
        if anchor is not None:
            self.anchors[anchor] = value

    def alias(self, name: str | None, line: int) -> None:
        """`*name`: a copy of what the anchor holds, as long as copies stay small."""
        if name is None or self.wants_key() or name not in self.anchors:
            raise InputError(Fault("CONFIG_ALIASES", "refuse", Where(self.file, line)))
        size, depth = measure(self.anchors[name])
        self.aliases += 1
        self.repeated += size
        if self.aliases > MAX_ALIASES or self.repeated > MAX_REPEATED:
            raise InputError(Fault("CONFIG_ALIASES", "refuse", Where(self.file, line)))
        if len(self.stack) + depth > MAX_DEPTH:
            raise self.too_deep(line)
        self.put(copy.deepcopy(self.anchors[name]), line)

    def wants_key(self) -> bool:
        """Whether the next thing is a key of a mapping."""
        return bool(self.stack) and isinstance(self.stack[-1].value, dict) and self.stack[-1].key is None

    def next_loc(self) -> Loc:
        """Where the next value goes."""
        if not self.stack:
            return ()
        top = self.stack[-1]
        return (*top.loc, len(top.value) if isinstance(top.value, list) else str(top.key))

    def take_key(self, key: str, line: int) -> None:
        """A key of the innermost mapping; a doubled one is noted with both lines."""
        top = self.stack[-1]
        loc = (*top.loc, key)
        if key in top.value:
            values = {"key": shorten(key), "first": self.places[loc].line}
            self.faults.append(Fault("CONFIG_DUPLICATE_KEY", "refuse", Where(self.file, line, dotted(loc, self.root)), values))
        top.key = key
        self.places[loc] = Where(self.file, line)

    def put(self, value: Any, line: int) -> Loc:
        """Add a value to the innermost list or mapping, or make it the root."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            values = {"size": f"> {MAX_NODES}", "limit": MAX_NODES}
            raise InputError(Fault("CONFIG_TOO_LARGE", "refuse", Where(self.file, line), values))
        loc = self.next_loc()
        if not self.stack:
            self.root = value
        elif isinstance(self.stack[-1].value, list):
            self.places[loc] = Where(self.file, line)
            self.stack[-1].value.append(value)
        else:
            self.stack[-1].value[self.stack[-1].key] = value
            self.stack[-1].key = None
        return loc

    def check_tag(self, tag: str | None, line: int) -> None:
        """No tag at all: `!!python/object/apply` runs a command in careless readers."""
        if tag is not None:
            raise InputError(Fault("CONFIG_UNSAFE_TAG", "refuse", Where(self.file, line), {"tag": shorten(tag)}))

    def check_text(self, text: str, line: int) -> str:
        """The text with escaped surrogate pairs joined; control characters and half pairs are refused."""
        try:
            text = text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            raise InputError(Fault("CONFIG_ENCODING", "refuse", Where(self.file, line))) from None
        if any(c < " " and c not in "\t\n\r" for c in text):
            raise self.syntax(line, Phrase("a control character", "制御文字があります"))
        return text

    def syntax(self, line: int | None, problem: Phrase) -> InputError:
        """The error to raise for text that cannot be taken apart."""
        return InputError(Fault("CONFIG_SYNTAX", "refuse", Where(self.file, line), {"problem": problem}))

    def too_deep(self, line: int) -> InputError:
        """The error to raise for depth beyond the limit."""
        return InputError(Fault("CONFIG_TOO_DEEP", "refuse", Where(self.file, line), {"limit": MAX_DEPTH}))


def measure(value: Any) -> tuple[int, int]:
    """How many values a plain value holds, itself included, and how deep it is; without recursion.

    Examples:
        >>> measure({"a": [1, 2]})
        (4, 2)
    """
    size, deepest, todo = 0, 0, [(value, 0)]
    while todo:
        inner, depth = todo.pop()
        size += 1
        if isinstance(inner, dict | list):
            deepest = max(deepest, depth + 1)
            todo += [(child, depth + 1) for child in (inner.values() if isinstance(inner, dict) else inner)]
    return size, deepest
