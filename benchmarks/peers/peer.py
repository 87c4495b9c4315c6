"""A peer: which packages it needs, how it starts, and how a picture is put to it."""

import base64
import json
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import onnxruntime

from benchmarks.cases import Case
from benchmarks.connection import post
from benchmarks.peers.network import MODEL
from benchmarks.process import ROOT, Server, free_port, running

VENVS = ROOT / "runs" / "peers"

NEEDED = ("numpy", "pillow", "pydantic")
"""What `network` needs besides."""


class NotInstallable(Exception):
    """pip could not install a peer here."""


@dataclass(frozen=True)
class Peer:
    """Another server.

    Attributes:
        name: of its module in this package, and of its venv.
        packages: that pip installs; none if those of this checkout are enough.
        ready: path that answers 200 when the model is loaded.
        request: a picture's file as a whole request to it.
    """

    name: str
    packages: tuple[str, ...]
    ready: str
    request: Callable[[bytes], bytes]

    def python(self) -> Path:
        """Of a venv with its packages, which is made by the first call.

        Raises:
            NotInstallable: pip failed; the last line of what it said.
        """
        if not self.packages:
            return Path(sys.executable)
        folder = VENVS / self.name
        python, stamp = folder / "bin" / "python", folder / "installed.txt"
        # The same runtime as the service's: its speed is not what is compared.
        asked = [*self.packages, f"onnxruntime=={onnxruntime.__version__}", *NEEDED]
        if stamp.is_file() and stamp.read_text().split() == asked:
            return python
        venv.create(folder, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", *asked]
        run = subprocess.run(pip, capture_output=True, text=True)
        if run.returncode:
            raise NotInstallable(f"{self.name}: {run.stderr.strip().rpartition(chr(10))[2]}")
        stamp.write_text("\n".join(asked))
        return python

    @contextmanager
    def serving(self, case: Case) -> Iterator[Server]:
        """Serve the case's model, until the block ends.

        Raises:
            NotInstallable: see `python`.
            subprocess.CalledProcessError: it did not start.
        """
        port = free_port()
        command = [str(self.python()), "-m", f"benchmarks.peers.{self.name}", str(port)]
        environment = {MODEL: str(case.path), "PYTHONPATH": str(ROOT)}
        with running(command, port, (self.ready, self.ready), environment, strict=False) as server:
            yield server


def raw(data: bytes) -> bytes:
    """The picture itself as the body."""
    return post("/predict", data)


def form(data: bytes) -> bytes:
    """The picture as the part `image` of a form (RFC 7578)."""
    boundary = "densight-peers"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="image.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    body = head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
    return post("/predict", body, f"multipart/form-data; boundary={boundary}")


def oip(data: bytes) -> bytes:
    """The picture as base64 in the JSON of the Open Inference Protocol."""
    picture = {
        "name": "image",
        "shape": [1, 1],
        "datatype": "BYTES",
        "parameters": {"content_type": "base64"},
        "data": [base64.b64encode(data).decode()],
    }
    body = json.dumps({"inputs": [picture]}).encode()
    return post("/v2/models/peer/infer", body, "application/json")


PEERS: Mapping[str, Peer] = {
    peer.name: peer
    for peer in (
        Peer("fastapi_pool", (), "/health", raw),
        Peer("litserve_batches", ("litserve", "python-multipart"), "/health", form),
        # It asks for the current event loop, which newer uvloops do not make.
        Peer("mlserver_model", ("mlserver", "uvloop<0.22"), "/v2/models/peer/ready", oip),
        Peer("bentoml_service", ("bentoml",), "/readyz", form),
        Peer("ray_deployment", ("ray[serve]",), "/predict", raw),
    )
}
