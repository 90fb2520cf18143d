"""Families by name, held against what timm's own networks are made of."""

from __future__ import annotations

import pytest

from tamesu.artifacts.families import STARTS, family_of


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("resnet34", "batch_norm"),
        ("resnet50.a1_in1k", "batch_norm"),
        ("test_resnet", "batch_norm"),
        ("tf_efficientnetv2_s", "batch_norm"),
        ("mobilenetv2_100", "batch_norm"),
        ("repvit_m1", "batch_norm"),
        ("convnextv2_nano", "convnext"),
        ("vit_tiny_patch16_224", "transformer"),
        ("swin_tiny_patch4_window7_224", "transformer"),
        ("deit3_small_patch16_224", "transformer"),
        ("maxvit_tiny_tf_224", "hybrid"),
        ("coatnet_0_rw_224", "hybrid"),
        ("mobilevitv2_050", "hybrid"),
        ("efficientformerv2_s0", "hybrid"),
        ("caformer_s18", "hybrid"),
        ("brand_new_net", "unknown"),
    ],
)
def test_families(name: str, family: str) -> None:
    assert family_of(name) == family


def test_most_of_timm_has_a_family() -> None:
    import timm

    models = timm.list_models()
    unknown = [name for name in models if family_of(name) == "unknown"]
    assert len(unknown) < 0.1 * len(models), unknown


def test_no_word_stands_twice() -> None:
    words = [word for starts in STARTS.values() for word in starts.split()]
    assert len(words) == len(set(words))
