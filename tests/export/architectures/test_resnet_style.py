"""The painting network: styles are scales and shifts, and its weights tell how it was made."""

import pytest
import torch

from export.architectures.resnet_style import Normalised, ResNetStyle, from_state


def test_a_style_is_the_mean_and_the_deviation_of_every_channel() -> None:
    torch.manual_seed(0)
    layer = Normalised(3, 2, 3, styles=2)
    with torch.no_grad():
        layer.scale.copy_(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
        layer.shift.copy_(torch.tensor([[5.0, 6.0], [7.0, 8.0]]))
        y = layer(100 * torch.rand(2, 3, 16, 16), torch.eye(2))
    torch.testing.assert_close(y.mean((2, 3)), layer.shift.data, rtol=0, atol=1e-4)
    torch.testing.assert_close(y.std((2, 3), correction=0), layer.scale.data, rtol=0, atol=1e-2)


def test_mixed_styles_have_mixed_numbers() -> None:
    layer = Normalised(1, 1, 1, styles=2)
    with torch.no_grad():
        layer.scale.copy_(torch.tensor([[2.0], [4.0]]))
        x = torch.rand(1, 1, 8, 8)
        half = layer(x, torch.tensor([[0.5, 0.5]]))
        first, second = (layer(x, style[None]) for style in torch.eye(2))
    torch.testing.assert_close(half, (first + second) / 2)


@pytest.mark.parametrize("size", [(8, 8), (24, 16)])
def test_pictures_keep_their_size(size: tuple[int, int]) -> None:
    torch.manual_seed(0)
    network = ResNetStyle(3, width=4).eval()
    with torch.inference_mode():
        first, second = (
            network(torch.rand(1, 3, *size), style[None]) for style in torch.eye(3)[:2]
        )
    assert first.shape == (1, 3, *size)
    assert first.min() >= -0.1
    assert first.max() <= 1.1
    assert second.shape == first.shape


def test_from_state() -> None:
    network = ResNetStyle(3, width=4).eval()
    again = from_state(network.state_dict())
    assert again.styles == 3
    picture, style = torch.rand(1, 3, 16, 16), torch.eye(3)[1:2]
    with torch.inference_mode():
        torch.testing.assert_close(again(picture, style), network(picture, style))
    with pytest.raises(ValueError, match="weights of a ResNet for styles"):
        from_state({"x": torch.zeros(1)})
