"""One engine of benchmarks/augmentation.py, in a process of its own: reads one JSON request a line, answers one line each.

    python benchmarks/augmentation_engines.py ENGINE PHOTOS.npy

The pipelines are written as each library's own documentation has them, with bilinear sampling everywhere, and the fill of the
uncovered corners and of the erased rectangle left at each library's default (the cheapest). Every engine writes its batches
into memory it holds: fresh memory for 64 float images is zeroed by the system page by page, which takes 0.4 ms an image, more
than some engines need in all.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

# albumentations asks PyPI for its newest version at import otherwise.
os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"

import cv2
import numpy as np
import torch

BATCH, SIZE = 64, 224
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
# Of 1, 4, 16 and 64 photos at a time, kornia was fastest on the CPU with 16 (its temporaries leave the caches later).
KORNIA_CHUNK = 16
RECIPES = ("standard", "no_rotation", "no_hue", "rand_augment")
PACKAGES = ("torch", "torchvision", "timm", "kornia", "albumentations", "numpy", "opencv-python-headless", "pillow")

# What every recipe asks of every engine.
SCALE, RATIO, DEGREES = (0.35, 1.0), (3 / 4, 4 / 3), 15.0
ERASED = {"scale": (0.02, 0.33), "ratio": (0.3, 3.3)}

# Makes batch number n: 64 photos, in the order of the file; a function of (batch, number of threads).
MakeBatch = Callable[[int], Any]
# One photo's input, as an array or a tensor.
MakeOne = Callable[[int], Any]


class UnsupportedError(Exception):
    """The engine has no such recipe."""


def hue_of(recipe: str) -> float:
    """The largest turn of the hue."""
    return 0.0 if recipe == "no_hue" else 0.02


def our_parts(recipe: str) -> tuple[list[tuple[str, dict[str, Any]]], list[str]]:
    """The recipe as tamesu's parts, and what is missing in this version of it."""
    from tamesu.augmentations import AUGMENTATIONS

    parts: list[tuple[str, dict[str, Any]]] = [
        ("random_resized_crop", {"scale": SCALE, "ratio": RATIO}),
        ("horizontal_flip", {}),
    ]
    if recipe == "rand_augment":
        parts.append(("rand_augment", {"ops": 2, "magnitude": 9}))
    else:
        if recipe != "no_rotation":
            parts.append(("rotate", {"degrees": DEGREES}))
        parts.append(("color_jitter", {"brightness": 0.3, "contrast": 0.3, "saturation": 0.3, "hue": hue_of(recipe)}))
    parts.append(("random_erasing", {"p": 0.25, "area": ERASED["scale"], "aspect": ERASED["ratio"]}))
    known = set(AUGMENTATIONS)
    missing = [name for name, _ in parts if name not in known]
    if "rand_augment" in missing:
        raise UnsupportedError("this version of tamesu has no rand_augment")
    return [part for part in parts if part[0] in known], missing


def make_tamesu(photos: np.ndarray, recipe: str, output: str, threads: int) -> MakeBatch:
    """tamesu as it trains: draw a batch, then apply image by image, on `threads` threads (training/batches.py).

    Training normalises whole batches on the device that computes. For floats out, this does it image by image, which is what
    a loader on the CPU would do.
    """
    from tamesu.augmentations import make_key, make_plan, sample_keys

    parts, missing = our_parts(recipe)
    if missing:
        print(f"tamesu WITHOUT {', '.join(missing)}: not in this version", file=sys.stderr, flush=True)
    plan = make_plan(parts, size_px=SIZE, fit="crop")
    keys = sample_keys([str(number) for number in range(len(photos))])
    sizes = np.full((len(photos), 2), photos.shape[1])
    means = photos.mean(axis=(1, 2))
    pool = ThreadPoolExecutor(threads) if threads > 1 else None
    mean = torch.tensor(MEAN).mul(255.0).repeat(SIZE)
    scale = torch.tensor(STD).mul(255.0).reciprocal().repeat(SIZE)
    pixels = torch.empty((BATCH, SIZE, SIZE, 3), dtype=torch.uint8)
    floats = torch.empty((BATCH, SIZE, SIZE * 3)) if output == "float32" else None

    def make(number: int) -> torch.Tensor:
        rows = rows_of(number, len(photos))
        drawn = plan.draw(make_key("benchmark", number), keys[rows], sizes[rows], means[rows])

        def fill(places: range) -> None:
            for place in places:
                plan.apply(photos[rows[place]], drawn, place, pixels[place].numpy())
                if floats is not None:
                    floats[place].copy_(pixels[place].view(SIZE, SIZE * 3)).sub_(mean).mul_(scale)

        if pool is None:
            fill(range(BATCH))
        else:
            list(pool.map(fill, [range(start, BATCH, threads) for start in range(threads)]))
        return pixels if floats is None else floats.view(BATCH, SIZE, SIZE, 3).permute(0, 3, 1, 2)

    return make


def make_albumentations(photos: np.ndarray, recipe: str, output: str, threads: int) -> MakeBatch:
    """albumentations, on HWC uint8 arrays."""
    import albumentations as A

    if recipe == "rand_augment":
        raise UnsupportedError("albumentations has no RandAugment")
    steps: list[Any] = [A.RandomResizedCrop(size=(SIZE, SIZE), scale=SCALE, ratio=RATIO), A.HorizontalFlip(p=0.5)]
    if recipe != "no_rotation":
        steps.append(A.Rotate(limit=DEGREES, p=1.0))
    steps.append(A.ColorJitter(brightness=0.3, contrast=0.3, saturation=0.3, hue=hue_of(recipe), p=1.0))
    steps.append(A.Erasing(p=0.25, **ERASED))
    if output == "float32":
        steps += [A.Normalize(mean=MEAN, std=STD), A.ToTensorV2()]
    transform = A.Compose(steps)
    # ToTensorV2 gives a view of HWC memory, so channels-last is the cheap layout of its batch.
    shape = (SIZE, SIZE, 3) if output == "uint8" else (3, SIZE, SIZE)
    return one_by_one(lambda row: transform(image=photos[row])["image"], len(photos), shape, output, threads, last=True)


def v2_steps(recipe: str) -> tuple[list[Any], Any]:
    """torchvision's transforms up to erasing, and erasing."""
    from torchvision.transforms import InterpolationMode, v2

    steps: list[Any] = [v2.RandomResizedCrop(SIZE, scale=SCALE, ratio=RATIO, antialias=True), v2.RandomHorizontalFlip()]
    if recipe == "rand_augment":
        steps.append(v2.RandAugment(num_ops=2, magnitude=9, interpolation=InterpolationMode.BILINEAR))
    else:
        if recipe != "no_rotation":
            steps.append(v2.RandomRotation(DEGREES, interpolation=InterpolationMode.BILINEAR))
        steps.append(v2.ColorJitter(brightness=0.3, contrast=0.3, saturation=0.3, hue=hue_of(recipe)))
    return steps, v2.RandomErasing(p=0.25, **ERASED)


def normalise_steps(output: str) -> list[Any]:
    """What makes uint8 CHW tensors normalised floats."""
    from torchvision.transforms import v2

    return [v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD)] if output == "float32" else []


def make_v2_tensor(photos: np.ndarray, recipe: str, output: str, threads: int) -> MakeBatch:
    """torchvision v2 on uint8 CHW tensors."""
    from torchvision.transforms import v2

    steps, erasing = v2_steps(recipe)
    transform = v2.Compose([*steps, erasing, *normalise_steps(output)])
    tensors = [torch.from_numpy(photo).permute(2, 0, 1).contiguous() for photo in photos]
    return one_by_one(lambda row: transform(tensors[row]), len(photos), (3, SIZE, SIZE), output, threads)


def make_v2_pil(photos: np.ndarray, recipe: str, output: str, threads: int) -> MakeBatch:
    """torchvision v2 on Pillow images; erasing after they have become uint8 tensors."""
    from PIL import Image
    from torchvision.transforms import v2

    steps, erasing = v2_steps(recipe)
    transform = v2.Compose([*steps, v2.PILToTensor(), erasing, *normalise_steps(output)])
    pictures = [Image.fromarray(photo) for photo in photos]
    return one_by_one(lambda row: transform(pictures[row]), len(photos), (3, SIZE, SIZE), output, threads)


def make_timm(photos: np.ndarray, recipe: str, output: str, threads: int) -> MakeBatch:
    """timm's RandAugment on Pillow images, crop, flip and erasing by torchvision."""
    from PIL import Image
    from timm.data.auto_augment import rand_augment_transform
    from torchvision.transforms import v2

    if recipe != "rand_augment":
        raise UnsupportedError("timm is here for its RandAugment")
    steps, erasing = v2_steps("no_rotation")
    policy = rand_augment_transform("rand-m9-n2", {"translate_const": int(SIZE * 0.45), "img_mean": (124, 116, 104)})
    transform = v2.Compose([*steps[:2], policy, v2.PILToTensor(), erasing, *normalise_steps(output)])
    pictures = [Image.fromarray(photo) for photo in photos]
    return one_by_one(lambda row: transform(pictures[row]), len(photos), (3, SIZE, SIZE), output, threads)


def make_kornia(photos: np.ndarray, recipe: str, output: str, threads: int, device: str = "cpu") -> MakeBatch:
    """kornia on batches of floats; PyTorch's own threads share each operation."""
    import kornia.augmentation as K
    from kornia.augmentation.auto import RandAugment

    torch.set_num_threads(threads)
    # `resample` was 1.1 to 2.4 times faster than `slice`, the default.
    crop = K.RandomResizedCrop((SIZE, SIZE), scale=SCALE, ratio=RATIO, cropping_mode="resample")
    steps: list[Any] = [crop, K.RandomHorizontalFlip(p=0.5)]
    if recipe == "rand_augment":
        steps.append(RandAugment(n=2, m=9))
    else:
        if recipe != "no_rotation":
            steps.append(K.RandomRotation(DEGREES, p=1.0))
        steps.append(K.ColorJitter(0.3, 0.3, 0.3, hue_of(recipe), p=1.0))
    steps.append(K.RandomErasing(p=0.25, **ERASED))
    if output == "float32":
        steps.append(K.Normalize(mean=torch.tensor(MEAN), std=torch.tensor(STD)))
    transform = K.AugmentationSequential(*steps).to(device)
    stored = torch.from_numpy(photos).permute(0, 3, 1, 2).contiguous()
    batch = torch.empty((BATCH, 3, SIZE, SIZE), dtype=getattr(torch, output), device=device)
    chunk = KORNIA_CHUNK if device == "cpu" else BATCH

    def make(number: int) -> torch.Tensor:
        rows = torch.from_numpy(rows_of(number, len(photos)))
        for start in range(0, BATCH, chunk):
            floats = transform(stored[rows[start : start + chunk]].to(device).float().div_(255.0))
            batch[start : start + chunk] = floats if output == "float32" else floats.mul_(255.0).round_().clamp_(0, 255)
        if device != "cpu":
            torch.cuda.synchronize()
        return batch

    return make


def make_kornia_on_device(photos: np.ndarray, recipe: str, output: str, threads: int) -> MakeBatch:
    """kornia on the GPU, the copy of the uint8 photos to it included."""
    return make_kornia(photos, recipe, output, threads, "cuda")


def run_ours_on_device(photos: np.ndarray, recipe: str, output: str, threads: int) -> MakeBatch:
    """tamesu on the GPU, as it trains there: drawn and copied together on the CPU, with `threads` threads; the rest there."""
    if not torch.cuda.is_available():
        raise UnsupportedError("no GPU on this machine: torch.cuda.is_available() is False")
    try:
        from tamesu.training.on_device import make_on_device
    except ImportError as error:
        raise UnsupportedError(f"this version of tamesu has no tamesu.training.on_device ({error})") from error
    from tamesu.augmentations import make_key, make_plan, sample_keys

    parts, missing = our_parts(recipe)
    if missing:
        raise UnsupportedError(f"this version of tamesu has no {', '.join(missing)}")
    plan = make_plan(parts, size_px=SIZE, fit="crop")
    keys = sample_keys([str(number) for number in range(len(photos))])
    sizes = np.full((len(photos), 2), photos.shape[1])
    means = photos.mean(axis=(1, 2))
    torch.set_num_threads(threads)
    device = torch.device("cuda")
    pool = ThreadPoolExecutor(threads) if threads > 1 else None
    mean = torch.tensor(MEAN, device=device).mul(255.0).view(1, -1, 1, 1)
    scale = torch.tensor(STD, device=device).mul(255.0).reciprocal().view(1, -1, 1, 1)

    def make(number: int) -> torch.Tensor:
        rows = rows_of(number, len(photos))
        drawn = plan.draw(make_key("benchmark", number), keys[rows], sizes[rows], means[rows])
        batch = make_on_device([photos[row] for row in rows], drawn, device, pool)
        if output == "float32":
            batch = batch.permute(0, 3, 1, 2).float().sub_(mean).mul_(scale)
        torch.cuda.synchronize()
        return batch

    return make


ENGINES: dict[str, Callable[[np.ndarray, str, str, int], MakeBatch]] = {
    "tamesu": make_tamesu,
    "albumentations": make_albumentations,
    "torchvision v2, tensor": make_v2_tensor,
    "torchvision v2, PIL": make_v2_pil,
    "timm, PIL": make_timm,
    "kornia, batch": make_kornia,
    "tamesu, cuda": run_ours_on_device,
    "kornia, cuda": make_kornia_on_device,
}


def rows_of(number: int, photos: int) -> np.ndarray:
    """The photos of a batch."""
    return np.arange(number * BATCH, (number + 1) * BATCH) % photos


def one_by_one(
    make_one: MakeOne, photos: int, shape: tuple[int, ...], output: str, threads: int, last: bool = False
) -> MakeBatch:
    """Batches of a per-image engine, collated; `last` when a CHW batch is cheapest in channels-last memory."""
    pool = ThreadPoolExecutor(threads) if threads > 1 else None
    layout = torch.channels_last if last and shape[0] == 3 else torch.contiguous_format
    batch = torch.empty((BATCH, *shape), dtype=getattr(torch, output), memory_format=layout)

    def make(number: int) -> torch.Tensor:
        rows = rows_of(number, photos)

        def fill(places: range) -> None:
            for place in places:
                one = make_one(int(rows[place]))
                batch[place] = torch.from_numpy(one) if isinstance(one, np.ndarray) else one

        if pool is None:
            fill(range(BATCH))
        else:
            list(pool.map(fill, [range(start, BATCH, threads) for start in range(threads)]))
        return batch

    return make


def run_for(make: MakeBatch, seconds: float) -> dict[str, float]:
    """Make batches for at least so long (one at least); images, and the seconds of the clock and of the processor."""
    number = 0
    wall, cpu = time.perf_counter(), time.process_time()
    while number == 0 or time.perf_counter() - wall < seconds:
        make(number)
        number += 1
    return {"images": number * BATCH, "wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def find_versions() -> dict[str, str]:
    """The installed versions of what is measured."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def answer(request: dict[str, Any], engine: str, photos: np.ndarray, made: dict[str, MakeBatch]) -> dict[str, Any]:
    """One request: `versions`, a `speed` round, or the `quality` of a photo."""
    if request["do"] == "versions":
        return find_versions()
    if request["do"] == "quality":
        from augmentation_quality import render

        return render(engine, request)
    name = f"{request['recipe']} {request['output']} {request['threads']}"
    if name not in made:
        made.clear()
        # An engine that leaves threads to PyTorch raises it again.
        torch.set_num_threads(1)
        made[name] = ENGINES[engine](photos, request["recipe"], request["output"], request["threads"])
        run_for(made[name], request["seconds"] / 4)
    return run_for(made[name], request["seconds"])


def main() -> int:
    """Answer until the input ends."""
    engine, path = sys.argv[1], Path(sys.argv[2])
    # What a library prints must not come between the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    photos = np.load(path)
    made: dict[str, MakeBatch] = {}
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line), engine, photos, made)
        except UnsupportedError as error:
            reply = {"unsupported": str(error)}
        answers.write(json.dumps(reply) + "\n")
        answers.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
