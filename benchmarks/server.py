"""A real `densight serve` process on a free port, for benchmarks and end-to-end tests."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

COMMAND = Path(sys.executable).parent / "densight"


@contextmanager
def serving(settings: Mapping[str, str] | None = None) -> Iterator[httpx.Client]:
    """Start the service, wait until it is ready, stop it at the end.

    Args:
        settings: environment variables beside the present ones.

    Raises:
        subprocess.CalledProcessError: the service did not start, or did not end with status 0.
    """
    with started(settings) as (process, client):
        try:
            yield client
        finally:
            process.terminate()
            status = process.wait()
    if status:
        raise subprocess.CalledProcessError(status, process.args)


@contextmanager
def started(
    settings: Mapping[str, str] | None = None, port: int | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], httpx.Client]]:
    """Start the service and wait until it is ready, or has ended; how it ends is the caller's.

    Args:
        settings: environment variables beside the present ones.
        port: to listen on; a free one where none is given.
    """
    address = f"http://127.0.0.1:{port or free_port()}"
    # Of several checkouts that share an environment, this one.
    checkout = {"PYTHONPATH": str(Path(__file__).parent.parent), "DENSIGHT_LOG_LEVEL": "error"}
    environment = {**os.environ, **checkout, **(settings or {})}
    command = [str(COMMAND), "serve", "--port", address.rpartition(":")[2]]
    with subprocess.Popen(command, env=environment) as process:
        try:
            with httpx.Client(base_url=address, timeout=120) as client:
                while process.poll() is None and not _is_ready(client):
                    pass
                yield process, client
        finally:
            process.kill()  # one that has ended does not mind


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _is_ready(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx.ConnectError:  # it does not listen yet
        return False
