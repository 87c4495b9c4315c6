"""Documents as tables: which of their members are facts, which are rows, and how both look."""

import io
import re
from typing import Any

import pytest
from rich.console import Console

from app.cli.show import sheet_of, show
from app.terminal import plain

DOCUMENT = {
    "model": "any@1",
    "peak": {"x": 3, "score": 0.5},
    "box": [1, 2, 3, 4],
    "exact": True,
    "map": "data:image/png;base64," + "A" * 500,
    "note": None,
    "ring": [[0, 0], [1, 1]],
    "things": [
        {"label": "far", "score": 0.25, "at": {"x": 1}, "polygons": [[[0, 0], [1, 1]]]},
        {"label": "near", "score": 0.75, "at": {"x": 2}, "parts": [{"a": 1}, {"a": 2}]},
    ],
}


def shown(document: dict[str, Any], **options: Any) -> str:
    """What is printed of a document called `picture`."""
    file = io.StringIO()
    show(Console(file=file, width=100, soft_wrap=True, markup=False, **options), "pic", document)
    return file.getvalue()


def test_scalars_are_facts_and_objects_in_lists_are_rows() -> None:
    sheet = sheet_of(DOCUMENT)
    assert sheet.facts == {
        "model": "any@1",
        "peak.x": 3,
        "peak.score": 0.5,
        "box": "1, 2, 3, 4",
        "exact": True,
        "map": "data:image/png;base64,AA… (522 characters)",
        "ring": "2 items",
    }
    assert sheet.lists == {
        "things": [
            {"label": "near", "score": 0.75, "at.x": 2, "parts": "2 items"},
            {"label": "far", "score": 0.25, "at.x": 1, "polygons": "1 items"},
        ]
    }


def test_a_pipe_gets_cells() -> None:
    lines = [line.split("\t") for line in shown(DOCUMENT).splitlines()]
    assert all(line[0] == "pic" for line in lines)
    assert ["pic", "peak.score", "0.5"] in lines
    assert ["pic", "exact", "true"] in lines
    assert lines[-2] == ["pic", "things", "near", "0.75", "2", "2 items", ""]
    assert lines[-1] == ["pic", "things", "far", "0.25", "1", "", "1 items"]


def test_a_terminal_gets_tables_with_bars() -> None:
    text = shown(DOCUMENT, force_terminal=True, color_system=None)
    (near,) = [line for line in text.splitlines() if "near" in line]
    assert "75.0%" in near
    assert near.count("█") == 18  # of 24
    assert text.index("near") < text.index("far")


def test_a_share_beyond_its_bounds_does_not_break_the_bar() -> None:
    text = shown({"score": 1.5, "fraction": -1.0}, force_terminal=True, color_system=None)
    assert "150.0%" in text
    assert "-100.0%" in text


def test_a_color_is_shown() -> None:
    text = shown({"color": "#ff0000"}, force_terminal=True, color_system="truecolor")
    assert re.search("\x1b\\[38;2;255;0;0m██", text)


def test_brackets_and_colons_are_no_markup() -> None:
    for options in ({}, {"force_terminal": True, "color_system": None}):
        text = shown({"things": [{"label": "[red]a[/red] :cat:"}]}, emoji=False, **options)
        assert "[red]a[/red] :cat:" in text


@pytest.mark.parametrize("text", ["\x1b[31m", "a\nb", "a\tb", "\udcff", "\x9b", "\u202e"])
def test_what_is_no_letter_is_replaced(text: str) -> None:
    assert plain(text).isprintable()
    assert len(plain(text)) == len(text)


def test_letters_stay() -> None:
    assert plain("Straße 東京 café") == "Straße 東京 café"
