"""Does a wrapped file answer what the third party's own file does? Asked by the server's loader."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper

from app.runtime.model import Model
from app.tasks import TASKS
from export.errors import VerificationFailed, first_line
from export.parity import BATCHES, Difference, compare, difference, sides_tried
from export.wrapping.pictures import pictures
from export.wrapping.pixels import Pixels
from export.wrapping.surgery import pruned, session

ROUNDING, HALF_ROUNDING = 1e-5, 2e-3
"""Largest difference of what a network is given, as a share of values over 1: some of the last
bits of float32, one of float16."""

Expected = Callable[[NDArray[Any]], dict[str, NDArray[Any]]]
"""What the third party's file answers to pictures, in the form that the task promises."""


@dataclass(frozen=True)
class Agreement:
    """How near a wrapped file is to the original.

    Attributes:
        output: the name of the output with the largest difference.
        error: that difference, relative where values are larger than 1.
        relative: largest difference as a share of the largest value that was expected.
        agreement: share of pictures with the same best label; 1 where there are no labels.
        pictures: on how many it was measured.
    """

    output: str
    error: float
    relative: float
    agreement: float
    pictures: int


Consistent = Callable[[Mapping[str, NDArray[Any]]], Mapping[str, Difference]]
"""How far outputs of a wrapped file are from what others of them imply (`Answer.consistent`)."""


def verify(
    path: Path,
    expected: Expected,
    sides: tuple[int, int] | None,
    consistent: Consistent = lambda found: {},
) -> Agreement:
    """Load the file as the server does and compare it with the original, seeds fixed.

    Args:
        path: of the wrapped file.
        expected: asks the original.
        sides: height and width that it takes; `None`: all.
        consistent: of outputs that the original does not give.

    Raises:
        ModelError: the server would refuse the file, or it breaks the contract of its task.
        VerificationFailed: an output differs, or depends on its neighbours in the batch.
    """
    model = Model.load(path)
    model.check(TASKS[model.card.task].contract)
    unit = model.inputs["image"].dtype == "float32"
    errors: dict[str, float] = {}
    relative, agreed = 0.0, list[bool]()
    tried = sides_tried(sides, model.card.multiple)
    for count, (height, width) in zip(BATCHES, tried, strict=True):
        given = pictures(count, height, width, unit=unit)
        wanted, found = expected(given), _run(model, given)
        compared = {name: compare(values, found[name]) for name, values in wanted.items()}
        for name, apart in (*compared.items(), *consistent(found).items()):
            errors[name] = max(errors.get(name, 0.0), apart.error)
            relative = max(relative, apart.relative)
        if "scores" in found:
            agreed += list(wanted["scores"].argmax(1) == found["scores"].argmax(1))
    _check_independence(model, tried[1], unit=unit)

    worst = max(errors, key=lambda name: errors[name])
    share = float(np.mean(agreed)) if agreed else 1.0
    agreement = Agreement(worst, errors[worst], relative, share, sum(BATCHES))
    if not agreement.error <= model.card.tolerance:
        raise VerificationFailed(
            f"{worst!r} differs from the original by {agreement.error:.2g}, "
            f"{model.card.tolerance:g} is allowed"
        )
    if agreement.agreement < 1:
        raise VerificationFailed(
            f"'scores': only {agreement.agreement:.1%} of the best labels are those of the original"
        )
    return agreement


def verify_pixels(model: ModelProto, tensor: str, pixels: Pixels, given: NDArray[Any]) -> None:
    """Compare what the wrapped graph gives the network with what numpy prepares.

    Scores alone would not do: of pictures that a network is sure of, they hardly change.

    Args:
        model: the wrapped graph.
        tensor: name of the network's input in it.
        pixels: how the network wants its pictures.
        given: pictures as the server gives them.

    Raises:
        VerificationFailed: they differ by more than rounding.
    """
    before = ModelProto()
    before.CopyFrom(model)
    del before.graph.output[:]
    before.graph.output.append(helper.make_tensor_value_info(tensor, pixels.dtype, None))
    pruned(before.graph)
    found = session(before).run(None, {"image": given})[0].astype(np.float64)
    allowed = HALF_ROUNDING if pixels.dtype == TensorProto.FLOAT16 else ROUNDING
    apart = difference(pixels.prepared(given).astype(np.float64), found)
    if not apart <= allowed:
        raise VerificationFailed(f"the network's input {tensor!r} differs by {apart:.2g}")


def _check_independence(model: Model, sides: tuple[int, int], *, unit: bool) -> None:
    """Two pictures in one batch must give what each gives alone."""
    given = pictures(2, *sides, unit=unit)
    together = _run(model, given)
    alone = [_run(model, given[index : index + 1]) for index in range(2)]
    for name, values in together.items():
        apart = difference(np.concatenate([one[name] for one in alone]), values)
        if not apart <= model.card.tolerance:
            raise VerificationFailed(f"{name!r} of a picture depends on its neighbours in a batch")


def _run(model: Model, given: NDArray[Any]) -> Mapping[str, NDArray[Any]]:
    try:
        return model.run(image=given)
    except Exception as error:  # onnxruntime's own classes share no base but Exception
        raise VerificationFailed(
            f"it fails on a batch of {given.shape}: {first_line(error)}"
        ) from error
