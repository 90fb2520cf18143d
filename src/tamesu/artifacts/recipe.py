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
USUAL_LOSSES = {
    "class": "cross_entropy",
    "identity": "cross_entropy",
    "ordinal": "cross_entropy",
    "multilabel": "bce",
    "soft": "kl_divergence",
    "value": "smooth_l1",
    "points": "smooth_l1",
    "mask": "cross_entropy",
    "map": "smooth_l1",
}
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


Activation = Literal["relu", "gelu", "silu", "mish", "leaky_relu", "elu", "tanh", "sigmoid", "hardswish", "none"]


class Head(BaseModel):
    """One output of the network.

    Attributes:
        target: what it learns; the target of the head's own name when None.
        loss: the loss part.
        weight: its share in the total loss.
        tap: which stage of the backbone it reads: `last`, or a number from 0 at the image; -2 is the last but one.
        branch: it has its own copy of so many last stages (as taps count them), which no other head trains.
        pooling: its own pooling; the recipe's when None. Heads at the last map that write none share it.
        hidden: width of a hidden layer before the last one; 0 is none.
        activation: what follows the hidden layer, by name.
        dropout: probability before the last layer.
        scaling: `standard`: a value is learnt in units of its standard deviation on the training fold, from its mean on;
            `none`: in its own unit, as it stands in the table.
        constraint: a layer after the last one whose values cannot break a rule.
        decoder: for masks and maps, what makes a map of the backbone's maps; `linear` when None.
    """

    model_config = STRICT
    target: str | None = None
    loss: Part
    weight: NonNegative = 1.0
    tap: Literal["last"] | int = "last"
    branch: Annotated[int, Field(ge=0, le=100)] = 0
    pooling: Part | None = None
    hidden: Annotated[int, Field(ge=0, le=65_536)] = 0
    activation: Activation = "relu"
    dropout: Probability = 0.0
    scaling: Literal["standard", "none"] = "standard"
    constraint: Part | None = None
    decoder: Part | None = None

    def written(self) -> dict[str, Any]:
        """The head as plain JSON values, every default spelled out, parts in their short form."""
        plain = self.model_dump(mode="json")
        for key in ("loss", "pooling", "constraint", "decoder"):
            part = getattr(self, key)
            plain[key] = None if part is None else part.written()
        return plain


class ColumnInput(BaseModel):
    """Columns of the table as a second input beside the image.

    Attributes:
        numeric: columns of numbers: standardised on the training fold; a missing one is the mean and says so.
        category: columns of text, one-hot; a missing one is none of them.
        skew: `auto` takes the logarithm of a column in which few values are far above the others; `log` of all, `none` of none.
        width: how many features the columns have beside the image's, whatever their number.
        dropout: probability that one of them is left out in training.
    """

    model_config = STRICT
    numeric: list[str] = Field(default_factory=list)
    category: list[str] = Field(default_factory=list)
    skew: Literal["auto", "log", "none"] = "auto"
    width: Annotated[int, Field(ge=1, le=4096)] = 16
    dropout: Probability = 0.0


class Recipe(BaseModel):
    """The whole of `recipes/<name>.yaml`, after `from:` has been followed.

    Attributes:
        name: the file's name; not part of the digest.
        question: what the recipe asks; not part of the digest.
        seeds: which seeds to train; not part of the digest.
        tta: test-time augmentation: the kept predictions are the mean over every view of these parts (a flip has two).
        columns: columns of the table that the network sees beside the image.
        neck: width of one more layer above the backbone that all heads at `last` share; 0 is none.
        balance: how the terms of the loss become one total.
        penalties: laws between outputs, which need no target.
        sampler: how often each image is used in an epoch.
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
    columns: ColumnInput | None = None
    neck: Annotated[int, Field(ge=0, le=65_536)] = 0
    heads: Annotated[dict[str, Head], Field(min_length=1)]
    balance: Part = Part(name="fixed")
    penalties: list[Part] = Field(default_factory=list)
    sampler: Part = Part(name="all")
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
        for key in ("backbone", "pooling", "balance", "sampler", "optimizer", "schedule"):
            plain[key] = getattr(self, key).written()
        for key in ("augmentations", "tta", "penalties"):
            plain[key] = [part.written() for part in getattr(self, key)]
        plain["image"]["channels"] = [part.written() for part in self.image.channels]
        plain["heads"] = {name: head.written() for name, head in self.heads.items()}
        return plain

    def as_it_stands(self, head: str) -> bool:
        """Whether a head's outputs are values in the target's own unit: it is constrained or unscaled."""
        return self.heads[head].constraint is not None or self.heads[head].scaling == "none"

    def heads_of(self, target: str) -> list[str]:
        """The heads that learn a target, that of its own name first."""
        found = [name for name, head in self.heads.items() if (head.target or name) == target]
        return sorted(found, key=lambda name: name != target)

    @property
    def learned(self) -> list[str]:
        """The targets that some head learns, sorted."""
        return sorted({head.target or name for name, head in self.heads.items()})

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
        # A recipe without any of these has the name it had before there were any.
        for key in ("tta", "columns", "neck", "penalties"):
            if not plain[key]:
                del plain[key]
        for key, usual in (("balance", "fixed"), ("sampler", "all")):
            if plain[key] in (usual, {usual: {}}):
                del plain[key]
        plain["heads"] = {name: shorten_head(name, head) for name, head in plain["heads"].items()}
        return digest_of(plain)


# What every head had before there was more to say about one.
FIRST_KEYS = ("loss", "weight", "dropout")


def shorten_head(name: str, head: Mapping[str, Any]) -> dict[str, Any]:
    """A head without the later keys that stand at their defaults.

    Args:
        name: of the head.
        head: as `Head.written` gives it.
    """
    usual = {key: field.default for key, field in Head.model_fields.items()} | {"target": name}
    plain = dict(head) | {"target": head["target"] or name}
    if not plain["hidden"]:
        del plain["activation"]
    return {key: value for key, value in plain.items() if key in FIRST_KEYS or value != usual[key]}


def check_seeds(recipe: Recipe) -> list[Fault]:
    """CONFIG_DUPLICATE_SEED for each seed that stands in the recipe more than once."""
    repeated = sorted({seed for seed in recipe.seeds if recipe.seeds.count(seed) > 1})
    return [Fault("CONFIG_DUPLICATE_SEED", "refuse", Where(key="seeds"), {"seed": seed}) for seed in repeated]
