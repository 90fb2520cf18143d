"""The sub-command `speed`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tamesu.cli_options import DEVICE, FOLDER, make_reporter


@click.command()
@click.argument("runs", nargs=-1, metavar="[RUN]...")
@click.option(
    "--price-per-hour", type=click.FloatRange(0, min_open=True), help="Of this machine; tells what a million images cost."
)
@click.option("--again", is_flag=True, help="Measure anew what was measured here before.")
@FOLDER
@DEVICE
def speed(runs: tuple[str, ...], folder: Path, **wishes: Any) -> None:
    """Score against time: one image through each run's network on this machine; which runs no other beats in both.

    \b
    tamesu speed                           every complete run; chart and table in reports/speed.html
    tamesu speed --price-per-hour 0.526    with the cost of a million images
    """
    from tamesu.speeding import measure_speed

    measure_speed(runs, folder=folder, reporter=make_reporter(), **wishes)
