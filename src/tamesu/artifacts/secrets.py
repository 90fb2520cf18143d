"""Keys, tokens and passwords that were pasted where they do not belong. They are never repeated in a message."""

from __future__ import annotations

import re
from collections.abc import Iterator

# What issuers promise about their tokens' beginnings; a token is refused wherever it stands, comments included.
TOKENS = re.compile(
    r"KGAT_[A-Za-z0-9_-]{16,}|hf_[A-Za-z0-9]{20,}|gh[opsur]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}"
    r"|glpat-[A-Za-z0-9_-]{16,}|xox[abprs]-[A-Za-z0-9-]{10,}|AKIA[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{30,}"
    r"|sk-[A-Za-z0-9_-]{20,}|pypi-[A-Za-z0-9_-]{30,}|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
HEX = re.compile(r"""(?i)(?:key|token|secret|passw(?:or)?d)["']?\s*[:=]\s*["']?[0-9a-f]{32,}(?![0-9a-z])""")
SECRET_NAME = re.compile(r"(?i)(?:^|.*[_-])(token|secret|password|passwd|(?:api|private|access)[_-]?key)$")
PLAIN_KEY = re.compile(r"(?i)(?:^|.*[_-])key$")
KEY_LIKE = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9+/_=-]{20,}")


def find_secret_lines(text: str) -> Iterator[int]:
    """The lines (from 1) of a text on which a key or token stands.

    Examples:
        >>> list(find_secret_lines("a: 1\\n# KGAT_0123456789abcdef0123456789abcdef\\n"))
        [2]
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if TOKENS.search(line) or HEX.search(line):
            yield number


def looks_secret(key: str, value: object) -> bool:
    """Whether `key: value` hands over a credential.

    Args:
        key: the key as written.
        value: its value; only text and whole numbers can be secret.

    Examples:
        >>> looks_secret("password", "hunter2"), looks_secret("key", "painter"), looks_secret("token", {})
        (True, False, False)
    """
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        return False
    if SECRET_NAME.fullmatch(key):
        return True
    return PLAIN_KEY.fullmatch(key) is not None and KEY_LIKE.fullmatch(str(value)) is not None
