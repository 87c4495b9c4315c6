"""FC-DenseNet is as large as the paper's and answers for each picture by itself."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from export.architectures import fc_densenet
from export.architectures.fc_densenet import FCDenseNet, small

TINY: dict[str, Any] = {"first": 4, "growth": 3, "layers": (1, 2), "middle": 2}

LAYOUTS = {
    "FC-DenseNet56": lambda: FCDenseNet(11),
    "small": small,
    "tiny": lambda: FCDenseNet(2, **TINY),
    "uneven": lambda: FCDenseNet(3, first=5, growth=2, layers=(3, 1, 2), middle=1),
    "shallow": lambda: FCDenseNet(1, first=7, growth=7, layers=(1,), middle=3),
}


def parameters(network: nn.Module) -> int:
    return sum(p.numel() for p in network.parameters())


def test_fc_densenet_56_is_as_large_as_the_papers() -> None:
    # Table 3 of the paper: 1.5 M for FC-DenseNet56.
    network = FCDenseNet(11)
    assert parameters(network) == pytest.approx(1.5e6, rel=0.1)
    # Its 56 layers are the convolutions.
    convolutions = (nn.Conv2d, nn.ConvTranspose2d)
    assert sum(isinstance(module, convolutions) for module in network.modules()) == 56


def test_fc_densenet_67_is_as_large_as_the_papers() -> None:
    # Table 3 of the paper: 3.5 M for FC-DenseNet67 (growth 16, five layers a block).
    network = FCDenseNet(11, growth=16, layers=(5, 5, 5, 5, 5), middle=5)
    assert parameters(network) == pytest.approx(3.5e6, rel=0.1)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_sides_are_multiples_and_come_back(layout: str) -> None:
    network = LAYOUTS[layout]().eval()
    assert network.multiple == 2 ** len(network.down)
    height, width = network.multiple, 2 * network.multiple
    with torch.inference_mode():
        answer = network(torch.rand(2, 3, height, width))
    assert answer.shape == (2, network.head.out_channels, height, width)


def test_other_sides_do_not_fit_together() -> None:
    with pytest.raises(RuntimeError, match="Sizes of tensors must match"):
        FCDenseNet(2, **TINY).eval()(torch.rand(1, 3, 4, 6))


def test_skips_join_what_comes_up_from_below() -> None:
    network = FCDenseNet(2, **TINY).eval()
    seen: dict[str, tuple[int, ...]] = {}

    def watch(name: str, module: nn.Module) -> None:
        def note(_: nn.Module, inputs: tuple[Tensor, ...], __: Tensor) -> None:
            seen[name] = tuple(inputs[0].shape[1:])

        module.register_forward_hook(note)

    for name, module in network.named_modules():
        watch(name, module)
    with torch.inference_mode():
        network(torch.rand(1, 3, 8, 12))

    assert {name: seen[name] for name in ("down.0", "shrink.0", "down.1", "shrink.1")} == {
        "down.0": (4, 8, 12),
        "shrink.0": (4 + 3, 8, 12),
        "down.1": (7, 4, 6),
        "shrink.1": (7 + 2 * 3, 4, 6),
    }
    assert seen["middle"] == (13, 2, 3)
    # Only the new channels of the block below go up; those of the skip are added to them.
    assert seen["grow.0"] == (2 * 3, 2, 3)
    assert seen["up.0"] == (6 + 13, 4, 6)
    assert seen["grow.1"] == (2 * 3, 4, 6)
    assert seen["up.1"] == (6 + 7, 8, 12)
    assert seen["head"] == (13 + 3, 8, 12)


def test_an_answer_does_not_depend_on_neighbours() -> None:
    torch.manual_seed(0)
    network = FCDenseNet(3, **TINY)
    pictures = torch.randn(3, 3, 8, 8) * torch.tensor([1.0, 5.0, 0.1])[:, None, None, None]
    with torch.no_grad():
        network.train()(pictures)
        network.eval()
        together = network(pictures)
        alone = torch.cat([network(picture[None]) for picture in pictures])

    torch.testing.assert_close(together, alone)
    assert all(m.track_running_stats for m in network.modules() if isinstance(m, nn.BatchNorm2d))


def test_dropout_is_for_training_only() -> None:
    torch.manual_seed(0)
    network = FCDenseNet(2, **TINY)
    picture = torch.rand(2, 3, 8, 8)
    with torch.no_grad():
        assert torch.equal(network.eval()(picture), network(picture))
        assert not torch.equal(network.train()(picture), network(picture))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_weights_tell_how_the_network_was_made(layout: str) -> None:
    torch.manual_seed(0)
    network = LAYOUTS[layout]().eval()

    same = fc_densenet.from_state(network.state_dict())

    assert not any(module.training for module in same.modules())
    assert same.multiple == network.multiple
    pictures = torch.rand(1, 3, network.multiple, network.multiple)
    with torch.inference_mode():
        assert torch.equal(same(pictures), network(pictures))


def test_refusal_names_the_tensor_that_does_not_fit() -> None:
    state = FCDenseNet(2, **TINY).state_dict()
    for lacking in (
        "first.weight",
        "down.0.layers.0.conv.weight",
        "head.weight",
        "middle.layers.1.bn.bias",
        "grow.1.weight",
    ):
        with pytest.raises(ValueError, match=f"not the weights of an FC-DenseNet: {lacking} is"):
            fc_densenet.from_state({n: t for n, t in state.items() if n != lacking})
    with pytest.raises(ValueError, match=r"an FC-DenseNet: other is left over"):
        fc_densenet.from_state(state | {"other": torch.zeros(1)})


@pytest.mark.parametrize("name", ["first.weight", "down.0.layers.0.conv.weight", "head.weight"])
def test_a_tensor_without_sides_is_refused_in_one_sentence(name: str) -> None:
    state = FCDenseNet(2, **TINY).state_dict() | {name: torch.tensor(1.0)}
    with pytest.raises(ValueError, match="not the weights of an FC-DenseNet"):
        fc_densenet.from_state(state)
