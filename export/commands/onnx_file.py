"""`python -m export onnx`."""

import re
from pathlib import Path
from typing import Annotated, get_args

import typer

from app.card import Interpolation
from export.commands.console import Models, Name, checked_name, known, one_line, slug
from export.commands.wrapping import publish
from export.labels import HELP
from export.labels import labels as labels_of
from export.wrapping.activation import Activation
from export.wrapping.answers import ANSWERS
from export.wrapping.geometry import WantedFit
from export.wrapping.pixels import Color, Layout
from export.wrapping.wrapping import Wrapping

MEANS = (
    "say what the network was trained with, such as --mean 0.485,0.456,0.406 "
    "--std 0.229,0.224,0.225; --mean 0 if nothing was subtracted"
)


def onnx_file(
    file: Annotated[Path, typer.Argument(help="An ONNX file, its external data beside it.")],
    task: Annotated[str, typer.Option(help=f"One of {known(ANSWERS)}.")],
    labels: Annotated[str | None, typer.Option(help=HELP)] = None,
    mean: Annotated[
        str | None,
        typer.Option(help="Of the channels in the network's order, or one for all; see --range."),
    ] = None,
    std: Annotated[str, typer.Option(help="Likewise.")] = "1",
    range: Annotated[
        float, typer.Option(help="What white is before the mean is subtracted: 1, or 255.")
    ] = 1,
    color: Annotated[Color, typer.Option(help="Channels that the network takes.")] = Color.rgb,
    layout: Annotated[
        Layout | None, typer.Option(help="Of its input; told by its shape if absent.")
    ] = None,
    activation: Annotated[
        Activation, typer.Option(help="What is put behind it; auto: what is missing.")
    ] = Activation.auto,
    input: Annotated[str | None, typer.Option(help="Name of the input, of several.")] = None,
    output: Annotated[str | None, typer.Option(help="Name of the output, of several.")] = None,
    crop: Annotated[int | None, typer.Option(help="Side of the centre crop.", min=1)] = None,
    resize: Annotated[
        int | None, typer.Option(help="Shortest side before the crop; crop / 0.875.", min=1)
    ] = None,
    size: Annotated[
        str | None, typer.Option(metavar="HxW", help="Stretch pictures to this size.")
    ] = None,
    longest: Annotated[
        int | None, typer.Option(help="Longest side of pictures that keep their shape.", min=1)
    ] = None,
    interpolation: Annotated[
        str, typer.Option(help=f"One of {known(get_args(Interpolation))}.")
    ] = "bilinear",
    name: Name = None,
    title: Annotated[str, typer.Option(help="One line for people.")] = "",
    license: Annotated[str, typer.Option(help="Of the weights, an SPDX expression.")] = "",
    author: Annotated[str, typer.Option(help="Of the weights.")] = "",
    training_data: Annotated[str, typer.Option(help="What it was trained on.")] = "not stated",
    models: Models = Path("models"),
) -> None:
    """Make a model of anybody's ONNX file, without torch.

    A pixel becomes (level * range - mean) / std, where white has level 1. Keras' three ways:
    caffe is --range 255 --mean 103.939,116.779,123.68 --color bgr, tf is --mean 0.5 --std 0.5,
    torch is --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225.
    """
    if task not in ANSWERS:
        raise typer.BadParameter(f"no task is called {task!r}; there are {known(ANSWERS)}")
    if interpolation not in get_args(Interpolation):
        raise typer.BadParameter(f"--interpolation is one of {known(get_args(Interpolation))}")
    if mean is None:
        # Of enlargers most take levels as they are; what others take nobody can tell.
        if task != "super-resolution":
            raise typer.BadParameter(MEANS)
        mean = "0"
    with one_line():
        wrapping = Wrapping(
            name=checked_name(name or slug(file.stem)),
            task=task,
            title=title or f"{file.stem}, a third party's network",
            mean=_numbers("--mean", mean),
            std=_numbers("--std", std),
            range=range,
            color=color,
            layout=layout,
            activation=activation,
            labels=labels_of(labels) if labels else None,
            fit=WantedFit(resize, crop, _size(size), longest, interpolation),  # type: ignore[arg-type]
            license=license,
            author=author,
            training_data=training_data,
        )
    publish(wrapping, file, models, input=input, output=output)


def _numbers(option: str, text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise typer.BadParameter(f"{option} takes numbers with commas between") from None


def _size(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    found = re.fullmatch(r"([1-9]\d*)x([1-9]\d*)", text)
    if found is None:
        raise typer.BadParameter("--size is a height and a width, such as 224x224")
    return int(found[1]), int(found[2])
