"""Networks that no library keeps; each is rebuilt from nothing but a plain state dict."""

from collections.abc import Callable, Mapping

from torch import Tensor, nn

from export.architectures import resnet_cifar, srdensenet

ARCHITECTURES: Mapping[str, Callable[[Mapping[str, Tensor]], nn.Module]] = {
    "resnet-cifar": resnet_cifar.from_state,
    "srdensenet": srdensenet.from_state,
}
"""By name: builds the network that a state dict belongs to, in evaluation mode.

Each raises `ValueError` with one sentence if the state dict is another network's.
"""
