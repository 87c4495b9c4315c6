"""`python -m benchmarks.load`: load on any server that takes pictures as bodies."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit, urlunsplit

import typer

from benchmarks.connection import post
from benchmarks.loops import arrivals, closed, opened


def main(
    url: Annotated[str, typer.Argument(help="Such as http://127.0.0.1:8000/v1/saliency.")],
    pictures: Annotated[list[Path], typer.Argument(help="Files, posted by turns.", exists=True)],
    clients: Annotated[int, typer.Option(help="Of the closed loop.")] = 16,
    rate: Annotated[float, typer.Option(help="Requests a second of an open loop.")] = 0,
    seconds: Annotated[float, typer.Option(help="How long.", min=0.1)] = 10,
    even: Annotated[bool, typer.Option("--even", help="Equal gaps in the open loop.")] = False,
    seed: Annotated[int, typer.Option(help="Of the gaps of the open loop.")] = 0,
) -> None:
    """Send load to a server and print what came of it; an open loop if there is a rate."""
    parts = urlsplit(url)
    target = urlunsplit(parts._replace(scheme="", netloc=""))
    host, port = parts.hostname or "", parts.port or 80
    requests = [
        post(target, file.read_bytes(), "application/octet-stream", host=parts.netloc)
        for file in pictures
    ]
    if rate:
        times = arrivals(rate, max(1, round(rate * seconds)), seed=seed, poisson=not even)
        answers = opened(host, port, requests, times)
    else:
        answers = closed(host, port, requests, clients=clients, seconds=seconds)
    print(answers)


if __name__ == "__main__":
    typer.run(main)
