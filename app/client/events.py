"""Server-sent events, from lines (WHATWG HTML, section 9.2.6)."""

from dataclasses import dataclass


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
    """Puts events together from the lines of a stream.

    Attributes:
        last_id: of the last event that had one, to be sent when the stream is opened again.
        retry: milliseconds after which it may be; `None`: the stream does not say.
    """

    def __init__(self) -> None:
        self.last_id = ""
        self.retry: int | None = None
        self._kind = ""
        self._data: list[str] = []

    def begin(self) -> None:
        """Forget an event whose end did not come, since the stream begins anew."""
        self._kind, self._data = "", []

    def read(self, line: str) -> Event | None:
        """Take a line without its end, and give the event that it completes."""
        if not line:
            kind, data = self._kind, self._data
            self.begin()
            return Event(kind or "message", "\n".join(data)) if data else None
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
        return None
