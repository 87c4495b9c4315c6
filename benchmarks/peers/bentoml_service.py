"""BentoML: one worker process, as many threads as cores, one core for each run."""

import os
import sys
from pathlib import Path
from typing import Any

import bentoml

from app.runtime.cpu import cores
from benchmarks.peers.network import Network


@bentoml.service(
    workers=1,
    threads=cores(),
    traffic={"timeout": 600, "max_concurrency": 64},
    logging={"access": {"enabled": False}},
)
class Classifier:
    """Pictures come as the part `image` of a form, which BentoML writes to a file."""

    def __init__(self) -> None:
        self.network = Network(threads=1)

    @bentoml.api  # type: ignore[untyped-decorator]
    def predict(self, image: Path) -> dict[str, Any]:
        return self.network.answers([self.network.read(image.read_bytes())])[0]


if __name__ == "__main__":
    os.environ["BENTOML_DO_NOT_TRACK"] = "True"
    command = str(Path(sys.executable).with_name("bentoml"))
    bento = "benchmarks.peers.bentoml_service:Classifier"
    os.execv(command, [command, "serve", bento, "--host=127.0.0.1", f"--port={sys.argv[1]}"])
