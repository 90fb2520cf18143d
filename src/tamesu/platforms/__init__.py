"""Platforms: where submissions go. Only files are written; nothing is uploaded."""

from __future__ import annotations

from tamesu.platforms.atmacup import Atmacup
from tamesu.platforms.file import File
from tamesu.platforms.kaggle import Kaggle
from tamesu.platforms.nishika import Nishika
from tamesu.platforms.platform import Platform
from tamesu.platforms.probspace import Probspace
from tamesu.platforms.signate import Signate
from tamesu.registry import Registry

__all__ = ["PLATFORMS", "Platform"]

PLATFORMS = Registry(
    "platform",
    {
        "file": File,
        "kaggle": Kaggle,
        "signate": Signate,
        "probspace": Probspace,
        "nishika": Nishika,
        "atmacup": Atmacup,
    },
)
