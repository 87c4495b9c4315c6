"""One ONNX file in memory: its card, its session and what it takes and gives."""

from pathlib import Path
from typing import Any, Self

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from app.card import ModelCard
from app.errors import InvalidModel
from app.runtime.contract import Contract, Tensor
from app.runtime.device import PROVIDERS, Device, session_options

_DTYPES = {"float": "float32", "double": "float64"}

WARM_UP_SIDE = 64
"""Sides of the picture that wakes a model without a fit."""


class Model:
    """A loaded model; `run` may be called from any number of threads at once."""

    def __init__(self, card: ModelCard, session: onnxruntime.InferenceSession) -> None:
        self.card = card
        self._session = session
        self.providers: tuple[str, ...] = tuple(session.get_providers())
        self.inputs = {node.name: _tensor(node) for node in session.get_inputs()}
        self.outputs = {node.name: _tensor(node) for node in session.get_outputs()}

    @classmethod
    def load(cls, path: Path, *, device: Device = "cpu", threads: int = 1) -> Self:
        """Open a file on a device.

        Raises:
            InvalidModel: onnxruntime can not load the file, or not on that device.
            InvalidCard: the file's card can not be read, or it has none and no name that could do.
        """
        providers = list(PROVIDERS[device])
        try:
            session = onnxruntime.InferenceSession(path, session_options(threads), providers)
        except Exception as error:  # onnxruntime's own classes share no base but Exception
            raise InvalidModel(f"onnxruntime can not load it: {_first_line(error)}") from error
        if session.get_providers()[0] != PROVIDERS[device][0]:
            raise InvalidModel(f"asked for {device}, got {session.get_providers()[0]}")
        card = ModelCard.of(session.get_modelmeta().custom_metadata_map, path.stem)
        return cls(card, session)

    @property
    def device(self) -> Device:
        """Where the session really runs."""
        return next(name for name, wanted in PROVIDERS.items() if wanted[0] == self.providers[0])

    def check(self, contract: Contract) -> None:
        """Compare graph and card with what the task promises.

        Raises:
            InvalidModel: they differ.
        """
        contract.check(self.inputs, self.outputs)
        for name, tensor in {**contract.outputs, **contract.optional}.items():
            if "C" not in tensor.shape or name not in self.outputs or self.card.labels is None:
                continue
            classes = self.outputs[name].shape[tensor.shape.index("C")]
            if isinstance(classes, int) and classes != len(self.card.labels):
                raise InvalidModel(
                    f"output {name!r} has {classes} classes, "
                    f"the card {len(self.card.labels)} labels"
                )

    def run(self, **inputs: NDArray[Any]) -> dict[str, NDArray[Any]]:
        """Run the graph on a batch and name its outputs."""
        names = list(self.outputs)
        return dict(zip(names, self._session.run(names, inputs), strict=True))

    def warm_up(self) -> None:
        """Run once on blank pictures, so that the first request does not pay for allocations."""
        self.run(**{name: self._blank(tensor) for name, tensor in self.inputs.items()})

    def _blank(self, tensor: Tensor) -> NDArray[Any]:
        # Of the free dimensions the first is the batch, the others are sides of the picture.
        side = -(-WARM_UP_SIDE // self.card.multiple) * self.card.multiple
        free = (1, *[side] * (len(tensor.shape) - 1))
        shape = [s if isinstance(s, int) else f for s, f in zip(tensor.shape, free, strict=True)]
        return np.zeros(shape, tensor.dtype)


def _tensor(node: onnxruntime.NodeArg) -> Tensor:
    kind = node.type.removeprefix("tensor(").removesuffix(")")
    shape = tuple(side if isinstance(side, int) else str(side) for side in node.shape)
    return Tensor(_DTYPES.get(kind, kind), shape)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
