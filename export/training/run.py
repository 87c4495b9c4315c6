"""A training run: steps, validation, a log, and a checkpoint from which it goes on exactly."""

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import torch
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler
from torch.optim.swa_utils import AveragedModel

CHECKPOINT_SECONDS = 120
"""Seconds between two checkpoints: an interruption costs no more work than that."""


@dataclass(frozen=True)
class Training:
    """What differs from one recipe to the next.

    Attributes:
        network: being trained.
        optimizer: of its parameters.
        schedule: of the learning rate, one step a batch.
        loss: the loss of the batch of a step; all randomness in it must follow from the number of
            the step, so that a resumed run sees the batches of an uninterrupted one.
        validate: metrics of a network in eval mode.
        steps: how many there are.
        validate_every: steps between two validations.
        average: moving average of the network; validated and published instead of it.
        clip: largest gradient norm.
    """

    network: nn.Module
    optimizer: Optimizer
    schedule: LRScheduler
    loss: Callable[[int], Tensor]
    validate: Callable[[nn.Module], Mapping[str, float]]
    steps: int
    validate_every: int
    average: AveragedModel | None = None
    clip: float = float("inf")


def train(training: Training, folder: Path, *, bfloat16: bool = False) -> None:
    """Train to the end, from the folder's checkpoint if there is one.

    Writes `checkpoint.pt`, `log.jsonl` (a line a validation) and `weights.pth` (a state dict).

    Args:
        training: what to train.
        folder: of this run; made if missing.
        bfloat16: compute convolutions and products in 16 bits, the weights stay in 32 (Kalamkar
            et al. 2019, arXiv 1905.12322). Processors with AMX are two to three times as fast so.
    """
    folder.mkdir(parents=True, exist_ok=True)
    first = _resume(training, folder)
    losses: list[float] = []
    saved = time.monotonic()
    with _progress() as progress:
        task = progress.add_task(folder.name, completed=first, total=training.steps, shown="")
        for step in range(first, training.steps):
            losses.append(_step(training, step, bfloat16))
            done = step + 1
            progress.advance(task)
            if done % training.validate_every == 0 or done == training.steps:
                shown = _validated(training, done, fmean(losses), folder)
                progress.update(task, shown=shown)
                progress.console.print(f"step {done}: {shown}")
                losses.clear()
            if time.monotonic() - saved > CHECKPOINT_SECONDS or done == training.steps:
                _save(training, done, folder)
                saved = time.monotonic()


def _progress() -> Progress:
    columns = "{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    return Progress(*columns, TextColumn("{task.fields[shown]}"))


def _step(training: Training, step: int, bfloat16: bool) -> float:
    training.network.train()
    torch.manual_seed(step)  # of dropout
    with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
        loss = training.loss(step)
    training.optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(training.network.parameters(), training.clip)
    training.optimizer.step()
    training.schedule.step()
    if training.average is not None:
        training.average.update_parameters(training.network)
    return loss.item()


def _validated(training: Training, step: int, loss: float, folder: Path) -> str:
    network = training.average.module if training.average is not None else training.network
    network.eval()
    with torch.inference_mode():
        metrics = training.validate(network)
    line = {"step": step, "loss": round(loss, 5)} | {k: round(v, 4) for k, v in metrics.items()}
    with (folder / "log.jsonl").open("a") as log:
        log.write(json.dumps(line) + "\n")
    _replace(network.state_dict(), folder / "weights.pth")
    return ", ".join(f"{name} {value}" for name, value in line.items() if name != "step")


def _stateful(training: Training) -> dict[str, Any]:
    parts = (training.network, training.optimizer, training.schedule, training.average)
    names = ("network", "optimizer", "schedule", "average")
    return {name: part for name, part in zip(names, parts, strict=True) if part is not None}


def _save(training: Training, step: int, folder: Path) -> None:
    states = {name: part.state_dict() for name, part in _stateful(training).items()}
    _replace({"step": step, **states}, folder / "checkpoint.pt")


def _resume(training: Training, folder: Path) -> int:
    checkpoint = folder / "checkpoint.pt"
    if not checkpoint.is_file():
        return 0
    states = torch.load(checkpoint, weights_only=True)
    for name, part in _stateful(training).items():
        part.load_state_dict(states[name])
    step: int = states["step"]
    return step


def _replace(content: object, path: Path) -> None:
    """Write beside, then rename: an interruption never leaves half a file."""
    torch.save(content, path.with_suffix(".tmp"))
    os.replace(path.with_suffix(".tmp"), path)
