"""Health: alive from the first moment, ready when the models are."""

import threading
from pathlib import Path

import httpx
import pytest

from app.runtime.registry import Registry
from tests.conftest import Make, png, serving


def test_alive_and_ready(client: httpx.Client) -> None:
    assert client.get("/livez").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready", "models": 2}


def test_an_empty_folder_is_not_ready(make_app: Make, tmp_path: Path) -> None:
    with serving(make_app(models=tmp_path)) as client:
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "10"
        assert client.get("/livez").status_code == 200


def test_not_ready_while_loading(make_app: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    load = Registry.load
    monkeypatch.setattr(Registry, "load", lambda self: release.wait() and load(self))
    app = make_app()
    try:
        with serving(app, wait=False) as client:
            assert client.get("/livez").status_code == 200
            ready = client.get("/readyz")
            work = client.post(
                "/v1/classification", content=png(), headers={"content-type": "image/png"}
            )
            for answer in (ready, work):
                assert answer.status_code == 503
                assert answer.headers["retry-after"] == "1"
            release.set()
    finally:
        release.set()
