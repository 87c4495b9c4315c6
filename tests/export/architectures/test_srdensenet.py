"""SRDenseNet is told by its weights alone, in our layout and in the two public ones."""

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from export.architectures import srdensenet
from export.architectures.srdensenet import SRDenseNet, compact

BLOCKS, LAYERS, GROWTH, BOTTLENECK = 8, 8, 2, 12
WIDTH = LAYERS * GROWTH
LUMA = torch.rand(2, 1, 5, 7, generator=torch.Generator().manual_seed(1))

State = dict[str, Tensor]


def random_conv(state: State, name: str, outputs: int, inputs: int, side: int) -> None:
    state[f"{name}.weight"] = torch.randn(outputs, inputs, side, side) / (inputs * side**2) ** 0.5
    state[f"{name}.bias"] = torch.randn(outputs) / 10


def flat_state() -> State:
    torch.manual_seed(0)
    state: State = {}
    random_conv(state, "conv.conv", WIDTH, 1, 3)
    for i in range(BLOCKS):
        for j in range(LAYERS):
            inputs = GROWTH * j or WIDTH * (i + 1)
            random_conv(state, f"dense_blocks.{i}.block.{j}.conv", GROWTH, inputs, 3)
    random_conv(state, "bottleneck.0", BOTTLENECK, WIDTH * (BLOCKS + 1), 1)
    random_conv(state, "deconv.0", BOTTLENECK, BOTTLENECK, 3)
    random_conv(state, "deconv.2", BOTTLENECK, BOTTLENECK, 3)
    random_conv(state, "reconstruction", 1, BOTTLENECK, 3)
    return state


def flat_forward(state: State, luma: Tensor) -> Tensor:
    def conv(name: str, x: Tensor, padding: int) -> Tensor:
        return F.conv2d(x, state[f"{name}.weight"], state[f"{name}.bias"], padding=padding)

    x = conv("conv.conv", luma, 1).relu()
    for i in range(BLOCKS):
        block = conv(f"dense_blocks.{i}.block.0.conv", x, 1).relu()
        for j in range(1, LAYERS):
            added = conv(f"dense_blocks.{i}.block.{j}.conv", block, 1).relu()
            block = torch.cat([block, added], 1)
        x = torch.cat([x, block], 1)
    x = conv("bottleneck.0", x, 0).relu()
    for name in ("deconv.0", "deconv.2"):
        weight, bias = state[f"{name}.weight"], state[f"{name}.bias"]
        x = F.conv_transpose2d(x, weight, bias, stride=2, padding=1, output_padding=1).relu()
    return conv("reconstruction", x, 1)


def counted_state() -> State:
    torch.manual_seed(0)
    state: State = {}
    random_conv(state, "conv1.0", WIDTH, 1, 3)
    for i in range(1, 9):
        for j in range(1, 9):
            inputs = GROWTH * (j - 1) or WIDTH * i
            random_conv(state, f"dcb{i}.0.conv{j}", GROWTH, inputs, 3)
    random_conv(state, "conv2", BOTTLENECK, WIDTH * 9, 1)
    for i in range(2):
        random_conv(state, f"upsampling.{i}.upsample_block.0", BOTTLENECK, BOTTLENECK, 2)
    random_conv(state, "conv3", 1, BOTTLENECK, 3)
    return state


def counted_forward(state: State, luma: Tensor) -> Tensor:
    """As that code does it: the newest block in front, no ReLU after `conv2`."""

    def conv(name: str, x: Tensor, padding: int) -> Tensor:
        return F.conv2d(x, state[f"{name}.weight"], state[f"{name}.bias"], padding=padding)

    x = conv("conv1.0", luma, 1).relu()
    for i in range(1, 9):
        layers = [conv(f"dcb{i}.0.conv1", x, 1).relu()]
        for j in range(2, 9):
            layers.append(conv(f"dcb{i}.0.conv{j}", torch.cat(layers, 1), 1).relu())
        x = torch.cat([*layers, x], 1)
    x = conv("conv2", x, 0)
    for i in range(2):
        name = f"upsampling.{i}.upsample_block.0"
        x = F.conv_transpose2d(x, state[f"{name}.weight"], state[f"{name}.bias"], stride=2).relu()
    return conv("conv3", x, 1)


@pytest.mark.parametrize("prefix", ["", "module."])
def test_reads_the_flat_layout(prefix: str) -> None:
    state = flat_state()

    network = srdensenet.from_state({prefix + name: tensor for name, tensor in state.items()})

    torch.testing.assert_close(network(LUMA), flat_forward(state, LUMA))


def test_reads_the_counted_layout() -> None:
    state = counted_state()

    network = srdensenet.from_state(state)

    torch.testing.assert_close(network(LUMA), counted_forward(state, LUMA))


SETTINGS: list[dict[str, Any]] = [
    {},
    {"skip": "H"},
    {"skip": "HL"},
    {"kernel": 2},
    {"skip": "H", "transitions": True},
    {"skip": "HL", "transitions": True, "reuse_input": True},
    {"transitions": True, "reuse_input": True, "upsampler": "pixel-shuffle"},
    {"upsampler": "pixel-shuffle"},
]


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_every_setting_follows_from_the_weights(setting: dict[str, Any]) -> None:
    torch.manual_seed(0)
    small = {"blocks": 3, "layers": 2, "growth": 4, "width": 6, "bottleneck": 5}
    network = SRDenseNet(**small, **setting).eval()

    same = srdensenet.from_state(network.state_dict())

    assert not same.training
    assert same.skip == network.skip
    assert torch.equal(same(LUMA), network(LUMA))


def test_sizes_are_those_of_the_paper_and_of_the_shipped_model() -> None:
    paper, ours = SRDenseNet(), compact()

    assert len(paper.blocks) == 8
    assert paper.bottleneck.weight.shape == (256, 9 * 128, 1, 1)
    assert sum(p.numel() for p in paper.parameters()) == 2_659_585
    assert sum(p.numel() for p in ours.parameters()) == 391_280
    assert ours(LUMA).shape == (2, 1, 20, 28)


def test_compact_network_without_weights_repeats_pixels() -> None:
    network = compact()
    for parameter in network.parameters():
        nn.init.zeros_(parameter)

    expected = LUMA.repeat_interleave(4, 2).repeat_interleave(4, 3)

    assert torch.equal(network(LUMA), expected)


def test_refusal_names_the_tensor_that_does_not_fit() -> None:
    state = compact().state_dict()
    lacking = {name: t for name, t in state.items() if name != "blocks.2.layers.1.bias"}

    for wrong, reason in (
        ({"fc.weight": torch.zeros(1)}, "first.weight is missing"),
        (lacking, "blocks.2.layers.1.bias is missing"),
        (state | {"fc.bias": torch.zeros(1)}, "fc.bias is left over"),
        (state | {"first.bias": torch.zeros(3)}, r"first.bias is \(3,\) instead of \(48,\)"),
    ):
        with pytest.raises(ValueError, match=reason):
            srdensenet.from_state(wrong)
