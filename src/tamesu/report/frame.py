"""Verdicts as rows: a pandas DataFrame, a CSV file, a Markdown table for an issue."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from tamesu.artifacts.verdict import Bootstrap, Verdict, count_keys
from tamesu.errors import Fault, InputError
from tamesu.messages import Language
from tamesu.report.columns import plain
from tamesu.report.numbers import format_cost
from tamesu.report.verdict_details import write_metric, write_plain
from tamesu.report.verdict_notes import (
    group_by_metric,
    has_interval,
    is_measured,
    say_better,
    say_gain,
    say_own_interval,
    say_scales,
    share_decimals,
)
from tamesu.report.verdict_table import say_change
from tamesu.report.words import Words
from tamesu.results.ledger import guard

if TYPE_CHECKING:
    import pandas

# Longer names than this make a table in an issue unreadable.
NAME = 60


Field = Callable[[Verdict], Any]


def measured(field: Field) -> Field:
    """A field that says nothing without a gain."""
    return lambda verdict: field(verdict) if is_measured(verdict) else None


def sure(field: Field) -> Field:
    """A field that says nothing without an interval."""
    return lambda verdict: field(verdict) if has_interval(verdict) else None


def second(field: Callable[[Bootstrap], float]) -> Field:
    """A field of the second opinion."""
    return lambda verdict: None if verdict.bootstrap is None else field(verdict.bootstrap)


FIELDS: dict[str, Field] = {
    "time": lambda verdict: verdict.time,
    "idea": lambda verdict: verdict.idea,
    "recipe": lambda verdict: verdict.recipe,
    "verdict": lambda verdict: verdict.word,
    "because": lambda verdict: verdict.because,
    "metric": write_metric,
    "greater_is_better": lambda verdict: verdict.greater_is_better,
    "pairs": lambda verdict: len(verdict.pairs),
    "gain": measured(lambda verdict: verdict.gain),
    "low": sure(lambda verdict: verdict.low),
    "high": sure(lambda verdict: verdict.high),
    "better": sure(lambda verdict: verdict.better),
    "same": sure(lambda verdict: verdict.same),
    "worse": sure(lambda verdict: verdict.worse),
    "level": lambda verdict: verdict.level,
    "rope": lambda verdict: verdict.rope,
    "noise": lambda verdict: verdict.noise,
    "below_noise": measured(lambda verdict: verdict.drowned),
    "cv_baseline": lambda verdict: verdict.cv_baseline,
    "cv_idea": lambda verdict: verdict.cv_idea,
    "cost": lambda verdict: verdict.cost,
    "seconds": lambda verdict: verdict.seconds,
    "baseline_seconds": lambda verdict: verdict.baseline_seconds,
    "bootstrap_low": second(lambda other: other.low),
    "bootstrap_high": second(lambda other: other.high),
    "bootstrap_better": second(lambda other: other.better),
    "chance": lambda verdict: verdict.chance,
    "more_pairs": lambda verdict: verdict.more_pairs,
    "diverged": lambda verdict: len(verdict.failed),
    "keys": lambda verdict: count_keys(verdict.changes),
    "changes": lambda verdict: write_plain(verdict.changes),
    "twin": lambda verdict: verdict.twin,
    "why": lambda verdict: verdict.why,
    "expected": lambda verdict: verdict.expected,
    "note": lambda verdict: verdict.note,
    "rows": lambda verdict: verdict.rows,
    "folds": lambda verdict: verdict.folds,
    "baseline_run": lambda verdict: verdict.baseline_run,
    "idea_run": lambda verdict: verdict.idea_run,
    "baseline_digest": lambda verdict: verdict.baseline_digest,
    "idea_digest": lambda verdict: verdict.idea_digest,
    "commit": lambda verdict: verdict.commit,
    "clean": lambda verdict: verdict.clean,
}
COLUMNS = tuple(FIELDS)
# Columns that may have gaps, and keep their kind all the same.
NUMBERS = (
    *("gain", "low", "high", "better", "same", "worse", "noise", "cv_baseline", "cv_idea", "cost", "seconds"),
    *("baseline_seconds", "bootstrap_low", "bootstrap_high", "bootstrap_better", "chance", "more_pairs"),
)
TRUTHS = ("below_noise", "clean")


def describe_verdict(verdict: Verdict) -> dict[str, Any]:
    """A verdict's row: plain values, None where nothing is known.

    Args:
        verdict: any. Gains without a posterior are None, whatever stands in the ledger.
    """
    row = {name: field(verdict) for name, field in FIELDS.items()}
    return {key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in row.items()}


def to_frame(verdicts: Sequence[Verdict]) -> pandas.DataFrame:
    """One row a verdict.

    Args:
        verdicts: in the order of the rows.

    Returns:
        Plain columns: text, numbers (NaN where nothing is known), truth values, and `time` as a moment in UTC.

    Raises:
        InputError: FRAME_NO_PANDAS, pandas is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        raise InputError(Fault("FRAME_NO_PANDAS")) from error
    frame = pandas.DataFrame([describe_verdict(verdict) for verdict in verdicts], columns=list(COLUMNS))
    # A time that another tool wrote into the ledger must not stop the table.
    frame["time"] = pandas.to_datetime(frame["time"], utc=True, format="ISO8601", errors="coerce")
    kinds = {**dict.fromkeys(NUMBERS, "float64"), **dict.fromkeys(TRUTHS, "boolean")}
    return frame.astype(kinds)


def format_csv(verdicts: Sequence[Verdict]) -> str:
    """The same rows as CSV; cells that a spreadsheet would take for a formula begin with an apostrophe.

    Args:
        verdicts: in the order of the lines.

    Returns:
        A header and one record a verdict. What is not known is empty, a truth value `yes` or `no`.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for verdict in verdicts:
        writer.writerow([guard(write_cell(value)) for value in describe_verdict(verdict).values()])
    return buffer.getvalue()


def write_cell(value: Any) -> Any:
    """A value as a cell of a table.

    Examples:
        >>> write_cell(None), write_cell(True), write_cell(0.1)
        ('', 'yes', 0.1)
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value


def format_markdown(verdicts: Sequence[Verdict], language: Language = "en") -> str:
    """The verdicts as a Markdown table for an issue or a write-up on GitHub, GitLab or Kaggle.

    Args:
        verdicts: any; those on another metric stand in a table of their own.
        language: `"en"` or `"ja"`.

    Returns:
        Lines without a line break at the end. Names stand as code, so that nothing in them is markup, a link or a mention.
    """
    words = Words(language)
    keys = ("idea", "change", "pair_column", "gain", "interval", "better", "cost", "verdict")
    blocks = []
    for group in group_by_metric(verdicts):
        decimals = share_decimals(group)
        lines = ["| " + " | ".join(words(key) for key in keys) + " |", "|---|---|---:|---:|---:|---:|---:|---|"]
        for place, verdict in enumerate(group):
            cells = [
                code(verdict.idea),
                code(say_change(verdict, words)) if count_keys(verdict.changes) == 1 else say_change(verdict, words),
                str(len(verdict.pairs)),
                say_gain(verdict, decimals[place]),
                say_own_interval(verdict, decimals[place]),
                say_better(verdict),
                format_cost(verdict.cost),
                f"**{words('verdict_keep')}**" if verdict.word == "keep" else words(f"verdict_{verdict.word}"),
            ]
            lines.append("| " + " | ".join(cell or "–" for cell in cells) + " |")
        blocks.append("\n".join([*lines, "", "\n".join(say_scales(group, words, code))]))
    return "\n\n".join(blocks) or words("no_verdicts")


def code(name: str) -> str:
    """A name as inline code inside a Markdown table: longer fences than it has ticks, bars escaped.

    Examples:
        >>> print(code("smoothing"), code("a|b"), code("x`y"))
        `smoothing` `a\\|b` `` x`y ``
    """
    text = plain(name, NAME)
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    blank = " " if "`" in text else ""
    return f"{fence}{blank}{text}{blank}{fence}".replace("|", "\\|")
