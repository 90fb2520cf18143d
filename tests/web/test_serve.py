"""The verb: where it listens, what it says, how it ends."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from tests.web.many import write_many

from tamesu.errors import InputError
from tamesu.progress import Silent
from tamesu.web import serve as serve_module
from tamesu.web.serve import find_token, listen, serve, serve_in_thread


class Heard(Silent):
    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        self.lines.append(line)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_many(tmp_path / "many", 2)
    return tmp_path / "many"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org"])
@pytest.mark.parametrize("token", [None, "", "short", "ü" * 40])
def test_other_machines_need_a_flag_and_a_token(folder: Path, host: str, token: str | None) -> None:
    environ = {} if token is None else {"TAMESU_UI_TOKEN": token}
    with pytest.raises(InputError) as caught:
        serve(folder, host=host, port=0, browser=False, environ=environ)
    assert caught.value.codes == ("UI_HOST_NEEDS_TOKEN",)


def test_a_token_of_the_user_is_long_or_refused() -> None:
    assert find_token("127.0.0.1", {"TAMESU_UI_TOKEN": "t" * 32}) == "t" * 32
    with pytest.raises(InputError):
        find_token("127.0.0.1", {"TAMESU_UI_TOKEN": "t" * 31})


def test_a_port_that_is_taken_is_one_clear_error(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(InputError) as caught:
            serve(folder, port=taken.getsockname()[1], browser=False, environ={})
    assert caught.value.codes == ("UI_PORT_TAKEN",)


def test_an_address_of_another_machine_is_one_clear_error() -> None:
    # 192.0.2.0/24 is kept for documentation (RFC 5737): no machine has it.
    with pytest.raises(InputError) as caught:
        listen("192.0.2.1", 0)
    assert caught.value.codes == ("UI_HOST",)


def test_a_folder_without_a_competition_is_refused_before_a_port_is_opened(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        serve(tmp_path, port=0, browser=False, environ={})
    assert caught.value.codes == ("FOLDER_NO_COMPETITION",)


def test_it_says_the_address_once_and_keeps_the_token_for_its_owner(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard, seen = Heard(), []

    def look(_server: object, bound: socket.socket) -> None:
        port = bound.getsockname()[1]
        path = folder / ".cache" / "ui" / f"token-{port}"
        seen.append((port, stat.S_IMODE(path.stat().st_mode), path.read_text().strip(), bound.getsockname()[0]))

    monkeypatch.setattr(serve_module, "run_server", look)
    serve(folder, port=0, browser=False, environ={}, reporter=heard)
    [(port, mode, token, address)] = seen
    assert (mode, address) == (0o600, "127.0.0.1")
    assert token not in "".join(heard.lines)
    [opened] = [line for line in heard.lines if "token=" in line]
    assert f"http://127.0.0.1:{port}/open?token=" in opened
    assert not (folder / ".cache" / "ui" / f"token-{port}").exists()


def test_it_answers_in_a_thread_to_who_has_the_key(folder: Path) -> None:
    with serve_in_thread(folder) as (address, keys):
        request = urllib.request.Request(f"{address}/runs.json", headers={"Authorization": f"Bearer {keys.program}"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert answer.status == 200
            assert "server" not in {name.lower() for name in answer.headers} or "uvicorn" not in answer.headers["server"]
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{address}/runs.json", timeout=20)
        assert refused.value.code == 401
        refused.value.close()


@pytest.mark.slow
def test_ctrl_c_ends_the_process_cleanly_and_it_listens_on_this_machine_only(folder: Path) -> None:
    command = [sys.executable, "-m", "tamesu", "ui", "--no-browser", "--port", "0", "--folder", str(folder)]
    environ = {**os.environ, "TAMESU_LANG": "en", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        port = int(line.partition("127.0.0.1:")[2].partition("/")[0])
        listening = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
        # State 0A is listening; 0100007F is 127.0.0.1 as the kernel writes it.
        rows = [row.split() for row in listening.splitlines() if f":{port:04X} " in row]
        assert {row[1].split(":")[0] for row in rows if row[3] == "0A"} == {"0100007F"}
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode in (0, 130)
    assert err == ""
    assert "Traceback" not in out
    assert list((folder / ".cache" / "ui").glob("token-*")) == []
