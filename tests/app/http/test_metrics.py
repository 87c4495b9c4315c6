"""`/metrics`: what was asked, how long it took, and how busy the models are."""

import threading
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.tasks import TASKS
from tests.conftest import Make, held, png, serving

RAW = {"content-type": "image/png"}
CLASSIFY = "/v1/classification"


def value(client: httpx.Client, name: str, **labels: str) -> float | None:
    """Of one sample; `None` if there is no such."""
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            if sample.name == name and labels.items() <= sample.labels.items():
                return sample.value
    return None


def test_requests_by_task_model_and_status(client: httpx.Client) -> None:
    for content in (png(), png(), b"no picture"):
        client.post(CLASSIFY, content=content, headers=RAW)

    def counted(status: str) -> float | None:
        labels = {"task": "classification", "model": "colors@1", "status": status}
        return value(client, "densight_requests_total", **labels)

    assert (counted("200"), counted("415"), counted("500")) == (2, 1, None)


def test_stages(client: httpx.Client) -> None:
    client.post(CLASSIFY, content=png(), headers=RAW)
    for stage in ("queue", "decode", "infer", "encode"):
        name = "densight_stage_seconds_count"
        assert value(client, name, task="classification", stage=stage) == 1


def test_models_by_state(make_app: Make, folder: Path) -> None:
    (folder / "broken.onnx").write_bytes(b"no model")
    with serving(make_app()) as client:
        assert value(client, "densight_models", state="ready") == 2
        assert value(client, "densight_models", state="failed") == 1
        assert value(client, "process_resident_memory_bytes")


def test_the_queue(make_app: Make) -> None:
    with serving(make_app(workers=1)) as client:
        asking = [
            threading.Thread(
                target=client.post, args=[CLASSIFY], kwargs={"content": png(), "headers": RAW}
            )
            for _ in range(2)
        ]
        with held(TASKS["classification"]) as begun:
            for one in asking:
                one.start()
            begun.wait()
            while value(client, "densight_queue_length", model="colors@1") != 1:
                pass
            assert value(client, "densight_running", model="colors@1") == 1
            assert value(client, "densight_queue_length", model="doubler@1") == 0
            first = value(client, "densight_queue_age_seconds", model="colors@1")
            later = value(client, "densight_queue_age_seconds", model="colors@1")
            assert first is not None
            assert later is not None
            assert 0 < first < later
        for one in asking:
            one.join()
        assert value(client, "densight_queue_length", model="colors@1") == 0


def test_a_client_that_left(make_app: Make) -> None:
    with serving(make_app()) as client, held(TASKS["classification"]):
        with pytest.raises(httpx.ReadTimeout):
            client.post(CLASSIFY, content=png(), headers=RAW, timeout=0.2)
        while value(client, "densight_requests_total", status="499") != 1:
            pass
