"""Training defaults by family of backbone: what `init` writes into the first recipe.

A line is a place to start from, found by measuring where its evidence says so. Fill in a measurement here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tamesu.artifacts.families import Family, family_of


@dataclass(frozen=True, slots=True)
class Defaults:
    """One line of the table.

    Attributes:
        optimizer, schedule: parts, as a recipe writes them.
        epochs: over all train rows of a fold.
        batch_size: rows per step.
        evidence: a code of `tamesu.messages.guesses.REASONS`: measured, or taken over.
        layer_decay: factor on the rate per stage, going down from the head.
    """

    optimizer: dict[str, dict[str, Any]]
    schedule: str | dict[str, dict[str, Any]]
    epochs: int
    batch_size: int
    evidence: str
    layer_decay: float = 1.0


FINE_TUNING: dict[Family, Defaults] = {
    # Measured on clothing10 (3,409 rows), mobilenetv2_100, 160 px, 5 folds: CV accuracy 0.9070 +- 0.0047 with this line. A
    # quick script before, first fold only: 0.900 with it; 0.856 at a peak of 6e-4 and 0.798 at 2e-4 in 6 epochs.
    "batch_norm": Defaults({"adamw": {"lr": 2e-3, "weight_decay": 0.05}}, "one_cycle", 8, 32, "DEFAULTS_BATCH_NORM"),
    # Not measured. The authors fine-tune with AdamW, 5e-5 at a batch of 512, a cosine, and a factor of 0.7 to 0.8 per group of
    # blocks (Liu et al., A ConvNet for the 2020s, CVPR 2022, appendix A); here a larger step, for a head that begins at random
    # and a training a third as long.
    "convnext": Defaults(
        {"adamw": {"lr": 2e-4, "weight_decay": 0.05}}, {"cosine": {"warmup_epochs": 1}}, 10, 32, "DEFAULTS_CONVNEXT", 0.8
    ),
    # Not measured. AdamW after a warm-up, and lower blocks that learn slower, are the practice of BEiT (Bao et al., ICLR 2022)
    # and MAE (He et al., CVPR 2022, appendix A), whose factor per block is 0.65 to 0.75.
    "transformer": Defaults(
        {"adamw": {"lr": 2e-4, "weight_decay": 0.05}}, {"cosine": {"warmup_epochs": 1}}, 10, 32, "DEFAULTS_TRANSFORMER", 0.75
    ),
    # Not measured. A transformer's optimizer and warm-up; one rate for all stages, as the convolutions below are few and their
    # authors fine-tune without a decay per layer (Tu et al., MaxViT, ECCV 2022).
    "hybrid": Defaults(
        {"adamw": {"lr": 1e-4, "weight_decay": 0.05}}, {"cosine": {"warmup_epochs": 1}}, 10, 32, "DEFAULTS_HYBRID"
    ),
    # Not measured; between the two, for a family that is not in the table.
    "unknown": Defaults(
        {"adamw": {"lr": 3e-4, "weight_decay": 0.05}}, {"cosine": {"warmup_epochs": 1}}, 10, 32, "DEFAULTS_UNKNOWN_FAMILY"
    ),
}

# Measured on pets37 (370 rows, 37 classes), mobilenetv2_100, 224 px, first fold: accuracy 0.838 with this line, 0.635 with the
# one for many rows, whose 80 steps end before the large step has settled.
FEW_ROWS: dict[Family, Defaults] = {
    "batch_norm": Defaults({"adamw": {"lr": 5e-4, "weight_decay": 0.05}}, "one_cycle", 16, 16, "DEFAULTS_FEW_ROWS"),
}
# Between the two measured sizes; where the lines really cross is not measured.
FEW = 1200

# Measured on the handwritten digits at 32 px with timm's test_resnet: CV accuracy 0.98 on 300 rows in 40 epochs, 0.95 in 12.
# Other networks are not measured: without pretrained weights everything has to be learnt from these images, so they train
# longer.
SCRATCH = Defaults(
    {"adamw": {"lr": 1e-3, "weight_decay": 0.05}}, {"cosine": {"warmup_epochs": 2}}, 40, 32, "DEFAULTS_FROM_SCRATCH"
)

# Not measured. Attention has to learn from the images what a convolution is built with; it needs a small step, a long warm-up
# and a long training (Touvron et al., DeiT, ICML 2021).
SCRATCH_ATTENTION = Defaults(
    {"adamw": {"lr": 3e-4, "weight_decay": 0.05}}, {"cosine": {"warmup_epochs": 5}}, 80, 32, "DEFAULTS_SCRATCH_ATTENTION"
)

# An epoch of fewer steps than this makes batch statistics and the schedule coarse (not measured).
LEAST_STEPS = 8
SMALLEST_BATCH = 8


def family_defaults(backbone: str, rows: int, pretrained: bool) -> dict[str, Any]:
    """What a first recipe starts from.

    Args:
        backbone: timm name.
        rows: train rows in all.
        pretrained: whether the backbone starts from weights.

    Returns:
        Recipe keys `optimizer`, `schedule`, `epochs`, `batch_size`, where it is not 1 `layer_decay`, and `evidence`: the code
        of the reason.

    Examples:
        >>> found = family_defaults("resnet34", rows=3000, pretrained=True)
        >>> found["optimizer"], found["epochs"], found["batch_size"]
        ({'adamw': {'lr': 0.002, 'weight_decay': 0.05}}, 8, 32)
        >>> family_defaults("vit_small_patch16_224", rows=3000, pretrained=True)["layer_decay"]
        0.75
    """
    family = family_of(backbone)
    line = SCRATCH_ATTENTION if family == "transformer" else SCRATCH
    if pretrained:
        line = FEW_ROWS[family] if rows < FEW and family in FEW_ROWS else FINE_TUNING[family]
    batch_size = line.batch_size
    while batch_size > SMALLEST_BATCH and rows * 4 // 5 < LEAST_STEPS * batch_size:
        batch_size //= 2
    return {
        "optimizer": {name: dict(options) for name, options in line.optimizer.items()},
        "schedule": line.schedule,
        "epochs": line.epochs,
        "batch_size": batch_size,
        **({"layer_decay": line.layer_decay} if line.layer_decay < 1 else {}),
        "evidence": line.evidence,
    }
