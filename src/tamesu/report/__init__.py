"""The report of a run: one self-contained HTML file, and its fold scores as a table for the terminal."""

from __future__ import annotations

from tamesu.report.page import write_report
from tamesu.report.terminal import format_sentence, format_table

__all__ = ["format_sentence", "format_table", "write_report"]
