"""The batch sizes that were tried, as a plain table for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from tamesu.messages import choose_language
from tamesu.messages.probing import tell
from tamesu.report.plots import measure
from tamesu.results.batch_sizes import Trial

GIB = 2**30


def format_trials(trials: Sequence[Trial], room: int | None, margin: float, language: str | None = None) -> str:
    """A line for each batch size: images per second, memory, and whether it fits.

    Args:
        trials: the sizes tried, ascending.
        room: bytes there are; None when unknown.
        margin: the share of them that is to stay free.
        language: `"en"` or `"ja"`; the user's when None.

    Examples:
        >>> trials = [Trial(8, 41.0, 2**30, True), Trial(16, 55.5, 3 * 2**30, True), Trial(32, None, 4 * 2**30, False)]
        >>> print(format_trials(trials, 3 * 2**30, 0.1, "en"))
          batch  images/s    memory
              8      41.0  1.00 GiB  fits
             16      55.5  3.00 GiB  fits without the margin
             32         -  4.00 GiB  out of memory
    """
    language = language or choose_language()
    unknown = tell("batch_unknown", language)
    lines = [tell("batch_columns", language).split("|")]
    for trial in trials:
        over = room is not None and trial.peak_bytes is not None and trial.peak_bytes > room * (1 - margin)
        word = "batch_full" if not trial.fits else "batch_over" if over else "batch_fits"
        speed = unknown if trial.images_per_s is None else f"{trial.images_per_s:.1f}"
        memory = unknown if trial.peak_bytes is None else tell("batch_memory", language, gib=trial.peak_bytes / GIB)
        lines.append([str(trial.size), speed, memory, tell(word, language)])
    widths = [max(measure(line[column]) for line in lines) for column in range(3)]
    return "\n".join(
        "  " + "  ".join([*(pad(line[column], widths[column]) for column in range(3)), line[3]]).rstrip() for line in lines
    )


def pad(text: str, width: int) -> str:
    """Text moved to the right end of a column of half-width letters.

    Examples:
        >>> pad("枚/秒", 7)
        '  枚/秒'
    """
    return " " * (width - measure(text)) + text
