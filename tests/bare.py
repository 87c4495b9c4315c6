"""A session that is in memory already, as what a model runs."""

from typing import Any

import onnxruntime
from numpy.typing import NDArray

from app.runtime.execution import ON_CPU
from app.runtime.runs import Arrays, PlainRuns
from app.runtime.session import defaulted_of, inputs_of, outputs_of


class Bare:
    """A graph without a file."""

    asleep = False

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self.providers = tuple(session.get_providers())
        self.inputs, self.outputs = inputs_of(session), outputs_of(session)
        self.defaulted = defaulted_of(session)
        self._run = PlainRuns(session, ON_CPU)

    def sleep(self) -> None:
        """There is nothing to wake it from."""

    def run(self, inputs: Arrays) -> dict[str, NDArray[Any]]:
        return self._run(inputs)
