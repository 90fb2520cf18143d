from __future__ import annotations

from tamesu.cli import cli
from tamesu.cli_options import make_reporter
from tamesu.progress import Lines


def test_verbs_share_the_same_words() -> None:
    for verb in ("train", "try", "lr", "batch"):
        options = {option for parameter in cli.commands[verb].params for option in parameter.opts}
        assert {"--folder", "--accept", "--force", "--device"} <= options, verb


def test_a_log_gets_lines() -> None:
    assert isinstance(make_reporter(), Lines)
