"""The table of backbones: those in sight, then every name of timm."""

from __future__ import annotations

import difflib
import functools
import hashlib
import inspect
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tamesu.backbones.backbone import Backbone
from tamesu.backbones.timm_backbone import TimmBackbone
from tamesu.backbones.weights import WORDS, check_weights_text, find_weights
from tamesu.errors import Fault, Where, nearest, raise_faults
from tamesu.registry import Registry

# What tamesu fills in; a recipe cannot write it.
GIVEN_BY_US = frozenset({"name", "in_channels", "size_px", "folder"})

NAMES_SHOWN = 6


class BackboneTable(Registry):
    """Backbones of our own or of plugins by name; any other name is looked up in timm.

    Examples:
        >>> table = BackboneTable({})
        >>> [fault.near for fault in table.check("resnet43", {})]
        ['resnet34']
        >>> table.resolve("resnet34", {})["weights"]
        'imagenet'
    """

    def __init__(self, parts: Mapping[str, type]) -> None:
        super().__init__("backbone", parts)

    def __contains__(self, name: object) -> bool:
        return name in self._parts or name in list_timm_names()

    def __getitem__(self, name: str) -> type:
        # timm is not imported here, so that a recipe's defaults can be spelled out quickly; `check` looks the name up.
        return self._parts.get(name, TimmBackbone)

    def __iter__(self) -> Iterator[str]:
        return iter([*self._parts, *sorted(list_timm_names())])

    def __len__(self) -> int:
        return len(self._parts) + len(list_timm_names())

    def parameters(self, name: str, given_by_us: frozenset[str] = frozenset()) -> dict[str, inspect.Parameter]:
        """The options a user may write.

        Args:
            name: an entry.
            given_by_us: options filled by tamesu itself, beside `GIVEN_BY_US`.
        """
        return super().parameters(name, given_by_us | GIVEN_BY_US)

    def check(
        self,
        name: str,
        options: Mapping[str, Any],
        where: Where | None = None,
        given_by_us: frozenset[str] = frozenset(),
    ) -> list[Fault]:
        """Every fault of `{name: options}` that can be told without the competition's folder.

        Args:
            name: the backbone as written; an address (`hf-hub:...`, a URL, a path) is refused.
            options: its options as written.
            where: its place in the recipe.
            given_by_us: options filled by tamesu itself, beside `GIVEN_BY_US`.

        Returns:
            The faults; whether the weights can be had and fit is told by `build`.
        """
        where = where or Where()
        if ":" in name or "/" in name or "\\" in name:
            return [Fault("BACKBONE_FROM_ADDRESS", "refuse", where, {"name": name})]
        if name not in self:
            near = difflib.get_close_matches(name, list(self), n=NAMES_SHOWN, cutoff=0.6)
            values = {"kind": self.kind, "name": name, "known": ", ".join([*near, "... (timm.list_models())"])}
            return [Fault("CONFIG_UNKNOWN_PART", "refuse", where, values, nearest(name, near))]
        faults = super().check(name, options, where, given_by_us)
        if name in self._parts:
            return faults
        weights = options.get("weights", "imagenet")
        place = Where(where.file, where.line, f"{where.key}.weights" if where.key else "weights")
        if weights == "imagenet" and not is_published(name):
            faults.append(Fault("WEIGHTS_NOT_PUBLISHED", "refuse", place, {"backbone": name}))
        return faults + (check_weights_text(weights, place) if isinstance(weights, str) else [])

    def build(self, name: str, options: Mapping[str, Any], **ours: Any) -> Backbone:
        """A backbone on the CPU.

        Args:
            name: the backbone.
            options: its options.
            **ours: `in_channels` (3), `size_px` (224), `folder` (the working directory).

        Raises:
            InputError: a fault of `check`, or the weights cannot be had or do not fit.
        """
        raise_faults(self.check(name, options, Where(key=f"backbone.{name}")))
        taken = inspect.signature(self[name]).parameters
        given = {key: value for key, value in (ours | {"name": name}).items() if key in GIVEN_BY_US and key in taken}
        backbone: Backbone = self[name](**self.resolve(name, options), **given)
        return backbone

    def weight_files(self, name: str, options: Mapping[str, Any], folder: Path) -> list[Path]:
        """The files of the user's that the initial weights come from; none for `imagenet` and `none`.

        Args:
            name: the backbone.
            options: its options.
            folder: the competition's folder.

        Raises:
            InputError: WEIGHTS_NO_FILE or CKPT_UNSAFE.
        """
        weights = self.resolve(name, options).get("weights", "none")
        if weights in WORDS:
            return []
        return [find_weights(weights, folder, Where(key=f"backbone.{name}.weights"))]

    def weights_digest(self, name: str, options: Mapping[str, Any], folder: Path) -> str:
        """What the initial weights are, for a run's identity: the SHA-256 of the file's content, or the word that names them.

        Args:
            name: the backbone.
            options: its options.
            folder: the competition's folder.

        Raises:
            InputError: WEIGHTS_NO_FILE or CKPT_UNSAFE.
        """
        digests = []
        for path in self.weight_files(name, options, folder):
            with open(path, "rb") as file:
                digests.append(hashlib.file_digest(file, "sha256").hexdigest())
        return ",".join(digests) or str(self.resolve(name, options).get("weights", "none"))


@functools.cache
def list_timm_names() -> frozenset[str]:
    """Every name timm builds: networks, and networks with the tag of some weights."""
    import timm

    return frozenset({*timm.list_models(), *timm.list_models(include_tags=True)})


def is_published(name: str) -> bool:
    """Whether timm publishes weights under this name as a safetensors file on its hub."""
    from timm.models import get_pretrained_cfg

    published = get_pretrained_cfg(name)
    return published is not None and bool(published.hf_hub_id)
