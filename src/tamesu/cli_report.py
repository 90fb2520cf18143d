"""The sub-command `report`."""

from __future__ import annotations

from pathlib import Path

import click

from tamesu.cli_options import FOLDER, make_reporter
from tamesu.messages.writeup import say


@click.command()
@click.argument("run", required=False)
@click.option("--all", "whole", is_flag=True, help="The whole competition: reports/competition.html.")
@click.option("--writeup", is_flag=True, help="The solution write-up: reports/writeup.md and .html.")
@click.option("--markdown", is_flag=True, help="The report as Markdown too, beside the page.")
@FOLDER
def report(run: str | None, whole: bool, writeup: bool, markdown: bool, folder: Path) -> None:
    """Write reports/<run>.html: scores, curves, confusions, and what the network saw, in one file.

    \b
    tamesu report                 the newest run
    tamesu report --all           runs, verdicts, ideas, leaderboard and audit on one page
    tamesu report --writeup       what was tried, the final model, how to make it again
    """
    reporter = make_reporter()
    if run is not None and (whole or writeup):
        raise click.UsageError(say("one_run"))
    if whole or writeup:
        from tamesu import reporting

        if whole:
            page = reporting.report_competition(folder, reporter=reporter)
            if markdown:
                reporting.write_twin(page, reporter=reporter)
        if writeup:
            reporting.write_up(folder, reporter=reporter)
        return
    from tamesu import workflow

    page = workflow.report(run, folder=folder, reporter=reporter)
    if markdown:
        from tamesu.reporting import write_twin

        write_twin(page, reporter=reporter)
