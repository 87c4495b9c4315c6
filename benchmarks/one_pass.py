"""`python -m benchmarks.one_pass FILE`: all answers in one pass beside a pass for each."""

import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import onnx
import typer
from numpy.typing import NDArray

from app.card import ModelCard
from app.runtime.execution import Execution
from app.runtime.model import Model
from export.architectures.resnet_thin import MEAN, STD
from export.architectures.ubernet import from_state
from export.convert import convert
from export.cost import macs
from export.graphs.graph import Graph
from export.graphs.several import Several, Single
from export.publish import describe
from export.weights import weights_from_onnx

ROUNDS = 7
"""Each file answers once a round, in turn, so that a disturbance meets all; the least counts."""


def main(
    file: Annotated[Path, typer.Argument(help="A published UberNet.")],
    height: int = 384,
    width: int = 480,
    threads: int = 1,
) -> None:
    """Print CPU time and multiply-accumulates of all answers at once and of each by itself.

    A single file has the same encoder and, of the heads, only what its answer needs; all are given
    the same picture.
    """
    network = from_state(weights_from_onnx(file))
    options: dict[str, Any] = {
        "mean": MEAN,
        "std": STD,
        "sides": None,
        "multiple": network.multiple,
    }
    graphs: dict[str, Graph] = {"all at once": Several(network, **options)}
    graphs |= {task: Single(network, task, **options) for task in network.tasks}
    shape = (1, height, width, 3)
    with tempfile.TemporaryDirectory() as folder:
        models, costs = {}, {}
        for name, graph in graphs.items():
            path = Path(folder) / f"{name}.onnx".replace(" ", "-")
            costs[name] = _write(graph, path, shape)
            models[name] = Model.load(path, Execution(threads=threads))
        seconds = _timed(models, np.zeros(shape, np.uint8))
    print("| answers | MACs | seconds of CPU |")
    print("|---|---|---|")
    for name, cost in costs.items():
        print(f"| {name} | {cost / 1e9:.2f} G | {seconds[name]:.3f} |")
    for what, values in (("MACs", costs), ("time", seconds)):
        single = sum(values[task] for task in network.tasks)
        print(f"{what}: all at once take {values['all at once'] / single:.2f} of the single passes")


def _write(graph: Graph, path: Path, shape: tuple[int, ...]) -> float:
    model = convert(graph)
    describe(model, ModelCard(task="", name=path.stem, title=path.stem))
    onnx.save(model, path)
    return float(macs(model, shape))


def _timed(models: dict[str, Model], pictures: NDArray[np.uint8]) -> dict[str, float]:
    least = dict.fromkeys(models, float("inf"))
    for _ in range(ROUNDS):
        for name, model in models.items():
            start = time.process_time()
            model.run(image=pictures)
            least[name] = min(least[name], time.process_time() - start)
    return least


if __name__ == "__main__":
    typer.run(main)
