"""Losses: logits and target → one value per sample. One file each, siblings together; the table is `LOSSES`."""

from __future__ import annotations

from tamesu.losses.angles import ArcFace, CosFace, SubcenterArcFace
from tamesu.losses.asymmetric import Asymmetric
from tamesu.losses.bce import BinaryCrossEntropy
from tamesu.losses.center import Center
from tamesu.losses.class_balanced import ClassBalanced
from tamesu.losses.coral import Coral
from tamesu.losses.cross_entropy import CrossEntropy
from tamesu.losses.distances import Contrastive, SupervisedContrastive, Triplet
from tamesu.losses.focal import Focal
from tamesu.losses.huber import Huber
from tamesu.losses.kl_divergence import KLDivergence
from tamesu.losses.ldam import LabelDistributionAwareMargin
from tamesu.losses.log_cosh import LogCosh
from tamesu.losses.logit_adjustment import LogitAdjustment
from tamesu.losses.loss import Loss
from tamesu.losses.lovasz import Lovasz
from tamesu.losses.mae import MeanAbsoluteError
from tamesu.losses.mse import MeanSquaredError
from tamesu.losses.noisy import GeneralizedCrossEntropy, SymmetricCrossEntropy
from tamesu.losses.overlap import Dice, FocalTversky, Jaccard
from tamesu.losses.poly import Poly
from tamesu.losses.quantile import Quantile
from tamesu.losses.smooth_l1 import SmoothL1
from tamesu.losses.wing import Wing
from tamesu.registry import Registry

# What tamesu fills in; a recipe cannot write it.
GIVEN_BY_US = frozenset({"class_counts", "width", "labels"})

LOSSES = Registry(
    "loss",
    {
        "cross_entropy": CrossEntropy,
        "kl_divergence": KLDivergence,
        "bce": BinaryCrossEntropy,
        "focal": Focal,
        "asymmetric": Asymmetric,
        "class_balanced": ClassBalanced,
        "ldam": LabelDistributionAwareMargin,
        "logit_adjustment": LogitAdjustment,
        "poly": Poly,
        "symmetric_cross_entropy": SymmetricCrossEntropy,
        "gce": GeneralizedCrossEntropy,
        "coral": Coral,
        "mse": MeanSquaredError,
        "mae": MeanAbsoluteError,
        "smooth_l1": SmoothL1,
        "huber": Huber,
        "wing": Wing,
        "quantile": Quantile,
        "log_cosh": LogCosh,
        "dice": Dice,
        "jaccard": Jaccard,
        "lovasz": Lovasz,
        "focal_tversky": FocalTversky,
        "triplet": Triplet,
        "supcon": SupervisedContrastive,
        "contrastive": Contrastive,
        "center": Center,
        "arcface": ArcFace,
        "subcenter_arcface": SubcenterArcFace,
        "cosface": CosFace,
    },
)

__all__ = [
    "GIVEN_BY_US",
    "LOSSES",
    "ArcFace",
    "Asymmetric",
    "BinaryCrossEntropy",
    "Center",
    "ClassBalanced",
    "Contrastive",
    "Coral",
    "CosFace",
    "CrossEntropy",
    "Dice",
    "Focal",
    "FocalTversky",
    "GeneralizedCrossEntropy",
    "Huber",
    "Jaccard",
    "KLDivergence",
    "LabelDistributionAwareMargin",
    "LogCosh",
    "LogitAdjustment",
    "Loss",
    "Lovasz",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "Poly",
    "Quantile",
    "SmoothL1",
    "SubcenterArcFace",
    "SupervisedContrastive",
    "SymmetricCrossEntropy",
    "Triplet",
    "Wing",
]
