"""`python -m benchmarks.large`: memory that the service takes for a picture that is large."""

import io
import time
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


def ask(
    client: httpx.Client, pid: int, task: str, picture: bytes, query: str
) -> tuple[int, int, float]:
    """Ask once.

    Returns:
        Bytes of memory at most above those before, bytes of the answer, and seconds until it began.

    Raises:
        httpx.HTTPStatusError: it was refused.
    """
    before, _ = memory(pid)
    forget_peak(pid)
    begun, size = time.perf_counter(), 0
    headers = {"content-type": "image/jpeg"}
    url = f"/v1/{task}?{query}"
    with client.stream("POST", url, content=picture, headers=headers) as answer:
        taken = time.perf_counter() - begun
        if answer.is_error:
            answer.read()
            answer.raise_for_status()
        for piece in answer.iter_bytes():
            size += len(piece)
    return memory(pid)[1] - before, size, taken


def main(
    width: Annotated[int, typer.Option(help="Pixels from left to right.")] = 4000,
    height: Annotated[int, typer.Option(help="Pixels from top to bottom.")] = 3000,
    task: Annotated[str, typer.Option(help="That is asked.")] = "super-resolution",
    query: Annotated[list[str] | None, typer.Option(help="Such as format=png; one a try.")] = None,
    models: Annotated[Path | None, typer.Option(help="Folder of models.")] = None,
) -> None:
    """Ask a new service about a large picture, print the most memory it took above the idle one."""
    picture = photo(width, height)
    settings = {"DENSIGHT_DEADLINE": str(HOUR)}
    if models is not None:
        settings["DENSIGHT_MODELS"] = str(models)
    for wanted in query or ["format=png", "format=tiff"]:
        with started(settings) as (process, client):
            client.timeout = httpx.Timeout(HOUR)
            idle, _ = memory(process.pid)
            above, size, taken = ask(client, process.pid, task, picture, wanted)
            print(
                f"{width}x{height} {task} {wanted}: {above / MB:.0f} MB above the idle "
                f"{idle / MB:.0f} MB, an answer of {size / MB:.1f} MB in {taken:.0f} s"
            )


if __name__ == "__main__":
    typer.run(main)
