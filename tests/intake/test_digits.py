from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from tamesu.artifacts.tables import read_table
from tamesu.errors import Where
from tamesu.intake.digits import DigitFiles, write_digits


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> DigitFiles:
    """The folder with 100 digits to train on; the tests only read it."""
    return write_digits(tmp_path_factory.mktemp("digits"), 100)


def test_every_digit_is_written_once_and_test_labels_stay_apart(files: DigitFiles) -> None:
    digits = load_digits()
    train, test = read_table(files.data / "train.csv"), read_table(files.data / "test.csv")
    assert files.private is not None
    private = read_table(files.private)
    ids = [*train.column("id", Where()), *test.column("id", Where())]
    assert sorted(ids) == [f"{i:04d}" for i in range(1797)]
    assert set(test.columns) == {"id"}
    for table in (train, private):
        for row, label in zip(table.column("id", Where()), table.column("label", Where()), strict=True):
            assert digits.target[int(row)] == int(label)
    assert set(train.column("label", Where())) == set("0123456789")


def test_images_show_the_digit(files: DigitFiles) -> None:
    digits = load_digits()
    for row in read_table(files.data / "train.csv").column("id", Where())[:10]:
        image = np.asarray(Image.open(files.data / "train" / f"{row}.png")).astype(float)
        assert image.shape == (32, 32)
        # Averaged over 4 x 4 pixels, the picture is the 8 x 8 digit again.
        small = image.reshape(8, 4, 8, 4).mean(axis=(1, 3)) * 16 / 255
        assert np.corrcoef(small.ravel(), digits.images[int(row)].ravel())[0, 1] > 0.95


def test_all_digits_leave_no_test_rows(tmp_path: Path) -> None:
    files = write_digits(tmp_path, 1797)
    assert files.private is None
    assert not (files.data / "test.csv").exists()
