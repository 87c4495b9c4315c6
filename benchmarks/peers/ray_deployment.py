"""Ray Serve: one replica, batches, one session over all cores."""

import logging
import os
import signal
import sys
import threading
from typing import Any

import ray
from ray import serve
from starlette.requests import Request

from app.runtime.cpu import cores
from benchmarks.peers.network import BATCH, WAIT, Network


class Classifier:
    """Pictures come as the bodies of requests; one without any is told that the model is loaded."""

    def __init__(self) -> None:
        self.network = Network(cores())

    @serve.batch(max_batch_size=BATCH, batch_wait_timeout_s=WAIT)  # type: ignore[untyped-decorator]
    async def answers(self, files: list[bytes]) -> list[dict[str, Any]]:
        return self.network.answers([self.network.read(file) for file in files])

    async def __call__(self, request: Request) -> Any:
        body = await request.body()
        return await self.answers(body) if body else "up"


def main(port: int) -> None:
    """Serve until SIGTERM, and leave none of Ray's processes behind."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    # Else whatever runs beside its workers goes first.
    os.environ["RAY_worker_niceness"] = "0"  # noqa: SIM112
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    ray.init(
        num_cpus=cores(),
        logging_level=logging.ERROR,
        log_to_driver=False,
        include_dashboard=False,
    )
    serve.start(http_options={"host": "127.0.0.1", "port": port})
    options: dict[str, Any] = {
        "max_ongoing_requests": 64,
        "ray_actor_options": {"num_cpus": 0},
        "logging_config": {"enable_access_log": False},
    }
    serve.run(serve.deployment(Classifier, **options).bind(), route_prefix="/predict")
    ended.wait()
    serve.shutdown()
    ray.shutdown()


if __name__ == "__main__":
    main(int(sys.argv[1]))
