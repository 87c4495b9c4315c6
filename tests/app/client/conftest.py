"""A real server of tiny models for each task, clients of it, and pauses that take no time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.client import Client
from app.main import create_app
from app.settings import Settings
from tests import tiny
from tests.conftest import png, serving


@pytest.fixture(scope="package")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server of tiny models is."""
    models = tmp_path_factory.mktemp("models")
    for make in (tiny.colors, tiny.doubler, tiny.light, tiny.strongest):
        make(models)
    settings = Settings(models=models, device="cpu", data=models / "jobs", watch=False)
    with serving(create_app(settings)) as http:
        yield str(http.base_url)


@pytest.fixture
def client(url: str) -> Iterator[Client]:
    """A client of it."""
    with Client(url) as client:
        yield client


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that a client would have waited."""
    waited: list[float] = []
    monkeypatch.setattr("app.client.wire.sleep", waited.append)
    return waited


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A reddish picture in a file, 12 by 9 pixels."""
    file = tmp_path / "picture.png"
    file.write_bytes(png())
    return file
