"""`python -m benchmarks.large`: memory that the service takes to enlarge a picture four times."""

import hashlib
import io
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import httpx
import typer
from PIL import Image

from benchmarks.server import started

PHOTO = Path(__file__).parent.parent / "examples" / "coffee-150.png"

HOUR = 3600.0

MB = 10**6


def photo(width: int, height: int) -> bytes:
    """An example picture of that size as a JPEG."""
    buffer = io.BytesIO()
    with Image.open(PHOTO) as image:
        resized = image.convert("RGB").resize((width, height), Image.Resampling.BICUBIC)
        resized.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def memory(pid: int) -> tuple[int, int]:
    """Resident memory of a process now, and the most of it since `forget_peak`, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    now, peak = (
        int(status.partition(f"{name}:")[2].split()[0]) * 1024 for name in ("VmRSS", "VmHWM")
    )
    return now, peak


def forget_peak(pid: int) -> None:
    """Let the most memory of a process be that of now (`man proc_pid_clear_refs`)."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def enlarge(
    client: httpx.Client, pid: int, picture: bytes, params: Mapping[str, str]
) -> tuple[int, int, float, str]:
    """Ask once.

    Returns:
        Bytes of memory at most above those before, bytes of the answer, seconds until it began, and
        its SHA-256.

    Raises:
        httpx.HTTPStatusError: it was refused.
    """
    before, _ = memory(pid)
    forget_peak(pid)
    begun, size, digest = time.perf_counter(), 0, hashlib.sha256()
    headers = {"content-type": "image/jpeg"}
    asked = client.stream(
        "POST", "/v1/super-resolution", params=params, content=picture, headers=headers
    )
    with asked as answer:
        taken = time.perf_counter() - begun
        if answer.is_error:
            answer.read()
            answer.raise_for_status()
        for piece in answer.iter_bytes():
            size += len(piece)
            digest.update(piece)
    return memory(pid)[1] - before, size, taken, digest.hexdigest()


def main(
    width: Annotated[int, typer.Option(help="Pixels from left to right.")] = 4000,
    height: Annotated[int, typer.Option(help="Pixels from top to bottom.")] = 3000,
    format: Annotated[list[str] | None, typer.Option(help="Of the answer.")] = None,
    model: Annotated[str, typer.Option(help="That enlarges.")] = "srdensenet-x4",
    models: Annotated[Path | None, typer.Option(help="Folder of models.")] = None,
) -> None:
    """Start the service, enlarge one picture in each format, print the most memory it took."""
    picture = photo(width, height)
    settings = {"DENSIGHT_DEADLINE": str(HOUR)}
    if models is not None:
        settings["DENSIGHT_MODELS"] = str(models)
    with tempfile.TemporaryDirectory() as folder:
        settings["TMPDIR"] = folder
        for wanted in format or ["png", "tiff"]:
            with started(settings) as (process, client):
                client.timeout = httpx.Timeout(HOUR)
                idle, _ = memory(process.pid)
                params = {"model": model, "format": wanted}
                above, size, taken, _ = enlarge(client, process.pid, picture, params)
                print(
                    f"{width}x{height} by {model} as {wanted}: {above / MB:.0f} MB above the idle "
                    f"{idle / MB:.0f} MB, an answer of {size / MB:.0f} MB in {taken:.0f} s"
                )


if __name__ == "__main__":
    typer.run(main)
