"""What each head of an UberNet learns: losses by hand, and patches that keep their meaning."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from export.datasets.archive import Pixels
from export.datasets.fixations import Watched
from export.datasets.masks import Masked
from export.datasets.outlines import Outlined
from export.datasets.rooms import Surfaces
from export.training.patches import Stage
from export.training.ubernet import boundaries, classes, edges, gaze, normals
from export.training.ubernet.lesson import padded
from tests.conftest import noise
from tests.export.packs import coloured


def test_padding_is_that_of_the_server() -> None:
    picture = noise(33, 64)
    batch = padded(picture)
    assert batch.shape == (1, 64, 64, 3)
    assert np.array_equal(batch[0, :, :33], picture)
    assert np.array_equal(batch[0, :, 40], picture[:, -1])


def test_pixels_that_few_call_a_border_are_not_counted() -> None:
    agreed = torch.tensor([[[0.0, 0.2, 0.8, 0.0]]])
    logits = torch.tensor([[[-1.0, 0.5, 2.0, 0.0]]])
    other = torch.tensor([[[-1.0, -9.0, 2.0, 0.0]]])
    assert torch.equal(edges.loss_of(logits, agreed), edges.loss_of(other, agreed))


def test_loss_of_edges_by_hand() -> None:
    agreed = torch.tensor([[[0.0, 1.0, 0.0, 0.0]]])
    logits = torch.zeros(1, 1, 4)
    # A quarter are borders: each of them weighs 3/4, each of the others 1.1/4; all are even odds.
    entropy = np.log(2)
    dice = 1 - 2 * 0.5 / (4 * 0.25 + 1 + 1)
    assert edges.loss_of(logits, agreed).item() == pytest.approx(entropy + dice, abs=1e-6)


def test_loss_of_normals_is_one_less_the_cosine_where_it_is_known() -> None:
    known = torch.tensor([[[[0.0, 0.0, -1.0], [0.0, 0.0, 0.0]]]])
    found = torch.tensor([3.0, 9.0, 0.0, 9.0, -4.0, 9.0]).view(1, 3, 1, 2)
    assert normals.loss_of(found, known).item() == pytest.approx(0.2)


def test_loss_of_boundaries_is_least_for_the_right_answer() -> None:
    borders = torch.zeros(1, 2, 4, 6, dtype=torch.bool)
    borders[0, 0, :, 3] = True
    known = torch.ones(1, 4, 6, dtype=torch.bool)
    sure = torch.where(borders, 9.0, -9.0)
    right, wrong = (boundaries.loss_of(logits, borders, known) for logits in (sure, -sure))
    none = boundaries.loss_of(torch.full_like(sure, -9.0), borders, known)
    assert right.item() == pytest.approx(0.1, abs=0.02)  # of Dice, which has one pixel too much
    assert right < none < wrong
    # Nothing is learned where the class is not known.
    hidden = known.clone()
    hidden[0, :, 3] = False
    assert boundaries.loss_of(sure, borders, hidden) > right
    assert torch.isfinite(boundaries.loss_of(sure, borders, torch.zeros_like(known)))


class Seen:
    """Answers with what a function makes of the pictures, and keeps them."""

    def __init__(self, of: Callable[[Tensor], Tensor]) -> None:
        self.of, self.pictures = of, []

    def __call__(self, pictures: Pixels) -> Tensor:
        self.pictures.append(pictures)
        return self.of(torch.from_numpy(pictures.copy()).permute(0, 3, 1, 2).float())


def drawn(count: int) -> Outlined:
    """Black photos in which everybody sees the white lines, each on another pixel."""
    pictures, annotators = [], []
    for seed in range(count):
        line = np.random.default_rng(seed).random((96, 128)) < 0.05
        pictures.append(np.where(line[..., None], np.uint8(255), np.uint8(0)).repeat(3, 2))
        annotators.append(np.stack([line, line]))
    return Outlined(pictures, annotators)


def test_patches_of_edges_keep_the_line_on_its_pixels() -> None:
    lesson = edges.lesson_of(drawn(4), drawn(1), patch=64)
    bright = Seen(lambda x: 40 * (x.mean(1, keepdim=True) > 128) - 20)
    losses = [lesson.loss(bright, np.random.default_rng(step)).item() for step in range(8)]
    assert max(losses) < 0.05
    assert {pictures.shape for pictures in bright.pictures} == {(edges.BATCH, 64, 64, 3)}


def facing(count: int) -> Surfaces:
    """Walls whose red says how far they face to the left or right."""
    pictures, known = [], []
    for seed in range(count):
        angle = np.random.default_rng(seed).uniform(-1, 1)
        normal = np.array([np.sin(angle), 0, -np.cos(angle)], np.float32)
        pictures.append(np.full((60, 80, 3), 128, np.uint8))
        known.append(np.tile(normal, (60, 80, 1)))
    return Surfaces(pictures, known)


def test_a_mirrored_wall_faces_the_other_way() -> None:
    surfaces = facing(2)
    size, seen = (32, 64), []
    for seed in range(12):
        generator = np.random.default_rng(seed)
        pixels, found = normals._part(surfaces.pictures[0], surfaces.normals[0], size, generator)
        assert pixels.shape == (32, 64, 3)
        assert found.shape == (8, 16, 3)
        seen.append(float(found[0, 0, 0]))
        assert np.allclose(found[..., 2], surfaces.normals[0][0, 0, 2])
    right = float(surfaces.normals[0][0, 0, 0])
    assert {round(value, 4) for value in seen} == {round(right, 4), round(-right, 4)}


def test_validation_of_normals_is_at_the_frames_own_size() -> None:
    surfaces = facing(1)
    normal = torch.from_numpy(surfaces.normals[0][0, 0])
    answer = Seen(lambda x: normal.view(1, 3, 1, 1).expand(1, 3, x.shape[2] // 4, x.shape[3] // 4))
    found = normals.validate(answer, surfaces, longest=64)
    assert found["mean_angle"] == pytest.approx(0, abs=0.05)
    assert answer.pictures[0].shape == (1, 64, 64, 3)  # 64x48, padded


def test_classes_and_their_borders_are_learned_from_one_patch() -> None:
    pack = coloured(4, 64, 96)
    stage = Stage(2, (32, 64), (1, 1))
    sure = Seen(lambda x: 0.5 * (x - x.mean(1, keepdim=True)))
    lesson = classes.lesson_of(pack, pack, stage, 1e-3)
    assert lesson.outputs == 3
    assert lesson.steps == 2
    assert lesson.loss(sure, np.random.default_rng(0)).item() < 0.05
    assert lesson.validate(sure)["miou"] == pytest.approx(1)

    lesson = boundaries.lesson_of(pack, pack, stage)
    flat = Seen(lambda x: torch.zeros(len(x), 3, 16, 32))
    assert np.isfinite(lesson.loss(flat, np.random.default_rng(0)).item())
    found = lesson.validate(Seen(lambda x: torch.zeros(1, 3, *x.shape[2:])))
    assert 0 < found["f1"] < 1


def test_void_has_no_say_in_classes() -> None:
    masked = Masked([noise(64, 32)], [np.full((32, 64), 1, np.uint8)], classes=("a", "b"))
    masked.masks[0][:, :32] = 255
    found = classes.validate(Seen(lambda x: torch.tensor([0.0, 1.0]).view(1, 2, 1, 1)), masked)
    assert found["miou"] == 1


def test_gaze_is_learned_and_measured_on_one_grid() -> None:
    pictures = [noise(80, 60, seed=seed) for seed in range(4)]
    densities = [noise(20, 15, 1, seed)[..., 0] for seed in range(4)]
    places = [np.random.default_rng(seed).uniform(0, 60, (9, 2)) for seed in range(4)]
    lesson = gaze.lesson_of(*[Watched(pictures, densities, places)] * 2)
    answer = Seen(lambda x: x[:, :1, ::8, ::8] / 255)
    assert np.isfinite(lesson.loss(answer, np.random.default_rng(0)).item())
    assert answer.pictures[0].shape == (gaze.BATCH, 384, 480, 3)
    assert set(lesson.validate(answer)) == {"nss", "cc", "kld"}
