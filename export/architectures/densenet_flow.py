"""Optical flow by a densely connected encoder and decoder, coarse to fine.

After Zhu and Newsam (ICIP 2017, arXiv 1707.06316) both halves are dense blocks (Huang et al., CVPR
2017). What their network has to learn from nothing is built in: on four scales the second picture's
features are warped by the flow so far and compared with the first's in a window of shifts (the cost
volume of PWC-Net, Sun et al., CVPR 2018), coarse scales read a first guess off it as its
soft-argmax, fine ones solve Lucas and Kanade's equations (IJCAI 1981) on features, and the last
flow is enlarged by learned convex sums of its neighbours (RAFT, Teed and Deng, ECCV 2020).
"""

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from export.architectures.loading import load_exactly

KIND = "a DenseNet for flow"

SLOPE = 0.1
"""Of the leaky rectifiers, as in PWC-Net."""

CLOSE = 2.0
"""Largest step of Lucas and Kanade, in pixels of the scale: the linear model goes no farther."""


class DenseBlock(nn.Module):
    """3x3 convolutions, each of which sees the block's input and the outputs of all before it."""

    def __init__(self, inputs: int, layers: int, growth: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Conv2d(inputs + growth * index, growth, 3, padding=1) for index in range(layers)
        )
        self.outputs = inputs + growth * layers

    def forward(self, x: Tensor) -> Tensor:
        """`[N, inputs, h, w]` to `[N, outputs, h, w]`."""
        for layer in self.layers:
            x = torch.cat((x, F.leaky_relu(layer(x), SLOPE)), dim=1)
        return x


class Encoder(nn.Module):
    """Pictures `[N, 3, H, W]` to features at strides 2, 4, 8 and 16."""

    def __init__(self, widths: Sequence[int], growths: Sequence[int], layers: int) -> None:
        super().__init__()
        self.reductions = nn.ModuleList()
        self.blocks = nn.ModuleList()
        self.outputs: list[int] = []
        """Channels of the features of each scale."""
        seen = 3
        for width, growth in zip(widths, growths, strict=True):
            self.reductions.append(nn.Conv2d(seen, width, 3, stride=2, padding=1))
            block = DenseBlock(width, layers, growth)
            self.blocks.append(block)
            seen = block.outputs
            self.outputs.append(seen)

    def forward(self, x: Tensor) -> list[Tensor]:
        """Features of all scales, the finest first."""
        features = []
        for reduction, block in zip(self.reductions, self.blocks, strict=True):
            x = block(F.leaky_relu(reduction(x), SLOPE))
            features.append(x)
        return features


class Scale(nn.Module):
    """Better flow on one scale: a guess from the comparison, and a decoder's word on it.

    Args:
        inputs: channels of the features.
        matched: channels that they are compared in.
        radius: of the window of shifts.
        context: channels that the scale hands to the next finer one.
        coarser: those that it gets.
        growth: of its dense block.
        layers: of its dense block.
        steps: of Lucas and Kanade; 0: the guess is the soft-argmax of the cost volume.
    """

    def __init__(
        self,
        inputs: int,
        *,
        matched: int,
        radius: int,
        context: int,
        coarser: int,
        growth: int,
        layers: int,
        steps: int,
    ) -> None:
        super().__init__()
        self.radius, self.steps = radius, steps
        self.match = nn.Conv2d(inputs, matched, 1)
        self.sharpness = nn.Parameter(torch.tensor(2.5))
        seen = inputs + (2 * radius + 1) ** 2 + matched + 4 + coarser
        self.join = nn.Conv2d(seen, context, 1)
        self.block = DenseBlock(context, layers, growth)
        self.context = nn.Conv2d(self.block.outputs, context, 1)
        self.head = nn.Conv2d(context, 4, 3, padding=1)
        nn.init.zeros_(self.head.weight)
        assert self.head.bias is not None
        nn.init.zeros_(self.head.bias)

    def forward(
        self, first: Tensor, second: Tensor, flow: Tensor, context: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """Flow `[N, 2, h, w]` in pixels of this scale, and what the next scale should know."""
        ours, theirs = self.match(first).float(), self.match(second).float()
        before = flow
        for _ in range(self.steps):
            flow = flow + lucas_kanade(ours, warped(theirs, flow))
        there = warped(theirs, flow)
        costs = cost_volume(_normalised(ours), _normalised(there), self.radius)
        weights = (costs * self.sharpness.exp()).softmax(1)
        guess = mean_shift(weights, self.radius)
        known = [first, costs, ours - there, flow, flow - before + guess]
        if context is not None:
            known.append(context)
        x = F.leaky_relu(self.join(torch.cat(known, 1)), SLOPE)
        x = F.leaky_relu(self.context(self.block(x)), SLOPE)
        change = self.head(x).float()
        # How far the guess is believed, along each axis, and what is added to it.
        flow = flow + torch.sigmoid(change[:, 2:] + (2.0 if self.steps == 0 else -2.0)) * guess
        return flow + change[:, :2], x


class DenseNetFlow(nn.Module):
    """Two normalised pictures `[N, 3, H, W]` to flow `[N, 2, H, W]`, pixels to the right and down.

    Args:
        widths: channels behind each reduction of the encoder, the finest scale first.
        growths: that each layer of the encoder's dense blocks adds.
        layers: of all dense blocks.
        matched: channels that features are compared in.
        radii: of the windows of shifts.
        contexts: channels that the scales hand on.
        decoder_growths: that each layer of the decoder's dense blocks adds.
    """

    multiple = 16

    def __init__(
        self,
        widths: Sequence[int] = (16, 28, 48, 64),
        growths: Sequence[int] = (8, 12, 24, 32),
        layers: int = 3,
        matched: Sequence[int] = (8, 24, 40, 64),
        radii: Sequence[int] = (1, 3, 4, 4),
        contexts: Sequence[int] = (24, 40, 64, 64),
        decoder_growths: Sequence[int] = (12, 20, 32, 32),
    ) -> None:
        super().__init__()
        self.encoder = Encoder(widths, growths, layers)
        inputs = self.encoder.outputs
        self.scales = nn.ModuleList(
            Scale(
                inputs[index],
                matched=matched[index],
                radius=radii[index],
                context=contexts[index],
                coarser=contexts[index + 1] if index + 1 < len(widths) else 0,
                growth=decoder_growths[index],
                layers=layers,
                steps=(2, 1, 0, 0)[index],
            )
            for index in range(len(widths))
        )
        self.weights = nn.Conv2d(contexts[0], 9 * 4, 1)

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """See the class."""
        return self.all_scales(first, second)[-1]

    def all_scales(self, first: Tensor, second: Tensor) -> list[Tensor]:
        """Flow of every scale in its own pixels, the coarsest first, and that of the pictures."""
        count = first.shape[0]
        features = self.encoder(torch.cat((first, second)))
        flow = context = None
        found = []
        for index in reversed(range(len(features))):
            ours, theirs = features[index][:count], features[index][count:]
            if flow is None or context is None:
                flow = ours[:, :2].float() * 0
            else:
                flow, context = 2 * _doubled(flow), _doubled(context)
            flow, context = self.scales[index](ours, theirs, flow, context)
            found.append(flow)
        assert flow is not None
        assert context is not None
        found.append(enlarged(flow, self.weights(context).float()))
        return found


def _doubled(maps: Tensor) -> Tensor:
    return F.interpolate(maps, scale_factor=2, mode="bilinear", align_corners=False)


def _normalised(features: Tensor) -> Tensor:
    """Of mean zero and length one over the channels of each place."""
    centred = features - features.mean(1, keepdim=True)
    return centred * (centred.square().sum(1, keepdim=True) + 1e-6).rsqrt()


def warped(features: Tensor, flow: Tensor) -> Tensor:
    """Features `[N, C, h, w]` where the flow `[N, 2, h, w]` says that each pixel went."""
    height, width = flow.shape[2:]
    x = torch.arange(width, dtype=flow.dtype) + flow[:, 0]
    y = torch.arange(height, dtype=flow.dtype)[:, None] + flow[:, 1]
    grid = torch.stack(((2 * x + 1) / width - 1, (2 * y + 1) / height - 1), -1)
    return F.grid_sample(features, grid, "bilinear", "border", align_corners=False)


def cost_volume(first: Tensor, second: Tensor, radius: int) -> Tensor:
    """Scalar products `[N, (2r+1)^2, h, w]` of features with those at all shifts up to a radius.

    Shifts are in the order of rows. Beyond the border features are zero.
    """
    padded = F.pad(second, (radius,) * 4)
    reach = 2 * radius
    # Ends counted from the border are constants in a graph of free sides.
    ends = [place - reach or None for place in range(reach + 1)]
    rows = [padded[:, :, y : ends[y]] for y in range(reach + 1)]
    return torch.cat(
        [
            (first * row[..., x : ends[x]]).sum(1, keepdim=True)
            for row in rows
            for x in range(reach + 1)
        ],
        1,
    )


def mean_shift(weights: Tensor, radius: int) -> Tensor:
    """The mean of all shifts, `[N, 2, h, w]`, by weights in the order of `cost_volume`."""
    side = 2 * radius + 1
    square = weights.unflatten(1, (side, side))  # type: ignore[no-untyped-call]
    shifts = torch.arange(-radius, radius + 1, dtype=weights.dtype)[:, None, None]
    x, y = ((square.sum(other) * shifts).sum(1) for other in (1, 2))
    return torch.stack((x, y), 1)


def lucas_kanade(first: Tensor, second: Tensor) -> Tensor:
    """The shift `[N, 2, h, w]` of the second features that best explains their difference.

    Least squares over windows of 5x5 and all channels, damped where nothing tells the shift and
    bounded by `CLOSE`.
    """
    padded = F.pad(second, (1, 1, 1, 1), mode="replicate")
    across = (padded[:, :, 1:-1, 2:] - padded[:, :, 1:-1, :-2]) / 2
    down = (padded[:, :, 2:, 1:-1] - padded[:, :, :-2, 1:-1]) / 2
    apart = first - second
    products = torch.stack(
        [
            (a * b).mean(1)
            for a, b in (
                (across, across), (across, down), (down, down), (across, apart), (down, apart)
            )
        ],
        1,
    )  # fmt: skip
    xx, xy, yy, xt, yt = F.avg_pool2d(products, 5, 1, 2).unbind(1)
    damping = 0.02 * (xx + yy) + 1e-4
    xx, yy = xx + damping, yy + damping
    determinant = xx * yy - xy * xy
    step = torch.stack((yy * xt - xy * yt, xx * yt - xy * xt), 1) / determinant[:, None]
    return CLOSE * torch.tanh(step / CLOSE)


def enlarged(flow: Tensor, logits: Tensor) -> Tensor:
    """Flow `[N, 2, h, w]` at twice the size: of each pixel a convex sum of 3x3 neighbours.

    Args:
        flow: in its own pixels.
        logits: `[N, 9 * 4, h, w]`, of the neighbours for each of the four new pixels.
    """
    count, _, height, width = flow.shape
    padded = F.pad(2 * flow, (1, 1, 1, 1), mode="replicate")
    ends = (-2, -1, None)
    around = torch.stack(
        [padded[:, :, y : ends[y], x : ends[x]] for y in range(3) for x in range(3)], 2
    )
    weights = logits.view(count, 1, 9, 4, height, width).softmax(2)
    sums = (around[:, :, :, None] * weights).sum(2)
    return F.pixel_shuffle(sums.reshape(count, 8, height, width), 2)


def from_state(state: Mapping[str, Tensor]) -> DenseNetFlow:
    """Rebuild the network from its weights, in evaluation mode.

    Raises:
        ValueError: they are not the weights of such a network.
    """
    network = DenseNetFlow()
    load_exactly(network, state, KIND)
    return network.eval()
