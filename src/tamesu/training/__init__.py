"""Training: samples, network, loop, checkpoint, inference. The only room where tensors live."""

from __future__ import annotations

from tamesu.training.devices import choose_device, choose_precision, choose_threads, use_threads
from tamesu.training.images import predict_images
from tamesu.training.job import Machine, load_network, run_job
from tamesu.training.loop import DivergedError, StoppedError
from tamesu.training.material import Material, Shelf, open_material
from tamesu.training.overfit import Outcome, memorise

__all__ = [
    "DivergedError",
    "Machine",
    "Material",
    "Outcome",
    "Shelf",
    "StoppedError",
    "choose_device",
    "choose_precision",
    "choose_threads",
    "load_network",
    "memorise",
    "open_material",
    "predict_images",
    "run_job",
    "use_threads",
]
