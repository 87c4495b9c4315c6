"""Every recipe learns, and an interrupted run ends with the weights of an uninterrupted one."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from app.card import Fit
from export.architectures import ARCHITECTURES
from export.architectures.resnet_cifar import ResNetCifar
from export.architectures.resnet_dense import ResNetDense
from export.architectures.resnet_style import ResNetStyle
from export.architectures.resnet_thin import ResNet50Thin
from export.architectures.vgg import Vgg16
from export.datasets import masks, pairs
from export.datasets.cifar10 import Split
from export.datasets.classes import Labelled
from export.datasets.fixations import Watched
from export.datasets.masks import Masked
from export.datasets.paintings import STYLES
from export.training import (
    cifar,
    fine_tune,
    flow,
    pictures,
    run,
    saliency,
    segmentation,
    srdensenet,
    style,
)
from export.training.run import Training, train
from tests.conftest import noise
from tests.export import networks

TINY = cifar.Course(lambda _: ResNetCifar(8, classes=2), ((2, 0.1, 0.5), (1, 0.05, 0.5)))


def tiny_resnet() -> Training:
    pictures = np.stack([noise(32, 32, seed=seed) for seed in range(8)])
    split = Split(pictures, np.arange(8) % 2, classes=("cat", "dog"))
    torch.manual_seed(0)
    return cifar.training_of(TINY.network(Path()), TINY, split, split)


def tiny_srdensenet() -> Training:
    pairs = [srdensenet.pair(noise(132, 136, seed=seed)) for seed in range(2)]
    answers = [(large / 255).astype(np.float16) for _, large in pairs]
    course = srdensenet.Course(networks.srdensenet, 2, (srdensenet.Cycle(4, 1e-3),))
    training = srdensenet.training_of(course, pairs, answers, pairs[:1])
    return replace(training, validate_every=2)


def tiny_classifier() -> Training:
    pictures = [noise(40, 36, seed=seed) for seed in range(8)]
    pack = Labelled(pictures, np.arange(8) % 2, classes=("cat", "dog"))
    torch.manual_seed(0)
    model = ResNet50Thin(2)
    course = fine_tune.Course(lambda _: (pack, pack), Fit(resize=32, crop=32), epochs=3, area=0.5)
    return replace(fine_tune.training_of(model, course, pack, pack), validate_every=2)


def tiny_segmenter() -> Training:
    seen = [noise(24, 20, seed=seed) for seed in range(4)]
    pack = Masked(seen, [p[..., 0] % 3 for p in seen], classes=("a", "b", "c"))
    course = segmentation.Course(
        masks.camvid, lambda _: networks.fc_densenet(),
        pictures.IMAGENET_MEAN, pictures.IMAGENET_STD,
        stages=(segmentation.Stage(2, (8, 12), (0.5, 1)), segmentation.Stage(4, (8, 8), (1, 1))),
        batch=4, rate=1e-2, upright=False,
    )  # fmt: skip
    training = segmentation.training_of(course.network(Path()), course, pack, pack)
    return replace(training, validate_every=2)


def tiny_mapper() -> Training:
    pictures = [noise(80, 60, seed=seed) for seed in range(4)]
    densities = [noise(20, 15, 1, seed)[..., 0] for seed in range(4)]
    places = [np.random.default_rng(seed).uniform(0, 60, (9, 2)) for seed in range(4)]
    pack = Watched(pictures, densities, places)
    torch.manual_seed(0)
    model = ResNetDense(1, stages=(1, 2, 3), width=4, inner=4, prior=True)
    return replace(saliency.training_of(model, pack, pack), validate_every=2)


def tiny_flow() -> Training:
    photos = [noise(80, 60, seed=seed) for seed in range(2)]
    made = [pairs.make(photos, "easy", (32, 48), np.random.default_rng(0))]
    return replace(flow.training_of(photos, made, made, steps=4), validate_every=2)


def tiny_painter() -> Training:
    torch.manual_seed(0)
    features = Vgg16(style.BLOCKS).requires_grad_(False).eval()
    photos = [noise(24, 16, seed=seed) for seed in range(2)]
    network = ResNetStyle(len(STYLES), width=2)
    training = style.training_of(network, features, photos, photos, photos * 2, steps=4)
    return replace(training, validate_every=2)


RECIPES = {
    "resnet-cifar": tiny_resnet,
    "srdensenet": tiny_srdensenet,
    "resnet-thin": tiny_classifier,
    "fc-densenet": tiny_segmenter,
    "resnet-thin-decoder": tiny_mapper,
    "densenet-flow": tiny_flow,
    "resnet-style": tiny_painter,
}
recipes = pytest.mark.parametrize(("architecture", "recipe"), RECIPES.items(), ids=RECIPES)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch, narrow: None) -> None:
    monkeypatch.setattr(cifar, "BATCH", 4)
    monkeypatch.setattr(fine_tune, "BATCH", 4)
    monkeypatch.setattr(flow, "SIZE", (32, 48))
    monkeypatch.setattr(flow, "BATCH", 2)
    monkeypatch.setattr(style, "SIZE", 16)
    monkeypatch.setattr(saliency, "BATCH", 2)
    monkeypatch.setattr(saliency, "EPOCHS", 2)
    monkeypatch.setattr(saliency, "WIDTH", 64)
    monkeypatch.setattr(saliency, "HEIGHT", 48)


class Interrupted(Exception):
    pass


def interrupted_at(last: int, training: Training) -> Training:
    def loss(step: int) -> Tensor:
        if step == last:
            raise Interrupted
        return training.loss(step)

    return replace(training, loss=loss)


@recipes
def test_resumed_run_equals_an_uninterrupted_one(
    architecture: str,
    recipe: Callable[[], Training],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "CHECKPOINT_SECONDS", -1)
    whole, resumed = tmp_path / "whole", tmp_path / "resumed"

    train(recipe(), whole)
    with pytest.raises(Interrupted):
        train(interrupted_at(3, recipe()), resumed)
    train(recipe(), resumed)

    expected = torch.load(whole / "weights.pth", weights_only=True)
    found = torch.load(resumed / "weights.pth", weights_only=True)
    assert expected.keys() == found.keys()
    assert all(torch.equal(expected[name], found[name]) for name in expected)
    assert not ARCHITECTURES[architecture](found).training


@recipes
def test_validation_is_logged_and_training_changes_the_weights(
    architecture: str, recipe: Callable[[], Training], tmp_path: Path
) -> None:
    training = recipe()
    before = {name: p.clone() for name, p in training.network.named_parameters()}

    train(training, tmp_path)

    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == list(range(2, training.steps + 1, 2))
    assert all(np.isfinite(value) for line in lines for value in line.values())
    assert all(not torch.equal(before[n], p) for n, p in training.network.named_parameters())


def test_bfloat16_computes_in_16_bits_and_keeps_weights_in_32(tmp_path: Path) -> None:
    training = tiny_srdensenet()
    dtypes = []
    hook = training.network.bottleneck.register_forward_hook(
        lambda _, __, output: dtypes.append(output.dtype)
    )
    train(replace(training, average=None), tmp_path, bfloat16=True)
    hook.remove()

    weights = torch.load(tmp_path / "weights.pth", weights_only=True)
    # Validation, whose figure counts, is in 32 bits.
    assert dtypes[:3] == [torch.bfloat16, torch.bfloat16, torch.float32]
    assert {tensor.dtype for tensor in weights.values()} == {torch.float32}


def test_finished_run_is_left_as_it_is(tmp_path: Path) -> None:
    train(tiny_srdensenet(), tmp_path)
    log = (tmp_path / "log.jsonl").read_text()

    train(interrupted_at(0, tiny_srdensenet()), tmp_path)

    assert (tmp_path / "log.jsonl").read_text() == log
