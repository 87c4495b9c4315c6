"""The flow network's parts by hand: warping, comparing, Lucas and Kanade, enlarging."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from export.architectures.densenet_flow import (
    DenseBlock,
    DenseNetFlow,
    cost_volume,
    enlarged,
    from_state,
    lucas_kanade,
    mean_shift,
    warped,
)


def smooth(height: int = 24, width: int = 32, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.rand(1, 3, height // 6, width // 6, generator=generator)
    return F.interpolate(coarse, size=(height, width), mode="bicubic")


def constant(x: float, y: float, height: int, width: int) -> Tensor:
    return (
        torch.tensor([float(x), float(y)]).view(1, 2, 1, 1).expand(1, 2, height, width).contiguous()
    )


def test_warping_looks_where_the_flow_points() -> None:
    features = torch.arange(12.0).view(1, 1, 3, 4)
    moved = warped(features, constant(1, 1, 3, 4))
    assert moved[0, 0].tolist() == [[5, 6, 7, 7], [9, 10, 11, 11], [9, 10, 11, 11]]
    half = warped(features, constant(0.5, 0, 3, 4))
    assert half[0, 0, 0].tolist() == pytest.approx([0.5, 1.5, 2.5, 3])


def test_costs_are_products_at_every_shift() -> None:
    torch.manual_seed(0)
    first, second = torch.rand(2, 5, 6, 7), torch.rand(2, 5, 6, 7)
    costs = cost_volume(first, second, 2)
    assert costs.shape == (2, 25, 6, 7)
    # One to the right and two up, in the order of rows.
    place = (2 - 2) * 5 + (2 + 1)
    expected = (first[1, :, 4, 3] * second[1, :, 2, 4]).sum()
    torch.testing.assert_close(costs[1, place, 4, 3], expected)
    assert costs[0, 0, 0, 0] == 0


def test_the_mean_shift_is_where_the_costs_are() -> None:
    weights = torch.zeros(1, 25, 2, 2)
    weights[0, 0 * 5 + 3, 0, 1] = 1  # two up and one to the right
    weights[0, 4 * 5 + 2, 1, 0], weights[0, 4 * 5 + 3, 1, 0] = 0.5, 0.5
    found = mean_shift(weights, 2)
    assert found[0, :, 0, 1].tolist() == [1, -2]
    assert found[0, :, 1, 0].tolist() == [0.5, 2]


@pytest.mark.parametrize(("x", "y"), [(0.3, 0.0), (0.0, -0.4), (0.25, 0.2)])
def test_lucas_and_kanade_find_a_small_shift(x: float, y: float) -> None:
    second = smooth()
    first = warped(second, constant(x, y, 24, 32))
    step = lucas_kanade(first, second)[..., 4:-4, 4:-4]
    assert abs(step[:, 0].mean() - x) < 0.05
    assert abs(step[:, 1].mean() - y) < 0.05


def test_lucas_and_kanade_stay_where_nothing_tells_the_shift() -> None:
    flat = torch.full((1, 3, 8, 8), 0.5)
    assert lucas_kanade(flat, flat).abs().max() == 0


def test_enlarged_flow_keeps_a_constant_and_is_twice_as_long() -> None:
    torch.manual_seed(0)
    large = enlarged(constant(1.5, -2, 3, 4), torch.randn(1, 36, 3, 4))
    torch.testing.assert_close(large, constant(3, -4, 6, 8))


def test_enlarged_flow_takes_the_neighbour_that_the_logits_name() -> None:
    flow = torch.arange(12.0).view(1, 1, 3, 4).repeat(1, 2, 1, 1)
    logits = torch.zeros(1, 9, 4, 3, 4)
    logits[:, 5, 1] = 100  # the right neighbour, for the upper right of the four new pixels
    large = enlarged(flow, logits.view(1, 36, 3, 4))
    assert large[0, 0, 2, 3] == pytest.approx(2 * 6)


def test_a_dense_block_sees_its_input_and_all_before() -> None:
    block = DenseBlock(4, layers=3, growth=2)
    assert [layer.in_channels for layer in block.layers] == [4, 6, 8]
    x = torch.rand(1, 4, 5, 6)
    y = block(x)
    assert y.shape == (1, block.outputs, 5, 6) == (1, 10, 5, 6)
    torch.testing.assert_close(y[:, :4], x)


def test_every_scale_answers_in_its_own_pixels() -> None:
    torch.manual_seed(0)
    network = DenseNetFlow()
    pictures = torch.rand(2, 3, 48, 64)
    flows = network.all_scales(pictures, pictures)
    sides = [(3, 4), (6, 8), (12, 16), (24, 32), (48, 64)]
    assert [flow.shape for flow in flows] == [(2, 2, *side) for side in sides]
    flows[-1].square().sum().backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name


def test_from_state() -> None:
    torch.manual_seed(0)
    network = DenseNetFlow().eval()
    again = from_state(network.state_dict())
    assert not again.training
    # Nothing else is stored, so that a model file holds the weights and no more.
    assert not [name for name, _ in network.named_buffers()]
    pictures = torch.rand(1, 3, 32, 32)
    with torch.inference_mode():
        torch.testing.assert_close(again(pictures, pictures), network(pictures, pictures))
    with pytest.raises(ValueError, match="weights of a DenseNet for flow"):
        from_state({"x": torch.zeros(1)})
