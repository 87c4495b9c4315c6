"""Server-sent events, from the text of a stream (WHATWG HTML, section 9.2.6)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ENDS = re.compile(r"\r\n|\n|\r(?!\n|\Z)")
"""What ends a line: three things and no others, unlike in Python; a CR at the end of a piece may
be half of one."""


@dataclass(frozen=True)
class Event:
    """One event.

    Attributes:
        kind: what it tells of.
        data: its lines.
    """

    kind: str
    data: str


class Reader:
    """Puts events together from the text of a stream.

    Attributes:
        last_id: of the last event that had one, to be sent when the stream is opened again.
        retry: milliseconds after which it may be; `None`: the stream does not say.
    """

    def __init__(self) -> None:
        self.last_id = ""
        self.retry: int | None = None
        self.begin()

    def begin(self) -> None:
        """Forget an event whose end did not come, since the stream begins anew."""
        self._rest, self._kind = "", ""
        self._data: list[str] = []

    def read(self, text: str) -> Iterator[Event]:
        """Take the next piece, and give the events that it completes."""
        *lines, self._rest = _ENDS.split(self._rest + text)
        for line in lines:
            if line:
                self._take(line)
                continue
            if self._data:
                yield Event(self._kind or "message", "\n".join(self._data))
            self._kind, self._data = "", []

    def _take(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._kind = value
        elif name == "data":
            self._data.append(value)
        elif name == "id" and "\0" not in value:
            self.last_id = value
        elif name == "retry" and value.isascii() and value.isdecimal():
            self.retry = int(value)
