"""The recipes of ubernet: each head by itself on common features, then all of them together."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.optim.lr_scheduler import LambdaLR
from torch.optim.swa_utils import AveragedModel

from export.architectures import resnet_thin
from export.architectures.resnet_thin import Encoder
from export.architectures.ubernet import BOUNDARIES, SEGMENTATION, UberNet
from export.datasets.archive import Pixels
from export.sources import open_nsfw
from export.training.pictures import normalise
from export.training.run import Training
from export.training.schedule import moving_average, one_cycle
from export.training.ubernet import boundaries, classes, edges, gaze, normals
from export.training.ubernet.lesson import Answer, Lesson
from export.weights import find_weights, read_weights

NAME = "ubernet"

STEPS, JOINT_RATE = 700, 5e-4
"""Of the training of all heads together: steps, and the peak rate of the heads."""

TURNS = (
    "edges", "parts", "normals", SEGMENTATION, "parts", BOUNDARIES, "saliency",
)  # fmt: skip
"""Whose turn it is from step to step when all learn; of parts there is most to learn."""

LESSONS: Mapping[str, Callable[[Path], Lesson]] = {
    "edges": edges.lesson,
    "normals": normals.lesson,
    "parts": classes.parts,
    SEGMENTATION: classes.roads,
    BOUNDARIES: boundaries.lesson,
    "saliency": gaze.lesson,
}
"""By task."""

BEGUN = {SEGMENTATION: "resnet-camvid", "saliency": "resnet-saliency"}
"""Heads that begin as the decoder of a shipped model, by task."""

AVERAGED = ("resnet-camvid", "resnet-saliency")
"""Shipped models whose encoders, all begun with the same published weights, are averaged with
those: such a mean keeps what each has learned (Wortsman et al., ICML 2022)."""


def head_recipe(task: str, data: Path, runs: Path, share: float = 1.0, seed: int = 0) -> Training:
    """One head on the features of the averaged encoder, which stays as it is.

    Args:
        task: a key of `LESSONS`.
        data: folder of the training archives.
        runs: folder of results; the head for semantic boundaries needs that for segmentation.
        share: of the lesson's steps.
        seed: of the head's first weights and of all batches.
    """
    torch.manual_seed(seed)
    lesson = LESSONS[task](data)
    outputs = {task: lesson.outputs}
    if task == BOUNDARIES:
        outputs[SEGMENTATION] = lesson.outputs
    network = UberNet(outputs)
    network.encoder.load_state_dict(averaged_encoder(runs).state_dict())
    if task == BOUNDARIES:
        _begin(network, SEGMENTATION, _trained_head(SEGMENTATION, runs))
    elif task in BEGUN:
        _begin(network, task, read_weights(find_weights(BEGUN[task], runs)))
    return training_of(network, task, lesson, share, seed)


def joint_recipe(data: Path, runs: Path, share: float = 1.0, seed: int = 0) -> Training:
    """All heads and the encoder, from what `head_recipe` has made of each head.

    Every step is one task's, see `TURNS`, so that each keeps its own kind of batch. The encoder
    learns at a tenth of the heads' rate.

    Args:
        data: folder of the training archives.
        runs: folder of results, which holds those of all heads.
        share: of `STEPS`.
        seed: of all batches.
    """
    lessons = {task: make(data) for task, make in LESSONS.items()}
    network = UberNet({task: lesson.outputs for task, lesson in lessons.items()})
    network.encoder.load_state_dict(averaged_encoder(runs).state_dict())
    for task in lessons:
        _begin(network, task, _trained_head(task, runs))
    return joint_training_of(network, lessons, share, seed)


def joint_training_of(
    network: UberNet, lessons: Mapping[str, Lesson], share: float = 1.0, seed: int = 0
) -> Training:
    """The same of a network and given lessons."""
    network = network.to(memory_format=torch.channels_last)
    groups = [
        {"params": list(network.heads.parameters()), "lr": JOINT_RATE},
        {"params": list(network.encoder.parameters()), "lr": JOINT_RATE / 10},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=1e-2)
    steps = max(1, round(share * STEPS))
    turns = [task for task in TURNS if task in lessons]

    def loss(step: int) -> Tensor:
        task = turns[step % len(turns)]
        return lessons[task].loss(answer_of(network, task), np.random.default_rng([seed, step]))

    def validate(network: torch.nn.Module) -> dict[str, float]:
        return {
            f"{task}/{name}": value
            for task, lesson in lessons.items()
            for name, value in lesson.validate(answer_of(network, task)).items()
        }

    return Training(
        network=network,
        optimizer=optimizer,
        schedule=LambdaLR(optimizer, lambda step: one_cycle(step / steps)),
        loss=loss,
        validate=validate,
        steps=steps,
        validate_every=steps,
        average=AveragedModel(network, avg_fn=moving_average(0.99), use_buffers=True),
        clip=5.0,
    )


def training_of(
    network: UberNet, task: str, lesson: Lesson, share: float = 1.0, seed: int = 0
) -> Training:
    """One head of a network learns; encoder and other heads stay as they are."""
    network.requires_grad_(False)
    network.heads[task].requires_grad_(True)
    network = network.to(memory_format=torch.channels_last)
    own = list(network.heads[task].parameters())
    optimizer = torch.optim.AdamW(own, lr=lesson.rate, weight_decay=1e-2)
    steps = max(1, round(share * lesson.steps))
    return Training(
        network=network,
        optimizer=optimizer,
        schedule=LambdaLR(optimizer, lambda step: one_cycle(step / steps)),
        loss=lambda step: lesson.loss(
            answer_of(network, task), np.random.default_rng([seed, step])
        ),
        validate=lambda network: lesson.validate(answer_of(network, task)),
        steps=steps,
        validate_every=steps,
        average=AveragedModel(network, avg_fn=moving_average(0.99), use_buffers=True),
        clip=5.0,
    )


def answer_of(network: torch.nn.Module, task: str) -> Answer:
    """What one head answers to pictures."""

    def answer(pictures: Pixels) -> Tensor:
        x = normalise(pictures, resnet_thin.MEAN, resnet_thin.STD)
        logits: Tensor = network(x, (task,))[task]
        return logits

    return answer


def _begin(network: UberNet, task: str, decoder: Mapping[str, Tensor]) -> None:
    own = {key: value for key, value in decoder.items() if not key.startswith("encoder.")}
    network.heads[task].load_state_dict(own)


def _trained_head(task: str, runs: Path) -> dict[str, Tensor]:
    state = read_weights(find_weights(f"{NAME}-{task}", runs))
    prefix = f"heads.{task}."
    return {
        key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)
    }


def averaged_encoder(runs: Path) -> Encoder:
    """The mean of the published encoder and of those of `AVERAGED`, in evaluation mode."""
    begun = open_nsfw.encoder(runs)
    states = [begun.state_dict()]
    for name in AVERAGED:
        weights = read_weights(find_weights(name, runs))
        states.append({key: weights.get(f"encoder.{key}", states[0][key]) for key in states[0]})
    begun.load_state_dict(
        {key: torch.stack([state[key].float() for state in states]).mean(0) for key in states[0]}
    )
    return begun
