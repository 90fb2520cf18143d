"""What crosses between a parent and its workers: lines of JSON, names and numbers, never objects."""

from __future__ import annotations

import json
import numbers
import os
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tamesu.artifacts.run import Job
from tamesu.errors import BusyError, DamagedError, Fault, FolderGoneError, InputError, QuestionError, TamesuError, Where
from tamesu.images.faults import UnreadableImageError
from tamesu.messages.message import Phrase


@dataclass(frozen=True, slots=True)
class Order:
    """One job to do, and how to compute it.

    Attributes:
        precision: the number format the run was begun in.
        threads: how many threads torch uses.
    """

    job: Job
    precision: str
    threads: int


def write_line(handle: int, value: Any) -> None:
    """Write one value as one line, whole."""
    rest = json.dumps(value, separators=(",", ":")).encode() + b"\n"
    while rest:
        rest = rest[os.write(handle, rest) :]


def split_lines(rest: bytes, said: bytes) -> tuple[list[Any], bytes]:
    """The whole lines in what was left and what was said since, and what is left now.

    Examples:
        >>> split_lines(b'"re', b'ady"\\n{"at":')
        (['ready'], b'{"at":')
    """
    *lines, rest = (rest + said).split(b"\n")
    return [json.loads(line) for line in lines], rest


def pack_fault(fault: Fault) -> dict[str, Any]:
    """A fault as JSON; its words are made where it is read.

    Examples:
        >>> pack_fault(Fault("CONFIG_EMPTY", "refuse", Where("ideas.yaml", line=2)))["where"]
        {'file': 'ideas.yaml', 'line': 2, 'key': None}
    """
    file = None if fault.where.file is None else str(fault.where.file)
    return {
        "code": fault.code,
        "outcome": fault.outcome,
        "where": {"file": file, "line": fault.where.line, "key": fault.where.key},
        "values": {name: pack_value(value) for name, value in fault.values.items()},
        "near": fault.near,
    }


def unpack_fault(packed: dict[str, Any]) -> Fault:
    """The fault that was packed."""
    values = {name: Phrase(**value) if isinstance(value, dict) else value for name, value in packed["values"].items()}
    return Fault(packed["code"], packed["outcome"], Where(**packed["where"]), values, packed["near"])


def pack_value(value: object) -> Any:
    """What fills a message's placeholder: numbers stay numbers, a phrase keeps both languages, all else is its text.

    Examples:
        >>> pack_value(3), pack_value(Phrase("none", "なし")), pack_value(("a", 1))
        (3, {'en': 'none', 'ja': 'なし'}, "('a', 1)")
    """
    if isinstance(value, Phrase):
        return {"en": value.en, "ja": value.ja}
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value)
    return str(value)


def pack_error(error: Exception) -> dict[str, Any]:
    """An error as JSON: its class by name, and what makes it again."""
    if isinstance(error, InputError):
        return {"kind": type(error).__name__, "faults": [pack_fault(fault) for fault in error.faults]}
    if isinstance(error, UnreadableImageError):
        return {"kind": "UnreadableImageError", "code": error.code, "detail": error.detail}
    if isinstance(error, TamesuError):
        return {"kind": type(error).__name__, "text": str(error)}
    if isinstance(error, OSError) and error.errno is not None:
        file = error.filename if error.filename is None else str(error.filename)
        return {"kind": "OSError", "number": error.errno, "text": error.strerror or "", "file": file}
    trace = "".join(traceback.format_exception(error))
    return {"kind": "", "text": f"{type(error).__name__}: {error}", "trace": trace}


def unpack_error(packed: dict[str, Any]) -> Exception:
    """The error that was packed: of the same class and with the same words.

    An error that nobody foresaw comes back as a RuntimeError with the worker's traceback as its note.
    """
    return ERRORS.get(packed["kind"], make_unforeseen)(packed)


def make_unforeseen(packed: dict[str, Any]) -> Exception:
    """A RuntimeError with the worker's traceback as its note."""
    error = RuntimeError(packed["text"])
    error.add_note("in the worker:\n" + packed.get("trace", ""))
    return error


ERRORS: dict[str, Callable[[dict[str, Any]], Exception]] = {
    "InputError": lambda packed: InputError([unpack_fault(fault) for fault in packed["faults"]]),
    "QuestionError": lambda packed: QuestionError([unpack_fault(fault) for fault in packed["faults"]]),
    "UnreadableImageError": lambda packed: UnreadableImageError(packed["code"], packed["detail"]),
    "BusyError": lambda packed: BusyError(packed["text"]),
    "DamagedError": lambda packed: DamagedError(packed["text"]),
    "FolderGoneError": lambda packed: FolderGoneError(packed["text"]),
    "TamesuError": lambda packed: TamesuError(packed["text"]),
    # Python chooses the subclass by the number.
    "OSError": lambda packed: OSError(packed["number"], packed["text"], packed["file"]),
}
