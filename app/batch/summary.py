"""The journal of a batch as one table or one map layer, for spreadsheets and GIS."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Literal

from pydantic import ValidationError

from app.batch.journal import Record
from app.batch.naming import SUMMARY
from app.files import replacing
from app.question import Question
from app.tasks.task import Cell

Form = Literal["jsonl", "csv", "geojson"]

COLUMNS = (
    "input", "output", "model", "width", "height", "longitude", "latitude", "seconds", "problem",
    "exact", "text",
)  # fmt: skip
"""The columns that every table has, in this order; those of the task follow."""

Row = dict[str, Cell]
Records = Callable[[], Iterable[Record]]


def write(form: Form, folder: Path, records: Records, question: Question) -> Path:
    """Write the summary of a batch.

    Args:
        form: in which.
        folder: where it is written.
        records: gives the records of all pictures, each time it is called.
        question: that was asked.

    Returns:
        The file. JSON Lines are the journal, which is there.

    Raises:
        OSError: it can not be written.
    """
    target = folder / f"{SUMMARY}.{form}"
    if form != "jsonl":
        with replacing(target) as file:
            WRITERS[form](file, records, question)
    return target


def row_of(record: Record, question: Question) -> Row:
    """A record as a row: what is known of every picture, then the answer in the task's columns."""
    row: Row = {name: record[name] for name in COLUMNS if record.get(name) is not None}
    if record.get("position"):
        row["longitude"], row["latitude"] = record["position"]
    document = question.task.document
    if document is not None and "document" in record:
        # A score that is no number was written as null; then the answer has no cells.
        with suppress(ValidationError):
            answer = document.model_validate(record["document"]).row(question.model.card)
            row = {**row, **answer, **row}
    return row


def _csv(file: IO[bytes], records: Records, question: Question) -> None:
    """RFC 4180 in UTF-8, with the same columns for all rows."""
    columns = dict.fromkeys(COLUMNS)
    for record in records():
        columns |= dict.fromkeys(row_of(record, question))
    text = io.TextIOWrapper(file, "utf-8", errors="surrogateescape", newline="")
    table = csv.DictWriter(text, columns)
    table.writeheader()
    for record in records():
        table.writerow(row_of(record, question))
    text.detach()


def _geojson(file: IO[bytes], records: Records, question: Question) -> None:
    """A FeatureCollection (RFC 7946) of a point for each picture; null where none is known."""
    file.write(b'{"type":"FeatureCollection","features":[')
    for index, record in enumerate(records()):
        position = record.get("position")
        point = {"type": "Point", "coordinates": position} if position else None
        properties = row_of(record, question)
        feature: dict[str, Any] = {"type": "Feature", "geometry": point, "properties": properties}
        line = json.dumps(feature, separators=(",", ":")).encode()
        file.write((b",\n" if index else b"\n") + line)
    file.write(b"\n]}\n")


WRITERS: Mapping[str, Callable[[IO[bytes], Records, Question], None]] = {
    "csv": _csv,
    "geojson": _geojson,
}
