"""The report: a run's page and its fold scores for the terminal; verdicts as tables, plots, a page and rows.

a run                       write_report(...), format_table(scores), format_sentence(scores)
verdicts in a terminal      format_verdicts(verdicts), format_verdict_line(verdict), format_race(rows)
verdicts to look at         write_verdict_page(...), write_history_png(points, path, ...)
verdicts as rows            to_frame(verdicts), format_csv(verdicts), format_markdown(verdicts)
"""

from __future__ import annotations

from tamesu.report.frame import format_csv, format_markdown, to_frame
from tamesu.report.page import write_report
from tamesu.report.progress_chart import HistoryPoint
from tamesu.report.progress_png import write_history_png
from tamesu.report.terminal import format_sentence, format_table
from tamesu.report.verdict_page import write_verdict_page
from tamesu.report.verdict_table import RaceRow, format_race, format_verdict_line, format_verdicts

__all__ = [
    "HistoryPoint",
    "RaceRow",
    "format_csv",
    "format_markdown",
    "format_race",
    "format_sentence",
    "format_table",
    "format_verdict_line",
    "format_verdicts",
    "to_frame",
    "write_history_png",
    "write_report",
    "write_verdict_page",
]
