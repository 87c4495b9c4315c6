"""The rates of CIFAR-10's courses, their names, and what is done to pictures."""

from pathlib import Path

import numpy as np
import pytest
from torch import nn

from export.architectures.resnet_cifar import ResNetCifar
from export.training import cifar
from tests.export.training.test_recipes import TINY, tiny_resnet


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cifar, "BATCH", 4)


def test_rate_of_cifar_rises_and_falls_in_every_cycle() -> None:
    course = cifar.Course(TINY.network, ((10, 0.3, 0.25), (5, 0.08, 0.2)))
    assert course.epochs == 15

    def at(epoch: float) -> float:
        return cifar.rate(course, epoch / 15)

    assert at(2.5) == pytest.approx(0.3, abs=1e-4)
    assert at(11) == pytest.approx(0.08, abs=1e-4)
    assert at(1.25) == pytest.approx(0.15, abs=1e-4)  # half way up
    assert at(6.25) == pytest.approx(0.15, abs=1e-4)  # half way down
    assert max(at(0), at(9.999), at(10), at(14.999), at(15)) < 1e-3
    rates = [at(15 * i / 300) for i in range(301)]
    assert min(rates) >= 0
    assert max(rates) <= 0.3 * 1.001


def test_courses_of_cifar_are_named_after_their_depth(data: Path) -> None:
    for name, course in cifar.COURSES.items():
        model = course.network(data)
        convolutions = [m for m in model.modules() if isinstance(m, nn.Conv2d)]
        kind = "resnet" if isinstance(model, ResNetCifar) else "densenet"
        assert name == f"{kind}{len(convolutions) + 1}-cifar10"  # and the linear layer


def test_optimizer_follows_the_rate_of_the_course() -> None:
    training = tiny_resnet()
    assert training.steps == 6
    for step in range(training.steps):
        (rate,) = training.schedule.get_last_lr()
        assert rate == pytest.approx(cifar.rate(TINY, step / 6))
        training.optimizer.step()
        training.schedule.step()


def test_augmentation_keeps_shape_and_pixels() -> None:
    pictures = np.full((16, 32, 32, 3), 7, np.uint8)

    augmented = cifar.augment(pictures, np.random.default_rng(0))

    assert augmented.shape == pictures.shape
    assert set(np.unique(augmented)) == {0, 7}
    assert (augmented[:, 8:24, 8:24] == 7).all()
