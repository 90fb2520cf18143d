"""Who may look: a token that opens the pages once, the browser's cookie after it, and a token for programs."""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tamesu.errors import FolderGoneError

BYTES = 32
SHORTEST = 32


def make_secret() -> str:
    """A new secret of 32 random bytes, in letters that need no quoting anywhere.

    Examples:
        >>> len(make_secret()) >= 43, make_secret() == make_secret()
        (True, False)
    """
    return secrets.token_urlsafe(BYTES)


def is_equal(given: str, kept: str) -> bool:
    """Whether two secrets are equal, in a time that does not tell where they differ.

    Examples:
        >>> is_equal("abc", "abc"), is_equal("abd", "abc"), is_equal("ü", "abc")
        (True, False, False)
    """
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), kept.encode("utf-8", "surrogateescape"))


@dataclass(slots=True)
class Keys:
    """The secrets of one server; they end with it.

    Attributes:
        cookie: name of the cookie. Cookies do not know ports, so the port is part of the name.
        program: what a program sends as `Authorization: Bearer ...`.
        once: what the printed address carries; empty after its use.
        session: what the cookie holds.
    """

    cookie: str
    program: str = field(default_factory=make_secret)
    once: str = field(default_factory=make_secret)
    session: str = field(default_factory=make_secret)

    def redeem(self, token: str) -> bool:
        """Whether a token opens the pages; the right one does so once.

        Examples:
            >>> keys = Keys("c", once="abc")
            >>> keys.redeem("no"), keys.redeem("abc"), keys.redeem("abc"), keys.redeem("")
            (False, True, False, False)
        """
        if not self.once or not is_equal(token, self.once):
            return False
        self.once = ""
        return True

    def is_browser(self, cookies: Iterator[str] | list[str]) -> bool:
        """Whether one of some Cookie headers holds our cookie with the right value.

        Examples:
            >>> Keys("c", session="s").is_browser(["a=1; c=s"]), Keys("c", session="s").is_browser(["c=t"])
            (True, False)
        """
        for header in cookies:
            for part in header.split(";"):
                name, _, value = part.strip().partition("=")
                if name == self.cookie and is_equal(value, self.session):
                    return True
        return False

    def is_program(self, authorization: str) -> bool:
        """Whether an Authorization header carries the programs' token.

        Examples:
            >>> Keys("c", program="p").is_program("Bearer p"), Keys("c", program="p").is_program("p")
            (True, False)
        """
        kind, _, value = authorization.partition(" ")
        return kind.lower() == "bearer" and is_equal(value.strip(), self.program)


@contextlib.contextmanager
def keep_token(path: Path, token: str) -> Iterator[Path | None]:
    """Keep a token in a file that only its owner can read, for as long as the block runs.

    Args:
        path: the file; what stood there is replaced, its folder is made for the owner alone.
        token: what is written.

    Returns:
        The path; None where the folder cannot be written to: the pages work, programs have no token.
    """
    try:
        write_token(path, token)
    except FolderGoneError:
        yield None
        return
    try:
        yield path
    finally:
        with contextlib.suppress(OSError):
            path.unlink()


def write_token(path: Path, token: str) -> None:
    """Write a token into a new file with the mode 0600 in a folder with 0700, whatever the umask.

    Raises:
        FolderGoneError: the folder cannot be written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.chmod(path.parent, 0o700)
        path.unlink(missing_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise FolderGoneError(f"cannot write in {path.parent}: {error.strerror}") from error
    with open(handle, "w", encoding="ascii", errors="backslashreplace") as file:
        file.write(token + "\n")
