"""What was measured as Markdown tables, to be read and to be pasted into docs/performance.md."""

import statistics
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

from benchmarks import start
from benchmarks.answers import Answers
from benchmarks.footprint import Footprint
from benchmarks.ratio import Ratio
from benchmarks.service import Asked, Capacity, Lone
from benchmarks.start import Start

_console = Console(width=400, highlight=False, markup=False)


def show(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print one; the first column is text, the others are figures."""
    table = Table(box=MARKDOWN)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", no_wrap=True)
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    _console.print(f"\n{title}")
    _console.print(table)


def tasks(measured: Mapping[str, tuple[float, float, Ratio]]) -> None:
    """One client beside this process."""
    show(
        "One client, shipped models",
        ("task", "service ms", "in process ms", "ratio"),
        (
            (task, _ms(served), _ms(bare), f"{ratio.median:.2f}")
            for task, (served, bare, ratio) in measured.items()
        ),
    )


def capacity(named: Mapping[str, tuple[Asked, Capacity]]) -> None:
    """Many clients beside the limit."""
    names = list(next(iter(named.values()))[1].limits)
    show(
        "16 clients, closed loop",
        (
            *("", "kB", "answers/s", "p50 ms", "p99 ms", "client CPU us"),
            *(f"{name} limit" for name in names),
            *(f"of {name}" for name in names),
        ),
        (
            (
                *(name, _kilobytes(asked), f"{found.throughput:.1f}"),
                *(_ms(_median(found.answers, share)) for share in (50, 99)),
                f"{statistics.median(one.cost for one in found.answers) * 1e6:.0f}",
                *(f"{found.limit(limit):.1f} ({found.ways[limit]})" for limit in names),
                *(found.ratio(limit) for limit in names),
            )
            for name, (asked, found) in named.items()
        ),
    )


def lone(named: Mapping[str, Lone]) -> None:
    """One client beside one picture at a time."""
    show(
        "One client, closed loop",
        ("", "p50 ms", "p99 ms", "in process ms", "p50 of in process"),
        (
            (name, _ms(one.p50), _ms(_median(one.answers, 99)), _ms(one.limit), one.ratio)
            for name, one in named.items()
        ),
    )


def steady(named: Mapping[str, tuple[Lone, list[Answers]]]) -> None:
    """Random arrivals beside one picture at a time."""
    show(
        "Open loop at 70 % of the answers/s above, random arrivals; latency from the intended time",
        (
            *("", "answers/s", "requests", "refused", "p50 ms", "p99 ms", "p99 of in process"),
            "sent late p99 ms",
        ),
        (
            (
                name,
                f"{statistics.median(one.throughput for one in rounds):.1f}",
                sum(len(one.latencies) for one in rounds),
                sum(one.failed for one in rounds),
                *(_ms(_median(rounds, share)) for share in (50, 99)),
                Ratio(tuple(one.percentile(99) / alone.limit for one in rounds)),
                _ms(statistics.median(float(np.percentile(one.late, 99)) for one in rounds)),
            )
            for name, (alone, rounds) in named.items()
        ),
    )


def starts(measured: list[Start], loading: Mapping[str, float]) -> None:
    """From nothing to the first answers."""
    show(
        "Cold start of the service with all shipped models, seconds",
        ("", "median", "least", "most"),
        (
            _spread("until it is ready", [one.ready for one in measured]),
            _spread("until it answers /livez", [one.alive for one in measured]),
            _spread("a process that imports it and ends", [one.imports for one in measured]),
        ),
    )
    slowest = sorted(loading.items(), key=lambda item: -item[1])
    total = ("all", sum(loading.values()))
    show(
        "Opening and waking the models one by one, seconds",
        ("model", "seconds"),
        ((name, f"{seconds:.3f}") for name, seconds in (*slowest, total)),
    )
    show(
        "First request after a start, as a multiple of the median of the next 100",
        ("task", "later ms", "first of later"),
        (
            (task, _ms(statistics.median(one.later[task] for one in measured)), ratio)
            for task, ratio in start.ratios(measured).items()
        ),
    )
    last = measured[-1]
    memory(
        "Memory of the service with all shipped models",
        {"ready, nothing asked": last.idle, "after these requests": last.used},
    )


def memory(title: str, named: Mapping[str, Footprint]) -> None:
    """Of all processes of a server."""
    show(
        title,
        ("", "processes", "RSS MB", "PSS MB"),
        (
            (name, one.processes, f"{one.resident / 1e6:.0f}", f"{one.proportional / 1e6:.0f}")
            for name, one in named.items()
        ),
    )


def _spread(name: str, values: Sequence[float]) -> tuple[str, ...]:
    figures = (statistics.median(values), min(values), max(values))
    return (name, *(f"{value:.2f}" for value in figures))


def _median(rounds: Sequence[Answers], share: float) -> float:
    return statistics.median(one.percentile(share) for one in rounds)


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.1f}"


def _kilobytes(asked: Asked) -> str:
    return f"{statistics.mean(len(one) for one in asked.pictures) / 1e3:.0f}"
