"""Whether a card about optimisation fits a competition, why, and the changes to paste: one function a card."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tamesu.artifacts.families import family_of
from tamesu.cards.learning import Judged, Learning
from tamesu.messages import optimisation_cards as say
from tamesu.messages.message import Phrase, fill_both

# Fewer rows than this are soon known by heart.
FEW_ROWS = 1000
MANY_ROWS = 50_000
# A restart needs room before and after it.
LEAST_EPOCHS = 7
ATTENTION = ("transformer", "hybrid")
# The next smaller network of a series for which timm publishes weights.
SMALLER = {
    "resnet34": "resnet18",
    "resnet50": "resnet34",
    "resnet101": "resnet50",
    "resnet152": "resnet101",
    "mobilenetv2_100": "mobilenetv2_050",
    "mobilenetv3_large_100": "mobilenetv3_small_100",
    "efficientnet_b1": "efficientnet_b0",
    "efficientnet_b2": "efficientnet_b1",
    "efficientnet_b3": "efficientnet_b2",
    "efficientnet_b4": "efficientnet_b3",
    "tf_efficientnetv2_m": "tf_efficientnetv2_s",
    "tf_efficientnetv2_s": "tf_efficientnetv2_b3",
    "convnext_tiny": "convnext_nano",
    "convnext_small": "convnext_tiny",
    "convnext_base": "convnext_small",
    "convnextv2_tiny": "convnextv2_nano",
    "convnextv2_base": "convnextv2_tiny",
    "vit_small_patch16_224": "vit_tiny_patch16_224",
    "vit_base_patch16_224": "vit_small_patch16_224",
    "deit3_base_patch16_224": "deit3_small_patch16_224",
    "swin_small_patch4_window7_224": "swin_tiny_patch4_window7_224",
    "swin_base_patch4_window7_224": "swin_small_patch4_window7_224",
}
# One of each family to try beside the other, with what it is trained with.
TRANSFORMER: dict[str, Any] = {
    "backbone": "vit_small_patch16_224",
    "optimizer": {"adamw": {"lr": 2e-4, "weight_decay": 0.05}},
    "schedule": {"cosine": {"warmup_epochs": 1}},
    "layer_decay": 0.75,
}
CNN: dict[str, Any] = {
    "backbone": "resnet34",
    "optimizer": {"adamw": {"lr": 1e-3, "weight_decay": 0.05}},
    "schedule": "one_cycle",
    "layer_decay": 1.0,
}
# Square images of this side suit it; a transformer's positions are made for one size.
TRANSFORMER_PX = 224


def tell_used(key: str, value: Any) -> Phrase:
    """That the recipe has it."""
    return fill_both(say.USED, key=key, value=value)


def starts_from_nothing(facts: Learning) -> bool:
    """Whether the backbone has no pretrained weights."""
    return facts.recipe.backbone.options.get("weights") == "none"


def has_own_weights(facts: Learning) -> bool:
    """Whether the weights are a file of the user's."""
    return facts.recipe.backbone.options.get("weights", "imagenet") not in ("imagenet", "none")


def tell_rows(facts: Learning) -> tuple[tuple[Phrase, ...], bool | None]:
    """Whether rows are few enough to be learnt by heart."""
    if 0 < facts.rows < FEW_ROWS:
        return (fill_both(say.FEW_ROWS, rows=facts.rows),), True
    if facts.rows > MANY_ROWS:
        return (fill_both(say.MANY_ROWS, rows=facts.rows),), False
    return (), None


def sgd(facts: Learning) -> Judged:
    """SGD with momentum at two rates; AdamW where the recipe has SGD."""
    backbone = facts.recipe.backbone.name
    attention = family_of(backbone) in ATTENTION
    reason = fill_both(say.TRANSFORMER if attention else say.CNN, backbone=backbone)
    if facts.recipe.optimizer.name == "sgd":
        lr = 2e-4 if attention else 1e-3
        ideas: dict[str, Any] = {"adamw": {"optimizer": {"adamw": {"lr": lr, "weight_decay": 0.05}}}}
        return Judged((tell_used("optimizer", "sgd"), reason), ideas, used=True)
    options = {"momentum": 0.9, "nesterov": True, "weight_decay": 1e-4}
    ideas = {
        "sgd": {"optimizer": {"sgd": {"lr": 0.01} | options}},
        # For images like those of the pretraining: the weights stay near where they are.
        "sgd_small": {"optimizer": {"sgd": {"lr": 0.001} | options}},
    }
    return Judged((reason,), ideas, True if attention and not starts_from_nothing(facts) else None)


def cosine_restarts(facts: Learning) -> Judged:
    """Three cycles, each twice as long, that end with the training."""
    if facts.recipe.schedule.name == "cosine_restarts":
        ideas: dict[str, Any] = {"one_cosine": {"schedule": {"cosine": {"warmup_epochs": 1}}}}
        return Judged((tell_used("schedule", "cosine_restarts"),), ideas, used=True)
    epochs = facts.recipe.epochs
    # 1 + 2 + 4 cycles after an epoch of warm-up.
    first = max(1, round((max(epochs, LEAST_EPOCHS + 1) - 1) / 7))
    length = 1 + 7 * first
    reasons = [fill_both(say.CYCLES, epochs=length, first=first, second=2 * first, third=4 * first)]
    if epochs <= LEAST_EPOCHS:
        reasons.insert(0, fill_both(say.SHORT, epochs=epochs))
    part = {"cosine_restarts": {"first_epochs": first, "factor": 2.0, "warmup_epochs": 1}}
    return Judged(tuple(reasons), {"restarts": {"schedule": part, "epochs": length}}, False if epochs <= LEAST_EPOCHS else None)


def plateau(facts: Learning) -> Judged:
    """Twice the epochs, so that there is room for a fall."""
    if facts.recipe.schedule.name == "plateau":
        ideas: dict[str, Any] = {"patient": {"schedule.plateau.patience": 5}}
        return Judged((tell_used("schedule", "plateau"),), ideas, used=True)
    part = {"plateau": {"patience": 2, "factor": 0.3, "warmup_epochs": 1}}
    return Judged((), {"plateau": {"schedule": part, "epochs": 2 * facts.recipe.epochs}})


def freeze(facts: Learning) -> Judged:
    """Two stages, or one more and one less than the recipe has."""
    if starts_from_nothing(facts):
        return Judged((say.SCRATCH,), {}, False)
    reasons, suits = tell_rows(facts)
    if count := facts.recipe.freeze:
        ideas: dict[str, Any] = {"freeze_more": {"freeze": count + 1}, "freeze_less": {"freeze": count - 1}}
        return Judged((tell_used("freeze", count), *reasons), ideas, used=True)
    return Judged(reasons, {"freeze": {"freeze": 2}}, suits)


def layer_decay(facts: Learning) -> Judged:
    """A factor per stage, by family; one rate for all where the recipe has one."""
    if starts_from_nothing(facts):
        return Judged((say.SCRATCH,), {}, False)
    attention = family_of(facts.recipe.backbone.name) == "transformer"
    if facts.recipe.layer_decay < 1:
        ideas: dict[str, Any] = {"one_rate": {"layer_decay": 1.0}}
        return Judged((tell_used("layer_decay", facts.recipe.layer_decay),), ideas, used=True)
    return Judged((), {"layer_decay": {"layer_decay": 0.75 if attention else 0.6}}, True if attention else None)


def weight_decay(facts: Learning) -> Judged:
    """Four times as much as the recipe has, and none."""
    part = facts.recipe.optimizer
    there = float(part.options.get("weight_decay") or 0.0)
    key = f"optimizer.{part.name}.weight_decay"
    reasons, suits = tell_rows(facts)
    if there:
        ideas: dict[str, Any] = {"decay_more": {key: float(f"{4 * there:.3g}")}, "no_decay": {key: 0.0}}
        return Judged((tell_used(key, there), *reasons), ideas, suits, used=True)
    return Judged(reasons, {"decay": {key: 1e-4 if part.name == "sgd" else 0.05}}, suits)


def drop_path(facts: Learning) -> Judged:
    """A tenth, or twice what the recipe has."""
    part = facts.recipe.backbone
    there = float(part.options.get("drop_path_rate") or 0.0)
    key = f"backbone.{part.name}.drop_path_rate"
    reasons, suits = tell_rows(facts)
    if there:
        ideas: dict[str, Any] = {"drop_path_more": {key: min(0.5, 2 * there)}, "no_drop_path": {key: 0.0}}
        return Judged((tell_used(key, there), *reasons), ideas, used=True)
    return Judged(reasons, {"drop_path": {key: 0.1}}, suits)


def key_rule(key: str, value: float, ideas: Callable[[float], dict[str, Any]]) -> Callable[[Learning], Judged]:
    """The rule of a key that is 0 where it is not used.

    Args:
        key: of the recipe.
        value: to begin with.
        ideas: from the value the recipe has to other ones worth a try.
    """

    def rule(facts: Learning) -> Judged:
        there = float(getattr(facts.recipe, key))
        if there:
            return Judged((tell_used(key, there),), ideas(there), used=True)
        return Judged((), {key: {key: value}})

    return rule


def smaller_network(facts: Learning) -> Judged:
    """The next smaller one of its series."""
    part = facts.recipe.backbone
    name = SMALLER.get(part.name.split(".")[0])
    reasons, suits = tell_rows(facts)
    if name is None:
        return Judged((fill_both(say.NO_SMALLER, backbone=part.name), *reasons), {}, None)
    if has_own_weights(facts):
        reasons = (*reasons, say.OWN_WEIGHTS)
    return Judged(reasons, {name: {"backbone": {name: network_options(facts)}}}, suits)


def other_family(facts: Learning) -> Judged:
    """A transformer where the recipe has a CNN, and the other way round, with what it is trained with."""
    recipe = facts.recipe
    attention = family_of(recipe.backbone.name) in ATTENTION
    changes = dict(CNN if attention else TRANSFORMER)
    name = changes["backbone"]
    changes["backbone"] = {name: network_options(facts)}
    if not attention and recipe.image.size != TRANSFORMER_PX:
        changes["image.size"] = TRANSFORMER_PX
    reasons = (say.OWN_WEIGHTS,) if has_own_weights(facts) else ()
    if hopeless := starts_from_nothing(facts) and not attention:
        reasons = (say.ATTENTION_FROM_NOTHING,)
    return Judged(reasons, {"cnn" if attention else "transformer": changes}, not hopeless)


def network_options(facts: Learning) -> dict[str, Any]:
    """The options of another backbone: weights of its own, or none where the recipe has none."""
    return {"weights": "none"} if starts_from_nothing(facts) else {}


RULES: dict[str, Callable[[Learning], Judged]] = {
    "sgd": sgd,
    "cosine_restarts": cosine_restarts,
    "plateau": plateau,
    "freeze": freeze,
    "layer_decay": layer_decay,
    "weight_decay": weight_decay,
    "drop_path": drop_path,
    "ema": key_rule("ema", 0.99, lambda there: {"ema_longer": {"ema": 1 - (1 - there) / 5}, "no_ema": {"ema": 0.0}}),
    "clip_grad_norm": key_rule("clip_grad_norm", 1.0, lambda there: {"no_clip": {"clip_grad_norm": 0.0}} if there else {}),
    "smaller_network": smaller_network,
    "other_family": other_family,
}
