"""Yahoo's open_nsfw, a ResNet-50-thin: good features of photographs under a free licence.

Its own question is of no interest here. The network was pretrained on ImageNet and then trained
on many photographs, so what it sees in a picture serves other questions, too.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor

from export.architectures.resnet_thin import BLOCKS, Encoder
from export.sources.packages import OPEN_NSFW

LICENSE = OPEN_NSFW.wrapping.license
NOTICE = (
    "The network started from the weights of Yahoo's open_nsfw (Copyright 2016, Yahoo Inc., "
    "BSD-2-Clause), whose notice is in models/NOTICE."
)

_Array = NDArray[np.float32]


def encoder(runs: Path) -> Encoder:
    """The network without its classifier, in evaluation mode, for RGB instead of BGR.

    Args:
        runs: folder where the file is kept for next time.

    Raises:
        UnusableWeights: the package can not be had.
    """
    network = Encoder()
    network.load_state_dict(encoder_state(onnx.load(OPEN_NSFW.onnx_file(runs))))
    return network.eval()


def encoder_state(model: onnx.ModelProto) -> dict[str, Tensor]:
    """Rename the constants of the ONNX graph, in its order, to the parameters of `Encoder`.

    There a convolution has a bias and a batch normalization is `(x - mean) * factor + shift`;
    here the bias is part of the mean, the factor is the weight, and the variance is one.
    """
    state: dict[str, Tensor] = {}
    layers = zip(_names(), _layers(model.graph), strict=True)
    for (convolution, normalization), (kernel, bias, mean, factor, shift) in layers:
        if convolution == "conv1":
            kernel = kernel[:, ::-1]  # its pictures are BGR
        state[f"{convolution}.weight"] = torch.from_numpy(kernel.copy())
        ones = np.ones_like(mean)
        values = {"weight": factor, "bias": shift, "running_mean": mean - bias}
        values["running_var"] = ones * np.float32(1 - 1e-5)  # batch normalization adds 1e-5 again
        for name, value in values.items():
            state[f"{normalization}.{name}"] = torch.from_numpy(value.copy())
        state[f"{normalization}.num_batches_tracked"] = torch.tensor(0)
    return state


def _names() -> Iterator[tuple[str, str]]:
    """Convolutions and batch normalizations of `Encoder` in the order of the ONNX graph."""
    yield "conv1", "bn1"
    for stage, blocks in enumerate(BLOCKS):
        for block in range(blocks):
            place = f"stages.{stage}.{block}"
            yield f"{place}.conv1", f"{place}.bn1"
            yield f"{place}.conv2", f"{place}.bn2"
            if block == 0:
                yield f"{place}.shortcut.0", f"{place}.shortcut.1"
            yield f"{place}.conv3", f"{place}.bn3"


def _layers(graph: onnx.GraphProto) -> Iterator[tuple[_Array, _Array, _Array, _Array, _Array]]:
    """Kernel, bias, mean, factor and shift of every convolution and what follows it."""
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Identity" and node.input[0] in constants:
            constants[node.output[0]] = constants[node.input[0]]
    users = {name: node for node in graph.node for name in node.input}
    for node in graph.node:
        if node.op_type != "Conv":
            continue
        found = [constants[node.input[1]]]
        follower = node
        while len(found) < 5:
            follower = users[follower.output[0]]
            found += [constants[name].ravel() for name in follower.input if name in constants]
        kernel, bias, mean, factor, shift = found
        yield kernel, bias, mean, factor, shift
