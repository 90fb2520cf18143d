"""A run's network with weights drawn anew: what it explains is explained by no learning."""

from __future__ import annotations

import torch
from jaxtyping import UInt8
from torch import Tensor, nn

from tamesu.artifacts.run import Job, Run
from tamesu.augmentations.random import make_key
from tamesu.training.network import Network, build_network


def scramble(run: Run, job: Job) -> Network:
    """The network of a job with other first weights than any job has, and never trained.

    Source: Adebayo et al., Sanity checks for saliency maps, NeurIPS 2018, section 3 (model parameter randomisation).
    """
    torch.manual_seed(make_key("scrambled", job.seed, job.repeat, job.fold))
    return build_network(run.recipe, run.spec.targets, folder=run.folder, pretrained=False)


def settle(network: Network, images: UInt8[Tensor, "batch height width channels"]) -> None:
    """Give batch norms the statistics of these images; leaves the network in evaluation mode.

    They come from the images that training saw, and a network with other weights makes other numbers of them: with the
    untrained statistics, mean 0 and variance 1, a deep network's numbers fade out or overflow, and nothing could be explained.

    Args:
        network: with batch norms or without.
        images: as decoded.
    """
    network.eval()
    norms = [module for module in network.modules() if isinstance(module, nn.modules.batchnorm._BatchNorm)]
    if not norms:
        return
    for norm in norms:
        norm.reset_running_stats()
        # The average of all batches seen.
        norm.momentum = None
        norm.train()
    # One picture has one number a channel where the map is one cell, and of one number there is no variance.
    several = torch.cat([images, images.flip(2)]) if len(images) == 1 else images
    with torch.no_grad():
        network.see(several)
    network.eval()
