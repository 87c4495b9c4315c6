"""What every peer serves: the model's file, and the very decoding and fitting of the service.

Runs in the venv of a peer, which has no more of Densight's needs than Pillow, numpy and pydantic.
"""

import os
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from app.card import ModelCard
from app.imaging.decode import decode
from app.imaging.fit import fit

MODEL = "DENSIGHT_PEER_MODEL"
"""The environment variable that names the file."""

BATCH = 8
"""Pictures that a peer with batches puts together: two cores gain nothing from more."""

WAIT = 0.005
"""Seconds that it waits for them."""


class Network:
    """A session and the fit of its card.

    Args:
        threads: of one run.
    """

    def __init__(self, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        path = Path(os.environ[MODEL])
        self._session = onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"])
        self._fit = ModelCard.from_metadata(self._session.get_modelmeta().custom_metadata_map).fit

    def read(self, data: bytes) -> NDArray[np.uint8]:
        """A file to what the network takes: uint8 `[h, w, 3]`."""
        return fit(decode(data, max_pixels=10**9), self._fit)

    def answers(self, pictures: list[NDArray[np.uint8]]) -> list[dict[str, Any]]:
        """The five best classes of each picture, run together."""
        (scores,) = self._session.run(["scores"], {"image": np.stack(pictures)})
        return [best(row) for row in scores]


def best(scores: NDArray[np.float32]) -> dict[str, Any]:
    """What a client is told."""
    order = np.argsort(-scores, kind="stable")[:5]
    return {"predictions": [{"index": int(i), "score": float(scores[i])} for i in order]}
