"""A local weights file: is it safetensors, and how does it want its images."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from tamesu.errors import Fault, InputError, QuestionError, Where, nearest
from tamesu.intake.guesses import Guess

HUB_WORDS = ("imagenet", "none")
# The same bound as in the safetensors library.
MOST_HEADER_BYTES = 100_000_000
PAD_TYPE = re.compile(r"pad_type\s*=\s*['\"]([a-z]*)['\"]")


@dataclass(frozen=True, slots=True)
class BackboneChoice:
    """A backbone with its options, as the recipe writes it."""

    name: str
    options: dict[str, Any]
    pretrained: bool
    guesses: tuple[Guess, ...]


def choose_backbone(
    folder: Path, backbone: str | None, weights: str | None, options: Mapping[str, Any] | None = None
) -> BackboneChoice:
    """The backbone, its weights, and how the weights want their images.

    Args:
        folder: the competition's folder; a weights file is written relative to it.
        backbone: timm name; read from the weights file's own note, or `resnet34`, when None.
        weights: `imagenet` (timm's hub), `none`, or the path of a safetensors file, relative to the current folder.
        options: written as they are, and before anything read from the file.

    Raises:
        InputError: the file is not there, or is not safetensors.
        QuestionError: it does not say which backbone it is for.
    """
    given = dict(options or {})
    guesses = []
    if weights is None or weights in HUB_WORDS:
        if backbone is None:
            backbone = "resnet34"
            guesses.append(Guess("backbone", backbone, "BACKBONE_DEFAULT"))
        if weights is None:
            guesses.append(Guess("backbone.weights", "imagenet", "WEIGHTS_DEFAULT"))
        word = weights or "imagenet"
        return BackboneChoice(backbone, {"weights": word, **given}, word != "none", tuple(guesses))
    path = Path(weights).expanduser()
    notes = read_notes(path)
    if backbone is None:
        backbone = notes.pop("backbone", None)
        if backbone is None:
            raise QuestionError(Fault("INTAKE_WHICH_BACKBONE", "ask", Where(path)))
        guesses.append(Guess("backbone", backbone, "BACKBONE_FROM_FILE", {"file": path.name}))
    notes.pop("backbone", None)
    written = PurePosixPath(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    guesses.append(Guess("backbone.weights", written, "WEIGHTS_FILE"))
    known = {name: value for name, value in notes.items() if name not in given}
    if known:
        values = {"file": path.name, "options": ", ".join(known)}
        guesses.append(Guess("backbone", ", ".join(f"{k}={v}" for k, v in known.items()), "WEIGHTS_NOTES", values))
    elif not {"mean", "std"} <= set(given):
        guesses.append(Guess("backbone", backbone, "WEIGHTS_NO_NOTES", {"file": path.name}))
    return BackboneChoice(backbone, {"weights": written, **known, **given}, True, tuple(guesses))


def read_notes(path: Path) -> dict[str, Any]:
    """What a weights file says of itself: in its own header, or in a JSON file of the same name beside it.

    Args:
        path: `<name>.safetensors`; `<name>.json` is looked for in the same folder and goes first.

    Returns:
        `backbone`, `mean`, `std`, `pad_type`, as far as they are said.

    Raises:
        InputError: the file is not there, or is not safetensors.
    """
    if not path.is_file():
        raise InputError(Fault("INTAKE_NO_WEIGHTS", "refuse", Where(path), {}, nearest(str(path), HUB_WORDS)))
    notes = {**read_header(path)}
    beside = path.with_suffix(".json")
    if beside.is_file():
        try:
            more = json.loads(beside.read_bytes())
        except (OSError, ValueError, RecursionError) as error:
            raise InputError(Fault("INTAKE_BAD_NOTES", "refuse", Where(beside), {"reason": error})) from error
        notes.update(more if isinstance(more, dict) else {})
    inner = notes.get("pretrained_cfg")
    notes = {**notes, **inner} if isinstance(inner, dict) else notes
    found: dict[str, Any] = {}
    name = notes.get("timm") or notes.get("architecture") or notes.get("backbone")
    if isinstance(name, str) and name:
        found["backbone"] = name
    for key in ("mean", "std"):
        if (numbers := as_three(notes.get(key))) is not None:
            found[key] = numbers
    pad_type = notes.get("pad_type")
    if pad_type is None and (match := PAD_TYPE.search(str(notes.get("create_kwargs", "")))):
        pad_type = match[1]
    if isinstance(pad_type, str) and pad_type:
        found["pad_type"] = pad_type
    return found


def read_header(path: Path) -> dict[str, Any]:
    """The notes in a safetensors header (its `__metadata__`).

    Raises:
        InputError: the file does not begin as safetensors do.
    """
    try:
        with open(path, "rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if not 2 <= length <= min(MOST_HEADER_BYTES, path.stat().st_size - 8):
                raise ValueError("no safetensors header")
            header = json.loads(file.read(length))
        if not isinstance(header, dict):
            raise ValueError("no safetensors header")
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(Fault("INTAKE_NOT_SAFETENSORS", "refuse", Where(path))) from error
    notes = header.get("__metadata__")
    return dict(notes) if isinstance(notes, dict) else {}


def as_three(value: object) -> list[float] | None:
    """One number per colour channel, from a number, a list, or their text; None when it is none of these.

    Examples:
        >>> as_three("0.5"), as_three([0.1, 0.2, 0.3]), as_three("0.485, 0.456, 0.406"), as_three("grey")
        ([0.5, 0.5, 0.5], [0.1, 0.2, 0.3], [0.485, 0.456, 0.406], None)
    """
    if isinstance(value, str):
        value = [part for part in re.split(r"[\s,\[\]()]+", value) if part]
    parts: list[Any] = value if isinstance(value, list) else [value]
    try:
        numbers = [float(part) for part in parts]
    except (TypeError, ValueError):
        return None
    return numbers * 3 if len(numbers) == 1 else numbers if len(numbers) == 3 else None
