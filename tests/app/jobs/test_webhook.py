"""Messages: signed as the standard says, sent to those who are named and to nobody else."""

import base64
import json
import time
from collections.abc import Iterator

import pytest
from standardwebhooks.webhooks import Webhook

from app.errors import WebhookRefused
from app.jobs.webhook import Webhooks, origin_of, secret_of, signed
from tests.app.jobs.receiver import receiving

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
KEY = secret_of(SECRET)


@pytest.fixture
def webhooks() -> Iterator[Webhooks]:
    made = Webhooks(map(origin_of, ("example.org", "example.org:8443", "http://10.0.0.1:80")), KEY)
    yield made
    made.close()


def test_the_signature_of_the_standard() -> None:
    """The example in the tests of github.com/standard-webhooks/standard-webhooks."""
    headers = signed(
        secret_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/done?x=1",
        "https://EXAMPLE.org:443/",
        "https://example.org:8443/a",
        "http://10.0.0.1/a",
    ],
)
def test_admitted(webhooks: Webhooks, url: str) -> None:
    assert webhooks.admit(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",  # without TLS
        "https://example.org:444/",
        "https://example.org.evil.org/",
        "https://evil.org/example.org",
        "https://evil.org#@example.org/",
        "https://example.org@evil.org/",
        "https://user:password@example.org/",
        "https://evil.org\\@example.org/",
        "https://example.org\r\nHost: evil.org/",
        "https://example.org /",
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "http://10.0.0.1:8000/",
        "http://167772161/",  # 10.0.0.1 as a number
        "ftp://example.org/",
        "//example.org/",
        "example.org/done",
        "https://",
        "https://[::1",
        "https://example.org/" + "x" * 2048,
        "",
    ],
)
def test_refused(webhooks: Webhooks, url: str) -> None:
    with pytest.raises(WebhookRefused):
        webhooks.admit(url)


def test_sent_and_verified() -> None:
    body = json.dumps({"type": "job.done"}).encode()
    with receiving(200) as receiver:
        webhooks = Webhooks([origin_of(receiver.origin)], KEY)
        assert webhooks.send(f"{receiver.origin}/done", "msg", time.time(), body) == 200
        webhooks.close()
    path, headers, received = receiver.came.get_nowait()
    assert (path, received, headers["content-type"]) == ("/done", body, "application/json")
    assert Webhook(SECRET).verify(received, headers) == {"type": "job.done"}


def test_redirects_are_not_followed() -> None:
    with receiving(302, 204) as receiver:
        webhooks = Webhooks([origin_of(receiver.origin)], KEY)
        assert webhooks.send(f"{receiver.origin}/done", "msg", time.time(), b"{}") == 302
        webhooks.close()
    assert receiver.came.qsize() == 1


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with receiving() as receiver:
        webhooks = Webhooks([origin_of(receiver.origin)], KEY)
        assert webhooks.send(receiver.origin, "msg", time.time(), b"{}") == 204
        webhooks.close()
