"""How many pixels of context a network needs around a tile, measured rather than derived."""

import copy
import math

import torch

from export.graph import Graph

THICKNESS = 8
"""The pictures tried are strips as thick as this: along them a network reaches as far as in a
square, at a fraction of the cost."""

START, LIMIT = 257, 2100
"""Length of the first strip, and what no strip exceeds."""


def measure_halo(graph: Graph) -> int | None:
    """Put NaN on one pixel and see how far it reaches: NaN times zero is NaN, so no weight hides.

    Args:
        graph: takes floating-point pictures of any size.

    Returns:
        Pixels of the input; `None` where the reach has no end within `LIMIT`, as in networks
        that pool over the whole picture.
    """
    # In float64, since float32 convolutions may take Winograd's way, which spreads NaN in blocks.
    graph = copy.deepcopy(graph).double().eval()
    reaches = [_reach(graph, axis) for axis in (0, 1)]
    return None if None in reaches else max(reach for reach in reaches if reach is not None)


def _reach(graph: Graph, axis: int) -> int | None:
    """Distance along an axis from the pixel to the farthest whose enlargement has been reached."""
    length = START
    while length <= LIMIT:
        sides = [THICKNESS, THICKNESS]
        sides[axis] = length
        picture = torch.zeros(1, *sides, 3, dtype=torch.float64)
        picture[0, sides[0] // 2, sides[1] // 2] = math.nan
        with torch.no_grad():
            (output,) = graph(picture)
        reached = output[0].isnan().any(-1).any(1 - axis)
        if not reached[0] and not reached[-1]:
            places = reached.nonzero() // graph.scale
            return int((places - length // 2).abs().max())
        length = 2 * length + 1
    return None
