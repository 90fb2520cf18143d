from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import timm

from tamesu.backbones import BACKBONES
from tamesu.errors import InputError, Where


@pytest.mark.parametrize(
    ("name", "options", "codes", "near"),
    [
        ("resnet34", {}, [], None),
        ("resnet50.a1_in1k", {}, [], None),
        ("test_vit", {"weights": "none", "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}, [], None),
        ("mobilenetv2_035", {"weights": "weights/a.safetensors", "pad_type": "same"}, [], None),
        ("resnet43", {}, ["CONFIG_UNKNOWN_PART"], "resnet34"),
        ("resnet50.a1_in2k", {}, ["CONFIG_UNKNOWN_PART"], "resnet50.a1_in1k"),
        ("hf-hub:somebody/something", {}, ["BACKBONE_FROM_ADDRESS"], None),
        ("local-dir:/tmp/model", {}, ["BACKBONE_FROM_ADDRESS"], None),
        ("https://example.com/model", {}, ["BACKBONE_FROM_ADDRESS"], None),
        ("../model", {}, ["BACKBONE_FROM_ADDRESS"], None),
        ("..\\model", {}, ["BACKBONE_FROM_ADDRESS"], None),
        ("resnet34", {"weight": "none"}, ["CONFIG_UNKNOWN_OPTION"], "weights"),
        ("resnet34", {"weights": "imagnet"}, ["WEIGHTS_NO_FILE"], "imagenet"),
        ("resnet34", {"weights": "best.pth"}, ["CKPT_UNSAFE"], None),
        ("resnet34", {"weights": 3}, ["CONFIG_TYPE"], None),
        ("resnet34", {"mean": [0.5, 0.5]}, ["CONFIG_TYPE"], None),
        ("resnet34", {"std": [0.5, 0.5, 0.0]}, ["CONFIG_RANGE"], None),
        ("resnet34", {"drop_path_rate": 1.0}, ["CONFIG_RANGE"], None),
        ("resnet34", {"folder": "/"}, ["CONFIG_UNKNOWN_OPTION"], None),
        ("test_byobnet", {"size_px": 3, "weights": "a.bin"}, ["CONFIG_UNKNOWN_OPTION", "CKPT_UNSAFE"], None),
    ],
)
def test_options_are_checked(name: str, options: dict[str, Any], codes: list[str], near: str | None) -> None:
    faults = BACKBONES.check(name, options, Where("recipes/base.yaml", 3, "backbone"))
    assert [fault.code for fault in faults] == codes
    assert near is None or faults[0].near == near
    assert all(str(fault.where.key).startswith("backbone") for fault in faults)


def test_a_network_without_published_weights_is_refused_before_anything_is_fetched() -> None:
    name = next(name for name in timm.list_models() if not timm.models.is_model_pretrained(name))
    assert [fault.code for fault in BACKBONES.check(name, {})] == ["WEIGHTS_NOT_PUBLISHED"]
    assert BACKBONES.check(name, {"weights": "none"}) == []


def test_every_name_of_timm_is_there() -> None:
    assert set(timm.list_models()) <= set(BACKBONES)
    assert len(BACKBONES) == len(list(BACKBONES))


def test_the_names_shown_are_near_ones_and_not_all_of_them() -> None:
    (fault,) = BACKBONES.check("resnet43", {})
    assert len(fault.text("en")) < 400


def test_defaults_are_spelled_out_without_importing_timm() -> None:
    program = """
import sys
from tamesu.backbones import BACKBONES
print(BACKBONES.resolve("resnet34", {"pad_type": "same"}))
assert "timm" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(
        {"weights": "imagenet", "mean": None, "std": None, "pad_type": "same", "drop_path_rate": 0.0}
    )


def test_build_refuses_what_check_refuses() -> None:
    with pytest.raises(InputError) as raised:
        BACKBONES.build("resnet43", {"weights": "none"})
    assert raised.value.codes == ("CONFIG_UNKNOWN_PART",)


def test_the_digest_is_that_of_the_files_content(tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(b"content")
    options = {"weights": "a.safetensors"}
    assert BACKBONES.weight_files("resnet34", options, tmp_path) == [tmp_path / "a.safetensors"]
    assert BACKBONES.weights_digest("resnet34", options, tmp_path) == hashlib.sha256(b"content").hexdigest()
    for word in ("imagenet", "none"):
        assert BACKBONES.weight_files("resnet34", {"weights": word}, tmp_path) == []
        assert BACKBONES.weights_digest("resnet34", {"weights": word}, tmp_path) == word


def test_a_missing_file_is_named_with_the_nearest_there_is(tmp_path: Path) -> None:
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "mobilenet.safetensors").write_bytes(b"")
    with pytest.raises(InputError) as raised:
        BACKBONES.weight_files("resnet34", {"weights": "weights/mobilnet.safetensors"}, tmp_path)
    assert raised.value.codes == ("WEIGHTS_NO_FILE",)
    assert raised.value.faults[0].near == "weights/mobilenet.safetensors"
