"""Thin lines of pixels as polylines."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

TOLERANCE = 0.75
"""Pixels that a polyline may pass beside the pixels that it stands for."""

Points = NDArray[np.int64]


def polylines(lines: NDArray[np.bool_]) -> Iterator[Points]:
    """The lines between ends and crossings, pixel by pixel; a closed one ends where it began.

    A line goes on to the eight neighbours, diagonally only where there is no other way: so the
    inside of a corner is no crossing.

    Args:
        lines: bool `[H, W]`, lines one pixel wide.

    Yields:
        int64 `[points, 2]` of x, y; a pixel alone is a line of one point. Each way from one pixel
        to the next is in one line and once.
    """
    stride = lines.shape[1] + 2
    ways = _ways(np.pad(lines, 1), stride)
    ends = [place for place, ahead in ways.items() if len(ahead) != 2]
    gone: set[tuple[int, int]] = set()

    def walk(place: int, following: int) -> Points:
        line = [place, following]
        while True:
            gone.update(((place, following), (following, place)))
            ahead = [n for n in ways[following] if n != place]
            if len(ways[following]) != 2 or following == line[0]:
                break
            place, following = following, ahead[0]
            line.append(following)
        return points(line)

    def points(line: list[int]) -> Points:
        rows, columns = np.divmod(np.array(line), stride)
        return np.stack([columns - 1, rows - 1], axis=1)

    # From ends and crossings first; what is left then are closed lines.
    yield from (points([place]) for place in ends if not ways[place])
    for place in (*ends, *ways):
        for following in ways[place]:
            if (place, following) not in gone:
                yield walk(place, following)


def simplified(line: Points, tolerance: float = TOLERANCE) -> Points:
    """Leave out points that the line passes nearly anyway (Douglas and Peucker, 1973).

    Args:
        line: int64 `[points, 2]`.
        tolerance: pixels that a point which is left out may lie beside the line.
    """
    kept = np.zeros(len(line), np.bool_)
    kept[[0, -1]] = True
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        between = line[first + 1 : last] - line[first]
        if not len(between):
            continue
        chord = line[last] - line[first]
        length = float(np.hypot(*chord))
        if length:
            apart = np.abs(chord[0] * between[:, 1] - chord[1] * between[:, 0]) / length
        else:
            apart = np.hypot(between[:, 0], between[:, 1])
        farthest = int(apart.argmax())
        if apart[farthest] > tolerance:
            middle = first + 1 + farthest
            kept[middle] = True
            spans += [(first, middle), (middle, last)]
    return line[kept]


def _ways(framed: NDArray[np.bool_], stride: int) -> dict[int, list[int]]:
    """From each pixel of the lines, by its place in the flat array, the ones it goes on to."""
    flat = framed.ravel()
    places = np.flatnonzero(flat)
    steps, open_to = [], []
    for step in (-stride, -1, 1, stride):
        steps.append(step)
        open_to.append(flat[places + step])
    for down in (-stride, stride):
        for across in (-1, 1):
            steps.append(down + across)
            around = flat[places + down] | flat[places + across]
            open_to.append(flat[places + down + across] & ~around)
    ways: dict[int, list[int]] = {place: [] for place in places.tolist()}
    for step, there in zip(steps, open_to, strict=True):
        for place in places[there].tolist():
            ways[place].append(place + step)
    return ways
