"""The sub-commands `compare` and `history`."""

from __future__ import annotations

from pathlib import Path

import click

from tamesu.cli_options import FOLDER, make_reporter


@click.command()
@click.argument("baseline")
@click.argument("runs", nargs=-1, required=True)
@click.option("--rope", type=click.FloatRange(0), help="Gains within ± this count as the same.")
@FOLDER
def compare(baseline: str, runs: tuple[str, ...], rope: float | None, folder: Path) -> None:
    """A verdict on each of RUNS against BASELINE, from the folds and seeds they share; nothing is trained."""
    from tamesu.showing import compare as hold_against

    hold_against(baseline, runs, folder=folder, rope=rope, reporter=make_reporter())


@click.command()
@FOLDER
def history(folder: Path) -> None:
    """Draw the score over time, each kept idea a step with its name: reports/history.png."""
    from tamesu.showing import history as draw

    draw(folder, reporter=make_reporter())
