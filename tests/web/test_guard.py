"""Every address of the app passes the guard: RELIABILITY 3.1, U2 to U6, U9, U11, walked over the route table."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest
from tests.web.guarded import HOST, PORT, Pages
from tests.web.many import write_many

from tamesu.web.keys import Keys


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    folder = tmp_path_factory.mktemp("guard") / "many"
    write_many(folder, 3)
    return Pages(folder)


HOSTS = [
    *("evil.example", f"evil.example:{PORT}", f"127.0.0.1.evil.example:{PORT}", f"localhost.evil:{PORT}", f"0.0.0.0:{PORT}"),
    *("", f"[::ffff:127.0.0.1]:{PORT}", "127.0.0.1:1", "127.0.0.1", f"127.0.0.1:{PORT}@evil.example", f"127.1:{PORT}"),
    *(f"localhost:{PORT}.", f" 127.0.0.1:{PORT}", f"127.0.0.1:{PORT} ", f"127.0.0.1:0{PORT}", f"user@127.0.0.1:{PORT}"),
]


def walk(pages: Pages) -> list[tuple[str, str]]:
    found = pages.routes()
    assert len(found) >= 28, "the route table is walked, not a list of ours"
    assert {path for method, path in found if method == "POST"} == {
        *("/tries", "/tries/stop", "/runs/delete", "/relabel/decisions"),
    }
    return found


@pytest.mark.parametrize("host", [*HOSTS, [HOST, HOST], [HOST, "evil.example"], None])
def test_another_host_is_refused_at_every_address_whatever_it_brings(pages: Pages, host: object) -> None:
    for method, path in walk(pages):
        answer = pages.ask(path, method, host=host)  # type: ignore[arg-type]
        assert answer.status == 403, (method, path, host)
        assert "tamesu" not in answer.header("set-cookie")


@pytest.mark.parametrize("host", [HOST, f"localhost:{PORT}", f"LOCALHOST:{PORT}", f"[::1]:{PORT}"])
def test_the_names_of_this_machine_are_ours(pages: Pages, host: str) -> None:
    assert pages.ask("/competition", host=host).status == 200


def test_nobody_without_a_key_sees_anything(pages: Pages) -> None:
    other = Keys(f"tamesu_{PORT}")
    tries: list[dict[str, str]] = [
        {},
        {"cookie": f"tamesu_{PORT}=wrong"},
        {"cookie": f"tamesu_{PORT}={other.session}"},
        {"cookie": f"tamesu_1={pages.keys.session}"},
        {"cookie": f"tamesu_{PORT}="},
        {"authorization": f"Bearer {other.program}"},
        {"authorization": pages.keys.program},
        {"authorization": f"Basic {pages.keys.program}"},
        {"authorization": "Bearer "},
        {"cookie": f"tamesu_{PORT}={pages.keys.program}"},
        {"authorization": f"Bearer {pages.keys.session}"},
    ]
    for method, path in walk(pages):
        for headers in tries:
            answer = pages.ask(path, method, key=False, **headers)
            assert answer.status in (401, 403), (method, path, headers)
        inside = f"?token={pages.keys.program}"
        assert pages.ask(path + inside, method, key=False).status in (401, 403)


def test_the_printed_address_opens_the_pages_once(tmp_path: Path) -> None:
    write_many(tmp_path / "many", 1)
    pages = Pages(tmp_path / "many")
    token = pages.keys.once
    assert pages.ask("/open", key=False).status == 403
    assert pages.ask("/open?token=wrong", key=False).status == 403
    assert pages.ask(f"/open?token={token}&token={token}", key=False).status == 403
    assert pages.ask(f"/open?token={token}", "HEAD", key=False).status == 401, "a preview must not use it up"
    assert pages.ask(f"/open?token={token}", host="evil.example", key=False).status == 403
    answer = pages.ask(f"/open?token={token}", key=False)
    assert answer.status == 200
    cookie = answer.header("set-cookie")
    assert cookie.startswith(f"tamesu_{PORT}=")
    assert {part.strip() for part in cookie.split(";")[1:]} == {"HttpOnly", "SameSite=Strict", "Path=/"}
    assert token not in answer.text
    assert pages.ask("/runs", key=False, cookie=cookie.split(";")[0]).status == 200
    again = pages.ask(f"/open?token={token}", key=False)
    assert again.status == 403
    assert again.header("set-cookie") == ""


ORIGINS = [
    *("https://evil.example", "null", f"http://{HOST}.evil.example", f"http://evil.example/{HOST}", f"https://{HOST}"),
    *("http://127.0.0.1", "http://127.0.0.1:1", f"http://localhost:{PORT}", f"http://{HOST}/", f"HTTP://{HOST}", "*"),
    *(f"http://{HOST}, http://{HOST}", f"http://user@{HOST}", "", "file://"),
]


def test_only_our_own_page_changes_anything(pages: Pages) -> None:
    for path in ("/tries", "/tries/stop", "/runs/delete"):
        for site in ("cross-site", "same-site", "none", "SAME-ORIGIN", "same-origin, same-origin"):
            assert pages.ask(path, "POST", sec_fetch_site=site).status == 403, site
        for origin in ORIGINS:
            assert pages.ask(path, "POST", sec_fetch_site="", origin=origin).status == 403, origin
            if origin:
                assert pages.ask(path, "POST", sec_fetch_site="same-origin", origin=origin).status == 403, origin
        for kind in ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "", "application/jsonx"):
            assert pages.ask(path, "POST", content_type=kind, body=b"{}").status == 403, kind
        assert pages.ask(path, "POST", content_type="text/plain; application/json", body=b"{}").status == 403
        for method in ("PUT", "DELETE"):
            assert pages.ask(path, method).status in (403, 405)
        for method in ("OPTIONS", "TRACE", "PATCH", "CONNECT", "get"):
            assert pages.ask(path, method).status == 405
        # Past the guard, and refused for what it says: the guard lets our own page through.
        assert pages.ask(path, "POST", body=b"{}").status == 422
        assert pages.ask(path, "POST", sec_fetch_site="", origin=f"http://{HOST}", body=b"{}").status == 422


def test_a_get_changes_nothing(pages: Pages) -> None:
    for path in ("/tries", "/tries/stop", "/runs/delete"):
        assert pages.ask(path).status in (404, 405)


def test_a_program_with_the_token_needs_no_browser(pages: Pages) -> None:
    bearer = {"authorization": f"Bearer {pages.keys.program}"}
    assert pages.ask("/runs.json", key=False, **bearer).status == 200
    assert pages.ask("/tries/stop", "POST", key=False, sec_fetch_site="", body=b"{}", **bearer).status == 422
    assert pages.ask("/tries/stop", "POST", key=False, sec_fetch_site="none", body=b"{}", **bearer).status == 422
    assert pages.ask("/tries/stop", "POST", key=False, sec_fetch_site="cross-site", body=b"{}", **bearer).status == 403
    assert pages.ask("/tries/stop", "POST", key=False, sec_fetch_site="", origin="null", body=b"{}", **bearer).status == 403


def test_another_page_may_lead_here_and_not_embed_anything(pages: Pages) -> None:
    for site in ("cross-site", "same-site"):
        link = {"sec_fetch_site": site, "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}
        assert pages.ask("/runs", **link).status == 200
        for mode, dest in (("no-cors", "image"), ("no-cors", "script"), ("cors", "empty"), ("navigate", "iframe")):
            assert pages.ask("/runs", sec_fetch_site=site, sec_fetch_mode=mode, sec_fetch_dest=dest).status == 403


def test_every_answer_has_the_headers_and_none_opens_it_to_others(pages: Pages) -> None:
    for method, path in [*walk(pages), ("GET", "/nothing"), ("GET", "/open?token=x"), ("OPTIONS", "/runs")]:
        for host in (HOST, "evil.example"):
            answer = pages.ask(path, method, host=host, body=b"{}" if method == "POST" else b"")
            policy = {part.strip() for part in answer.header("content-security-policy").split(";")}
            assert {
                "default-src 'self'",
                "script-src 'self'",
                "object-src 'none'",
                "base-uri 'none'",
                "frame-ancestors 'none'",
            } <= policy, path
            assert answer.header("x-content-type-options") == "nosniff"
            assert answer.header("referrer-policy") == "no-referrer"
            assert answer.header("cache-control") == "no-store"
            assert not any(name.startswith("access-control-") for name, _ in answer.headers)
            names = [name for name, _ in answer.headers]
            assert len([name for name in names if name == "content-security-policy"]) == 1


def test_a_body_is_short_and_comes_at_once(pages: Pages) -> None:
    assert pages.ask("/tries", "POST", content_length="100000000").status == 413
    assert pages.ask("/tries", "POST", body=[b"x" * 40_000] * 3).status == 413
    assert pages.ask("/tries", "POST", content_length="-1").status == 400
    assert pages.ask("/tries", "POST", body=[b"{"], stalls=True).status == 408
    assert pages.ask("/runs", content_length="5").status == 413
    assert pages.ask("/runs", transfer_encoding="chunked").status == 413


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"host": "evil.example", "origin": f"http://{HOST}"}, "host"),
        ({"host": HOST, "origin": "https://evil.example"}, "origin"),
        ({"host": HOST, "origin": "null"}, "origin"),
        ({"host": HOST}, "site"),
        ({"host": HOST, "origin": f"http://{HOST}", "sec-fetch-site": "cross-site"}, "site"),
        ({"host": HOST, "origin": f"http://{HOST}"}, "key"),
    ],
)
def test_a_websocket_is_refused_before_it_is_one(pages: Pages, headers: dict[str, str], reason: str) -> None:
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "websocket.connect"}

    async def collect(message: object) -> None:
        assert isinstance(message, dict)
        sent.append(message)

    for path in ("/live.json", "/", "/anything"):
        sent.clear()
        packed = [(name.encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "websocket", "path": path, "query_string": b"", "headers": packed}
        anyio.run(pages.app, scope, receive, collect)
        assert sent == [{"type": "websocket.close", "code": 1008, "reason": reason}]
