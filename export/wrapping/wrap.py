"""From a third party's ONNX file to a published model: read, free, wrap, describe, verify."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper

from app.card import Fit, ModelCard
from export.errors import ConversionFailed, UnusableGraph, first_line
from export.parity import TOLERANCE
from export.publish import describe, staged, with_known_metrics
from export.wrapping.answers import ANSWERS
from export.wrapping.answers.answer import Answer, Observed
from export.wrapping.batch import freed
from export.wrapping.geometry import (
    AT_LEAST,
    fit_for,
    fixed_by,
    multiple_for,
    sides_of,
)
from export.wrapping.nodes import Nodes
from export.wrapping.original import Original
from export.wrapping.pictures import pictures
from export.wrapping.pixels import Pixels, layout_of
from export.wrapping.surgery import LIMIT, at_least, opset
from export.wrapping.third_party import PREFIX, ThirdParty
from export.wrapping.verify import Agreement, verify, verify_pixels
from export.wrapping.wrapping import Wrapping

HALF_TOLERANCE = 5e-3
"""The same as `TOLERANCE` of networks in half precision, whose steps below 1 are 5e-4 wide: what
is rounded up here and down there is carried on by every layer."""

OLDEST = 8
"""Before this opset arithmetic did not broadcast as it does now."""


@dataclass(frozen=True)
class Wrapped:
    """What came out: the file, how near it is, and what was put behind the network."""

    path: Path
    agreement: Agreement
    added: str


def wrap(
    third: ThirdParty,
    wrapping: Wrapping,
    models: Path,
    *,
    parent: Callable[[NDArray[Any]], NDArray[Any]] | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Wrapped:
    """Publish `models/<name>.onnx`, or leave the folder as it was.

    Args:
        third: the file.
        wrapping: what it does not say of itself.
        models: folder to publish in; made if it is missing.
        parent: the network that the file was written from, asked as the file is: what comes out
            is held to it as well.
        say: told of every step.

    Raises:
        ExportError: the file can not be wrapped so, or what was made answers something else.
        ModelError: the server would refuse what was made.
    """
    layout = layout_of(third.shape, wrapping.layout, wrapping.color)
    pixels = Pixels(
        wrapping.mean, wrapping.std, wrapping.range, wrapping.color, layout, third.dtype
    )
    fit = fit_for(wrapping.task, sides_of(third.shape, layout), wrapping.fit)
    unit = wrapping.task == "super-resolution"

    say("running the file as it is")
    original = Original(third, pixels)
    own = sides_of(third.shape, layout)
    fixed = fixed_by(fit)
    if unit and None not in own:
        fixed = own  # type: ignore[assignment]  # mypy does not narrow tuples by membership
    multiple = 1
    if fixed is None:
        multiple = multiple_for(
            lambda *sides: original(pictures(1, *sides, unit=unit)).shape, scaled=unit
        )
    side = multiple * -(-AT_LEAST // multiple)
    height, width = fixed or (side, side + multiple)
    samples = pictures(3, height, width, unit=unit)
    raw = original(samples)

    say("freeing its batch")
    network = freed(third, pixels.prepared(samples), raw)
    observed = Observed(
        network, raw, (height, width), fixed is not None, pixels, wrapping.activation
    )
    answer = ANSWERS[wrapping.task](observed)
    if wrapping.labels is not None and answer.labels not in (None, len(wrapping.labels)):
        raise UnusableGraph(
            f"{len(wrapping.labels)} labels, but the network has {answer.labels} outputs"
        )

    say("wrapping it")
    model = _wrapped(network, third, pixels, answer, fixed, unit=unit)
    verify_pixels(model, PREFIX + third.input, pixels, samples)
    path = models / f"{wrapping.name}.onnx"
    card = _card(third, wrapping, answer, fit, multiple)
    describe(model, with_known_metrics(card, path))

    say("verifying it against the file as it is")
    with staged(model, path) as written:
        agreement = verify(written, _expected(original, answer), fixed, answer.consistent)
        if parent is not None:
            say("verifying it against the network that the file was written from")
            first = _expected(lambda given: parent(pixels.prepared(given)), answer)
            agreement = verify(written, first, fixed)
    return Wrapped(path, agreement, answer.added)


def _expected(
    original: Callable[[NDArray[Any]], NDArray[Any]], answer: Answer
) -> Callable[[NDArray[Any]], dict[str, NDArray[Any]]]:
    return lambda given: answer.expected(original(given), *given.shape[1:3])


def _wrapped(
    network: ModelProto,
    third: ThirdParty,
    pixels: Pixels,
    answer: Answer,
    fixed: tuple[int, int] | None,
    *,
    unit: bool,
) -> ModelProto:
    """Nodes before and after the network's own, which stay as they are, in its own opset."""
    model = at_least(network, max(OLDEST, answer.needs))
    graph = model.graph
    before, after = Nodes("before.", opset(model)), Nodes("after.", opset(model))
    before.add(
        "Identity",
        pixels.write(before, "image", white=1 if unit else 255),
        output=PREFIX + third.input,
    )
    shape = after.add("Shape", "image")
    sides = after.add("Gather", shape, after.integers(1, 2))
    # To a network of 32 bits this cast is nothing, and the runtime takes it out.
    answer.write(after, after.cast(PREFIX + third.output, TensorProto.FLOAT), sides)

    nodes = [*before.nodes, *graph.node, *after.nodes]
    for place, values in (
        (graph.node, nodes),
        (graph.input, [_image(fixed, unit=unit)]),
        (
            graph.output,
            [helper.make_tensor_value_info(n, *kind) for n, kind in answer.outputs.items()],
        ),
    ):
        del place[:]
        place.extend(values)
    graph.initializer.extend([*before.constants, *after.constants])
    model.doc_string = graph.doc_string = ""
    if model.ByteSize() > LIMIT:
        raise UnusableGraph(f"with its data it has {model.ByteSize()} bytes, {LIMIT} are possible")
    try:
        onnx.checker.check_model(model, full_check=True)
    except Exception as error:  # ValidationError, or InferenceError of the C++ part
        raise ConversionFailed(f"not valid ONNX: {first_line(error)}") from error
    return model


def _image(fixed: tuple[int, int] | None, *, unit: bool) -> onnx.ValueInfoProto:
    dtype = TensorProto.FLOAT if unit else TensorProto.UINT8
    return helper.make_tensor_value_info("image", dtype, ["N", *(fixed or ("H", "W")), 3])


def _card(
    third: ThirdParty, wrapping: Wrapping, answer: Answer, fit: Fit | None, multiple: int
) -> ModelCard:
    """Everything known of a model before it has been evaluated."""
    return ModelCard(
        task=wrapping.task,
        name=wrapping.name,
        title=wrapping.title,
        labels=wrapping.labels,
        fit=fit,
        scale=answer.scale,
        multiple=multiple,
        multilabel=answer.multilabel,
        source=wrapping.source or third.path.name,
        source_sha256=wrapping.source_sha256 or third.sha256,
        tolerance=HALF_TOLERANCE if third.half else TOLERANCE,
        training_data=wrapping.training_data,
        model_license=wrapping.license or third.license or "NOASSERTION",
        model_author=wrapping.author or third.author,
    )
