"""Trying an idea from the page: `tamesu try` as a process of its own, one at a time, found again after a restart.

.cache/ui/
├── try.lock     held by the process that tries, for as long as it lives
├── try.json     which idea, which process, since when
└── try.log      what it says
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tamesu.artifacts.files import read_json, write_json
from tamesu.artifacts.ideas import load_ideas
from tamesu.artifacts.loading import find_recipes
from tamesu.artifacts.locks import is_locked
from tamesu.errors import DamagedError, Fault, FolderGoneError, InputError, Where, nearest
from tamesu.messages import Language
from tamesu.queueing import first_recipe

FOLDER = Path(".cache", "ui")
# Of a log so much is shown; the whole stands in the file.
MOST_LOG = 16_384
# Keys of requests that are remembered: a key comes again within seconds or never.
MOST_KEYS = 1000


@dataclass(frozen=True, slots=True)
class Trying:
    """The newest `tamesu try` that a page began.

    Attributes:
        idea, recipe: what is tried.
        started: local time.
        running: whether it still lives.
        exit_code: what it ended with; None while it runs, and where an earlier server began it.
        log: the last of what it said.
    """

    idea: str
    recipe: str
    started: str
    running: bool
    exit_code: int | None
    log: str


class Starts:
    """Starts and stops tries of one competition. Safe from several threads.

    Args:
        folder: the competition's folder.
        command: begins the process; the verb and its words follow.
    """

    def __init__(self, folder: Path, command: tuple[str, ...] = (sys.executable, "-m", "tamesu")) -> None:
        self.folder, self.command = folder, command
        self._lock = threading.Lock()
        self._answers: OrderedDict[str, Any] = OrderedDict()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def place(self) -> Path:
        """The folder of lock, record and log."""
        return self.folder / FOLDER

    def once(self, key: str, act: Callable[[], Any]) -> Any:
        """What an action answers; the same key again gets the same answer and does nothing. An error is not remembered.

        Args:
            key: of the request, made by the page that sends it.
            act: what is to be done.
        """
        with self._lock:
            if key not in self._answers:
                self._answers[key] = act()
                while len(self._answers) > MOST_KEYS:
                    self._answers.popitem(last=False)
            return self._answers[key]

    def start(self, key: str, idea: str, recipe: str | None = None, language: Language = "en") -> dict[str, Any]:
        """Begin to try an idea of `ideas.yaml`.

        Args:
            key: see `once`.
            idea: its name, as the file has it.
            recipe: what it changes; `base`, or the first there is, when None.
            language: the process speaks.

        Returns:
            The idea and the recipe.

        Raises:
            InputError: PAGE_NO_IDEA, PAGE_NO_RECIPE; ideas.yaml is at fault; PAGE_BUSY, something is being tried already.
            FolderGoneError: nothing can be written.
        """
        return dict(self.once(key, lambda: self._start(idea, recipe, language)))

    def _start(self, idea: str, recipe: str | None, language: Language) -> dict[str, Any]:
        ideas, recipes = load_ideas(self.folder), find_recipes(self.folder)
        if idea not in ideas:
            raise InputError(Fault("PAGE_NO_IDEA", "refuse", Where("ideas.yaml"), {"name": idea}, nearest(idea, ideas)))
        recipe = recipe or first_recipe(self.folder) or ""
        if recipe not in recipes:
            values = {"name": recipe, "known": ", ".join(recipes) or "-"}
            raise InputError(Fault("PAGE_NO_RECIPE", "refuse", Where("recipes"), values, nearest(recipe, recipes)))
        handle = self._take_lock()
        try:
            self._launch(handle, idea, recipe, language)
        finally:
            # The process has its own copy of the handle, and with it the lock.
            os.close(handle)
        return {"idea": idea, "recipe": recipe}

    def _take_lock(self) -> int:
        """The lock that the new process will hold.

        Raises:
            InputError: PAGE_BUSY.
            FolderGoneError: the folder cannot be written to.
        """
        try:
            self.place.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.place / "try.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
        except OSError as error:
            raise FolderGoneError(f"cannot write in {self.place}: {error.strerror}") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise InputError(Fault("PAGE_BUSY", "refuse", Where(), {"idea": self._record().get("idea", "?")})) from None
        return handle

    def _launch(self, lock: int, idea: str, recipe: str, language: Language) -> None:
        """Begin the process; it leads a group of its own, so that Ctrl-C at the pages leaves it alone."""
        # Names of ours, checked above; `--` all the same, and no shell.
        words = [*self.command, "try", "--folder", str(self.folder), "--", recipe, idea]
        log = os.open(
            self.place / "try.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644
        )
        try:
            self._process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=(lock,),
                start_new_session=True,
                env={**os.environ, "TAMESU_LANG": language, "PYTHONUNBUFFERED": "1"},
            )
        finally:
            os.close(log)
        started = time.strftime("%Y-%m-%d %H:%M:%S")
        write_json(self.place / "try.json", {"idea": idea, "recipe": recipe, "pid": self._process.pid, "started": started})

    def stop(self, key: str) -> dict[str, Any]:
        """Ask the running try to save and end, as Ctrl-C does; it goes on from there when it is begun again.

        Args:
            key: see `once`.

        Returns:
            The idea.

        Raises:
            InputError: PAGE_NOTHING_RUNS, no page began one that still lives.
        """
        return dict(self.once(key, self._stop))

    def _stop(self) -> dict[str, Any]:
        record, pid = self._record(), self._record().get("pid")
        # While the lock is held the process lives, so the number is its own and nobody else's.
        if not self.is_running() or not isinstance(pid, int) or pid <= 1:
            raise InputError(Fault("PAGE_NOTHING_RUNS", "refuse", Where()))
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        return {"idea": str(record.get("idea", ""))}

    def is_running(self) -> bool:
        """Whether a try that a page began still lives."""
        if self._process is not None:
            self._process.poll()
        return is_locked(self.place / "try.lock")

    def look(self) -> Trying | None:
        """The newest try that a page began; None when there was none."""
        record = self._record()
        if not record:
            return None
        running = self.is_running()
        process = self._process
        code = process.returncode if process is not None and process.pid == record.get("pid") and not running else None
        return Trying(
            idea=str(record.get("idea", "")),
            recipe=str(record.get("recipe", "")),
            started=str(record.get("started", "")),
            running=running,
            exit_code=code,
            log=read_end(self.place / "try.log"),
        )

    def _record(self) -> dict[str, Any]:
        """What the last start wrote; empty without one."""
        try:
            found = read_json(self.place / "try.json")
        except DamagedError:
            return {}
        return found if isinstance(found, dict) else {}


def read_end(path: Path, most: int = MOST_LOG) -> str:
    """The last whole lines of a text file; empty when it cannot be read.

    Args:
        path: the file; a link is not followed.
        most: bytes.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        with open(handle, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - most))
            content = file.read(most)
    except OSError:
        return ""
    if size > most:
        content = content.partition(b"\n")[2]
    return content.decode("utf-8", "replace")
