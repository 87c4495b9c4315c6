"""Weights: what is read, what is refused and why, and one hash whatever file they come from."""

from pathlib import Path

import pytest
import torch
from torch import nn

from export.errors import UnusableWeights
from export.weights import digest, file_digest, find_weights, read_weights


@pytest.fixture
def state() -> dict[str, torch.Tensor]:
    return {"conv.weight": torch.arange(6.0).reshape(2, 3), "bn.bias": torch.tensor([1.5])}


def save(content: object, folder: Path) -> Path:
    path = folder / "weights.pth"
    torch.save(content, path)
    return path


@pytest.mark.parametrize("key", ["state_dict", "params", "params_ema", "model"])
def test_what_training_scripts_wrap_around_is_taken_off(
    key: str, state: dict[str, torch.Tensor], tmp_path: Path
) -> None:
    wrapped = {key: {f"module.{name}": value for name, value in state.items()}, "epoch": 3}
    read = read_weights(save(wrapped, tmp_path))
    assert list(read) == list(state)
    assert digest(read) == digest(state)


def test_safetensors_are_read(state: dict[str, torch.Tensor], tmp_path: Path) -> None:
    files = pytest.importorskip("safetensors.torch")
    files.save_file(state, tmp_path / "weights.safetensors")
    assert digest(read_weights(tmp_path / "weights.safetensors")) == digest(state)


def test_a_pickled_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableWeights, match=r"pickled object.*torch\.save\(model\.state_dict"):
        read_weights(save(nn.Linear(2, 2), tmp_path))


@pytest.mark.parametrize(
    ("content", "reason"),
    [([1, 2], "no state dict"), ({}, "no state dict"), ({"epoch": 3}, "'epoch' is not a tensor")],
)
def test_other_contents_are_refused(content: object, reason: str, tmp_path: Path) -> None:
    with pytest.raises(UnusableWeights, match=reason):
        read_weights(save(content, tmp_path))


@pytest.mark.parametrize("name", ["weights.pth", "weights.onnx", "weights.safetensors"])
@pytest.mark.parametrize("content", [b"", b"not weights at all" * 10])
def test_damaged_files_are_refused(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnusableWeights, match=name):
        read_weights(tmp_path / name)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableWeights, match=r"there is no file .*nothing\.pth"):
        read_weights(tmp_path / "nothing.pth")


def test_digest_sees_values_shapes_and_names_but_no_counters(
    state: dict[str, torch.Tensor],
) -> None:
    same = {**dict(reversed(state.items())), "bn.num_batches_tracked": torch.tensor(7)}
    assert digest(same) == digest(state)
    bias = state["bn.bias"]
    assert digest({**state, "bn.bias": bias + 1e-6}) != digest(state)
    assert digest({**state, "bn.bias": bias.reshape(1, 1)}) != digest(state)
    assert digest({"conv.weight": state["conv.weight"], "bn.b": bias}) != digest(state)


def test_digest_is_the_documented_one() -> None:
    # sha256(b"a float32 2\n" + struct.pack("<2f", 1, 2))
    known = "ec52c06b91d7659a53b54f85ef1316a08a62e9cebc27a33128af3986f6999701"
    assert digest({"a": torch.tensor([1.0, 2.0])}) == known


def test_digest_of_a_file_is_that_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    known = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert file_digest(tmp_path / "empty") == known


def test_weights_trained_here_come_before_published_ones(tmp_path: Path) -> None:
    runs, models = tmp_path / "runs", tmp_path / "models"
    with pytest.raises(UnusableWeights, match=r"neither .*weights\.pth nor .*net\.onnx exists"):
        find_weights("net", runs, models)

    models.mkdir()
    (models / "net.onnx").touch()
    assert find_weights("net", runs, models) == models / "net.onnx"

    (runs / "net").mkdir(parents=True)
    (runs / "net" / "weights.pth").touch()
    assert find_weights("net", runs, models) == runs / "net" / "weights.pth"
