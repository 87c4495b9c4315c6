"""The third party's own file, run by itself: what every answer of the wrapped one is held to."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from export.errors import UnusableGraph, first_line
from export.wrapping.pixels import Pixels
from export.wrapping.surgery import opened
from export.wrapping.third_party import ThirdParty


class Original:
    """The network as its author left it, on pictures that numpy has prepared.

    Args:
        third: whose file is opened, not what was read from it.
        pixels: how the network wants its pictures.

    Raises:
        UnusableGraph: onnxruntime can not load the file.
    """

    def __init__(self, third: ThirdParty, pixels: Pixels) -> None:
        self.third, self.pixels = third, pixels
        self._session = opened(str(third.path))

    def __call__(self, pictures: NDArray[Any]) -> NDArray[Any]:
        """Answer pictures `[N, H, W, 3]` one by one, or as many at once as the file insists on.

        Raises:
            UnusableGraph: it fails on them, or an answer is not one for each picture.
        """
        given = self.pixels.prepared(pictures)
        size = self.third.shape[0] or 1
        answers = []
        for start in range(0, len(given), size):
            part = given[start : start + size]
            whole = np.concatenate([part, *[part[-1:]] * (size - len(part))])
            answers.append(self._run(whole)[: len(part)])
        return np.concatenate(answers)

    def _run(self, given: NDArray[Any]) -> NDArray[Any]:
        try:
            answer = self._session.run([self.third.output], {self.third.input: given})[0]
        except Exception as error:  # onnxruntime's own classes share no base but Exception
            raise UnusableGraph(
                f"the file itself fails on pictures of {given.shape}: {first_line(error)}"
            ) from error
        if not isinstance(answer, np.ndarray) or not answer.ndim or len(answer) != len(given):
            shape = getattr(answer, "shape", "no tensor")
            raise UnusableGraph(
                f"of {len(given)} pictures at once output {self.third.output!r} is {shape}: its "
                "first axis must be the pictures"
            )
        return answer
