"""Transforms of torchvision and albumentations as parts: those that change colours and textures, and move nothing.

What moves pixels would leave masks, points and boxes behind, and may make a label false without a word; for it there are parts
of our own. The libraries are imported when a part is built.
"""

from __future__ import annotations

import copy
import importlib
import inspect
import os
import warnings
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import cv2
import numpy as np

from tamesu.augmentations.operations import PixelPart, Pixels
from tamesu.augmentations.part import Array
from tamesu.errors import Fault, InputError, Where, nearest
from tamesu.registry import Probability

# What moves pixels or mixes images, and the part of ours that does it with labels; names of both libraries.
OUR_OWN = {
    "Affine": "rotate, scale, shear, translate",
    "AugMix": "augmix",
    "AutoAugment": "auto_augment",
    "CenterCrop": "center_crop",
    "CoarseDropout": "cutout",
    "CutMix": "cutmix",
    "D4": "rotate90, transpose",
    "ElasticTransform": "elastic",
    "FiveCrop": "random_crop",
    "GridDistortion": "grid_distortion",
    "GridDropout": "grid_mask",
    "HorizontalFlip": "horizontal_flip",
    "MixUp": "mixup",
    "Pad": "pad",
    "PadIfNeeded": "pad",
    "Perspective": "perspective",
    "RandAugment": "rand_augment",
    "RandomAffine": "rotate, scale, shear, translate",
    "RandomCrop": "random_crop",
    "RandomGridShuffle": "grid_shuffle",
    "RandomHorizontalFlip": "horizontal_flip",
    "RandomIoUCrop": "random_resized_crop",
    "RandomPerspective": "perspective",
    "RandomResize": "resize",
    "RandomResizedCrop": "random_resized_crop",
    "RandomRotate90": "rotate90",
    "RandomRotation": "rotate",
    "RandomScale": "scale",
    "RandomShortestSize": "resize",
    "RandomVerticalFlip": "vertical_flip",
    "RandomZoomOut": "scale",
    "Resize": "resize",
    "Rotate": "rotate",
    "SafeRotate": "rotate",
    "ScaleJitter": "scale",
    "ShiftScaleRotate": "rotate, scale, translate",
    "SquareSymmetry": "rotate90, transpose",
    "TenCrop": "random_crop",
    "Transpose": "transpose",
    "TrivialAugmentWide": "trivial_augment",
    "VerticalFlip": "vertical_flip",
}
SEEDS = 2.0**31


class Torchvision(PixelPart):
    """A transform of `torchvision.transforms.v2` by name.

    Args:
        transform: the class's name, such as `ColorJitter`.
        p: the probability; a transform's own `p` is then 1.
        strength: from 0 (no change) to 1; how much of the change is blended in.
        **options: the class's own.

    Raises:
        InputError: AUGMENT_UNKNOWN_TRANSFORM; AUGMENT_MOVES_PIXELS for one that flips, turns, crops or bends;
            CONFIG_UNKNOWN_OPTION; AUGMENT_TRANSFORM_OPTIONS when the class refuses its options; AUGMENT_TRANSFORM_OUTPUT when
            what it gives is no image of the same size.
    """

    draws = 1

    def __init__(self, *, transform: str, p: Probability = 0.5, strength: Probability = 1.0, **options: Any) -> None:
        self.p = p
        self.strength = strength
        library = importlib.import_module("torchvision.transforms.v2")
        made = make_transform(library, library.Transform, library.Transform, "torchvision", transform, options)
        if moves_mask(made):
            raise InputError(refuse_move(transform))
        self._run = TorchRunner(made)
        probe(self._run, transform)

    def change(self, image: Pixels, u: Array) -> Pixels:
        """See `PixelPart.change`."""
        return blend(image, self._run(image, int(u[0] * SEEDS)), self.strength)


class Albumentations(PixelPart):
    """A transform of albumentations (the extra `tamesu[albumentations]`) by name, of those that change the image alone.

    Args:
        transform: the class's name, such as `RandomSunFlare`.
        p: the probability; the transform's own `p` is then 1.
        strength: from 0 (no change) to 1; how much of the change is blended in.
        **options: the class's own.

    Raises:
        InputError: AUGMENT_NO_ALBUMENTATIONS when it is not installed; else as `Torchvision`.
    """

    draws = 1

    def __init__(self, *, transform: str, p: Probability = 0.5, strength: Probability = 1.0, **options: Any) -> None:
        self.p = p
        self.strength = strength
        library = import_albumentations()
        bases = library.BasicTransform, library.ImageOnlyTransform
        made = make_transform(library, *bases, "albumentations", transform, options)
        self._run = AlbumentationsRunner(made)
        probe(self._run, transform)

    def change(self, image: Pixels, u: Array) -> Pixels:
        """See `PixelPart.change`."""
        return blend(image, self._run(image, int(u[0] * SEEDS)), self.strength)


class TorchRunner:
    """Runs a transform of torchvision with random numbers of a generator of its own, so that it runs in any thread.

    Torch has one global generator a process. To fork it for each sample would, in a thread beside the training, shift the
    numbers that dropout draws meanwhile; so every random function that is called is given a generator instead.

    Args:
        transform: an instance.
    """

    def __init__(self, transform: Any) -> None:
        self.transform = transform

    def __call__(self, image: Pixels, seed: int) -> Pixels:
        """What the transform makes of an image, RGB, uint8, shape (size_px, size_px, 3); the seed decides alone."""
        torch = importlib.import_module("torch")
        tensors = importlib.import_module("torchvision.tv_tensors")
        with seeded(seed), torch.no_grad():
            made = self.transform(tensors.Image(torch.from_numpy(image.copy()).permute(2, 0, 1).contiguous()))
        return np.ascontiguousarray(made.permute(1, 2, 0).numpy())


def seeded(seed: int) -> Any:
    """A context in which torch's random functions, in this thread, draw from a new generator of that seed."""
    return seeded_mode()(importlib.import_module("torch").Generator().manual_seed(seed))


@cache
def seeded_mode() -> Any:
    """The class of such contexts; made once, when torch is needed."""
    torch = importlib.import_module("torch")
    mode = importlib.import_module("torch.overrides").TorchFunctionMode
    takers = {torch.rand, torch.randn, torch.randint, torch.randperm, torch.bernoulli, torch.multinomial, torch.normal}
    takers |= {torch.poisson, torch._sample_dirichlet}
    takers |= {getattr(torch.Tensor, name) for name in ("uniform_", "normal_", "random_", "bernoulli_", "bernoulli")}
    takers |= {getattr(torch.Tensor, name) for name in ("exponential_", "geometric_", "cauchy_", "log_normal_", "multinomial")}
    likes = {torch.rand_like: torch.rand, torch.randn_like: torch.randn}

    class Seeded(mode):  # type: ignore[misc, valid-type] # torch is imported when it is needed
        """Gives its generator to whatever draws."""

        def __init__(self, generator: Any) -> None:
            super().__init__()
            self.generator = generator

        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            """See `torch.overrides.TorchFunctionMode`."""
            kwargs = dict(kwargs or {})
            if func in likes and "generator" not in kwargs:
                like = args[0]
                given = {"dtype": like.dtype, "device": like.device, "generator": self.generator} | kwargs
                return likes[func](like.shape, **given)
            if func in takers:
                kwargs.setdefault("generator", self.generator)
            return func(*args, **kwargs)

    return Seeded


class AlbumentationsRunner:
    """Runs a transform of albumentations; each call has a copy of its own, seeded, so that it runs in any thread.

    Args:
        transform: an instance.
    """

    def __init__(self, transform: Any) -> None:
        self.transform = transform

    def __call__(self, image: Pixels, seed: int) -> Pixels:
        """What the transform makes of an image, RGB, uint8, shape (size_px, size_px, 3); the seed decides alone."""
        own = copy.copy(self.transform)
        own.set_random_seed(seed)
        return np.asarray(own(image=image.copy())["image"])


Runner = TorchRunner | AlbumentationsRunner


def import_albumentations() -> Any:
    """The module, kept from asking PyPI for a newer version of itself.

    Raises:
        InputError: AUGMENT_NO_ALBUMENTATIONS when it is not installed.
    """
    os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")
    try:
        return importlib.import_module("albumentations")
    except ImportError as error:
        raise InputError(Fault("AUGMENT_NO_ALBUMENTATIONS", "refuse", Where(key="transform"))) from error


def make_transform(library: Any, base: type, still: type, of: str, name: str, options: Mapping[str, Any]) -> Any:
    """A library's transform by name.

    Args:
        library: the module that has it.
        base: the class that all its transforms derive from.
        still: the class that those derive from which may leave every pixel in its place.
        of: the library's name, for messages.
        name: the class's name.
        options: of its constructor.

    Raises:
        InputError: see `Torchvision`.
    """
    where = Where(key="transform")
    known = [known for known, value in vars(library).items() if inspect.isclass(value) and issubclass(value, base)]
    if name not in known:
        values = {"name": name, "library": of}
        raise InputError(Fault("AUGMENT_UNKNOWN_TRANSFORM", "refuse", where, values, nearest(name, known)))
    made: Callable[..., Any] = getattr(library, name)
    if name in OUR_OWN or not issubclass(getattr(library, name), still):
        raise InputError(refuse_move(name))
    taken = [option for option in inspect.signature(made).parameters if option not in ("self", "args", "kwargs")]
    faults = []
    for option in options:
        if option not in taken:
            values = {"kind": "transform", "name": name, "option": option, "known": ", ".join(taken) or "-"}
            faults.append(Fault("CONFIG_UNKNOWN_OPTION", "refuse", Where(key=option), values, nearest(option, taken)))
    if faults:
        raise InputError(faults)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            return made(**options, **({"p": 1.0} if "p" in taken else {}))
    # Whatever a constructor raises, it is about these options.
    except Exception as error:
        key = next((option for option in options if option in str(error)), "transform")
        values = {"name": name, "error": shorten(error)}
        raise InputError(Fault("AUGMENT_TRANSFORM_OPTIONS", "refuse", Where(key=key), values)) from error


def moves_mask(transform: Any) -> bool:
    """Whether a transform of torchvision changes the mask that it is given beside an image, in a few draws."""
    torch = importlib.import_module("torch")
    tensors = importlib.import_module("torchvision.tv_tensors")
    image = tensors.Image(torch.arange(3 * 32 * 32).reshape(3, 32, 32).to(torch.uint8))
    mask = tensors.Mask(torch.arange(32 * 32).reshape(32, 32) % 251)
    for seed in range(4):
        with seeded(seed), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                _, moved = transform(image, mask)
            # One that cannot take a mask, or gives something else than it got, is found out by `probe`.
            except Exception:
                return False
        if not isinstance(moved, torch.Tensor) or moved.shape != mask.shape or bool((moved != mask).any()):
            return True
    return False


def probe(run: Runner, name: str) -> None:
    """Run a transform once.

    Raises:
        InputError: AUGMENT_TRANSFORM_OUTPUT when it fails, or gives another type or size.
    """
    image = (np.arange(32 * 32 * 3) % 251).astype(np.uint8).reshape(32, 32, 3)
    try:
        made = run(image, 0)
        said = f"{made.dtype} {made.shape}"
        good = made.dtype == np.uint8 and made.shape == image.shape
    # A transform can fail in as many ways as there are transforms; each is a reason not to take it.
    except Exception as error:
        said, good = shorten(error), False
    if not good:
        values = {"name": name, "output": said}
        raise InputError(Fault("AUGMENT_TRANSFORM_OUTPUT", "refuse", Where(key="transform"), values))


def refuse_move(name: str) -> Fault:
    """AUGMENT_MOVES_PIXELS, with the part of ours to take instead."""
    values = {"name": name, "own": OUR_OWN.get(name, "rotate, elastic, random_resized_crop")}
    return Fault("AUGMENT_MOVES_PIXELS", "refuse", Where(key="transform"), values)


def shorten(error: Exception) -> str:
    """An exception in one line of at most 300 characters."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


def blend(image: Pixels, changed: Pixels, strength: float) -> Pixels:
    """The image with a share of its change."""
    if strength == 1.0:
        return changed
    return np.asarray(cv2.addWeighted(image, 1.0 - strength, changed, strength, 0.0), np.uint8)
