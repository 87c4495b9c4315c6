"""The command `densight`: the server, and every task on local pictures with the same code."""

import inspect
import json
import logging
import secrets
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO, Annotated, Any

import typer
from rich.progress import Progress

from app import __version__, logs
from app.batch.command import add_batch
from app.catalog import bounds_of
from app.doctor.report import examine
from app.doctor.text import text_of
from app.errors import DensightError
from app.question import Question, media_type_of, suffix_of
from app.settings import Settings, hashed
from app.tasks import TASKS
from app.tasks.task import JSON, Options, Task
from app.terminal import loaded, one_line_errors, options_of, settings_of, stderr, stdout

cli = typer.Typer(no_args_is_help=True, help="Serve residual and densely connected networks.")

log = logging.getLogger(__name__)


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
) -> None:
    """Start the service; the settings come from the environment (see `densight settings`)."""
    import uvicorn  # the web framework is no business of the other commands

    from app.http.connection import Connection
    from app.http.listening import listen
    from app.http.server import Server
    from app.main import create_app

    settings = settings_of(host=host, port=port)
    logs.configure(settings.log_level, settings.log_format)
    with one_line_errors():
        app = create_app(settings)
        app.state.service.jobs.open()
    config = uvicorn.Config(
        app,
        settings.host,
        settings.port,
        log_config=None,
        log_level="warning",  # it would tell again what is told here
        access_log=False,
        server_header=False,
        http=Connection,
        timeout_graceful_shutdown=settings.grace,
    )
    try:
        socket = listen(settings.host, settings.port, reuse_port=settings.reuse_port)
    except (OSError, ValueError) as error:
        stderr.print(f"can not listen on {settings.host}:{settings.port}: {error}", style="red")
        raise typer.Exit(1) from error
    address = f"http://{settings.host}:{socket.getsockname()[1]}"
    device = app.state.service.registry.execution.device
    tell: Callable[[str], None] = log.info if settings.log_format == "json" else stderr.print
    tell(f"Densight {__version__} on {device}: {address}/docs")
    # uvicorn finishes what it has accepted, then raises the signal anew: then all is well.
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: sys.exit(0))
    Server(config).run(sockets=[socket])


@cli.command()
def models() -> None:
    """List the models, where they run, and why a file is not served."""
    logs.configure("critical")  # what went wrong stands in the list
    with one_line_errors():
        registry = loaded(settings_of())
    for file in registry.files():
        if file.model is None:
            stdout.print(f"{file.name}\tfailed\t{file.reason}")
            continue
        card = file.model.card
        default = " (default)" if card.task and file.model is registry.default(card.task) else ""
        task = card.task or "no task"
        stdout.print(f"{card.reference}\t{task}{default}\t{file.model.device}\t{card.title}")


@cli.command()
def settings() -> None:
    """Print every setting with its value and what it means."""
    values = settings_of()
    for name, field in Settings.model_fields.items():
        stdout.print(f"DENSIGHT_{name.upper()}={getattr(values, name)}")
        stdout.print(f"  {field.description}")


@cli.command()
def doctor(
    model: Annotated[str | None, typer.Option(help="Model to measure instead.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say which devices work, what the others lack and how fast each is; 1 if yours does not."""
    with one_line_errors():
        report = examine(settings_of(), model)
    stdout.print(json.dumps(report.to_json(), indent=2) if as_json else text_of(report))
    if not report.works:
        raise typer.Exit(1)


@cli.command()
def key() -> None:
    """Make an API key: one line for who asks, one for the settings, which hold its hash only."""
    made = secrets.token_urlsafe(32)
    stdout.print(f"key: {made}")
    stdout.print(f"DENSIGHT_API_KEYS='[\"{hashed(made)}\"]'")


@cli.command()
def version() -> None:
    """Print the version."""
    stdout.print(__version__)


def _answer(
    task: Task[Any, Any], images: list[Path], output: Path | None, options: Options
) -> None:
    """Ask one task about every picture, or about all at once if it wants several.

    Bad pictures are named and the others still answered.
    """
    settings = settings_of()
    logs.configure("error")
    if output is None and JSON not in task.media_types:
        raise typer.BadParameter("the answer is a picture: say where to write it with -o")
    with one_line_errors():
        model = loaded(settings).choose(task.name, options.model)
    question = Question(
        task, options, model, bounds_of(settings, model.device), settings.jpeg_scaling
    )
    failed = 0
    with Progress(console=stderr, transient=True) as progress:
        several = len(task.parts) > 1
        for image, *others in [images] if several else [[image] for image in images]:
            into_folder = output is not None and len(images) > 1 and not several
            target = output / image.name if output and into_folder else output
            shown = _progress_line(progress, image.name)
            told = partial(_tell_of_tiles, image)
            asked = replace(question, bounds=replace(question.bounds, progress=shown, cut=told))
            try:
                text = _answer_one(asked, [image, *others], target, into_folder=into_folder)
                stdout.print(f"{image}: {text}")
            except (DensightError, OSError) as error:
                failed += 1
                stderr.print(f"{image}: {error}", style="red")
    if failed:
        raise typer.Exit(1)


def _answer_one(
    asked: Question, images: list[Path], target: Path | None, *, into_folder: bool
) -> str:
    task, options, model, bounds = asked.task, asked.options, asked.model, asked.bounds
    pictures = [asked.picture(image.read_bytes()) for image in images]
    picture = pictures[0]
    result = task.infer_all(model, pictures, options, bounds)
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
        wanted = _media_type(target, task.offers(picture, options, model, bounds))
        if into_folder:
            target = _named_for(target, wanted)
        with _written(target) as file:
            task.write(result, wanted, file)
    return task.text(result)


@contextmanager
def _written(target: Path) -> Iterator[IO[bytes]]:
    """A file to write; what there is of it goes if the block fails."""
    # A TIFF is read again while it is written, and a pipe can not be.
    piped = target.exists() and not target.is_file()
    try:
        with target.open("wb" if piped else "w+b") as file:
            yield file
    except BaseException:
        if target.is_file():
            target.unlink()
        raise


def _progress_line(progress: Progress, name: str) -> Callable[[int, int], None]:
    line = progress.add_task(name, total=None)

    def show(done: int, total: int) -> None:
        progress.update(line, completed=done, total=total, visible=done < total)

    return show


def _tell_of_tiles(image: Path, exact: bool) -> None:
    if not exact:
        stderr.print(f"{image}: too large for one piece; the model sees it in approximate tiles")


def _media_type(target: Path, offers: tuple[str, ...]) -> str:
    """The format that the file's suffix names, if it is on offer; else the best offer."""
    named = media_type_of(target.suffix)
    return named if named in offers else offers[0]


def _named_for(target: Path, media_type: str) -> Path:
    """Give a file that bears its picture's name the suffix of what is written into it."""
    if media_type_of(target.suffix) == media_type:
        return target
    return target.with_suffix(suffix_of(media_type))


def _add_command(task: Task[Any, Any]) -> None:
    """Add `densight {verb}`: its options are the fields of the task's own options."""

    def command(images: list[Path], output: Path | None, **chosen: object) -> None:
        if len(task.parts) > 1 and len(images) != len(task.parts):
            raise typer.BadParameter(f"{len(task.parts)} pictures are wanted, not {len(images)}")
        _answer(task, images, output, options_of(task, chosen))

    out_help = "File to write, or a folder when there are several pictures."
    which = "Pictures." if len(task.parts) == 1 else f"Pictures: {', '.join(task.parts)}."
    own = {
        "images": (list[Path], inspect.Parameter.empty, typer.Argument(help=which)),
        "output": (Path | None, None, typer.Option("--output", "-o", help=out_help)),
    }
    fields = {
        name: (field.rebuild_annotation(), field.default, typer.Option(help=field.description))
        for name, field in task.options.model_fields.items()
    }
    command.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=default,
                annotation=Annotated[annotation, option],
            )
            for name, (annotation, default, option) in {**own, **fields}.items()
        ]
    )
    cli.command(task.verb, help=f"{task.summary}.")(command)


for _task in TASKS.values():
    _add_command(_task)
add_batch(cli)
