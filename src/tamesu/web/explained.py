"""What `explain` found in a run, in words and pictures by number, read from its file."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any

from tamesu.artifacts.explanation import ExplainedFinding, Explanation, digest_answers, explanation_path, read_explanation
from tamesu.artifacts.run import Run
from tamesu.artifacts.spelling import shell_line
from tamesu.errors import DamagedError, InputError
from tamesu.images.faults import UnreadableImageError
from tamesu.images.shrink import encode_small, load_kept
from tamesu.messages.heat import say as say_heat
from tamesu.report.idea_lines import write_ideas
from tamesu.report.numbers import format_count
from tamesu.web.answers import stamp_results
from tamesu.web.findings import describe_finding
from tamesu.web.gallery import MOST_PX, QUALITY, Gallery, open_gallery
from tamesu.web.memory import stamp_of
from tamesu.web.view import View

MOST_PICTURES, MOST_FINDINGS = 8, 50
HEAT_PX = 288


def find_explanation(view: View, run: str) -> Explanation | None:
    """What `explain` found in a run; None where nobody has asked it.

    Args:
        view: the request.
        run: the name of a run that is there.

    Raises:
        DamagedError: the file is not ours, or of another version.
    """
    path = explanation_path(view.folder, run)
    return None if stamp_of(path) is None else view.desk.memory.read(path, read_explanation)


def describe_explanation(view: View, run: Run) -> dict[str, Any]:
    """What `explain` found in a run, as its page shows it.

    Returns:
        `made`: whether there is a file; `problem`: why it cannot be shown; `time`, `changed` (whether the run's answers are
        others now; None where the file does not say), `command`, `page`, `findings` and `heat`.
    """
    known: dict[str, Any] = {"made": False, "problem": "", "time": "", "changed": None, "findings": [], "heat": []}
    known |= {"command": shell_line("tamesu", "explain", run.name), "page": ""}
    try:
        explanation = find_explanation(view, run.name)
    except DamagedError as error:
        return known | {"problem": str(error)}
    if explanation is None:
        return known
    try:
        gallery: Gallery | None = open_gallery(view.folder, view.desk.memory)
    except (InputError, DamagedError, OSError):
        gallery = None
    try:
        findings = [describe_found(one, explanation, run, gallery, view) for one in explanation.findings[:MOST_FINDINGS]]
    except (KeyError, ValueError, TypeError):
        # A message of ours has changed since the file was written.
        return known | {"problem": view.say("explained_other")}
    page = explanation_path(view.folder, run.name).with_suffix(".html")
    return known | {
        "made": True,
        "time": say_time(view, run, explanation),
        "changed": has_changed(view, run, explanation),
        "page": f"{page.parent.name}/{page.name}" if page.is_file() else "",
        "findings": findings,
        "heat": [{"label": one.label, "count": one.count, "said": say_count(one.count, view)} for one in explanation.heat],
    }


def describe_found(
    one: ExplainedFinding, explanation: Explanation, run: Run, gallery: Gallery | None, view: View
) -> dict[str, Any]:
    """A finding in words, with its ideas as lines to paste and the numbers of its images."""
    lines, command = write_ideas(one.ideas, explanation.recipe or run.recipe.name) if one.ideas else ("", "")
    steps = [{"command": step.command, "why": step.ja if view.language == "ja" else step.en} for step in one.steps]
    return describe_finding(one, view.language) | {
        "images": [] if gallery is None else gallery.find(one.ids)[:MOST_PICTURES],
        "ideas": lines,
        "command": command,
        "cards": list(one.cards),
        "steps": steps or [{"command": command, "why": ""} for command in one.commands],
    }


def say_count(count: int, view: View) -> str:
    """How many pictures a mean is of."""
    return say_heat("one_picture" if count == 1 else "pictures", view.language, count=format_count(count))


def say_time(view: View, run: Run, explanation: Explanation) -> str:
    """When it was made, local; of older files, when these were written."""
    try:
        time = datetime.fromisoformat(explanation.time).astimezone()
    except ValueError:
        stamp = stamp_of(explanation_path(view.folder, run.name))
        time = datetime.fromtimestamp((stamp or (0,))[0] / 1e9).astimezone()
    return time.strftime("%Y-%m-%d %H:%M")


def has_changed(view: View, run: Run, explanation: Explanation) -> bool | None:
    """Whether a job of the run has answered anew since; None where the file does not say what they were."""
    if not explanation.answers:
        return None
    now = view.desk.memory.keep(("answers", run.name), stamp_results(run), lambda: digest_answers(run))
    return now != explanation.answers


def find_first(view: View, run: str) -> dict[str, str] | None:
    """The first finding of a run as one line; None where there is none, or it cannot be read."""
    try:
        explanation = find_explanation(view, run)
        if explanation is None or not explanation.findings:
            return None
        first = describe_finding(explanation.findings[0], view.language)
    except (DamagedError, KeyError, ValueError, TypeError):
        return None
    return {"run": run} | {key: first[key] for key in ("code", "weight", "head")}


def make_heat_picture(view: View, run: str, number: int) -> bytes | None:
    """The mean heat of a class as a JPEG of ours, made anew; None where there is none.

    Args:
        view: the request.
        run: the name of a run that is there.
        number: place in the file's `heat`.
    """
    try:
        explanation = find_explanation(view, run)
    except DamagedError:
        return None
    if explanation is None or not 0 <= number < len(explanation.heat):
        return None
    try:
        pixels = load_kept(base64.b64decode(explanation.heat[number].jpeg, validate=True), HEAT_PX, MOST_PX)[0]
    except (UnreadableImageError, binascii.Error, ValueError):
        return None
    return encode_small(pixels, HEAT_PX, QUALITY)
