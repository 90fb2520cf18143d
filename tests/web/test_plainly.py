"""Whatever a page holds becomes JSON that every reader takes."""

from __future__ import annotations

import json

import numpy as np

from tamesu.artifacts.competition import Part
from tamesu.results.finding import Finding
from tamesu.web.plainly import make_plain, write_json


def test_numbers_that_json_has_not_and_numpy_numbers() -> None:
    found = json.loads(write_json({"a": float("nan"), "b": np.float32(0.5), "c": np.int64(3), "d": [float("-inf"), True]}))
    assert found == {"a": None, "b": 0.5, "c": 3, "d": [None, True]}


def test_data_classes_and_models_become_mappings() -> None:
    assert make_plain(Part(name="accuracy")) == {"name": "accuracy", "options": {}}
    assert make_plain(Finding("A", "note"))["weight"] == "note"


def test_a_file_name_that_is_no_text_is_escaped() -> None:
    assert json.loads(write_json(["\udcff写真"])) == ["\\udcff写真"]
