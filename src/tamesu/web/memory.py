"""What files said, kept as long as they are the same files: a page of 2,000 runs must not read 6,000 files each time."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
Stamp = tuple[int, int, int] | None


def stamp_of(path: Path | str) -> Stamp:
    """What tells a file from what it was: time, size and inode; None where there is none.

    Every file of ours is written beside and renamed, so a new one has another inode even within one tick of the clock.
    """
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


class Memory:
    """Remembers what was made of files. Safe from several threads; two that ask at once may both make it.

    Args:
        most: so many things are kept, those asked for last.

    Attributes:
        filling: a lock for who makes thousands of things, which must not be made twice at once.

    Examples:
        >>> memory, calls = Memory(), []
        >>> [memory.keep("sum", (1,), lambda: calls.append(1) or 3) for _ in range(2)], calls
        ([3, 3], [1])
        >>> memory.keep("sum", (2,), lambda: 4)
        4
    """

    def __init__(self, most: int = 20_000) -> None:
        self.most = most
        self.filling = threading.Lock()
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[Hashable, object]] = OrderedDict()

    def keep(self, key: Hashable, stamp: Hashable, make: Callable[[], T]) -> T:
        """What was made for a key while its stamp is the same; made anew when it is not. An error is not remembered.

        Args:
            key: what is asked for.
            stamp: changes when it must be made anew.
            make: makes it.
        """
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and kept[0] == stamp:
                self._kept.move_to_end(key)
                return kept[1]  # type: ignore[return-value]  # what `make` made for this key
        made = make()
        with self._lock:
            self._kept[key] = (stamp, made)
            self._kept.move_to_end(key)
            while len(self._kept) > self.most:
                self._kept.popitem(last=False)
        return made

    def read(self, path: Path, make: Callable[[Path], T]) -> T:
        """What `make` makes of a file, made anew when the file is another.

        Args:
            path: the file; `make` is asked each time where there is none.
            make: a function of a module, or of a class: it is part of the key.
        """
        stamp = stamp_of(path)
        return make(path) if stamp is None else self.keep((path, make), stamp, lambda: make(path))

    def read_all(self, key: Hashable, paths: Iterable[Path], make: Callable[[], T]) -> T:
        """What `make` makes of several files, made anew when one of them is another, or one is more or less.

        Args:
            key: what is asked for.
            paths: all files that it depends on; they need not be there.
            make: makes it.
        """
        return self.keep(key, tuple((path, stamp_of(path)) for path in sorted(paths)), make)


class HeavyMemory:
    """As `Memory`, for what is large: bounded by its bytes. One thing is made at a time, and what is asked for twice, once.

    Args:
        most_bytes: so much is kept, asked for last; what is larger alone is made each time.

    Examples:
        >>> memory, calls = HeavyMemory(10), []
        >>> [memory.keep(name, 0, lambda: calls.append(1) or b"12345678", len)[:1] for name in "aab"], len(calls)
        ([b'1', b'1', b'1'], 2)
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._making = threading.RLock()
        self._kept: OrderedDict[Hashable, tuple[Hashable, object, int]] = OrderedDict()

    def keep(self, key: Hashable, stamp: Hashable, make: Callable[[], T], weigh: Callable[[T], int]) -> T:
        """What was made for a key while its stamp is the same; made anew when it is not. An error is not remembered.

        Args:
            key: what is asked for.
            stamp: changes when it must be made anew.
            make: makes it; nothing else is made meanwhile.
            weigh: its bytes.
        """
        with self._making:
            kept = self._kept.get(key)
            if kept is not None and kept[0] == stamp:
                self._kept.move_to_end(key)
                return kept[1]  # type: ignore[return-value]  # what `make` made for this key
            made = make()
            self._kept[key] = (stamp, made, weigh(made))
            self._kept.move_to_end(key)
            while sum(weight for _, _, weight in self._kept.values()) > self.most_bytes:
                self._kept.popitem(last=False)
            return made
