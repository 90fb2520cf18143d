"""Handing out images: each is answered once, whatever happens to the helpers."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.images import cases

from tamesu.errors import TamesuError
from tamesu.images import workers
from tamesu.images.helper import FAULT_VARIABLE
from tamesu.images.workers import Job, Order, Room, decode_in_helpers


def make_orders(root: Path, count: int) -> list[Order]:
    content = cases.encode(cases.picture(), "PNG")
    for number in range(count):
        (root / f"{number}.png").write_bytes(content)
    return [Order(n, f"{n}.png", hashlib.sha256(content).hexdigest()) for n in range(count)]


def decode(root: Path, orders: list[Order], helpers: int, room: int = 0, limit_s: float = 20.0) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}

    def take(order: Order, shard: str | None, answer: dict[str, Any]) -> None:
        assert order.number not in found
        found[order.number] = answer

    numbers = iter(range(1000))
    decode_in_helpers(
        orders, Job(root, 32, 10**9, limit_s, lambda: str(root / f"{next(numbers)}.u8"), Room(room)), helpers, take
    )
    return found


@pytest.mark.parametrize(("count", "helpers"), [(0, 2), (1, 2), (65, 2), (200, 3)])
def test_each_image_is_answered_once(tmp_path: Path, count: int, helpers: int) -> None:
    found = decode(tmp_path, make_orders(tmp_path, count), helpers)
    assert sorted(found) == list(range(count))
    assert all(answer["size"] == [32, 43] for answer in found.values())


def test_room_is_shared_and_never_exceeded(tmp_path: Path) -> None:
    image = 3 * 32 * 43
    found = decode(tmp_path, make_orders(tmp_path, 200), 2, room=50 * image + 1)
    kept = sum(answer["offset"] >= 0 for answer in found.values())
    assert 25 <= kept <= 50
    assert sum(path.stat().st_size for path in tmp_path.glob("*.u8")) == kept * image
    assert sum(a["offset"] >= 0 for a in decode(tmp_path / ".", make_orders(tmp_path, 10), 1, room=0).values()) == 0


def test_crashes_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = make_orders(tmp_path, 70)
    bad = {0, 1, 33, 69}
    monkeypatch.setenv(FAULT_VARIABLE, ",".join(f"abort:{n}.png" for n in bad))
    found = decode(tmp_path, orders, 2)
    assert sorted(found) == list(range(70))
    assert {n for n, answer in found.items() if answer.get("code") == "IMG_DECODER_CRASHED"} == bad


def test_an_image_is_not_blamed_for_one_kill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start, started = workers._start, list[Any]()

    def start_and_kill_the_first(*arguments: Any) -> Any:
        helper = start(*arguments)
        started.append(helper)
        if len(started) == 1:
            helper.process.stdout.read(1)  # it is up
            helper.rest = b'"'
            helper.process.kill()
        return helper

    monkeypatch.setattr(workers, "_start", start_and_kill_the_first)
    found = decode(tmp_path, make_orders(tmp_path, 20), 1)
    assert len(started) == 2
    assert not any("code" in answer for answer in found.values())


def test_helpers_that_cannot_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(TamesuError, match="cannot start"):
        decode(tmp_path, make_orders(tmp_path, 3), 1)


def test_no_process_and_no_handle_is_left(tmp_path: Path) -> None:
    def count() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    orders, before = make_orders(tmp_path, 5), count()
    decode(tmp_path, orders, 2)
    assert count() == before
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, check=False, text=True).stdout
    assert str(tmp_path) not in listed
