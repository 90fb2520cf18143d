"""From a backbone's maps to one map of logits: for masks and maps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import Ge, MinLen, MultipleOf
from jaxtyping import Float
from torch import Tensor, nn

from tamesu.errors import Fault, InputError, Where
from tamesu.registry import Count, Probability

Stride = Literal[2, 4, 8, 16]
# The library normalises in 32 groups of channels.
Grouped = Annotated[int, Ge(32), MultipleOf(32)]


class LinearDecoder(nn.Module):
    """One 1 × 1 convolution over one map: coarse, and nearly free.

    Args:
        channels: of the map, one number; filled by tamesu.
        outputs: logits per place; filled by tamesu.
        dropout: probability that a channel is left out in training.

    Examples:
        >>> import torch
        >>> LinearDecoder(channels=[8], outputs=3)([torch.zeros(2, 8, 4, 4)]).shape
        torch.Size([2, 3, 4, 4])
    """

    stride: ClassVar[int | None] = None

    def __init__(self, *, channels: Sequence[int], outputs: Count, dropout: Probability = 0.0) -> None:
        super().__init__()
        self.dropout = nn.Dropout2d(dropout)
        self.last = nn.Conv2d(channels[-1], outputs, 1)

    def forward(self, maps: Sequence[Float[Tensor, "batch _ _ _"]]) -> Float[Tensor, "batch outputs rows columns"]:
        """Logits at the places of the last of the maps."""
        logits: Tensor = self.last(self.dropout(maps[-1]))
        return logits


class UnetDecoder(nn.Module):
    """A U-Net's way up, from segmentation_models_pytorch, to a map of `stride` pixels per place.

    Args:
        channels: of the maps from the finest, which has the wanted stride, to the coarsest; filled by tamesu.
        outputs: logits per place; filled by tamesu.
        stride: pixels of the image per place of the result.
        widths: channels on the way up, from the coarsest on; the last one is repeated as needed.
        attention: `scse` weighs channels and places on the way up.

    Raises:
        InputError: HEAD_NEEDS_EXTRA, the library is not installed.

    Source: Ronneberger, Fischer and Brox, U-Net, MICCAI 2015; segmentation_models_pytorch.
    """

    def __init__(
        self,
        *,
        channels: Sequence[int],
        outputs: Count,
        stride: Stride = 4,
        widths: Annotated[list[Count], MinLen(1)] | None = None,
        attention: Literal["none", "scse"] = "none",
    ) -> None:
        super().__init__()
        decoders = import_decoders("unet")
        steps = len(channels) - 1
        given = widths or [128, 64, 32, 16]
        ways = [given[min(step, len(given) - 1)] for step in range(steps)]
        self.stride = stride
        # The library leaves the first map out, as it has the image's size; the finest is given twice.
        self.decoder = decoders.UnetDecoder(
            encoder_channels=[channels[0], *channels],
            decoder_channels=ways,
            n_blocks=steps,
            attention_type=None if attention == "none" else attention,
        )
        self.last = nn.Conv2d(ways[-1], outputs, 1)

    def forward(self, maps: Sequence[Float[Tensor, "batch _ _ _"]]) -> Float[Tensor, "batch outputs rows columns"]:
        """Logits at the places of the finest map."""
        logits: Tensor = self.last(self.decoder([maps[0], *maps]))
        return logits


class FpnDecoder(nn.Module):
    """A feature pyramid, from segmentation_models_pytorch, over the four coarsest maps.

    Args:
        channels: of the maps from the finest to the coarsest, four; filled by tamesu.
        outputs: logits per place; filled by tamesu.
        pyramid: channels of the pyramid.
        width: channels before the last layer, a multiple of 32.
        dropout: probability that a channel is left out in training.

    Raises:
        InputError: HEAD_NEEDS_EXTRA, the library is not installed.

    Source: Kirillov et al., Panoptic Feature Pyramid Networks, CVPR 2019; segmentation_models_pytorch.
    """

    stride: ClassVar[int | None] = 4

    def __init__(
        self, *, channels: Sequence[int], outputs: Count, pyramid: Count = 128, width: Grouped = 64, dropout: Probability = 0.0
    ) -> None:
        super().__init__()
        decoders = import_decoders("fpn")
        self.decoder = decoders.FPNDecoder(
            encoder_channels=list(channels)[-4:],
            encoder_depth=4,
            pyramid_channels=pyramid,
            segmentation_channels=width,
            dropout=dropout,
        )
        self.last = nn.Conv2d(width, outputs, 1)

    def forward(self, maps: Sequence[Float[Tensor, "batch _ _ _"]]) -> Float[Tensor, "batch outputs rows columns"]:
        """Logits at the places of the finest map."""
        logits: Tensor = self.last(self.decoder(list(maps)))
        return logits


def import_decoders(name: str) -> Any:
    """The library's decoders of one architecture; it takes seconds to import.

    Raises:
        InputError: HEAD_NEEDS_EXTRA.
    """
    import importlib

    try:
        return importlib.import_module(f"segmentation_models_pytorch.decoders.{name}.decoder")
    except ImportError as error:
        raise InputError(Fault("HEAD_NEEDS_EXTRA", "refuse", Where(), {"decoder": name})) from error
