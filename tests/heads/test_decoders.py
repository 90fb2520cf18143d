from __future__ import annotations

import sys

import pytest
import torch
from torch import Tensor

from tamesu.errors import InputError
from tamesu.heads import DECODERS, FpnDecoder, LinearDecoder, UnetDecoder
from tamesu.heads.decoders import import_decoders

CHANNELS = [16, 16, 24, 32]
NEEDS_LIBRARY = "needs segmentation_models_pytorch, which the extra `dense` installs"


def pyramid(side: int = 16) -> list[Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(2, width, side >> step, side >> step, generator=generator) for step, width in enumerate(CHANNELS)]


def test_a_linear_decoder_is_one_matrix_at_each_place() -> None:
    decoder = LinearDecoder(channels=[8], outputs=3, dropout=0.5).eval()
    maps = torch.randn(2, 8, 4, 5)
    weight = decoder.last.weight[:, :, 0, 0]
    expected = torch.einsum("oc,bcij->boij", weight, maps) + decoder.last.bias[:, None, None]
    torch.testing.assert_close(decoder([maps]), expected)


def test_dropout_leaves_out_whole_channels_in_training_alone() -> None:
    decoder = LinearDecoder(channels=[8], outputs=8, dropout=0.5)
    with torch.no_grad():
        decoder.last.weight.copy_(torch.eye(8)[:, :, None, None])
        decoder.last.bias.zero_()
    torch.manual_seed(0)
    told = decoder([torch.ones(4, 8, 3, 3)]).detach()
    assert set(told.unique().tolist()) == {0.0, 2.0}
    assert (told.amax(dim=(2, 3)) == told.amin(dim=(2, 3))).all()
    assert decoder.eval()([torch.ones(1, 8, 3, 3)]).eq(1.0).all()


@pytest.mark.parametrize("depth", [2, 3, 4])
@pytest.mark.parametrize("attention", ["none", "scse"])
def test_a_unet_goes_up_to_the_finest_map(depth: int, attention: str) -> None:
    pytest.importorskip("segmentation_models_pytorch", reason=NEEDS_LIBRARY)
    decoder = UnetDecoder(channels=CHANNELS[:depth], outputs=3, widths=[32, 16], attention=attention)  # type: ignore[arg-type]
    maps = [one.requires_grad_() for one in pyramid()[:depth]]
    told = decoder(maps)
    assert told.shape == (2, 3, 16, 16)
    told.square().sum().backward()
    # The coarsest map is read from below, all finer ones from the side.
    assert all(one.grad is not None and one.grad.abs().sum() > 0 for one in maps)
    assert decoder.last.in_channels == [32, 16, 16][depth - 2]


def test_a_unet_is_the_librarys() -> None:
    smp = pytest.importorskip("segmentation_models_pytorch", reason=NEEDS_LIBRARY)
    decoder = UnetDecoder(channels=CHANNELS, outputs=2).eval()
    theirs = smp.decoders.unet.decoder.UnetDecoder(
        encoder_channels=[CHANNELS[0], *CHANNELS], decoder_channels=[128, 64, 32], n_blocks=3
    ).eval()
    theirs.load_state_dict(decoder.decoder.state_dict())
    maps = pyramid()
    with torch.no_grad():
        torch.testing.assert_close(decoder(maps), decoder.last(theirs([maps[0], *maps])))


def test_a_pyramid_goes_up_to_the_finest_of_four_maps() -> None:
    pytest.importorskip("segmentation_models_pytorch", reason=NEEDS_LIBRARY)
    decoder = FpnDecoder(channels=CHANNELS, outputs=5, pyramid=8, width=32, dropout=0.5).eval()
    maps = [one.requires_grad_() for one in pyramid()]
    told = decoder(maps)
    assert told.shape == (2, 5, 16, 16)
    torch.testing.assert_close(decoder(maps), told)
    told.square().sum().backward()
    assert all(one.grad is not None and one.grad.abs().sum() > 0 for one in maps)
    torch.manual_seed(0)
    assert not torch.allclose(decoder.train()(maps), told)


@pytest.mark.parametrize(
    ("name", "options", "code"),
    [
        ("unet", {"stride": 3}, "CONFIG_TYPE"),
        ("unet", {"widths": []}, "CONFIG_TYPE"),
        ("unet", {"widths": [0]}, "CONFIG_RANGE"),
        ("fpn", {"width": 48}, "CONFIG_RANGE"),
        ("fpn", {"width": 0}, "CONFIG_RANGE"),
        ("fpn", {"pyramid": 0}, "CONFIG_RANGE"),
        ("linear", {"dropout": 2.0}, "CONFIG_RANGE"),
    ],
)
def test_options_that_do_not_fit(name: str, options: dict[str, object], code: str) -> None:
    faults = DECODERS.check(name, options, given_by_us=frozenset({"channels", "outputs"}))
    assert [fault.code for fault in faults] == [code]


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "segmentation_models_pytorch", None)
    for name in [name for name in sys.modules if name.startswith("segmentation_models_pytorch.")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(InputError) as caught:
        import_decoders("unet")
    assert caught.value.codes == ("HEAD_NEEDS_EXTRA",)
    assert "dense" in str(caught.value)
