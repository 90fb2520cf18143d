"""Any network of timm as a backbone."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import torch
from annotated_types import Ge, Lt
from jaxtyping import Float
from torch import Tensor, nn

from tamesu.backbones.backbone import Backbone, Features, freeze_within
from tamesu.backbones.maps import Layout, find_last_norm, find_layout, to_map
from tamesu.backbones.taps import Branch, Tap, find_taps
from tamesu.backbones.weights import fetch_published, find_weights, load_weights, read_hints
from tamesu.errors import Fault, InputError, Where
from tamesu.registry import Positive


class TimmBackbone(Backbone):
    """A timm network without its classifier; what comes before its pooling is the feature map.

    Random initial values come from torch's global generator, which the training seeds.

    Args:
        name: timm's name, with or without a tag: `resnet34`, `resnet50.a1_in1k`.
        weights: `imagenet` (what timm publishes under this name), `none` (random), or a .safetensors file with timm's
            names, relative to the competition's folder.
        mean: per channel, for images scaled to 0..1; timm's for this name when None.
        std: likewise.
        pad_type: how convolutions pad, where the network lets one choose: `same` is TensorFlow's way; timm's own when None.
        drop_path_rate: probability that a residual branch is left out in training, growing to this at the last one.
        in_channels: channels of the images; filled by tamesu.
        size_px: height and width of the images in pixels; filled by tamesu.
        folder: the competition's folder; filled by tamesu.

    Raises:
        InputError: the weights cannot be had, read or fitted (WEIGHTS_*, CKPT_*); the network cannot take this image size
            (BACKBONE_SIZE) or an option (BACKBONE_OPTION), or gives no map (BACKBONE_NO_MAP).

    Source: networks and published weights: Wightman, PyTorch Image Models, https://github.com/huggingface/pytorch-image-models.

    Examples:
        >>> backbone = TimmBackbone("test_resnet", weights="none", size_px=32)
        >>> backbone(torch.zeros(2, 3, 32, 32)).shape, backbone.out_channels, len(backbone.stages)
        (torch.Size([2, 96, 1, 1]), 96, 5)
    """

    def __init__(
        self,
        name: str,
        *,
        weights: str = "imagenet",
        mean: tuple[float, float, float] | None = None,
        std: tuple[Positive, Positive, Positive] | None = None,
        pad_type: Literal["", "same"] | None = None,
        drop_path_rate: Annotated[float, Ge(0.0), Lt(1.0)] = 0.0,
        in_channels: int = 3,
        size_px: int = 224,
        folder: Path = Path(),
    ) -> None:
        super().__init__()
        self.name = name
        where = Where(key=f"backbone.{name}")
        place = Where(key=f"backbone.{name}.weights")
        options: dict[str, Any] = {} if pad_type is None else {"pad_type": pad_type}
        if drop_path_rate:
            options["drop_path_rate"] = drop_path_rate
        self.model = create_network(name, options, in_channels, size_px, where)
        published = self.model.pretrained_cfg
        self.mean = spread(mean or published["mean"], in_channels)
        self.std = spread(std or published["std"], in_channels)
        if weights == "imagenet":
            if not published.get("hf_hub_id"):
                raise InputError(Fault("WEIGHTS_NOT_PUBLISHED", "refuse", place, {"backbone": name}))
            path = fetch_published(name, published["hf_hub_id"], place)
            load_weights(self.model, path, name=name, in_channels=in_channels, where=place)
        elif weights != "none":
            path = find_weights(weights, folder, place)
            load_weights(self.model, path, name=name, in_channels=in_channels, where=place)
            silent = {"mean": mean is None, "std": std is None, "pad_type": pad_type is None}
            if faults := self.compare_hints(path, silent, where):
                raise InputError(faults)
        self.layout, self.last_side = self.probe(in_channels, size_px, where)
        self.has_tokens = self.layout.kind == "tokens" and self.layout.prefix > 0
        self.out_channels = self.layout.channels
        # In a tuple, so that it is not registered a second time under another name.
        self.norm = (find_last_norm(self.model, self.out_channels),)
        self.stages = [[f"model.{parameter}" for parameter in stage] for stage in find_stages(self.model)]
        spared = self.model.no_weight_decay() if hasattr(self.model, "no_weight_decay") else ()
        self.never_decayed = frozenset(f"model.{parameter}" for parameter in spared)
        self.size_px = size_px
        self.in_channels = in_channels
        self._taps: tuple[Tap, ...] | None = None

    @property
    def taps(self) -> tuple[Tap, ...]:
        """See `Backbone.taps`; found when they are first asked for, by trying the network with one image."""
        if self._taps is None:
            was_training = self.training
            self.eval()
            self._taps = tuple(find_taps(self.model, torch.zeros(1, self.in_channels, self.size_px, self.size_px)))
            self.train(was_training)
        return self._taps

    def forward(self, images: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch maps rows columns"]:
        """The feature map of normalised images."""
        return to_map(self.model.forward_features(images), self.layout, self.norm[0])

    def look(self, images: Float[Tensor, "batch channels height width"], taps: Collection[int] = ()) -> Features:
        """See `Backbone.look`."""
        stages: dict[int, Any] = {}
        hooks = [
            self.model.get_submodule(self.taps[tap].module).register_forward_hook(
                lambda _, __, output, tap=tap: stages.__setitem__(tap, output)
            )
            for tap in taps
        ]
        try:
            features = self.model.forward_features(images)
        finally:
            for hook in hooks:
                hook.remove()
        maps = {tap: to_map(output, self.taps[tap].layout) for tap, output in stages.items()}
        tokens = find_tokens(features, self.layout, self.norm[0])
        of_taps = {tap: find_tokens(output, self.taps[tap].layout) for tap, output in stages.items()}
        known = {tap: found for tap, found in of_taps.items() if found is not None}
        return Features(to_map(features, self.layout, self.norm[0]), maps, stages, tokens, known)

    def make_branch(self, count: int) -> TimmBranch:
        """See `Backbone.make_branch`."""
        if count < len(self.taps):
            was_training = self.training
            self.eval()
            try:
                # Noise, so that a wrong cut shows; the same each time, and apart from the generator of the weights.
                noise = torch.Generator().manual_seed(0)
                images = torch.rand(1, self.in_channels, self.size_px, self.size_px, generator=noise)
                return TimmBranch(Branch(self.model, self.taps, count, images), self.layout)
            except ValueError:
                pass
            finally:
                # Not the network itself, which knows nothing of frozen stages.
                self.train(was_training)
        branch: TimmBranch = super().make_branch(count)  # type: ignore[assignment]
        return branch

    def compare_hints(self, path: Path, silent: dict[str, bool], where: Where) -> list[Fault]:
        """WEIGHTS_INPUT for each thing the file says about its input that the recipe leaves unsaid and would do otherwise.

        Args:
            path: the weight file.
            silent: by option, whether the recipe says nothing.
            where: the backbone's place.
        """
        same = any(type(module).__name__.endswith("Same") for module in self.model.modules())
        used: dict[str, Any] = {"mean": self.mean[:3], "std": self.std[:3], "pad_type": "same" if same else ""}
        faults = []
        for option, found in read_hints(path).items():
            equal = found == used[option] if option == "pad_type" else close(found, used[option])
            if silent[option] and not equal:
                values = {"path": path.name, "option": option, "found": written(found), "used": written(used[option])}
                faults.append(Fault("WEIGHTS_INPUT", "refuse", Where(key=f"{where.key}.{option}"), values))
        return faults

    def probe(self, in_channels: int, size_px: int, where: Where) -> tuple[Layout, int]:
        """How the network arranges its features, and the side of its map, found by asking it with one grey image.

        Raises:
            InputError: BACKBONE_SIZE, it cannot take the size; BACKBONE_NO_MAP, it gives no single map.
        """
        self.model.eval()
        try:
            with torch.no_grad():
                features = self.model.forward_features(torch.zeros(1, in_channels, size_px, size_px))
        except (RuntimeError, ValueError, AssertionError, IndexError) as error:
            raise InputError(size_fault(self.model, self.name, size_px, error, where)) from error
        finally:
            self.model.train()
        layout = find_layout(self.model, features)
        if layout is None:
            found = tuple(features.shape) if isinstance(features, Tensor) else type(features).__name__
            raise InputError(Fault("BACKBONE_NO_MAP", "refuse", where, {"backbone": self.name, "found": found}))
        return layout, to_map(features, layout).shape[-1]


class TimmBranch(nn.Module):
    """A head's own copy of a network's last stages.

    Args:
        branch: the copy, with its own norm where the network has one behind its features.
        layout: how its features lie in memory.
    """

    def __init__(self, branch: Branch, layout: Layout) -> None:
        super().__init__()
        self.branch = branch
        self.layout = layout
        # The backbone's names of the parameters that it trains, and its own names of them.
        self.names = [f"model.{name}" for name in branch.names]
        self.own = [f"branch.model.{name}" for name in branch.names]
        self.frozen: list[nn.Module] = []

    def copies(self) -> list[tuple[str, nn.Parameter]]:
        """Its parameters that are trained, each with the backbone's name of what it was copied from."""
        own = dict(self.named_parameters())
        return [(original, own[name]) for original, name in zip(self.names, self.own, strict=True)]

    def freeze(self, originals: Collection[str]) -> None:
        """Stop what was copied from these parameters of the backbone from learning, and its batch statistics from moving."""
        self.frozen = freeze_within(self, {id(parameter) for original, parameter in self.copies() if original in originals})
        self.train(self.training)

    def train(self, mode: bool = True) -> TimmBranch:
        """Training mode for what is trained; what is frozen stays in evaluation mode."""
        super().train(mode)
        for module in self.frozen:
            module.eval()
        return self

    def forward(self, images: Tensor, trunk: Any) -> Float[Tensor, "batch maps rows columns"]:
        """The feature map of what the shared stages gave."""
        return self.look(images, trunk)[0]

    def look(self, images: Tensor, trunk: Any) -> tuple[Tensor, Tensor | None]:
        """The feature map, and its own class and register tokens where there are any."""
        norm = find_last_norm(self.branch.model, self.layout.channels)
        features = self.branch(images, trunk)
        return to_map(features, self.layout, norm), find_tokens(features, self.layout, norm)


def find_tokens(features: Tensor, layout: Layout, norm: nn.LayerNorm | None = None) -> Tensor | None:
    """The class and register tokens among a transformer's tokens, (B, P, C); None where there are none."""
    if layout.kind != "tokens" or not layout.prefix:
        return None
    tokens = features[:, : layout.prefix]
    return tokens if norm is None else cast(Tensor, norm(tokens))


def create_network(name: str, options: dict[str, Any], in_channels: int, size_px: int, where: Where) -> Any:
    """timm's network with random weights and no classifier, made for this image size where it is made for one.

    Args:
        name: timm's name.
        options: keyword arguments for the network.
        in_channels: channels of the images.
        size_px: height and width of the images.
        where: the backbone's place.

    Raises:
        InputError: BACKBONE_OPTION for each option the network does not have; BACKBONE_SIZE.
    """
    import timm
    from timm.models import get_pretrained_cfg

    published = get_pretrained_cfg(name)
    sized: dict[str, Any] = {}
    if published is not None and published.fixed_input_size and published.input_size[1] != size_px:
        sized["img_size"] = size_px
    for extra in (sized, {}) if sized else ({},):
        try:
            return timm.create_model(name, pretrained=False, num_classes=0, in_chans=in_channels, **options, **extra)
        except TypeError as error:
            if extra and "img_size" in str(error):
                continue
            unknown = [option for option in options if option in str(error)]
            if not unknown:
                raise
            reason = str(error).rpartition(".")[2]
            raise InputError(
                [
                    Fault(
                        "BACKBONE_OPTION",
                        "refuse",
                        Where(key=f"{where.key}.{option}"),
                        {"backbone": name, "option": option, "reason": reason},
                    )
                    for option in unknown
                ]
            ) from error
        except (AssertionError, ValueError, RuntimeError) as error:
            if not extra:
                raise
            raise InputError(size_fault(published, name, size_px, error, where)) from error
    raise AssertionError("the last attempt returns or raises")


def size_fault(model: Any, name: str, size_px: int, error: Exception, where: Where) -> Fault:
    """BACKBONE_SIZE, with the size the network was made for."""
    own = getattr(model, "pretrained_cfg", {}).get("input_size") if isinstance(model, nn.Module) else model.input_size
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    values = {"backbone": name, "size": size_px, "own": own[1] if own else "-", "reason": reason}
    return Fault("BACKBONE_SIZE", "refuse", where, values)


def find_stages(model: nn.Module) -> list[list[str]]:
    """Names of parameters, stage by stage, from the image to the head.

    timm's own coarse grouping where the network has one; else its children in their order.

    Args:
        model: a timm network.

    Returns:
        Every parameter's name in exactly one stage; no stage is empty.
    """
    from timm.models import group_parameters

    try:
        grouped = group_parameters(model, model.group_matcher(coarse=True))  # type: ignore[operator]
        stages = [list(grouped[index]) for index in sorted(grouped)]
    except (AttributeError, AssertionError, TypeError):
        stages = []
        for child, module in model.named_children():
            inside = module.named_children() if isinstance(module, nn.Sequential | nn.ModuleList) else [("", module)]
            stages += [[f"{child}.{part}.{name}".replace("..", ".") for name, _ in m.named_parameters()] for part, m in inside]
        known = {name for stage in stages for name in stage}
        stages.insert(0, [name for name, _ in model.named_parameters() if name not in known])
    return [stage for stage in stages if stage]


def spread(values: tuple[float, ...], channels: int) -> tuple[float, ...]:
    """Three numbers for any number of channels, by going round.

    Examples:
        >>> spread((0.1, 0.2, 0.3), 4)
        (0.1, 0.2, 0.3, 0.1)
    """
    return tuple(float(values[channel % len(values)]) for channel in range(channels))


def close(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether numbers agree to what a file's text can say."""
    return all(abs(a - b) < 1e-3 for a, b in zip(one, other, strict=False))


def written(value: Any) -> str:
    """A value as it is written in a recipe."""
    return "[" + ", ".join(f"{number:g}" for number in value) + "]" if isinstance(value, tuple) else repr(value)
