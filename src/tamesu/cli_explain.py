"""The sub-command `explain`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tamesu.cli_options import ACCEPT, DEVICE, FOLDER, make_reporter


@click.command()
@click.argument("run", required=False)
@click.option(
    "--pictures",
    type=click.IntRange(0, 1000),
    default=64,
    show_default=True,
    help="Images that get heat maps; 0 asks no network.",
)
@click.option("--every-method", is_flag=True, help="Integrated gradients and occlusion beside Grad-CAM, for the first images.")
@FOLDER
@ACCEPT
@DEVICE
def explain(run: str | None, folder: Path, **wishes: Any) -> None:
    """What is wrong with a run, the images behind it, and what to try next.

    \b
    tamesu explain              the newest run; pictures in reports/explain-RUN.html
    tamesu explain base-3f2a    that one
    tamesu explain --pictures 0 words alone, in a second
    """
    from tamesu.explaining import explain as look

    look(run, folder=folder, reporter=make_reporter(), **wishes)
