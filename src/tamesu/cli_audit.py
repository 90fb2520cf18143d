"""The sub-command `audit`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tamesu.cli_options import ACCEPT, DEVICE, FOLDER, make_reporter


@click.command()
@click.option("--relabel", is_flag=True, help="Write the doubtful labels onto a worksheet: relabel/<target>.html and .csv.")
@click.option("--adopt", "adopt_groups", is_flag=True, help="Write the proposed groups into competition.yaml.")
@FOLDER
@ACCEPT
@DEVICE
def audit(folder: Path, **wishes: Any) -> None:
    """Know the data before believing a score: broken, double, leaking, doubtful; train beside test.

    \b
    tamesu audit                the most important first; pictures in reports/audit.html
    tamesu audit --adopt        competition.yaml keeps the groups that were found together
    tamesu audit --relabel      a page on which to set doubtful labels right
    """
    from tamesu.auditing import audit as look

    look(folder, reporter=make_reporter(), **wishes)
