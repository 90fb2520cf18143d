"""The user's own parts: every `plugins/*.py` of a competition's folder, run once a process, known by its bytes.

A plugin adds to a table with a decorator:

    from tamesu.losses import LOSSES

    @LOSSES.register("mine")
    class Mine: ...
"""

from __future__ import annotations

import hashlib
import importlib.abc
import importlib.util
import json
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from tamesu.errors import Fault, InputError, Where
from tamesu.registry import Registry

PREFIX = "tamesu_plugin_"


@dataclass(frozen=True, slots=True)
class PluginSet:
    """What a folder's plugins are.

    Attributes:
        digest: SHA-256 over the names and contents of all files, in hex; part of a job's name.
        files: file name → SHA-256 of its content.
        names: what the files added, as `loss mine`, sorted.
    """

    digest: str
    files: Mapping[str, str]
    names: tuple[str, ...]


class PluginLoader(importlib.abc.ExecutionLoader):
    """Runs the very bytes that were hashed, and leaves no compiled file in the user's folder."""

    def __init__(self, path: Path, content: bytes) -> None:
        self.path = path
        self.content = content

    def get_filename(self, fullname: str) -> str:  # noqa: ARG002 - the name is the base class's
        """The plugin's path, for tracebacks."""
        return str(self.path)

    def get_source(self, fullname: str) -> str:  # noqa: ARG002
        """The plugin's text, read with the encoding it declares."""
        return importlib.util.decode_source(self.content)


def load_plugins(folder: Path) -> PluginSet:
    """Make the plugins of a competition's folder, and no others, the ones of this process.

    A file that ran before is not run again, as long as its content is the same. What other contents and other folders had
    registered is taken out first, so that a result never depends on what else the process did.

    Args:
        folder: the competition's folder; without a `plugins` folder in it there are none.

    Returns:
        Digest, files and the names they registered.

    Raises:
        InputError: PLUGIN_FAILED for each file that fails, with its line; PLUGIN_OUTSIDE for a link that leads elsewhere.
    """
    contents: dict[Path, bytes] = {}
    faults: list[Fault] = []
    for path in find_plugins(folder):
        try:
            contents[path] = read_plugin(path)
        except InputError as error:
            faults += error.faults
    files = {path.name: hashlib.sha256(content).hexdigest() for path, content in contents.items()}
    modules = {path: name_module(path, files[path.name]) for path in contents}
    for name in [name for name in sys.modules if name.startswith(PREFIX)]:
        if name not in modules.values():
            forget(name)
    for path, module_name in modules.items():
        if module_name not in sys.modules and (fault := run_plugin(path, contents[path], module_name)):
            faults.append(fault)
    if faults:
        raise InputError(faults)
    names = [f"{table.kind} {name}" for module_name in modules.values() for table, name in registered_by(module_name)]
    return PluginSet(digest_plugins(files), files, tuple(sorted(names)))


def find_plugins(folder: Path) -> list[Path]:
    """The plugin files of a folder in the order they are run; hidden files are not plugins."""
    found = sorted((folder / "plugins").glob("*.py"))
    return [path for path in found if not path.name.startswith(".")]


def read_plugin(path: Path) -> bytes:
    """The bytes of a plugin.

    Raises:
        InputError: PLUGIN_OUTSIDE for a link that leads out of its folder, PLUGIN_FAILED for a file that cannot be read.
    """
    where = Where(f"plugins/{path.name}")
    if not path.resolve().is_relative_to(path.parent.resolve()):
        raise InputError(Fault("PLUGIN_OUTSIDE", "refuse", where))
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Fault("PLUGIN_FAILED", "refuse", where, {"error": reason})) from error


def name_module(path: Path, sha256: str) -> str:
    """The name under which a plugin stands in `sys.modules`: equal files have equal names, in every process.

    Examples:
        >>> name_module(Path("plugins/my-loss.py"), "0123456789abcdef")
        'tamesu_plugin_my_loss_0123456789ab'
    """
    return f"{PREFIX}{re.sub(r'[^0-9A-Za-z]', '_', path.stem)}_{sha256[:12]}"


def run_plugin(path: Path, content: bytes, module_name: str) -> Fault | None:
    """Run one file under its module name; the fault when it fails, with nothing of it left behind."""
    loader = PluginLoader(path.resolve(), content)
    spec = importlib.util.spec_from_loader(module_name, loader)
    assert spec is not None  # None only when a loader's own is_package fails
    module = importlib.util.module_from_spec(spec)
    # A class of a plugin pickles only if its module can be found by name while it is made.
    sys.modules[module_name] = module
    try:
        loader.exec_module(module)
    except (Exception, SystemExit) as error:
        forget(module_name)
        line = find_line(error, path.resolve())
        text = " ".join(f"{type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}".split())
        return Fault("PLUGIN_FAILED", "refuse", Where(f"plugins/{path.name}", line), {"error": text[:300]})
    return None


def find_line(error: BaseException, path: Path) -> int | None:
    """The last line of the plugin itself that an exception came through."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == str(path)), None)


def forget(module_name: str) -> None:
    """Take a plugin's module and its parts out of this process."""
    for table, name in list(registered_by(module_name)):
        table.remove(name)
    sys.modules.pop(module_name, None)


def registered_by(module_name: str) -> Iterator[tuple[Registry, str]]:
    """The parts that stand in tamesu's tables and were made by a module."""
    for table in find_tables():
        yield from ((table, name) for name in table.made_by(module_name))


def find_tables() -> list[Registry]:
    """Every table of parts that has been imported so far, each once."""
    rooms = [module for name, module in list(sys.modules.items()) if name.startswith("tamesu.")]
    tables = [value for room in rooms if isinstance(room, ModuleType) for value in vars(room).values()]
    return list({id(table): table for table in tables if isinstance(table, Registry)}.values())


def digest_plugins(files: Mapping[str, str]) -> str:
    """SHA-256 over names and contents, as `tamesu.artifacts.files.digest_files` makes it."""
    return hashlib.sha256(
        json.dumps(dict(files), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()
