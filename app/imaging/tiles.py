"""A large picture as overlapping tiles, each with the context it needs to equal the whole."""

from collections.abc import Iterator
from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True)
class Tile:
    """One tile; spans are `[start, stop)` in pixels of the picture.

    `rows` and `columns` are kept; `read_rows` and `read_columns` are read: the kept part with up
    to `halo` pixels around it. Beyond the picture's edge there is no context, so there the
    network sees the same border as in the whole picture.
    """

    rows: Span
    columns: Span
    read_rows: Span
    read_columns: Span


def tiles(height: int, width: int, *, side: int, halo: int) -> list[Tile]:
    """Cut a picture into tiles.

    Args:
        height: of the picture.
        width: of the picture.
        side: largest height and width that is read at once, in pixels.
        halo: pixels of context that a kept pixel needs on each side.

    Raises:
        ValueError: `side` leaves no room beside the halo.
    """
    if side <= 2 * halo:
        raise ValueError(f"a tile of {side} pixels has no inside with a halo of {halo}")
    return [
        Tile(rows, columns, read_rows, read_columns)
        for rows, read_rows in _spans(height, side, halo)
        for columns, read_columns in _spans(width, side, halo)
    ]


def _spans(length: int, side: int, halo: int) -> Iterator[tuple[Span, Span]]:
    if length <= side:
        yield (0, length), (0, length)
        return
    inside = side - 2 * halo
    # Even parts: a thin last tile would cost nearly as much as a full one.
    count = -(-length // inside)
    for index in range(count):
        start, stop = length * index // count, length * (index + 1) // count
        yield (start, stop), (max(0, start - halo), min(length, stop + halo))
