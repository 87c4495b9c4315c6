"""From a published model to a variant of it beside it: rewritten, compared, timed, described."""

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import onnx

from app.card import NAME, ModelCard
from app.runtime.cpu import cores
from app.runtime.execution import Execution
from app.runtime.model import Model
from app.tasks import TASKS
from export.errors import ExportError
from export.optimize.drop import Comparison, largest_difference
from export.optimize.folding import folded, tidied
from export.optimize.fp16 import halved
from export.optimize.given import given
from export.optimize.int8 import Inputs, quantised
from export.optimize.speed import Speed, compare_speed
from export.optimize.trial import Trial, trial
from export.publish import describe, staged
from export.recipe import Say
from export.rewriting.gates import gated
from export.timing import machine

CALIBRATION = 64
"""Pictures to calibrate with. Of three models all were as good with 32 as with 128, one with 4."""


class Precision(StrEnum):
    """What the body of a network computes in; it ends the name of a variant."""

    INT8 = "int8"
    FP16 = "fp16"


WORDS = {Precision.INT8: "in 8 bits", Precision.FP16: "in half precision"}


@dataclass(frozen=True)
class Variant:
    """What was published.

    Attributes:
        path: the file.
        comparison: what it has lost.
        speed: what it has won on this machine.
    """

    path: Path
    comparison: Comparison
    speed: Speed


def optimize(
    path: Path,
    precision: Precision,
    data: Path | None = None,
    *,
    count: int = CALIBRATION,
    max_drop: float | None = None,
    say: Say = lambda _: None,
) -> Variant:
    """Publish `<name>-<precision>.onnx` beside a model, or leave the folder as it was.

    Args:
        path: the model, which is not touched.
        precision: what its network shall compute in.
        data: pictures to calibrate with and to compare on: a folder of one's own ones or, for a
            shipped model, of the training archives; `None`, for half precision only: noise.
        count: how many to calibrate with, at most.
        max_drop: what may be lost of the metric that decides; `None`: `drop.allowed_drop`.
        say: told of every step.

    Raises:
        DensightError: the file or a picture can not be loaded.
        ExportError: there are no pictures for it, nothing in it can be optimised, or too much
            would be lost.
    """
    if precision is Precision.INT8 and data is None:
        raise ExportError("8 bits need pictures to learn the range of values from")
    model = Model.load(path, Execution(threads=cores()))
    name = f"{model.card.name}-{precision}"
    if not re.fullmatch(NAME, name):
        raise ExportError(f"the variant can not be called {name!r}: a name has at most 64 letters")
    say("reading the network")
    network = folded(path)
    say("reading the pictures")
    pictures = trial(model, data, count)
    inputs = given(path, pictures.calibration, lambda step: say(f"calibration, {step}"))

    say(f"rewriting it {WORDS[precision]}")
    written = _rewritten(network, precision, inputs)
    variant_card = model.card.model_copy(
        update={"name": name, "title": f"{model.card.title}, {WORDS[precision]}"}
    )
    result = tidied(written, onnx.load(path))
    if model.card.tasks:
        result = gated(result, model.card.tasks)
    describe(result, variant_card)
    with tempfile.TemporaryDirectory() as folder:
        variant = _loaded(result, Path(folder) / f"{name}.onnx")
    difference = largest_difference(model, variant, inputs)
    comparison = pictures.compare(model, variant, inputs, say)
    comparison.guard(max_drop)
    say("timing both")
    speed = compare_speed(model, variant, max(inputs, key=_size))

    command = _command(model.card.name, precision, data, count, max_drop)
    described = _card(variant_card, precision, pictures, comparison, speed)
    describe(result, described.model_copy(update={"tolerance": difference, "evaluation": command}))
    target = path.with_name(f"{name}.onnx")
    with staged(result, target) as beside:
        Model.load(beside).check(TASKS[model.card.task].contract)
    return Variant(target, comparison, speed)


def _rewritten(
    network: onnx.ModelProto, precision: Precision, inputs: Sequence[Inputs]
) -> onnx.ModelProto:
    if precision is Precision.INT8:
        return quantised(network, inputs)
    return halved(network)


def _size(inputs: Inputs) -> int:
    return sum(values.size for values in inputs.values())


def _loaded(model: onnx.ModelProto, path: Path) -> Model:
    """The model as the server will have it, once its file is gone."""
    onnx.save(model, path)
    return Model.load(path, Execution(threads=cores()))


def _card(
    card: ModelCard, precision: Precision, pictures: Trial, comparison: Comparison, speed: Speed
) -> ModelCard:
    """What is known of a variant besides what holds for its model too."""
    training = card.training_data
    if precision is Precision.INT8:
        known = f"{training.rstrip('.')}. " if training else ""
        training = f"{known}Calibrated for 8 bits with {pictures.origin}."
    return card.model_copy(
        update={
            "metrics": {**comparison.metrics, **speed.metrics},
            "training_data": training,
        }
    )


def _command(
    name: str, precision: Precision, data: Path | None, count: int, max_drop: float | None
) -> str:
    """What makes the variant again, and the machine that its speed holds for."""
    options = [
        " --data DIR" if data else "",
        f" --calibrate {count}" if count != CALIBRATION else "",
        f" --max-drop {max_drop:g}" if max_drop is not None else "",
    ]
    command = f"python -m export optimize {name} --{precision}{''.join(options)}"
    return f"{command}  # speed: {machine()}"
