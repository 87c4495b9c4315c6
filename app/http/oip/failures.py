"""Failures below `/v2` in OpenAPI's words; `app.http.problems` writes the answers."""

from functools import partial

from app.http import problems
from app.http.oip.schemas import Failure

PREFIX = "oip-"
"""Before the names of their examples."""

documented = partial(
    problems.documented, model=Failure, media_type="application/json", prefix=PREFIX
)
"""What a route may answer beside 200."""
