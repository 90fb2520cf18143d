"""Public scores: what the host's leaderboard said of a submission, kept in the JSON beside the submission."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from tamesu.artifacts.files import read_json, write_json
from tamesu.artifacts.schema import say_value
from tamesu.errors import DamagedError, Fault, InputError, Where, nearest
from tamesu.messages.expected import A_FINITE_NUMBER

FOLDER = "submissions"


def record_public(folder: Path, submission: str | None, score: float) -> Path:
    """Note the public score of a submission.

    Args:
        folder: the competition's folder.
        submission: its name, with or without ending, or the beginning of it; the newest when None.
        score: what the leaderboard shows.

    Returns:
        The JSON beside the submission, which now holds the score.

    Raises:
        InputError: SUBMISSION_NONE; SUBMISSION_UNKNOWN, no or several submissions are called so; CONFIG_RANGE, the score is no
            finite number.
        DamagedError: the JSON is not what was written.
    """
    if not math.isfinite(score):
        values = {"value": say_value(str(score)), "expected": A_FINITE_NUMBER}
        raise InputError(Fault("CONFIG_RANGE", "refuse", Where(key="--public"), values))
    path = find_submission(folder, submission)
    about = read_json(path)
    if not isinstance(about, dict) or "run" not in about:
        raise DamagedError(f"{path}: does not say which run it is of")
    write_json(path, about | {"public": score})
    return path


def find_submission(folder: Path, name: str | None) -> Path:
    """The JSON of a submission.

    Raises:
        InputError: SUBMISSION_NONE, SUBMISSION_UNKNOWN.
    """
    paths = sorted((folder / FOLDER).glob("*.json"))
    known = [path.stem for path in paths]
    if not paths:
        raise InputError(Fault("SUBMISSION_NONE", "refuse", Where(folder / FOLDER)))
    if name is None:
        return max(paths, key=lambda path: (written_at(path), path.name))
    wanted = Path(name).name
    matching = [path for path in paths if path.stem in (wanted, wanted.rpartition(".")[0])]
    matching = matching or [path for path in paths if wanted and path.stem.startswith(wanted)]
    if len(matching) != 1:
        values = {"name": name, "known": ", ".join(path.stem for path in matching) or ", ".join(known)}
        raise InputError(Fault("SUBMISSION_UNKNOWN", "refuse", Where(folder / FOLDER), values, nearest(wanted, known)))
    return matching[0]


def written_at(path: Path) -> int:
    """When a submission was written, in ns: the time of its own file, since noting a score rewrites the JSON beside it."""
    own = [other for other in path.parent.iterdir() if other.stem == path.stem and other != path]
    return max((other.stat().st_mtime_ns for other in own), default=path.stat().st_mtime_ns)


def read_public(folder: Path) -> dict[str, float]:
    """Public scores by run; of several submissions of a run, that of the last by name. What is damaged is left out."""
    scores: dict[str, float] = {}
    for path in sorted((folder / FOLDER).glob("*.json")):
        try:
            about = read_json(path)
        except DamagedError:
            continue
        score = about.get("public") if isinstance(about, dict) else None
        if isinstance(score, int | float) and not isinstance(score, bool) and math.isfinite(score):
            scores[str(about.get("run"))] = float(score)
    return scores


def keep_public(path: Path, about: dict[str, Any]) -> dict[str, Any]:
    """What is to be written about a submission, with the score that the very same file had before.

    Args:
        path: the JSON beside the submission.
        about: what is known of it now, `sha256` of the file among it.
    """
    try:
        before = read_json(path)
    except DamagedError:
        return about
    same = isinstance(before, dict) and before.get("sha256") == about["sha256"] and "public" in before
    return about | {"public": before["public"]} if same else about
