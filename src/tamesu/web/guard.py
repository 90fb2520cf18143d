"""The one layer that every request passes: pages, their JSON, static files and websockets alike."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from tamesu.messages.pages import REFUSALS, say
from tamesu.web.judging import CHANGING, MOST_BODY, OPEN, Address, Header, Refusal, judge_request
from tamesu.web.keys import Keys

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# A body of ours is a few hundred bytes; whoever takes longer is none of ours.
BODY_LIMIT_S = 5.0

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# `style-src 'unsafe-inline'`: the charts of `tamesu.report` place their marks by style attributes.
HEADERS: tuple[Header, ...] = (
    (b"content-security-policy", POLICY.encode("ascii")),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
NAMES = frozenset(name for name, _ in HEADERS)


class Guard:
    """ASGI middleware around an app.

    Args:
        app: what is guarded.
        keys: who may look.
        address: where we are.
        limit_s: for a request's body to arrive.
    """

    def __init__(self, app: App, keys: Keys, address: Address, limit_s: float = BODY_LIMIT_S) -> None:
        self.app, self.keys, self.address, self.limit_s = app, keys, address, limit_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "lifespan":
            await self.app(scope, receive, send)
            return
        if kind == "websocket":
            await self.refuse_websocket(scope, send)
            return
        send = with_headers(send)
        method, path, headers = scope["method"], scope["path"], list(scope["headers"])
        refusal = judge_request("http", method, path, headers, self.keys, self.address)
        if refusal is None and path == OPEN:
            await self.open_pages(scope, send)
            return
        if refusal is None and method in CHANGING:
            body = await self.read_body(receive)
            if isinstance(body, Refusal):
                refusal = body
            else:
                receive = replay(body)
        if refusal is not None:
            await refuse(refusal, send)
            return
        await self.app(scope, receive, send)

    async def refuse_websocket(self, scope: Scope, send: Send) -> None:
        """There is no websocket here; the same rules are looked at all the same, so that one added later has them."""
        headers = list(scope["headers"])
        refusal = judge_request("websocket", "GET", scope["path"], headers, self.keys, self.address)
        # Before it is accepted, a close is an answer with the status 403.
        assert refusal is not None, "the rules let no websocket pass"
        await send({"type": "websocket.close", "code": 1008, "reason": refusal.code})

    async def open_pages(self, scope: Scope, send: Send) -> None:
        """Take the token of the printed address and give the browser its cookie."""
        tokens = parse_qs(scope["query_string"].decode("latin-1")).get("token", [])
        if len(tokens) != 1 or not self.keys.redeem(tokens[0]):
            await refuse(Refusal(403, "once"), send)
            return
        # A page that leads on, and no redirect: where a link elsewhere led here, the browser would not send a cookie with
        # SameSite=Strict along a redirect.
        page = (
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/">'
            '<link rel="icon" href="data:,"><title>tamesu</title></head><body><a href="/">tamesu</a></body></html>'
        )
        cookie = f"{self.keys.cookie}={self.keys.session}; HttpOnly; SameSite=Strict; Path=/"
        await answer(200, page, b"text/html; charset=utf-8", send, [(b"set-cookie", cookie.encode("ascii"))])

    async def read_body(self, receive: Receive) -> bytes | Refusal:
        """The whole body, or why it is not taken: too long, or too slow."""
        content = bytearray()
        try:
            async with asyncio.timeout(self.limit_s):
                while True:
                    message = await receive()
                    if message["type"] != "http.request":
                        return Refusal(400, "length")
                    content += message.get("body", b"")
                    if len(content) > MOST_BODY:
                        return Refusal(413, "length")
                    if not message.get("more_body", False):
                        return bytes(content)
        except TimeoutError:
            return Refusal(408, "slow")


def with_headers(send: Send) -> Send:
    """A `send` that gives every answer our headers, in place of any of the same name."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(name, value) for name, value in message.get("headers", []) if name.lower() not in NAMES]
            message = {**message, "headers": [*kept, *HEADERS]}
        await send(message)

    return send_with_headers


def replay(body: bytes) -> Receive:
    """A `receive` that gives a body that was read already, once."""
    left = [body]

    async def receive() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return {"type": "http.disconnect"}

    return receive


async def refuse(refusal: Refusal, send: Send) -> None:
    """Say why not, in both languages: who is refused has chosen none."""
    text = "\n".join(say(REFUSALS[refusal.code], language) for language in ("en", "ja"))
    await answer(refusal.status, text + "\n", b"text/plain; charset=utf-8", send, [(b"connection", b"close")])


async def answer(status: int, text: str, kind: bytes, send: Send, more: list[Header]) -> None:
    """A small answer."""
    content = text.encode("utf-8")
    headers = [(b"content-type", kind), (b"content-length", str(len(content)).encode("ascii")), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
