"""Jobs over HTTP: what a client that does not wait is told, and gets in the end."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.jobs.run import Run
from app.runtime.model import Model
from app.settings import hashed
from app.tasks import TASKS
from tests import tiny
from tests.conftest import Make, held, png, serving
from tests.later import ENLARGE, ask, asked, events, finished, result

RAW = {"content-type": "image/png"}
CLASSIFY = "/v1/classification"
LARGE = png(size=(1000, 800))
"""It is cut into tiles."""


@contextmanager
def holding(tile: int) -> Iterator[tuple[threading.Event, threading.Event, list[int]]]:
    """Hold the run of a network for that tile: an event that it is reached, one that lets it go
    on, and the sizes of all batches that were run.
    """
    reached, go_on, runs = threading.Event(), threading.Event(), list[int]()
    run = Model.run

    def counted(model: Model, **inputs: Any) -> Any:
        runs.append(len(inputs["image"]))
        if len(runs) == tile:
            reached.set()
            go_on.wait()
        return run(model, **inputs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Model, "run", counted)
        try:
            yield reached, go_on, runs
        finally:
            go_on.set()


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    return answer.status_code, body["type"].removeprefix("urn:densight:problem:")


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        (ENLARGE, "*/*"),
        (f"{ENLARGE}?format=webp", "*/*"),
        (ENLARGE, "image/tiff;q=0.5, image/jpeg"),
        (f"{CLASSIFY}?top_k=2&explain=true", "application/json"),
        ("/v1/saliency?render=overlay", "*/*"),
        ("/v1/segmentation?shapes=polygons", "*/*"),
    ],
)
@pytest.mark.parametrize(
    "data",
    [png(), LARGE, png((1, 2, 3, 4)), b"no picture", LARGE[:-20]],
    ids=["small", "large", "alpha", "odd", "cut"],
)
def test_the_answer_is_that_of_the_route(
    make_app: Make, folder: Path, path: str, accept: str, data: bytes
) -> None:
    tiny.light(folder)
    tiny.strongest(folder)
    with serving(make_app()) as client:
        headers = {**RAW, "accept": accept}
        now = client.post(path, content=data, headers=headers)
        later = result(client, asked(client, data, path, accept=accept))
    assert (later.status_code, later.content) == (now.status_code, now.content)
    for name in ("content-type", "x-model", "x-tiles", "content-length"):
        assert later.headers.get(name) == now.headers.get(name)
    assert later.headers["cache-control"] == "no-store"
    if now.status_code == 200:
        assert "decode;dur=" in later.headers["server-timing"]


def test_it_is_accepted(client: httpx.Client) -> None:
    answer = ask(client, LARGE, f"{ENLARGE}?model=doubler", x_request_id="mine")
    assert answer.status_code == 202
    job = answer.json()
    assert answer.headers["location"] == f"/v1/jobs/{job['id']}" == job["links"]["self"]
    assert answer.headers["preference-applied"] == "respond-async"
    assert answer.headers["x-model"] == job["model"] == "doubler@1"
    assert answer.headers["x-request-id"] == "mine"
    assert (job["state"], job["attempts"], job["task"]) == ("queued", 0, "super-resolution")


@pytest.mark.parametrize(
    ("prefer", "status"),
    [
        (["respond-async"], 202),
        (["Respond-Async; foo=1, wait=10"], 202),
        (["return=minimal", "respond-async"], 202),
        (["respond-sync"], 200),
        (["wait=respond-async"], 200),
        ([""], 200),
    ],
)
def test_preferences(client: httpx.Client, prefer: list[str], status: int) -> None:
    headers = [*RAW.items(), *(("prefer", text) for text in prefer)]
    answer = client.post(CLASSIFY, content=png(), headers=headers)
    assert answer.status_code == status
    assert ("preference-applied" in answer.headers) is (status == 202)


def test_a_form(client: httpx.Client) -> None:
    files = {"image": ("patient.png", png(), "image/png")}
    answer = client.post(CLASSIFY, files=files, headers={"prefer": "respond-async"})
    assert result(client, answer.json()).json()["predictions"][0]["label"] == "red"


def test_what_is_wrong_is_refused_at_once(client: httpx.Client) -> None:
    assert problem(ask(client, png(), f"{CLASSIFY}?model=nobody")) == (404, "model-not-found")
    assert problem(ask(client, png(), f"{CLASSIFY}?top_k=0")) == (422, "bad-parameter")
    assert problem(ask(client, b"")) == (400, "malformed-request")
    assert problem(client.get("/v1/jobs/0123")) == (404, "job-not-found")
    assert problem(client.delete("/v1/jobs/0123")) == (404, "job-not-found")
    assert problem(client.get("/v1/jobs/0123/events")) == (404, "job-not-found")
    assert problem(client.get("/v1/jobs/0123/result")) == (404, "job-not-found")


@pytest.mark.parametrize("id", ["..%2F..%2Fetc%2Fpasswd", "jobs.sqlite", "%00", "'%20OR%201=1--"])
def test_odd_ids(client: httpx.Client, id: str) -> None:
    job = asked(client, png())
    for method, path in [("GET", ""), ("GET", "/result"), ("GET", "/events"), ("DELETE", "")]:
        assert client.request(method, f"/v1/jobs/{id}{path}").status_code == 404
    assert finished(client, job)["state"] == "done"


def test_progress(client: httpx.Client) -> None:
    with holding(3) as (reached, go_on, _):
        job = asked(client, LARGE)
        reached.wait()
        now = client.get(job["links"]["self"]).json()
        assert (now["state"], now["attempts"]) == ("running", 1)
        assert (now["progress"]["done"], now["progress"]["total"]) == (2, 16)
        assert now["progress"]["eta"] >= 0
        early = client.get(job["links"]["result"])
        assert problem(early) == (409, "job-unfinished")
        assert int(early.headers["retry-after"]) >= 1
        go_on.set()
        done = finished(client, job)
    assert done["progress"] == {"done": 16, "total": 16}
    assert done["created"] <= done["started"] <= done["finished"] < done["expires"]
    assert client.get(job["links"]["self"]).json() == done


def test_events_begin_with_the_state_of_now(client: httpx.Client) -> None:
    with holding(3) as (reached, go_on, _):
        job = asked(client, LARGE)
        reached.wait()
        stream = events(client, job)
        kind, first = next(stream)
        assert (kind, first["state"], first["progress"]["done"]) == ("state", "running", 2)
        go_on.set()
        rest = list(stream)
    assert [kind for kind, _ in rest] == ["progress"] * (len(rest) - 1) + ["state"]
    counts = [data["done"] for kind, data in rest if kind == "progress"]
    assert counts == sorted(counts)
    assert rest[-1][1]["state"] == "done"
    assert [kind for kind, _ in events(client, job)] == ["state"]


def test_a_browser_that_knows_the_end_is_sent_away(client: httpx.Client) -> None:
    job = asked(client, png())
    finished(client, job)
    url = job["links"]["events"]
    assert client.get(url, headers={"last-event-id": "done"}).status_code == 204
    assert client.get(url, headers={"last-event-id": "running"}).status_code == 200


def test_idle_streams_are_kept_alive(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.http.events.KEEP_ALIVE", 0.001)
    with holding(1) as (reached, go_on, _):
        job = asked(client, png())
        reached.wait()
        with client.stream("GET", job["links"]["events"]) as answer:
            for line in answer.iter_lines():
                if line.startswith(":"):
                    go_on.set()
    assert go_on.is_set()


def test_cancelled_within_one_tile(client: httpx.Client) -> None:
    with holding(3) as (reached, go_on, runs):
        job = asked(client, LARGE)
        reached.wait()
        answer = client.delete(job["links"]["self"])
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
        assert problem(client.get(job["links"]["result"])) == (410, "job-cancelled")
        go_on.set()
        # There is one worker: it takes the next job when it has ended the first.
        assert finished(client, asked(client, png(), CLASSIFY))["state"] == "done"
        assert len(runs) == 3 + 1
    assert client.get(job["links"]["self"]).json()["state"] == "cancelled"


def test_a_finished_job_is_removed_with_its_files(client: httpx.Client, folder: Path) -> None:
    job = asked(client, png())
    finished(client, job)
    assert len(list((folder.parent / "jobs" / "results").iterdir())) == 1
    assert client.delete(job["links"]["self"]).status_code == 204
    assert problem(client.get(job["links"]["self"])) == (404, "job-not-found")
    assert list((folder.parent / "jobs").glob("*/*")) == []


def test_half_a_result_is_never_served(make_app: Make, folder: Path) -> None:
    results = folder.parent / "jobs" / "results"
    with serving(make_app()) as client:
        with holding(3) as (reached, go_on, _):
            job = asked(client, LARGE)
            reached.wait()
            (results / f"{job['id']}.part").write_bytes(b"half")
            assert problem(client.get(job["links"]["result"])) == (409, "job-unfinished")
            go_on.set()
            assert result(client, job).content.startswith(b"\x89PNG")
        (results / "0123.part").write_bytes(b"half")
    with serving(make_app()) as client:
        assert problem(client.get("/v1/jobs/0123/result")) == (404, "job-not-found")
        assert [path.name for path in results.iterdir()] == [job["id"]]
        assert client.get(job["links"]["result"]).status_code == 200


def test_parts_of_a_result(client: httpx.Client) -> None:
    whole = result(client, job := asked(client, LARGE)).content

    def part(asked_for: str) -> tuple[int, bytes]:
        answer = client.get(job["links"]["result"], headers={"range": asked_for})
        return answer.status_code, answer.content

    assert part("bytes=5-9") == (206, whole[5:10])
    assert part("bytes=5-") == (206, whole[5:])
    for odd in (f"bytes={len(whole)}-", "bytes=9-5", "bytes=-5", "bytes=a-b", "tiles=1-2"):
        assert part(odd) == (200, whole)


def test_a_model_that_is_gone(make_app: Make, folder: Path) -> None:
    with serving(make_app(watch=False)) as client:
        with held(TASKS["classification"]) as begun:
            first = asked(client, png(), CLASSIFY)
            begun.wait()
            second = asked(client, png())
            client.post("/v2/repository/models/doubler/unload")
        finished(client, first)
        answer = result(client, second)
    assert problem(answer) == (404, "model-not-found")
    assert "doubler@1" in answer.json()["detail"]


def test_what_nobody_foresaw(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(TASKS["classification"], "infer", broken)
    job = asked(client, png(), CLASSIFY)
    answer = result(client, job)
    assert problem(answer) == (500, "internal-error")
    assert "secret" not in answer.text
    (record,) = [record for record in caplog.records if record.exc_info]
    assert job["id"] in record.getMessage()


def test_requests_are_answered_while_jobs_run(make_app: Make) -> None:
    with serving(make_app(workers=1, queue=0)) as client, holding(3) as (reached, _, _):
        asked(client, LARGE)
        reached.wait()
        assert client.post(ENLARGE, content=png(), headers=RAW).status_code == 200


def test_a_job_waits_for_room_in_memory(make_app: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    waited, wait = threading.Event(), Run.wait

    def noting(run: Run, seconds: float) -> None:
        waited.set()
        wait(run, seconds / 1000)

    monkeypatch.setattr(Run, "wait", noting)
    app = make_app(max_pixels=10**6, max_pixels_at_once=10**6)
    with serving(app) as client:
        with app.state.service.pixels.room_for(10**6):
            job = asked(client, png())
            waited.wait()
            assert client.get(job["links"]["self"]).json()["state"] == "running"
        assert finished(client, job)["state"] == "done"


def test_the_queue_of_jobs_is_bounded(make_app: Make) -> None:
    with serving(make_app(jobs_queue=1)) as client, holding(1) as (reached, _, _):
        asked(client, png())
        reached.wait()
        second = asked(client, png(), idempotency_key="second")
        refused = ask(client, png())
        assert problem(refused) == (503, "queue-full")
        assert int(refused.headers["retry-after"]) >= 1
        assert asked(client, png(), idempotency_key="second")["id"] == second["id"]


def test_the_disk_of_jobs_is_bounded(make_app: Make) -> None:
    with serving(make_app(job_disk=len(LARGE) + 100)) as client:
        with holding(1) as (reached, go_on, _):
            job = asked(client, LARGE)
            reached.wait()
            refused = ask(client, LARGE)
            assert problem(refused) == (507, "disk-full")
            assert refused.json()["limit"] == len(LARGE) + 100
            go_on.set()
        assert problem(result(client, job)) == (507, "disk-full")


@pytest.mark.parametrize("key", ['"8e03978e-40d5"', "8e03978e-40d5"])
def test_the_same_key_is_the_same_job(client: httpx.Client, key: str) -> None:
    first = asked(client, png(), idempotency_key=key)
    finished(client, first)
    again = ask(client, png(), idempotency_key=key)
    assert again.status_code == 202
    assert again.headers["location"] == first["links"]["self"]
    assert again.json()["state"] == "done"
    for data, path, more in [
        (png((0, 0, 9)), ENLARGE, {}),
        (png(), f"{ENLARGE}?format=tiff", {}),
        (png(), CLASSIFY, {}),
        (png(), ENLARGE, {"accept": "image/webp"}),
    ]:
        other = ask(client, data, path, idempotency_key=key, **more)
        assert problem(other) == (422, "idempotency-key-reused")
    client.delete(first["links"]["self"])
    assert asked(client, png(), CLASSIFY, idempotency_key=key)["id"] != first["id"]


@pytest.mark.parametrize("key", ["", '"', '"a', "a b", "x" * 256, "\u00e9"])
def test_odd_keys(client: httpx.Client, key: str) -> None:
    headers = [*RAW.items(), ("prefer", "respond-async"), ("idempotency-key", key.encode())]
    answer = client.post(ENLARGE, content=png(), headers=headers)
    assert problem(answer) == (400, "malformed-request")


def test_jobs_are_of_their_key(make_app: Make) -> None:
    def bearer(key: str) -> dict[str, str]:
        return {"authorization": f"Bearer {key}"}

    with serving(make_app(api_keys=("mine", hashed("yours")))) as client:
        job = asked(client, png(), idempotency_key="a", **bearer("mine"))
        for path in job["links"].values():
            assert problem(client.get(path)) == (401, "unauthorized")
            assert problem(client.get(path, headers=bearer("yours"))) == (404, "job-not-found")
        refused = client.delete(job["links"]["self"], headers=bearer("yours"))
        assert problem(refused) == (404, "job-not-found")
        assert asked(client, png(), idempotency_key="a", **bearer("yours"))["id"] != job["id"]
        assert client.get(job["links"]["self"], headers=bearer("mine")).status_code == 200


def test_a_folder_that_is_taken(make_app: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(make_app(data=None)), serving(make_app(data=None)) as second:
        answer = ask(second, png())
        assert problem(answer) == (503, "jobs-unavailable")
        assert "another process" in answer.json()["detail"]
        assert int(answer.headers["retry-after"]) >= 1
        assert second.post(ENLARGE, content=png(), headers=RAW).status_code == 200


def test_gauges(client: httpx.Client) -> None:
    def jobs(state: str) -> float:
        families = text_string_to_metric_families(client.get("/metrics").text)
        samples = [sample for family in families for sample in family.samples]
        return next(
            sample.value
            for sample in samples
            if sample.name == "densight_jobs" and sample.labels == {"state": state}
        )

    with holding(1) as (reached, go_on, _):
        first, second = asked(client, png()), asked(client, png())
        reached.wait()
        assert (jobs("running"), jobs("queued"), jobs("done")) == (1, 1, 0)
        go_on.set()
    for job in (first, second):
        finished(client, job)
    assert (jobs("running"), jobs("queued"), jobs("done")) == (0, 0, 2)


def test_the_deadline_of_a_request_is_not_that_of_its_job(make_app: Make) -> None:
    with serving(make_app()) as client, holding(1) as (reached, go_on, _):
        job = asked(client, png(), x_deadline_ms="60000")
        reached.wait()
        go_on.set()
        assert finished(client, job)["state"] == "done"
