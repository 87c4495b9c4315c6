"""The log: lines for people or for programs, from the standard library's `logging` alone."""

import json
import logging
from datetime import UTC, datetime
from typing import Literal

Format = Literal["text", "json"]

TEXT = "%(asctime)s %(levelname)-7s %(message)s"

# What every record has; whatever else one has was given as `extra`.
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class JsonFormatter(logging.Formatter):
    """One JSON object a line.

    Its members are `time` (RFC 3339, UTC, microseconds), `level`, `logger`, `message`, the facts
    that the record was given as `extra` and that are not `None`, and of an exception its traceback
    as `exception`.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line without its end; ASCII, so nothing in it can begin a new one."""
        facts = {name: fact for name, fact in vars(record).items() if name not in _OWN}
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **{name: fact for name, fact in facts.items() if fact is not None},
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def configure(level: str, format: Format = "text") -> None:
    """Log to the standard error stream what is at least as severe as `level`."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if format == "json" else logging.Formatter(TEXT))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("watchfiles").setLevel("WARNING")  # what changed is told by model
    for name in ("httpx", "httpcore"):  # URLs of webhooks are a client's own business
        logging.getLogger(name).setLevel("WARNING")
