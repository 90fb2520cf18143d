"""Codes, outcomes and messages of this room belong together."""

from __future__ import annotations

import re
from pathlib import Path

from tamesu.images import faults
from tamesu.images.faults import OF_THE_FILE, OUTCOMES, UnreadableImageError, image_fault
from tamesu.messages import render
from tamesu.messages.images import MESSAGES


def test_every_code_has_a_message_and_every_message_a_code() -> None:
    assert set(OUTCOMES) == set(MESSAGES)


def test_every_code_in_the_source_is_known() -> None:
    folder = Path(faults.__file__).parent
    used = {
        code for path in folder.glob("*.py") for code in re.findall(r'"((?:IMG|DATA)_\w+|SKIPPED_[NL]\w+)"', path.read_text())
    }
    assert used == set(OUTCOMES)


def test_detail_is_the_only_placeholder() -> None:
    for code in OUTCOMES:
        for language in ("en", "ja"):
            assert "{" not in "".join(render(code, {"detail": "7 x 9"}, language))


def test_error_and_fault() -> None:
    assert str(UnreadableImageError("IMG_EMPTY")) == "IMG_EMPTY"
    fault = image_fault("IMG_TOO_LARGE", "a.png", "3 x 4")
    assert (fault.outcome, fault.where.file) == ("quarantine", "a.png")
    assert fault.text("en").startswith("a.png: it declares 3 x 4 pixels")


def test_what_belongs_to_a_file_is_a_quarantine() -> None:
    assert {OUTCOMES[code] for code in OF_THE_FILE} == {"quarantine"}
