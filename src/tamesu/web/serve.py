"""The verb `ui`: the pages on a port of this machine, until Ctrl-C."""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import socket
import threading
import time
import webbrowser
from collections.abc import Iterator, Mapping
from pathlib import Path

import uvicorn

from tamesu.artifacts.loading import load_competition
from tamesu.errors import Fault, InputError, Where
from tamesu.messages import choose_language
from tamesu.messages.pages import say
from tamesu.progress import Reporter, Silent
from tamesu.web.app import make_app
from tamesu.web.guard import Guard
from tamesu.web.judging import name_hosts
from tamesu.web.kept_lines import keep_lines, recall_lines
from tamesu.web.keys import SHORTEST, Keys, keep_token
from tamesu.web.listing import list_runs
from tamesu.web.patience import PatientProtocol
from tamesu.web.render import compile_templates
from tamesu.web.starts import FOLDER, Starts
from tamesu.web.view import Desk

TOKEN = "TAMESU_UI_TOKEN"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# More connections at once than any browser opens; what is beyond waits or is refused, and training is left in peace.
MOST_CONNECTIONS = 128
# Between what the first page waits for and what later ones do.
PAUSE_S = 1.0


def serve(
    folder: str | Path = ".",
    *,
    host: str = "127.0.0.1",
    port: int = 8765,
    browser: bool = True,
    environ: Mapping[str, str] | None = None,
    reporter: Reporter | None = None,
) -> None:
    """Serve the pages of a competition until Ctrl-C.

    Args:
        folder: the competition's folder.
        host: the address listened on; another than this machine's own needs a token in TAMESU_UI_TOKEN.
        port: 0 for any that is free.
        browser: whether to open one.
        environ: the environment to read; the process's own when None.
        reporter: told the address.

    Raises:
        InputError: there is no competition; UI_HOST_NEEDS_TOKEN, UI_PORT_TAKEN, UI_HOST.
    """
    reporter, folder = reporter or Silent(), Path(folder).resolve()
    language = choose_language()
    load_competition(folder)
    token = find_token(host, os.environ if environ is None else environ)
    with contextlib.closing(listen(host, port)) as bound:
        port = bound.getsockname()[1]
        keys = make_keys(port, token)
        desk = Desk(folder, Starts(folder), language)
        app = Guard(make_app(desk), keys, name_hosts(port, host))
        address = f"http://{name_address(host)}:{port}/open?token={keys.once}"
        with keep_token(folder / FOLDER / f"token-{port}", keys.program) as path:
            get_ready(desk)
            tell(reporter, address, path, host, language)
            if browser:
                threading.Timer(0.5, open_browser, (address,)).start()
            run_server(make_server(app), bound)


def get_ready(desk: Desk) -> None:
    """Read in a thread what the first page shows, so that it is there when a browser has opened."""
    # What the imports left lives as long as the server: looking through it again and again is a tenth of reading 2,000 runs.
    gc.freeze()
    known = recall_lines(desk.folder, desk.memory)

    def read() -> None:
        list_runs(desk.folder, desk.memory)
        # The first page may be on its way now, and compiles what it needs itself.
        time.sleep(PAUSE_S)
        keep_lines(desk.folder, desk.memory, known)
        compile_templates()

    threading.Thread(target=read, daemon=True).start()


def make_keys(port: int, token: str | None) -> Keys:
    """New secrets; the programs' token is the user's where there is one."""
    return Keys(f"tamesu_{port}") if token is None else Keys(f"tamesu_{port}", program=token)


def make_server(app: Guard) -> uvicorn.Server:
    """The server: no log of addresses, no websockets, no trust in what a proxy says, and patience with an end."""
    config = uvicorn.Config(
        app,
        http=PatientProtocol,
        ws="none",
        lifespan="off",
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_graceful_shutdown=2,
    )
    return uvicorn.Server(config)


def run_server(server: uvicorn.Server, bound: socket.socket) -> None:
    """Serve on a bound socket until Ctrl-C, which is how it ends and no error."""
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[bound])


def tell(reporter: Reporter, address: str, path: Path | None, host: str, language: str) -> None:
    """Say where the pages are; the address stands nowhere else."""
    reporter.say(say("ui_open", language, address=address))
    reporter.say(say("ui_no_token", language) if path is None else say("ui_token", language, path=path))
    if host not in LOOPBACK:
        reporter.say(say("ui_wide", language))
    reporter.say(say("ui_stop", language))


def find_token(host: str, environ: Mapping[str, str]) -> str | None:
    """The user's token for programs and other machines; None without one.

    Args:
        host: the address listened on.
        environ: the environment.

    Raises:
        InputError: UI_HOST_NEEDS_TOKEN, other machines are let in and there is no token, or a short one.

    Examples:
        >>> find_token("127.0.0.1", {}) is None, find_token("0.0.0.0", {"TAMESU_UI_TOKEN": "x" * 40}) == "x" * 40
        (True, True)
    """
    token = environ.get(TOKEN, "")
    if (host not in LOOPBACK or token) and (len(token) < SHORTEST or not token.isascii()):
        raise InputError(Fault("UI_HOST_NEEDS_TOKEN", "refuse", Where(), {"host": host, "shortest": SHORTEST}))
    return token or None


def name_address(host: str) -> str:
    """How a browser on this machine reaches a server that listens on an address.

    Examples:
        >>> name_address("127.0.0.1"), name_address("::1"), name_address("0.0.0.0"), name_address("192.168.1.5")
        ('127.0.0.1', '[::1]', '127.0.0.1', '192.168.1.5')
    """
    if host in ("0.0.0.0", "::"):
        return "127.0.0.1" if host == "0.0.0.0" else "[::1]"
    return f"[{host}]" if ":" in host else host


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to an address; no other process can be on it.

    Raises:
        InputError: UI_PORT_TAKEN, UI_HOST.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        bound = socket.socket(family, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((host, port))
            bound.listen(MOST_CONNECTIONS)
        except BaseException:
            bound.close()
            raise
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise InputError(Fault("UI_PORT_TAKEN", "refuse", Where(), {"port": port})) from error
        raise InputError(Fault("UI_HOST", "refuse", Where(), {"host": host, "reason": error.strerror or error})) from error
    return bound


def open_browser(address: str) -> None:
    """Open the address where there is a browser to open it; the printed line is enough where there is none."""
    with contextlib.suppress(webbrowser.Error, OSError):
        webbrowser.open(address)


@contextlib.contextmanager
def serve_in_thread(folder: Path, starts: Starts | None = None) -> Iterator[tuple[str, Keys]]:
    """The pages on a free port while the block runs, in a thread of this process; for tests. Nothing is read ahead.

    Args:
        folder: the competition's folder.
        starts: of tries; of the folder when None.

    Returns:
        The pages' address, `http://127.0.0.1:<port>`, and their keys.
    """
    with contextlib.closing(listen("127.0.0.1", 0)) as bound:
        port = bound.getsockname()[1]
        keys = make_keys(port, None)
        desk = Desk(folder.resolve(), starts or Starts(folder.resolve()), choose_language())
        app = Guard(make_app(desk), keys, name_hosts(port))
        server = make_server(app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}", keys
        finally:
            server.should_exit = True
            thread.join(10)
