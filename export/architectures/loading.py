"""Strict loading of a state dict, whose failure is one sentence."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn


def shape_of(state: Mapping[str, Tensor], name: str, kind: str, dimensions: int = 4) -> torch.Size:
    """The shape of a tensor from which a network's layout follows.

    Raises:
        ValueError: the tensor is missing, or has another number of dimensions.
    """
    if name not in state:
        raise ValueError(f"these are not the weights of {kind}: {name} is missing")
    shape = state[name].shape
    if len(shape) != dimensions or 0 in shape:
        raise ValueError(f"these are not the weights of {kind}: {name} is {tuple(shape)}")
    return shape


def load_exactly(network: nn.Module, state: Mapping[str, Tensor], kind: str) -> None:
    """Load weights that must fit name by name and shape by shape.

    Args:
        network: gets the weights.
        state: its state dict.
        kind: what the network is called in an error, such as "an SRDenseNet".

    Raises:
        ValueError: naming the first tensor that is missing, left over or of another shape.
    """
    wanted = network.state_dict()
    for name, tensor in wanted.items():
        # Files from before PyTorch 0.4.1 lack the count, and inference has no use for it.
        if name not in state and not name.endswith("num_batches_tracked"):
            raise ValueError(f"these are not the weights of {kind}: {name} is missing")
        if name in state and state[name].shape != tensor.shape:
            found, right = tuple(state[name].shape), tuple(tensor.shape)
            raise ValueError(
                f"these are not the weights of {kind}: {name} is {found} instead of {right}"
            )
    for name in state:
        if name not in wanted:
            raise ValueError(f"these are not the weights of {kind}: {name} is left over")
    network.load_state_dict(state, strict=False)
