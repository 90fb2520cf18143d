"""Secrets: random, compared whole, kept where only their owner reads."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tamesu.errors import FolderGoneError
from tamesu.web.keys import Keys, keep_token, make_secret, write_token


def test_a_secret_has_32_bytes_and_no_two_are_equal() -> None:
    found = {make_secret() for _ in range(100)}
    assert len(found) == 100
    # 32 bytes are 256 bits, and a letter of base64 holds 6.
    assert all(len(one) * 6 >= 256 for one in found)
    keys = Keys("c")
    assert len({keys.once, keys.session, keys.program}) == 3


@pytest.mark.parametrize("mask", [0o000, 0o077, 0o022])
def test_the_token_file_is_for_its_owner_alone_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    path = tmp_path / "made" / "token"
    before = os.umask(mask)
    try:
        write_token(path, "secret")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.read_text() == "secret\n"


def test_what_lies_in_the_way_is_replaced_and_a_link_is_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("mine")
    place = tmp_path / "ui"
    place.mkdir(mode=0o777)
    (place / "token").symlink_to(other)
    write_token(place / "token", "secret")
    assert other.read_text() == "mine"
    assert not (place / "token").is_symlink()
    assert stat.S_IMODE(place.stat().st_mode) == 0o700


def test_the_file_goes_with_the_server(tmp_path: Path) -> None:
    with keep_token(tmp_path / "ui" / "token", "secret") as path:
        assert path is not None
        assert path.is_file()
    assert not path.exists()


def test_a_folder_that_cannot_be_written_to_costs_only_the_token(tmp_path: Path) -> None:
    (tmp_path / "ui").write_text("a file stands in its place")
    with keep_token(tmp_path / "ui" / "token", "secret") as path:
        assert path is None
    with pytest.raises(FolderGoneError):
        write_token(tmp_path / "ui" / "token", "secret")
