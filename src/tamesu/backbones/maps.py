"""One shape for what timm's networks give: maps with channels first or last, tokens, or a vector → (B, C, h, w)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True, slots=True)
class Layout:
    """How a network arranges its features.

    Attributes:
        kind: `channels_first` (B, C, h, w), `channels_last` (B, h, w, C), `tokens` (B, N, C), `vector` (B, C).
        channels: C.
        prefix: tokens before those of the image (class token, registers).
    """

    kind: Literal["channels_first", "channels_last", "tokens", "vector"]
    channels: int
    prefix: int = 0


def find_layout(model: nn.Module, features: object) -> Layout | None:
    """How the features of one square image are arranged, or None when they are not one square map.

    Args:
        model: a timm network; its `num_features`, `output_fmt` and `num_prefix_tokens` are asked.
        features: what its `forward_features` gave.
    """
    if not isinstance(features, Tensor):
        return None
    channels = int(getattr(model, "num_features", features.shape[1]))
    shape = tuple(features.shape)
    if len(shape) == 2:
        return Layout("vector", shape[1])
    if len(shape) == 4:
        declared = str(getattr(model, "output_fmt", "")).endswith("NHWC")
        last = declared or (shape[1] != channels and shape[3] == channels)
        return Layout("channels_last", shape[3]) if last else Layout("channels_first", shape[1])
    if len(shape) == 3:
        prefix = getattr(model, "num_prefix_tokens", None)
        if prefix is None:
            # Older networks do not say; a class token makes a square number of places one too many.
            prefix = 0 if is_square(shape[1]) else 1
        return Layout("tokens", shape[2], prefix) if is_square(shape[1] - prefix) else None
    return None


def is_square(number: int) -> bool:
    """Whether a number is 1, 4, 9, 16, ...

    Examples:
        >>> [n for n in range(20) if is_square(n)]
        [1, 4, 9, 16]
    """
    return number > 0 and math.isqrt(number) ** 2 == number


def to_map(features: Tensor, layout: Layout, norm: nn.LayerNorm | None = None) -> Float[Tensor, "batch channels rows columns"]:
    """Features in any layout as a map with channels first; the memory stays as it is.

    Args:
        features: in `layout`.
        layout: from `find_layout`.
        norm: applied to the channels at each place.

    Examples:
        >>> import torch
        >>> to_map(torch.zeros(2, 5, 8), Layout("tokens", 8, prefix=1)).shape
        torch.Size([2, 8, 2, 2])
    """
    if layout.kind == "tokens":
        places = features[:, layout.prefix :]
        side = math.isqrt(places.shape[1])
        last = places.reshape(places.shape[0], side, side, layout.channels)
    elif layout.kind == "vector":
        last = features[:, None, None, :]
    elif layout.kind == "channels_first":
        if norm is None:
            return features
        last = features.permute(0, 2, 3, 1)
    else:
        last = features
    if norm is not None:
        last = F.layer_norm(last, norm.normalized_shape, norm.weight, norm.bias, norm.eps)
    return last.permute(0, 3, 1, 2)


def find_last_norm(model: nn.Module, channels: int) -> nn.LayerNorm | None:
    """The norm that the network has between its pooling and its classifier, if any.

    ConvNeXt, BEiT and their kin leave their features unscaled until then. We apply it at each place before the pooling:
    the head is given features of one scale, and the pretrained norm is not lost.

    Args:
        model: a timm network.
        channels: width of its features; a norm of another width is not meant for them.
    """
    for norm in (getattr(model, "fc_norm", None), getattr(getattr(model, "head", None), "norm", None)):
        if isinstance(norm, nn.LayerNorm) and tuple(norm.normalized_shape) == (channels,):
            return norm
    return None
