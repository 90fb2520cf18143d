"""The augmentations by name; a recipe writes them as a list under `augmentations:`."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tamesu.augmentations.adapters import Albumentations, Torchvision
from tamesu.augmentations.channels import ChannelShuffle, Grayscale, Invert, PcaLighting, RgbShift, Sepia
from tamesu.augmentations.colour import ColorJitter
from tamesu.augmentations.crops import CenterCrop, Pad, RandomCrop, RandomResizedCrop, Resize
from tamesu.augmentations.dirt import Dust, Scratches
from tamesu.augmentations.distortion import Elastic, GridDistortion
from tamesu.augmentations.flips import HorizontalFlip, Rotate90, Transpose, VerticalFlip
from tamesu.augmentations.light import Glare, Shadow, Vignette
from tamesu.augmentations.mixing import BackgroundSwap, CopyPaste, CutMix, MixUp
from tamesu.augmentations.objects import PasteObject
from tamesu.augmentations.tiles import GridShuffle
from tamesu.augmentations.tints import Brightness, Contrast, Hue, Saturation
from tamesu.augmentations.turns import Perspective, Rotate, Scale, Shear, Translate
from tamesu.augmentations.weather import Fog, Rain
from tamesu.registry import Registry


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


class AugmentationTable(Registry):
    """A table whose parts all take the general options, written beside their own; a part never sees them."""

    def parameters(self, name: str, given_by_us: frozenset[str] = frozenset()) -> dict[str, inspect.Parameter]:
        """See `Registry.parameters`; the general options come last."""
        return super().parameters(name, given_by_us) | GENERAL

    def resolve(self, name: str, options: Mapping[str, Any], given_by_us: frozenset[str] = frozenset()) -> dict[str, Any]:
        """See `Registry.resolve`; a general option is spelled out only where it says something."""
        full = super().resolve(name, options, given_by_us)
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
        "mixup": MixUp,
        "cutmix": CutMix,
        "copy_paste": CopyPaste,
        "background_swap": BackgroundSwap,
    },
)
