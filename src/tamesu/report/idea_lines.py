"""Ideas as lines to paste into ideas.yaml, and the command that tries them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tamesu.artifacts.spelling import flow, quote, shell_line


def write_ideas(ideas: Mapping[str, Mapping[str, Any]], recipe: str) -> tuple[str, str]:
    """Lines of YAML, one idea each, and the command.

    Args:
        ideas: name → changes.
        recipe: the baseline's name.

    Examples:
        >>> print(*write_ideas({"smooth": {"epochs": 3}, "ema": {"ema": 0.99}}, "base"), sep="\\n")
        smooth: {epochs: 3}
        ema: {ema: 0.99}
        tamesu try base smooth ema
    """
    lines = [f"{quote(name)}: {flow(changes)}" for name, changes in ideas.items()]
    return "\n".join(lines), shell_line("tamesu", "try", recipe, *ideas)
