"""The detector on ResNet-50-thin: shapes, distances, and that weights alone rebuild it."""

import pytest
import torch

from export.architectures.resnet_detector import ResNetDetector, from_state
from export.architectures.resnet_thin import Encoder


@pytest.mark.parametrize("finest", [0, 1])
def test_every_place_answers(finest: int) -> None:
    network = ResNetDetector(3, finest=finest, width=8).eval()
    with torch.no_grad():
        logits, distances = network(torch.zeros(2, 3, 64, 96))
    stride = 4 * 2**finest
    assert network.stride == stride
    assert logits.shape == (2, 3, 64 // stride, 96 // stride)
    assert distances.shape == (2, 4, 64 // stride, 96 // stride)
    assert distances.min() > 0


@pytest.mark.parametrize("finest", [0, 1])
def test_weights_rebuild_it(finest: int) -> None:
    torch.manual_seed(0)
    network = ResNetDetector(2, finest=finest, width=8).eval()
    again = from_state(network.state_dict())
    picture = torch.randn(1, 3, 32, 64)
    with torch.no_grad():
        for one, other in zip(network(picture), again(picture), strict=True):
            assert torch.equal(one, other)


def test_other_weights_are_refused() -> None:
    with pytest.raises(ValueError, match=r"that detects: head\.weight is missing"):
        from_state(Encoder().state_dict())


def test_an_encoder_may_end_early() -> None:
    whole, part = Encoder(), Encoder(depth=3)
    names = set(part.state_dict())
    assert names == {name for name in whole.state_dict() if not name.startswith("stages.3.")}
    assert len(part(torch.zeros(1, 3, 64, 64))) == 3
