"""More than can be done: what is accepted is answered, all else refused, and nothing is left."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx

from app.http.service import Service
from app.tasks import TASKS
from tests.conftest import Make, held, png, serving

WORKERS, QUEUE, ASKED = 2, 4, 60
RAW = {"content-type": "image/png"}


def admitted(service: Service) -> int:
    """Requests that are worked on or wait."""
    load = service.schedulers.of(service.registry.find("colors")).load()
    return load.running + load.waiting


def test_ten_times_too_much(make_app: Make) -> None:
    app = make_app(workers=WORKERS, queue=QUEUE)
    service: Service = app.state.service
    refused: list[httpx.Response] = []

    def ask(_: int) -> int:
        answer = client.post("/v1/classification", content=png(), headers=RAW)
        if answer.status_code == 503:
            refused.append(answer)
        return answer.status_code

    with serving(app) as client, ThreadPoolExecutor(ASKED) as clients:
        with held(TASKS["classification"]):
            asked = [clients.submit(ask, number) for number in range(ASKED)]
            # All that was refused is answered while all that was accepted still waits.
            while len(refused) < ASKED - WORKERS - QUEUE:
                pass
            assert not any(answer.result() == 200 for answer in asked if answer.done())
            assert admitted(service) == WORKERS + QUEUE
            assert client.get("/livez").status_code == 200
            assert client.get("/readyz").status_code == 200
        statuses = Counter(answer.result() for answer in asked)
        assert statuses == {200: WORKERS + QUEUE, 503: ASKED - WORKERS - QUEUE}
        for answer in refused:
            assert int(answer.headers["retry-after"]) >= 1
            assert answer.json()["type"] == "urn:densight:problem:queue-full"
        assert service.bytes.held == 0
        while admitted(service):  # an answer may be out a moment before its thread is free
            pass
        assert client.post("/v1/classification", content=png(), headers=RAW).status_code == 200
