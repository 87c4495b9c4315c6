"""A server in a process of its own, which is asked by raw connections and timed from its birth."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from app.runtime.cpu import cores

ROOT = Path(__file__).parent.parent
HOST = "127.0.0.1"

MANY = 50
"""Answers after which all of those who share a port have given one, in all likelihood."""

PAUSE = 0.01
"""Seconds between two questions whether it is up: to ask must not slow down what is asked."""


@dataclass(frozen=True)
class Server:
    """A server that is ready.

    Attributes:
        pid: of its first process.
        port: where it listens on `HOST`.
        alive: seconds from its start to its first answer.
        ready: seconds from its start until it said that it is ready.
    """

    pid: int
    port: int
    alive: float
    ready: float


@contextmanager
def densight(settings: Mapping[str, str], port: int | None = None) -> Iterator[Server]:
    """The service of this checkout, until the block ends; on a free port if none is given.

    Raises:
        subprocess.CalledProcessError: it did not start, or did not end with status 0.
    """
    port = port or free_port()
    command = [sys.executable, "-c", "from app.cli import cli; cli()", "serve", f"--port={port}"]
    environment = {"DENSIGHT_LOG_LEVEL": "error", **settings}
    with running(command, port, ("/livez", "/readyz"), environment) as server:
        yield server


@contextmanager
def densight_by_core(settings: Mapping[str, str]) -> Iterator[list[Server]]:
    """A service for each core, all of them on one port (docs/deploy.md, "Several processes").

    Raises:
        subprocess.CalledProcessError: as `densight`.
    """
    port = free_port()
    alone = {"DENSIGHT_REUSE_PORT": "1", "DENSIGHT_THREADS": "1", "DENSIGHT_WORKERS": "1"}
    with ExitStack() as stack:
        servers = []
        for _ in range(cores()):
            data = {"DENSIGHT_DATA": stack.enter_context(TemporaryDirectory())}
            one = densight({**settings, **alone, **data}, port)
            servers.append(stack.enter_context(one))
        # Whoever is asked may be another one than has just been started: they are asked often.
        ready = 0
        while ready < MANY:
            with httpx.Client(base_url=f"http://{HOST}:{port}") as client:
                ready = ready + 1 if _answers(client, "/readyz") else 0
        yield servers


@contextmanager
def running(
    command: Sequence[str],
    port: int,
    paths: tuple[str, str],
    environment: Mapping[str, str],
    *,
    strict: bool = True,
) -> Iterator[Server]:
    """Start any server, wait until it is ready, end it with the block.

    Args:
        command: what to run, with the checkout as its folder.
        port: where it will listen.
        paths: one that answers 200 when anything does, and one that does when it is ready.
        environment: variables beside those of this process.
        strict: whether it must end with status 0 and leave no process behind.

    Raises:
        subprocess.CalledProcessError: it did not start, or did not end as it must.
    """
    begun = time.perf_counter()
    variables = {**os.environ, **environment}
    child = subprocess.Popen(command, env=variables, cwd=ROOT, start_new_session=not strict)
    try:
        seconds = []
        with httpx.Client(base_url=f"http://{HOST}:{port}", timeout=60) as client:
            for path in paths:
                while child.poll() is None and not _answers(client, path):
                    time.sleep(PAUSE)
                seconds.append(time.perf_counter() - begun)
        if child.returncode is not None:
            raise subprocess.CalledProcessError(child.returncode, command)
        yield Server(child.pid, port, *seconds)
    finally:
        child.terminate()
        status = child.wait()
        if not strict:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
    if status and strict:
        raise subprocess.CalledProcessError(status, command)


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(client: httpx.Client, path: str) -> bool:
    try:
        return client.get(path).status_code == 200
    except httpx.TransportError:  # it does not listen yet
        return False
