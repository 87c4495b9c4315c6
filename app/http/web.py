"""The playground: the page at `/` and, below `/web`, what it loads; files of the package."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).parent.parent / "web"
"""Where the files are, in a checkout and in an installed package."""


class _Files(StaticFiles):
    """A browser keeps these files and asks each time whether they are still the same.

    Modules of two versions must not meet in one page, and an answer of 304 has no body.
    """

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


def install(app: FastAPI) -> None:
    """Serve the page; it asks the API with the key of whoever uses it, so it needs none itself."""
    files = _Files(directory=FOLDER)

    async def home(request: Request) -> Response:
        return await files.get_response("index.html", request.scope)

    app.add_route("/", home, include_in_schema=False)
    app.mount("/web", files)
