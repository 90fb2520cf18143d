from __future__ import annotations

import json
import socket
import struct
from pathlib import Path

import huggingface_hub
import pytest
import timm
import torch
from safetensors.torch import load_file, save_file

from tamesu.backbones import BACKBONES
from tamesu.backbones.weights import load_weights, read_hints, read_weights
from tamesu.errors import InputError, Where


def write_header(path: Path, header: bytes, body: bytes = b"", length: int | None = None) -> None:
    path.write_bytes(struct.pack("<Q", len(header) if length is None else length) + header + body)


def entry(start: int, end: int) -> dict[str, object]:
    return {"dtype": "F32", "shape": [(end - start) // 4], "data_offsets": [start, end]}


def good(path: Path, name: str = "test_resnet", **settings: object) -> dict[str, torch.Tensor]:
    torch.manual_seed(7)
    state = timm.create_model(name, **settings).state_dict()
    save_file(state, path)
    return state


def codes(path: Path, name: str = "test_resnet") -> tuple[str, ...]:
    model = timm.create_model(name, num_classes=0)
    before = {key: tensor.clone() for key, tensor in model.state_dict().items()}
    with pytest.raises(InputError) as raised:
        load_weights(model, path, name=name, in_channels=3, where=Where(key="backbone"))
    assert all(torch.equal(tensor, before[key]) for key, tensor in model.state_dict().items()), "changed although refused"
    assert all(fault.text("en") and fault.text("ja") for fault in raised.value.faults)
    return raised.value.codes


def test_files_that_are_not_safetensors_are_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    good(path)
    whole = path.read_bytes()
    bodies = {
        "empty": b"",
        "one byte": b"a",
        "html": b"<!DOCTYPE html><html><body>404 Not Found</body></html>",
        "git lfs": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n",
        "cut": whole[: len(whole) * 6 // 10],
        "cut in the header": whole[:100],
        "longer": whole + b"\0" * 4096,
        "deep": struct.pack("<Q", 200_000) + b"[" * 200_000,
    }
    for case, body in bodies.items():
        path.write_bytes(body)
        assert codes(path) == ("CKPT_UNREADABLE",), case


def test_headers_that_lie_are_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    one = json.dumps({"a": entry(0, 8)}).encode()
    write_header(path, one, b"\0" * 8, length=2**63)
    assert codes(path) == ("CKPT_UNREADABLE",)
    write_header(path, one, b"\0" * 4)
    assert codes(path) == ("CKPT_UNREADABLE",)
    write_header(path, json.dumps({"a": entry(0, 8), "b": entry(4, 12)}).encode(), b"\0" * 12)
    assert codes(path) == ("CKPT_UNREADABLE",)
    twice = b'{"a":' + json.dumps(entry(0, 8)).encode() + b',"a":' + json.dumps(entry(8, 16)).encode() + b"}"
    write_header(path, twice, b"\0" * 16)
    assert codes(path) == ("CKPT_UNREADABLE",)
    same = b'{"a":' + json.dumps(entry(0, 8)).encode() + b',"a":' + json.dumps(entry(0, 8)).encode() + b"}"
    write_header(path, same, b"\0" * 8)
    assert codes(path) == ("CKPT_UNREADABLE",)


@pytest.mark.parametrize("name", ["a.pkl", "a.pt", "a.pth", "a.bin", "a.ckpt", "a.npy", "A.PT"])
def test_a_pickle_is_never_opened(tmp_path: Path, name: str) -> None:
    canary = tmp_path / "CANARY"
    (tmp_path / name).write_bytes(b"cbuiltins\nopen\n(V" + str(canary).encode() + b"\nVw\ntR.")
    with pytest.raises(InputError) as raised:
        BACKBONES.build("test_resnet", {"weights": name}, size_px=32, folder=tmp_path)
    assert raised.value.codes == ("CKPT_UNSAFE",)
    assert not canary.exists()


def test_a_pickle_under_another_name_is_unreadable(tmp_path: Path) -> None:
    canary, path = tmp_path / "CANARY", tmp_path / "a.safetensors"
    path.write_bytes(b"cbuiltins\nopen\n(V" + str(canary).encode() + b"\nVw\ntR.")
    assert codes(path) == ("CKPT_UNREADABLE",)
    assert not canary.exists()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_weights_that_are_not_finite(tmp_path: Path, value: float) -> None:
    path = tmp_path / "a.safetensors"
    state = good(path)
    state["layer2.0.conv1.weight"].view(-1)[5] = value
    save_file(state, path)
    assert codes(path) == ("CKPT_NOT_FINITE",)


def test_names_of_another_network(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    state = good(path)
    for case, changed in {
        "DataParallel": {f"module.{name}": tensor for name, tensor in state.items()},
        "one missing": {name: tensor for name, tensor in state.items() if name != "layer1.0.conv1.weight"},
        "one too many": state | {"extra.weight": torch.zeros(1)},
        "another network": timm.create_model("test_vit").state_dict(),
        "nothing": {"a": torch.zeros(1)},
    }.items():
        save_file(changed, path)
        assert codes(path) == ("CKPT_KEYS",), case


def test_shapes_of_another_network(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    state = good(path)
    state["layer4.0.conv1.weight"] = state["layer4.0.conv1.weight"][:, :-1].clone()
    save_file(state, path)
    assert codes(path) == ("CKPT_SHAPE",)


@pytest.mark.parametrize("settings", [{}, {"num_classes": 0}, {"num_classes": 7}])
def test_a_classifier_in_the_file_does_not_matter(tmp_path: Path, settings: dict[str, object]) -> None:
    state = good(tmp_path / "a.safetensors", **settings)
    model = timm.create_model("test_resnet", num_classes=0)
    load_weights(model, tmp_path / "a.safetensors", name="test_resnet", in_channels=3, where=Where())
    loaded = model.state_dict()
    assert all(torch.equal(loaded[name], state[name]) for name in loaded)


def test_batch_counters_and_half_precision_are_no_matter(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    state = good(path)
    kept = {name: tensor.half() for name, tensor in state.items() if not name.endswith("num_batches_tracked")}
    save_file(kept, path)
    model = timm.create_model("test_resnet", num_classes=0)
    load_weights(model, path, name="test_resnet", in_channels=3, where=Where())
    assert model.state_dict()["layer1.0.conv1.weight"].dtype == torch.float32
    torch.testing.assert_close(
        model.state_dict()["layer1.0.conv1.weight"], state["layer1.0.conv1.weight"], atol=1e-3, rtol=1e-3
    )


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("test_vit", {"img_size": 64}),
        ("test_resnet", {"in_chans": 1}),
        ("test_vit", {"in_chans": 4}),
        ("test_efficientnet", {}),
    ],
)
def test_other_sizes_and_channels_are_fitted_as_timm_does(tmp_path: Path, name: str, settings: dict[str, int]) -> None:
    path = tmp_path / "a.safetensors"
    good(path, name)
    overlay = {"file": str(path)}
    theirs = timm.create_model(name, pretrained=True, num_classes=0, pretrained_cfg_overlay=overlay, **settings)
    ours = timm.create_model(name, num_classes=0, **settings)
    load_weights(ours, path, name=name, in_channels=settings.get("in_chans", 3), where=Where())
    expected = theirs.state_dict()
    assert all(torch.equal(tensor, expected[key]) for key, tensor in ours.state_dict().items())


def test_what_a_file_says_about_its_input(tmp_path: Path) -> None:
    path, state = tmp_path / "a.safetensors", {"a": torch.zeros(1)}
    save_file(state, path, metadata={"mean": "0.5", "std": "[0.229, 0.224, 0.225]", "create_kwargs": "pad_type='same'"})
    assert read_hints(path) == {"mean": (0.5, 0.5, 0.5), "std": (0.229, 0.224, 0.225), "pad_type": "same"}
    save_file(state, path, metadata={"mean": "unknown", "std": "1, 2"})
    assert read_hints(path) == {}
    save_file(state, path)
    assert read_hints(path) == {}


def test_reading_gives_what_safetensors_gives(tmp_path: Path) -> None:
    good(tmp_path / "a.safetensors")
    ours, theirs = read_weights(tmp_path / "a.safetensors", Where()), load_file(tmp_path / "a.safetensors")
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_published_weights_come_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = good(tmp_path / "model.safetensors")
    asked = []

    def cached(repository: str, file: str) -> str:
        asked.append((repository, file))
        return str(tmp_path / file)

    monkeypatch.setattr(huggingface_hub, "try_to_load_from_cache", cached)
    backbone = BACKBONES.build("test_resnet", {}, size_px=32)
    assert asked == [("timm/test_resnet.r160_in1k", "model.safetensors")]
    assert torch.equal(backbone.state_dict()["model.layer1.0.conv1.weight"], state["layer1.0.conv1.weight"])


def test_published_weights_out_of_reach_say_what_to_do_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(huggingface_hub, "try_to_load_from_cache", lambda *_: None)
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    monkeypatch.setattr("urllib.request.getproxies", dict)
    with pytest.raises(InputError) as raised:
        BACKBONES.build("test_resnet", {}, size_px=32)
    assert raised.value.codes == ("WEIGHTS_NOT_FOUND",)
    assert "weights: none" in str(raised.value)
    assert "Name or service not known" in str(raised.value)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (huggingface_hub.errors.LocalEntryNotFoundError("not here"), "WEIGHTS_NOT_FOUND"),
        (OSError("disk full"), "WEIGHTS_NOT_FOUND"),
    ],
)
def test_a_download_that_fails(monkeypatch: pytest.MonkeyPatch, error: Exception, code: str) -> None:
    def fails(*_: object) -> str:
        raise error

    monkeypatch.setattr(huggingface_hub, "try_to_load_from_cache", lambda *_: None)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: [])
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", fails)
    with pytest.raises(InputError) as raised:
        BACKBONES.build("test_resnet", {}, size_px=32)
    assert raised.value.codes == (code,)


def test_weights_of_a_run_of_ours_start_a_new_backbone(tmp_path: Path) -> None:
    torch.manual_seed(0)
    trained = timm.create_model("test_resnet", num_classes=0, global_pool="")
    state = {f"backbone.model.{name}": tensor for name, tensor in trained.state_dict().items()}
    save_file(state | {"heads.head_0.linear.bias": torch.zeros(3)}, tmp_path / "weights.safetensors")
    fresh = timm.create_model("test_resnet", num_classes=0, global_pool="")
    load_weights(fresh, tmp_path / "weights.safetensors", name="test_resnet", in_channels=3, where=Where())
    torch.testing.assert_close(fresh.state_dict(), trained.state_dict(), rtol=0, atol=0)
