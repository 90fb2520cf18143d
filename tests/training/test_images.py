from __future__ import annotations

import shutil

import numpy as np
import pytest
import torch

from tamesu.errors import InputError
from tamesu.training.images import predict_images
from tamesu.training.job import Machine, run_job


def test_a_folder_of_images_gets_what_the_test_rows_got(open_job, tmp_path) -> None:
    material, _ = open_job()
    run = material.run
    for job in run.jobs():
        run_job(material, job, Machine(torch.device("cpu"), "fp32"))
    folder = tmp_path / "新しい画像"
    shutil.copytree(run.folder / "data" / "test", folder / "sub")
    (folder / "broken.png").write_bytes(b"not an image")
    found = predict_images(run, folder, torch.device("cpu"), 1, lambda _done, _note: None)
    expected = run.test()
    place = {row: index for index, row in enumerate(found.ids)}
    order = [place[f"sub/{row}.png"] for row in expected.ids]
    np.testing.assert_allclose(found.outputs["kind"][order], expected.outputs["kind"], atol=1e-4)
    assert found.flagged[place["broken.png"]]
    assert np.isnan(found.outputs["kind"][place["broken.png"]]).all()


def test_a_folder_without_images_is_refused(open_job, tmp_path) -> None:
    material, _ = open_job()
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="IMAGES_NONE"):
        predict_images(material.run, tmp_path / "empty", torch.device("cpu"), 1, lambda _done, _note: None)
