"""DenseNet-BC for small pictures: the paper's size, what the head sees, and strict loading."""

import pytest
import torch

from export.architectures.densenet_cifar import DenseNetCifar, Transition, from_state


def parameters(network: torch.nn.Module) -> int:
    return sum(weights.numel() for weights in network.parameters())


def test_the_paper_s_network_has_0_8_million_parameters() -> None:
    assert round(parameters(DenseNetCifar(layers=16, growth=12)) / 1e6, 1) == 0.8  # table 2


def test_features_and_head_give_the_logits() -> None:
    torch.manual_seed(0)
    network = DenseNetCifar(layers=2, growth=4, classes=3).eval()
    pictures = torch.randn(2, 3, 16, 24)
    with torch.no_grad():
        features = network.features(pictures)
        logits = network(pictures)
    assert features.shape == (2, network.head.in_features, 4, 6)
    assert (features >= 0).all()  # behind the last ReLU
    torch.testing.assert_close(network.head(features.mean((2, 3))), logits)


def test_a_transition_may_average_before_its_convolution() -> None:
    torch.manual_seed(0)
    transition = Transition(6).eval()
    x = torch.randn(1, 6, 8, 8)
    with torch.no_grad():
        as_in_the_paper = torch.nn.functional.avg_pool2d(
            transition.conv(torch.relu(transition.bn(x))), 2
        )
        torch.testing.assert_close(transition(x), as_in_the_paper)


def test_the_network_follows_from_its_weights() -> None:
    torch.manual_seed(0)
    network = DenseNetCifar(layers=3, growth=5, classes=4).eval()
    again = from_state(network.state_dict())
    pictures = torch.randn(1, 3, 32, 32)
    with torch.no_grad():
        assert torch.equal(again(pictures), network(pictures))


@pytest.mark.parametrize("missing", ["head.weight", "blocks.0.0.conv2.weight", "bn.weight"])
def test_other_weights_are_refused(missing: str) -> None:
    state = DenseNetCifar(layers=1, growth=2).state_dict()
    del state[missing]
    with pytest.raises(ValueError, match=missing):
        from_state(state)
