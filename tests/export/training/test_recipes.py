"""Both recipes learn, and an interrupted run ends with the very weights of an uninterrupted one."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from export.architectures import ARCHITECTURES
from export.training import resnet_cifar, run, srdensenet
from export.training.datasets import Split
from export.training.run import Training, train
from tests.conftest import noise


def tiny_resnet() -> Training:
    pictures = np.stack([noise(32, 32, seed=seed) for seed in range(8)])
    labels = np.arange(8) % 2
    split = Split(pictures, labels, classes=("cat", "dog"))
    return resnet_cifar.training_of(split, split, epochs=3)


def tiny_srdensenet() -> Training:
    pairs = [srdensenet.pair(noise(132, 136, seed=seed)) for seed in range(2)]
    return replace(srdensenet.training_of(pairs, pairs[:1], steps=4), validate_every=2)


RECIPES = {"resnet-cifar": tiny_resnet, "srdensenet": tiny_srdensenet}
recipes = pytest.mark.parametrize(("architecture", "recipe"), RECIPES.items(), ids=RECIPES)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resnet_cifar, "BATCH", 4)
    monkeypatch.setattr(srdensenet, "BATCH", 2)


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


def test_finished_run_is_left_as_it_is(tmp_path: Path) -> None:
    train(tiny_srdensenet(), tmp_path)
    log = (tmp_path / "log.jsonl").read_text()

    train(interrupted_at(0, tiny_srdensenet()), tmp_path)

    assert (tmp_path / "log.jsonl").read_text() == log


def test_augmentation_keeps_shape_and_pixels() -> None:
    pictures = np.full((16, 32, 32, 3), 7, np.uint8)

    augmented = resnet_cifar.augment(pictures, np.random.default_rng(0))

    assert augmented.shape == pictures.shape
    assert set(np.unique(augmented)) == {0, 7}
    assert (augmented[:, 8:24, 8:24] == 7).all()


def test_patches_of_both_sizes_show_the_same_place() -> None:
    small = np.arange(40 * 50, dtype=np.uint16).reshape(40, 50).astype(np.uint8)
    large = small.repeat(4, 0).repeat(4, 1)
    generator = np.random.default_rng(0)

    for _ in range(16):
        low, high = srdensenet.patch((small, large), generator)
        assert low.shape == (32, 32)
        assert np.array_equal(low.repeat(4, 0).repeat(4, 1), high)


def test_psnr_of_one_step_is_that_of_studio_range_luma() -> None:
    right = np.full((20, 20), 100, np.uint8)

    assert srdensenet.psnr(right + 1.0, right) == pytest.approx(
        20 * np.log10(255 / (219 / 255)), abs=1e-9
    )


def test_luma_is_full_range() -> None:
    black_and_white = np.repeat(np.array([0, 255], np.uint8), 16).reshape(2, 16)[..., None]
    photo = np.repeat(np.repeat(black_and_white, 8, 0), 3, 2)

    small, large = srdensenet.pair(photo)

    assert (small.shape, large.shape) == ((4, 4), (16, 16))
    assert (large.min(), large.max()) == (0, 255)
    assert Image.fromarray(photo).size == (16, 16)
