"""A client that wants to be told when its job has finished."""

import base64
from pathlib import Path

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from tests.app.http.test_jobs import problem
from tests.app.jobs.receiver import receiving
from tests.conftest import Make, png, serving
from tests.later import ENLARGE, ask, asked, events, finished

SECRET = "whsec_" + base64.b64encode(bytes(range(24))).decode()


@pytest.mark.parametrize(("data", "state"), [(png(), "done"), (b"no picture", "failed")])
def test_told(make_app: Make, data: bytes, state: str) -> None:
    with receiving() as receiver:
        app = make_app(webhook_hosts=(receiver.origin,), webhook_secret=SECRET)
        with serving(app) as client:
            job = asked(client, data, x_webhook=f"{receiver.origin}/done?id=1")
            assert job["webhook"] == {"url": f"{receiver.origin}/done?id=1", "tries": 0}
            path, headers, body = receiver.came.get()
            assert path == "/done?id=1"
            told = Webhook(SECRET).verify(body, headers)
            assert told["type"] == f"job.{state}"
            assert told["data"]["id"] == job["id"] == headers["webhook-id"]
            assert finished(client, job)["state"] == state
        with serving(app) as client:  # what became of it is kept
            webhook = client.get(job["links"]["self"]).json()["webhook"]
    assert (webhook["state"], webhook["tries"]) == ("delivered", 1)


def test_hosts_that_are_not_named_are_refused(make_app: Make, folder: Path) -> None:
    with receiving() as receiver:
        app = make_app(webhook_hosts=("example.org",), webhook_secret=SECRET)
        with serving(app) as client:
            refused = ask(client, png(), x_webhook=receiver.origin)
            assert problem(refused) == (403, "webhook-refused")
            assert client.get("/metrics").text.count('densight_jobs{state="queued"} 0.0') == 1
    assert receiver.came.empty()
    assert list((folder.parent / "jobs").glob("*/*")) == []


def test_by_default_nobody_is_told(client: httpx.Client) -> None:
    refused = ask(client, png(), x_webhook="https://example.org")
    assert problem(refused) == (403, "webhook-refused")


def test_there_is_nothing_to_tell_of_what_is_answered_now(client: httpx.Client) -> None:
    headers = {"content-type": "image/png", "x-webhook": "https://example.org"}
    refused = client.post(ENLARGE, content=png(), headers=headers)
    assert problem(refused) == (400, "malformed-request")


def test_another_place_to_tell_is_another_request(make_app: Make) -> None:
    with receiving() as receiver:
        app = make_app(webhook_hosts=(receiver.origin,), webhook_secret=SECRET)
        with serving(app) as client:
            job = asked(client, png(), idempotency_key="a", x_webhook=receiver.origin)
            list(events(client, job))
            refused = ask(client, png(), idempotency_key="a")
            assert problem(refused) == (422, "idempotency-key-reused")
