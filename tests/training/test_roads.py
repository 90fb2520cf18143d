"""Roads from a backbone's maps to logits: where they read, how wide they are, how large their maps."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from tamesu.artifacts.competition import Part
from tamesu.artifacts.recipe import Head, Recipe
from tamesu.artifacts.run import TargetSpec
from tamesu.backbones import BACKBONES, Backbone
from tamesu.constraints import CONSTRAINTS
from tamesu.errors import InputError
from tamesu.heads import CosineHead, EmbeddingHead, LinearDecoder, LinearHead
from tamesu.poolings import POOLINGS
from tamesu.training.roads import LAST, Neck, Road, make_pooling, make_road

CLASSES = TargetSpec(kind="class", labels=["a", "b", "c"])
ORDINAL = TargetSpec(kind="ordinal", labels=["a", "b", "c"])
VALUE = TargetSpec(kind="value", labels=[])
TWO = TargetSpec(kind="value", labels=["x", "y"])
MASK = TargetSpec(kind="mask", labels=["a", "b"])
LAYERS = TargetSpec(kind="map", labels=["1", "2", "3"])


@pytest.fixture(scope="module")
def backbone() -> Backbone:
    built: Backbone = BACKBONES.build("test_resnet", {"weights": "none"}, size_px=64)
    return built


def road(backbone: Backbone, spec: TargetSpec, recipe: dict[str, Any] | None = None, **head: Any) -> Road:
    full = {"image": {"size": 64}, "backbone": "test_resnet", "heads": {"t": head}} | (recipe or {})
    made = Recipe.model_validate(full)
    width = made.neck or backbone.out_channels
    pooling = make_pooling(made.pooling, width, backbone)
    return make_road(made.heads["t"], spec, made, backbone, width, pooling)


def test_a_head_at_the_last_map_shares_its_pooling(backbone: Backbone) -> None:
    made = road(backbone, CLASSES, loss="cross_entropy")
    assert (made.place, made.taps, made.decodes, made.width) == (LAST, (), False, 96)
    assert made.own_pooling is None and isinstance(made.head, LinearHead)
    assert made.head(torch.zeros(2, 96)).shape == (2, 3)


@pytest.mark.parametrize(("tap", "place", "width"), [(3, 3, 192), (-3, 2, 48), (0, 0, 32), ("last", LAST, 96)])
def test_a_tap_gives_its_own_width(backbone: Backbone, tap: Any, place: int, width: int) -> None:
    made = road(backbone, CLASSES, loss="cross_entropy", tap=tap)
    assert (made.place, made.width) == (place, width)
    assert (made.own_pooling is None) == (place == LAST)


def test_a_pooling_of_its_own_may_be_wider(backbone: Backbone) -> None:
    made = road(backbone, CLASSES, loss="cross_entropy", pooling="average_max")
    assert made.width == 192 and isinstance(made.own_pooling, POOLINGS["average_max"])
    assert road(backbone, CLASSES, {"pooling": "average_max"}, loss="cross_entropy").width == 192


@pytest.mark.parametrize(("branch", "place"), [(1, 3), (4, 0)])
def test_a_branch_begins_where_it_was_cut_off_and_ends_at_the_last_map(backbone: Backbone, branch: int, place: int) -> None:
    made = road(backbone, CLASSES, {"neck": 10}, loss="cross_entropy", branch=branch)
    assert (made.place, made.taps, made.width) == (place, (place,), 96)


def test_a_neck_is_for_the_heads_at_the_last_map(backbone: Backbone) -> None:
    assert road(backbone, CLASSES, {"neck": 10}, loss="cross_entropy").width == 10
    assert road(backbone, CLASSES, {"neck": 10}, loss="cross_entropy", tap=1).width == 32


def test_what_a_loss_reads_decides_the_head(backbone: Backbone) -> None:
    assert isinstance(road(backbone, CLASSES, loss="arcface").head, CosineHead)
    centred = road(backbone, CLASSES, loss="subcenter_arcface")
    assert centred.head.directions.shape[1] > 1
    near = road(backbone, CLASSES, loss="triplet", hidden=7)
    assert isinstance(near.head, EmbeddingHead) and near.head(torch.zeros(2, 96)).shape == (2, 7)


@pytest.mark.parametrize(("loss", "outputs"), [("cross_entropy", 3), ("coral", 2), ("mse", 1)])
def test_one_ordinal_target_is_learnt_in_three_ways(backbone: Backbone, loss: str, outputs: int) -> None:
    assert road(backbone, ORDINAL, loss=loss).head(torch.zeros(2, 96)).shape == (2, outputs)


def test_a_constraint_asks_for_as_many_numbers_as_it_needs(backbone: Backbone) -> None:
    made = road(backbone, TWO, loss="mse", constraint={"disc": {"radius": 3.0}})
    constraint = CONSTRAINTS.build("disc", {"radius": 3.0}, width=2)
    raw = made.head(torch.randn(5, 96))
    assert raw.shape == (5, constraint.raw)
    assert made.constraint is not None and (made.constraint(raw).norm(dim=1) <= 3.0 + 1e-5).all()
    assert road(backbone, VALUE, loss="mse").constraint is None


@pytest.mark.parametrize(("tap", "side", "width"), [("last", 2, 96), (2, 8, 48), (-1, 2, 96)])
def test_a_linear_decoder_reads_one_map(backbone: Backbone, tap: Any, side: int, width: int) -> None:
    made = road(backbone, MASK, loss="cross_entropy", tap=tap)
    assert (made.decodes, made.side, made.width) == (True, side, width) and isinstance(made.head, LinearDecoder)
    assert made.place == (LAST if tap == "last" else backbone.find_tap(tap))


def test_a_map_has_a_layer_per_name(backbone: Backbone) -> None:
    made = road(backbone, LAYERS, loss="mse", tap=1)
    assert made.head([torch.zeros(1, 32, 16, 16)]).shape == (1, 3, 16, 16)
    plain = road(backbone, TargetSpec(kind="map", labels=[]), loss="mse")
    assert plain.head([torch.zeros(1, 96, 2, 2)]).shape == (1, 1, 2, 2)


def test_dropout_of_a_head_is_that_of_its_decoder_where_this_says_none(backbone: Backbone) -> None:
    assert road(backbone, MASK, loss="cross_entropy", dropout=0.3).head.dropout.p == 0.3
    other = road(backbone, MASK, loss="cross_entropy", dropout=0.3, decoder={"linear": {"dropout": 0.1}})
    assert other.head.dropout.p == 0.1


@pytest.mark.parametrize(("size", "side"), [(64, 8), (60, 8), (72, 9)])
def test_a_size_that_is_no_multiple_of_the_stride(size: int, side: int) -> None:
    odd: Backbone = BACKBONES.build("test_resnet", {"weights": "none"}, size_px=size)
    made = road(odd, MASK, {"image": {"size": size}}, loss="cross_entropy", tap=2)
    found = odd.eval().look(torch.zeros(1, 3, size, size), [2]).taps[2]
    assert made.side == side == found.shape[-1]


@pytest.mark.parametrize("decoder", ["unet", "fpn"])
def test_a_decoder_needs_maps_that_double(decoder: str) -> None:
    vit: Backbone = BACKBONES.build("test_vit", {"weights": "none"}, size_px=64)
    with pytest.raises(InputError) as caught:
        road(vit, MASK, loss="cross_entropy", decoder=decoder)
    assert caught.value.codes == ("HEAD_DECODER",)
    assert "1/16" in str(caught.value.faults[0].values["found"])


def test_decoders_read_from_their_stride_to_their_tap(backbone: Backbone) -> None:
    pytest.importorskip("segmentation_models_pytorch")
    made = road(backbone, MASK, loss="cross_entropy", decoder={"unet": {"widths": [8]}})
    assert (made.taps, made.place, made.side) == ((1, 2, 3, 4), 4, 16)
    made = road(backbone, MASK, loss="cross_entropy", decoder={"unet": {"stride": 8, "widths": [8]}}, tap=3)
    assert (made.taps, made.place, made.side) == ((2, 3), 3, 8)
    made = road(backbone, MASK, loss="cross_entropy", decoder={"fpn": {"pyramid": 8, "width": 32}})
    assert (made.taps, made.side) == ((1, 2, 3, 4), 16)
    for options in ({"unet": {"stride": 16}}, {"fpn": {"pyramid": 8, "width": 32}}):
        with pytest.raises(InputError) as caught:
            road(backbone, MASK, loss="cross_entropy", decoder=options, tap=3)
        assert caught.value.codes == ("HEAD_DECODER",)


def test_the_neck_is_one_by_one() -> None:
    neck = Neck(4, 16).eval()
    maps = torch.randn(2, 4, 3, 3)
    convolution = neck.layers[0]
    expected = torch.einsum("oc,bcij->boij", convolution.weight[:, :, 0, 0], maps) / (1 + 1e-5) ** 0.5
    torch.testing.assert_close(neck(maps), expected.clamp(min=0))


def test_a_pooling_that_reads_tokens_needs_some(backbone: Backbone) -> None:
    for part in (Part(name="cls_token"), Part(name="concat", options={"parts": ["average", "cls_token"]})):
        with pytest.raises(InputError) as caught:
            make_pooling(part, 96, backbone)
        assert caught.value.codes == ("BACKBONE_NO_TOKEN",)
    assert Head(loss=Part(name="mse")).pooling is None
