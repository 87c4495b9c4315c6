"""What the server gives to a network for a picture: fitted, padded or cut into tiles."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from app.runtime.cpu import cores
from app.runtime.execution import Execution
from app.runtime.model import Model
from app.runtime.runs import Arrays
from app.runtime.sessions import Sessions
from export.evaluate.answers import Pixels, answers
from export.optimize.int8 import Inputs
from export.recipe import Say


class Recorder(Sessions):
    """Sessions that remember what they were given since `given` was last emptied."""

    def __init__(self, path: Path, execution: Execution) -> None:
        super().__init__(path, execution)
        self.given: list[Inputs] = []

    def run(self, inputs: Arrays) -> dict[str, NDArray[Any]]:
        """Remember what the graph must be given, and run it."""
        self.given.append({name: inputs[name] for name in self.inputs})
        return super().run(inputs)


def given(path: Path, pictures: Sequence[Pixels], say: Say) -> list[Inputs]:
    """Ask a model about pictures and note what its network is given by its task.

    Args:
        path: of the model.
        pictures: uint8 `[H, W, 3]` each, RGB.
        say: told how far it is.

    Returns:
        One batch of one for each picture: of a picture that is cut into tiles the middle one.

    Raises:
        DensightError: the file can not be loaded.
    """
    recorder = Recorder(path, Execution(threads=cores()))
    found = []
    for _ in answers(Model(recorder.card, recorder), pictures, say):
        found.append(recorder.given[len(recorder.given) // 2])
        recorder.given.clear()
    return found
