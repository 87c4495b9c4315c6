"""Server-sent events put together from lines, as the standard's own examples want it."""

import pytest

from app.client.events import Event, Reader


def read(*lines: str) -> tuple[list[Event], Reader]:
    reader = Reader()
    return [event for line in lines for event in reader.read(line + "\n")], reader


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_pieces_and_ends_of_lines_do_not_matter(end: str, size: int) -> None:
    text = end.join(["event: a", "data: 1\u2028\x85", "data:2", "", "data: 3", "", ": x"])
    reader = Reader()
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    events = [event for piece in pieces for event in reader.read(piece)]
    assert events == [Event("a", "1\u2028\x85\n2"), Event("message", "3")]


def test_data_of_several_lines_are_one_event() -> None:
    events, _ = read("data: YHOO", "data: +2", "data: 10", "")
    assert events == [Event("message", "YHOO\n+2\n10")]


def test_comments_and_empty_blocks_are_nothing() -> None:
    events, reader = read(
        ": test stream", "", "data: first event", "id: 1", "", "data:second event"
    )
    assert events == [Event("message", "first event")]
    assert reader.last_id == "1"


def test_one_space_goes_and_no_more() -> None:
    events, _ = read("data:test", "", "data:  test", "", "data", "", "data", "data", "")
    assert [event.data for event in events] == ["test", " test", "", "\n"]


def test_kinds_last_for_one_event() -> None:
    events, _ = read("event: add", "data: 1", "", "data: 2", "", "event: alone", "", "data: 3", "")
    assert [event.kind for event in events] == ["add", "message", "message"]


def test_ids_last_and_times_are_read() -> None:
    _, reader = read("retry: 2000", "id: a", "retry: soon", "id: b\0", "data", "")
    assert (reader.retry, reader.last_id) == (2000, "a")
    assert list(reader.read("id\n")) == []
    assert reader.last_id == ""


def test_a_stream_that_begins_anew_forgets_half_an_event() -> None:
    reader = Reader()
    assert list(reader.read("event: add\ndata: half\nda")) == []
    reader.begin()
    assert list(reader.read("data: whole\n\n")) == [Event("message", "whole")]
