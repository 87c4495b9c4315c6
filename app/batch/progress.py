"""How far a batch is: a bar for a terminal, a line now and then for anything else."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

EVERY = 30.0
"""Seconds between two lines where there is no terminal."""

Advance = Callable[[bool], None]
"""Called when a picture is done, with whether it was answered."""


class Speed(ProgressColumn):
    """Pictures a second, of late."""

    def render(self, task: Task) -> Text:
        """Such as `12.3 images/s`."""
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:.1f} images/s", style="progress.data.speed")


@contextmanager
def shown(console: Console, total: int) -> Iterator[Advance]:
    """Show the progress while the block lasts.

    Args:
        console: where.
        total: pictures that are to be done.
    """
    if console.is_terminal:
        with _bar(console, total) as advance:
            yield advance
    else:
        yield _lines(console, total)


@contextmanager
def _bar(console: Console, total: int) -> Iterator[Advance]:
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        Speed(),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.description}", style="red"),
    )
    failed = 0
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("", total=total)

        def advance(good: bool) -> None:
            nonlocal failed
            failed += not good
            progress.update(bar, advance=1, description=f"{failed} failed" if failed else "")

        yield advance


def _lines(console: Console, total: int) -> Advance:
    started = told = time.monotonic()
    done = failed = 0

    def advance(good: bool) -> None:
        nonlocal told, done, failed
        done, failed = done + 1, failed + (not good)
        now = time.monotonic()
        if now - told < EVERY:
            return
        told, speed = now, done / (now - started)
        left = round((total - done) / speed)
        console.print(
            f"{done} of {total}, {failed} failed, {speed:.1f} images/s, {left} s left",
        )

    return advance
