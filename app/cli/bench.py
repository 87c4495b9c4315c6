"""The command that measures how fast a model here, or a server, answers."""

import io
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from PIL import Image

from app import logs
from app.batch.flags import task_of
from app.bench import closed_loop
from app.catalog import workers_of
from app.cli.asked import STDIN, Answered, Asked, Form
from app.cli.here import question_to
from app.cli.options import AsJson, Key, ModelName, TaskName, Url
from app.cli.problems import FORESEEN, exit_of, kind_of, reason_of
from app.cli.show import show
from app.files import stdin
from app.tasks import TASKS
from app.terminal import (
    FAILED,
    complain,
    emit,
    loaded,
    one_line_errors,
    options_of,
    progressing,
    settings_of,
    stdout,
)

MADE = "made, 640x480, JPEG"
"""What the picture is called that is taken where none is given."""


def bench(
    picture: Annotated[
        Path | None, typer.Argument(help="Picture that is asked about; else a made one.")
    ] = None,
    model: ModelName = None,
    task: TaskName = None,
    clients: Annotated[int, typer.Option(min=1, max=1000, help="Clients that ask at once.")] = 1,
    seconds: Annotated[float, typer.Option(min=0, help="Seconds that are measured.")] = 10.0,
    warm_up: Annotated[
        float, typer.Option(min=0, help="Seconds before, of the same load and not counted.")
    ] = 2.0,
    as_json: AsJson = False,
    url: Url = None,
    key: Key = None,
) -> None:
    """Measure how fast a model answers: requests a second, latencies and errors, of real requests.

    The loop is closed: each client asks again as soon as it is answered. Here that is reading the
    picture, the model and writing the answer; with `--url` HTTP as well. The clients take processor
    time too.
    """
    name, data = (MADE, made()) if picture is None else (str(picture), _read(picture))
    logs.configure("error")
    asking = _there(url, key, task, model, clients) if url else _here(task, model, clients)
    with asking as asks:
        asked = [partial(ask, data) for ask in asks.clients]
        try:
            answered = asked[0]()  # who can not answer at all is not measured
        except FORESEEN as error:
            complain(reason_of(error), name)
            raise typer.Exit(exit_of(error)) from error
        with progressing(f"{clients} clients, {warm_up + seconds:g} s"):
            if warm_up:
                closed_loop(asked, warm_up, kind_of)
            measured = closed_loop(asked, seconds, kind_of)
    report = {
        "target": asks.target,
        "task": asks.task,
        "model": answered.model,
        "picture": {"name": name, "bytes": len(data)},
        "loop": "closed",
        "clients": clients,
        "warm_up": warm_up,
        **measured.to_json(),
    }
    if as_json:
        emit(json.dumps(report).encode())
    else:
        show(stdout, asks.target, {name: report[name] for name in report if name != "target"})
    if measured.errors:
        raise typer.Exit(FAILED)


@dataclass(frozen=True)
class Asks:
    """Who is asked, and by whom.

    Attributes:
        target: in words, or a URL.
        task: that is asked.
        clients: each asks about the bytes of a picture, for itself.
    """

    target: str
    task: str
    clients: Sequence[Callable[[bytes], Answered]]


def made() -> bytes:
    """A picture that is as smooth, and about as large a file, as a photo of its size."""
    coarse = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(coarse).resize((640, 480), Image.Resampling.BICUBIC).save(file, "JPEG")
    return file.getvalue()


@contextmanager
def _here(task: str | None, model: str | None, clients: int) -> Iterator[Asks]:
    """Clients of the models in this process: as many are answered at once as the service does."""
    settings = settings_of()
    with one_line_errors():
        registry = loaded(settings, task, model)
        if task is None:
            models = [registry.find(model)] if model else registry.models()
            task = _first({model.card.task for model in models})
        asked = task_of(task)
        here = question_to(registry, settings, asked, options_of(asked, {"model": model}))
    places = threading.BoundedSemaphore(workers_of(settings, registry.execution))

    def ask(data: bytes) -> Answered:
        with registry.execution.traffic, places:
            return _ask(here, data)

    yield Asks("this machine", task, [ask] * clients)


@contextmanager
def _there(
    url: str, key: str | None, task: str | None, model: str | None, clients: int
) -> Iterator[Asks]:
    """Clients of a server, each with a connection of its own, who do not try again."""
    from app.cli.there import described, listed, question_at

    if task is None:
        models = [described(url, key, model)] if model else listed(url, key)["models"]
        task = _first({str(model.get("task")) for model in models})
    asked = task_of(task)
    options = options_of(asked, {"model": model})
    with ExitStack() as opened:
        theres = [
            opened.enter_context(question_at(url, key, asked, options, retries=0))
            for _ in range(clients)
        ]
        yield Asks(url, task, [partial(_ask, there) for there in theres])


def _ask(asked: Asked, data: bytes) -> Answered:
    """Ask about a picture, or about several that are the same, and throw the answer away."""
    return asked.answer([data] * len(asked.parts), [_natural()])


def _first(served: set[str]) -> str:
    """The first task that has a model.

    Raises:
        typer.Exit: none has one, which has been told.
    """
    for name in TASKS:
        if name in served:
            return name
    complain("no model of a task that is known here is served")
    raise typer.Exit(FAILED)


def _natural() -> Form:
    """The form that the task gives to those who want none, thrown away."""
    return Form("*/*", lambda _: io.BytesIO())


def _read(picture: Path) -> bytes:
    try:
        return stdin() if picture == STDIN else picture.read_bytes()
    except OSError as error:
        complain(reason_of(error), picture)
        raise typer.Exit(FAILED) from error
