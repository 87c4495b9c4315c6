"""ResNetCifar is the published network: its size, its weights, its answers, its refusals."""

from pathlib import Path

import numpy as np
import pytest
import torch

from export.architectures import resnet_cifar
from export.architectures.resnet_cifar import ResNetCifar
from export.training.pictures import normalise
from export.weights import read_weights


@pytest.mark.parametrize(("depth", "parameters"), [(20, 269_722), (32, 464_154), (56, 853_018)])
def test_has_as_many_parameters_as_the_published_networks(depth: int, parameters: int) -> None:
    assert sum(p.numel() for p in ResNetCifar(depth).parameters()) == parameters


@pytest.mark.parametrize("depth", [2, 21, 34])
def test_refuses_a_depth_that_is_not_6n_plus_2(depth: int) -> None:
    with pytest.raises(ValueError, match=f"6n \\+ 2.*{depth}"):
        ResNetCifar(depth)


@pytest.mark.parametrize("depth", [20, 32, 56])
def test_published_weights_reach_their_accuracy(data: Path, depth: int) -> None:
    network = resnet_cifar.from_state(read_weights(data / "weights" / f"resnet{depth}_cifar10.th"))
    with np.load(data / "cifar10-lossless-sample500.npz") as sample:
        pictures, labels = sample["x"], sample["y"]

    with torch.inference_mode():
        found = network(normalise(pictures)).argmax(1).numpy()

    assert (found == labels).mean() >= 0.995


def test_forward_is_the_head_over_the_averaged_features() -> None:
    network = ResNetCifar(8, classes=3).eval()
    pictures = torch.rand(2, 3, 32, 32)

    features = network.features(pictures)

    assert features.shape == (2, 64, 8, 8)
    assert (features >= 0).all()
    torch.testing.assert_close(network(pictures), network.head(features.mean((2, 3))))


def test_state_tells_depth_and_classes_with_and_without_a_prefix() -> None:
    network = ResNetCifar(14, classes=7).eval()
    pictures = torch.rand(1, 3, 32, 32)

    for prefix in ("", "module."):
        state = {prefix + name: tensor for name, tensor in network.state_dict().items()}
        same = resnet_cifar.from_state(state)
        assert not same.training
        assert torch.equal(same(pictures), network(pictures))


def test_refusal_names_the_tensor_that_does_not_fit() -> None:
    state = ResNetCifar(8).state_dict()
    lacking = {name: tensor for name, tensor in state.items() if name != "layer2.0.bn1.weight"}
    wider = state | {"conv1.weight": torch.zeros(32, 3, 3, 3)}

    for wrong, reason in (
        ({"fc.weight": torch.zeros(1)}, "linear.weight is missing"),
        (lacking, "layer2.0.bn1.weight is missing"),
        (state | {"fc.bias": torch.zeros(1)}, "fc.bias is left over"),
        (wider, r"conv1.weight is \(32, 3, 3, 3\) instead of \(16, 3, 3, 3\)"),
    ):
        with pytest.raises(ValueError, match=reason):
            resnet_cifar.from_state(wrong)
