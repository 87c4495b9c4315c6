"""From a third party's ONNX file to a published model, and a line that says so."""

from pathlib import Path

from export.commands.console import console, one_line
from export.wrapping.third_party import read
from export.wrapping.wrap import Wrapped, wrap
from export.wrapping.wrapping import Wrapping


def publish(
    wrapping: Wrapping,
    file: Path,
    models: Path,
    *,
    input: str | None = None,
    output: str | None = None,
) -> None:
    """Wrap the file and say what came out."""
    with one_line(), console.status(f"{wrapping.name}: reading {file}") as status:
        made = wrap(
            read(file, input, output),
            wrapping,
            models,
            say=lambda step: status.update(f"{wrapping.name}: {step}"),
        )
    tell(made, str(file))


def tell(made: Wrapped, origin: str) -> None:
    """Say what came out, and how near it is to the original."""
    agreement = made.agreement
    console.print(
        f"{made.path}  {made.path.stat().st_size / 1e6:.2f} MB, from {origin}, "
        f"{agreement.output} within {agreement.error:.1e} of the original "
        f"({agreement.relative:.1e} of its largest) on {agreement.pictures} pictures; "
        f"added behind it: {made.added}",
        highlight=False,
        soft_wrap=True,
    )
