"""A file written by hand → plain values, each with its place: YAML with 1.2 scalars, or JSON.

A document is data: tags, doubled keys, runaway aliases, depth without end and pasted keys are refused. Values are built
from PyYAML's events with a stack of our own, so that no depth can exhaust Python's.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tamesu.artifacts.assembly import MAX_DEPTH, Assembly, Loc, dotted
from tamesu.artifacts.secrets import find_secret_lines
from tamesu.errors import Fault, InputError, Where, nearest, raise_faults
from tamesu.messages.expected import A_MAPPING
from tamesu.messages.message import Phrase

MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says, and where it says it.

    Attributes:
        value: the root mapping; keys are text, values are text, numbers, booleans, None, lists and mappings.
        places: file and line of every key and list entry, by its path of keys and positions.
        shown_as: the file's name in messages.
        faults: what is wrong with single values; `load_document` raises them, `read_document` leaves them here.
    """

    value: dict[str, Any]
    places: Mapping[Loc, Where]
    shown_as: str
    faults: tuple[Fault, ...] = field(default=())

    @property
    def lines(self) -> dict[str, int]:
        """Line (from 1) by dotted key; list entries stand by their position, from 0."""
        return {".".join(map(str, loc)): place.line for loc, place in self.places.items() if place.line is not None}

    def where(self, loc: Loc) -> Where:
        """The place of a path of keys and positions: that of its longest part that was written.

        Examples:
            >>> document = parse_document("optimizer:\\n  adamw: {lr: 1e-3}\\n", "base.yaml")
            >>> str(document.where(("optimizer", "adamw", "betas")))
            'base.yaml:2 optimizer.adamw.betas'
        """
        key = dotted(loc, self.value) or None
        for length in range(len(loc), 0, -1):
            if (place := self.places.get(loc[:length])) is not None:
                return Where(place.file, place.line, key)
        return Where(self.shown_as or None, None, key)


def load_document(path: Path, shown_as: str) -> Document:
    """A YAML or JSON file (by its ending), checked.

    Args:
        path: the file.
        shown_as: its name in messages, relative to the competition's folder.

    Raises:
        InputError: anything is wrong with it; carries every fault.

    Examples:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "ideas.yaml"
        >>> _ = path.write_text("no: {epochs: 3e2}\\n")
        >>> load_document(path, "ideas.yaml").value
        {'no': {'epochs': 300.0}}
    """
    document = read_document(path, shown_as)
    raise_faults(document.faults)
    return document


def read_document(path: Path, shown_as: str) -> Document:
    """`load_document`, leaving faults of single values in `faults`, so that they can be told with those found later.

    Raises:
        InputError: the file cannot be read or cannot be taken apart.
    """
    text = read_text(path, shown_as)
    return parse_document(text, shown_as, json_only=path.suffix.lower() == ".json")


def read_text(path: Path, shown_as: str) -> str:
    """The UTF-8 text of an ordinary file of at most 1 MiB.

    Raises:
        InputError: CONFIG_NO_FILE, CONFIG_UNREADABLE, CONFIG_TOO_LARGE or CONFIG_ENCODING.
    """
    where = Where(shown_as)
    try:
        # A named pipe would keep a plain open() waiting for ever.
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            ordinary = stat.S_ISREG(os.fstat(handle).st_mode)
            content = b"" if not ordinary else read_all(handle, MAX_BYTES + 1)
        finally:
            os.close(handle)
    except FileNotFoundError:
        there = sorted(p.name for p in path.parent.iterdir()) if path.parent.is_dir() else []
        known = ", ".join(name for name in there if name.endswith((".yaml", ".yml", ".json"))) or "-"
        raise InputError(Fault("CONFIG_NO_FILE", "refuse", where, {"known": known}, nearest(path.name, there))) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(Fault("CONFIG_UNREADABLE", "refuse", where, {"reason": reason})) from error
    if not ordinary:
        reason_words = Phrase("not an ordinary file", "通常のファイルではありません")
        raise InputError(Fault("CONFIG_UNREADABLE", "refuse", where, {"reason": reason_words}))
    if len(content) > MAX_BYTES:
        raise InputError(Fault("CONFIG_TOO_LARGE", "refuse", where, {"size": "> 1 MiB", "limit": "1 MiB"}))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(Fault("CONFIG_ENCODING", "refuse", Where(shown_as, line))) from error


def read_all(handle: int, limit: int) -> bytes:
    """At most `limit` bytes of an open file."""
    with open(handle, "rb", closefd=False) as file:
        return file.read(limit)


def parse_document(text: str, shown_as: str, *, json_only: bool = False) -> Document:
    """A document out of its text; see `read_document`.

    Args:
        text: the whole file.
        shown_as: its name in messages; empty for none.
        json_only: strict JSON, where NaN is refused.

    Raises:
        InputError: it cannot be taken apart, is empty, is not a mapping, or holds a pasted key.
    """
    assembly = parse_any(text, shown_as, json_only=json_only)
    if assembly.root is None:
        raise InputError(Fault("CONFIG_EMPTY", "refuse", Where(shown_as or None)))
    if not isinstance(assembly.root, dict):
        values = {"value": "[...]" if isinstance(assembly.root, list) else repr(assembly.root)[:60], "expected": A_MAPPING}
        raise InputError(Fault("CONFIG_TYPE", "refuse", Where(shown_as or None, 1), values))
    return Document(assembly.root, assembly.places, shown_as, tuple(assembly.faults))


def parse_value(text: str, key: str) -> Any:
    """One value as typed after `key=` on a command line: a YAML scalar, list or mapping.

    Raises:
        InputError: it cannot be read, or is no value tamesu takes; every fault names `key`.

    Examples:
        >>> parse_value("1e-3", "lr"), parse_value("{sepia: {p: 0.3}}", "augmentations"), parse_value("no", "question")
        (0.001, {'sepia': {'p': 0.3}}, 'no')
    """
    try:
        assembly = parse_any(text, "")
        raise_faults(assembly.faults)
    except InputError as error:
        raise InputError([Fault(f.code, f.outcome, Where(None, None, key), f.values, f.near) for f in error.faults]) from None
    return assembly.root


def parse_any(text: str, shown_as: str, *, json_only: bool = False) -> Assembly:
    """The assembled document, whatever its root is."""
    secret = [Fault("CONFIG_SECRET", "refuse", Where(shown_as or None, line)) for line in find_secret_lines(text)]
    if secret:
        raise InputError(secret)  # alone: no other message may carry a piece of it
    assembly = Assembly(shown_as)
    if json_only:
        assemble_json(text, assembly)
    else:
        assemble_yaml(text, assembly)
    if found := [fault for fault in assembly.faults if fault.code == "CONFIG_SECRET"]:
        raise InputError(found)
    return assembly


def assemble_yaml(text: str, assembly: Assembly) -> None:
    """Feed PyYAML's events into an assembly, resolving plain scalars by YAML 1.2."""
    documents = 0
    for event in yaml_events(text, assembly):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise assembly.syntax(line, Phrase("a second document begins (`---`)", "二つ目の文書 (`---`) が始まっています"))
        elif isinstance(event, yaml.AliasEvent):
            assembly.alias(event.anchor, line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            assembly.check_tag(event.tag, line)
            assembly.open({} if isinstance(event, yaml.MappingStartEvent) else [], line, event.anchor)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            assembly.close()
        elif isinstance(event, yaml.ScalarEvent):
            assembly.check_tag(event.tag, line)
            assembly.scalar(event.value, line, plain=event.implicit[0], anchor=event.anchor)


def yaml_events(text: str, assembly: Assembly) -> Iterator[Any]:
    """PyYAML's events; what it cannot read becomes CONFIG_SYNTAX."""
    try:
        yield from yaml.parse(text, Loader=yaml.SafeLoader)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise assembly.syntax(line, Phrase("a control character", "制御文字があります")) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise assembly.syntax(None if mark is None else mark.line + 1, say_problem(error.problem or "")) from None
    except (ValueError, OverflowError, IndexError):
        # PyYAML turns "\Uffffffff" into a character without looking, and meets Python's own refusal.
        problem = Phrase("an escape that is no character", "文字にならないエスケープがあります")
        raise assembly.syntax(None, problem) from None


PROBLEMS = (
    ("found character '\\t'", Phrase("a tab; indent with spaces", "タブがあります。字下げには空白を使ってください")),
    (
        "mapping values are not allowed",
        Phrase("a second ':' on one line; put the text in quotes", "一行に ':' が二つあります。文字列は引用符で囲んでください"),
    ),
    ("could not find expected ':'", Phrase("a key without ':'", "キーの後に ':' がありません")),
    ("found unexpected end of stream", Phrase("a quote that is not closed", "引用符が閉じられていません")),
    (
        "expected ',' or",
        Phrase("a bracket that is not closed, or a comma left out", "括弧が閉じていないか、コンマがありません"),
    ),
    ("expected <block end>", Phrase("a line with the wrong indent", "字下げが揃っていない行があります")),
    ("found undefined tag handle", Phrase("a tag (`!...`)", "タグ (`!...`) があります")),
    ("found undefined alias", Phrase("an alias (`*name`) of nothing", "定義のないエイリアス (`*name`) があります")),
)


def say_problem(problem: str) -> Phrase:
    """PyYAML's complaint in words a competitor would use."""
    return next((words for start, words in PROBLEMS if problem.startswith(start)), Phrase(problem, problem))


JSON_TOKEN = re.compile(r'\s+|"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s"{}\[\],:]+')


def assemble_json(text: str, assembly: Assembly) -> None:
    """Feed strict JSON into an assembly: Python's parser judges it, then a walk over its tokens notes the lines."""

    def refuse_constant(name: str) -> Any:
        line = next((n for n, row in enumerate(text.split("\n"), 1) if name in row), None)
        raise assembly.syntax(line, Phrase(f"{name} is not JSON", f"{name} は JSON にありません"))

    if not text.strip():
        return
    check_json_depth(text, assembly)
    try:
        json.loads(text, parse_constant=refuse_constant, parse_int=str)
    except json.JSONDecodeError as error:
        raise assembly.syntax(error.lineno, Phrase(f"not JSON ({error.msg})", f"JSON ではありません ({error.msg})")) from None
    for token, line in json_tokens(text):
        if token in "{[":
            assembly.open({} if token == "{" else [], line, None)
        elif token in "}]":
            assembly.close()
        elif token.startswith('"'):
            assembly.scalar(json.loads(token), line, plain=False, anchor=None)
        elif token not in ",:":
            assembly.scalar(token, line, plain=True, anchor=None)


def json_tokens(text: str) -> Iterator[tuple[str, int]]:
    """The tokens of a JSON text with their lines; blanks are left out."""
    line = 1
    for match in JSON_TOKEN.finditer(text):
        if not match.group().isspace():
            yield match.group(), line
        line += match.group().count("\n")


def check_json_depth(text: str, assembly: Assembly) -> None:
    """Refuse depth before Python's parser, which recurses, sees it."""
    depth = 0
    for token, line in json_tokens(text):
        depth += (token in "{[") - (token in "}]")
        if depth > MAX_DEPTH:
            raise assembly.too_deep(line)


def merge_faults(first: Iterable[Fault], later: Iterable[Fault]) -> list[Fault]:
    """Both lists, without those of `later` that stand at the very place of one of `first` (they follow from it)."""
    first = list(first)
    taken = {(str(f.where.file), f.where.line, f.where.key) for f in first}
    return first + [f for f in later if (str(f.where.file), f.where.line, f.where.key) not in taken]
