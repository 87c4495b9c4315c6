"""ResNet-50-thin is half as wide as ResNet-50, keeps its statistics and refuses other weights."""

import pytest
import torch
from torch import nn

from export.architectures import resnet_thin
from export.architectures.resnet_thin import CHANNELS, Encoder, ResNet50Thin


@pytest.fixture(scope="module")
def network() -> ResNet50Thin:
    torch.manual_seed(0)
    return ResNet50Thin(classes=3).eval()


def test_has_as_many_parameters_as_the_published_network(network: ResNet50Thin) -> None:
    assert sum(p.numel() for p in network.encoder.parameters()) == 5_902_528
    assert sum(isinstance(module, nn.Conv2d) for module in network.modules()) == 1 + 3 * 16 + 4


@pytest.mark.parametrize(("high", "wide"), [(1, 1), (1, 3), (3, 2)])
def test_stages_have_strides_of_4_to_32(network: ResNet50Thin, high: int, wide: int) -> None:
    with torch.inference_mode():
        outputs = network.encoder(torch.rand(2, 3, 32 * high, 32 * wide))

    assert [tuple(output.shape) for output in outputs] == [
        (2, channels, 32 * high // stride, 32 * wide // stride)
        for channels, stride in zip(CHANNELS, (4, 8, 16, 32), strict=True)
    ]
    assert all((output >= 0).all() for output in outputs)


def test_forward_is_the_head_over_the_averaged_features(network: ResNet50Thin) -> None:
    pictures = torch.rand(2, 3, 64, 32)
    with torch.inference_mode():
        features = network.features(pictures)
        assert features.shape == (2, 1024, 2, 1)
        torch.testing.assert_close(network(pictures), network.head(features.mean((2, 3))))


def test_training_keeps_the_statistics_of_batch_normalization() -> None:
    network = ResNet50Thin(classes=2).train()
    before = {name: buffer.clone() for name, buffer in network.named_buffers()}

    network(torch.rand(2, 3, 32, 32)).sum().backward()

    assert network.training
    assert all(torch.equal(before[name], buffer) for name, buffer in network.named_buffers())
    # Its weights learn nevertheless.
    assert network.encoder.bn1.weight.grad is not None
    normalizations = [m for m in network.modules() if isinstance(m, nn.BatchNorm2d)]
    assert not any(module.training for module in normalizations)
    assert all(module.training for module in network.modules() if module not in normalizations)


def test_an_encoder_alone_keeps_them_too() -> None:
    encoder = Encoder()
    assert encoder.train() is encoder
    assert not encoder.bn1.training
    assert encoder.stages[0].training
    assert not encoder.eval().training


def test_weights_tell_the_classes(network: ResNet50Thin) -> None:
    same = resnet_thin.from_state(network.state_dict())

    assert not any(module.training for module in same.modules())
    assert same.head.out_features == 3
    pictures = torch.rand(1, 3, 32, 32)
    with torch.inference_mode():
        assert torch.equal(same(pictures), network(pictures))


def test_refusal_names_the_tensor_that_does_not_fit(network: ResNet50Thin) -> None:
    state = network.state_dict()
    lacking = {n: t for n, t in state.items() if n != "encoder.stages.3.2.bn3.weight"}
    for wrong, reason in (
        ({"fc.weight": torch.zeros(1)}, "head.weight is missing"),
        (lacking, "encoder.stages.3.2.bn3.weight is missing"),
        (state | {"prior": torch.zeros(1)}, "prior is left over"),
        (
            state | {"encoder.conv1.weight": torch.zeros(64, 3, 3, 3)},
            r"encoder.conv1.weight is \(64, 3, 3, 3\) instead of \(64, 3, 7, 7\)",
        ),
        (state | {"head.weight": torch.tensor(1.0)}, "head.weight"),
    ):
        with pytest.raises(ValueError, match=f"not the weights of a ResNet-50-thin: {reason}"):
            resnet_thin.from_state(wrong)
