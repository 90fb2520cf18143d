from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tamesu.artifacts import files
from tamesu.errors import DamagedError, FolderGoneError


def test_write_returns_the_sha256_of_what_is_on_disk(tmp_path: Path) -> None:
    digest = files.write_bytes(tmp_path / "a.bin", b"abc")
    assert digest == hashlib.sha256((tmp_path / "a.bin").read_bytes()).hexdigest()
    assert [path.name for path in tmp_path.iterdir()] == ["a.bin"]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_failing_disk_leaves_the_old_file_and_no_temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    path = tmp_path / "a.bin"
    files.write_bytes(path, b"old")

    def fail(*_words: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(OSError, match="No space"):
        files.write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.bin"]


def test_fsync_of_the_temp_comes_before_the_rename_and_of_the_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    real_fsync, real_replace = os.fsync, os.replace

    def fsync(handle: int) -> None:
        calls.append("fsync folder" if os.path.isdir(f"/proc/self/fd/{handle}") else "fsync file")
        real_fsync(handle)

    def replace(a: Path, b: Path) -> None:
        calls.append("rename")
        real_replace(a, b)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    files.write_bytes(tmp_path / "a.bin", b"x")
    assert calls == ["fsync file", "rename", "fsync folder"]


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(FolderGoneError, match="cannot write"):
        files.write_bytes(tmp_path / "gone" / "a.bin", b"x")


def test_kill_at_any_moment_leaves_old_or_new(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    program = (
        "import sys\nfrom pathlib import Path\nfrom tamesu.artifacts.files import write_bytes\n"
        "print('ready', flush=True)\nwhile True:\n"
        "    for b in (b'a', b'b'): write_bytes(Path(sys.argv[1]), b * 3_000_000)\n"
    )
    for delay_ms in range(8):
        process = subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        try:
            process.wait(0.01 + 0.007 * delay_ms)
        except subprocess.TimeoutExpired:
            process.kill()
        process.wait()
        process.stdout.close()
        if path.exists():
            content = path.read_bytes()
            assert len(content) == 3_000_000
            assert content in (b"a" * 3_000_000, b"b" * 3_000_000)
        leftovers = list(files.find_leftovers(tmp_path))
        assert len(leftovers) <= 1
        for leftover in leftovers:
            leftover.unlink()


def test_read_checked_notices_every_flipped_bit(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    digest = files.write_bytes(path, bytes(range(64)))
    for place in range(64):
        content = bytearray(range(64))
        content[place] ^= 1 << (place % 8)
        path.write_bytes(content)
        with pytest.raises(DamagedError, match="SHA-256"):
            files.read_checked(path, digest)


def test_read_checked_refuses_links(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(DamagedError):
        files.read_checked(tmp_path / "link", hashlib.sha256(b"x").hexdigest())


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"content": 1, "sha256": "0"}', b"\xff\xfe"])
def test_sealed_refuses_what_it_did_not_write(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(content)
    with pytest.raises(DamagedError):
        files.read_sealed(path)


def test_sealed_round_trip_and_every_flip(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    value = {"名前": "基準", "n": 3, "x": [1.5, None]}
    files.write_sealed(path, value)
    assert files.read_sealed(path) == value
    whole = path.read_bytes()
    for place in range(len(whole)):
        broken = bytearray(whole)
        broken[place] ^= 4
        path.write_bytes(broken)
        try:
            # A flip in white space changes no value; any other must be noticed.
            assert files.read_sealed(path) == value
        except DamagedError:
            continue


def test_json_refuses_nan(tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        files.write_json(tmp_path / "a.json", {"x": float("nan")})
    assert not (tmp_path / "a.json").exists()


def test_digest_is_sha256_of_compact_sorted_json() -> None:
    text = json.dumps({"a": [1, 2.5], "b": "é"}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert files.digest_of({"b": "é", "a": [1, 2.5]}) == hashlib.sha256(text.encode()).hexdigest()


def test_digest_files_changes_with_content_and_name(tmp_path: Path) -> None:
    empty = files.digest_files(tmp_path / "none")
    (tmp_path / "a.py").write_text("x = 1")
    first = files.digest_files(tmp_path)
    (tmp_path / "a.py").write_text("x = 2")
    second = files.digest_files(tmp_path)
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    assert len({empty, first, second, files.digest_files(tmp_path)}) == 4


def test_names_that_are_no_utf_8_have_a_digest() -> None:
    plain = files.escape_surrogates({"a": ["\udcff", 1, None]})
    assert plain == {"a": ["\\udcff", 1, None]}
    assert len(files.digest_of(plain)) == 64


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(VALUES)
@example([-0.0, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, 2**64, -(2**63) - 1, 1e22, 9007199254740993.0])
@example({"": {"鮎": "\u2028\x7f\U0001f41f"}})
def test_parsing_is_what_the_standard_library_does(value: object) -> None:
    for text in (files.dump_json(value), json.dumps(value)):
        assert repr(files.parse_json(text.encode())) == repr(json.loads(text))


@pytest.mark.parametrize("text", [b"", b"{", b'{"a": 1,}', b"[1] 2", b"\xff", b"nul", b"'a'", b"[" * 100_000])
def test_what_is_no_json_is_an_error_of_one_kind(text: bytes) -> None:
    with pytest.raises(ValueError):
        files.parse_json(text)


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 200_000])
def test_all_bytes_of_a_file_are_read(tmp_path: Path, size: int) -> None:
    content = bytes(number % 251 for number in range(size))
    (tmp_path / "a").write_bytes(content)
    assert files.read_plain(tmp_path / "a") == content
