from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tamesu.artifacts.locks import hold_lock, is_locked, read_owner
from tamesu.errors import BusyError, FolderGoneError

HOLDER = (
    "import sys, time\nfrom pathlib import Path\nfrom tamesu.artifacts.locks import hold_lock\n"
    "with hold_lock(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)\n"
)


def start_holder(path: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def test_second_process_is_told_who_holds_it_and_a_kill_frees_it(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    process = start_holder(path)
    try:
        assert is_locked(path)
        with pytest.raises(BusyError, match=f"process {process.pid} on .* since "), hold_lock(path):
            pass
        os.kill(process.pid, signal.SIGSTOP)
        assert is_locked(path)
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
    assert not is_locked(path)
    with hold_lock(path):
        assert read_owner(path)["pid"] == os.getpid()


def test_stale_and_empty_lock_files_are_free(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    for content in (b"", b'{"pid": 999999}', b"\x00\xff"):
        path.write_bytes(content)
        assert not is_locked(path)
        with hold_lock(path):
            assert is_locked(path)
    assert path.exists()


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(FolderGoneError), hold_lock(tmp_path / "gone" / "run.lock"):
        pass


def test_a_link_is_not_locked_and_its_target_is_untouched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("keep me")
    (tmp_path / "run.lock").symlink_to(secret)
    with pytest.raises(FolderGoneError), hold_lock(tmp_path / "run.lock"):
        pass
    assert secret.read_text() == "keep me"
    assert not is_locked(tmp_path / "run.lock")
