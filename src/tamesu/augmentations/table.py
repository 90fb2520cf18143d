"""The augmentations by name; a recipe writes them as a list under `augmentations:`."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tamesu.augmentations.adapters import Albumentations, Torchvision
from tamesu.augmentations.augmix import AugMix
from tamesu.augmentations.blurs import DefocusBlur, GaussianBlur, MotionBlur
from tamesu.augmentations.channels import ChannelShuffle, Grayscale, Invert, PcaLighting, RgbShift, Sepia
from tamesu.augmentations.colour import ColorJitter
from tamesu.augmentations.crops import CenterCrop, Pad, RandomCrop, RandomResizedCrop, Resize
from tamesu.augmentations.dirt import Dust, Scratches
from tamesu.augmentations.distortion import Elastic, GridDistortion
from tamesu.augmentations.flips import HorizontalFlip, Rotate90, Transpose, VerticalFlip
from tamesu.augmentations.holes import Cutout, GridMask, RandomErasing
from tamesu.augmentations.light import Glare, Shadow, Vignette
from tamesu.augmentations.mixing import BackgroundSwap, CopyPaste, CutMix, MixUp
from tamesu.augmentations.noises import GaussianNoise, IsoNoise, PoissonNoise, SpeckleNoise
from tamesu.augmentations.objects import PasteObject
from tamesu.augmentations.one_of import OneOf, read_parts
from tamesu.augmentations.policies import AutoAugment, RandAugment, TrivialAugment
from tamesu.augmentations.quality import Downscale, JpegCompression
from tamesu.augmentations.ranges import ColorRange
from tamesu.augmentations.tiles import GridShuffle
from tamesu.augmentations.tints import Brightness, Contrast, Hue, Saturation
from tamesu.augmentations.tones import (
    Autocontrast,
    Clahe,
    Equalize,
    Gamma,
    Posterize,
    Sharpness,
    Solarize,
    ToneCurve,
)
from tamesu.augmentations.turns import Perspective, Rotate, Scale, Shear, Translate
from tamesu.augmentations.weather import Fog, Rain
from tamesu.errors import Fault, Where
from tamesu.messages.expected import A_PART
from tamesu.registry import Registry

# What a constructor gets from us and not from the recipe.
GIVEN_BY_US = frozenset({"folder"})


@dataclass(frozen=True, slots=True)
class General:
    """What every augmentation takes besides its own options.

    Attributes:
        only: classes of the main target; images of other classes are left alone.
        balance: the rarer its class, the more often an image is changed.
        fixed: always the largest magnitude (its direction stays random) instead of one drawn from the whole range.
    """

    only: tuple[str, ...] = ()
    balance: bool = False
    fixed: bool = False


GENERAL = {
    "only": inspect.Parameter("only", inspect.Parameter.KEYWORD_ONLY, default=(), annotation=list[str]),
    "balance": inspect.Parameter("balance", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=bool),
    "fixed": inspect.Parameter("fixed", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=bool),
}


def take_general(options: Mapping[str, Any]) -> General:
    """The general options among a part's options.

    Examples:
        >>> take_general({"degrees": 20.0, "only": ["Skirt"]})
        General(only=('Skirt',), balance=False, fixed=False)
    """
    return General(tuple(options.get("only", ())), bool(options.get("balance", False)), bool(options.get("fixed", False)))


def is_open(parameter: inspect.Parameter) -> bool:
    """Whether a parameter takes whatever else is written: `**options`."""
    return parameter.kind is parameter.VAR_KEYWORD


class AugmentationTable(Registry):
    """A table whose parts all take the general options, written beside their own; a part never sees them."""

    def parameters(self, name: str, given_by_us: frozenset[str] = frozenset()) -> dict[str, inspect.Parameter]:
        """See `Registry.parameters`; the general options come last."""
        return super().parameters(name, given_by_us) | GENERAL

    def needed(self, name: str) -> list[str]:
        """The options of a part that have no default.

        Examples:
            >>> AUGMENTATIONS.needed("rotate"), AUGMENTATIONS.needed("copy_paste")
            ([], ['target'])
        """
        named = self.parameters(name, GIVEN_BY_US).items()
        return [option for option, parameter in named if parameter.default is parameter.empty and not is_open(parameter)]

    def check(
        self,
        name: str,
        options: Mapping[str, Any],
        where: Where | None = None,
        given_by_us: frozenset[str] = frozenset(),
    ) -> list[Fault]:
        """See `Registry.check`; parts written inside another part are checked too, at their own place."""
        where = where or Where()
        faults = super().check(name, options, where, given_by_us | GIVEN_BY_US)
        if faults or not issubclass(self[name], OneOf):
            return faults
        for place, entry in enumerate(options["of"]):
            inside = Where(where.file, where.line, f"{where.key}.of.{place}" if where.key else f"of.{place}")
            try:
                parts = read_parts(entry)
            except ValueError:
                faults.append(Fault("CONFIG_TYPE", "refuse", inside, {"value": repr(entry), "expected": A_PART}))
                continue
            for inner, inner_options in parts:
                if inner in self and self[inner].kind in ("mixing", "policy"):  # type: ignore[attr-defined]
                    values = {"name": inner, "other": name}
                    faults.append(Fault("AUGMENT_NOT_INSIDE", "refuse", inside, values))
                    continue
                at = Where(inside.file, inside.line, f"{inside.key}.{inner}")
                faults += self.check(inner, inner_options, at, given_by_us)
        return faults

    def resolve(self, name: str, options: Mapping[str, Any], given_by_us: frozenset[str] = frozenset()) -> dict[str, Any]:
        """See `Registry.resolve`; a general option is spelled out only where it says something."""
        full = super().resolve(name, options, given_by_us | GIVEN_BY_US)
        return {key: value for key, value in full.items() if key not in GENERAL or value not in ((), [], False)}

    def build(self, name: str, options: Mapping[str, Any], **ours: Any) -> Any:
        """See `Registry.build`."""
        given = {k: v for k, v in ours.items() if k in self.parameters(name)}
        own = {k: v for k, v in self.resolve(name, options, frozenset(given)).items() if k not in GENERAL}
        return self[name](**own, **given)


AUGMENTATIONS = AugmentationTable(
    "augmentation",
    {
        "resize": Resize,
        "center_crop": CenterCrop,
        "random_crop": RandomCrop,
        "random_resized_crop": RandomResizedCrop,
        "pad": Pad,
        "horizontal_flip": HorizontalFlip,
        "vertical_flip": VerticalFlip,
        "rotate": Rotate,
        "rotate90": Rotate90,
        "transpose": Transpose,
        "shear": Shear,
        "translate": Translate,
        "scale": Scale,
        "perspective": Perspective,
        "elastic": Elastic,
        "grid_distortion": GridDistortion,
        "grid_shuffle": GridShuffle,
        "brightness": Brightness,
        "contrast": Contrast,
        "saturation": Saturation,
        "hue": Hue,
        "sepia": Sepia,
        "grayscale": Grayscale,
        "channel_shuffle": ChannelShuffle,
        "color_jitter": ColorJitter,
        "invert": Invert,
        "rgb_shift": RgbShift,
        "pca_lighting": PcaLighting,
        "color_range": ColorRange,
        "one_of": OneOf,
        "shadow": Shadow,
        "glare": Glare,
        "vignette": Vignette,
        "fog": Fog,
        "rain": Rain,
        "dust": Dust,
        "scratches": Scratches,
        "paste_object": PasteObject,
        "torchvision": Torchvision,
        "albumentations": Albumentations,
        "gamma": Gamma,
        "posterize": Posterize,
        "solarize": Solarize,
        "equalize": Equalize,
        "autocontrast": Autocontrast,
        "clahe": Clahe,
        "sharpness": Sharpness,
        "tone_curve": ToneCurve,
        "gaussian_blur": GaussianBlur,
        "motion_blur": MotionBlur,
        "defocus_blur": DefocusBlur,
        "gaussian_noise": GaussianNoise,
        "iso_noise": IsoNoise,
        "poisson_noise": PoissonNoise,
        "speckle_noise": SpeckleNoise,
        "jpeg_compression": JpegCompression,
        "downscale": Downscale,
        "random_erasing": RandomErasing,
        "cutout": Cutout,
        "grid_mask": GridMask,
        "rand_augment": RandAugment,
        "trivial_augment": TrivialAugment,
        "auto_augment": AutoAugment,
        "augmix": AugMix,
        "mixup": MixUp,
        "cutmix": CutMix,
        "copy_paste": CopyPaste,
        "background_swap": BackgroundSwap,
    },
)
