"""A moment until which something is worth having."""

import time
from dataclasses import dataclass

from app.client.errors import DeadlinePassed


@dataclass(frozen=True)
class Deadline:
    """Counted from its making on.

    Attributes:
        seconds: from then on; `None`: for ever.
        end: on the monotonic clock.
        what: has not happened when it passes.
    """

    seconds: float | None
    end: float | None
    what: str

    @classmethod
    def after(cls, seconds: float | None, what: str = "no answer came") -> "Deadline":
        """The moment in so many seconds.

        Raises:
            ValueError: not a number above 0.
        """
        if seconds is not None and not seconds > 0:
            raise ValueError(f"a deadline is a number of seconds above 0, not {seconds!r}")
        return cls(seconds, None if seconds is None else time.monotonic() + seconds, what)

    @property
    def left(self) -> float | None:
        """Seconds until it passes, below 0 after that; `None`: for ever."""
        return None if self.end is None else self.end - time.monotonic()

    def allows(self, pause: float) -> bool:
        """Whether something can still be done after a pause of so many seconds."""
        left = self.left
        return left is None or pause < left

    def check(self) -> None:
        """Go on only if it has not passed.

        Raises:
            DeadlinePassed: it has.
        """
        if not self.allows(0):
            raise self.passed()

    def passed(self) -> DeadlinePassed:
        """What is raised then."""
        return DeadlinePassed(f"{self.what} within {self.seconds:g} s")
