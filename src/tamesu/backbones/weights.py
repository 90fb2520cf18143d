"""Weight files: found, read and checked before a network sees them. safetensors alone; a pickle is never opened."""

from __future__ import annotations

import json
import re
import socket
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from tamesu.errors import Fault, InputError, Where, nearest

WORDS = ("imagenet", "none")

# Formats that run code when they are opened, or may.
PICKLES = frozenset(
    {
        ".bin",
        ".ckpt",
        ".h5",
        ".joblib",
        ".keras",
        ".npy",
        ".npz",
        ".pickle",
        ".pkl",
        ".pt",
        ".pth",
        ".tar",
    }
)

# The safetensors library's own limit.
HEADER_LIMIT = 100_000_000

PUBLISHED_FILE = "model.safetensors"


# What a network of ours calls its backbone's timm network; see `training.network.Network`.
OWN_PREFIX = "backbone.model."


def check_weights_text(weights: str, where: Where) -> list[Fault]:
    """The faults of `weights:` that can be told without looking at the disk.

    Args:
        weights: `imagenet`, `none`, or a path.
        where: the option's place.

    Examples:
        >>> [f.code for f in check_weights_text("best.pth", Where())], [f.near for f in check_weights_text("imagnet", Where())]
        (['CKPT_UNSAFE'], ['imagenet'])
    """
    suffix = Path(weights).suffix.lower()
    if weights in WORDS or suffix == ".safetensors":
        return []
    if suffix in PICKLES:
        return [Fault("CKPT_UNSAFE", "refuse", where, {"path": weights})]
    return [Fault("WEIGHTS_NO_FILE", "refuse", where, {"path": weights}, nearest(weights, WORDS))]


def find_weights(weights: str, folder: Path, where: Where) -> Path:
    """The path of a weight file.

    Args:
        weights: a path, relative to `folder` or absolute.
        folder: the competition's folder.
        where: the option's place.

    Raises:
        InputError: WEIGHTS_NO_FILE or CKPT_UNSAFE.
    """
    if faults := check_weights_text(weights, where):
        raise InputError(faults)
    path = folder / weights
    if not path.is_file():
        beside = [str(Path(weights).with_name(p.name)) for p in sorted(path.parent.glob("*.safetensors"))]
        raise InputError(Fault("WEIGHTS_NO_FILE", "refuse", where, {"path": weights}, nearest(weights, beside)))
    return path


def read_weights(path: Path, where: Where) -> dict[str, Tensor]:
    """The tensors of a safetensors file by name, on the CPU.

    Args:
        path: the file.
        where: the option's place.

    Raises:
        InputError: CKPT_UNREADABLE (not safetensors, cut, overlapping, doubled names) or CKPT_NOT_FINITE.
    """
    try:
        check_names(path)
        with safe_open(path, "pt") as file:
            state = {name: file.get_tensor(name) for name in list(file.keys())}
    except (SafetensorError, OSError, ValueError, RuntimeError) as error:
        values = {"path": path.name, "reason": str(error).splitlines()[0] if str(error) else type(error).__name__}
        raise InputError(Fault("CKPT_UNREADABLE", "refuse", where, values)) from error
    bad = [name for name, tensor in state.items() if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all())]
    if bad:
        found = {"path": path.name, "count": len(bad), "name": bad[0]}
        raise InputError(Fault("CKPT_NOT_FINITE", "refuse", where, found))
    return state


def check_names(path: Path) -> None:
    """That no name stands twice in the header, which the safetensors library lets pass.

    Args:
        path: the file.

    Raises:
        ValueError: a name stands twice, or there is no header.
        OSError: the file cannot be read.
    """

    def refuse_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise ValueError("a name stands twice in the header")
        return found

    with open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > min(HEADER_LIMIT, path.stat().st_size):
            raise ValueError("the header is larger than the file or the limit")
        try:
            json.loads(file.read(length), object_pairs_hook=refuse_doubles)
        except RecursionError as error:
            raise ValueError("the header is nested too deep") from error


def read_hints(path: Path) -> dict[str, Any]:
    """What a weight file says about its input: `mean`, `std` (three numbers each) and `pad_type`; only what it says.

    Args:
        path: a safetensors file with metadata such as `{"mean": "0.5", "create_kwargs": "pad_type='same'"}`.

    Raises:
        OSError, SafetensorError: the file cannot be read.
    """
    with safe_open(path, "pt") as file:
        metadata = file.metadata() or {}
    hints: dict[str, Any] = {}
    for key in ("mean", "std"):
        numbers = tuple(float(text) for text in re.findall(r"\d*\.?\d+(?:[eE][-+]?\d+)?", metadata.get(key, "")))
        if len(numbers) in (1, 3):
            hints[key] = numbers * (3 // len(numbers))
    if found := re.search(r"pad_type\W+(\w*)", metadata.get("create_kwargs", "")):
        hints["pad_type"] = found.group(1)
    return hints


def fetch_published(name: str, repository: str, where: Where) -> Path:
    """The weight file that timm publishes, from the cache, or downloaded into it.

    Args:
        name: the backbone, for the message.
        repository: its place on the hub, `timm/resnet18.a1_in1k`.
        where: the option's place.

    Raises:
        InputError: WEIGHTS_NOT_FOUND, neither cached nor reachable; WEIGHTS_NOT_PUBLISHED, no safetensors file is there.
    """
    from huggingface_hub import constants, hf_hub_download, try_to_load_from_cache
    from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError

    cached = try_to_load_from_cache(repository, PUBLISHED_FILE)
    if isinstance(cached, str):
        return Path(cached)
    values = {"backbone": name, "repository": repository, "reason": "offline"}
    host = urlsplit(constants.ENDPOINT).hostname or ""
    if not constants.HF_HUB_OFFLINE and not urllib.request.getproxies():
        try:
            # The hub's client would try for three quarters of a minute.
            socket.getaddrinfo(host, 443)
        except OSError as error:
            values["reason"] = f"{host}: {error.strerror or error}"
            raise InputError(Fault("WEIGHTS_NOT_FOUND", "refuse", where, values)) from error
    try:
        return Path(hf_hub_download(repository, PUBLISHED_FILE))
    except LocalEntryNotFoundError as error:
        raise InputError(Fault("WEIGHTS_NOT_FOUND", "refuse", where, values | {"reason": host})) from error
    except EntryNotFoundError as error:
        raise InputError(Fault("WEIGHTS_NOT_PUBLISHED", "refuse", where, values)) from error
    except OSError as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(Fault("WEIGHTS_NOT_FOUND", "refuse", where, values | {"reason": reason})) from error


def load_weights(model: nn.Module, path: Path, *, name: str, in_channels: int, where: Where) -> None:
    """Load a file into a timm network without its classifier; names and shapes are checked before anything is changed.

    A classifier in the file is left out; of a `weights.safetensors` that tamesu wrote, the backbone is taken. Position
    embeddings made for another image size, and a first layer made for three channels, are fitted by timm's own functions.

    Args:
        model: built with `num_classes=0`.
        path: a safetensors file with timm's names.
        name: the backbone, for the messages.
        in_channels: channels of our images.
        where: the option's place.

    Raises:
        InputError: CKPT_UNREADABLE, CKPT_NOT_FINITE, CKPT_KEYS or CKPT_SHAPE.
    """
    own = model.state_dict()
    state = drop_classifier(model, take_backbone(read_weights(path, where)), own)
    if differs(state, own):
        state = drop_classifier(model, convert(model, state), own)
        state = fit_first_layer(model, state, in_channels)
    faults = compare(state, own, {"path": path.name, "backbone": name}, where)
    if faults:
        raise InputError(faults)
    model.load_state_dict(own | state, strict=True)


def take_backbone(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Of a whole network that tamesu trained, the backbone's tensors under timm's names; other files are left as they are.

    Examples:
        >>> sorted(take_backbone({"backbone.model.conv1.weight": torch.zeros(1), "heads.head_0.bias": torch.zeros(1)}))
        ['conv1.weight']
    """
    inside = {name.removeprefix(OWN_PREFIX): tensor for name, tensor in state.items() if name.startswith(OWN_PREFIX)}
    return inside or state


def drop_classifier(model: nn.Module, state: Mapping[str, Tensor], own: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors without those of the classifier that timm names in the network's configuration."""
    classifier = getattr(model, "pretrained_cfg", {}).get("classifier") or ()
    prefixes = tuple(f"{part}." for part in ((classifier,) if isinstance(classifier, str) else classifier))
    return {name: tensor for name, tensor in state.items() if name in own or not name.startswith(prefixes)}


def differs(state: Mapping[str, Tensor], own: Mapping[str, Tensor]) -> bool:
    """Whether names or shapes are not the network's own."""
    return state.keys() != own.keys() or any(tensor.shape != own[name].shape for name, tensor in state.items())


def convert(model: nn.Module, state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The tensors as timm's own converter for this network leaves them; unchanged when it has none or cannot."""
    module = sys.modules[type(model).__module__]
    for function in ("checkpoint_filter_fn", "_checkpoint_filter_fn", "_filter_fn"):
        if converter := getattr(module, function, None):
            try:
                return dict(converter(dict(state), model))
            except Exception:
                # A foreign file can break it in any way; `compare` then says what is wrong with the names.
                return state
    return state


def fit_first_layer(model: nn.Module, state: dict[str, Tensor], in_channels: int) -> dict[str, Tensor]:
    """The first convolution's weights spread over `in_channels` channels, when they are for three."""
    from timm.models import adapt_input_conv

    first = getattr(model, "pretrained_cfg", {}).get("first_conv") or ()
    fitted = dict(state)
    for layer in (first,) if isinstance(first, str) else first:
        name = f"{layer}.weight"
        if in_channels != 3 and name in fitted and fitted[name].ndim == 4:
            fitted[name] = adapt_input_conv(in_channels, fitted[name])
    return fitted


def compare(state: Mapping[str, Tensor], own: Mapping[str, Tensor], values: Mapping[str, str], where: Where) -> list[Fault]:
    """CKPT_KEYS and CKPT_SHAPE, where names or shapes are not the network's own."""
    # Some exporters leave the batch counter out; nothing reads it unless momentum is None.
    missing = [name for name in own if name not in state and not name.endswith("num_batches_tracked")]
    unexpected = [name for name in state if name not in own]
    other = [name for name, tensor in state.items() if name in own and tensor.shape != own[name].shape]
    faults = []
    if missing or unexpected:
        names = {
            "missing": len(missing),
            "first_missing": next(iter(missing), "-"),
            "unexpected": len(unexpected),
            "first_unexpected": next(iter(unexpected), "-"),
        }
        faults.append(Fault("CKPT_KEYS", "refuse", where, {**values, **names}))
    if other:
        first = other[0]
        shapes = {"count": len(other), "name": first, "found": tuple(state[first].shape), "wanted": tuple(own[first].shape)}
        faults.append(Fault("CKPT_SHAPE", "refuse", where, {**values, **shapes}))
    return faults
