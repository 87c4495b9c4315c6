"""The command `densight batch`: a task for every picture of a folder or a list."""

import inspect
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from app import completion, logs
from app.batch import summary as summaries
from app.batch.answers import Answers
from app.batch.flags import media_type_of, task_of, task_options
from app.batch.inputs import Input, in_folder, in_list, is_picture, overwritten
from app.batch.journal import Journal, Record
from app.batch.naming import bases
from app.batch.progress import shown
from app.batch.room import Room
from app.batch.stopping import stopped_by_signals
from app.batch.work import each
from app.catalog import bounds_of, workers_of
from app.question import SUFFIXES, Question
from app.tasks import TASKS
from app.terminal import (
    FAILED,
    INTERRUPTED,
    complain,
    loaded,
    one_line_errors,
    options_of,
    settings_of,
    stderr,
    stdout,
)

LISTED = 20
"""Failures that are listed at the end; the summary has all of them."""


def batch(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="INPUT",
            help="Folder of pictures, or a file with a path a line; - reads such lines from stdin.",
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the answers.")],
    task: Annotated[
        str,
        typer.Option(
            metavar="|".join(TASKS), help="What is asked.", autocompletion=completion.tasks
        ),
    ],
    model: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="`name` or `name@version` of a model; else the task's default.",
            autocompletion=completion.models,
        ),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(metavar="|".join(SUFFIXES), help="Of the answers; else the task's own."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Pictures at once; else one for each core.")
    ] = None,
    summary: Annotated[
        summaries.Form, typer.Option(help="JSON Lines are written in any case.")
    ] = "jsonl",
    redo: Annotated[bool, typer.Option("--redo", help="Answer again what is there.")] = False,
    url: Annotated[str | None, typer.Option("--url", envvar="DENSIGHT_URL", hidden=True)] = None,
    **chosen: object,
) -> None:
    """Ask a task about every picture of a folder or a list; started again, it goes on."""
    if url:
        told = "batch asks the models of this machine: it takes no --url and no DENSIGHT_URL"
        raise typer.BadParameter(told)
    asked = task_of(task)
    given = {name: value for name, value in chosen.items() if value is not None}
    options = options_of(asked, {"model": model, **given})
    media_type = None if format is None else media_type_of(asked, format)
    settings = settings_of(workers=workers)
    logs.configure("error")
    again = "--redo begins anew" if redo else "the same command goes on"
    unreadable: list[OSError] = []
    pictures = _pictures(source, output, unreadable)
    with one_line_errors():
        registry = loaded(settings, asked.name, options.model)
        chosen_model = registry.choose(asked.name, options.model)
    bounds = bounds_of(settings, chosen_model.device)
    question = Question(asked, options, chosen_model, bounds, settings.jpeg_scaling)
    try:
        output.mkdir(parents=True, exist_ok=True)
        with Journal(output) as journal:
            answers = Answers(
                question,
                media_type,
                output,
                bases([picture.name for picture in pictures]),
                journal,
                settings.max_bytes,
                Room(settings.max_pixels_at_once),
                registry.execution.traffic,
            )
            todo = [p for p in pictures if redo or not answers.are_there(p)]
            if len(todo) < len(pictures):
                stderr.print(f"answered already: {len(pictures) - len(todo)} of {len(pictures)}")
            with registry.execution.traffic:  # what waits for a thread is traffic as well
                failed, left = _work(answers, todo, workers_of(settings, registry.execution))
            if left:
                stderr.print(f"stopped, with {left} left; {again}")
                raise typer.Exit(INTERRUPTED)
            journal.settle()
            records = partial(_records, journal, pictures)
            written = summaries.write(summary, output, records, question)
    except OSError as error:
        complain(f"{error}; what is finished is kept, and {again}")
        raise typer.Exit(FAILED) from error
    stdout.print(f"{len(pictures)} pictures, {len(todo) - len(failed)} answered now, {written}")
    _list([f"{record['input']}: {record['problem']}" for record in failed])
    _list([f"{error.filename}: {error.strerror}" for error in unreadable])
    if failed or unreadable:
        raise typer.Exit(FAILED)


def add_batch(cli: typer.Typer, group: str | None = None) -> None:
    """Add the command, which also has the options of all tasks.

    Args:
        cli: that gets it.
        group: of commands in the help.
    """
    own = inspect.signature(batch)
    parameters = [p for p in own.parameters.values() if p.kind is not p.VAR_KEYWORD]
    further = [p for p in task_options() if p.name not in own.parameters]
    batch.__signature__ = own.replace(parameters=[*parameters, *further])  # type: ignore[attr-defined]
    cli.command(rich_help_panel=group)(batch)


def _pictures(source: Path, output: Path, unreadable: list[OSError]) -> list[Input]:
    """What is to be answered; what can not be looked into is added to `unreadable`."""
    if source.is_dir():
        pictures = list(in_folder(source, output, unreadable.append))
    elif is_picture(source.name):
        raise typer.BadParameter(f"{source} is a picture; INPUT is a folder or a list of pictures")
    else:
        try:
            pictures = list(in_list(_lines(source)))
        except OSError as error:
            raise typer.BadParameter(f"{source}: {error.strerror}") from error
        except ValueError as error:
            raise typer.BadParameter(f"{source}: {error}") from error
    folders = dict.fromkeys([source] if source.is_dir() else [p.path.parent for p in pictures])
    if (folder := overwritten(folders, output)) is not None:
        raise typer.BadParameter(f"answers in {output} could replace the pictures in {folder}")
    return pictures


def _lines(source: Path) -> Iterator[bytes]:
    if str(source) == "-":
        yield from sys.stdin.buffer
    else:
        with source.open("rb") as file:
            yield from file


def _work(answers: Answers, todo: list[Input], workers: int) -> tuple[list[Record], int]:
    """Answer the pictures; which failed, and how many are left because it was stopped."""
    failed, left = [], len(todo)
    with shown(stderr, len(todo)) as advance, stopped_by_signals() as stopping:
        for record in each(answers.make, todo, workers, stopping):
            left -= 1
            if "problem" in record:
                failed.append(record)
            advance("problem" not in record)
    return failed, left


def _records(journal: Journal, pictures: list[Input]) -> Iterator[Record]:
    for picture in pictures:
        record = journal.latest(picture.name)
        if record is not None:
            yield record


def _list(lines: list[str]) -> None:
    for line in lines[:LISTED]:
        complain(line)
    if len(lines) > LISTED:
        complain(f"and {len(lines) - LISTED} more, which the summary names")
