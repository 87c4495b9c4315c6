"""Does a written file compute what its network computes? Asked through the server's own loader."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray

from app.runtime.contract import ASKED, named
from app.runtime.cpu import cores
from app.runtime.execution import Execution
from app.runtime.model import Model
from app.tasks import TASKS
from export.eager import answer, tried
from export.errors import VerificationFailed, first_line
from export.graphs.graph import Graph
from export.graphs.recognition import Classifier
from export.parity import TOLERANCE as TOLERANCE  # recipes put it on the card
from export.parity import Difference, aligned, compare, difference, joined, sides_tried

Arrays = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Parity:
    """How near a file is to its network.

    Attributes:
        output: the name of the output with the largest error.
        error: its largest difference, as a share of the largest value where that is over 1.
        agreement: share of pictures with the same best label; 1 where there are no labels.
        absolute: the largest difference of any output.
        relative: the largest difference of any output as a share of its largest value.
    """

    output: str
    error: float
    agreement: float
    absolute: float
    relative: float


def verify(path: Path, graph: Graph) -> Parity:
    """Load the file as the server does and compare it with eager torch, seeds fixed.

    Raises:
        ModelError: the server would refuse the file, or it breaks the contract of its task.
        VerificationFailed: it is not valid ONNX, an output differs or depends on its neighbours
            in the batch, or evidence does not add up to the network's own logits.
    """
    model = Model.load(path, Execution(threads=cores()))
    for task in (model.card.task, *(model.card.tasks or ())):
        if task not in TASKS:
            raise VerificationFailed(f"no task is called {task!r}")
        (model if task == model.card.task else model.head(task)).check(TASKS[task].contract)
    _check_file(path)
    compared: dict[str, list[Difference]] = {name: [] for name in graph.outputs}
    agreed: list[bool] = []
    answers: list[tuple[Arrays, Arrays]] = [
        (answer(graph.eval(), given), _run(model, _named(graph, given))) for given in tried(graph)
    ]
    if "boxes" in graph.outputs:
        expected, found = map(joined, zip(*answers, strict=True))
        answers = [aligned(expected, found)]
    for expected, found in answers:
        for name in graph.outputs:
            compared[name].append(compare(expected[name], found[name]))
        if graph.outputs[0] == "scores" and expected["scores"].shape == found["scores"].shape:
            agreed += list(expected["scores"].argmax(1) == found["scores"].argmax(1))
    parity = _judged(compared, agreed, model.card.tolerance)
    _check_independence(model, graph)
    if graph.tasks:
        _check_heads(model, graph)
    if isinstance(graph, Classifier):
        _check_evidence(model, graph)
    return parity


def _judged(
    compared: Mapping[str, list[Difference]], agreed: list[bool], tolerance: float
) -> Parity:
    """Sum up, or say of the worst output how far it is off."""
    every = [(name, each) for name, found in compared.items() for each in found]
    output, worst = max(every, key=lambda named: named[1].error)
    if not worst.error <= tolerance:
        raise VerificationFailed(
            f"{output!r} {worst.told}, {tolerance:g} is allowed"
            if np.isfinite(worst.error)
            else f"{output!r} {worst.told}"
        )
    agreement = float(np.mean(agreed)) if agreed else 1.0
    if agreement < 1:
        raise VerificationFailed(f"only {agreement:.1%} of the best labels are the same")
    return Parity(
        output,
        worst.error,
        agreement,
        absolute=max(each.absolute for _, each in every),
        relative=max(each.relative for _, each in every),
    )


def _check_file(path: Path) -> None:
    """ONNX's own full check; and weights must be constants, which an input could replace."""
    try:
        onnx.checker.check_model(path, full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise VerificationFailed(f"not valid ONNX: {first_line(error)}") from error
    graph = onnx.load(path, load_external_data=False).graph
    inputs = {value.name for value in graph.input} - {ASKED}
    for tensor in graph.initializer:
        if tensor.name in inputs:
            raise VerificationFailed(f"the weight {tensor.name!r} is listed as an input")


def _check_independence(model: Model, graph: Graph) -> None:
    """Two pictures in one batch must give what each gives alone."""
    height, width = sides_tried(graph.sides, graph.multiple, graph.stride)[1]
    given = _named(graph, graph.examples(2, height, width, seed=0))
    together = _run(model, given)
    rows = (slice(index, index + 1) for index in range(2))
    alone = [_run(model, {name: array[row] for name, array in given.items()}) for row in rows]
    apart = {name: np.concatenate([one[name] for one in alone]) for name in together}
    expected, found = aligned(apart, together)
    for name, values in found.items():
        if not difference(expected[name], values) <= model.card.tolerance:
            raise VerificationFailed(f"{name!r} of a picture depends on its neighbours in a batch")


def _check_heads(model: Model, graph: Graph) -> None:
    """What is asked for alone must be what all at once give."""
    height, width = sides_tried(graph.sides, graph.multiple, graph.stride)[1]
    given = _named(graph, graph.examples(2, height, width, seed=0))
    together = _run(model, given)
    for task in model.card.tasks or ():
        for name, values in _run(model.head(task), given).items():
            if not difference(together[named(task, name)], values) <= model.card.tolerance:
                raise VerificationFailed(f"{name!r} of {task} differs when it is asked for alone")


def _check_evidence(model: Model, graph: Classifier) -> None:
    """Mean evidence and bias must be the logits that the network itself gives.

    Asked of the network as its makers run it: neither the graph around it nor the way to its
    last maps is in between, so that a mistake there shows, too.
    """
    height, width = sides_tried(graph.sides, graph.multiple, graph.stride)[1]
    pictures = graph.pictures(2, height, width, seed=0)
    found = _run(model, {"image": _array(pictures)})
    with torch.no_grad():
        own = graph.network(graph.normalised(pictures))
        added = graph.logits_of(torch.from_numpy(found["evidence"]))
    for name, expected, values in (
        ("evidence", own, _array(added)),
        ("scores", own.softmax(1), found["scores"]),
    ):
        apart = compare(_array(expected), values)
        if not apart.error <= model.card.tolerance:
            raise VerificationFailed(f"{name!r} does not follow from the logits: it {apart.told}")


def _named(graph: Graph, given: tuple[torch.Tensor, ...]) -> Arrays:
    return dict(zip(graph.inputs, map(_array, given), strict=True))


def _run(model: Model, given: Arrays) -> Arrays:
    try:
        return model.run(**given)
    except Exception as error:  # onnxruntime's own classes share no base but Exception
        raise VerificationFailed(
            f"it fails on a batch of {given['image'].shape}: {first_line(error)}"
        ) from error


def _array(tensor: torch.Tensor) -> NDArray[np.float32]:
    array: NDArray[np.float32] = tensor.numpy()
    return array
