"""What many tests need: data, a folder of tiny models, an application and pictures."""

import io
import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import numpy as np
import pytest
import uvicorn
from fastapi import FastAPI
from numpy.typing import NDArray
from PIL import Image

from app.http.connection import Connection
from app.http.server import Server
from app.main import create_app
from app.settings import Settings
from app.tasks.task import Task
from tests import tiny

ROOT = Path(__file__).parent.parent

# How long an example takes depends on what else the machine does.
hypothesis.settings.register_profile("densight", deadline=None)
hypothesis.settings.load_profile("densight")

collect_ignore = [] if find_spec("keras") else ["keras"]
"""TensorFlow is large, so those tests have a venv of their own (`make keras`)."""


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of whoever runs the tests must not decide how they end."""
    for name in os.environ:
        if name.startswith(("DENSIGHT_", "OTEL_")) and name != "DENSIGHT_DATA_DIR":
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """A command that a test calls sets up the log, to a stream of the test's own, which ends."""
    root = logging.getLogger()
    level = root.level
    yield
    root.setLevel(level)
    for handler in root.handlers[:]:
        if isinstance(handler, logging.StreamHandler) and getattr(handler.stream, "closed", False):
            root.removeHandler(handler)


@pytest.fixture(autouse=True, scope="session")
def _own_state(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Servers that tests start keep their jobs apart from those of whoever runs the tests."""
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of training data and published weights, which is not part of the repository."""
    folder = Path(os.environ.get("DENSIGHT_DATA_DIR", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no training data in {folder}; DENSIGHT_DATA_DIR names another folder")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A models folder with a classifier and a super-resolution."""
    models = tmp_path / "models"
    models.mkdir()
    tiny.colors(models)
    tiny.doubler(models)
    return models


Make = Callable[..., FastAPI]


@pytest.fixture
def make_app(folder: Path) -> Make:
    """Make an application over the tiny models, with other settings where given."""

    def make(**settings: object) -> FastAPI:
        ours = {"models": folder, "device": "cpu", "data": folder.parent / "jobs"}
        return create_app(Settings(**{**ours, **settings}))

    return make


@pytest.fixture
def client(make_app: Make) -> Iterator[httpx.Client]:
    """A client of a real server whose models are loaded."""
    with serving(make_app()) as client:
        yield client


@contextmanager
def serving(app: FastAPI, *, wait: bool = True) -> Iterator[httpx.Client]:
    """Serve an application on a free port of this machine, from a thread of this process."""
    config = uvicorn.Config(app, "127.0.0.1", 0, log_config=None, lifespan="on", http=Connection)
    server = Server(config)
    socket = config.bind_socket()
    socket.listen()  # whoever connects before the server runs waits instead of being refused
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]})
    thread.start()
    try:
        address = f"http://127.0.0.1:{socket.getsockname()[1]}"
        with httpx.Client(base_url=address, timeout=60) as client:
            if wait:
                until_ready(client)
            yield client
    finally:
        server.should_exit = True
        thread.join()


def until_ready(client: httpx.Client) -> None:
    """Ask until the models are loaded; that happens while the server runs already."""
    while client.get("/readyz").json().get("detail") == "models are still being loaded":
        pass


@contextmanager
def held(task: Task[Any, Any]) -> Iterator[threading.Event]:
    """Hold every inference of a task while the block lasts; the event is set when one has begun."""
    begun, release, infer = threading.Event(), threading.Event(), task.infer

    def waiting(*given: Any) -> object:
        begun.set()
        release.wait()
        return infer(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(task, "infer", waiting)
        try:
            yield begun
        finally:
            release.set()


def png(color: tuple[int, ...] = (200, 10, 10), size: tuple[int, int] = (12, 9)) -> bytes:
    """A picture of one colour as a PNG file."""
    return file(Image.new("RGB" if len(color) == 3 else "RGBA", size, color))


def noise(width: int, height: int, channels: int = 3, seed: int = 0) -> NDArray[np.uint8]:
    """Random pixels, uint8 `[height, width, channels]`."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, channels), np.uint8)


def file(image: Image.Image, format: str = "PNG", **options: Any) -> bytes:
    """An image as the bytes of a file."""
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def opened_at(url: str, client: httpx.Client, data: bytes, **params: str) -> Image.Image:
    """Post a picture of PNG and open the PNG that answers it."""
    headers = {"content-type": "image/png"}
    answer = client.post(url, params=params, content=data, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/png"
    return Image.open(io.BytesIO(answer.content))
