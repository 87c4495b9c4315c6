"""LitServe: one worker process, batches, one session over all cores."""

import sys
from typing import Any

import litserve
from fastapi import Request

from app.runtime.cpu import cores
from benchmarks.peers.network import BATCH, WAIT, Network


class Classifier(litserve.LitAPI):  # type: ignore[misc]
    """Pictures come as the part `image` of a form: LitServe reads forms and JSON only."""

    def setup(self, device: str) -> None:
        self.network = Network(cores())

    # LitServe takes whatever it is annotated with for what is wanted; a Request means the form.
    def decode_request(self, request: Request) -> Any:
        return self.network.read(request["image"].file.read())

    def batch(self, inputs: list[Any]) -> list[Any]:
        return inputs

    def predict(self, x: list[Any]) -> list[Any]:
        return self.network.answers(x)

    def unbatch(self, output: list[Any]) -> list[Any]:
        return output

    def encode_response(self, output: Any) -> Any:
        return output


if __name__ == "__main__":
    api = Classifier(max_batch_size=BATCH, batch_timeout=WAIT)
    server = litserve.LitServer(api, accelerator="cpu", workers_per_device=1)
    port = int(sys.argv[1])
    server.run(host="127.0.0.1", port=port, log_level="error", generate_client_file=False)
