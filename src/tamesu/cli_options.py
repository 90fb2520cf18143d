"""Options that several sub-commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

FOLDER = click.option("--folder", default=".", type=click.Path(path_type=Path), help="The competition's folder.")
DEVICE = click.option("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps.")
PARALLEL = click.option(
    "--parallel", type=click.IntRange(1, 256), help="Jobs at once; changes no result. As many as pay when not said."
)
FORCE = click.option("--force", is_flag=True, help="Use flips and turns that competition.yaml forbids or does not speak of.")
ACCEPT = click.option("--accept", multiple=True, metavar="CODE", help="Answer a question with: use it as it is.")


def make_reporter() -> Any:
    """Bars in a terminal, lines elsewhere."""
    from tamesu.progress import make_reporter as make

    return make()
