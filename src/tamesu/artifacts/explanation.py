"""`reports/explain-<run>.json`: what `explain` found in a run, with ids instead of row numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tamesu.artifacts.audit_file import revive
from tamesu.artifacts.files import digest_of, escape_surrogates, parse_json, read_plain, write_json
from tamesu.artifacts.run import Run
from tamesu.errors import DamagedError

FOLDER = "reports"
# Ours is a few hundred kB; whatever is larger is none of ours.
MOST_BYTES = 32_000_000

# Keys that are not known are left out: a newer version may add some.
LOOSE = ConfigDict(extra="ignore", frozen=True, strict=True)
Texts = Annotated[tuple[str, ...], Field(strict=False)]
Near = Annotated[tuple[str, float], Field(strict=False)]


class ExplainedStep(BaseModel):
    """A command that looks or measures, and why in both languages."""

    model_config = LOOSE
    command: str
    en: str
    ja: str


class ExplainedFinding(BaseModel):
    """A finding in the file.

    Attributes:
        code, weight, values: as in `AuditFinding`.
        ids: of the rows it is about, the most telling first.
        ideas: name → changes, as `ideas.yaml` takes them.
        cards: of the drawer they come from.
        commands: that look or measure. `steps`: the same with their reasons.
    """

    model_config = LOOSE
    code: str
    weight: Literal["severe", "warning", "note"]
    values: dict[str, Any] = {}
    ids: Texts = ()
    ideas: dict[str, dict[str, Any]] = {}
    cards: Texts = ()
    commands: Texts = ()
    steps: Annotated[tuple[ExplainedStep, ...], Field(strict=False)] = ()

    def revived(self) -> dict[str, Any]:
        """The values as the finding had them."""
        return {key: revive(value) for key, value in self.values.items()}


class ClassPicture(BaseModel):
    """The mean heat of the images told as one class over their mean picture.

    Attributes:
        label: of the class.
        count: of images.
        jpeg: the picture, in base64.
    """

    model_config = LOOSE
    label: str
    count: int
    jpeg: str


class Explanation(BaseModel):
    """What was found.

    Attributes:
        run: its name.
        recipe: the recipe's, the baseline of the ideas.
        time: when it ended, ISO 8601; empty in files of older versions.
        answers: of the run then, from `digest_answers`; empty in files of older versions.
        findings: the most important first.
        nearest: id of a mistake → ids of the training images nearest to it with their cosines, the nearest first.
        heat: of each class, the class with most images first.
    """

    model_config = LOOSE
    run: str
    recipe: str = ""
    time: str = ""
    answers: str = ""
    findings: Annotated[tuple[ExplainedFinding, ...], Field(strict=False)] = ()
    nearest: dict[str, Annotated[tuple[Near, ...], Field(strict=False)]] = {}
    heat: Annotated[tuple[ClassPicture, ...], Field(strict=False)] = ()


def explanation_path(folder: Path, run: str) -> Path:
    """Where the file of a run is.

    Args:
        folder: the competition's.
        run: the run's name, which is that of a folder.
    """
    return folder / FOLDER / f"explain-{run}.json"


def digest_answers(run: Run) -> str:
    """SHA-256 over what every finished job of a run says of its own files: another one, another run."""
    found = {}
    for path in sorted((run.path / "jobs").glob("*/result.json")):
        try:
            found[path.parent.name] = hashlib.sha256(read_plain(path)).hexdigest()
        except OSError:
            found[path.parent.name] = ""
    return digest_of(found)


def name_neighbours(found: Mapping[int, Sequence[tuple[int, float]]], ids: Sequence[str]) -> dict[str, list[tuple[str, float]]]:
    """The neighbours of mistakes by id.

    Args:
        found: row → (row, cosine), the nearest first.
        ids: of the rows.
    """
    return {
        escape_surrogates(ids[row]): [(escape_surrogates(ids[one]), round(float(cosine), 4)) for one, cosine in near]
        for row, near in found.items()
    }


def write_explanation(folder: Path, explanation: Explanation) -> Path:
    """Write what was found; what stood there before is replaced.

    Args:
        folder: the competition's; its folder `reports` is there.
        explanation: what was found.

    Returns:
        The file.
    """
    path = explanation_path(folder, explanation.run)
    write_json(path, escape_surrogates(explanation.model_dump(mode="json")))
    return path


def read_explanation(path: Path) -> Explanation:
    """What was found in a run.

    Args:
        path: from `explanation_path`.

    Raises:
        DamagedError: it is missing, a link, not ours, or of another version.
    """
    try:
        if path.lstat().st_size > MOST_BYTES:
            raise DamagedError(f"{path}: larger than any of ours")
        return Explanation.model_validate(parse_json(read_plain(path)))
    except OSError as error:
        raise DamagedError(f"{path}: {error.strerror or 'unreadable'}") from error
    except ValidationError as error:
        raise DamagedError(f"{path}: written by another version of tamesu, or damaged") from error
    except ValueError as error:
        raise DamagedError(f"{path}: not JSON ({error})") from error
