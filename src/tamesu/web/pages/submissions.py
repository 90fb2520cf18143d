"""The page of submissions: each file, the run behind it, how it was told, and what the leaderboard said."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from tamesu.artifacts.files import read_json
from tamesu.errors import DamagedError
from tamesu.results.public_scores import FOLDER, written_at
from tamesu.web.listing import is_number, list_runs
from tamesu.web.view import Page, View


def build(view: View) -> Page:
    """The page, the newest first."""
    place = view.folder / FOLDER
    files = sorted(place.glob("*.json"))
    known = {one.name: one for one in list_runs(view.folder, view.desk.memory)}
    rows, damaged = [], []
    for path in sorted(files, key=lambda path: (-written_at(path), path.name)):
        row = describe_submission(path)
        if row is None:
            damaged.append(path.name)
            continue
        run = known.get(row["run"])
        rows.append({**row, "cv": None if run is None else run.cv, "here": run is not None})
    return Page("submissions.html", view.say("submissions"), {"rows": rows, "damaged": damaged})


def describe_submission(path: Path) -> dict[str, Any] | None:
    """What the JSON beside a submission says; None when it is damaged."""
    try:
        about = read_json(path)
    except DamagedError:
        return None
    if not isinstance(about, dict) or "run" not in about:
        return None
    rule, public = about.get("decide"), about.get("public")
    return {
        "name": path.stem,
        "run": str(about["run"]),
        "seeds": about.get("seeds") if isinstance(about.get("seeds"), list) else [],
        "unreadable_rows": about.get("unreadable_rows"),
        "rule": str(rule.get("form", "")) if isinstance(rule, dict) else "",
        "public": public if is_number(public) else None,
        "written": datetime.fromtimestamp(written_at(path) / 1e9).strftime("%Y-%m-%d %H:%M"),
    }
