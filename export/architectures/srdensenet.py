"""SRDenseNet, super-resolution with dense skip connections (Tong et al., ICCV 2017)."""

from collections.abc import Mapping
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from export.architectures.deconvolution import Deconvolution
from export.architectures.loading import load_exactly
from export.architectures.srdensenet_layouts import own_layout

Skip = Literal["H", "HL", "All"]
Upsampler = Literal["deconvolution", "pixel-shuffle"]


class DenseBlock(nn.Module):
    """3x3 convolutions, each of which sees the outputs of all before it (equation 1).

    With `reuse_input` they also see the block's input, which then is part of its output too: that
    is the dense block of DenseNet (Huang et al., CVPR 2017).
    """

    def __init__(self, inputs: int, layers: int, growth: int, *, reuse_input: bool) -> None:
        super().__init__()
        self.reuse_input = reuse_input
        kept = inputs if reuse_input else 0
        seen = [inputs, *(kept + growth * index for index in range(1, layers))]
        self.layers = nn.ModuleList(nn.Conv2d(s, growth, 3, padding=1) for s in seen)
        self.outputs = kept + growth * layers

    def forward(self, x: Tensor) -> Tensor:
        """`[N, inputs, h, w]` to `[N, outputs, h, w]`."""
        features = [x] if self.reuse_input else []
        for layer in self.layers:
            seen = torch.cat(features, dim=1) if features else x
            features.append(F.relu(layer(seen)))
        return torch.cat(features, dim=1)


class SRDenseNet(nn.Module):
    """Luma `[N, 1, H, W]` in 0..1 to luma `[N, 1, 4H, 4W]`; the defaults are the paper's network.

    Args:
        blocks: dense blocks.
        layers: 3x3 convolutions in each block.
        growth: channels that each of them adds.
        width: channels of the first convolution, and of the transitions if there are any.
        bottleneck: channels of the 1x1 convolution before the upsampler.
        skip: what the bottleneck sees (figure 2): the last block (`H`), that and the first
            convolution (`HL`), or these and every block (`All`).
        upsampler: two transposed convolutions of stride 2 as in the paper; or one pixel shuffle,
            whose result is added to the picture enlarged by repeating its pixels.
        transitions: put a 1x1 convolution to `width` channels before each block, which then sees
            all before it through few channels; it makes the network many times smaller.
        reuse_input: see `DenseBlock`.
        kernel: side of the transposed convolutions' kernels: 3; or 2 in the published weights that
            have no ReLU between the bottleneck and them.
    """

    scale = 4

    def __init__(
        self,
        *,
        blocks: int = 8,
        layers: int = 8,
        growth: int = 16,
        width: int = 128,
        bottleneck: int = 256,
        skip: Skip = "All",
        upsampler: Upsampler = "deconvolution",
        transitions: bool = False,
        reuse_input: bool = False,
        kernel: int = 3,
    ) -> None:
        super().__init__()
        self.skip = skip
        self.first = nn.Conv2d(1, width, 3, padding=1)
        self.transitions = nn.ModuleList()
        self.blocks = nn.ModuleList()
        channels = [width]  # of the first convolution and of every block so far
        for _ in range(blocks):
            seen = sum(channels) if skip == "All" else channels[-1]
            if transitions:
                self.transitions.append(nn.Conv2d(seen, width, 1))
                seen = width
            block = DenseBlock(seen, layers, growth, reuse_input=reuse_input)
            self.blocks.append(block)
            channels.append(block.outputs)
        joined = {"H": channels[-1], "HL": width + channels[-1], "All": sum(channels)}[skip]
        self.bottleneck = nn.Conv2d(joined, bottleneck, 1)
        self.rectified = kernel != 2
        self.residual = upsampler == "pixel-shuffle"
        if upsampler == "pixel-shuffle":
            self.upsampler = nn.Sequential(
                nn.Conv2d(bottleneck, self.scale**2, 3, padding=1), nn.PixelShuffle(self.scale)
            )
        else:
            self.upsampler = Deconvolution(bottleneck, kernel)

    def forward(self, luma: Tensor) -> Tensor:
        """`[N, 1, H, W]` in 0..1 to `[N, 1, 4H, 4W]`, not clipped."""
        features = [F.relu(self.first(luma))]
        for index, block in enumerate(self.blocks):
            x = torch.cat(features, dim=1) if self.skip == "All" else features[-1]
            if self.transitions:
                x = F.relu(self.transitions[index](x))
            features.append(block(x))
        joined = {"H": features[-1:], "HL": [features[0], features[-1]], "All": features}
        x = self.bottleneck(torch.cat(joined[self.skip], dim=1))
        enlarged: Tensor = self.upsampler(F.relu(x) if self.rectified else x)
        if self.residual:
            enlarged = enlarged + F.interpolate(luma, scale_factor=self.scale, mode="nearest")
        return enlarged


def compact() -> SRDenseNet:
    """The network of the shipped `srdensenet-x4`: 391,280 parameters; the paper's has 2,659,585."""
    return SRDenseNet(
        blocks=4,
        layers=4,
        growth=24,
        width=48,
        bottleneck=64,
        upsampler="pixel-shuffle",
        transitions=True,
        reuse_input=True,
    )


def from_state(state: Mapping[str, Tensor]) -> SRDenseNet:
    """Rebuild the network from its weights, in evaluation mode.

    Every parameter follows from names and shapes.

    Args:
        state: names as here, or as in one of the two public layouts (`srdensenet_layouts`).

    Raises:
        ValueError: they are not the weights of an SRDenseNet.
    """
    own = own_layout(state)
    needed = ("first.weight", "blocks.0.layers.0.weight", "bottleneck.weight", "upsampler.0.weight")
    if missing := [name for name in needed if name not in own]:
        raise ValueError(f"these are not the weights of an SRDenseNet: {missing[0]} is missing")
    blocks = len({name.split(".")[1] for name in own if name.startswith("blocks.")})
    layers = len({name.split(".")[3] for name in own if name.startswith("blocks.0.")})
    width = own["first.weight"].shape[0]
    growth, inputs = own["blocks.0.layers.0.weight"].shape[:2]
    bottleneck, joined = own["bottleneck.weight"].shape[:2]
    reuse_input = layers > 1 and own["blocks.0.layers.1.weight"].shape[1] == inputs + growth
    added = growth * layers + (inputs if reuse_input else 0)
    skips: dict[int, Skip] = {added: "H", width + added: "HL"}
    network = SRDenseNet(
        blocks=blocks,
        layers=layers,
        growth=growth,
        width=width,
        bottleneck=bottleneck,
        # With one block HL and All are the same network.
        skip=skips.get(joined, "All"),
        upsampler="deconvolution" if "upsampler.4.weight" in own else "pixel-shuffle",
        transitions="transitions.0.weight" in own,
        reuse_input=reuse_input,
        kernel=own["upsampler.0.weight"].shape[-1],
    )
    load_exactly(network, own, "an SRDenseNet")
    return network.eval()
