"""Fine-tuning: augmentation that does only what is allowed, and a network that learns."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from app.card import Fit
from export.architectures.resnet_thin import ResNet50Thin
from export.datasets.classes import Labelled
from export.training import fine_tune
from export.training.fine_tune import COURSES, Course, augment
from export.training.run import Training
from tests.conftest import noise
from tests.export.training.learning import losses_of


def course(**options: Any) -> Course:
    values: dict[str, Any] = {
        "data": lambda _: (pack(), pack()),
        "fit": Fit(resize=32, crop=32),
        "epochs": 2,
        "area": 0.8,
    }
    return Course(**{**values, **options})


def pack(count: int = 8) -> Labelled:
    """Red and blue pictures of any size and some noise."""
    pictures = []
    for index in range(count):
        pixels = noise(40 + index, 36, seed=index) // 4
        pixels[..., 0 if index % 2 else 2] += 150
        pictures.append(pixels)
    return Labelled(pictures, np.arange(count) % 2, classes=("blue", "red"))


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch, narrow: None) -> None:
    monkeypatch.setattr(fine_tune, "BATCH", 4)


def training(plan: Course | None = None, **options: Any) -> Training:
    torch.manual_seed(0)
    return fine_tune.training_of(ResNet50Thin(2), plan or course(), pack(), pack(), **options)


@pytest.mark.parametrize("size", [(100, 100), (30, 70), (70, 30), (1, 1), (5, 300)])
def test_augmented_pictures_have_the_side_of_the_network(size: tuple[int, int]) -> None:
    pixels = noise(*size)
    for seed in range(10):
        made = augment(pixels, 32, course(area=0.5, turned=True), np.random.default_rng(seed))
        assert made.shape == (32, 32, 3)
        assert made.dtype == np.uint8


def corner(pixels: NDArray[np.uint8]) -> tuple[bool, bool]:
    """Whether the brightest quarter of a picture is at the right, and below."""
    quarters = pixels.astype(float).mean(2).reshape(2, 24, 2, 24).mean((1, 3))
    row, column = np.unravel_index(quarters.argmax(), (2, 2))
    return bool(column), bool(row)


def corners(**options: Any) -> set[tuple[bool, bool]]:
    """Where a mark at the top left is found."""
    pixels = np.full((60, 60, 3), 60, np.uint8)
    pixels[8:24, 8:24] = 250
    plan = course(area=0.7, **options)
    return {corner(augment(pixels, 48, plan, np.random.default_rng(seed))) for seed in range(60)}


def test_without_leave_nothing_is_mirrored_or_turned() -> None:
    assert corners(mirrored=False) == {(False, False)}


def test_mirroring_exchanges_left_and_right_only() -> None:
    assert corners() == {(False, False), (True, False)}


def test_turning_brings_a_corner_to_every_other() -> None:
    assert len(corners(mirrored=False, turned=True)) == 4


def test_turning_does_not_mirror() -> None:
    # Going around, the bright quarter follows the darker one; a mirror would exchange them.
    pixels = np.full((60, 60, 3), 20, np.uint8)
    pixels[:30, :30], pixels[:30, 30:] = 120, 230

    def mirrored(made: NDArray[np.uint8]) -> bool:
        quarters = made.astype(float).mean(2).reshape(2, 24, 2, 24).mean((1, 3))
        around = [quarters[0, 0], quarters[0, 1], quarters[1, 1], quarters[1, 0]]
        return around[(int(np.argmax(around)) + 1) % 4] == sorted(around)[-2]

    def found(**options: Any) -> set[bool]:
        plan = course(area=1.0, turned=True, **options)
        made = (augment(pixels, 48, plan, np.random.default_rng(seed)) for seed in range(40))
        return {mirrored(picture) for picture in made}

    assert found(mirrored=False) == {False}
    assert found(mirrored=True) == {False, True}


def test_light_changes_but_not_beyond_white_and_black() -> None:
    pixels = np.full((40, 40, 3), 128, np.uint8)
    centre = [
        int(augment(pixels, 32, course(), np.random.default_rng(seed))[16, 16, 0])
        for seed in range(50)
    ]
    assert 128 - 26 <= min(centre) < 115
    assert 140 < max(centre) <= 128 + 26
    white = np.full((40, 40, 3), 255, np.uint8)
    brightest = {
        int(augment(white, 32, course(), np.random.default_rng(s)).max()) for s in range(9)
    }
    assert max(brightest) == 255


@pytest.mark.usefixtures("tiny")
def test_a_batch_depends_on_seed_and_step_only() -> None:
    made, other, again = training(), training(seed=1), training()
    for one in (made, other, again):
        one.network.eval()
    with torch.no_grad():
        losses = [made.loss(step).item() for step in range(made.steps)]
        assert len(losses) == len(set(losses)) == 4
        assert [again.loss(step).item() for step in (3, 1)] == [losses[3], losses[1]]
        assert [other.loss(step).item() for step in range(made.steps)] != losses


@pytest.mark.usefixtures("tiny")
def test_no_two_batches_are_augmented_alike() -> None:
    one = Labelled([noise(40, 36)] * 8, np.zeros(8, np.int64), classes=("blue", "red"))
    made = fine_tune.training_of(ResNet50Thin(2), course(), one, one)
    made.network.eval()
    with torch.no_grad():
        assert len({made.loss(step).item() for step in range(4)}) == 4


@pytest.mark.usefixtures("tiny")
def test_every_picture_is_seen_once_an_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def note(pixels: NDArray[np.uint8], *_: object) -> NDArray[np.uint8]:
        seen.append(pixels.shape[1] - 40)
        return np.zeros((32, 32, 3), np.uint8)

    monkeypatch.setattr(fine_tune, "augment", note)
    made = training()
    with torch.no_grad():
        for step in range(made.steps):
            made.loss(step)
    assert sorted(seen[:8]) == sorted(seen[8:]) == list(range(8))
    assert seen[:8] != seen[8:]


@pytest.mark.usefixtures("tiny")
def test_loss_falls_when_a_few_pictures_are_learned() -> None:
    made = training(course(epochs=20, area=1.0))
    losses = losses_of(made)
    # Smoothed labels leave 0.2 to a network that is sure and right.
    assert np.mean(losses[-5:]) < 0.75 * np.mean(losses[:5])
    made.network.eval()
    with torch.inference_mode():
        assert made.validate(made.network) == {"top1": 1}


@pytest.mark.usefixtures("tiny")
def test_a_share_of_the_epochs_is_at_least_one_step() -> None:
    plan = course(epochs=10)
    assert training(plan).steps == 20
    assert training(plan, share=0.25).steps == 5
    assert training(plan, share=0).steps == 1


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize("name", COURSES)
def test_courses_train_the_side_that_is_served(name: str) -> None:
    plan = COURSES[name]
    sides = plan.fit.size or (plan.fit.crop, plan.fit.crop)
    assert sides[0] == sides[1]
    assert sides[0] % 32 == 0
    made = training(replace(plan, epochs=1), share=0)
    made.network.eval()
    with torch.no_grad():
        assert made.loss(0).isfinite()


def test_hearts_stay_on_the_left() -> None:
    assert not COURSES["resnet-cxr"].mirrored
    assert not COURSES["resnet-cxr"].turned
