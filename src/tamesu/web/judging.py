"""What a request must be to be answered: the right host, nobody else's page behind it, a key, and no more than it may hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from tamesu.web.keys import Keys

READING = frozenset({"GET", "HEAD"})
CHANGING = frozenset({"POST", "PUT", "DELETE"})
# Larger bodies than any of ours; a request that says more is refused unread.
MOST_BODY = 65_536
JSON_TYPES = frozenset({"application/json", "application/json; charset=utf-8", "application/json;charset=utf-8"})
OPEN = "/open"

Header = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not answered.

    Attributes:
        status: of HTTP.
        code: a key of `messages.pages.REFUSALS`.
    """

    status: int
    code: str


@dataclass(frozen=True, slots=True)
class Address:
    """Where the pages are.

    Attributes:
        hosts: every `Host` that is ours: name and port, as browsers send it, lower case.
    """

    hosts: frozenset[str]

    def is_ours(self, origin: str, host: str) -> bool:
        """Whether an Origin is, as a whole, that of the page at `host`.

        Examples:
            >>> ours = Address(frozenset({"localhost:80", "127.0.0.1:80"}))
            >>> ours.is_ours("http://localhost:80", "localhost:80"), ours.is_ours("http://127.0.0.1:80", "localhost:80")
            (True, False)
        """
        return host in self.hosts and origin == f"http://{host}"


def name_hosts(port: int, host: str = "127.0.0.1") -> Address:
    """The hosts that are ours on a port: the three names of this machine, and the address that was asked for.

    Args:
        port: we listen on.
        host: the address we listen on; one that stands for all addresses adds none.

    Examples:
        >>> sorted(name_hosts(8765).hosts)
        ['127.0.0.1:8765', '[::1]:8765', 'localhost:8765']
        >>> sorted(name_hosts(8765, "192.168.1.5").hosts - name_hosts(8765).hosts)
        ['192.168.1.5:8765']
    """
    names = ["localhost", "127.0.0.1", "[::1]"]
    if host not in ("0.0.0.0", "::"):
        names.append(f"[{host}]" if ":" in host else host.lower())
    # A browser leaves out the port that http has anyway.
    ports = (f":{port}", "") if port == 80 else (f":{port}",)
    return Address(frozenset(f"{name}{ending}" for name in names for ending in ports))


def read_headers(headers: Iterable[Header], name: str) -> list[str]:
    """The values of a header, one a line it stands on.

    Examples:
        >>> read_headers([(b"host", b"a"), (b"host", b"b")], "host")
        ['a', 'b']
    """
    wanted = name.encode("ascii")
    return [value.decode("latin-1") for key, value in headers if key.lower() == wanted]


def read_header(headers: Iterable[Header], name: str) -> str | None:
    """The value of a header; None when it is not there; all values with commas when it stands there twice."""
    found = read_headers(headers, name)
    return ", ".join(found) if found else None


def judge_request(
    kind: Literal["http", "websocket"], method: str, path: str, headers: list[Header], keys: Keys, address: Address
) -> Refusal | None:
    """Whether a request may be answered; the host is looked at first, the key last but for what changes something.

    Args:
        kind: of the connection. There is no websocket here, so one with every right is refused too, but last.
        method: GET, POST, ...; of a websocket GET.
        path: of the request; `/open` needs no key, for it brings one.
        headers: all of them.
        keys: ours.
        address: ours.

    Returns:
        The reason why not; None when it may.
    """
    hosts = read_headers(headers, "host")
    if len(hosts) != 1 or hosts[0].lower() not in address.hosts:
        return Refusal(403, "host")
    if method not in READING and method not in CHANGING:
        return Refusal(405, "method")
    by_program = keys.is_program(read_header(headers, "authorization") or "")
    if (refusal := judge_sender(kind, method, headers, address, hosts[0].lower(), by_program=by_program)) is not None:
        return refusal
    if path == OPEN and method == "GET":
        return judge_length(method, headers)
    if not by_program and not keys.is_browser(read_headers(headers, "cookie")):
        return Refusal(401, "key")
    if kind == "websocket":
        return Refusal(403, "websocket")
    if method in CHANGING and (read_header(headers, "content-type") or "").lower() not in JSON_TYPES:
        return Refusal(403, "json")
    return judge_length(method, headers)


def judge_sender(
    kind: str, method: str, headers: list[Header], address: Address, host: str, *, by_program: bool
) -> Refusal | None:
    """Whether it is our own page, a program with the token, or the user's own hand, that sends a request.

    Args:
        kind: `http` or `websocket`.
        method: of the request.
        headers: all of them.
        address: ours.
        host: of the request, which is ours.
        by_program: whether it carries the programs' token.
    """
    origin, site = read_header(headers, "origin"), read_header(headers, "sec-fetch-site")
    if origin is not None and not address.is_ours(origin, host):
        return Refusal(403, "origin")
    if method in CHANGING or kind == "websocket":
        if site is not None:
            return None if site == "same-origin" or (site == "none" and by_program) else Refusal(403, "site")
        return None if origin is not None or by_program else Refusal(403, "site")
    # Another page may lead here by a link; it may not fetch, embed or frame anything of ours.
    if site in (None, "same-origin", "none"):
        return None
    navigates = read_header(headers, "sec-fetch-mode") == "navigate" and read_header(headers, "sec-fetch-dest") == "document"
    return None if navigates else Refusal(403, "site")


def judge_length(method: str, headers: list[Header]) -> Refusal | None:
    """Whether the body is as long as one may be: none where something is read, a little where something is changed."""
    said = read_header(headers, "content-length")
    if said is not None and not (said.isascii() and said.isdigit()):
        return Refusal(400, "length")
    if method in READING:
        empty = said in (None, "0") and read_header(headers, "transfer-encoding") is None
        return None if empty else Refusal(413, "length")
    return Refusal(413, "length") if said is not None and int(said) > MOST_BODY else None
