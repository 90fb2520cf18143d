"""What can go wrong, as a tree.

    TamesuError                 exit 1   the root of everything we raise on purpose
    ├── InputError              exit 2   a file, key, option or value of the user's is wrong; carries every fault found
    │   └── QuestionError       exit 2   two readings are possible; nothing runs until the user has chosen
    ├── BusyError               exit 3   another process holds the run
    ├── DamagedError            exit 4   a file of ours is not what was written (checksum, shape, missing row)
    ├── StoppedRunError         exit 128 + signal   Ctrl-C, SIGTERM or SIGHUP; everything so far is saved
    └── FolderGoneError         exit 74  the competition's folder vanished or became unwritable while we worked

A `Fault` is one finding: a stable code, an outcome, where, and the nearest valid name. Its words are in `tamesu.messages`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tamesu.messages import Language, choose_language, render

Outcome = Literal["note", "quarantine", "ask", "refuse", "repair"]


@dataclass(frozen=True, slots=True)
class Where:
    """A place in the user's files: file, line (from 1), dotted key; each optional.

    Examples:
        >>> str(Where("recipes/base.yaml", line=7, key="optimizer.adamw.lr"))
        'recipes/base.yaml:7 optimizer.adamw.lr'
    """

    file: str | Path | None = None
    line: int | None = None
    key: str | None = None

    def __str__(self) -> str:
        place = "" if self.file is None else str(self.file)
        if self.line is not None:
            place += f":{self.line}" if place else f"line {self.line}"
        return f"{place} {self.key or ''}".strip()


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding about the user's input.

    Attributes:
        code: stable name, a key of `tamesu.messages.CATALOGUE`.
        outcome: what follows; `note` and `quarantine` go on, `ask` and `refuse` do not.
        where: file, line and key.
        values: fill the message's placeholders.
        near: the nearest valid name, or None.

    Examples:
        >>> Fault("CONFIG_EMPTY", "refuse", Where("ideas.yaml")).text("en")
        'ideas.yaml: the file is empty [CONFIG_EMPTY]; write the keys it needs, or make it anew with `tamesu init`'
    """

    code: str
    outcome: Outcome = "refuse"
    where: Where = field(default_factory=Where)
    values: Mapping[str, object] = field(default_factory=dict)
    near: str | None = None

    def text(self, language: Language | None = None) -> str:
        """The fault as one line: where, what, code, nearest name, what to do."""
        what, do = render(self.code, self.values, language)
        place = str(self.where)
        japanese = (language or choose_language()) == "ja"
        meant = "もしかして: {!r}" if japanese else "did you mean {!r}?"
        near = "" if self.near is None else f" ({meant.format(self.near)})"
        return f"{place}: {what}{near} [{self.code}]; {do}" if place else f"{what}{near} [{self.code}]; {do}"


class TamesuError(Exception):
    """The root of all errors raised on purpose; `exit_code` is what the command line ends with."""

    exit_code = 1


class InputError(TamesuError, ValueError):
    """The user's input is wrong. Carries every fault found, so that all can be mended at once."""

    exit_code = 2

    def __init__(self, faults: Fault | Sequence[Fault]) -> None:
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("\n".join(fault.text("en") for fault in self.faults))

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the faults, in order."""
        return tuple(fault.code for fault in self.faults)


class QuestionError(InputError):
    """Two readings are possible and tamesu does not guess; every fault's outcome is `ask`."""


class BusyError(TamesuError):
    """Another process holds what we need."""

    exit_code = 3


class DamagedError(TamesuError):
    """A file of ours does not hold what was written into it."""

    exit_code = 4


class StoppedRunError(TamesuError):
    """A signal asked us to stop; the work so far is saved and the same command goes on from there."""

    def __init__(self, message: str, signal_number: int) -> None:
        super().__init__(message)
        self.exit_code = 128 + signal_number


class FolderGoneError(TamesuError):
    """The competition's folder vanished, or can no longer be written, while we worked."""

    exit_code = 74


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None when nothing is near.

    Examples:
        >>> nearest("cross_entrpy", ["bce", "cross_entropy"]), nearest("zzz", ["bce"])
        ('cross_entropy', None)
    """
    found = difflib.get_close_matches(str(name), [str(k) for k in known], n=1, cutoff=0.6)
    return found[0] if found else None


def raise_faults(faults: Iterable[Fault], accepted: Iterable[str] = ()) -> list[Fault]:
    """Raise what must stop the work; return the rest (notes, quarantines, accepted questions).

    Args:
        faults: findings of any outcome.
        accepted: codes of questions the user has answered with "go on".

    Raises:
        InputError: at least one fault is `refuse`.
        QuestionError: at least one fault is `ask` and its code is not accepted.
    """
    faults, accepted = list(faults), set(accepted)
    if refused := [f for f in faults if f.outcome == "refuse"]:
        raise InputError(refused + [f for f in faults if f.outcome == "ask" and f.code not in accepted])
    if asked := [f for f in faults if f.outcome == "ask" and f.code not in accepted]:
        raise QuestionError(asked)
    return faults
