"""Facts by content (SHA-256), and the file in which they are remembered.

The file: the SHA-256 of all that follows, in hex; a line of JSON with the texts and the layout; then the rows, as they lie in
memory. A text (format, mode, camera, codes) stands once, and rows name it by number, so 100,000 rows are read without a loop.
"""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tamesu.images.facts import LIKENESS_PX, Facts
from tamesu.images.landmarks import LANDMARKS
from tamesu.images.look import NUMBERS
from tamesu.images.replace import DIGEST_LENGTH, read_sealed, replace_sealed

ROW = np.dtype(
    [
        ("sha256", "V32"),
        ("readable", "?"),
        ("codes", "<i4"),
        ("height", "<i4"),
        ("width", "<i4"),
        ("format", "<i4"),
        ("mode", "<i4"),
        ("camera", "<i4"),
        ("taken", "S19"),
        ("brightness", "<f4"),
        ("contrast", "<f4"),
        ("sharpness", "<f4"),
        ("saturation", "<f4"),
        ("colours", "<f4", (3,)),
        ("borders", "<f4", (3,)),
        ("likeness", "i1", (LIKENESS_PX**2,)),
        ("hash", "<u8"),
        ("landmarks", "<u8", (LANDMARKS,)),
        ("landmark_places", "u1", (LANDMARKS, 2)),
    ]
)
SHA256_LENGTH = 32


class FactStore:
    """Facts of images by the SHA-256 of their files.

    Args:
        path: of the file in which they are remembered; may be deleted at any time. What is damaged or not ours is not used.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows, texts = _read(path)
        self._numbers = {text: number for number, text in enumerate(texts)}
        self._count = len(self._rows)
        keys = self._rows["sha256"].tobytes()
        self._places = {keys[i * SHA256_LENGTH : (i + 1) * SHA256_LENGTH]: i for i in range(self._count)}

    def __len__(self) -> int:
        return self._count

    def __contains__(self, sha256: str) -> bool:
        return bytes.fromhex(sha256) in self._places

    def reserve(self, count: int) -> None:
        """Make room for as many more rows."""
        self._rows = np.concatenate([self._rows[: self._count], np.zeros(count, ROW)])

    def add(self, sha256: str, answer: Mapping[str, Any]) -> None:
        """Take a helper's answer; room for it must have been reserved.

        Args:
            sha256: of the content, in hex; not in the store yet.
            answer: `code`, or what `look.look_at_image` returns.
        """
        row = self._rows[self._count]
        row["sha256"] = key = bytes.fromhex(sha256)
        if "code" in answer:
            row["codes"] = self._number(answer["code"])
        else:
            row["readable"] = True
            row["codes"] = self._number(",".join(answer["notes"]))
            row["height"], row["width"] = answer["size"]
            for name in ("format", "mode", "camera"):
                row[name] = self._number(answer[name])
            for name in ("taken", "hash", *NUMBERS):
                row[name] = answer[name]
            for name in ("likeness", "landmarks", "landmark_places"):
                layout = ROW[name]
                row[name] = np.frombuffer(base64.b64decode(answer[name]), layout.base).reshape(layout.shape)
        self._places[key] = self._count
        self._count += 1

    def _number(self, text: str) -> int:
        """Which text it is."""
        return self._numbers.setdefault(text, len(self._numbers))

    def write(self) -> None:
        """Remember all rows.

        Raises:
            OSError: the folder cannot be written or the disk is full; the old file stays.
        """
        header = json.dumps({"texts": list(self._numbers), "layout": _layout()}, separators=(",", ":")).encode() + b"\n"
        rows = self._rows[: self._count].view(np.uint8).data
        self._path.parent.mkdir(parents=True, exist_ok=True)
        replace_sealed(self._path, header, rows)

    def gather(self, sha256: Sequence[str | None], sizes_bytes: Sequence[int], lost: Mapping[int, str]) -> Facts:
        """Facts of files in the order asked for.

        Args:
            sha256: of the files.
            sizes_bytes: of the files.
            lost: position → code, for the files that are not in the store.
        """
        places = np.array(
            [-1 if i in lost or key is None else self._places[bytes.fromhex(key)] for i, key in enumerate(sha256)]
        )
        places = places.astype(np.int64)
        is_lost = places < 0
        texts = list(self._numbers)
        split = [tuple(text.split(",")) if text else () for text in texts]

        def take(name: str) -> NDArray[Any]:
            if not self._count:
                return np.zeros((len(places), *ROW[name].shape), ROW[name].base)
            values: NDArray[Any] = self._rows[name][places]
            values[is_lost] = np.zeros((), values.dtype)
            return values

        codes = [split[number] for number in take("codes").tolist()]
        for i, code in lost.items():
            codes[i] = (code,)
        return Facts(
            readable=take("readable"),
            codes=tuple(codes),
            sizes_bytes=np.array(sizes_bytes, np.int64),
            heights=take("height"),
            widths=take("width"),
            formats=_name(take("format"), texts),
            modes=_name(take("mode"), texts),
            taken=take("taken").astype(np.str_),
            cameras=_name(take("camera"), texts),
            **{name: take(name) for name in NUMBERS},
            likeness=take("likeness"),
            hashes=take("hash"),
            landmarks=take("landmarks"),
            landmark_places=take("landmark_places"),
        )


def _name(numbers: NDArray[np.int32], texts: Sequence[str]) -> NDArray[np.str_]:
    """Texts by number, no wider than the longest that is used."""
    used, places = np.unique(numbers, return_inverse=True)
    return np.array([texts[number] for number in used], np.str_)[places]


def _layout() -> list[Any]:
    """The rows' layout, as JSON gives it back."""
    return [[name, ROW[name].str, list(ROW[name].shape)] for name in ROW.names or ()]


def _read(path: Path) -> tuple[NDArray[np.void], list[str]]:
    """Rows and texts of a file; none when it is missing, damaged or not ours."""
    content = read_sealed(path)
    if content is not None:
        with contextlib.suppress(ValueError, KeyError, TypeError):
            start = content.index(b"\n", DIGEST_LENGTH) + 1
            header = json.loads(content[DIGEST_LENGTH:start])
            if header["layout"] == _layout():
                return np.frombuffer(content, ROW, offset=start), list(header["texts"])
    return np.zeros(0, ROW), [""]
