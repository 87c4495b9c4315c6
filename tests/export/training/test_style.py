"""Style: a network of one painting begins all, and the loss pulls towards each painting."""

import numpy as np
import torch

from export.architectures.resnet_style import ResNetStyle
from export.architectures.vgg import Vgg16
from export.training import style
from tests.conftest import noise


def stored(width: int) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float16]]]:
    """A network of one painting, of which every layer can be told."""
    sides = [(9, 3, width), (3, width, 2 * width), (3, 2 * width, 4 * width)]
    sides += [(3, 4 * width, 4 * width)] * 10
    sides += [(3, 2 * width, 4 * width), (3, width, 2 * width), (9, width, 3)]
    values = {}
    for place, (kernel, inputs, outputs) in enumerate(sides):
        # Kernels of transposed convolutions have their outputs first.
        channels = inputs if place in (13, 14) else outputs
        shapes = [(kernel, kernel, inputs, outputs), (channels,), (channels,)]
        for index, shape in enumerate(shapes, 3 * place):
            generator = np.random.default_rng(index)
            name = "Variable" if index == 0 else f"Variable_{index}"
            values[name] = generator.normal(size=shape).astype(np.float16)
    return values


def test_a_network_of_one_painting_begins_every_style() -> None:
    network = ResNetStyle(3, width=2)
    given = stored(2)
    network.load_state_dict(style.begun(given, 3))
    assert network.enter.scale.shape == (3, 2)
    for row in range(3):
        assert network.leave.shift[row].tolist() == given["Variable_46"].tolist()
        assert network.leave.scale[row].tolist() == given["Variable_47"].tolist()
    kernel = network.down[0].convolution.weight
    assert kernel[3, 1, 0, 2] == float(given["Variable_3"][0, 2, 1, 3])
    kernel = network.up[0].convolution.weight
    assert kernel[1, 5, 0, 2] == float(given["Variable_39"][2, 0, 1, 5])


def test_a_batch_takes_the_styles_in_turn() -> None:
    torch.manual_seed(0)
    features = Vgg16(style.BLOCKS).requires_grad_(False).eval()
    network = ResNetStyle(3, width=2)
    photos, paintings = [noise(200, 200)], [noise(32, 32, seed=seed) for seed in range(3)]
    training = style.training_of(network, features, photos, photos, paintings, steps=3)
    training.loss(0).backward()
    # Two photos in the first two styles.
    learned = network.leave.shift.grad.abs().sum(1) > 0
    assert learned.tolist() == [True, True, False]
