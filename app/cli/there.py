"""Questions that a server answers, through the client that everybody can import."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any
from urllib.parse import urlsplit

import httpx
import typer

from app.cli.asked import STDIN, Answered, Form, Progress, ignored
from app.cli.problems import exit_of, reason_of
from app.client import Client
from app.client.errors import ClientError, Problem
from app.files import IN_MEMORY, stdin
from app.tasks.options import Options
from app.tasks.task import Task
from app.terminal import complain

DEADLINE = 600.0
"""Seconds after which nothing more is expected; a server gives up at its own deadline before."""

RETRIES = 5
"""How often a picture is sent again that a server had no room for at the moment."""


@dataclass(frozen=True)
class There:
    """A question to a server; any number of threads may put it.

    Attributes:
        client: of the server.
        task: its name.
        parts: what the pictures are called that it is asked about.
        options: of it, those that are not as the server would choose them.
    """

    client: Client
    task: str
    parts: Sequence[str]
    options: Mapping[str, Any]

    def answer(
        self, pictures: Sequence[Path | bytes], forms: Sequence[Form], progress: Progress = ignored
    ) -> Answered:
        """See `Asked`; each form is a request of its own."""
        given = [stdin() if picture == STDIN else picture for picture in pictures]
        sent = dict(zip(self.parts, given, strict=True))
        for form in forms:
            with SpooledTemporaryFile(IN_MEMORY) as file:
                answer = self.client.ask(
                    self.task, sent, accept=form.accept, into=file, **self.options
                )
                file.seek(0)
                with form.open(answer.media_type) as target:
                    shutil.copyfileobj(file, target)
        exact = None if answer.tiles is None else answer.tiles == "exact"
        return Answered(answer.model or "unknown", exact)


@contextmanager
def question_at(
    url: str, key: str | None, task: Task[Any, Any], options: Options, *, retries: int = RETRIES
) -> Iterator[There]:
    """Put a question to a server while the block lasts.

    Raises:
        typer.Exit: nobody answers there, which has been told.
    """
    with client_of(url, key, retries) as client:
        with failing(url), suppress(Problem):  # what it says of itself is no matter here
            client.ready()  # tells at once where nobody is, and does not try again and again
        chosen = options.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        yield There(client, task.name, task.parts, chosen)


def listed(url: str, key: str | None) -> dict[str, Any]:
    """The models of a server, as `GET /v1/models` describes them.

    Raises:
        typer.Exit: they can not be had, which has been told.
    """
    with client_of(url, key) as client, failing(url):
        client.ready()
        return {"models": [_members(model) for model in client.models()]}


def described(url: str, key: str | None, name: str) -> dict[str, Any]:
    """One model of a server.

    Raises:
        typer.Exit: it can not be had, which has been told.
    """
    with client_of(url, key) as client, failing(url):
        return _members(client.model(name))


def state(url: str, key: str | None) -> dict[str, Any]:
    """How well a server is: whether it is ready, what it serves, and which files it does not.

    Raises:
        typer.Exit: nobody answers there, which has been told.
    """
    with client_of(url, key) as client, failing(url):
        found: dict[str, Any] = {"url": url, "ready": client.ready()}
        if not found["ready"]:
            return found
        models = [_members(model) for model in client.models()]
    served = [model for model in models if "device" in model]
    return {
        **found,
        "served": len(served),
        "devices": sorted({model["device"] for model in served}),
        "failed": [
            {"name": model["name"], "state": model["state"], "reason": model.get("reason", "")}
            for model in models
            if "device" not in model
        ],
    }


@contextmanager
def failing(url: str) -> Iterator[None]:
    """A failure of a server ends the command with one line."""
    try:
        yield
    except ClientError as error:
        complain(reason_of(error), url)
        raise typer.Exit(exit_of(error)) from error


def client_of(url: str, key: str | None, retries: int = RETRIES) -> Client:
    """A client of the server at a URL.

    Raises:
        typer.BadParameter: it is no URL of a server.
    """
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname:
            return Client(url, key, deadline=DEADLINE, retries=retries)
    except (ValueError, httpx.InvalidURL) as error:
        raise typer.BadParameter(f"--url: {url!r} is no URL: {error}") from error
    raise typer.BadParameter(f"--url: {url!r} does not begin with http:// or https://")


def _members(described: Any) -> dict[str, Any]:
    members: dict[str, Any] = described.model_dump(mode="json", exclude_unset=True)
    return members
