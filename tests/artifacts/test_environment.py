from __future__ import annotations

import getpass
import json
import platform
import socket
import subprocess
from pathlib import Path

from tamesu.artifacts.environment import describe_environment, find_version, read_git, read_processor


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.invalid"]
    return subprocess.run(["git", "-C", str(folder), *identity, *words], check=True, capture_output=True, text=True).stdout


def test_facts_are_json_and_name_neither_host_nor_user() -> None:
    facts = describe_environment()
    text = json.dumps(facts)
    assert facts["python"] == platform.python_version()
    assert facts["packages"]["numpy"] == find_version("numpy")
    assert facts["processor"] == read_processor()
    for secret in (socket.gethostname(), str(Path.home()), f'"{getpass.getuser()}"'):
        assert secret not in text


def test_unknown_package_has_no_version() -> None:
    assert find_version("no-such-package") is None


def test_commit_and_diff_of_the_users_folder(tmp_path: Path) -> None:
    assert read_git(tmp_path) == (None, "")
    git(tmp_path, "init", "-q")
    (tmp_path / "competition.yaml").write_text("name: a\n")
    (tmp_path / "notes.txt").write_text("private\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "start")
    commit = git(tmp_path, "rev-parse", "HEAD").strip()
    assert read_git(tmp_path) == ({"commit": commit, "clean": True}, "")
    (tmp_path / "competition.yaml").write_text("name: b\n")
    (tmp_path / "notes.txt").write_text("more\n")
    facts, diff = read_git(tmp_path)
    assert facts == {"commit": commit, "clean": False}
    assert "+name: b" in diff
    assert "more" not in diff
