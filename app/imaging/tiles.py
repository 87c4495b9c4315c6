"""A large picture as overlapping tiles, each with the context it needs to equal the whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from app.card import ModelCard

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

    def read(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """What the network gets of a picture's `[H, W, ...]`."""
        return pixels[slice(*self.read_rows), slice(*self.read_columns)]

    def inside(self, answer: NDArray[Any]) -> NDArray[Any]:
        """What is kept of an answer to the pixels read."""
        top, left = self.read_rows[0], self.read_columns[0]
        return answer[
            self.rows[0] - top : self.rows[1] - top,
            self.columns[0] - left : self.columns[1] - left,
        ]


def tiles_for(card: ModelCard, height: int, width: int, *, side: int, halo: int) -> list[Tile]:
    """Cut a picture into the tiles that a model needs.

    Args:
        card: of the model; it names the halo and what sides are multiples of.
        height: of the picture.
        width: of the picture.
        side: largest height and width that is read at once, unless the halo asks for more: at
            least a third of a tile is its inside.
        halo: where no context is exact (the card's halo is null).
    """
    needed = halo if card.halo is None else card.halo
    needed += -needed % card.multiple
    return tiles(height, width, side=max(side, 3 * needed), halo=needed, multiple=card.multiple)


def tiles(height: int, width: int, *, side: int, halo: int, multiple: int = 1) -> list[Tile]:
    """Cut a picture into tiles.

    Args:
        height: of the picture.
        width: of the picture.
        side: largest height and width that is read at once, in pixels.
        halo: pixels of context that a kept pixel needs on each side; a multiple of `multiple`.
        multiple: tiles begin at multiples of it, so that a network with strides sees each pixel
            at the place in its grid where it is in the whole picture.

    Raises:
        ValueError: `side` leaves no room beside the halo.
    """
    if side < 2 * halo + multiple:
        raise ValueError(f"a tile of {side} pixels has no inside with a halo of {halo}")
    return [
        Tile(rows, columns, read_rows, read_columns)
        for rows, read_rows in _spans(height, side, halo, multiple)
        for columns, read_columns in _spans(width, side, halo, multiple)
    ]


def _spans(length: int, side: int, halo: int, multiple: int) -> Iterator[tuple[Span, Span]]:
    if length <= side:
        yield (0, length), (0, length)
        return
    inside = (side - 2 * halo) // multiple
    steps = -(-length // multiple)
    # Even parts: a thin last tile would cost nearly as much as a full one.
    count = -(-steps // inside)
    for index in range(count):
        start = steps * index // count * multiple
        stop = min(length, steps * (index + 1) // count * multiple)
        yield (start, stop), (max(0, start - halo), min(length, stop + halo))
