"""Super-resolution: rates, first weights, the teacher, patches, and the measure of training."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from export.sources import safmn
from export.training import srdensenet
from tests.conftest import noise
from tests.export import networks


def test_rate_warms_up_and_falls_in_every_cycle() -> None:
    first, second = cycles = srdensenet.Cycle(10_000, 1.0), srdensenet.Cycle(1_000, 0.5)
    course = srdensenet.Course(networks.srdensenet, 2, cycles)

    def at(step: int) -> float:
        return srdensenet.rate(*srdensenet.place(course, step / course.steps))

    assert at(0) == pytest.approx(1 / 200, abs=2e-3)
    assert at(200) == pytest.approx(first.peak, rel=0.01)
    assert at(5_000) == pytest.approx(first.peak / 2, rel=0.01)
    assert 0 < at(9_999) < 0.01
    assert at(10_000) == pytest.approx(second.peak / 200, rel=0.3)
    assert at(10_500) == pytest.approx(second.peak / 2, rel=0.01)
    assert 0 < at(11_000) < 0.01


def test_first_weights_of_the_papers_network_keep_the_strength_of_its_features() -> None:
    torch.manual_seed(0)
    network = srdensenet.paper()
    strengths: list[float] = []
    for layer in (network.first, network.blocks[0].layers[7], network.blocks[7].layers[7]):
        layer.register_forward_hook(lambda _, __, output: strengths.append(output.std().item()))

    with torch.no_grad():
        network(torch.rand(1, 1, 16, 16))

    assert max(strengths) / min(strengths) < 10


@pytest.mark.parametrize(("photos", "expected"), [(1.0, [1, 0.6, 0.2]), (0.0, [1, 1, 1])])
def test_srdensenet_learns_from_the_teacher_first_and_from_photos_as_far_as_its_course_says(
    photos: float, expected: list[float]
) -> None:
    black, gray = np.zeros((32, 32), np.uint8), np.full((128, 128), 51, np.uint8)
    white = np.ones((128, 128), np.float16)
    course = srdensenet.Course(networks.srdensenet, 2, (srdensenet.Cycle(4, 1e-3, photos),))
    training = srdensenet.training_of(course, [(black, gray)], [white], [(black, gray)])
    for parameter in training.network.parameters():
        parameter.data.zero_()  # it answers black

    losses = [training.loss(step).item() for step in (0, 2, 4)]

    assert losses == pytest.approx(expected)


def test_answers_of_the_teacher_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safmn, "teacher", lambda data: safmn.Safmn().eval())
    photos = [noise(32, 36, seed=seed) for seed in range(12)]

    first = srdensenet.taught(photos, tmp_path, tmp_path / "runs" / "kept.npz")
    monkeypatch.setattr(safmn, "teacher", lambda data: pytest.fail("asked again"))
    again = srdensenet.taught(photos, tmp_path, tmp_path / "runs" / "kept.npz")

    assert [answer.shape for answer in first] == [(36, 32)] * 12
    assert all(np.array_equal(one, two) for one, two in zip(first, again, strict=True))


def test_patches_of_both_sizes_show_the_same_place() -> None:
    small = np.arange(40 * 50, dtype=np.uint16).reshape(40, 50).astype(np.uint8)
    large = small.repeat(4, 0).repeat(4, 1)
    taught = large.astype(np.float16)
    generator = np.random.default_rng(0)

    for _ in range(16):
        low, high, answer = srdensenet.patch((small, large, taught), generator)
        assert low.shape == (32, 32)
        assert np.array_equal(low.repeat(4, 0).repeat(4, 1), high)
        assert np.array_equal(high.astype(np.float16), answer)


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
