"""The inputs' section: training images exactly as the network saw them."""

from __future__ import annotations

import io

import numpy as np

from tamesu.artifacts.run import Job, Run
from tamesu.errors import DamagedError
from tamesu.report.contact_sheet import read_about
from tamesu.report.html import Html, data_uri, element, join
from tamesu.report.section import Section
from tamesu.report.words import Words

# Shown smaller than this on every page; larger pictures would only make the file heavy.
LARGEST_PX = 320


def make_input_section(run: Run, words: Words) -> Section:
    """The section with the sample inputs of the first finished job."""
    title = join(words("section_inputs"))
    found = find_sheet(run)
    if found is None:
        return Section("inputs", title, element("p", words("inputs_missing")))
    job, content = found
    size = run.recipe.image.size
    said = words("inputs_note", job=job.name, size=size)
    # Small images are enlarged with their pixels kept, not smeared.
    kind = "inputs pixels" if size <= 96 else "inputs"
    images = [show_image(tile) for tile in cut_sheet(content, size)]
    shown = [element("p", said), element("div", images, class_=kind)]
    sheet = find_contact_sheet(run)
    if sheet is None:
        shown.append(element("p", words("sheet_missing", recipe=run.recipe.name)))
    else:
        shown.append(element("p", words("sheet_note")))
        shown.append(element("img", src=data_uri(sheet, "png"), alt=words("sheet_note"), class_="sheet"))
    return Section("inputs", title, join(*shown))


def find_contact_sheet(run: Run) -> bytes | None:
    """What `tamesu augment` last drew of this very recipe's augmentations, as PNG; None when there is no such sheet."""
    path = run.folder / "reports" / f"augment-{run.recipe.name}.png"
    if not path.is_file():
        return None
    content = path.read_bytes()
    try:
        said = read_about(content).get("augmentations")
    except OSError:
        return None
    return content if said == repr([part.written() for part in run.recipe.augmentations]) else None


def find_sheet(run: Run) -> tuple[Job, bytes] | None:
    """The contact sheet of the first job that has a whole one, as PNG."""
    for job in run.jobs(sorted({*run.recipe.seeds, *run.trained_seeds()})):
        try:
            return job, run.read_file(job, "inputs.png")
        except DamagedError:
            continue
    return None


def cut_sheet(content: bytes, size: int) -> list[np.ndarray]:
    """A contact sheet cut into its images, uint8 (size, size, 3) each; black places after the last image are left out.

    Args:
        content: a PNG whose height and width are multiples of `size`.
        size: height and width of one image in pixels.
    """
    from PIL import Image

    with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
        sheet = np.asarray(image.convert("RGB"))
    tiles = [
        sheet[y : y + size, x : x + size]
        for y in range(0, sheet.shape[0] - size + 1, size)
        for x in range(0, sheet.shape[1] - size + 1, size)
    ]
    while len(tiles) > 1 and not tiles[-1].any():
        tiles.pop()
    return tiles


def show_image(pixels: np.ndarray) -> Html:
    """An image as a PNG inside the page."""
    from PIL import Image

    image = Image.fromarray(pixels)
    if max(image.size) > LARGEST_PX:
        image.thumbnail((LARGEST_PX, LARGEST_PX), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", optimize=True)
    return element("img", src=data_uri(buffer.getvalue(), "png"), alt="", width=image.width, height=image.height)
