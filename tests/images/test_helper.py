"""The helper process, spoken to as its parent does."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.images import cases

from tamesu.images.helper import NOT_KEPT, ShardWriter, find_fault
from tamesu.images.look import look_at_image
from tamesu.images.shrink import load_kept

PROGRAM = "import sys; from tamesu.images.helper import main; sys.exit(main(sys.argv[1]))"


def talk(
    root: Path, names: list[str], shard: Path | None, room: int = 1 << 30, look: str = "keep"
) -> tuple[list[Any], subprocess.CompletedProcess[bytes]]:
    orders = {
        "look": look,
        "root": str(root),
        "short_px": 32,
        "limit_px": 10**9,
        "limit_s": 20,
        "memory_bytes": 4 << 30,
        "shard": None if shard is None else str(shard),
    }
    images = [[n, name, hashlib.sha256((root / name).read_bytes()).hexdigest()] for n, name in enumerate(names)]
    line = json.dumps({"room": room, "images": images}).encode() + b"\n"
    done = subprocess.run([sys.executable, "-c", PROGRAM, json.dumps(orders)], input=line, capture_output=True, check=False)
    return [json.loads(said) for said in done.stdout.splitlines()], done


def test_answers_and_shard(tmp_path: Path) -> None:
    contents = {
        "a.png": cases.encode(cases.picture(), "PNG"),
        "b.jpg": cases.CONTENT_CASES["jpeg-bitrot.jpg"][0](),
        "c.jpg": b"",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    said, done = talk(tmp_path, list(contents), tmp_path / "shard")
    assert (done.returncode, done.stderr) == (0, b"")
    assert said[0] == "ready"
    a, b, c = (answer for _, answer in said[1:])
    assert c == {"code": "IMG_EMPTY", "detail": ""}
    assert b["notes"] == ["IMG_DECODER_WARNING"]
    stored = (tmp_path / "shard").read_bytes()
    for answer, name in ((a, "a.png"), (b, "b.jpg")):
        pixels, _ = load_kept(contents[name], 32)
        assert answer["size"] == list(pixels.shape[:2])
        assert stored[answer["offset"] : answer["offset"] + pixels.nbytes] == pixels.tobytes()
        assert answer["crc"] == zlib.crc32(pixels.tobytes())
        np.testing.assert_allclose(answer["mean"], pixels.reshape(-1, 3).mean(0))


def test_no_shard_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(cases.encode(cases.picture(), "PNG"))
    said, _ = talk(tmp_path, ["a.png"], None)
    assert said[1][1]["offset"] == NOT_KEPT


def test_the_other_look_tells_facts_and_keeps_nothing(tmp_path: Path) -> None:
    content = cases.encode(cases.picture(), "PNG")
    (tmp_path / "a.png").write_bytes(content)
    (tmp_path / "b.jpg").write_bytes(cases.CONTENT_CASES["jpeg-bitrot.jpg"][0]())
    (tmp_path / "c.png").write_bytes(content[:20])
    said, done = talk(tmp_path, ["a.png", "b.jpg", "c.png"], tmp_path / "shard", look="facts")
    assert (done.returncode, done.stderr) == (0, b"")
    a, b, c = (answer for _, answer in said[1:])
    assert a == json.loads(json.dumps(look_at_image(content, 32, 10**9)))
    assert b["notes"] == ["IMG_DECODER_WARNING"]
    assert c == {"code": "IMG_UNREADABLE", "detail": ""}
    assert (tmp_path / "shard").read_bytes() == b""


def test_torch_stays_out(tmp_path: Path) -> None:
    program = "import sys, tamesu.images.helper, tamesu.images.cache; print('torch' in sys.modules, 'cv2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, cwd=tmp_path)
    assert done.stdout.split()[0] == b"False"


def test_writer_keeps_within_its_room(tmp_path: Path) -> None:
    writer = ShardWriter(str(tmp_path / "shard"))
    writer.room = 5
    assert [writer.append(memoryview(text)) for text in (b"abc", b"def", b"gh", b"i")] == [0, NOT_KEPT, 3, NOT_KEPT]
    assert (tmp_path / "shard").read_bytes() == b"abcgh"


@pytest.mark.parametrize("path", [None, "nowhere/shard"])
def test_writer_without_a_file(tmp_path: Path, path: str | None) -> None:
    writer = ShardWriter(None if path is None else str(tmp_path / path))
    writer.room = 100
    assert writer.append(memoryview(b"abc")) == NOT_KEPT


def test_writer_on_a_full_disk() -> None:
    writer = ShardWriter("/dev/full")
    writer.room = 100
    assert writer.append(memoryview(b"abc")) == NOT_KEPT


def test_stub_touches_only_its_files() -> None:
    find_fault("")("a.jpg")
    find_fault("abort:b.jpg,hang:c.jpg")("a.jpg")
