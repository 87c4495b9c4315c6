"""The command of each task: pictures in files or a pipe, answered here or by a server."""

import inspect
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from app import completion, logs
from app.cli.asked import STDIN, Asked, Form
from app.cli.here import question_to
from app.cli.options import ASK, AsJson, Key, Url
from app.cli.problems import FORESEEN, problem_of, reason_of
from app.cli.show import show
from app.cli.targets import STDOUT, Targets, targets_of
from app.client.errors import UnexpectedAnswer, Unreachable
from app.tasks.options import Options
from app.tasks.task import JSON, Task
from app.terminal import (
    FAILED,
    UNREACHABLE,
    complain,
    emit,
    flags,
    loaded,
    one_line_errors,
    options_of,
    progressing,
    settings_of,
    stdout,
    tell,
)


@dataclass(frozen=True)
class Asking:
    """What is done with each picture, or with those that a task is asked about together.

    Attributes:
        asked: who answers.
        targets: where the answers are written, if anywhere.
        as_json: whether the JSON forms are printed.
    """

    asked: Asked
    targets: Targets | None
    as_json: bool

    def about(self, pictures: Sequence[Path], nth: str) -> None:
        """Answer one question.

        Args:
            pictures: files, or `STDIN`; the answer is called by the first.
            nth: which of how many it is; empty: the only one.

        Raises:
            Exception: as `Asked` says.
        """
        picture = pictures[0]
        written: list[Path] = []
        document = io.BytesIO()
        forms = []
        if targets := self.targets:

            def opened(media_type: str) -> Any:
                written.append(targets.path(picture, media_type))
                return targets.open(picture, media_type)

            forms.append(Form(targets.accept(picture), opened))
        if self.as_json or not forms:
            forms.append(Form(JSON, lambda _: nullcontext(document)))
        with progressing(f"{picture}{nth}") as progress:
            answered = self.asked.answer(pictures, forms, progress)
        if answered.exact is False:
            tell(picture, "too large for one piece; the model saw it in approximate tiles")
        if self.as_json:
            emit(document.getvalue())
        elif not written:
            show(stdout, str(picture), json.loads(document.getvalue()))
        elif written != [STDOUT]:
            show(stdout, str(picture), {"model": answered.model, "output": str(written[0])})


def ask_each(asking: Asking, questions: Sequence[Sequence[Path]]) -> None:
    """Answer about every picture, or every few; bad ones are named and the others still answered.

    Raises:
        typer.Exit: one could not be answered, which has been told.
    """
    failed = 0
    for number, pictures in enumerate(questions, 1):
        picture = pictures[0]
        nth = f" ({number} of {len(questions)})" if len(questions) > 1 else ""
        try:
            asking.about(pictures, nth)
        except (Unreachable, UnexpectedAnswer) as error:
            complain(reason_of(error), picture)
            raise typer.Exit(UNREACHABLE) from error
        except BrokenPipeError:  # nobody reads any more, so nothing is said
            raise
        except FORESEEN as error:
            failed += 1
            complain(reason_of(error), picture)
            if asking.as_json:
                emit(json.dumps(problem_of(error)).encode())
    if failed:
        raise typer.Exit(FAILED)


def add_task(cli: typer.Typer, task: Task[Any, Any]) -> None:
    """Add `densight {verb}`: its options are the fields of the task's own options."""

    def command(
        images: list[Path],
        output: Path | None,
        as_json: bool,
        url: str | None,
        key: str | None,
        **chosen: object,
    ) -> None:
        options = options_of(task, chosen)
        questions = _questions(task, images)
        targets = _targets(task, [first for first, *_ in questions], output, as_json)
        logs.configure("error")
        with _asked(task, options, url, key) as asked:
            ask_each(Asking(asked, targets, as_json), questions)

    own = {
        "images": (
            list[Path],
            inspect.Parameter.empty,
            typer.Argument(metavar="PICTURE...", help=_pictures_help(task)),
        ),
        "output": (Path | None, None, typer.Option("--output", "-o", help=OUTPUT_HELP)),
    }
    shared = {"as_json": (AsJson, False), "url": (Url, None), "key": (Key, None)}
    fields = {
        name: (
            field.rebuild_annotation(),
            field.default,
            typer.Option(*flags(field), help=field.description, **FURTHER.get(name, {})),
        )
        for name, field in task.options.model_fields.items()
    }
    parameters = {
        name: (Annotated[annotation, told], default)
        for name, (annotation, default, told) in {**own, **fields}.items()
    }
    command.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
            )
            for name, (annotation, default) in {**parameters, **shared}.items()
        ]
    )
    cli.command(task.verb, help=f"{task.summary}.", rich_help_panel=ASK)(command)


OUTPUT_HELP = (
    "File to write the answer to, in the format of its suffix; - is standard output; a folder when "
    "there are several pictures."
)
FURTHER: Mapping[str, dict[str, Any]] = {
    "model": {"metavar": "NAME", "autocompletion": completion.models}
}
"""What a terminal should know of options that any task may have."""


def _pictures_help(task: Task[Any, Any]) -> str:
    if len(task.parts) == 1:
        return "Pictures; - reads one from standard input."
    return f"The pictures {', '.join(task.parts)}; - reads one from standard input."


def _questions(task: Task[Any, Any], images: list[Path]) -> list[list[Path]]:
    """The pictures that belong together."""
    if images.count(STDIN) > 1:
        raise typer.BadParameter("- is standard input, which can be read once only")
    if len(task.parts) == 1:
        return [[image] for image in images]
    if len(images) != len(task.parts):
        raise typer.BadParameter(f"{len(task.parts)} pictures are wanted, not {len(images)}")
    return [images]


def _targets(
    task: Task[Any, Any], images: list[Path], output: Path | None, as_json: bool
) -> Targets | None:
    """Where the answers go; `None`: to people, or as JSON to standard output."""
    if as_json and output == STDOUT:
        raise typer.BadParameter("--json and -o - both want standard output")
    if (as_json or output is None) and JSON not in task.media_types:
        raise typer.BadParameter("the answer is a picture: say where to write it with -o")
    return None if output is None else targets_of(output, images)


@contextmanager
def _asked(
    task: Task[Any, Any], options: Options, url: str | None, key: str | None
) -> Iterator[Asked]:
    if url:
        from app.cli.there import question_at

        with question_at(url, key, task, options) as there:
            yield there
        return
    settings = settings_of()
    with one_line_errors():
        here = question_to(loaded(settings, task.name, options.model), settings, task, options)
    yield here
