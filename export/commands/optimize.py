"""`python -m export optimize`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Column, Table

from export.commands.console import Models, console, one_line
from export.errors import ExportError
from export.optimize import CALIBRATION, Precision, Variant
from export.optimize import optimize as make


def optimize(
    name: Annotated[str, typer.Argument(help="Of a published model.")],
    int8: Annotated[
        bool, typer.Option("--int8", help="8-bit integers: for processors. Needs --data.")
    ] = False,
    fp16: Annotated[
        bool, typer.Option("--fp16", help="Half precision: for GPUs, half the bytes.")
    ] = False,
    data: Annotated[
        Path | None,
        typer.Option(help="Folder of pictures like those to come, or of the training archives."),
    ] = None,
    max_drop: Annotated[
        float | None,
        typer.Option(
            min=0,
            help="What may be lost; if not given 0.01 of a share, 0.3 dB, 0.03 of NSS.",
        ),
    ] = None,
    calibrate: Annotated[
        int, typer.Option(min=1, help="Pictures to learn the range of values from, at most.")
    ] = CALIBRATION,
    models: Models = Path("models"),
) -> None:
    """Make a faster variant of a published model beside it: NAME-int8 or NAME-fp16."""
    if int8 == fp16:
        raise typer.BadParameter("give either --int8 or --fp16")
    if int8 and data is None:
        raise typer.BadParameter("--int8 needs --data: pictures to learn the range of values from")
    path = models / f"{name}.onnx"
    with one_line(), console.status(f"{name}: reading") as status:
        if not path.is_file():
            raise ExportError(f"no model is published as {path}")
        variant = make(
            path,
            Precision.INT8 if int8 else Precision.FP16,
            data,
            count=calibrate,
            max_drop=max_drop,
            say=lambda step: status.update(f"{name}: {step}"),
        )
    _tell(variant, path)


def _tell(variant: Variant, path: Path) -> None:
    right = Column("float", justify="right"), Column(variant.path.stem, justify="right")
    table = Table("", *right)
    lost, speed = variant.comparison, variant.speed
    table.add_row(lost.metric, f"{lost.before:.4f}", f"{lost.after:.4f}")
    table.add_row("ms a picture", f"{1e3 * speed.before:.4g}", f"{1e3 * speed.after:.4g}")
    sizes = (f"{file.stat().st_size / 1e6:.2f}" for file in (path, variant.path))
    table.add_row("MB", *sizes)
    console.print(table)
    console.print(
        f"{variant.path}  {speed.ratio:.2f} times as fast on this machine",
        highlight=False,
        soft_wrap=True,
    )
