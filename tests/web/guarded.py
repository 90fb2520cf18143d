"""The guarded pages of a competition, asked without a network."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import anyio

from tamesu.web.app import make_app
from tamesu.web.guard import Guard
from tamesu.web.judging import name_hosts
from tamesu.web.keys import Keys
from tamesu.web.starts import Starts
from tamesu.web.view import Desk

PORT = 8765
HOST = f"127.0.0.1:{PORT}"
JSON = {"content-type": "application/json"}


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")


@dataclass
class Pages:
    """A guarded app and its keys."""

    folder: Path
    keys: Keys = field(default_factory=lambda: Keys(f"tamesu_{PORT}"))
    starts: Starts | None = None

    def __post_init__(self) -> None:
        self.desk = Desk(self.folder, self.starts or Starts(self.folder))
        self.bare = make_app(self.desk)
        self.app = Guard(self.bare, self.keys, name_hosts(PORT), limit_s=0.2)

    @property
    def cookie(self) -> str:
        return f"{self.keys.cookie}={self.keys.session}"

    def routes(self) -> list[tuple[str, str]]:
        """Every (method, path) of the app, with something in place of each name in it."""
        found = []
        for route in self.bare.routes:
            path = route.path.replace("{number:int}", "0").replace("{name}", "pages.css")
            found += [(method, path) for method in sorted(route.methods)]
        return found

    def ask(
        self,
        path: str,
        method: str = "GET",
        *,
        body: bytes | list[bytes] = b"",
        host: str | list[str] | None = HOST,
        key: bool = True,
        stalls: bool = False,
        **headers: str,
    ) -> Answer:
        """Send a request as a browser of ours does; `_` in a header's name is `-`, an empty value leaves it out."""
        sent = [("host", one) for one in ([host] if isinstance(host, str) else host or [])]
        if key:
            sent.append(("cookie", self.cookie))
        if method != "GET" and "sec_fetch_site" not in headers:
            sent.append(("sec-fetch-site", "same-origin"))
        if method != "GET" and "content_type" not in headers:
            sent.append(("content-type", "application/json"))
        sent += [(name.replace("_", "-"), value) for name, value in headers.items() if value]
        address, _, query = path.partition("?")
        return anyio.run(send, self.app, method, address, query, sent, body, stalls)


async def send(
    app: Any, method: str, path: str, query: str, headers: list[tuple[str, str]], body: bytes | list[bytes], stalls: bool
) -> Answer:
    """One request over ASGI; a body that `stalls` never ends."""
    pieces = list(body) if isinstance(body, list) else [body]
    found: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if pieces:
            piece = pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(pieces) or stalls}
        await anyio.sleep(60)
        return {"type": "http.disconnect"}

    async def collect(message: dict[str, Any]) -> None:
        found.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": quote(path, safe="%/").encode("ascii"),
        "query_string": query.encode("latin-1"),
        "root_path": "",
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", PORT),
    }
    await app(scope, receive, collect)
    start = next(one for one in found if one["type"] == "http.response.start")
    content = b"".join(one.get("body", b"") for one in found if one["type"] == "http.response.body")
    kept = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in start["headers"]]
    return Answer(start["status"], kept, content)
