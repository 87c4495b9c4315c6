"""A JSON document for people: tables in a terminal, lines of tab-separated cells in a pipe."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rich.bar import Bar
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from app.tasks.task import Cell
from app.terminal import plain, write_row

SHARES = ("score", "confidence", "fraction", "coverage")
"""Members that are parts of one: they get a bar, and rows are sorted by the first they have."""

LONGEST = 80
"""Characters of a text, or of numbers in a row, beyond which only their number is told."""

BAR = 24
"""Cells of a bar of 1."""

Row = dict[str, Cell]


@dataclass(frozen=True)
class Sheet:
    """A document as rows.

    Attributes:
        facts: its scalars, `peak.x` being the member `x` of the member `peak`.
        lists: its lists of objects, each a table with a row for each.
    """

    facts: Row
    lists: dict[str, list[Row]]


def sheet_of(document: Mapping[str, Any]) -> Sheet:
    """What of a document fits into tables; of the rest it says how much there is."""
    sheet = Sheet({}, {})
    _fill(sheet, "", document)
    return sheet


def show(console: Console, name: str, document: Mapping[str, Any]) -> None:
    """Print a document.

    Args:
        console: a terminal gets tables. Anything else gets lines: the name, then a fact with its
            value, or the name of a list with the cells of a row.
        name: of what the document is about.
        document: of JSON.
    """
    sheet = sheet_of(document)
    if console.is_terminal:
        for table in _tables(plain(name), sheet):
            console.print(table, soft_wrap=False)
    else:
        for line in _lines(name, sheet):
            write_row(console, *line)


def _fill(sheet: Sheet, name: str, value: object) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _fill(sheet, f"{name}.{key}" if name else str(key), inner)
    elif isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
        parts = [sheet_of(item) for item in value]
        # A list within a row has no cell of its own, so only its length is told.
        sheet.lists[name] = _sorted(
            [
                {**part.facts, **{of: _count(found) for of, found in part.lists.items()}}
                for part in parts
            ]
        )
    elif value is not None:
        sheet.facts[name] = _cell(value)


def _sorted(rows: list[Row]) -> list[Row]:
    for name in SHARES:
        if all(isinstance(row.get(name), int | float) for row in rows):
            return sorted(rows, key=lambda row: -float(row[name]))
    return rows


def _cell(value: object) -> Cell:
    if isinstance(value, list):
        scalars = value and all(isinstance(item, Cell) for item in value)
        text = ", ".join(map(_text, value)) if scalars else ""
        return text if scalars and len(text) <= LONGEST else _count(value)
    if isinstance(value, str) and len(value) > LONGEST and " " not in value:  # such as a data URL
        return f"{value[:24]}… ({len(value)} characters)"
    assert isinstance(value, Cell)
    return value


def _count(items: list[Any]) -> str:
    return f"{len(items)} items"


def _text(cell: Cell) -> str:
    """As JSON writes it."""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def _lines(name: str, sheet: Sheet) -> Iterator[list[str]]:
    for fact, value in sheet.facts.items():
        yield [name, fact, _text(value)]
    for of, rows in sheet.lists.items():
        columns = dict.fromkeys(column for row in rows for column in row)
        for row in rows:
            yield [name, of, *(_text(row.get(column, "")) for column in columns)]


def _tables(name: str, sheet: Sheet) -> Iterator[RenderableType]:
    yield Text(name, style="bold")
    if sheet.facts:
        table = Table.grid(padding=(0, 2))
        for fact, value in sheet.facts.items():
            table.add_row(Text(f"  {plain(fact)}", style="dim"), *_drawn(fact, value))
        yield table
    for of, rows in sheet.lists.items():
        yield Text(f"  {plain(of)}", style="dim")
        yield _table(rows)


def _table(rows: list[Row]) -> Table:
    table = Table(box=None, pad_edge=True, padding=(0, 1), header_style="dim")
    columns = dict.fromkeys(column for row in rows for column in row)
    for column in columns:
        number = all(isinstance(row.get(column, 0), int | float) for row in rows)
        table.add_column(plain(column), justify="right" if number else "left")
        if _is_share(column):
            table.add_column("", width=BAR)
    for row in rows:
        table.add_row(*(cell for column in columns for cell in _drawn(column, row.get(column, ""))))
    return table


def _drawn(name: str, value: Cell) -> tuple[RenderableType, ...]:
    """A value as it stands in a terminal; a share has a bar beside it."""
    if _is_share(name):
        if isinstance(value, str):
            return value, ""
        return f"{value:.1%}", Bar(1.0, 0.0, min(max(float(value), 0.0), 1.0), width=BAR)
    if isinstance(value, str) and re.fullmatch("#[0-9a-f]{6}", value):
        return (Text.assemble(("██", value), f" {value}"),)
    if isinstance(value, float):
        return (f"{value:.6g}",)
    return (Text(plain(_text(value))),)


def _is_share(name: str) -> bool:
    return name.rpartition(".")[2] in SHARES
