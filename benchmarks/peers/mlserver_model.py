"""MLServer: adaptive batches, one session over all cores, pictures as base64 in V2 JSON."""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from mlserver import MLModel
from mlserver.cli.main import root
from mlserver.codecs import Base64Codec, StringCodec
from mlserver.types import InferenceRequest, InferenceResponse

from app.runtime.cpu import cores
from benchmarks.peers.network import BATCH, WAIT, Network


class Classifier(MLModel):  # type: ignore[misc]
    """The requests of a batch come as one whose only input holds all of their pictures."""

    async def load(self) -> bool:
        self.network = Network(cores())
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        files = Base64Codec.decode_input(payload.inputs[0])
        answers = self.network.answers([self.network.read(file) for file in files])
        output = StringCodec.encode_output("predictions", [json.dumps(one) for one in answers])
        return InferenceResponse(model_name=self.name, outputs=[output])


def serve(port: int, folder: Path) -> None:
    """Write the settings that MLServer wants in a folder, and start it there."""
    (folder / "settings.json").write_text(
        json.dumps(
            {
                "host": "127.0.0.1",
                "http_port": port,
                "grpc_port": port + 1,
                "metrics_endpoint": None,
                "parallel_workers": 1,
                "debug": False,
            }
        )
    )
    (folder / "model-settings.json").write_text(
        json.dumps(
            {
                "name": "peer",
                "implementation": "benchmarks.peers.mlserver_model.Classifier",
                "max_batch_size": BATCH,
                "max_batch_time": WAIT,
            }
        )
    )
    root(["start", str(folder)])


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        serve(int(sys.argv[1]), Path(folder))
