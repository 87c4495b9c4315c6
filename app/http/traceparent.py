"""The header `traceparent`: which distributed trace a request belongs to.

https://www.w3.org/TR/trace-context/#traceparent-header
"""

import re

from starlette.datastructures import Headers

# Version ff is forbidden, ids of zeros only are none; what versions to come append is passed over.
_TRACEPARENT = re.compile(
    "(?!ff)(?P<version>[0-9a-f]{2})-(?!0{32})(?P<trace_id>[0-9a-f]{32})-"
    "(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?P<more>-.*)?"
)


def trace_id_of(headers: Headers) -> str | None:
    """The trace's id, 32 hexadecimal digits; `None` if there is no valid `traceparent`."""
    given = headers.getlist("traceparent")
    found = _TRACEPARENT.fullmatch(given[0]) if len(given) == 1 else None
    if found is None or (found["version"] == "00" and found["more"]):
        return None
    return found["trace_id"]
