"""`python -m benchmarks.one_pass FILE`: all answers in one pass beside a pass for each."""

import math
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import onnx
import torch
import typer
from numpy.typing import NDArray
from torch import nn

from app.card import ModelCard
from app.runtime.execution import Execution
from app.runtime.model import Model
from export.architectures.resnet_thin import MEAN, STD
from export.architectures.ubernet import from_state
from export.convert import convert
from export.graphs.graph import Graph
from export.graphs.several import Several, Single
from export.publish import describe
from export.weights import weights_from_onnx

ALL = "all at once"

ROUNDS = 7
"""Each file answers once a round, in turn, so that a disturbance meets all; the least counts."""


def main(
    file: Annotated[Path, typer.Argument(help="A published UberNet.")],
    height: int = 384,
    width: int = 480,
    threads: int = 1,
) -> None:
    """Print CPU time and multiply-accumulates of all answers at once and of each by itself.

    By itself is asked of the file, which computes no more than it needs for that, and of a file of
    that answer alone, with the same encoder. All are given the same picture.
    """
    network = from_state(weights_from_onnx(file))
    options: dict[str, Any] = {"mean": MEAN, "std": STD, "sides": None}
    options["multiple"] = network.multiple
    shape = (1, height, width, 3)
    published = Model.load(file, Execution(threads=threads))
    costs, models = {ALL: _macs(Several(network, **options), shape)}, {ALL: published}
    with tempfile.TemporaryDirectory() as folder:
        for task in network.tasks:
            graph, path = Single(network, task, **options), Path(folder) / f"{task}.onnx"
            costs[task] = _macs(graph, shape)
            _write(graph, path)
            models[task] = Model.load(path, Execution(threads=threads))
            models[f"{task}, asked"] = published.head(task)
        seconds = _timed(models, np.zeros(shape, np.uint8))
    print("| answers | MACs | s of CPU, asked of the file | s of CPU, a file of its own |")
    print("|---|---|---|---|")
    print(f"| {ALL} | {costs[ALL] / 1e9:.2f} G | {seconds[ALL]:.3f} | |")
    for task in network.tasks:
        asked, own = seconds[f"{task}, asked"], seconds[task]
        print(f"| {task} | {costs[task] / 1e9:.2f} G | {asked:.3f} | {own:.3f} |")
    for what, values in (("MACs", costs), ("time", seconds)):
        single = sum(values[task] for task in network.tasks)
        print(f"{what}: {ALL} takes {values[ALL] / single:.2f} of files of their own")


def _write(graph: Graph, path: Path) -> None:
    model = convert(graph)
    describe(model, ModelCard(task="", name=path.stem, title=path.stem))
    onnx.save(model, path)


def _macs(graph: Graph, shape: tuple[int, ...]) -> int:
    """Multiply-accumulates of the convolutions, counted while they answer."""
    counts = []

    def count(layer: Any, _: Any, output: torch.Tensor) -> None:
        kernel = layer.in_channels // layer.groups * math.prod(layer.kernel_size)
        counts.append(output.numel() * kernel)

    layers = [layer for layer in graph.modules() if isinstance(layer, nn.Conv2d)]
    handles = [layer.register_forward_hook(count) for layer in layers]
    with torch.inference_mode():
        graph.eval()(torch.zeros(shape, dtype=torch.uint8))
    for handle in handles:
        handle.remove()
    return sum(counts)


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
