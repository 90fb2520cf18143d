"""A host's folder, made of tiny images and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image


class Host:
    """Writes images and tables under `root`; every image is a file of its own colour."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.count = 0

    def images(self, *names: str, size: tuple[int, int] = (12, 10)) -> list[str]:
        for name in names:
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            self.count += 1
            colour = (self.count * 7 % 256, self.count * 13 % 256, self.count // 256)
            Image.new("RGB", size, colour).save(path, "PNG")
        return list(names)

    def table(self, name: str, rows: Iterable[Sequence[object]]) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        mark = "\t" if name.endswith(".tsv") else ","
        lines = (mark.join(f'"{c}"' if "," in str(c) and mark == "," else str(c) for c in row) for row in rows)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path
