"""How many pixels of context a network needs around a tile, measured rather than derived."""

import copy
import math

import torch

from export.graphs.graph import Graph

THICKNESS = 8
"""The pictures tried are strips as thick as this: along them a network reaches as far as in a
square, at a fraction of the cost."""

START, LIMIT = 257, 2100
"""Length of the first strip, and what no strip exceeds."""


def measure_halo(graph: Graph) -> int | None:
    """Put NaN on one pixel and see how far it reaches: NaN times zero is NaN, so no weight hides.

    Args:
        graph: takes floating-point pictures of any size; its last output, dense and of floating
            point, is looked at.

    Returns:
        Pixels of the input; `None` where the reach has no end within `LIMIT`, as in networks
        that pool over the whole picture.
    """
    # In float64, since float32 convolutions may take Winograd's way, which spreads NaN in blocks.
    graph = copy.deepcopy(graph).double().eval()
    reaches = [_reach(graph, axis) for axis in (0, 1)]
    return None if None in reaches else max(reach for reach in reaches if reach is not None)


def _reach(graph: Graph, axis: int) -> int | None:
    """Distance along an axis from a pixel to the farthest whose answer has been reached."""
    step = graph.multiple
    length = START + -START % step
    while length <= LIMIT:
        sides = [THICKNESS + -THICKNESS % step] * 2
        sides[axis] = length
        # In a network with strides the reach depends on the pixel's place in their grid. One at a
        # time: all at once would fill the memory where the grid is coarse.
        middle = length // 2 // step * step
        farthest = 0
        for place in range(middle, middle + step):
            reach = _reach_of(graph, axis, sides, place)
            if reach is None:
                break
            farthest = max(farthest, reach)
        else:
            return farthest
        length = 2 * length + step
    return None


def _reach_of(graph: Graph, axis: int, sides: list[int], place: int) -> int | None:
    """The same of one pixel; `None` where an end of the strip is reached."""
    picture = torch.zeros(1, *sides, 3, dtype=torch.float64)
    picture[0].select(axis, place).select(0, sides[1 - axis] // 2).fill_(math.nan)
    with torch.no_grad():
        output = graph(picture)[-1]
    reached = output.isnan().flatten(3).any(-1) if output.dim() > 3 else output.isnan()
    reached = reached[0].any(1 - axis)
    if reached[0] or reached[-1]:
        return None
    distances = torch.arange(sides[axis]) - place
    return int(distances.repeat_interleave(graph.scale).abs()[reached].max())
