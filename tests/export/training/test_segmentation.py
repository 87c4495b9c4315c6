"""Segmentation: weights by hand, a network that learns, validation by the protocol."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from app.imaging.palette import VOID
from export.datasets.archive import Pixels
from export.datasets.masks import Masked
from export.training import segmentation
from export.training.patches import Stage
from export.training.run import Training
from export.training.segmentation import COURSES, Course, class_weights
from tests.export import networks
from tests.export.packs import coloured
from tests.export.training.learning import losses_of


def course(**options: Any) -> Course:
    values: dict[str, Any] = {
        "data": lambda _: (coloured(2, 24, 32),) * 2,
        "network": lambda _: networks.fc_densenet(),
        "mean": (0.5, 0.5, 0.5),
        "std": (0.3, 0.3, 0.3),
        "stages": (Stage(20, (16, 24), (1.0, 1.0)),),
        "batch": 2,
        "rate": 1e-2,
    }
    return Course(**{**values, **options})


def training(made: Course, pack: Masked, **options: Any) -> Training:
    return segmentation.training_of(made.network(Path()), made, pack, pack, **options)


def test_rare_classes_weigh_more() -> None:
    masks = [np.zeros((10, 10), np.uint8), np.zeros((10, 10), np.uint8)]
    masks[0][:5] = 1
    masks[1][0] = 1  # 60 of 200 pixels are of class 1, none of class 2
    found = class_weights(Masked([], masks, ("a", "b", "c")), 1.1)

    plain = 1 / np.log([1.1 + 0.7, 1.1 + 0.3, 1.1])
    np.testing.assert_allclose(found, plain / plain.mean(), rtol=1e-6)
    assert found.dtype == torch.float32


def test_a_smaller_balance_weighs_rare_classes_more() -> None:
    mask = np.zeros((10, 10), np.uint8)
    mask[0] = 1
    pack = Masked([], [mask], ("a", "b"))

    often, rarely = class_weights(pack, 1.02), class_weights(pack, 1.1)

    assert often[1] / often[0] > rarely[1] / rarely[0] > 1


def test_void_has_no_weight() -> None:
    mask = np.array([[0, 1, VOID, VOID]], np.uint8)
    assert class_weights(Masked([], [mask], ("a", "b")), 1.1).tolist() == [1, 1]


def test_loss_falls_when_a_few_pictures_are_learned() -> None:
    made = training(course(stages=(Stage(60, (16, 24), (1.0, 1.0)),)), coloured(2, 24, 32))
    losses = losses_of(made)
    assert made.steps == 60
    assert np.mean(losses[-10:]) < 0.7 * np.mean(losses[:3])


def test_a_batch_depends_on_seed_and_step_only() -> None:
    pack, plan = coloured(3, 24, 32), course()
    made, other, again = training(plan, pack), training(plan, pack, seed=1), training(plan, pack)
    for one in (made, other, again):
        one.network.eval()
    with torch.no_grad():
        losses = [made.loss(step).item() for step in range(4)]
        assert len(set(losses)) == 4
        assert [again.loss(step).item() for step in (3, 0)] == [losses[3], losses[0]]
        assert [other.loss(step).item() for step in range(4)] != losses


def test_a_teacher_is_learned_from_beside_the_labels() -> None:
    pack, plan = coloured(3, 24, 32), course()
    asked: list[tuple[int, ...]] = []

    def second_class(pictures: Pixels) -> Tensor:
        asked.append(pictures.shape)
        answer = torch.zeros(len(pictures), len(pack.classes), *pictures.shape[1:3])
        answer[:, 1] = 1
        return answer

    alone, taught = training(plan, pack), training(plan, pack, teacher=second_class)
    for one in (alone, taught):
        one.network.eval()
        head = one.network.head
        nn.init.zeros_(head.weight)
        nn.init.zeros_(head.bias)  # every class is equally likely
    weight = class_weights(pack, plan.balance)[1]

    with torch.no_grad():
        added = taught.loss(0) - alone.loss(0)

    assert asked == [(2, 16, 24, 3)]
    assert added.item() == pytest.approx(float(weight * np.log(len(pack.classes))), rel=1e-5)


def test_teacher_of_a_course_is_the_network_that_is_published(data: Path, tmp_path: Path) -> None:
    plan = COURSES["fc-densenet-camvid"]
    training, _ = plan.data(data)
    frame, mask = training.pictures[0], training.masks[0]

    answer = segmentation._teacher(plan.teacher, tmp_path)(frame[None])

    assert answer.shape == (1, len(training.classes), *mask.shape)
    torch.testing.assert_close(answer.sum(1), torch.ones(1, *mask.shape))
    known = mask != VOID
    assert np.mean(answer[0].argmax(0).numpy()[known] == mask[known]) > 0.9


class Watching(nn.Module):
    """Keeps the sizes of what it is given and answers with its mean, coarsely."""

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Conv2d(3, 3, 1)
        self.sizes: list[tuple[int, ...]] = []

    def forward(self, x: Tensor) -> Tensor:
        self.sizes.append(tuple(x.shape))
        return self.head(nn.functional.avg_pool2d(x, 4))


def test_stages_follow_each_other_and_a_share_shortens_both() -> None:
    stages = (Stage(4, (8, 12), (0.5, 1.0)), Stage(2, (16, 20), (1.0, 1.0)))
    plan = course(stages=stages, network=lambda _: Watching())
    pack = coloured(4, 24, 32)
    made = training(plan, pack)
    assert made.steps == 4 * 4 // 2 + 2 * 4 // 2
    with torch.no_grad():
        for step in range(made.steps):
            assert made.loss(step).isfinite()
    assert made.network.sizes == [(2, 3, 8, 12)] * 8 + [(2, 3, 16, 20)] * 4

    assert training(plan, pack, share=0.5).steps == 6
    assert training(plan, pack, share=0).steps == 2


def test_pixels_of_no_class_do_not_enter_the_loss() -> None:
    pack, plan = coloured(2, 24, 32), course(network=lambda _: Watching())
    with torch.no_grad():
        made = training(plan, pack)
        made.network.head.weight.zero_()
        made.network.head.bias.copy_(torch.tensor([0.0, 1.0, -2.0]))
        for mask in pack.masks:
            mask[mask != 1] = VOID
        found = made.loss(0).item()
    # Only class 1 is left, whatever its weight, and its probability is the same everywhere.
    odds = np.exp([0.0, 1.0, -2.0])
    assert found == pytest.approx(-np.log(odds[1] / odds.sum()), abs=1e-5)


def test_encoders_learn_more_slowly() -> None:
    class Split(Watching):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = nn.Conv2d(3, 3, 1)

    plan = course(network=lambda _: Split(), encoder_rate=1e-3)
    made = training(plan, coloured(2, 24, 32))
    own, of_encoder = made.optimizer.param_groups
    assert (own["initial_lr"], of_encoder["initial_lr"]) == (1e-2, 1e-3)
    assert {id(p) for p in of_encoder["params"]} == {
        id(p) for p in made.network.encoder.parameters()
    }
    assert {id(p) for p in own["params"]} == {id(p) for p in made.network.head.parameters()}


PLAIN: dict[str, Any] = {"mean": (0.0, 0.0, 0.0), "std": (1.0, 1.0, 1.0)}
"""With it a network that gives what it gets is right about the classes of `coloured`."""


def test_validation_is_intersection_over_union() -> None:
    pack = coloured(3, 24, 32)
    plan = course(**PLAIN)
    with torch.inference_mode():
        right = segmentation.validate(nn.Identity(), plan, pack)
        # All that was red is said to be green, which the network still calls red.
        called, hits = (int((np.stack(pack.masks) == label).sum()) for label in (0, 1))
        wrong = [np.where(mask == 0, 1, mask).astype(np.uint8) for mask in pack.masks]
        confused = segmentation.validate(nn.Identity(), plan, replace(pack, masks=wrong))
    assert right == {"miou": 1, "iou_red": 1, "iou_green": 1, "iou_blue": 1}
    assert confused["iou_red"] == 0
    assert confused["iou_green"] == pytest.approx(hits / (hits + called))
    assert confused["iou_blue"] == 1
    assert confused["miou"] == pytest.approx((1 + hits / (hits + called)) / 3)


def test_validation_does_not_ask_about_void() -> None:
    pack = coloured(3, 24, 32)
    pictures = [pixels.copy() for pixels in pack.pictures]
    masks = [mask.copy() for mask in pack.masks]
    for pixels, mask in zip(pictures, masks, strict=True):
        pixels[:8], mask[:8] = 0, VOID
    plan = course(**PLAIN)
    with torch.inference_mode():
        found = segmentation.validate(nn.Identity(), plan, Masked(pictures, masks, pack.classes))
    assert found["miou"] == 1


def test_validation_measures_masks_in_their_own_size() -> None:
    pack = coloured(2, 48, 64)
    plan = course(**PLAIN, measured_size=(24, 32))
    with torch.inference_mode():
        found = segmentation.validate(nn.Identity(), plan, pack)
    assert 0.7 < found["miou"] < 1  # the edges of the squares are smoothed


@pytest.mark.parametrize("name", COURSES)
def test_patches_suit_the_networks(name: str) -> None:
    made = COURSES[name]
    multiple = 32 if name.startswith("resnet") else made.network(Path()).multiple
    sizes = [stage.patch for stage in made.stages]
    if made.measured_size is not None:
        sizes.append(made.measured_size)
    assert all(side % multiple == 0 for size in sizes for side in size)
