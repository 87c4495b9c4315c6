"""Detection: targets by hand, patches whose boxes follow their pixels, a network that learns."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torchvision.ops import generalized_box_iou

from export.architectures.resnet_detector import ResNetDetector
from export.datasets.boxes import Boxed
from export.training import detection
from export.training.detection import COURSES, Course, generalised_overlap, patch, targets
from tests.export.training.learning import losses_of


def course(**options: Any) -> Course:
    return replace(COURSES["resnet-helmets"], views=2, epochs=15, side=64, **options)


def squares(count: int = 2) -> Boxed:
    """A bright rectangle of a class in each of some dark pictures."""
    pack = Boxed([], [], ("a", "b"))
    for index in range(count):
        pixels = np.full((80, 100, 3), 30, np.uint8)
        x0, y0, x1, y1 = 20 + 7 * index, 30, 50 + 7 * index, 50 + index
        pixels[y0:y1, x0:x1] = 220
        pack.pictures.append(pixels)
        boxes = np.array([[x0, y0, x1, y1]], np.float32)
        pack.objects.append((boxes, np.array([index % 2], np.int64)))
    return pack


def test_targets_by_hand() -> None:
    # In places of 8 pixels from 1 to 7 and 2 to 4: the middle is in column 4, row 3.
    wanted = (np.array([[8, 16, 56, 32]], np.float32), np.array([1], np.int64))
    heat, sides, weights = targets(wanted, (2, 6, 8), 8)
    assert heat[1].max() == heat[1, 3, 4] == 1
    assert not heat[0].any()
    assert (heat[1] == 1).sum() == 1
    assert sides[3, 4].tolist() == [28, 12, 20, 4]  # from the pixel 36, 28
    assert weights.sum() == pytest.approx(1)
    # Along the row the deviation is (2 * 3 * 0.54 + 1) / 6.
    assert heat[1, 3, 3] == pytest.approx(np.exp(-1 / (2 * (4.24 / 6) ** 2)))
    assert heat[1, 3, 0] == 0


def test_of_two_boxes_the_smaller_has_the_place() -> None:
    boxes = np.array([[0, 0, 64, 64], [24, 24, 40, 40]], np.float32)
    for order in ([0, 1], [1, 0]):
        _, sides, weights = targets((boxes[order], np.zeros(2, np.int64)), (1, 8, 8), 8)
        assert sides[4, 4].tolist() == [12, 12, 4, 4]
        assert weights.sum() > 1


def test_the_overlap_is_that_of_torchvision() -> None:
    generator = torch.Generator().manual_seed(0)
    found, wanted = (torch.rand(9, 4, generator=generator) * 20 + 1 for _ in range(2))

    def boxes(distances: torch.Tensor) -> torch.Tensor:
        return torch.cat([-distances[:, :2], distances[:, 2:]], 1)

    expected = generalized_box_iou(boxes(found), boxes(wanted)).diagonal()
    torch.testing.assert_close(generalised_overlap(found, wanted), expected)


def bright(pixels: NDArray[np.uint8]) -> list[int]:
    rows, columns = np.nonzero(pixels.mean(axis=2) > pixels.mean(axis=2).max() * 0.8)
    return [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]


@pytest.mark.parametrize("upright", [True, False])
def test_boxes_follow_the_pixels(upright: bool) -> None:
    pack, seen = squares(1), 0
    for seed in range(25):
        generator = np.random.default_rng(seed)
        pixels, (boxes, kinds) = patch(pack, 0, course(upright=upright), generator)
        assert pixels.shape == (64, 64, 3)
        if len(kinds):
            seen += 1
            assert np.abs(boxes[0] - bright(pixels)).max() <= 1.5
    assert seen > 15


def test_it_learns() -> None:
    torch.manual_seed(0)
    model = ResNetDetector(2, finest=1, width=16)
    pack = squares(8)
    first = model.encoder.stages[2][0].conv1.weight.clone()
    made = detection.training_of(model, course(), pack, pack)
    losses = losses_of(made)
    assert torch.equal(first, model.encoder.stages[2][0].conv1.weight)
    assert made.steps == 30
    assert np.mean(losses[-5:]) < 0.5 * np.mean(losses[:3])


def test_a_batch_depends_on_seed_and_step_only() -> None:
    torch.manual_seed(0)
    model = ResNetDetector(2, finest=1, width=8)
    pack = squares(8)
    made, again = (detection.training_of(model, course(), pack, pack) for _ in range(2))
    model.eval()
    with torch.no_grad():
        again.loss(0)  # what it has seen before does not matter
        assert made.loss(3).item() == again.loss(3).item()
        assert made.loss(1).item() != made.loss(3).item()
