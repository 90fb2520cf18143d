"""Schedules: position in the training → factor on the learning rate. One file each; the table is `SCHEDULES`. No torch."""

from __future__ import annotations

from tamesu.registry import Registry
from tamesu.schedules.constant import Constant
from tamesu.schedules.cosine import Cosine
from tamesu.schedules.cosine_restarts import CosineRestarts
from tamesu.schedules.one_cycle import OneCycle
from tamesu.schedules.plateau import Plateau
from tamesu.schedules.schedule import Schedule
from tamesu.schedules.step import Step

SCHEDULES = Registry(
    "schedule",
    {
        "constant": Constant,
        "cosine": Cosine,
        "cosine_restarts": CosineRestarts,
        "one_cycle": OneCycle,
        "step": Step,
        "plateau": Plateau,
    },
)

__all__ = ["SCHEDULES", "Constant", "Cosine", "CosineRestarts", "OneCycle", "Plateau", "Schedule", "Step"]
