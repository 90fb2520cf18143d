"""The rules of one request, one by one."""

from __future__ import annotations

import pytest

from tamesu.web.judging import Refusal, judge_request, name_hosts
from tamesu.web.keys import Keys

KEYS = Keys("c", program="p" * 43, session="s" * 43)
OURS = name_hosts(8765)


def judge(method: str = "GET", kind: str = "http", **headers: str) -> Refusal | None:
    given = {"host": "localhost:8765", "cookie": f"c={KEYS.session}"} | headers
    packed = [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items() if value]
    return judge_request(kind, method, "/runs", packed, KEYS, OURS)  # type: ignore[arg-type]


def test_the_host_is_looked_at_before_anything_else() -> None:
    assert judge("TRACE", host="evil", cookie="", origin="null") == Refusal(403, "host")


def test_a_port_of_http_itself_is_left_out_by_browsers() -> None:
    assert {"localhost", "localhost:80", "127.0.0.1"} <= name_hosts(80).hosts
    assert "localhost" not in OURS.hosts


def test_an_address_for_all_adds_no_name() -> None:
    assert name_hosts(1, "0.0.0.0").hosts == name_hosts(1).hosts
    assert "[fe80::1]:1" in name_hosts(1, "fe80::1").hosts


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_our_own_page_reads(method: str) -> None:
    assert judge(method) is None
    assert judge(method, sec_fetch_site="same-origin") is None


def test_a_header_that_stands_twice_is_never_half_believed() -> None:
    packed = [(b"host", b"localhost:8765"), (b"cookie", f"c={KEYS.session}".encode())]
    packed += [(b"sec-fetch-site", b"same-origin"), (b"sec-fetch-site", b"cross-site"), (b"content-type", b"application/json")]
    assert judge_request("http", "POST", "/tries", packed, KEYS, OURS) == Refusal(403, "site")
    packed[2:4] = [(b"origin", b"http://localhost:8765"), (b"origin", b"https://evil.example")]
    assert judge_request("http", "POST", "/tries", packed, KEYS, OURS) == Refusal(403, "origin")


def test_a_websocket_with_every_right_is_refused_all_the_same() -> None:
    assert judge(kind="websocket", origin="http://localhost:8765") == Refusal(403, "websocket")
