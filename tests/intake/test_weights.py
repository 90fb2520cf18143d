from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from tamesu.errors import InputError, QuestionError
from tamesu.intake.weights import as_three, choose_backbone, read_notes


def weights_file(folder: Path, name: str = "w.safetensors", **notes: str) -> Path:
    path = folder / name
    save_file({"x": np.zeros(3, dtype=np.float32)}, path, metadata=notes or None)
    return path


def test_defaults(tmp_path: Path) -> None:
    choice = choose_backbone(tmp_path, None, None)
    assert (choice.name, choice.options, choice.pretrained) == ("resnet34", {"weights": "imagenet"}, True)
    assert [guess.code for guess in choice.guesses] == ["BACKBONE_DEFAULT", "WEIGHTS_DEFAULT"]
    choice = choose_backbone(tmp_path, "vit_tiny", "none", {"drop_path_rate": 0.1})
    assert choice.options == {"weights": "none", "drop_path_rate": 0.1} and not choice.pretrained and not choice.guesses


def test_a_file_that_tells_everything(tmp_path: Path) -> None:
    path = weights_file(tmp_path, timm="mobilenetv2_100", mean="0.5", std="0.5, 0.4,0.3", create_kwargs="pad_type='same'")
    choice = choose_backbone(tmp_path / "a" / "comp", None, str(path))
    assert choice.name == "mobilenetv2_100"
    assert choice.options == {
        "weights": "../../w.safetensors",
        "mean": [0.5] * 3,
        "std": [0.5, 0.4, 0.3],
        "pad_type": "same",
    }


def test_the_users_options_go_first(tmp_path: Path) -> None:
    path = weights_file(tmp_path, timm="resnet18", mean="0.5")
    options = choose_backbone(tmp_path, "resnet26", str(path), {"mean": [0.1, 0.2, 0.3]}).options
    assert options == {"weights": "w.safetensors", "mean": [0.1, 0.2, 0.3]}


def test_notes_beside_the_file(tmp_path: Path) -> None:
    path = weights_file(tmp_path, mean="0.1")
    path.with_suffix(".json").write_text(
        json.dumps({"architecture": "resnet18", "pretrained_cfg": {"mean": [0.4, 0.5, 0.6], "std": [1, 1, 1]}})
    )
    assert read_notes(path) == {"backbone": "resnet18", "mean": [0.4, 0.5, 0.6], "std": [1.0, 1.0, 1.0]}
    path.with_suffix(".json").write_text("{")
    with pytest.raises(InputError) as error:
        read_notes(path)
    assert error.value.codes == ("INTAKE_BAD_NOTES",)


def test_a_file_that_tells_nothing(tmp_path: Path) -> None:
    path = weights_file(tmp_path)
    with pytest.raises(QuestionError) as error:
        choose_backbone(tmp_path, None, str(path))
    assert error.value.codes == ("INTAKE_WHICH_BACKBONE",)
    choice = choose_backbone(tmp_path, "resnet18", str(path))
    assert choice.options == {"weights": "w.safetensors"} and "WEIGHTS_NO_NOTES" in [g.code for g in choice.guesses]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "INTAKE_NO_WEIGHTS"),
        (b"", "INTAKE_NOT_SAFETENSORS"),
        (b"<html>not weights at all</html>", "INTAKE_NOT_SAFETENSORS"),
        (struct.pack("<Q", 2**63), "INTAKE_NOT_SAFETENSORS"),
        (struct.pack("<Q", 4) + b"[[[[", "INTAKE_NOT_SAFETENSORS"),
        (struct.pack("<Q", 2) + b"[]", "INTAKE_NOT_SAFETENSORS"),
    ],
)
def test_files_that_are_no_weights(tmp_path: Path, content: bytes | None, code: str) -> None:
    path = tmp_path / "w.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as error:
        choose_backbone(tmp_path, "resnet18", str(path))
    assert error.value.codes == (code,)


def test_a_mistyped_word_is_told_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        choose_backbone(tmp_path, None, "imagnet")
    assert error.value.faults[0].near == "imagenet"


def test_shared_weights_say_what_their_readme_says(shared: Path) -> None:
    for name in ("mobilenetv2_100", "mobilenetv2_035"):
        notes = read_notes(shared / "weights" / f"{name}.safetensors")
        assert notes == {"backbone": name, "mean": [0.5] * 3, "std": [0.5] * 3, "pad_type": "same"}


def test_three_numbers() -> None:
    assert as_three(0.5) == [0.5] * 3 and as_three([0.5, 0.5]) is None and as_three(None) is None and as_three([{}]) is None
