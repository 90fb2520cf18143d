"""Contact sheets: pictures in rows with words under each, as one PNG; with masks, points and boxes drawn in."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tamesu.report.fonts import find_japanese_font

if TYPE_CHECKING:
    from PIL.Image import Image as Picture
    from PIL.ImageFont import FreeTypeFont

# Pictures are shown at about this size, small ones enlarged by a whole factor with their pixels kept.
SHOWN_PX = 160
GAP, TEXT_PX, LINE_PX, TITLE_PX = 8, 12, 15, 22
INK, MUTED, PAPER = (27, 31, 36), (97, 106, 117), (255, 255, 255)
# Told apart on most photos, and by people who do not see red from green.
MARKS = ((255, 210, 0), (0, 200, 255), (255, 90, 200), (255, 255, 255), (120, 255, 120), (255, 140, 0))


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """One picture.

    Attributes:
        image: RGB, uint8, shape (height, width, 3).
        lines: what stands under it, the first line in ink and the others muted.
        mask: bool or small whole numbers, shape (height, width); 0 is the background.
        points: x, y in the picture's pixels, shape (points, 2).
        boxes: x0, y0, x1, y1, shape (boxes, 4).
    """

    image: np.ndarray
    lines: tuple[str, ...] = ()
    mask: np.ndarray | None = None
    points: np.ndarray = field(default_factory=lambda: np.empty((0, 2)))
    boxes: np.ndarray = field(default_factory=lambda: np.empty((0, 4)))


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """Tiles side by side under a title."""

    title: str
    tiles: tuple[Tile, ...]


def draw_sheet(title: str, rows: Sequence[Row], about: Mapping[str, str] | None = None) -> bytes:
    """The sheet as PNG.

    Args:
        title: stands on top.
        rows: from top to bottom.
        about: texts kept inside the file, by keyword.
    """
    from PIL import Image, ImageDraw
    from PIL.PngImagePlugin import PngInfo

    largest = max((max(tile.image.shape[:2]) for row in rows for tile in row.tiles), default=SHOWN_PX)
    factor = max(1, round(SHOWN_PX / largest))
    cell = max(SHOWN_PX, largest * factor)
    columns = max((len(row.tiles) for row in rows), default=1)
    heights = [cell + LINE_PX * text_lines(row, cell) + 2 * GAP + (TITLE_PX if row.title else 0) for row in rows]
    width = columns * (cell + GAP) + GAP
    sheet = Image.new("RGB", (width, sum(heights) + TITLE_PX + 2 * GAP), PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.text((GAP, GAP), title, INK, font_for(title, TEXT_PX + 3))
    top = TITLE_PX + 2 * GAP
    for row, height in zip(rows, heights, strict=True):
        below = top
        if row.title:
            pen.text((GAP, top), row.title, INK, font_for(row.title, TEXT_PX + 1))
            below += TITLE_PX
        for place, tile in enumerate(row.tiles):
            left = GAP + place * (cell + GAP)
            picture = draw_tile(tile, factor)
            sheet.paste(picture, (left + (cell - picture.width) // 2, below + cell - picture.height))
            lines = [(number, part) for number, text in enumerate(tile.lines) for part in wrap(text, cell)]
            for line, (number, part) in enumerate(lines):
                at = (left, below + cell + 3 + line * LINE_PX)
                pen.text(at, part, INK if number == 0 else MUTED, font_for(part, TEXT_PX))
        top += height
    info = PngInfo()
    for key, value in (about or {}).items():
        info.add_text(key, value)
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


def read_about(content: bytes) -> dict[str, str]:
    """The texts kept inside a sheet, by keyword."""
    from PIL import Image

    with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
        return {str(key): value for key, value in image.info.items() if isinstance(value, str)}


def draw_tile(tile: Tile, factor: int) -> Picture:
    """One picture enlarged by a whole factor, with what is known of it drawn in."""
    from PIL import Image, ImageDraw

    image = tile.image
    if tile.mask is not None:
        image = tint(image, tile.mask)
    picture = Image.fromarray(image).resize((image.shape[1] * factor, image.shape[0] * factor), Image.Resampling.NEAREST)
    pen = ImageDraw.Draw(picture)
    for number, box in enumerate(np.nan_to_num(tile.boxes, nan=-1e4)):
        pen.rectangle([float(edge) * factor for edge in box], outline=MARKS[number % len(MARKS)], width=2)
    for number, (x, y) in enumerate(np.nan_to_num(tile.points, nan=-1e4) * factor):
        colour, reach = MARKS[number % len(MARKS)], 4
        pen.line([x - reach, y, x + reach, y], (0, 0, 0), 4)
        pen.line([x, y - reach, x, y + reach], (0, 0, 0), 4)
        pen.line([x - reach, y, x + reach, y], colour, 2)
        pen.line([x, y - reach, x, y + reach], colour, 2)
    return picture


def tint(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The image with each mask value but 0 laid over in a colour of its own, half transparent."""
    import cv2

    tinted = image.copy()
    for value in np.unique(mask[mask != 0]).tolist():
        colour = np.array(MARKS[(int(value) - 1) % len(MARKS)], np.float32)
        # A page tints 15 pictures while a slider moves: what becomes of each of 256 levels is reckoned once.
        levels = np.rint(0.55 * np.arange(256, dtype=np.float32)[:, None] + 0.45 * colour).astype(np.uint8)
        cv2.copyTo(cv2.LUT(image, levels[None]), (mask == value).astype(np.uint8), tinted)
    return tinted


def text_lines(row: Row, width: int) -> int:
    """How many lines of text the fullest tile of a row needs."""
    return max((sum(len(wrap(text, width)) for text in tile.lines) for tile in row.tiles), default=0)


def wrap(text: str, width: int) -> list[str]:
    """A text cut into lines no wider than `width` pixels, between words where it can."""
    lines, line = [], ""
    for word in split_words(text):
        if line and measure(line + word) > width:
            lines.append(line.rstrip())
            line = word.lstrip()
        else:
            line += word
    return [*lines, line] if line else lines


def split_words(text: str) -> list[str]:
    """Words with the space after them; characters of scripts without spaces one by one.

    Examples:
        >>> split_words("rotate 5°, 左手")
        ['rotate ', '5°, ', '左', '手']
    """
    words, word = [], ""
    for character in text:
        if ord(character) >= 0x2E80:
            words += [word] * bool(word)
            words.append(character)
            word = ""
            continue
        word += character
        if character == " ":
            words.append(word)
            word = ""
    return words + [word] * bool(word)


def measure(text: str) -> float:
    """The width of a text in pixels, at the size of captions."""
    return float(font_for(text, TEXT_PX).getlength(text))


def font_for(text: str, size_px: int) -> FreeTypeFont:
    """A face that has the text's characters: DejaVu Sans, or the Japanese one where it is installed and needed."""
    from matplotlib import get_data_path
    from PIL import ImageFont

    japanese = find_japanese_font()
    path = Path(get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    if japanese is not None and any(ord(character) >= 0x2E80 for character in text):
        path = japanese
    return ImageFont.truetype(str(path), size_px)
