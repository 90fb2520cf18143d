"""Features of a frozen network: against the network itself, remembered, and made anew from a damaged file."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from tamesu.artifacts.competition import Part
from tamesu.images.direct import DirectImages
from tamesu.images.fingerprint import fingerprint_images
from tamesu.images.scan import scan_images
from tamesu.training.features import FeatureFile, build_frozen, compute_features

SIZE = 32
PART = Part(name="test_resnet", options={"weights": "none"})


def make_images(folder: Path, count: int = 5) -> tuple[DirectImages, list[str]]:
    random = np.random.default_rng(0)
    names = [f"{i}.png" for i in range(count)]
    for name in names:
        pixels = random.integers(0, 255, (SIZE, SIZE, 3), dtype=np.uint8)
        (folder / name).write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
    marks = fingerprint_images(folder, names, folder / "marks")
    facts = scan_images(folder, names, marks, folder=folder / "facts", workers=1)
    return DirectImages(folder, names, facts, SIZE), [str(mark.sha256) for mark in marks]


def compute(folder: Path, images: DirectImages, sha256: list[str], rows: list[int], **wishes: object) -> np.ndarray:
    file = FeatureFile(folder / "features", ["a network", wishes.get("grey", False)])
    settings = {"size_px": SIZE, "fit": "crop", "grey": False, "device": torch.device("cpu"), "workers": 0}
    build = wishes.pop("build", lambda: build_frozen(PART, folder, SIZE))
    return compute_features(build, images, sha256, np.array(rows, np.int64), file, **settings | wishes)


def test_they_are_the_means_of_the_last_map(tmp_path: Path) -> None:
    images, sha256 = make_images(tmp_path)
    torch.manual_seed(0)
    backbone = build_frozen(PART, tmp_path, SIZE)
    found = compute(tmp_path, images, sha256, [3, 0], build=lambda: backbone)
    for place, row in enumerate([3, 0]):
        pixels = torch.from_numpy(images.pixels(row).astype(np.float32) / 255).permute(2, 0, 1)[None]
        mean, std = (torch.tensor(numbers).view(1, 3, 1, 1) for numbers in (backbone.mean, backbone.std))
        with torch.inference_mode():
            wanted = backbone((pixels - mean) / std).mean((2, 3))[0].numpy()
        np.testing.assert_allclose(found[place], wanted, rtol=2e-3, atol=2e-3)


def test_grey_copies_have_the_luma_in_every_channel(tmp_path: Path) -> None:
    images, sha256 = make_images(tmp_path)
    seen: list[torch.Tensor] = []

    class Spy(torch.nn.Module):
        mean, std = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)

        def forward(self, batch: torch.Tensor) -> torch.Tensor:
            seen.append(batch)
            return batch

    compute(tmp_path, images, sha256, [1], build=Spy, grey=True)
    wanted = images.pixels(1).astype(np.float64) @ [0.299, 0.587, 0.114] / 255
    for channel in range(3):
        np.testing.assert_allclose(seen[0][0, channel].numpy(), wanted, atol=1e-5)


def test_what_is_remembered_needs_no_network(tmp_path: Path) -> None:
    images, sha256 = make_images(tmp_path)
    first = compute(tmp_path, images, sha256, [0, 1, 2])
    again = compute(tmp_path, images, sha256, [2, 0], build=lambda: pytest.fail("the network was built"))
    np.testing.assert_array_equal(again, first[[2, 0]])
    assert compute(tmp_path, images, sha256, [], build=lambda: pytest.fail("for nothing")).shape == (0, 0)


def test_a_damaged_memory_is_made_anew(tmp_path: Path) -> None:
    images, sha256 = make_images(tmp_path)
    compute(tmp_path, images, sha256, [0, 1])
    [path] = (tmp_path / "features").glob("*.npz")
    for content in (b"", b"PK\x03\x04 no more", path.read_bytes()[:-40], b"\x00" * 300):
        path.write_bytes(content)
        assert compute(tmp_path, images, sha256, [0, 1]).shape[0] == 2
