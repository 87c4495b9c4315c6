"""`/metrics`: what was asked, how long it took, and how busy the models are."""

import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.tasks import TASKS
from tests.conftest import ROOT, Make, held, png, serving

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
    head = (
        f"POST {CLASSIFY} HTTP/1.1\r\nHost: here\r\nContent-Type: image/png\r\n"
        f"Content-Length: {len(png())}\r\n\r\n"
    )
    with serving(make_app()) as client, held(TASKS["classification"]) as begun:
        address = (client.base_url.host, client.base_url.port)
        with socket.create_connection(address) as connection:
            connection.sendall(head.encode() + png())
            begun.wait()
        while value(client, "densight_requests_total", status="499") != 1:
            pass
        left = {"task": "classification", "model": "colors@1", "begun": "true"}
        assert value(client, "densight_cancelled_total", **left) == 1


def test_a_client_that_left_before_its_turn(make_app: Make) -> None:
    with serving(make_app(workers=1)) as client:
        first = threading.Thread(
            target=client.post, args=[CLASSIFY], kwargs={"content": png(), "headers": RAW}
        )
        with held(TASKS["classification"]) as begun:
            first.start()
            begun.wait()
            with pytest.raises(httpx.ReadTimeout):
                client.post(CLASSIFY, content=png(), headers=RAW, timeout=0.2)
            while value(client, "densight_cancelled_total", begun="false") != 1:
                pass
        first.join()
        assert value(client, "densight_cancelled_total", begun="true") is None


def test_rejected_by_reason(make_app: Make) -> None:
    with serving(make_app(workers=1, queue=0, max_bytes=1000)) as client:

        def rejected(reason: str, task: str = "classification") -> float | None:
            labels = {"task": task, "reason": reason}
            return value(client, "densight_rejected_total", **labels)

        first = threading.Thread(
            target=client.post, args=[CLASSIFY], kwargs={"content": png(), "headers": RAW}
        )
        with held(TASKS["classification"]) as begun:
            first.start()
            begun.wait()
            client.post(CLASSIFY, content=png(), headers=RAW)
            assert rejected("queue-full") == 1
        first.join()
        client.post(CLASSIFY, content=bytes(1001), headers=RAW)
        client.post(CLASSIFY, content=b"text", headers={"content-type": "text/plain"})
        client.post(CLASSIFY, params={"model": "nobody"})
        client.get("/nowhere")
        client.post(CLASSIFY, content=b"no picture", headers=RAW)
        for reason in ("body-too-large", "unsupported-media", "model-not-found"):
            assert rejected(reason) == 1
        assert rejected("not-found", task="") == 1
        # That one was begun: only decoding showed what it is.
        assert rejected("unknown-format") is None


def test_failures_of_ours_are_not_rejections(make_app: Make) -> None:
    app = make_app()

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("secret")

    with serving(app) as client:
        assert client.get("/broken").status_code == 500
        assert value(client, "densight_rejected_total", reason="internal-error") is None


def test_sizes_of_batches(make_app: Make) -> None:
    app = make_app(max_batch=2, workers=8)
    with serving(app) as client, ThreadPoolExecutor(8) as clients:
        sent = [
            clients.submit(client.post, CLASSIFY, content=png(), headers=RAW) for _ in range(40)
        ]
        assert {answer.result().status_code for answer in sent} == {200}
        runs = value(client, "densight_batch_size_count", model="colors@1")
        assert value(client, "densight_batch_size_sum", model="colors@1") == len(sent)
        alone = value(client, "densight_batch_size_bucket", model="colors@1", le="1.0")
        assert value(client, "densight_batch_size_bucket", model="colors@1", le="2.0") == runs
        assert 2 * runs - alone == len(sent)


def test_where_no_batches_are_made_none_are_told(make_app: Make) -> None:
    with serving(make_app()) as client:
        assert client.post(CLASSIFY, content=png(), headers=RAW).status_code == 200
        assert "densight_batch_size_count" not in client.get("/metrics").text


def test_every_series_is_documented(client: httpx.Client) -> None:
    page = (ROOT / "docs" / "metrics.md").read_text()
    types = re.findall(r"^# TYPE (\w+) (\w+)$", client.get("/metrics").text, re.MULTILINE)
    ours = {name for name, _ in types if name.startswith("densight_") and "created" not in name}
    assert {f"`{name}`" for name in ours} == set(re.findall("`densight_\\w+`", page))
