"""Which codes of a table of messages no source file raises."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

import tamesu


def list_unraised(codes: Iterable[str]) -> list[str]:
    """The codes that stand as a string in no file but those of messages.

    Only files in which a code stands at all are parsed, to know it for a string and not part of a comment.
    """
    missing = set(codes)
    for path in Path(tamesu.__file__).parent.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if path.parent.name != "messages" and any(code in source for code in missing):
            missing -= {node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)}
    return sorted(missing)
