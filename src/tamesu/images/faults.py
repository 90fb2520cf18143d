"""The codes of this room, what follows from each, and the error an unreadable image raises."""

from __future__ import annotations

from pathlib import Path

from tamesu.errors import Fault, Outcome, TamesuError, Where

OUTCOMES: dict[str, Outcome] = {
    # The file itself
    "IMG_MISSING": "quarantine",
    "IMG_OUTSIDE_FOLDER": "quarantine",
    "IMG_NOT_A_FILE": "quarantine",
    "IMG_NO_PERMISSION": "quarantine",
    "IMG_FILE_TOO_LARGE": "quarantine",
    "IMG_READ_ERROR": "quarantine",
    "IMG_CHANGED": "quarantine",
    "SKIPPED_NOT_A_FILE": "note",
    "SKIPPED_LINK_LOOP": "note",
    "DATA_DUPLICATES": "ask",
    # Its content cannot be used
    "IMG_EMPTY": "quarantine",
    "IMG_UNREADABLE": "quarantine",
    "IMG_NOT_AN_IMAGE": "quarantine",
    "IMG_LFS_POINTER": "quarantine",
    "IMG_NO_DECODER": "quarantine",
    "IMG_FORMAT_NOT_ALLOWED": "quarantine",
    "IMG_TRUNCATED": "quarantine",
    "IMG_BAD_CHECKSUM": "quarantine",
    "IMG_BAD_SIZE": "quarantine",
    "IMG_TOO_LARGE": "quarantine",
    "IMG_NOT_FINITE": "quarantine",
    "IMG_NOT_A_MASK": "quarantine",
    "IMG_DECODER_CRASHED": "quarantine",
    "IMG_TIMEOUT": "quarantine",
    # Its content is used, after a choice of the user's or with a remark
    "IMG_16BIT_RANGE": "ask",
    "IMG_16BIT_SCALED": "note",
    "IMG_CONVERTED": "note",
    "IMG_ALPHA_FLATTENED": "note",
    "IMG_TURNED": "note",
    "IMG_BAD_EXIF": "note",
    "IMG_BAD_PROFILE": "note",
    "IMG_METADATA_DROPPED": "note",
    "IMG_MULTI_FRAME": "note",
    "IMG_NO_END_MARKER": "note",
    "IMG_DECODER_WARNING": "note",
    "IMG_LARGE": "note",
    "IMG_TINY": "note",
    "IMG_EXTREME_RATIO": "note",
    "IMG_CONSTANT": "note",
}
# About one file, not about its content: another file of the same bytes may be fine, and next time this one too.
OF_THE_FILE = frozenset(
    {
        "IMG_MISSING",
        "IMG_OUTSIDE_FOLDER",
        "IMG_NOT_A_FILE",
        "IMG_NO_PERMISSION",
        "IMG_FILE_TOO_LARGE",
        "IMG_READ_ERROR",
        "IMG_CHANGED",
    }
)


class UnreadableImageError(TamesuError):
    """An image that cannot be used; the run goes on without it.

    Attributes:
        code: a key of `OUTCOMES` whose outcome is `quarantine`.
        detail: a size, a format's name or the like, for the message; may be empty. Never a sentence: it is not translated.

    Examples:
        >>> str(UnreadableImageError("IMG_TOO_LARGE", "30000 x 30000"))
        'IMG_TOO_LARGE: 30000 x 30000'
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


def image_fault(code: str, file: str | Path, detail: str = "") -> Fault:
    """The finding `code` about one image file, with its outcome from `OUTCOMES`.

    Examples:
        >>> image_fault("IMG_EMPTY", "train/a.jpg").outcome
        'quarantine'
    """
    return Fault(code, OUTCOMES[code], Where(file), {"detail": detail})
