"""Answers of the shipped models to the example pictures, as the API's description shows them."""

from collections.abc import Iterator
from contextlib import contextmanager
from mimetypes import guess_type
from pathlib import Path
from typing import Any

import httpx

from app.main import create_app
from app.settings import MODELS, Settings
from app.tasks import TASKS
from app.tasks.task import JSON, Task
from tests.conftest import ROOT, held, serving
from tests.later import asked, events
from tests.shipped import answered, answering

EXAMPLES = ROOT / "examples"
CLASSIFY = "/v1/classification"

TENSORS = {
    "inputs": [
        {"name": "image", "shape": [1, 1, 2, 3], "datatype": "FP32", "data": [0.5] * 3 + [1] * 3}
    ],
    "outputs": [{"name": "upscaled"}],
}
"""Two pixels for the model `srdensenet-x4`."""

Answers = dict[str, dict[str, dict[str, Any]]]
"""Operation -> status -> media type -> what was answered."""

VARYING = ("job", "stats", "metrics")
"""Parts of the names of operations whose answers are times and counts."""


@contextmanager
def shipped(folder: Path, *names: str, **settings: Any) -> Iterator[httpx.Client]:
    """Serve a model for every task that one ships for, or those named, from an empty folder."""
    folder.mkdir(parents=True)
    models, data = folder / "models", folder / "data"
    models.mkdir()
    for file in [MODELS / f"{name}.onnx" for name in names] or answering():
        (models / file.name).symlink_to(file)
    usual = {"models": models, "device": "cpu", "data": data, "watch": False}
    with serving(create_app(Settings(**{**usual, **settings}))) as client:
        yield client


SHOWN = 8
"""Members of a list that an example shows."""

LINE = 100
"""Characters that it shows of a picture."""


def raw(name: str, **headers: str) -> dict[str, Any]:
    """A picture of the examples as the body of a request."""
    media_type = guess_type(name)[0] or ""
    return {
        "content": (EXAMPLES / name).read_bytes(),
        "headers": {"content-type": media_type, **headers},
    }


def about(task: Task[Any, Any], **headers: str) -> dict[str, Any]:
    """The pictures of a task, as the body of a request."""
    if len(task.parts) == 1:
        return raw(task.samples[0], **headers)
    files = {
        part: (EXAMPLES / sample).read_bytes()
        for part, sample in zip(task.parts, task.samples, strict=True)
    }
    return {"files": files, "headers": headers}


def served() -> list[Task[Any, Any]]:
    """The tasks that a model is shipped for."""
    return [task for name, task in TASKS.items() if name in answered()]


def answers(folder: Path) -> Answers:
    """Ask every operation that answers in text."""
    found: Answers = {}

    def record(operation: str, answer: httpx.Response) -> None:
        assert answer.is_success, answer.text
        media_type = answer.headers["content-type"].partition(";")[0]
        told = answer.json() if media_type.endswith("json") else answer.text
        if operation in TASKS:
            told = shortened(told)
        recorded = found.setdefault(operation, {}).setdefault(str(answer.status_code), {})
        recorded[media_type] = told

    with shipped(folder) as client:
        for task in served():
            if task.document is not None:
                sent = about(task, accept=JSON)
                record(task.name, client.post(f"/v1/{task.name}", **sent))
        _jobs(client, record)
        for operation, method, path in (
            ("get_model", "GET", "/v1/models/resnet56-cifar10"),
            ("livez", "GET", "/livez"),
            ("readyz", "GET", "/readyz"),
            ("oip_server", "GET", "/v2"),
            ("oip_server_live", "GET", "/v2/health/live"),
            ("oip_server_ready", "GET", "/v2/health/ready"),
            ("oip_all_stats", "GET", "/v2/models/stats"),
            ("oip_index", "POST", "/v2/repository/index"),
            ("oip_load", "POST", "/v2/repository/models/srdensenet-x4/load"),
        ):
            record(operation, client.request(method, path))
        for version, suffix in (("", ""), ("/versions/1", "_of_version")):
            path = f"/v2/models/srdensenet-x4{version}"
            record(f"oip_infer{suffix}", client.post(f"{path}/infer", json=TENSORS))
            for part in ("ready", "config", "stats"):
                record(f"oip_{part}{suffix}", client.get(f"{path}/{part}"))
            record(f"oip_metadata{suffix}", client.get(path))
        models = client.get("/v1/models").json()["models"]
        # One is enough: the others look alike.
        found["list_models"] = {"200": {JSON: {"models": models[:1]}}}
        series = client.get("/metrics").text.splitlines()
        counted = [line for line in series if "densight_requests_total" in line]
        found["metrics"] = {"200": {"text/plain": "\n".join(counted[:4]) + "\n"}}
        record("oip_unload", client.post("/v2/repository/models/srdensenet-x4/unload"))
    return found


def shortened(value: Any) -> Any:
    """An answer as it is shown: of long lists the beginning, and of pictures in it, too."""
    if isinstance(value, dict):
        return {name: shortened(member) for name, member in value.items()}
    if isinstance(value, list):
        return [shortened(member) for member in value[:SHOWN]]
    if isinstance(value, str) and value.startswith("data:") and len(value) > LINE:
        return value[:LINE] + "..."
    return value


def _jobs(client: httpx.Client, record: Any) -> None:
    sent = raw("cat.jpg", prefer="respond-async")
    job = client.post(CLASSIFY, **sent).json()
    told = list(events(client, job))
    assert told[-1][1]["state"] == "done"
    record("get_job", client.get(job["links"]["self"]))
    record("follow_job", client.get(job["links"]["events"]))
    record("get_result", client.get(job["links"]["result"]))
    with held(TASKS["classification"]) as begun:
        running = asked(client, sent["content"], CLASSIFY)
        begun.wait()
        for task in served():
            later = about(task, prefer="respond-async")
            record(task.name, client.post(f"/v1/{task.name}", **later))
        record("end_job", client.delete(running["links"]["self"]))
