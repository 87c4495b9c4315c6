"""One real problem document of every kind, provoked in services with odd settings."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from starlette.testclient import TestClient

from app.errors import DensightError, InvalidModel, JobInterrupted, ModelControlOff
from app.http.job_description import PATH
from app.http.problems import problem_of
from app.jobs.jobs import ATTEMPTS
from app.main import create_app
from app.runtime.model import Model
from app.runtime.runs import telling_of_memory
from app.settings import Settings
from app.tasks import TASKS
from tests import tiny
from tests.app.imaging.geo import geotiff
from tests.conftest import held, png, serving
from tests.later import ask, asked
from tests.recorded.answers import CLASSIFY, raw, shipped

CAT = raw("cat.jpg")
LATER = {"prefer": "respond-async"}

Problems = dict[str, dict[str, Any]]


@contextmanager
def busy(client: httpx.Client) -> Iterator[None]:
    """Let a request be worked on while the block lasts."""
    first = threading.Thread(target=client.post, args=[CLASSIFY], kwargs=CAT)
    with held(TASKS["classification"]) as begun:
        first.start()
        begun.wait()
        yield
    first.join()


def problems(folder: Path) -> Problems:
    """The documents by the name of their kind."""
    found: Problems = {}

    def record(answer: httpx.Response, kind: type[DensightError] | None = None) -> None:
        document = answer.json()
        if kind is not None:  # below /v2, where only the detail is told
            document = problem_of(kind(document["error"])).to_json()
        if "type" not in document:  # accepted, so that something after it is refused
            return
        assert document["status"] == answer.status_code, answer.text
        found[document["type"].rpartition(":")[2]] = document

    _of_requests(folder / "requests", record)
    _of_bounds(folder / "bounds", record)
    _of_jobs(folder / "jobs", record)
    _of_models(folder / "models", record)
    _of_choices(folder / "choices", record)
    # It takes a process that is killed again and again.
    message = f"the service ended {ATTEMPTS} times while it did this job"
    found["job-interrupted"] = problem_of(JobInterrupted(message)).to_json()
    return found


def _of_requests(folder: Path, record: Any) -> None:
    with shipped(folder, "resnet56-cifar10", api_keys=("key",)) as client:
        record(client.get("/v1/models"))
        client.headers["authorization"] = "Bearer key"

        def ask(query: str = "", content: bytes = CAT["content"], **headers: str) -> None:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            sent = {"content-type": "image/jpeg", **named}
            record(client.post(CLASSIFY + query, content=content, headers=sent))

        ask(content=b"")
        ask("?model=resnet50")
        ask(accept="image/png")
        ask(content=b"no picture")
        ask(content_type="text/plain")
        ask(content=CAT["content"][:5000])
        ask("?frame=1")
        ask("?window=40,400")
        ask("?top_k=0")
        ask(prefer="respond-async", x_webhook="https://example.org/densight")
        ask(prefer="respond-async", idempotency_key="one")
        ask("?top_k=1", prefer="respond-async", idempotency_key="one")


def _of_bounds(folder: Path, record: Any) -> None:
    size = len(CAT["content"])
    small = {"max_bytes": size, "max_pixels": 10_000, "max_pixels_made": 10_000}
    with shipped(folder / "small", "resnet56-cifar10", **small) as client:
        record(client.post(CLASSIFY, **CAT))
        record(client.post(CLASSIFY, content=bytes(size + 1), headers=CAT["headers"]))
    narrow = {"workers": 1, "queue": 0}
    with shipped(folder / "narrow", "resnet56-cifar10", **narrow) as client, busy(client):
        record(client.post(CLASSIFY, **CAT))
    full = {"max_bytes": size, "max_bytes_at_once": size}
    with shipped(folder / "full", "resnet56-cifar10", **full) as client, busy(client):
        record(client.post(CLASSIFY, **CAT))
    with shipped(folder / "late", "resnet56-cifar10", "resnet-saliency") as client:
        with held(TASKS["classification"]):
            sent = {**CAT["headers"], "x-deadline-ms": "100"}
            record(client.post(CLASSIFY, content=CAT["content"], headers=sent))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Model, "run", _short_of_memory)
            record(client.post(CLASSIFY, **CAT))
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(sys.modules, "rasterio", None)
            placed = geotiff(np.zeros((9, 12, 3), np.uint8))
            headers = {"content-type": "image/tiff"}
            record(client.post("/v1/saliency?format=tiff", content=placed, headers=headers))


def _short_of_memory(*_: Any, **__: Any) -> Any:
    with telling_of_memory():
        raise MemoryError


def _of_jobs(folder: Path, record: Any) -> None:
    with shipped(folder / "open", "resnet56-cifar10") as client:
        record(client.get(f"{PATH}/9f1c0b5e2a7d4c3f8e6b1a0d9c8b7a65"))
        with held(TASKS["classification"]) as begun:
            job = asked(client, CAT["content"], CLASSIFY)
            begun.wait()
            record(client.get(job["links"]["result"]))
            client.delete(job["links"]["self"])
            record(client.get(job["links"]["result"]))
    with shipped(folder / "full", "resnet56-cifar10", job_disk=1) as client:
        record(ask(client, CAT["content"], CLASSIFY))


def _of_choices(folder: Path, record: Any) -> None:
    pictures = {"image": CAT["content"], "next": raw("coffee-150.png")["content"]}
    with shipped(folder, "ubernet", "resnet-style", "densenet-flow") as client:
        record(client.post("/v1/semantic-boundaries?class=Sheep", **CAT))
        record(client.post("/v1/scene?tasks=edges,style", **CAT))
        record(client.post("/v1/style?style=fresco", **CAT))
        record(client.post("/v1/flow", files=pictures))


def _of_models(folder: Path, record: Any) -> None:
    folder.mkdir()
    tiny.colors(folder, evidence=False)
    tiny.colors(folder, name="broken", task="portraits")
    settings = Settings(models=folder, device="cpu", data=folder / "data", watch=False)
    app = create_app(settings.model_copy(update={"model_control": False}))
    with serving(app) as client:
        headers = {"content-type": "image/png"}
        record(client.post(f"{CLASSIFY}?explain=true", content=png(), headers=headers))
        record(client.post("/v2/repository/models/colors/load"), ModelControlOff)
        record(client.get("/v2/models/broken"), InvalidModel)
    # It is never entered, so no models are loaded and the folder of jobs is not opened.
    beginning = TestClient(create_app(settings))
    record(beginning.get("/v1/models"))
    record(beginning.get(f"{PATH}/9f1c0b5e2a7d4c3f8e6b1a0d9c8b7a65"))
