"""The sub-commands `lr` and `batch`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tamesu.cli_options import ACCEPT, DEVICE, FOLDER, FORCE, make_reporter


@click.command()
@click.argument("recipe", default="base")
@click.argument("changes", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--steps", default=100, type=click.IntRange(1, 10_000), show_default=True, help="Optimizer steps at most.")
@click.option("--from", "first", default=1e-6, type=click.FloatRange(0), show_default=True, help="The first rate.")
@click.option("--to", "last", default=10.0, type=click.FloatRange(0), show_default=True, help="The last rate.")
@FOLDER
@ACCEPT
@FORCE
@DEVICE
def lr(recipe: str, changes: tuple[str, ...], folder: Path, **wishes: Any) -> None:
    """Which learning rate RECIPE (base) can take: a short training whose rate grows until the loss runs away.

    \b
    tamesu lr                             reports/lr-base.png, and whether base's own rate is far off
    tamesu lr base optimizer=sgd          of another optimizer
    """
    from tamesu.probing import find_lr

    find_lr(recipe, changes, folder=folder, reporter=make_reporter(), **wishes)


@click.command()
@click.argument("recipe", default="base")
@click.argument("changes", nargs=-1, metavar="[KEY=VALUE]...")
@FOLDER
@ACCEPT
@FORCE
@DEVICE
def batch(recipe: str, changes: tuple[str, ...], folder: Path, **wishes: Any) -> None:
    """The largest batch of RECIPE (base) that fits into memory, how fast each size is, and lines that keep its effective batch.

    \b
    tamesu batch
    tamesu batch base image.size=384
    """
    from tamesu.sizing import find_batch_size

    find_batch_size(recipe, changes, folder=folder, reporter=make_reporter(), **wishes)
