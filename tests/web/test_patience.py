"""A real server on a real port: slow and twofold requests, and who may connect."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterator

import pytest
from tests.web.many import write_many

from tamesu.web.keys import Keys
from tamesu.web.patience import PatientProtocol
from tamesu.web.serve import serve_in_thread


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Keys]]:
    folder = tmp_path_factory.mktemp("patience")
    write_many(folder, 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PatientProtocol, "limit_s", 0.3)
        with serve_in_thread(folder) as (address, keys):
            yield int(address.rpartition(":")[2]), keys


def talk(port: int, *pieces: bytes, pause_s: float = 0.0) -> bytes:
    """Send pieces with pauses; everything that came back until the other side closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        found = b""
        try:
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(pause_s)
                # What came is read at once: after a reset it could not be read any more.
                if select.select([connection], [], [], 0)[0]:
                    found += connection.recv(65536)
            while got := connection.recv(65536):
                found += got
        except (ConnectionResetError, BrokenPipeError):
            pass
        return found


def test_a_head_that_trickles_in_is_not_waited_for(served: tuple[int, Keys]) -> None:
    port, _ = served
    began = time.monotonic()
    assert talk(port, *[b"GET / HTTP/1.1\r\n", *[b"X-A: b\r\n"] * 200], pause_s=0.05) == b""
    assert talk(port) == b""
    # Ten seconds of pieces were cut short; the limit of the test itself is 0.3 s each.
    assert time.monotonic() - began < 8


def test_the_second_request_of_a_connection_is_waited_for_no_longer(served: tuple[int, Keys]) -> None:
    port, keys = served
    head = f"GET /live.json HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {keys.program}\r\n\r\n".encode()
    found = talk(port, head, *[b"G"] + [b"E"] * 100, pause_s=0.05)
    assert found.count(b"HTTP/1.1 200") == 1


def test_two_hosts_and_none_are_refused_by_the_real_server(served: tuple[int, Keys]) -> None:
    port, keys = served
    key = f"Authorization: Bearer {keys.program}\r\nConnection: close\r\n"
    ours = f"Host: 127.0.0.1:{port}\r\n"
    good = talk(port, f"GET /live.json HTTP/1.1\r\n{ours}{key}\r\n".encode())
    assert good.startswith(b"HTTP/1.1 200")
    for hosts in (
        ours + ours,
        ours + "Host: evil.example\r\n",
        "",
        "Host: evil.example\r\n",
        f"Host: 127.0.0.1:{port + 1}\r\n",
    ):
        answer = talk(port, f"GET /live.json HTTP/1.1\r\n{hosts}{key}\r\n".encode())
        assert answer.split(b" ")[1] in (b"400", b"403"), hosts
    absolute = talk(port, f"GET http://evil.example/live.json HTTP/1.1\r\nHost: evil.example\r\n{key}\r\n".encode())
    assert absolute.startswith(b"HTTP/1.1 403")


def test_a_body_of_100_mb_is_refused_unread(served: tuple[int, Keys]) -> None:
    port, keys = served
    head = (
        f"POST /tries HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {keys.program}\r\n"
        "Content-Type: application/json\r\nContent-Length: 100000000\r\n\r\n"
    )
    assert talk(port, head.encode(), b"x" * 1000).startswith(b"HTTP/1.1 413")


def test_an_upgrade_is_no_way_round(served: tuple[int, Keys]) -> None:
    port, keys = served
    head = (
        f"GET /live.json HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nOrigin: https://evil.example\r\n"
        f"Cookie: {keys.cookie}={keys.session}\r\n\r\n"
    )
    answer = talk(port, head.encode())
    assert answer.startswith(b"HTTP/1.1 403")
    assert b"101" not in answer.split(b"\r\n")[0]
