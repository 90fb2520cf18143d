"""What a unit of a backbone's last map sees of the picture: measured, not counted, so it holds for any network."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from tamesu.backbones.maps import find_layout, to_map

# Luo et al. speak of where most of the gradient is; a square that holds so much of its energy is what we call effective.
SHARE = 0.95


@dataclass(frozen=True, slots=True)
class ReceptiveField:
    """The receptive field of the centre unit of the last map.

    Attributes:
        size_px: height and width of the picture it was measured on.
        stride: pixels from one unit of the map to the next.
        theoretical_px: side of the square outside of which no pixel has any influence; `size_px` where all of them have some
            (attention, squeeze-and-excitation, or a field that is larger than the picture).
        effective_px: side of the square that holds 95 % of the influence.
    """

    size_px: int
    stride: float
    theoretical_px: int
    effective_px: int


def measure_receptive_field(
    network: nn.Module, size_px: int, *, channels: int = 3, inputs: int = 8, seed: int = 0
) -> ReceptiveField:
    """How much of a picture the centre unit of the last map sees.

    Of a network without trained weights the effective field says little: training makes it larger.

    Args:
        network: pictures (batch, channels, size, size) → a map, in any layout that timm's networks have; of a timm network its
            `forward_features` is asked. It is left as it is.
        size_px: height and width of the pictures.
        channels: of the pictures.
        inputs: random pictures over which the influence is averaged.
        seed: of the pictures.

    Returns:
        The field, in pixels.

    Raises:
        ValueError: the network gives no square map.

    Source: Luo, Li, Urtasun and Zemel, Understanding the Effective Receptive Field, NeurIPS 2016: the gradient of the centre
        unit at the input. A random direction in the unit's channels stands for all of them: the expected square of its
        gradient is the sum of the channels' squares.

    Examples:
        >>> field = measure_receptive_field(nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=1)), 33)
        >>> field.theoretical_px, field.stride
        (5, 1.0)
    """
    # In 64 bits: squares of gradients far from the centre are zero in 32.
    still = copy.deepcopy(network).double().eval().requires_grad_(False)
    open_branches(still)
    generator = torch.Generator().manual_seed(seed)
    device = next((parameter.device for parameter in still.parameters()), torch.device("cpu"))
    energy = torch.zeros(size_px, size_px, dtype=torch.float64)
    rows = 0
    for _ in range(inputs):
        picture = torch.randn(1, channels, size_px, size_px, generator=generator, dtype=torch.float64).to(device)
        picture.requires_grad_(True)
        units = look(still, picture)
        rows = units.shape[2]
        centre = units[0, :, rows // 2, units.shape[3] // 2]
        direction = torch.randn(len(centre), generator=generator, dtype=torch.float64).to(device)
        (gradient,) = torch.autograd.grad((centre * direction).sum(), picture)
        energy += gradient[0].square().sum(dim=0).cpu()
    return describe_energy(energy, size_px / rows)


def open_branches(network: nn.Module) -> None:
    """Give norms whose factors are all 0 the factor 1, in place.

    Residual networks begin so, each block a plain path: nothing of what its convolutions see would count.
    """
    for module in network.modules():
        weight = getattr(module, "weight", None)
        if isinstance(weight, Tensor) and weight.ndim == 1 and len(weight) and not weight.any():
            weight.fill_(1.0)


def look(network: nn.Module, picture: Tensor) -> Tensor:
    """The last map of one picture, channels first.

    Raises:
        ValueError: it is no square map.
    """
    forward = getattr(network, "forward_features", network)
    features = forward(picture)
    layout = find_layout(network, features)
    if layout is None or layout.kind == "vector":
        shape = tuple(features.shape) if isinstance(features, Tensor) else type(features).__name__
        raise ValueError(f"the network gives no square map of features ({shape}); measure a backbone without its head")
    return to_map(features, layout)


def describe_energy(energy: Tensor, stride: float) -> ReceptiveField:
    """The field out of the influence of each pixel.

    Args:
        energy: shape (size, size), 0 or more.
        stride: pixels from one unit to the next.

    Returns:
        Squares are centred on the middle of the pixels that have any influence.

    Examples:
        >>> energy = torch.zeros(9, 9)
        >>> energy[3:6, 3:6] = 1.0
        >>> energy[4, 4] = 1000.0
        >>> describe_energy(energy, 1.0)
        ReceptiveField(size_px=9, stride=1.0, theoretical_px=3, effective_px=1)
    """
    size = len(energy)
    down, along = torch.nonzero(energy, as_tuple=True)
    if not len(down):
        return ReceptiveField(size, stride, 0, 0)
    side = max(int(down.max() - down.min()), int(along.max() - along.min())) + 1
    middle = ((down.max() + down.min()) / 2, (along.max() + along.min()) / 2)
    places = torch.arange(size, dtype=torch.float64)
    far = torch.maximum((places - middle[0]).abs()[:, None], (places - middle[1]).abs()[None, :])
    order = far.ravel().argsort(stable=True)
    held = energy.ravel()[order].cumsum(0) / energy.sum()
    reached = int(torch.searchsorted(held, SHARE))
    furthest = float(far.ravel()[order][min(reached, len(order) - 1)])
    return ReceptiveField(size, stride, side, math.floor(2 * furthest) + 1)
