"""Networks that no library keeps; each is rebuilt from nothing but a plain state dict."""

from collections.abc import Callable, Mapping

from torch import Tensor, nn

from export.architectures import (
    densenet_cifar,
    densenet_flow,
    fc_densenet,
    hed,
    resnet_cifar,
    resnet_dense,
    resnet_detector,
    resnet_style,
    resnet_thin,
    srdensenet,
    ubernet,
)

ARCHITECTURES: Mapping[str, Callable[[Mapping[str, Tensor]], nn.Module]] = {
    "densenet-cifar": densenet_cifar.from_state,
    "densenet-flow": densenet_flow.from_state,
    "fc-densenet": fc_densenet.from_state,
    "hed": hed.from_state,
    "resnet-cifar": resnet_cifar.from_state,
    "resnet-style": resnet_style.from_state,
    "resnet-thin": resnet_thin.from_state,
    "resnet-thin-decoder": resnet_dense.from_state,
    "resnet-thin-detector": resnet_detector.from_state,
    "srdensenet": srdensenet.from_state,
    "ubernet": ubernet.from_state,
}
"""By name: builds the network that a state dict belongs to, in evaluation mode.

Each raises `ValueError` with one sentence if the state dict is another network's.
"""
