"""Recipe: how a model is trained; everything that decides a result apart from the data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from tamesu.artifacts.changes import apply_changes
from tamesu.artifacts.competition import STRICT, Name, Part
from tamesu.artifacts.files import digest_of
from tamesu.artifacts.schema import validate
from tamesu.errors import Fault, Where, raise_faults

NonNegative = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]
Probability = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]

# The loss to begin with, by the kind of the target.
USUAL_LOSSES = {"class": "cross_entropy", "multilabel": "bce", "value": "smooth_l1"}
# The weight to begin with, of a head that only helps.
AUXILIARY_WEIGHT = 0.3


class ImageInput(BaseModel):
    """What the network is given.

    Attributes:
        size: height and width in pixels.
        channels: named sources of channels; `rgb` for now.
        fit: how an image that is not square becomes square at validation and test: `crop` (centre), `stretch` or `pad`.
    """

    model_config = STRICT
    size: Annotated[int, Field(ge=8, le=4096)] = 224
    channels: list[Part] = Field(default_factory=lambda: [Part(name="rgb")])
    fit: Literal["crop", "stretch", "pad"] = "crop"


class Head(BaseModel):
    """One output of the network, named after its target.

    Attributes:
        loss: the loss part.
        weight: its share in the total loss.
        dropout: probability before the last layer.
    """

    model_config = STRICT
    loss: Part
    weight: NonNegative = 1.0
    dropout: Probability = 0.0


class Recipe(BaseModel):
    """The whole of `recipes/<name>.yaml`, after `from:` has been followed.

    Attributes:
        name: the file's name; not part of the digest.
        question: what the recipe asks; not part of the digest.
        seeds: which seeds to train; not part of the digest.
        tta: test-time augmentation: the kept predictions are the mean over every view of these parts (a flip has two).
        freeze: how many stages of the backbone, from the image on, are not trained (0: all are trained).
        layer_decay: factor on the learning rate per stage, going down from the head.
        clip_grad_norm: the largest norm of the whole gradient; 0 is no limit.
        accumulate: how many batches make one optimizer step.
        ema: decay of the running average of the weights, per optimizer step; 0 is none.
        precision: `auto` measures at start and takes bf16 where it pays.
    """

    model_config = STRICT
    name: Name = "recipe"
    question: str = ""
    image: ImageInput = ImageInput()
    backbone: Part
    pooling: Part = Part(name="average")
    heads: Annotated[dict[str, Head], Field(min_length=1)]
    augmentations: list[Part] = Field(default_factory=list)
    tta: list[Part] = Field(default_factory=list)
    optimizer: Part = Part(name="adamw")
    schedule: Part = Part(name="cosine")
    epochs: Annotated[int, Field(ge=1, le=100_000)] = 10
    batch_size: Annotated[int, Field(ge=1, le=65_536)] = 32
    accumulate: Annotated[int, Field(ge=1, le=65_536)] = 1
    clip_grad_norm: NonNegative = 0.0
    ema: Annotated[float, Field(ge=0.0, lt=1.0, allow_inf_nan=False)] = 0.0
    freeze: Annotated[int, Field(ge=0, le=100)] = 0
    layer_decay: Annotated[float, Field(gt=0.0, le=1.0, allow_inf_nan=False)] = 1.0
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    seeds: Annotated[list[Annotated[int, Field(ge=0, lt=2**31)]], Field(min_length=1)] = Field(default_factory=lambda: [0])

    def written(self) -> dict[str, Any]:
        """The recipe as plain JSON values, every default spelled out, parts in their short form."""
        plain = self.model_dump(mode="json")
        for key in ("backbone", "pooling", "optimizer", "schedule"):
            plain[key] = getattr(self, key).written()
        plain["augmentations"] = [part.written() for part in self.augmentations]
        plain["tta"] = [part.written() for part in self.tta]
        plain["image"]["channels"] = [part.written() for part in self.image.channels]
        for name, head in self.heads.items():
            plain["heads"][name]["loss"] = head.loss.written()
        return plain

    def vary(self, changes: Mapping[str, Any]) -> Recipe:
        """A recipe with changes applied, validated as a whole again.

        Args:
            changes: dotted key → value; `key+` appends to a list, `key-` removes from it.

        Raises:
            InputError: a change that does not fit, or a recipe that would not be valid; carries every fault.

        Examples:
            >>> base = Recipe(backbone=Part(name="resnet18"), heads={"theme": Head(loss=Part(name="cross_entropy"))})
            >>> base.vary({"optimizer.adamw.lr": 1e-3, "augmentations+": "rotate"}).optimizer.options
            {'lr': 0.001}
        """
        varied = validate(Recipe, apply_changes(self.written(), changes, Recipe))
        raise_faults(check_seeds(varied))
        return varied

    def digest(self) -> str:
        """SHA-256 of what decides the result: everything but name, question and seeds.

        Call it on a recipe whose parts have every default spelled out (`tamesu.workflow.resolve_recipe`), so that
        writing a default changes nothing.
        """
        plain = self.written()
        for key in ("name", "question", "seeds"):
            del plain[key]
        if not self.tta:
            # A recipe without it has the name it had before there was any.
            del plain["tta"]
        return digest_of(plain)


def check_seeds(recipe: Recipe) -> list[Fault]:
    """CONFIG_DUPLICATE_SEED for each seed that stands in the recipe more than once."""
    repeated = sorted({seed for seed in recipe.seeds if recipe.seeds.count(seed) > 1})
    return [Fault("CONFIG_DUPLICATE_SEED", "refuse", Where(key="seeds"), {"seed": seed}) for seed in repeated]
