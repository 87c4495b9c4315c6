"""A picture of any size through a model that takes any: whole, or in tiles from top to bottom."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from app.errors import OutOfMemory
from app.imaging.fit import pad
from app.imaging.tiles import Cut, Part, Tile, batches, cut, ramps
from app.runtime.model import Model
from app.tasks.task import Bounds

Array = NDArray[Any]


@dataclass(frozen=True)
class Tiled:
    """How a model is asked about a picture that may be too large for it.

    With an exact halo a tile's inside is what the whole picture would have there, and is kept as it
    is. Without one, the tiles overlap, and their answers are joined by the weights of `ramps`.

    Attributes:
        model: one whose card has no fit.
        context: pixels that tiles have around what they keep where the card names no halo.
        prepare: makes the input `image` of uint `[N, h, w, 3]`.
        answer: makes of what one picture got, by output, and its height and width the answer about
            its pixels: `[h * scale, w * scale, ...]`.
        join: `mean`: answers are floats and averaged; `surest`: they are float `[h, w, 2]`, a value
            and how sure it is, and the surest is taken.
        bounds: of the work.
    """

    model: Model
    context: int
    prepare: Callable[[Array], Array]
    answer: Callable[[Mapping[str, Array], int, int], Array]
    join: Literal["mean", "surest"]
    bounds: Bounds

    def cut(self, height: int, width: int) -> Cut:
        """The tiles of a picture of that size, see `tiles_for`."""
        return tiles_for(self.model, height, width, self.context, self.bounds)

    def bands(self, pixels: Array) -> Iterator[Array]:
        """The answer, from top to bottom in bands of whole rows.

        Args:
            pixels: uint8 or uint16 `[H, W, 3]`.

        Raises:
            OutOfMemory: memory is too short for the smallest tile that makes sense.
        """
        tiles = self.cut(*pixels.shape[:2])
        if len(tiles) > 1:
            self.bounds.cut(self._exact)
        done = 0

        def step(count: int) -> None:
            nonlocal done
            done += count
            self.bounds.progress(done, len(tiles))

        step(0)
        return self._bands(pixels, tiles, step)

    @property
    def _exact(self) -> bool:
        return self.model.card.halo is not None

    def _bands(self, pixels: Array, tiles: Cut, step: Callable[[int], None]) -> Iterator[Array]:
        return (self._kept if self._exact else self._joined)(pixels, tiles, step)

    def _kept(self, pixels: Array, tiles: Cut, step: Callable[[int], None]) -> Iterator[Array]:
        """Bands of the insides of tiles."""
        scale = self.model.card.scale
        for rows in tiles.rows:
            band: Array | None = None
            for tile, answer in self._answers(pixels, tiles, rows, step):
                inside = tile.inside(answer, scale)
                if band is None:
                    shape = (inside.shape[0], pixels.shape[1] * scale, *inside.shape[2:])
                    band = np.empty(shape, inside.dtype)
                band[:, slice(*(place * scale for place in tile.columns.kept))] = inside
            assert band is not None
            yield band

    def _joined(self, pixels: Array, tiles: Cut, step: Callable[[int], None]) -> Iterator[Array]:
        """Bands that no further tile reaches into, of answers that overlap."""
        scale, width = self.model.card.scale, pixels.shape[1] * self.model.card.scale
        context = self.context + -self.context % self.model.card.multiple
        down, across = (ramps(parts, context, scale) for parts in (tiles.rows, tiles.columns))
        weights = dict(zip(tiles.columns, across, strict=True))
        ends = [*(rows.read[0] for rows in tiles.rows[1:]), pixels.shape[0]]
        rest: Array | None = None
        for rows, rise, end in zip(tiles.rows, down, ends, strict=True):
            joined: Array | None = None
            for tile, answer in self._answers(pixels, tiles, rows, step):
                if joined is None:
                    joined = np.zeros((len(rise), width, *answer.shape[2:]), np.float32)
                    if rest is not None:
                        joined[: len(rest)] = rest
                weight = rise[:, np.newaxis] * weights[tile.columns]
                columns = slice(*(place * scale for place in tile.columns.read))
                _join(joined[:, columns], answer, weight, self.join)
            assert joined is not None
            finished = (end - rows.read[0]) * scale
            rest = joined[finished:].copy()
            yield joined[:finished]

    def _answers(
        self, pixels: Array, tiles: Cut, rows: Part, step: Callable[[int], None]
    ) -> Iterator[tuple[Any, Array]]:
        """The tiles of a band with the answers to what they read."""
        for group in groups_for(self.model, tiles.band(rows), self.bounds):
            answers = self._asked([tile.read(pixels) for tile in group], step)
            yield from zip(group, answers, strict=True)
            step(len(group))

    def _asked(self, reads: Sequence[Array], step: Callable[[int], None]) -> list[Array]:
        """The answers to pictures of the same size, in one run if there is memory for it."""
        images = np.stack([pad(read, self.model.card.multiple) for read in reads])
        taken = images[..., 0].size
        if taken <= self.model.most_pixels:
            try:
                outputs = self.model.run(image=self.prepare(images))
            except OutOfMemory:
                self.model.ran_out(taken)
            else:
                return [
                    self.answer({name: out[row] for name, out in outputs.items()}, *read.shape[:2])
                    for row, read in enumerate(reads)
                ]
        del images
        step(0)
        if len(reads) > 1:
            return [answer for read in reads for answer in self._asked([read], step)]
        # A tile is a picture like any other: it is cut in its turn.
        self.bounds.cut(self._exact)
        (read,) = reads
        smaller = self.cut(*read.shape[:2])
        return [np.concatenate(list(self._bands(read, smaller, lambda _: step(0))))]


def tiles_for(model: Model, height: int, width: int, context: int, bounds: Bounds) -> Cut:
    """The tiles of a picture of that size.

    Args:
        model: one whose card has no fit.
        height: of the picture.
        width: of the picture.
        context: pixels that tiles have around what they keep where the card names no halo.
        bounds: of the work.

    Raises:
        OutOfMemory: memory is too short for the smallest that make sense.
    """
    pixels, most = bounds.tile_pixels, model.most_pixels
    try:
        return cut(model.card, height, width, pixels=pixels, halo=context, most=most)
    except ValueError as error:
        model.forget_limit()
        message = f"memory is too short for the smallest tile: it has room for {most} pixels"
        raise OutOfMemory(message, retry_after=1, pixels=most) from error


def groups_for(model: Model, tiles: Sequence[Tile], bounds: Bounds) -> Iterator[Sequence[Tile]]:
    """Tiles of one size in groups that may go into one run."""
    high, wide = (end - start for start, end in (tiles[0].rows.read, tiles[0].columns.read))
    return batches(tiles, max(1, min(model.max_batch, bounds.tile_pixels // (high * wide))))


def _join(
    joined: Array, answer: Array, weight: NDArray[np.float32], how: Literal["mean", "surest"]
) -> None:
    if how == "mean":
        joined += answer * weight[..., np.newaxis]
        return
    sure = answer[..., 1] * weight
    better = sure > joined[..., 1]
    joined[better, 0] = answer[better, 0]
    joined[better, 1] = sure[better]
