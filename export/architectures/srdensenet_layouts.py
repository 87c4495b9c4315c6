"""Public layouts of SRDenseNet's weights, renamed and reordered to ours."""

import re
from collections.abc import Mapping

import torch
from torch import Tensor

_FLAT = (
    (r"conv\.conv\.", "first."),
    (r"dense_blocks\.(\d+)\.block\.(\d+)\.conv\.", r"blocks.\1.layers.\2."),
    (r"bottleneck\.0\.", "bottleneck."),
    (r"deconv\.", "upsampler."),
    (r"reconstruction\.", "upsampler.4."),
)
"""Beginnings of names as in github.com/yjn870/SRDenseNet-pytorch, and what they are called here."""

_COUNTED = (
    (r"conv1\.0\.", "first."),
    (r"conv2\.", "bottleneck."),
    (r"upsampling\.0\.upsample_block\.0\.", "upsampler.0."),
    (r"upsampling\.1\.upsample_block\.0\.", "upsampler.2."),
    (r"conv3\.", "upsampler.4."),
)
"""Those of github.com/Lornatang/SRDenseNet-PyTorch, but for its blocks, which count from one."""


def own_layout(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Bring a state dict of a public layout, told by its first convolution, to ours.

    Args:
        state: names in ours or in a public layout, with or without `module.` before them.

    Returns:
        Names in ours; those that no layout knows are left as they are.
    """
    state = {name.removeprefix("module."): value for name, value in state.items()}
    if "conv.conv.weight" in state:
        return {_renamed(name, _FLAT): value for name, value in state.items()}
    if "conv1.0.weight" in state:
        width = state["conv1.0.weight"].shape[0]
        return dict(_from_counted(name, value, width) for name, value in state.items())
    return state


def _renamed(name: str, layout: tuple[tuple[str, str], ...]) -> str:
    for pattern, replacement in layout:
        name, found = re.subn("^" + pattern, replacement, name)
        if found:
            break
    return name


def _from_counted(name: str, value: Tensor, width: int) -> tuple[str, Tensor]:
    if name == "conv2.weight":
        value = _oldest_first(value, width)
    if match := re.fullmatch(r"dcb(\d+)\.0\.conv(\d+)\.(\w+)", name):
        block, layer, kind = int(match[1]) - 1, int(match[2]) - 1, match[3]
        if layer == 0 and kind == "weight":
            value = _oldest_first(value, width)
        return f"blocks.{block}.layers.{layer}.{kind}", value
    return _renamed(name, _COUNTED), value


def _oldest_first(weight: Tensor, width: int) -> Tensor:
    """Reorder input channels: there each block's output goes before all earlier ones, here after.

    In the published networks a block adds as many channels as the first convolution has.
    """
    return torch.cat(torch.split(weight, width, dim=1)[::-1], dim=1)
