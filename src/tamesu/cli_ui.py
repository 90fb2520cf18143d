"""The sub-command `ui`."""

from __future__ import annotations

from pathlib import Path

import click

from tamesu.cli_options import FOLDER, make_reporter
from tamesu.errors import Fault, InputError, Where


@click.command()
@click.option("--port", default=8765, type=click.IntRange(0, 65535), show_default=True, help="0 for any that is free.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Another address needs a token in TAMESU_UI_TOKEN.")
@click.option("--browser/--no-browser", default=True, show_default=True, help="Open the pages in a browser.")
@FOLDER
def ui(folder: Path, port: int, host: str, browser: bool) -> None:
    """The local pages: score over time, runs, verdicts, ideas, data, submissions; starts a try. Offline, for you alone.

    \b
    tamesu ui                      opens a browser; Ctrl-C ends it
    tamesu ui --no-browser         only prints the address, which works once
    """
    try:
        from tamesu.web.serve import serve
    except ImportError as error:
        # One of our own modules missing is a fault of ours and no missing extra.
        if (error.name or "").partition(".")[0] not in ("starlette", "uvicorn", "h11", "jinja2", "markupsafe"):
            raise
        raise InputError(Fault("UI_EXTRA", "refuse", Where(), {"name": error.name})) from error
    serve(folder, host=host, port=port, browser=browser, reporter=make_reporter())
