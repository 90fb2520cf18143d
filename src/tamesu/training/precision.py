"""Which number format to compute in: measured on the very network and batch, not guessed."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any, Literal

import torch

from tamesu.training.network import Network

Precision = Literal["fp32", "bf16"]

# bf16 changes results a little, so it has to pay visibly.
LEAST_GAIN = 1.15


def make_autocast(precision: Precision, device: torch.device) -> Callable[[], Any]:
    """A context factory: bf16 autocast on `device`, or nothing for fp32."""
    if precision == "fp32":
        return contextlib.nullcontext
    return lambda: torch.autocast(device.type, dtype=torch.bfloat16)


def measure_precision(network: Network, *, size_px: int, batch_size: int, device: torch.device) -> Precision:
    """Take bf16 where a training step is at least 1.15 times faster in it.

    Args:
        network: on the device; its weights and statistics come back unchanged.
        size_px: image size of the recipe.
        batch_size: of the recipe.
        device: where training will run.

    Returns:
        `"bf16"` or `"fp32"`.
    """
    if device.type == "cuda":
        return "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "fp32"
    state = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    images = torch.zeros((batch_size, size_px, size_px, 3), dtype=torch.uint8, device=device)
    seconds: dict[str, float] = {}
    for precision in ("fp32", "bf16"):
        first = time_step(network, images, make_autocast(precision, device))
        if precision == "bf16" and first > 3 * seconds["fp32"]:
            # Emulated bf16 can be ten times slower; one step has said enough.
            seconds["bf16"] = first
            break
        seconds[precision] = min(time_step(network, images, make_autocast(precision, device)) for _ in range(2))
    network.zero_grad(set_to_none=True)
    network.load_state_dict(state)
    return "bf16" if seconds["bf16"] * LEAST_GAIN <= seconds["fp32"] else "fp32"


def time_step(network: Network, images: torch.Tensor, autocast: Callable[[], Any]) -> float:
    """Seconds of one forward and backward pass."""
    network.train()
    started = time.perf_counter()
    with autocast():
        logits = network(images)
    torch.autograd.backward(torch.stack([values.square().mean() for values in logits.values()]).sum())
    return time.perf_counter() - started
