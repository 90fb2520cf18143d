from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tamesu.execution.process import Worker, describe_end

ECHO = """
import json, os, sys
print('"ready"', flush=True)
for line in sys.stdin:
    order = json.loads(line)
    if order == "pid":
        print(json.dumps([os.getpid(), os.getsid(0)]), flush=True)
    elif order == "end":
        sys.exit(3)
    else:
        print(line.strip(), flush=True)
"""


def start() -> Worker:
    return Worker([sys.executable, "-c", ECHO], os.environ)


def hear(worker: Worker) -> object:
    """The next single answer."""
    answers: list[object] = []
    while not answers:
        heard = worker.listen()
        assert heard is not None
        answers = heard
    (answer,) = answers
    return answer


def test_it_answers_in_lines_from_a_session_of_its_own() -> None:
    worker = start()
    assert hear(worker) == "ready"
    worker.tell({"job": {"run": "基準"}})
    assert hear(worker) == {"job": {"run": "基準"}}
    worker.tell("pid")
    assert hear(worker) == [worker.pid, worker.pid]
    assert os.getsid(0) != worker.pid
    # Its orders end, and so does it.
    assert worker.end() == "exit code 0"
    with pytest.raises(ProcessLookupError):
        os.kill(worker.pid, 0)


def test_how_it_ended_is_said() -> None:
    worker = start()
    assert hear(worker) == "ready"
    os.kill(worker.pid, signal.SIGKILL)
    assert worker.listen() is None
    worker.tell("into the void")
    assert worker.end() == "SIGKILL"
    worker = start()
    worker.tell("end")
    while worker.listen() is not None:
        pass
    assert worker.end() == "exit code 3"


def test_names_of_ends() -> None:
    done = subprocess.run([sys.executable, "-c", "import os; os.abort()"], check=False, stderr=subprocess.DEVNULL)
    assert describe_end(done.returncode) == "SIGABRT"
    assert describe_end(-200) == "signal 200"
